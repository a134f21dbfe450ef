"""Two machines, four workers, one PostgreSQL: the quota is exact, and a revoked key is refused everywhere at once."""

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from journeys.conftest import Installer, SigningKey
from machines import WORKERS, Line, a_load, management_of, open_lines, two_machines, wait_until, write_request
from served import Served
from services import new_database
from trigpoint.credentials.quota import block_size

CALL = "/v1/geocode?q="
"""A call that is admitted and counted, and breaks a rule after that (400): it needs no engine."""
LIMIT = 2_000
ALL_SEEN = 30
"""Number of refusals in a row on every connection after which all leases are used up."""


@pytest.fixture(scope="module")
def machines(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Served]]:
    with two_machines(tmp_path_factory.mktemp("machines"), new_database(postgres), "--no-sample") as both:
        yield both


@pytest.fixture(scope="module")
def installer(machines: list[Served]) -> Installer:
    return Installer(machines[0])


@pytest.fixture(scope="module")
def manager(machines: list[Served]) -> Any:
    return management_of(machines[0])


def limit(machine: Served, key: SigningKey, calls: int) -> None:
    set_ = ("quota", "set", "--team", key.team_id, "--key", key.key_id, "--service-calls", str(calls))
    machine.trigpoint(*set_).check_returncode()


def is_used_up(lines: list[Line]) -> bool:
    return all(line.refused_in_a_row(429) >= ALL_SEEN for line in lines)


def test_four_workers_on_two_machines_admit_exactly_the_quota(machines: list[Served], key: SigningKey) -> None:
    limit(machines[0], key, LIMIT)
    access = machines[1].get("/v1/token", key.signer.auth_token()).json()["accessToken"]
    with open_lines(machines, each=2) as lines:
        with a_load(lines, write_request(CALL, access)):
            wait_until(lambda: is_used_up(lines), "the quota is never used up")
        admitted = [len(line.admitted) for line in lines]
        assert len({line.worker for line in lines}) == 2 * WORKERS
        assert sum(admitted) == LIMIT - 1  # the exchange was one
        assert {answer.status for line in lines for answer in line.answers} == {400, 429}


def test_a_worker_killed_under_load_loses_at_most_one_block(machines: list[Served], key: SigningKey) -> None:
    limit(machines[0], key, LIMIT)
    access = machines[0].get("/v1/token", key.signer.auth_token()).json()["accessToken"]
    with open_lines(machines, each=2) as lines:
        victim = lines[0].worker
        killed = [line for line in lines if line.worker == victim]
        others = [line for line in lines if line.worker != victim]
        with a_load(lines, write_request(CALL, access)):
            wait_until(lambda: len(lines[0].answers) > LIMIT // 20, "no call is answered")
            os.kill(victim, signal.SIGKILL)
            wait_until(lambda: is_used_up(others), "the quota is never used up")
        unanswered = sum(line.unanswered for line in killed)
        admitted = 1 + sum(len(line.admitted) for line in lines)
    assert 1 <= unanswered <= len(killed)
    assert LIMIT - block_size(LIMIT) - unanswered <= admitted <= LIMIT
    wait_until(lambda: len(machines[0].workers()) == WORKERS, "the worker is not replaced")


@pytest.mark.parametrize("holder", ["key", "Maps token"])
def test_a_key_revoked_on_one_machine_is_refused_by_every_worker_from_the_response_on(
    machines: list[Served], key: SigningKey, manager: Any, holder: str
) -> None:
    limit(machines[0], key, 10_000_000)
    if holder == "key":
        auth, path, body = key.signer.auth_token(), f"keys/{key.key_id}/revoke", {"reason": "compromised"}
    else:
        issued = manager(f"teams/{key.team_id}/maps-tokens", {"type": "server_api"})
        auth, path, body = issued["token"], f"maps-tokens/{issued['tokenId']}/revoke", None
    access = machines[1].get("/v1/token", auth).json()["accessToken"]
    with open_lines(machines, each=1) as lines:
        with a_load(lines, write_request(CALL, access)):
            wait_until(lambda: all(len(line.admitted) > 20 for line in lines), "no call is answered")
            manager(path, body)
            acknowledged = time.monotonic()
            wait_until(
                lambda: all(line.refused_in_a_row(401, 429) >= ALL_SEEN for line in lines), "it is never refused"
            )
        late = {line.worker: max(answer.sent for answer in line.admitted) - acknowledged for line in lines}
    assert len(late) == 2 * WORKERS
    assert max(late.values()) < 0, late


@pytest.mark.parametrize("holder", ["key", "Maps token"])
def test_no_machine_serves_a_tile_to_a_map_whose_credential_was_revoked(
    machines: list[Served], key: SigningKey, manager: Any, holder: str
) -> None:
    limit(machines[0], key, 10_000_000)
    if holder == "key":
        auth, path, body = key.signer.auth_token(), f"keys/{key.key_id}/revoke", {"reason": "compromised"}
    else:
        issued = manager(f"teams/{key.team_id}/maps-tokens", {"type": "mapkit_js"})
        auth, path, body = issued["token"], f"maps-tokens/{issued['tokenId']}/revoke", None
    opened = machines[1].get("/ma/bootstrap", auth).json()
    tile = write_request(f"/ti/world/0/0/0.mvt?accessKey={opened['accessKey']}", "none")
    call = write_request(CALL, opened["authInfo"]["access_token"])
    with open_lines(machines, each=2) as lines:
        pairs = sorted(lines, key=lambda line: (line.machine, line.worker))  # two of each worker, side by side
        tiles, calls = pairs[::2], pairs[1::2]
        with a_load(tiles, tile), a_load(calls, call):
            wait_until(lambda: all(len(line.admitted) > 20 for line in lines), "no tile is given")
            manager(path, body)
            acknowledged = time.monotonic()
            wait_until(
                lambda: all(line.refused_in_a_row(401, 429) >= ALL_SEEN for line in lines), "it is never refused"
            )
        late = {line.port: max(answer.sent for answer in line.admitted) - acknowledged for line in lines}
    assert {answer.status for line in tiles for answer in line.answers} <= {200, 401, 429}
    assert {answer.status for line in calls for answer in line.answers} <= {400, 401, 429}
    assert len({line.worker for line in tiles}) == 2 * WORKERS
    assert max(late.values()) < 0, late
