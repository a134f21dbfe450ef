"""The whole build: read the extracts, convert them to features, write the tiles, and put them in service."""

import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import shapely

from trigpoint.base.clock import to_iso
from trigpoint.base.errors import FULL_DISK, InvalidError
from trigpoint.engines.extracts import check_file
from trigpoint.engines.generations import ImportedFile, new_generation
from trigpoint.engines.progress import Progress
from trigpoint.engines.tiles.generations import MAP, AboutMap, write_about
from trigpoint.engines.tiles.importing.batches import tiles_of
from trigpoint.engines.tiles.importing.coast import cover, cut, find_sea
from trigpoint.engines.tiles.importing.drafts import keep_names
from trigpoint.engines.tiles.importing.languages import find_languages
from trigpoint.engines.tiles.importing.reading import ReadFile, Reading, read_all
from trigpoint.engines.tiles.importing.writers import NO_ROOM, BuildError, TileWriter, open_writer
from trigpoint.engines.tiles.pmtiles import Archive, DamagedArchiveError
from trigpoint.home import DataFolder

SHARE_OF_READING = 0.4
GROUND_ZOOM = 7
"""The first zoom of the layers `coverage` and `ocean`. Below it, the world map is shown."""


def build_tiles(
    home: Path,
    files: Sequence[Path],
    *,
    languages: Iterable[str] = (),
    progress: Progress = lambda _done, _step: None,
) -> AboutMap:
    """Build tiles from OpenStreetMap files under a TRIGPOINT_HOME, and put them in service.

    Names are kept in the languages of the extract's countries, in English, and in `languages` (BCP 47 tags). If the
    build fails, the map in service stays. Raises NotFoundError, InvalidError or BuildError, and ConflictError while
    another build runs.
    """
    for file in files:
        check_file(file)
    started = time.monotonic()
    with room_told(), new_generation(DataFolder(home).tiles, what="tiles") as folder:
        scratch = folder / "scratch"
        scratch.mkdir()
        kept = find_languages(files, wanted=languages)
        writer = open_writer(folder / MAP, scratch=scratch)
        try:
            reading, sources = draw(files, kept, writer, scratch=scratch, progress=progress)
            writer.finish(lambda share: progress(SHARE_OF_READING + (0.99 - SHARE_OF_READING) * share, "writing tiles"))
        except BaseException:
            writer.abandon()
            raise
        shutil.rmtree(scratch)
        check_map(folder / MAP)
        about = describe(folder, sources, reading, kept, writer=writer.label, seconds=time.monotonic() - started)
        write_about(folder, about)
    progress(1.0, "writing tiles")
    return about


@contextmanager
def room_told() -> Iterator[None]:
    """Convert the OSError of a full disk to a BuildError."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL_DISK:
            raise BuildError(NO_ROOM) from error
        raise


def draw(
    files: Sequence[Path], languages: tuple[str, ...], writer: TileWriter, *, scratch: Path, progress: Progress
) -> tuple[Reading, list[ReadFile]]:
    """Read the files into the writer, then add the area that they cover and its sea."""
    done = 0.0

    def tell(step: str, share: float | None) -> None:
        nonlocal done
        if share is not None:
            done = max(done, SHARE_OF_READING * share / len(files))
        progress(done, step)

    reading = Reading(names=keep_names(languages), take=writer.take, tell=tell, scratch=scratch, several=len(files) > 1)
    sources = read_all(files, reading)
    if not reading.counts:
        names = ", ".join(file.name for file in files)
        rule = "a file with something to draw in it: streets, buildings, land, places"
        raise InvalidError("FILE", rule, example="region.osm.pbf", received=names)
    progress(SHARE_OF_READING, "drawing the coast")
    writer.take(list(draw_ground(reading)))
    return reading, sources


def draw_ground(reading: Reading) -> Iterable[bytes]:
    """Yield the features of the layers `coverage` and `ocean`."""
    coasts = tiles_of(shapely.get_coordinates(reading.coastlines))
    ground = cover(np.union1d(reading.covered, coasts))
    seas = [piece for sea in find_sea(reading.coastlines, ground) for piece in cut(sea)]
    for layer, shapes in (("coverage", [ground]), ("ocean", seas)):
        for shape in shapes:
            feature = {
                "type": "Feature",
                "tippecanoe": {"layer": layer, "minzoom": GROUND_ZOOM},
                "properties": {},
                "geometry": msgspec.Raw(shapely.to_geojson(shape).encode()),
            }
            reading.counts[layer] += 1
            yield msgspec.json.encode(feature) + b"\n"


def check_map(path: Path) -> None:
    """Check that the written tiles can be read: a writer may exit with code 0 and have written nothing."""
    try:
        archive = Archive(path)
    except (DamagedArchiveError, OSError) as error:
        raise BuildError(
            f"The tiles that were written cannot be read, and the map in service stays: {error}"
        ) from error
    count = archive.header.tiles
    archive.close()
    if not count:
        raise BuildError("No tile was written, and the map in service stays.")


def describe(
    folder: Path,
    sources: Sequence[ReadFile],
    reading: Reading,
    languages: tuple[str, ...],
    *,
    writer: str,
    seconds: float,
) -> AboutMap:
    """Describe the new generation, for its `about.json`."""
    return AboutMap(
        made_at=to_iso(time.time()),
        seconds=round(seconds, 2),
        bytes=(folder / MAP).stat().st_size,
        writer=writer,
        features=dict(sorted(reading.counts.items())),
        languages=list(languages),
        files=[ImportedFile(source.name, source.size, source.timestamp) for source in sources],
    )
