"""Measures how many place queries a worker answers, by size of the index: CPU time of an answer, and answers a second over HTTP.

    .venv/bin/python bench/bench_places_load.py DATA… [--write]

DATA is a data folder with `places/` in it (`trigpoint import`), best a small and a large one. Questions are made from
the addresses and names of the index itself, other ones for each round.
1. In one process, the processor time of each answer: median and 99 of 100. It does not count what other programs take.
2. A server with one, two and four workers, real access tokens over real HTTP, eight connections that each wait for their
   answer: the workers' processor time for each answer goes into the table, the rate is printed: whoever asks, and what
   else runs, shares the cores with the workers. A worker answers on one thread, so it uses one core; what cores more
   than the machine has would answer is the rate of one times their number if an answer takes as much of more workers.
"""

import argparse
import asyncio
import gc
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
from report import write_section

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from served import Served, a_server
from trigpoint.authority.opening import open_authority
from trigpoint.base.geo import Point
from trigpoint.client import Signer
from trigpoint.credentials import keypair
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.roles import SYSTEM
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.index.datafile import decode_record
from trigpoint.engines.generations import folder_in_service
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, ReverseQuery
from trigpoint.web.app import YOUNG

PAGE = ROOT / "docs" / "performance.md"
ASKED, CONNECTIONS, SECONDS, WARM_S, LEAST = 400, 8, 5.0, 2.0, 5
WORKERS = (1, 2, 4)
KINDS = ("address", "address with a typing error", "reverse", "one letter, near", "three letters, near")
Rows = Sequence[tuple[str, float, float]]


@dataclass(frozen=True)
class Question:
    """A question as a method of the engine takes it, and as a path of the API."""

    ask: Callable[[EmbeddedPlaces], Awaitable[object]]
    path: str


def addresses_of(places: Path) -> Rows:
    """Read addresses from all over an index: text, latitude, longitude."""
    folder = folder_in_service(places)
    if folder is None:
        raise SystemExit(f"{places} holds no places: import some first")
    chance, found = random.Random(4), []
    with closing(sqlite3.connect(f"file:{folder / 'places.sqlite'}?mode=ro", uri=True)) as db:
        (most,) = db.execute("SELECT max(id) FROM house").fetchone()
        while len(found) < 8 * ASKED:
            row = db.execute(
                "SELECT number, lat, lng, data FROM house JOIN record ON record.id = house.street WHERE house.id >= ? LIMIT 1",
                (chance.randrange(most),),
            ).fetchone()
            name = decode_record(row[3]).names.get("", "") if row is not None else ""
            if len(name) >= LEAST:
                found.append((f"{name} {row[0]}", row[1], row[2]))
    return found


def questions(kind: str, rows: Rows, chance: random.Random) -> Iterator[Question]:
    for text, latitude, longitude in rows:
        near = Point(latitude, longitude)
        where = f"{latitude:.5f},{longitude:.5f}"
        if kind == "reverse":
            moved = Point(latitude + chance.uniform(-2e-4, 2e-4), longitude)
            path = f"/v1/reverseGeocode?loc={moved.latitude:.6f},{longitude:.6f}"
            yield Question(lambda engine, moved=moved: engine.reverse(ReverseQuery(point=moved)), path)
        elif kind.startswith("address"):
            asked = mistyped(text, chance) if "error" in kind else text
            path = f"/v1/geocode?q={quote(asked)}&searchLocation={where}"
            query = GeocodeQuery(text=asked, hints=Hints(search_location=near))
            yield Question(lambda engine, query=query: engine.geocode(query), path)
        else:
            typed = text[: 1 if "one" in kind else 3].strip()
            path = f"/v1/searchAutocomplete?q={quote(typed)}&searchLocation={where}"
            completion = AutocompleteQuery(text=typed, hints=Hints(search_location=near))
            yield Question(lambda engine, query=completion: engine.autocomplete(query), path)


def mistyped(text: str, chance: random.Random) -> str:
    """Exchange two neighbouring letters of the first word, not the first."""
    length = len(text.split(" ", 1)[0])
    at = chance.randrange(1, max(2, length - 1))
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


async def in_process(data: Path, rows: Rows) -> dict[str, list[float]]:
    """Measure the processor time of each answer in seconds; the first half of each kind warms up."""
    engine, chance, took = open_embedded(data), random.Random(5), {}
    engine.readers()
    gc.collect()
    gc.freeze()  # as a worker does when it has started
    gc.set_threshold(YOUNG)
    for kind in KINDS:
        took[kind] = []
        for at, question in enumerate(questions(kind, rows[: 2 * ASKED], chance)):
            before = time.process_time()
            await question.ask(engine)
            if at >= ASKED:
                took[kind].append(time.process_time() - before)
    engine.close()
    return took


def served_rates(data: Path, rows: Rows, workers: int) -> dict[str, tuple[float, float]]:
    """Ask a server; give answers a second and the workers' processor time for each, by kind."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        token = make_key(home)
        settings = {"TRIGPOINT_DATA": str(data), "TRIGPOINT_GAZETTEER": "0", "TRIGPOINT_WORKERS": str(workers)}
        with a_server(home, "--no-sample", forked=False, **settings) as server:
            access = server.get("/v1/token", token).json()["accessToken"]
            return {kind: asyncio.run(rate(server, access, kind, rows)) for kind in KINDS}


def make_key(home: Path) -> str:
    """Make an installation with a key that has no limit worth mentioning; give an auth token."""
    with closing(open_authority(home=home)) as authority:
        team = authority.teams.create(SYSTEM, "Bench").team_id
        authority.maps_ids.register(SYSTEM, team_id=team, identifier="maps.com.bench", description="Bench")
        key = authority.keys.create(SYSTEM, team_id=team, name="Bench", maps_id="maps.com.bench")
        authority.quotas.set(SYSTEM, team, meter=Meter.SERVICE_CALLS, daily=10**9)
        private = keypair.read_private_key(authority.keys.download(SYSTEM, key.key_id).pem)
        return Signer(private, team_id=team, key_id=key.key_id).auth_token()


async def rate(server: Served, access: str, kind: str, rows: Rows) -> tuple[float, float]:
    chance = random.Random(6)
    paths = [question.path for question in questions(kind, rows, chance)]
    chance.shuffle(paths)
    answered, until = 0, time.monotonic() + WARM_S
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    headers = {"authorization": f"Bearer {access}"}

    async with httpx.AsyncClient(base_url=server.url, headers=headers, limits=limits, timeout=60) as client:

        async def ask_on(first: int) -> None:
            nonlocal answered
            at = first
            while time.monotonic() < until:
                answer = await client.get(paths[at % len(paths)])
                answer.raise_for_status()
                answered, at = answered + 1, at + CONNECTIONS

        await asyncio.gather(*map(ask_on, range(CONNECTIONS)))
        before = sum(map(processor_time, server.workers() or [server.process.pid]))
        asked, answered, began = answered, 0, time.monotonic()
        until = began + SECONDS
        await asyncio.gather(*map(ask_on, range(asked, asked + CONNECTIONS)))
        seconds = time.monotonic() - began
    spent = sum(map(processor_time, server.workers() or [server.process.pid])) - before
    return answered / seconds, spent / answered


def processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def lines_of(data: Path) -> list[str]:
    rows = addresses_of(data / "places")
    took = asyncio.run(in_process(data, rows))
    served = {workers: served_rates(data, rows, workers) for workers in WORKERS}
    folder = folder_in_service(data / "places")
    assert folder is not None
    with closing(sqlite3.connect(f"file:{folder / 'places.sqlite'}?mode=ro", uri=True)) as db:
        objects = db.execute("SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM house)").fetchone()[0]
    lines = []
    rates = [f"{kind}: {', '.join(f'{served[workers][kind][0]:,.0f}' for workers in WORKERS)}" for kind in KINDS]
    print(f"{objects:,} objects, answers a second of 1, 2 and 4 workers by the clock: {'; '.join(rates)}")
    for kind in KINDS:
        p99 = statistics.quantiles(took[kind], n=100)[98]
        cpu = [served[workers][kind][1] for workers in WORKERS]
        lines.append(
            f"| {objects:,} | {kind} | {statistics.median(took[kind]) * 1000:.2f} | {p99 * 1000:.1f}"
            f" | {', '.join(f'{one * 1000:.2f}' for one in cpu)} | {1 / cpu[0]:,.0f} |"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    lines = [
        "| objects | question | CPU ms of the engine: median | 99 of 100 | CPU ms of 1, 2, 4 workers, over HTTP | answers of a core-second |",
        "|---|---|---|---|---|---|",
    ]
    for data in arguments.data:
        lines += lines_of(data)
    print("\n".join(lines))
    if arguments.write:
        write_section(PAGE, "places load", lines)


if __name__ == "__main__":
    main()
