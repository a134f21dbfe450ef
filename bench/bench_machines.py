"""Measures two machines with two workers each on one PostgreSQL, under load: exact quotas, and the time until a revocation.

    python bench/bench_machines.py [--rounds N] [--write]

Real servers with the sample region, real tokens over real HTTP, and connections whose worker is known. Keys and Maps
tokens are revoked through the management API of the first machine; times count from its response. Exit code 1 if the sum of
admitted calls is not the limit, or if a call that was sent a second later is still admitted. `--write` puts the figures
into docs/performance.md.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from report import write_section

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from machines import Line, a_load, open_lines, two_machines, wait_until, write_request
from served import Served
from services import new_database, running_postgres
from trigpoint.client import Signer
from trigpoint.credentials import keypair

REPORT = ROOT / "docs" / "performance.md"
CALL = "/v1/reverseGeocode?loc=60.1699,24.9384"
LIMIT = 10_000
BOUND_S = 1.0
WARM_CALLS = 50
ALL_SEEN = 50


class Manager:
    """The management API of a machine, as the installation."""

    def __init__(self, machine: Served) -> None:
        told = machine.trigpoint("api-token", "create", "Bench", "--installation")
        headers = {"authorization": f"Bearer {told.stdout.strip()}"}
        self.client = httpx.Client(base_url=f"{machine.url}/manage/v1/", headers=headers, timeout=60)
        self.team_id = self.post("teams", {"name": "Bench"})["teamId"]
        self.post(f"teams/{self.team_id}/maps-ids", {"mapsId": "maps.com.bench", "description": "Bench"})
        self.set_limit(10**9)

    def post(self, path: str, body: object = None) -> dict[str, str]:
        answer = self.client.post(path, json=body)
        assert answer.is_success, answer.text
        found: dict[str, str] = answer.json()
        return found

    def set_limit(self, calls: int) -> None:
        answer = self.client.put(f"teams/{self.team_id}/quotas/service_calls", json={"limit": calls})
        assert answer.is_success, answer.text

    def new_key(self, name: str) -> tuple[str, str]:
        """Make a key; give its id and an auth token."""
        made = self.post(f"teams/{self.team_id}/keys", {"name": name, "mapsId": "maps.com.bench"})
        private = keypair.read_private_key(made["privateKey"])
        signer = Signer(private, team_id=self.team_id, key_id=made["keyId"])
        return made["keyId"], signer.auth_token()


@dataclass(frozen=True)
class Lag:
    """When the last admitted and the first refused call of a worker were sent, in seconds after the response to a revocation."""

    machine: int
    worker: int
    last_admitted: float
    first_refused: float


def exchange(machine: Served, auth: str) -> str:
    token: str = machine.get("/v1/token", auth).json()["accessToken"]
    return token


def exhaust_quota(machines: Sequence[Served], manager: Manager) -> tuple[list[Line], float]:
    """Call until every worker refuses; give the connections, and the seconds until the last admitted call."""
    key_id, auth = manager.new_key("Quota")
    access = exchange(machines[1], auth)
    body = {"limit": LIMIT, "keyId": key_id}
    manager.client.put(f"teams/{manager.team_id}/quotas/service_calls", json=body).raise_for_status()
    with open_lines(machines, each=2) as lines:
        began = time.monotonic()
        with a_load(lines, write_request(CALL, access)):
            wait_until(lambda: all(one.refused_in_a_row(429) >= ALL_SEEN for one in lines), "it is never used up")
    manager.post(f"keys/{key_id}/revoke", {"reason": "superseded"})
    return lines, max(answer.answered for line in lines for answer in line.admitted) - began


def revoke_under_load(machines: Sequence[Served], manager: Manager, auth: str, path: str, body: object) -> list[Lag]:
    access = exchange(machines[1], auth)
    with open_lines(machines, each=1) as lines, a_load(lines, write_request(CALL, access)):
        wait_until(lambda: all(len(line.admitted) >= WARM_CALLS for line in lines), "no call is answered")
        manager.post(path, body)
        acknowledged = time.monotonic()
        wait_until(lambda: all(line.refused_in_a_row(401, 429) >= ALL_SEEN for line in lines), "it is never refused")
    return [
        Lag(
            line.machine,
            line.worker,
            max(answer.sent for answer in line.admitted) - acknowledged,
            min(answer.answered for answer in line.answers if answer.status in {401, 429}) - acknowledged,
        )
        for line in lines
    ]


def measure(folder: Path, database: str, rounds: int) -> tuple[list[str], bool]:
    """Measure everything; give the lines of the report, and whether both promises hold."""
    with two_machines(folder, database) as machines:
        manager = Manager(machines[0])
        lines, seconds = exhaust_quota(machines, manager)
        lags: dict[str, list[Lag]] = {"a key": [], "a Maps token": []}
        for number in range(rounds):
            key_id, auth = manager.new_key(f"Round {number}")
            revoke = f"keys/{key_id}/revoke"
            lags["a key"] += revoke_under_load(machines, manager, auth, revoke, {"reason": "compromised"})
            issued = manager.post(f"teams/{manager.team_id}/maps-tokens", {"type": "server_api"})
            revoke = f"maps-tokens/{issued['tokenId']}/revoke"
            lags["a Maps token"] += revoke_under_load(machines, manager, issued["token"], revoke, None)
    told, exact = format_quota(lines, seconds)
    worst = max(lag.last_admitted for found in lags.values() for lag in found)
    return [*told, "", *format_lags(lags, rounds)], exact and worst < BOUND_S


def format_quota(lines: Sequence[Line], seconds: float) -> tuple[list[str], bool]:
    shares: Counter[tuple[int, int]] = Counter()
    for line in lines:
        shares[line.machine, line.worker] += len(line.admitted)
    admitted = sum(shares.values())
    refused = sum(answer.status == 429 for line in lines for answer in line.answers)
    split = "; ".join(
        " + ".join(f"{count:,}" for (machine, _), count in sorted(shares.items()) if machine == number)
        for number in range(2)
    )
    text = (
        f"A limit of {LIMIT:,} calls, {len(lines)} connections: **{admitted:,} admitted** at {admitted / seconds:,.0f} "
        f"a second (by worker, machine by machine: {split}), {refused:,} refused with 429."
    )
    return [text], admitted == LIMIT


def format_lags(lags: dict[str, list[Lag]], rounds: int) -> list[str]:
    columns = "machine | last admitted call: median, worst | first refusal, worker by worker: median, worst"
    told = [f"| {rounds} times each, milliseconds after the answer | {columns} |", "|---|---|---|---|"]
    for what, found in lags.items():
        by_machine: dict[int, list[Lag]] = defaultdict(list)
        for lag in found:
            by_machine[lag.machine].append(lag)
        for machine, of_machine in sorted(by_machine.items()):
            where = "that revoked" if machine == 0 else "the other"
            workers = sorted({lag.worker for lag in of_machine})
            last = [
                max(lag.last_admitted for lag in of_machine[start : start + len(workers)])
                for start in range(0, len(of_machine), len(workers))
            ]
            first = "; ".join(
                format_milliseconds([lag.first_refused for lag in of_machine if lag.worker == worker])
                for worker in workers
            )
            told.append(f"| {what} is revoked | {where} | {format_milliseconds(last)} | {first} |")
    return told


def format_milliseconds(seconds: Sequence[float]) -> str:
    """Write a median and the worst in milliseconds."""
    return f"{statistics.median(seconds) * 1000:,.0f}, {max(seconds) * 1000:,.0f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_postgres() as address:
        lines, holds = measure(Path(folder), new_database(address), options.rounds)
    print("\n".join(lines))
    if options.write:
        write_section(REPORT, "machines", lines)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
