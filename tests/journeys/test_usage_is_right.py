"""Over real HTTP with two workers: the quota is exact, and usage and metrics agree with the client's own count."""

import json
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from served import Served, a_server

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
    """What is counted in the last second is written before the server ends, and so is what it did not spend."""
    with a_server(tmp_path / "home", "--no-sample") as served:
        team = json.loads(served.trigpoint("team", "create", "Stop", "--json").stdout)["teamId"]
        token = served.trigpoint("maps-token", "create", "--team", team, "--type", "server_api").stdout.strip()
        for _ in range(7):
            assert served.get("/v1/token", token).status_code == 200
    rows = json.loads(served.trigpoint("usage", "show", "--team", team, "--json").stdout)
    assert [row["calls"] for row in rows] == [7]
    quotas = json.loads(served.trigpoint("quota", "show", "--team", team, "--json").stdout)
    assert (quotas[0]["used"], quotas[0]["taken"]) == (7, 7)


def wait_until(holds: Any) -> None:
    """Wait for the workers to write their counters, once a second."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)
