"""A snapshot over real HTTP with two workers: signed, painted, counted, and refused after its key's revocation."""

import base64
import json
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from journeys.conftest import Installer, SigningKey
from machines import a_load, open_lines, wait_until, write_request
from served import Served
from trigpoint.client import MapsClient

ALL_SEEN = 30
PNG = b"\x89PNG\r\n\x1a\n"
CENTER = "center=60.1699,24.9384&z=15&size=200x120"


@pytest.fixture(scope="module", autouse=True)
def _many_pictures(installer: Installer) -> None:
    """A day's pictures are asked for in seconds, by all journeys together."""
    installer._json("quota", "set", "--team", installer.team_id, "--snapshots", "100000000")


def sign(key: SigningKey, query: str = CENTER, **more: object) -> str:
    return key.signer.sign_snapshot(f"/api/v1/snapshot?{query}", **more)  # type: ignore[arg-type]


def make_token(server: Served, key: SigningKey, *options: str) -> str:
    told = server.trigpoint("token", "create", "--team", key.team_id, "--private-key", str(key.path), "--scope", "web_snapshots", *options)  # fmt: skip
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


def is_picture(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.content.startswith(PNG)


def test_both_credentials_give_the_same_image_on_both_workers(server: Served, key: SigningKey) -> None:
    with_token = f"/api/v1/snapshot?{CENTER}&token={make_token(server, key)}"
    answers = [server.get(target) for target in (sign(key), with_token) for _ in range(4)]
    assert all(map(is_picture, answers)), answers[0].text
    assert len({answer.headers["etag"] for answer in answers}) == 1
    etag = answers[0].headers["etag"]
    assert server.get(sign(key), **{"if-none-match": etag}).status_code == 304


def test_the_sdk_and_the_command_line_make_a_snapshot_of_an_address(
    server: Served, key: SigningKey, tmp_path: Path
) -> None:
    with MapsClient(key.signer, base_url=server.url, timeout_s=60) as maps:
        picture = maps.snapshot("Kluuvikatu 4, Helsinki", z=16, size=(200, 120), annotations=[{"point": "center"}])
    assert picture.startswith(PNG)
    url = f"{server.url}/api/v1/snapshot?center=Kluuvikatu 4, Helsinki&z=16&size=200x120"
    signed = server.trigpoint("snapshot", "sign", url, "--private-key", str(key.path), "--team", key.team_id)
    answer = httpx.get(signed.stdout.strip(), timeout=60)
    assert is_picture(answer), answer.text
    (tmp_path / "picture.png").write_bytes(answer.content)


def test_referer_origin_and_expiry_are_enforced(server: Served, key: SigningKey) -> None:
    here, there = {"referer": "https://a.example/"}, {"referer": "https://b.example/"}
    framed = sign(key, referer="https://a.example")
    assert [server.get(framed, **headers).status_code for headers in (here, there, {})] == [200, 401, 401]
    bound = f"/api/v1/snapshot?{CENTER}&token={make_token(server, key, '--origin', 'a.example')}"
    origins = ({"origin": "https://a.example"}, here, there, {"origin": "https://b.example"} | here, {})
    assert [server.get(bound, **headers).status_code for headers in origins] == [200, 200, 401, 401, 401]
    short = sign(key, expires_in_s=2)
    assert server.get(short).status_code == 200
    wait_until(lambda: server.get(short).status_code == 401, "it never expires")
    refused = server.get(short)
    line = next(line for line in server.log.read_text().splitlines() if refused.headers["x-rid"] in line)
    assert "401 GET /api/v1/snapshot SNAPSHOT_EXPIRED" in line
    assert "signature" not in line


def test_the_limit_of_snapshots_holds_over_both_workers(server: Served, installer: Installer, tmp_path: Path) -> None:
    key = installer.key(tmp_path)
    set_ = ("quota", "set", "--team", key.team_id, "--key", key.key_id, "--snapshots", "20")
    assert server.trigpoint(*set_).returncode == 0
    target = sign(key)
    assert is_picture(server.get(target))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.get(target), range(40)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [429] * 21
    over = next(answer for answer in answers if answer.status_code == 429)
    assert 0 < int(over.headers["retry-after"]) <= 86_400


@pytest.mark.parametrize("holder", ["key", "Maps token"])
def test_no_worker_serves_a_snapshot_after_the_revocation_was_acknowledged(
    server: Served, key: SigningKey, holder: str
) -> None:
    if holder == "Maps token":
        made = server.trigpoint("maps-token", "create", "--team", key.team_id, "--type", "web_snapshots", "--json")
        told = json.loads(made.stdout)
        target = f"/api/v1/snapshot?{CENTER}&token={told['token']}"
        end = ("maps-token", "revoke", told["tokenId"], "--yes")
    else:
        target, end = sign(key), ("key", "revoke", key.key_id, "--reason", "compromised", "--yes")
    etag = server.get(target).headers["etag"]
    with open_lines([server], each=2) as lines:
        with a_load(lines, write_request(target, "none")):
            wait_until(lambda: all(len(line.admitted) > 20 for line in lines), "no picture is given")
            assert server.trigpoint(*end).returncode == 0
            acknowledged = time.monotonic()
            wait_until(
                lambda: all(line.refused_in_a_row(401, 429) >= ALL_SEEN for line in lines), "it is never refused"
            )
        late = [max(answer.sent for answer in line.admitted) - acknowledged for line in lines]
    assert len({line.worker for line in lines}) == 2
    assert {answer.status for line in lines for answer in line.answers} <= {200, 401, 429}
    assert max(late) < 0, late
    assert server.get(target, **{"if-none-match": etag}).status_code in {401, 429}


PIN = '"width":20,"height":20}]&annotations=[{"point":"center","markerStyle":"img","imgIdx":0}]'
SVG = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>").decode()
BOMB = base64.b64encode(
    b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 60_000, 60_000, 8, 6, 0, 0, 0, 0)
).decode()
"""A picture that says of itself that it has 3.6 thousand million dots."""
HOSTILE_PICTURES = [
    f'imgs=[{{"url":"{url}",{PIN}'
    for url in (
        "data:image/png;base64,AAAA",
        f"data:image/png;base64,{quote(BOMB)}",
        f"data:image/svg%2Bxml;base64,{quote(SVG)}",
        "http://127.0.0.1:1/x.png",
        "http://169.254.169.254/latest/meta-data",
    )
] + [
    'overlays=[{"type":"circle","center":"60.17,24.94","radius":20000000,"fillColor":"red"}]',
    'overlays=[{"type":"polygon","points":["89,179","-89,-179","89,-179","-89,179"]}]',
    'overlays=[{"points":"_p~iF~ps|U' + "oAA" * 1000 + '","lineDash":[1,1],"lineWidth":50}]',
    "center=89.9,179.9&z=20",
    "center=-89.9,-179.9&z=3&size=640x640&scale=3",
]


def test_malicious_images_do_not_crash_a_worker_of_the_server(server: Served, key: SigningKey) -> None:
    before = server.workers()
    for query in HOSTILE_PICTURES:
        whole = query if query.startswith("center=") else f"{CENTER}&{query}"
        answer = server.get(sign(key, whole))
        assert answer.status_code == 200, (query[:80], answer.text)
        assert answer.content.startswith(PNG)
    assert server.workers() == before
    assert all(Path(f"/proc/{pid}").exists() for pid in before)
    assert is_picture(server.get(sign(key)))
