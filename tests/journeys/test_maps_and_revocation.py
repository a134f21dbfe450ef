"""A map over real HTTP with two workers: initialised, drawn, and refused after its key's revocation, on every worker at once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from journeys.conftest import Installer, SigningKey
from machines import a_load, open_lines, wait_until, write_request
from served import Served

ALL_SEEN = 30
HELSINKI = (14, 9327, 4742)
"""A tile of the sample region's centre."""


def sign(key: SigningKey, server: Served, *, origin: str = "a.example") -> str:
    told = server.trigpoint("token", "create", "--team", key.team_id, "--private-key", str(key.path), "--scope", "mapkit_js", "--origin", origin)  # fmt: skip
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


def test_a_page_gets_everything_that_its_map_needs(server: Served, key: SigningKey) -> None:
    token = sign(key, server)
    answer = server.get("/ma/bootstrap?apiVersion=2&mkjsVersion=5.78.1&poi=1", token, origin="https://a.example")
    assert answer.status_code == 200, answer.text
    opened = answer.json()
    z, x, y = HELSINKI
    for source in opened["tileSources"]:
        where = {"osm": (z, x, y), "world": (0, 0, 0)}[source["tileSource"]]
        path = source["path"].format(z=where[0], x=where[1], y=where[2])
        tile = server.get(path)
        assert (tile.status_code, tile.headers["content-encoding"]) == (200, "gzip")
        assert len(tile.content) > 1_000
    style = httpx.get(opened["styleUrl"].format(style="standard", scheme="dark", lang="fi"), timeout=30).json()
    assert set(style["sources"]) >= {"osm", "world"}
    found = httpx.get(opened["apiBaseUrl"] + "geocode?q=Kluuvikatu+4,+Helsinki", headers={"authorization": f"Bearer {opened['authInfo']['access_token']}", "origin": "https://a.example"}, timeout=30)  # fmt: skip
    assert found.json()["results"], found.text
    parts = urlsplit(style["sprite"])
    assert server.get(f"{parts.path}@2x.json?{parts.query}").status_code == 200


def test_a_page_of_another_origin_is_refused_with_its_origin_and_the_refusal_is_logged(
    server: Served, key: SigningKey
) -> None:
    refused = server.get("/ma/bootstrap", sign(key, server), origin="https://b.example")
    assert refused.status_code == 401
    assert refused.json()["error"]["details"][0]["errorType"] == "ORIGIN_CHECK_FAILURE"
    request_id = refused.headers["x-rid"]
    line = next(line for line in server.log.read_text().splitlines() if request_id in line)
    assert "401 GET /ma/bootstrap ORIGIN_CHECK_FAILURE" in line


def test_the_limit_of_map_views_holds_over_both_workers(server: Served, installer: Installer, tmp_path: Path) -> None:
    key = installer.key(tmp_path)
    set_ = ("quota", "set", "--team", key.team_id, "--key", key.key_id, "--map-views", "20")
    assert server.trigpoint(*set_).returncode == 0
    token = sign(key, server)

    def initialize(_number: int) -> httpx.Response:
        return server.get("/ma/bootstrap", token, origin="https://a.example")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(initialize, range(40)))
    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [429] * 20
    old = next(answer for answer in answers if answer.status_code == 200).json()["authInfo"]["access_token"]
    refreshed = server.get("/ma/bootstrap", token, **{"x-maps-access-token": f"Bearer {old}"})
    assert refreshed.status_code == 200
    over = next(answer for answer in answers if answer.status_code == 429)
    assert 0 < int(over.headers["retry-after"]) <= 86_400


@pytest.mark.parametrize("holder", ["key", "Maps token"])
def test_no_worker_serves_a_tile_after_the_revocation_was_acknowledged(
    server: Served, key: SigningKey, holder: str
) -> None:
    if holder == "Maps token":
        maps_token = server.trigpoint("maps-token", "create", "--team", key.team_id, "--type", "mapkit_js", "--json")
        assert maps_token.returncode == 0, maps_token.stderr

        told = json.loads(maps_token.stdout)
        token, end = told["token"], ("maps-token", "revoke", told["tokenId"], "--yes")
    else:
        token, end = sign(key, server), ("key", "revoke", key.key_id, "--reason", "compromised", "--yes")
    opened = server.get("/ma/bootstrap", token).json()
    z, x, y = HELSINKI
    tile = write_request(f"/ti/osm/{z}/{x}/{y}.mvt?accessKey={opened['accessKey']}", "none")
    with open_lines([server], each=2) as lines:
        with a_load(lines, tile):
            wait_until(lambda: all(len(line.admitted) > 20 for line in lines), "no tile is given")
            assert server.trigpoint(*end).returncode == 0
            acknowledged = time.monotonic()
            wait_until(
                lambda: all(line.refused_in_a_row(401, 429) >= ALL_SEEN for line in lines), "it is never refused"
            )
        late = [max(answer.sent for answer in line.admitted) - acknowledged for line in lines]
    assert len({line.worker for line in lines}) == 2
    assert {answer.status for line in lines for answer in line.answers} <= {200, 401, 429}
    assert max(late) < 0, late
    earlier = {"x-maps-access-token": f"Bearer {opened['authInfo']['access_token']}"}
    statuses: list[int] = []

    def is_told() -> bool:
        statuses.append(server.get("/ma/bootstrap", token, **earlier).status_code)
        return statuses[-1] != 429

    wait_until(is_told, "the flood of refused tiles never ends")
    assert statuses[-1] == 401
    assert set(statuses) <= {429, 401}


def test_a_newer_map_is_taken_into_service_under_load_without_a_failed_tile(server: Served, key: SigningKey) -> None:
    opened = server.get("/ma/bootstrap", sign(key, server), origin="https://a.example").json()
    z, x, y = HELSINKI
    tile = write_request(f"/ti/osm/{z}/{x}/{y}.mvt?accessKey={opened['accessKey']}", "none")
    before = server.get("/readyz").json()["parts"]["tiles"]["note"]
    with open_lines([server], each=2) as lines, a_load(lines, tile):
        wait_until(lambda: all(len(line.admitted) > 20 for line in lines), "no tile is given")
        built = server.trigpoint("tiles", "build", "--sample")
        assert built.returncode == 0, built.stderr
        wait_until(lambda: server.get("/readyz").json()["parts"]["tiles"]["note"] != before, "the map stays")
        seen = [len(line.admitted) for line in lines]
        wait_until(lambda: all(len(line.admitted) > count for line, count in zip(lines, seen, strict=True)), "it ends")
    assert {answer.status for line in lines for answer in line.answers} == {200}
