"""Over real HTTP with two workers: the quota is exact, and usage and metrics agree with the client's own count."""

import csv
import io
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from places_fakes import an_id
from served import Served, a_server
from trigpoint.client import Signer
from web.portal.browsing import Page
from web.portal.usage_pages import figures_of, table_of

CALL = "/v1/reverseGeocode?loc=60.1699,24.9384"
LIMIT = 150
CALLS = 300


@pytest.mark.xdist_group("journeys")
def test_the_quota_is_exact_and_the_counts_are_those_of_the_client(
    installer: Any, tmp_path: Path, server: Served
) -> None:
    key = installer.key(tmp_path)
    server.trigpoint(
        "quota", "set", "--team", key.team_id, "--service-calls", str(LIMIT), "--key", key.key_id
    ).check_returncode()
    access = server.get("/v1/token", key.signer.auth_token()).json()["accessToken"]
    counted: Counter[int] = Counter({200: 1})

    def call(number: int) -> httpx.Response:
        path = CALL if number % 3 else "/v1/geocode?q="  # every third one breaks a rule
        return server.get(path, access, origin=f"https://{number % 2}.example")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(call, range(CALLS)))
    answers += [call(number) for number in range(20)]  # one by one, until both workers have noticed
    counted.update(answer.status_code for answer in answers)
    admitted = sum(count for status, count in counted.items() if status != 429)
    assert admitted == LIMIT
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["error"]["message"] == "Too Many Requests"
    assert re.fullmatch(r'"day";r=0;t=\d+', refused.headers["ratelimit"])
    assert refused.headers["ratelimit-policy"] == f'"day";q={LIMIT};w=86400'
    assert int(refused.headers["retry-after"]) <= 86_400

    def usage() -> dict[int, int]:
        command = ("usage", "show", "--team", key.team_id, "--by", "status", "--by", "key", "--json")
        rows = json.loads(server.trigpoint(*command).stdout)
        return {int(row["status"]): row["calls"] for row in rows if row["key"] == key.key_id}

    wait_until(lambda: usage() == dict(counted))
    quotas = json.loads(server.trigpoint("quota", "show", "--team", key.team_id, "--json").stdout)
    assert next(row for row in quotas if row["holder"] == key.key_id)["used"] == LIMIT
    metrics = httpx.get(server.url + "/metrics").text
    assert f'trigpoint_quota_left{{subject="key:{key.key_id}",meter="service_calls"}} 0' in metrics
    assert 'trigpoint_up{part="credentials"} 1' in metrics
    told = httpx.get(server.url + "/metrics", headers={"x-forwarded-for": "192.0.2.1"})
    assert told.status_code == 403


def test_a_server_that_stops_has_written_every_call(tmp_path: Path) -> None:
    """Counts of the last second are written before the server ends, and unused leases are returned."""
    with a_server(tmp_path / "home", "--no-sample") as served:
        team = json.loads(served.trigpoint("team", "create", "Stop", "--json").stdout)["teamId"]
        token = served.trigpoint("maps-token", "create", "--team", team, "--type", "server_api").stdout.strip()
        for _ in range(7):
            assert served.get("/v1/token", token).status_code == 200
    rows = json.loads(served.trigpoint("usage", "show", "--team", team, "--json").stdout)
    assert [row["calls"] for row in rows] == [7]
    quotas = json.loads(served.trigpoint("quota", "show", "--team", team, "--json").stdout)
    assert (quotas[0]["used"], quotas[0]["taken"]) == (7, 7)


SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15"
DIMENSIONS = ("key", "mapsId", "service", "origin", "status")
Sums = dict[str, int]
Noted = tuple[Counter[tuple[str, ...]], tuple[str, ...]]
"""A counter of the client's, and what one call adds one to."""
Work = Callable[[], Noted]


@dataclass
class OwnCount:
    """What the client counted itself: each call by the values of `DIMENSIONS`, each refusal by key and reason."""

    calls: Counter[tuple[str, ...]] = field(default_factory=Counter)
    refusals: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def by(self, name: str, **only: str) -> Sums:
        """Sum the calls that have some values, by one of the dimensions."""
        sums: Counter[str] = Counter()
        for values, calls in self.calls.items():
            named = dict(zip(DIMENSIONS, values, strict=True))
            if all(named[filtered] == value for filtered, value in only.items()):
                sums[named[name]] += calls
        return dict(sums)

    def refused(self, place: int, *, keys: tuple[str, ...] = ()) -> Sums:
        """Sum the refusals by key (0) or reason (1), those of some keys or all."""
        sums: Counter[str] = Counter()
        for values, calls in self.refusals.items():
            if not keys or values[0] in keys:
                sums[values[place]] += calls
        return dict(sums)


@dataclass
class Team:
    """A team with what signs: the keys of a website and an app, one that was revoked, and a Maps token."""

    server: Served
    team_id: str
    website: Signer
    app: Signer
    revoked: Signer
    token: str
    token_id: str


@pytest.fixture
def team(server: Served, tmp_path: Path) -> Team:
    def told(*arguments: str) -> dict[str, str]:
        done = server.trigpoint(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, str] = json.loads(done.stdout)
        return found

    team_id = told("team", "create", "Counting")["teamId"]

    def signer(name: str, maps_id: str) -> Signer:
        key = told("key", "create", name, "--team", team_id, "--maps-id", maps_id, "--out", str(tmp_path))
        return Signer.from_file(Path(key["path"]), team_id=team_id)

    for maps_id in ("maps.com.counting.website", "maps.com.counting.app"):
        told("maps-id", "register", maps_id, "--team", team_id, "--description", "Counted")
    website, app = signer("Website", "maps.com.counting.website"), signer("App", "maps.com.counting.app")
    revoked = signer("Old website", "maps.com.counting.website")
    told("key", "revoke", revoked.key_id, "--reason", "superseded", "--yes")
    told("quota", "set", "--team", team_id, "--key", app.key_id, "--service-calls", "30")
    issued = told("maps-token", "create", "--team", team_id, "--type", "server_api", "--origins", "contact.example")
    return Team(server, team_id, website, app, revoked, issued["token"], issued["tokenId"])


def visit_portal(server: Served, team_id: str) -> httpx.Client:
    """Create the first account as Account Holder of a team, and return a client with its session.

    Safari keeps its cookie over plain HTTP on loopback, and so does this client.
    """
    link = json.loads(server.trigpoint("person", "set-up-link", "--json").stdout)["link"]
    client = httpx.Client(base_url=server.url, headers={"user-agent": SAFARI}, follow_redirects=True, timeout=60)
    path = "/set-up/" + link.split("/set-up/")[1]
    values = {"name": "Ada", "email": "ada@example.com", "password": "a heron stood there 7", "team_id": team_id}
    target, sent = Page(client.get(path)).forms[0].fill(values)
    answer = client.post(target or path, data=dict(sent))
    assert answer.url.path == f"/teams/{team_id}", answer.text
    return client


def make_calls(team: Team) -> OwnCount:
    """Make a known mix of calls, eight at a time and in no order, and count them as a client does."""
    server, own = team.server, OwnCount()

    def exchange(token: str, key: str, maps_id: str, origin: str = "") -> str:
        answer = server.get("/v1/token", token, **({"origin": origin} if origin else {}))
        assert answer.status_code == 200, answer.text
        own.calls[key, maps_id, "server_api", origin, "200"] += 1
        return str(answer.json()["accessToken"])

    def calls(key: str, maps_id: str, access: str, origin: str, mix: dict[str, int]) -> Iterator[Work]:
        def call(path: str) -> Noted:
            answer = server.get(path, access, **({"origin": origin} if origin else {}))
            return own.calls, (key, maps_id, "server_api", origin, str(answer.status_code))

        return (partial(call, path) for path, times in mix.items() for _ in range(times))

    def refusals(key: str, reason: str, token: str, times: int, **headers: str) -> Iterator[Work]:
        def call() -> Noted:
            assert server.get("/v1/token", token, **headers).status_code == 401
            return own.refusals, (key, reason)

        return (call for _ in range(times))

    website, app = ("maps.com.counting.website", "maps.com.counting.app")
    for_website = exchange(team.website.sign(), team.website.key_id, website)
    for_app = exchange(team.app.sign(), team.app.key_id, app)
    for_contact = exchange(team.token, team.token_id, "", "https://contact.example")
    late = Signer(team.website.private_key, team.website.key_id, team.team_id, clock=lambda: time.time() - 86_400 * 9)
    found, wrong, nowhere, off = (
        CALL,
        "/v1/geocode?q=",
        f"/v1/place/{an_id(77)}",
        "/v1/etas?origin=60.1712,24.9414&destinations=60.1675,24.9442",
    )
    work = [
        *calls(team.website.key_id, website, for_website, "https://a.example", {found: 17, wrong: 5, nowhere: 3}),
        *calls(team.website.key_id, website, for_website, "https://b.example", {found: 4, off: 2}),
        *calls(team.website.key_id, website, for_website, "", {found: 9}),
        *calls(team.app.key_id, app, for_app, "", {found: 45}),
        *calls(team.token_id, "", for_contact, "https://contact.example", {found: 6}),
        *refusals(team.website.key_id, "TOKEN_EXPIRED", late.sign(), 5),
        *refusals(team.revoked.key_id, "KEY_REVOKED", team.revoked.sign(), 4),
        *refusals(team.token_id, "ORIGIN_CHECK_FAILURE", team.token, 3, origin="https://evil.example"),
    ]
    random.Random(6).shuffle(work)
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(one) for one in work]:
            counter, values = done.result()
            counter[values] += 1
    for _ in range(2):
        server.get("/v1/token")  # names no key, and so no team
    server.get(CALL)
    return own


def test_the_dashboard_is_exact_to_the_last_call(team: Team) -> None:
    """Every number of the portal's page and of its CSV is the one that the client counted itself."""
    before = refused_everywhere(team.server)  # the server is that of all journeys
    own = make_calls(team)
    assert own.by("status").keys() >= {"200", "400", "404", "429"}
    assert sum(own.by("status", key=team.app.key_id).values()) - own.by("status", key=team.app.key_id)["429"] == 30
    with closing(visit_portal(team.server, team.team_id)) as portal:
        base = f"/teams/{team.team_id}/usage"

        def exported(**query: str) -> Sums:
            answer = portal.get(f"{base}/export/csv?{urlencode(query)}")
            assert answer.status_code == 200, answer.text
            sums: Counter[str] = Counter()
            for _, value, calls in list(csv.reader(io.StringIO(answer.text)))[1:]:
                sums[value] += int(calls)
            return dict(sums)

        def shown(**query: str) -> list[int]:
            """The last line of the page's table: the largest column first, the total at the end."""
            page = Page(portal.get(f"{base}?{urlencode(query)}"))
            assert page.status == 200, page.text
            lines = [[int(cell.replace(",", "")) for cell in row[1:]] for row in table_of(page)[1:]]
            assert [sum(column) for column in zip(*lines[:-1], strict=True)] == lines[-1]
            return lines[-1]

        def columns(sums: Sums) -> list[int]:
            return [*sorted(sums.values(), reverse=True), sum(sums.values())]

        wait_until(lambda: exported(by="status") == own.by("status"))
        wait_until(lambda: exported(show="refusals") == own.refused(1))
        for reach in ("day", "month", "year"):
            for name in DIMENSIONS:
                assert exported(by=name, reach=reach) == own.by(name)
                assert shown(by=name, reach=reach) == columns(own.by(name))
        filters = [(name, value) for name in DIMENSIONS for value in own.by(name)]
        for name, value in filters:
            for by in DIMENSIONS:
                assert exported(by=by, **{name: value or "(none)"}) == own.by(by, **{name: value}), (name, value, by)
        both = {"key": team.website.key_id, "origin": "https://a.example"}
        assert shown(by="status", **both) == columns(own.by("status", **both))
        assert shown(show="refusals") == columns(own.refused(1))
        assert exported(show="refusals", by="key") == own.refused(0)
        of_website = own.refused(1, keys=(team.website.key_id, team.revoked.key_id))
        assert exported(show="refusals", mapsId="maps.com.counting.website") == of_website
        assert exported(show="refusals", key=team.token_id) == own.refused(1, keys=(team.token_id,))
        page = Page(portal.get(base))
        statuses = own.by("status")
        assert figures_of(page) == {
            "calls": str(sum(statuses.values())),
            "successful": str(statuses["200"]),
            "with an error": str(sum(statuses.values()) - statuses["200"] - statuses["429"]),
            "over a limit": str(statuses["429"]),
            "refused tokens": str(sum(own.refused(1).values())),
        }
        assert "Maps token " + team.token_id + " live" in page.text
        quotas = Page(portal.get(f"/teams/{team.team_id}/quotas"))
        assert f"Used up: 30 of 30 service calls per day of the key App ({team.app.key_id})." in quotas.text
        spent = sum(statuses.values()) - statuses["429"]
        assert f"Service calls per day the default {spent} of 25,000 used" in quotas.text
    everywhere = before + Counter(own.refused(1) | {"AUTHORIZATION_MISSING": 3})
    wait_until(lambda: refused_everywhere(team.server) == everywhere)
    uses = json.loads(team.server.trigpoint("usage", "last-used", "--team", team.team_id, "--json").stdout)
    of_token = next(one for one in uses if one["subject"] == team.token_id)
    assert (of_token["origin"], of_token["network"]) == ("https://contact.example", "127.0.0.0/24")


def refused_everywhere(server: Served) -> Counter[str]:
    """Ask the command line for the refusals of the whole installation, by reason."""
    rows = json.loads(server.trigpoint("usage", "refusals", "--json").stdout)
    return Counter({row["reason"]: row["calls"] for row in rows})


def wait_until(holds: Any) -> None:
    """Wait for the workers to write their counters, once a second."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)
