"""Measures an installation with a million keys: time to start, memory, and the first call of a key that is not cached.

    python bench/bench_keys.py [--keys N] [--write]

PostgreSQL on loopback is filled by COPY: the public keys that are used are real, the others are random bytes of the same
length. Then it measures a real server with two workers, and, for lookups at rates that HTTP cannot reach, a process with
the real admission. Exit code 1 if a limit is missed: ready in 5 s, a worker at most 250 MB, `key list` of a team at most 1 s,
the first call of a key that is not cached at most 10 ms slower than others, at most 50 queries a second for unknown Key
IDs. `--write` puts the figures into docs/performance.md.
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from report import write_section

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from served import TRIGPOINT, Served, a_server
from services import new_database, running_postgres
from trigpoint.authority.key_memory import MOST_KEYS
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import ENTROPY_BYTES, KeyId, TeamId, ten_character_id
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.auth_token import AuthTokenCase
from trigpoint.credentials.call import Call
from trigpoint.credentials.keypair import PrivateKey
from trigpoint.credentials.services import Service

REPORT = ROOT / "docs" / "performance.md"
KEYS_A_TEAM = 100
USED = 22_000
"""More keys than a worker caches."""
COLD = 200
LINES = 32
TRIES = 20
APART_S = 0.05
"""Interval between first calls of keys: without it, several keys would share a query."""
STRANGERS, AT_ONCE = 50_000, 1000
COLUMNS = (
    "key_id, team_id, maps_id, maps_id_key, name, name_key, services, public_key, private_half, state, created_at, "
    "created_by, version"
)
SERVICES = "mapkit_js server_api"
READY_S, WORKER_MB, LIST_S, DEARER_MS, QUESTIONS = 5.0, 250.0, 1.0, 10.0, 50.0


@dataclass(frozen=True)
class Used:
    """A key that is used."""

    key_id: KeyId
    team_id: TeamId
    private: PrivateKey

    def token(self) -> str:
        """Sign a new token: each has a different lifetime."""
        now = int(time.time())
        lives = 600 + secrets.randbelow(80_000)
        return auth_token.sign(
            self.private, key_id=self.key_id, team_id=self.team_id, issued_at=now, expires_at=now + lives
        )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--keys", type=int, default=1_000_000)
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="trigpoint-keys-") as folder, running_postgres() as address:
        home, url = Path(folder) / "home", new_database(address)
        open_authority(home=home, database_url=url).close()
        begun = time.monotonic()
        used = fill(url, options.keys)
        print(f"{options.keys:,} keys made and copied in {time.monotonic() - begun:.0f} s", flush=True)
        figures, lines = measure(home, url, used, options.keys)
    for line in lines:
        print(line)
    if options.write:
        write_section(REPORT, "keys", lines)
    return 0 if all(figures) else 1


def fill(url: str, count: int) -> list[Used]:
    """Fill the tables by COPY: a hundred keys for each team, two for each Maps ID."""
    used: list[Used] = []
    teams = [TeamId(new_id()) for _ in range(max(1, count // KEYS_A_TEAM))]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        with cursor.copy("COPY teams (team_id, name, created_at) FROM STDIN") as copy:
            for number, team in enumerate(teams):
                copy.write_row((team, f"Team {number}", number))
        with cursor.copy(
            "COPY maps_ids (identifier_key, identifier, team_id, description, created_at, created_by, version) FROM STDIN"
        ) as copy:
            for number in range(0, count, 2):
                name = f"maps.com.bench.app{number // 2}"
                copy.write_row((name, name, teams[number // KEYS_A_TEAM], "Bench", number, "operator:bench", 1))
        with cursor.copy(f"COPY keys ({COLUMNS}) FROM STDIN") as copy:
            for row in rows_of(teams, count, used):
                copy.write_row(row)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return used


def rows_of(teams: Sequence[TeamId], count: int, used: list[Used]) -> Iterator[tuple[object, ...]]:
    head = keypair.generate().public.der()[:-64]
    for number in range(count):
        key_id, team = KeyId(new_id()), teams[number // KEYS_A_TEAM]
        public = head + secrets.token_bytes(64)
        if number < USED:
            one = Used(key_id, team, keypair.generate())
            used.append(one)
            public = one.private.public.der()
        maps_id, name = f"maps.com.bench.app{number // 2}", f"Key {number}"
        row = (key_id, team, maps_id, maps_id, name, name.casefold(), SERVICES, public)
        yield (*row, "downloaded", "active", number, "operator:bench", 1)


def new_id() -> str:
    return ten_character_id(secrets.token_bytes(ENTROPY_BYTES))


def measure(home: Path, url: str, used: list[Used], count: int) -> tuple[list[bool], list[str]]:
    with a_server(
        home, forked=False, TRIGPOINT_DATABASE_URL=url
    ) as server:  # it would import the sample, which has nothing to do with keys
        wait_until_ready(server, imported=True)
    begun = time.monotonic()
    with a_server(home, "--workers", "2", forked=False, TRIGPOINT_DATABASE_URL=url) as server:
        wait_until_ready(server)
        ready = time.monotonic() - begun
        fresh = [rss_of(pid) for pid in server.workers()]
        supervisor = rss_of(server.process.pid)
        cold, warm, slowest = measure_cold(server, used[:COLD])
        use_all(server, used)
        full = [rss_of(pid) for pid in server.workers()]
        team = used[0].team_id
        listed, list_cpu = time_command(server, "key", "list", "--team", team, "--json")
        team_list, team_cpu = time_command(server, "team", "show", team, "--json")
    print(f"ready {ready:.1f} s, {fresh} to {full} MB, supervisor {supervisor:.0f} MB, list {listed:.2f} s", flush=True)
    print(f"cold {cold * 1000:.1f} ms, warm {warm * 1000:.1f} ms, nine in ten {slowest * 1000:.1f} ms more", flush=True)
    asked = asyncio.run(measure_strangers(home, url))
    slower_by = (cold - warm) * 1000
    rate = asked.questions / asked.seconds
    figures = [ready <= READY_S, max(full) <= WORKER_MB, listed <= LIST_S, slower_by <= DEARER_MS, rate <= QUESTIONS]
    first = f"{cold * 1000:.1f} ms, {warm * 1000:.1f} ms: {slower_by:.1f} ms more, nine in ten at most {slowest * 1000:.1f} ms"
    rows = [
        ("from the start of `serve` until it is ready", f"{ready:.1f} s", f"{READY_S:.0f} s"),
        ("a worker after its start; the supervisor", f"{max(fresh):.0f} MB; {supervisor:.0f} MB", ""),
        (f"a worker that remembers {MOST_KEYS:,} keys", f"{max(full):.0f} MB", f"{WORKER_MB:.0f} MB"),
        (
            f"`key list` of a team of {KEYS_A_TEAM} keys; its CPU time",
            f"{listed:.2f} s; {list_cpu:.2f} s",
            f"{LIST_S:.0f} s",
        ),
        ("`team show`; its CPU time", f"{team_list:.2f} s; {team_cpu:.2f} s", ""),
        (f"the first exchange of a key, and the next one: medians of {COLD}", first, f"{DEARER_MS:.0f} ms more"),
        (
            f"{STRANGERS:,} made-up Key IDs in {asked.seconds:.1f} s: questions a second, transactions a second",
            f"{rate:.0f}, {asked.transactions / asked.seconds:.0f}",
            f"{QUESTIONS:.0f}",
        ),
    ]
    lines = [
        f"{count:,} keys of {max(1, count // KEYS_A_TEAM):,} teams on PostgreSQL, two workers, {USED:,} of the keys in use:",
        "",
        "| figure | result | aim |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return figures, lines


def wait_until_ready(server: Served, *, imported: bool = False) -> None:
    while (answer := server.get("/readyz")).status_code != 200 or (imported and "import" in answer.json()["parts"]):
        time.sleep(0.02)


class Line:
    """A connection, which always has the same worker."""

    def __init__(self, server: Served) -> None:
        parts = urlsplit(server.url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def exchange(self, used: Used) -> float:
        """Exchange a new token; give the seconds that it took. A busy machine may respond with 503; then try again."""
        token = used.token()
        for _ in range(TRIES):
            begun = time.perf_counter()
            self._connection.request("GET", "/v1/token", headers={"authorization": f"Bearer {token}"})
            answer = self._connection.getresponse()
            body = answer.read()
            taken = time.perf_counter() - begun
            if answer.status == 200:
                return taken
            if answer.status != 503:
                break
        raise SystemExit(f"not exchanged: {answer.status} {body[:300]!r}")


def measure_cold(server: Served, used: list[Used]) -> tuple[float, float, float]:
    """Exchange two fresh tokens of each key on one connection; give the medians, and nine in ten of the differences.

    Each key is of a team that has calls in memory already, so that the key is all that is new.
    """
    line = Line(server)
    for one in {one.team_id: one for one in used}.values():
        line.exchange(one)
    rest = [one for one in used if one not in {one.team_id: one for one in used}.values()]
    pairs = []
    for one in rest:
        pairs.append((line.exchange(one), line.exchange(one)))
        time.sleep(APART_S)
    slowest = statistics.quantiles([cold - warm for cold, warm in pairs], n=10)[-1]
    return statistics.median(cold for cold, _ in pairs), statistics.median(warm for _, warm in pairs), slowest


def use_all(server: Served, used: list[Used]) -> None:
    """Use every key on both workers; many at once, because those that come within 20 ms share a question."""
    lines = [Line(server) for _ in range(LINES)]

    def use_one(number: int) -> None:
        for one in (*used[number::LINES], *used[(number + LINES // 2) % LINES :: LINES]):
            lines[number].exchange(one)

    with ThreadPoolExecutor(LINES) as threads:
        list(threads.map(use_one, range(LINES)))


def rss_of(pid: int) -> float:
    """Give the resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def time_command(server: Served, *arguments: str) -> tuple[float, float]:
    """Run a command five times; give the median of its wall time and of its CPU time, in seconds."""
    walls, cpus = [], []
    for _ in range(5):
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run([TRIGPOINT, *arguments], env=dict(server.environment), capture_output=True, check=True)
        walls.append(time.monotonic() - begun)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        json.loads(done.stdout)
    return statistics.median(walls), statistics.median(cpus)


@dataclass(frozen=True)
class Asked:
    """The cost of lookups of unknown Key IDs."""

    seconds: float
    questions: int
    transactions: int


async def measure_strangers(home: Path, url: str) -> Asked:
    """Look up invented Key IDs as fast as possible, a thousand calls at once, and count the queries."""
    authority = open_authority(home=home, database_url=url)
    await authority.catch_up()
    before, transactions, begun = authority.count_keys()["questions"], transactions_of(url), time.monotonic()
    numbers = iter(range(STRANGERS))

    async def strangers() -> None:
        for _ in numbers:
            await look_up(authority, KeyId(new_id()))

    await asyncio.gather(*(strangers() for _ in range(AT_ONCE)))
    seconds = time.monotonic() - begun
    questions = authority.count_keys()["questions"] - before
    await asyncio.sleep(1.5)  # PostgreSQL counts with a delay
    asked = Asked(seconds, questions, transactions_of(url) - transactions)
    authority.close()
    return asked


async def look_up(authority: Authority, key_id: KeyId) -> None:
    """Look up a Key ID as a call with a token does."""
    case = AuthTokenCase(Call(Service.SERVER_API, None, time.time()), None, None, {}, {})
    with contextlib.suppress(UnavailableError):  # on a machine that does other work a question may take a second: 503
        await authority._admission.lookups.complete(case, lambda: case, lambda _case: (key_id,))


def transactions_of(url: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    return 0 if row is None else int(row[0])


if __name__ == "__main__":
    os.environ.pop("TRIGPOINT_HOME", None)
    sys.exit(main())
