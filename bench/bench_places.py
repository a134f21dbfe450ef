"""Measure the embedded place engine: answers a second, p50 and p99 of geocode, reverse and completion.

    python bench/bench_places.py [EXTRACT] [--gazetteer HOME] [--peer PYTHON PROJECT]

Without an extract the sample is used. With `--peer` the same questions go to Nominatim, the best open engine that runs
on one machine: PYTHON is one that has `nominatim-api`, PROJECT the project folder that the extract was imported into.
Both are asked through their libraries, one question after the other, in one process.
"""

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from places_quality import Thing, read_things

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.places import open_embedded
from trigpoint.engines.embedded.sample import sample_file
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, ReverseQuery

QUESTIONS = 500
KEYSTROKE_MS = 150.0
"""A quick typist's time between two keystrokes; an answer should take a tenth of it."""

PEER = """
import asyncio, json, sys, time
from pathlib import Path
import nominatim_api as napi

async def main():
    asked = json.load(sys.stdin)
    took = {}
    async with napi.NominatimAPIAsync(Path(sys.argv[1])) as api:
        async def geocode(text): return await api.search(text, address_details=True, max_results=10)
        async def reverse(at): return await api.reverse((at[1], at[0]), address_details=True)
        for name, ask in (("geocode", geocode), ("reverse", reverse), ("autocomplete", geocode)):
            for one in asked[name][:20]: await ask(one)
            took[name] = []
            for one in asked[name]:
                started = time.perf_counter()
                await ask(one)
                took[name].append(time.perf_counter() - started)
    print(json.dumps(took))

asyncio.run(main())
"""


def questions(addresses: Sequence[Thing]) -> dict[str, list[str] | list[list[float]]]:
    """Make the questions: addresses, points some metres beside them, and what has been typed of them so far."""
    chance = random.Random(11)
    chosen = [chance.choice(addresses) for _ in range(QUESTIONS)]
    return {
        "geocode": [thing.text for thing in chosen],
        "reverse": [
            [thing.at.latitude + chance.uniform(-2e-4, 2e-4), thing.at.longitude + chance.uniform(-2e-4, 2e-4)]
            for thing in chosen
        ],
        "autocomplete": [thing.text[: chance.randint(1, 12)].strip() for thing in chosen],
    }


async def time_each(ask: Callable[[object], Awaitable[object]], asked: Sequence[object]) -> list[float]:
    for one in asked[:20]:
        await ask(one)
    took = []
    for one in asked:
        started = time.perf_counter()
        await ask(one)
        took.append(time.perf_counter() - started)
    return took


async def measure_ours(home: Path, asked: dict[str, list]) -> dict[str, list[float]]:
    engine = open_embedded(home)
    near = Hints(search_location=Point(*asked["reverse"][0]))
    ways = {
        "geocode": lambda text: engine.geocode(GeocodeQuery(text=text)),
        "reverse": lambda at: engine.reverse(ReverseQuery(point=Point(*at))),
        "autocomplete": lambda text: engine.autocomplete(AutocompleteQuery(text=text, hints=near)),
    }
    took = {name: await time_each(ask, asked[name]) for name, ask in ways.items()}
    engine.close()
    return took


def row(name: str, who: str, took: list[float]) -> str:
    p99 = statistics.quantiles(took, n=100)[98]
    return (
        f"| {name} | {who} | {len(took) / sum(took):,.0f} | {statistics.median(took) * 1000:.2f} | {p99 * 1000:.1f} |"
    )


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
        import_files(home / "places", [extract], progress=lambda _step, _share: None)
        ours = asyncio.run(measure_ours(home, asked))
    print(f"{extract.name}, {len(addresses)} addresses\n")
    print("| question | engine | answers a second | p50 ms | p99 ms |\n|---|---|---|---|---|")
    theirs: dict[str, list[float]] = {}
    if arguments.peer:
        python, project = arguments.peer
        done = subprocess.run(
            [python, "-c", PEER, project], input=json.dumps(asked), capture_output=True, text=True, check=True
        )
        theirs = json.loads(done.stdout)
    for name, took in ours.items():
        print(row(name, "embedded", took))
        if name in theirs:
            print(row(name, "Nominatim", theirs[name]))
    for name, took in theirs.items():
        print(f"{name}: {sum(took) / sum(ours[name]):.1f} times the peer's answers a second")
    tail = statistics.quantiles(ours["autocomplete"], n=100)[98] * 1000
    print(
        f"\ncompletion p99 is {tail / KEYSTROKE_MS:.3f} of the {KEYSTROKE_MS:.0f} ms between two keystrokes (aim: 0.1)"
    )


if __name__ == "__main__":
    main()
