"""Compares routes on every extract in a folder with the bare engine, for random pairs, and explains every empty answer.

    python bench/routes_everywhere.py FOLDER [--pairs 200]

The bare engine looks for roads within 10 km of the ends at once, the server first for near ones. Every point, instruction and
time of a route must be the same. Prints one row for each extract. Exit code 1 if a route differs from the bare engine's, or if an error is not explained.
"""

import argparse
import asyncio
import collections
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from trigpoint.base.errors import TrigpointError
from trigpoint.base.geo import Box, Point
from trigpoint.engines.extracts import FORMATS
from trigpoint.engines.valhalla.answers import read_routes
from trigpoint.engines.valhalla.build import build_routes
from trigpoint.engines.valhalla.generations import find_current
from trigpoint.engines.valhalla.opening import open_routes
from trigpoint.engines.valhalla.refusals import NO_WAY
from trigpoint.engines.valhalla.requests import write_route
from trigpoint.engines.valhalla.worker import Action, Outcome, open_engine
from trigpoint.maps.routes import Journey, RouteQuery, Transport

TRANSPORTS = (Transport.AUTOMOBILE, Transport.WALKING, Transport.CYCLING)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=200)
    options = parser.parse_args()
    print(
        "| extract | tiles built in | routes | equal to the engine's | no way, by the engine's reason | unexplained |"
    )
    print("|---|---|---|---|---|---|")
    bad = 0
    for file in sorted(options.folder.iterdir()):
        if file.name.endswith(tuple(FORMATS)):
            bad += try_extract(file, options.pairs)
    return 1 if bad else 0


def try_extract(file: Path, pairs: int) -> int:
    with tempfile.TemporaryDirectory() as home:
        began = time.monotonic()
        try:
            build_routes(Path(home), [file], now=time.time())
        except TrigpointError as error:
            print(f"| {file.name} | not built: {error} | | | | |")
            return 0
        seconds = time.monotonic() - began
        found, equal, reasons, odd = asyncio.run(compare(Path(home), file, pairs))
    message = ", ".join(f"{code}: {count}" for code, count in sorted(reasons.items())) or "none"
    print(f"| {file.name} | {seconds:.1f} s | {found} | {equal} | {message} | {odd} |", flush=True)
    return odd + (found - equal)


async def compare(folder: Path, file: Path, pairs: int) -> tuple[int, int, collections.Counter[int], int]:
    """Ask both for the same pairs; count routes, equal routes, the engine's reasons, and what is not explained."""
    generation = find_current(folder)
    assert generation is not None
    bare = open_engine(generation)
    clock = time.time()
    engine = open_routes(folder, processes=1, clock=lambda: clock)
    area = read_area(file)
    chance = random.Random(file.name)
    found = equal = odd = 0
    reasons: collections.Counter[int] = collections.Counter()
    try:
        for number in range(pairs):
            journey = Journey(transport=TRANSPORTS[number % len(TRANSPORTS)])
            query = RouteQuery(origin=draw(area, chance), destination=draw(area, chance), journey=journey)
            outcome, answer = bare(bytes([Action.ROUTE]) + write_route(query, lambda: clock))
            told = json.loads(answer)
            try:
                routes = await engine.routes(query)
            except TrigpointError as error:
                print(f"{query}: {error}", file=sys.stderr)
                odd += 1
                continue
            if outcome is Outcome.REFUSED:
                reasons[told["error_code"]] += 1
                odd += told["error_code"] not in NO_WAY or bool(routes)
                continue
            found += 1
            equal += routes == read_routes(answer, journey.transport)
    finally:
        await engine.close()
    return found, equal, reasons, odd


def read_area(file: Path) -> list[Box]:
    """Return the cells of 0.02 degrees that contain roads, so that no point is chosen in the sea or between two regions."""
    import osmium

    cells = set()
    processor = osmium.FileProcessor(str(file), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for thing in processor.with_filter(osmium.filter.KeyFilter("highway")):
        if thing.is_way():
            for node in thing.nodes:
                if node.location.valid():
                    cells.add((int(node.lat // 0.02), int(node.lon // 0.02)))
    return [
        Box(south=row * 0.02, west=column * 0.02, north=(row + 1) * 0.02, east=(column + 1) * 0.02)
        for row, column in sorted(cells)
    ]


def draw(area: list[Box], chance: random.Random) -> Point:
    box = chance.choice(area)
    return Point(chance.uniform(box.south, box.north), chance.uniform(box.west, box.east))


if __name__ == "__main__":
    sys.exit(main())
