"""Measures how long completions wait on one worker while routes, snapshots, searches and tiles are asked for as well.

    .venv/bin/python bench/bench_mixed.py DATA [--seconds N] [--rounds N] [--first] [--write]

DATA is a data folder (`trigpoint import`). Every kind of request comes at a fixed rate, whether earlier ones were
answered or not, and its time counts from the moment at which it was due. Completions are asked alone, then beside each other
kind, then beside all of them; the turns alternate. On a busy machine, `--first` (as root) lets the worker's threads and this
client run before all other programs, the engine's and painter's processes included: what remains is what requests wait for
in the worker itself.
"""

import argparse
import asyncio
import gc
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
from report import write_section

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from bench_places_load import Rows, addresses_of, make_key, mistyped

from served import Served, a_server

PAGE = ROOT / "docs" / "performance.md"
WARM_S = 1.5
COMPLETIONS = "completions"
PER_SECOND = {
    COMPLETIONS: 50.0,
    "tiles": 50.0,
    "geocodes, half with a typing error": 10.0,
    "searches of a kind": 5.0,
    "routes with alternatives": 5.0,
    "new snapshots": 1.0,
}
"""Requests a second of each kind: together about half of what one core answers."""


@dataclass
class Stream:
    """The requests of one kind, and how long each took in its turn, in seconds."""

    paths: Iterator[str]
    per_second: float
    took: dict[str, list[float]] = field(default_factory=dict)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--first", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        auth = make_key(home)
        settings = {"TRIGPOINT_DATA": str(options.data), "TRIGPOINT_WORKERS": "1", "TRIGPOINT_GAZETTEER": "0"}
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[:1])  # the server inherits it
        with a_server(home, "--no-sample", forked=False, **settings) as server:
            os.sched_setaffinity(0, cores[-1:])
            streams = open_streams(server, auth, addresses_of(options.data / "places"))
            warm = next(streams["new snapshots"].paths)
            httpx.get(server.url + warm, timeout=60)  # the first one waits for a painter to start
            gc.disable()  # a collection in this client would delay all requests by 90 ms
            asyncio.run(take_turns(server, streams, options))
    lines = report(streams)
    print("\n".join(lines))
    if options.write:
        write_section(PAGE, "mixed", lines)
    return 0


def open_streams(server: Served, auth: str, rows: Rows) -> dict[str, Stream]:
    """Prepare the paths of each kind; a stream of completions types an address letter by letter."""
    access = server.get("/v1/token", auth).json()["accessToken"]
    opened = httpx.get(f"{server.url}/ma/bootstrap", headers={"authorization": f"Bearer {auth}"}).json()
    tile = next(one for one in opened["tileSources"] if one["tileSource"] == "osm")["path"]
    makers: dict[str, Callable[[random.Random], Iterator[str]]] = {
        COMPLETIONS: lambda chance: completions(rows, chance),
        "tiles": lambda chance: tiles(tile, rows, chance),
        "geocodes, half with a typing error": lambda chance: geocodes(rows, chance),
        "searches of a kind": lambda chance: searches(rows, chance),
        "routes with alternatives": lambda chance: routes(rows, chance),
        "new snapshots": lambda chance: snapshots(auth, rows, chance),
    }
    server.environment = {**server.environment, "ACCESS": access}
    return {kind: Stream(make(random.Random(kind)), PER_SECOND[kind]) for kind, make in makers.items()}


def completions(rows: Rows, chance: random.Random) -> Iterator[str]:
    while True:
        text, latitude, longitude = chance.choice(rows)
        for end in range(1, min(len(text), 12)):
            yield f"/v1/searchAutocomplete?q={quote(text[:end])}&searchLocation={latitude:.5f},{longitude:.5f}"


def geocodes(rows: Rows, chance: random.Random) -> Iterator[str]:
    while True:
        text, latitude, longitude = chance.choice(rows)
        text = mistyped(text, chance) if chance.random() < 0.5 else text
        yield f"/v1/geocode?q={quote(text)}&searchLocation={latitude:.5f},{longitude:.5f}"


def searches(rows: Rows, chance: random.Random) -> Iterator[str]:
    while True:
        _, latitude, longitude = chance.choice(rows)
        kind = chance.choice(("restaurant", "hotel", "school", "parking", "cafe", "pharmacy"))
        yield f"/v1/search?q={kind}&searchLocation={latitude + chance.uniform(-0.01, 0.01):.5f},{longitude:.5f}"


def routes(rows: Rows, chance: random.Random) -> Iterator[str]:
    while True:
        ends = [f"{latitude:.5f},{longitude:.5f}" for _, latitude, longitude in chance.sample(rows, 2)]
        yield f"/v1/directions?origin={ends[0]}&destination={ends[1]}&requestsAlternateRoutes=true"


def snapshots(auth: str, rows: Rows, chance: random.Random) -> Iterator[str]:
    while True:
        _, latitude, longitude = chance.choice(rows)
        center = f"{latitude + chance.uniform(-0.002, 0.002):.5f},{longitude:.5f}"
        yield f"/api/v1/snapshot?center={center}&z=15&size=600x400&scale=2&token={auth}"


def tiles(path: str, rows: Rows, chance: random.Random) -> Iterator[str]:
    import math

    while True:
        _, latitude, longitude = chance.choice(rows)
        zoom = chance.choice((12, 13, 14))
        x = int((longitude + 180) / 360 * 2**zoom)
        y = int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * 2**zoom)
        yield path.format(z=zoom, x=x, y=y)


async def take_turns(server: Served, streams: dict[str, Stream], options: argparse.Namespace) -> None:
    """Ask completions alone, beside each other kind, and beside all; the first turn of all warms up."""
    others = [kind for kind in streams if kind != COMPLETIONS]
    turns = {"alone": [], **{f"beside {kind}": [kind] for kind in others}, "beside all of them": others}
    await take_turn(server, streams, "", others, WARM_S)
    if options.first:
        run_first(server.process.pid)
    for number in range(options.rounds):
        for name, kinds in turns.items():
            await take_turn(server, streams, name, kinds, options.seconds)
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)


def run_first(pid: int) -> None:
    """Let all threads of a process, and this one, run before other programs; processes that they start do not."""
    threads = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
    for thread in (*threads, 0):
        os.sched_setscheduler(thread, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))


async def take_turn(
    server: Served, streams: dict[str, Stream], name: str, kinds: Sequence[str], seconds: float
) -> None:
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    headers = {"authorization": f"Bearer {server.environment['ACCESS']}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, limits=limits, timeout=60) as client:
        begin = time.perf_counter() + 0.1
        await asyncio.gather(
            *(send(client, streams[kind], name, begin, begin + seconds) for kind in (COMPLETIONS, *kinds))
        )


async def send(client: httpx.AsyncClient, stream: Stream, name: str, begin: float, end: float) -> None:
    """Send the requests of a stream when they are due, evenly spaced."""
    asked, due, took = [], begin, stream.took.setdefault(name, [])

    async def ask(path: str, due: float) -> None:
        answer = await client.get(path)
        took.append(time.perf_counter() - due)
        if answer.status_code != 200 and not (answer.status_code == 204 and path.startswith("/ti/")):
            raise SystemExit(f"not answered: {answer.status_code} {path[:200]} {answer.text[:300]}")

    while due < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        asked.append(asyncio.ensure_future(ask(next(stream.paths), due)))
        due += 1 / stream.per_second
    await asyncio.gather(*asked)


def report(streams: dict[str, Stream]) -> list[str]:
    lines = [
        "One worker; milliseconds from when a request was due to its answer:",
        "",
        "| completions, 50 a second | asked | median | 99 of 100 | longest |",
        "|---|---|---|---|---|",
    ]
    lines += [row(turn, took) for turn, took in streams[COMPLETIONS].took.items() if turn]
    lines += ["", "| when all are asked at once | asked | median | 99 of 100 | longest |", "|---|---|---|---|---|"]
    lines += [
        row(f"{kind}, {stream.per_second:g} a second", stream.took["beside all of them"])
        for kind, stream in streams.items()
    ]
    return lines


def row(label: str, took: Sequence[float]) -> str:
    p99 = statistics.quantiles(took, n=100)[98] if len(took) > 1 else took[0]
    return (
        f"| {label} | {len(took)} | {statistics.median(took) * 1000:.1f} | {p99 * 1000:.1f} | {max(took) * 1000:.1f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
