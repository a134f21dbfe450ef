"""Measure the embedded place engine: answers a second, p50 and p99 of geocode, reverse and completion.

    python bench/bench_places.py [EXTRACT] [--gazetteer HOME] [--peer PYTHON PROJECT]

Without an extract the sample is used. With `--peer` the same questions go to Nominatim, the best open engine that runs
on one machine: PYTHON is one that has `nominatim-api`, PROJECT the project folder that the extract was imported into.
Both are asked through their libraries, one question after the other, in rounds of a few questions in turn, so that
other work on the machine slows both alike. Both run on uvloop, the event loop of their servers: uvicorn, which serves
Nominatim too, takes it where it is installed, so PYTHON should have it. Memory is what each has of its own (proportional
set size, Linux): ours is this process, the peer's its Python process and the servers of PostgreSQL.
"""

import argparse
import gc
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from places_quality import Thing, read_things

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.sample import sample_file
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, ReverseQuery
from trigpoint.web.app import YOUNG

QUESTIONS = 500
WARMING = 500
"""Number of other questions of each kind that are asked first, so that caches are filled as in a running server."""

KEYSTROKE_MS = 150.0
"""Time between two keystrokes of a fast typist; a response should take a tenth of it."""

ROUND = 25
"""Number of questions before it is the other engine's turn."""

PEER = """
import asyncio, json, sys, time
from pathlib import Path
import nominatim_api as napi
try:
    import uvloop as loops
except ImportError:
    loops = asyncio

async def main():
    async with napi.NominatimAPIAsync(Path(sys.argv[1])) as api:
        async def geocode(text): return await api.search(text, address_details=True, max_results=10)
        async def reverse(at): return await api.reverse((at[1], at[0]), address_details=True)
        ways = {"geocode": geocode, "reverse": reverse, "autocomplete": geocode}
        for line in sys.stdin:
            name, asked = json.loads(line)
            took = []
            for one in asked:
                started = time.perf_counter()
                await ways[name](one)
                took.append(time.perf_counter() - started)
            print(json.dumps(took), flush=True)

loops.run(main())
"""


class Peer:
    """Nominatim in a process of its own, asked a round at a time."""

    def __init__(self, python: str, project: str) -> None:
        self._process = subprocess.Popen(
            [python, "-c", PEER, project], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, name: str, asked: Sequence[object]) -> list[float]:
        self._process.stdin.write(json.dumps([name, asked]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def processes(self) -> dict[int, float]:
        """Give the processor time in seconds of the process and of the servers of PostgreSQL, by process id."""
        servers = [pid for pid in process_ids() if name_of(pid) == "postgres"]
        return {pid: processor_time(pid) for pid in (self._process.pid, *servers)}

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()


def process_ids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def processor_time(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes_of(pids: Iterable[int]) -> float:
    """Add up what processes have of memory, shared pages divided among those that share them."""
    kilobytes = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        kilobytes += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return kilobytes / 1024


@dataclass
class Measured:
    """How long each answer took in seconds, and the processor time of all of them."""

    took: list[float] = field(default_factory=list)
    processor: float = 0.0

    def add(self, took: list[float], processor: float, *, counts: bool) -> None:
        if counts:
            self.took += took
            self.processor += processor


def questions(addresses: Sequence[Thing]) -> dict[str, list[str] | list[list[float]]]:
    """Make the queries: addresses, points some metres from them, and prefixes of them.

    The first of each kind are to warm up.
    """
    chance = random.Random(11)
    chosen = [chance.choice(addresses) for _ in range(WARMING + QUESTIONS)]
    return {
        "geocode": [thing.text for thing in chosen],
        "reverse": [
            [thing.at.latitude + chance.uniform(-2e-4, 2e-4), thing.at.longitude + chance.uniform(-2e-4, 2e-4)]
            for thing in chosen
        ],
        "autocomplete": [thing.text[: chance.randint(1, 12)].strip() for thing in chosen],
    }


class Ours:
    """The embedded engine, in this process."""

    def __init__(self, home: Path, focus: Point) -> None:
        self._engine = open_embedded(home)
        near = Hints(search_location=focus)
        self._ways: dict[str, Callable[[object], Awaitable[object]]] = {
            "geocode": lambda text: self._engine.geocode(GeocodeQuery(text=text)),
            "reverse": lambda at: self._engine.reverse(ReverseQuery(point=Point(*at))),
            "autocomplete": lambda text: self._engine.autocomplete(AutocompleteQuery(text=text, hints=near)),
        }

    async def ask(self, name: str, asked: Sequence[object]) -> list[float]:
        took = []
        for one in asked:
            started = time.perf_counter()
            await self._ways[name](one)
            took.append(time.perf_counter() - started)
        return took

    def close(self) -> None:
        self._engine.close()


async def measure(home: Path, asked: dict[str, list], peer: Peer | None) -> dict[str, dict[str, Measured]]:
    """Ask both in turns; what warms up does not count."""
    ours = Ours(home, Point(*asked["reverse"][0]))
    gc.collect()
    gc.freeze()  # as a worker does when it has started
    gc.set_threshold(YOUNG)
    measured = {}
    for name, questions_of in asked.items():
        told = measured[name] = {"embedded": Measured()} | ({"Nominatim": Measured()} if peer else {})
        for start in range(0, len(questions_of), ROUND):
            some = questions_of[start : start + ROUND]
            before = time.process_time()
            told["embedded"].add(await ours.ask(name, some), time.process_time() - before, counts=start >= WARMING)
            if peer is not None:
                past = peer.processes()
                took = peer.ask(name, some)
                spent = sum(seconds - past.get(pid, 0.0) for pid, seconds in peer.processes().items())
                told["Nominatim"].add(took, spent, counts=start >= WARMING)
    memory = {"embedded": megabytes_of([os.getpid()])}
    if peer is not None:
        memory["Nominatim"] = megabytes_of(peer.processes())
    for who, megabytes in memory.items():
        print(f"memory of {who} after the questions: {megabytes:,.0f} MB (PSS)")
    print()
    ours.close()
    return measured


def row(name: str, who: str, measured: Measured) -> str:
    took = measured.took
    p99 = statistics.quantiles(took, n=100)[98]
    return (
        f"| {name} | {who} | {len(took) / sum(took):,.0f} | {statistics.median(took) * 1000:.2f} | {p99 * 1000:.1f}"
        f" | {1000 * measured.processor / len(took):.2f} |"
    )


def new_ones(asked: Sequence[object]) -> list[int]:
    """Return the indices of measured queries that were not sent before, as results of the others may be cached."""
    seen = {str(one) for one in asked[:WARMING]}
    found = []
    for at, one in enumerate(asked[WARMING:]):
        if str(one) not in seen:
            seen.add(str(one))
            found.append(at)
    return found


def import_extract(places: Path, extract: Path) -> None:
    about = import_files(places, [extract], progress=lambda _done, _step: None)
    print(f"imported in {about.seconds:.1f} s, {about.bytes / 1e6:.1f} MB on disk")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path, nargs="?")
    parser.add_argument("--gazetteer", type=Path, help="a TRIGPOINT_HOME whose gazetteer is put beside the extract")
    parser.add_argument("--peer", nargs=2, metavar=("PYTHON", "PROJECT"))
    arguments = parser.parse_args()
    extract = arguments.extract or sample_file()
    addresses, _ = read_things(extract)
    asked = questions(addresses)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if arguments.gazetteer:
            (home / "gazetteer").symlink_to((arguments.gazetteer / "gazetteer").resolve())
        # In a process of its own, so that its memory is not counted as the engine's.
        importing = multiprocessing.get_context("spawn").Process(target=import_extract, args=(home / "places", extract))
        importing.start()
        importing.join()
        peer = Peer(*arguments.peer) if arguments.peer else None
        print(f"{extract.name}, {len(addresses)} addresses\n")
        measured = uvloop.run(measure(home, asked, peer))
        if peer is not None:
            peer.close()
    print("| question | engine | answers a second | p50 ms | p99 ms | processor ms |\n|---|---|---|---|---|---|")
    for name, both in measured.items():
        for who, told in both.items():
            print(row(name, who, told))
    for name, both in measured.items():
        if "Nominatim" in both:
            ours, theirs = both["embedded"], both["Nominatim"]
            print(
                f"{name}: {sum(theirs.took) / sum(ours.took):.1f} times the peer's answers a second, its median"
                f" {statistics.median(theirs.took) / statistics.median(ours.took):.1f} times ours, its processor time"
                f" {theirs.processor / ours.processor:.1f} times ours"
            )
            new = new_ones(asked[name])
            ratio = sum(theirs.took[at] for at in new) / sum(ours.took[at] for at in new)
            print(f"  {len(new)} of {len(ours.took)} were asked for the first time; of these alone {ratio:.1f} times")
    tail = statistics.quantiles(measured["autocomplete"]["embedded"].took, n=100)[98] * 1000
    print(
        f"\ncompletion p99 is {tail / KEYSTROKE_MS:.3f} of the {KEYSTROKE_MS:.0f} ms between two keystrokes (aim: 0.1)"
    )


if __name__ == "__main__":
    main()
