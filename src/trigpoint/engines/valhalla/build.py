"""Building a road network from extracts, in separate processes, so that a crash of the builder affects nothing else."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from trigpoint.base.clock import to_iso
from trigpoint.engines.generations import new_generation
from trigpoint.engines.progress import Progress
from trigpoint.engines.valhalla import extracts, tiles, transit
from trigpoint.engines.valhalla.configuration import BUILT, find_builder, write_build_configuration
from trigpoint.engines.valhalla.extracts import BuildError
from trigpoint.engines.valhalla.generations import TILES, Network, write_network

STAGES = (
    ("Parsing ways", 0.30, "reading ways"),
    ("Parsing relations", 0.40, "reading turn restrictions"),
    ("Parsing nodes", 0.45, "reading nodes"),
    ("Creating graph edges", 0.55, "joining roads"),
    ("Building edge shapes", 0.60, "shaping roads"),
    ("Enhancing local graph", 0.70, "judging junctions"),
    ("HierarchyBuilder", 0.78, "sorting roads by rank"),
    ("Creating shortcuts", 0.82, "finding shortcuts"),
    ("Adding complex turn restrictions", 0.87, "applying restrictions"),
    ("Validating, finishing", 0.90, "checking the network"),
)
LOG_PREFIX = re.compile(r"^\d{4}-\d\d-\d\d \S+ (?:\x1b\[[\d;]*m)?\[(\w+)\](?:\x1b\[0?m)? ?")
UNSORTED = "unsorted input data"
NO_ROOM = "The disk is full: no routes were built, and those in service stay. Make room for them."
LEAST_FREE = 8 << 20
"""Free bytes below which a build fails because of the disk: the builders need more for the smallest extract."""


def build_routes(
    folder: Path,
    files: Sequence[Path],
    *,
    timetables: Sequence[Path] = (),
    now: float,
    progress: Progress = lambda _done, _step: None,
) -> Network:
    """Build one network from `files` and put it in service. After any failure the previous network stays in service.

    `timetables` are GTFS feeds (zip files or folders). `now` is the Unix time in seconds. Raises BuildError,
    NotFoundError, InvalidError for a file's name, ConflictError while another build runs.
    """
    started = time.monotonic()
    times = [extracts.check_extract(file) for file in files]
    for timetable in timetables:
        transit.check_timetable(timetable)
    with new_generation(folder, what="routes") as generation, make_room(generation) as room:
        progress(0.02, "reading the extracts")
        source = prepare(files, room)
        configuration = write_build_configuration(room, with_transit=bool(timetables))
        try:
            build_tiles(source, configuration, timetables=timetables, progress=progress)
        except UnsortedError:
            progress(0.05, "sorting the extract")
            source = room / "sorted.osm.pbf"
            extracts.sort(files, source)
            build_tiles(source, configuration, timetables=timetables, progress=progress)
        progress(0.95, "packing the tiles")
        count = pack_tiles(room, name_files(files))
        progress(0.97, "trying the engine")
        try_network(room)
        network = Network(
            sources=tuple(file.name for file in files),
            timetables=tuple(timetable.name for timetable in timetables),
            built_at=to_iso(now),
            data_time=max((moment for moment in times if moment), default=None),
            tiles=count,
            tile_bytes=(room / TILES).stat().st_size,
            seconds=round(time.monotonic() - started, 1),
            engine=f"Valhalla {version('pyvalhalla')}",
        )
        (room / TILES).rename(generation / TILES)
        write_network(generation, network)
    progress(1.0, "trying the engine")
    return network


@contextmanager
def make_room(generation: Path) -> Iterator[Path]:
    """Make a temporary folder for a build. If the build fails on a full disk, the error says so.

    The builders lose what they cannot write, and fail later, for example when they read it.
    """
    with TemporaryDirectory(dir=generation) as room:
        try:
            yield Path(room)
        except (BuildError, OSError) as error:
            if shutil.disk_usage(room).free < LEAST_FREE:
                raise BuildError(NO_ROOM) from error
            raise


class UnsortedError(BuildError):
    """The objects of the extract are not sorted; the build may succeed with a sorted copy."""


def prepare(files: Sequence[Path], room: Path) -> Path:
    """Return one extract that the builder can read: the file itself, or a merged or converted one in `room`."""
    if len(files) == 1 and extracts.is_native(files[0]):
        return files[0].absolute()
    target = room / "extract.osm.pbf"
    if len(files) == 1:
        extracts.convert(files[0], target)
    else:
        extracts.merge(files, target)
    return target


def build_tiles(source: Path, configuration: Path, *, timetables: Sequence[Path], progress: Progress) -> None:
    """Run the builders: borders, timetables, tiles."""

    def tell(line: str) -> None:
        for sign, done, step in STAGES:
            if sign in line:
                progress(done, step)

    progress(0.1, "reading borders")
    run_builder("valhalla_build_admins", ["-c", str(configuration), str(source)], source, lambda _line: None)
    if timetables:
        progress(0.2, "reading timetables")
        transit.ingest(
            timetables,
            configuration.parent,
            lambda name: run_builder(name, ["-c", str(configuration)], timetables[0], lambda _line: None),
        )
    run_builder("valhalla_build_tiles", ["-c", str(configuration), str(source)], source, tell)


def run_builder(name: str, arguments: Sequence[str], source: Path, tell: Callable[[str], None]) -> None:
    """Run one of Valhalla's builders to its end. `tell` gets each line of its log. Raises BuildError if it fails."""
    command = [str(find_builder(name)), *arguments]
    lines: list[str] = []
    with subprocess.Popen(  # noqa: S603 (our own builder, no shell)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            for line in process.stdout or ():
                text = LOG_PREFIX.sub("", line).strip()
                lines = [*lines[-30:], text]
                tell(text)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise explain_failure(name, process.returncode, lines, source)


def explain_failure(name: str, code: int, lines: Sequence[str], source: Path) -> BuildError:
    """Make the error for a failed builder, from its exit code and the last lines of its log."""
    thrown = next((line.partition("what():")[2].strip() for line in reversed(lines) if "what():" in line), "")
    said = thrown or next((line for line in reversed(lines) if line), "")
    if UNSORTED in said:
        return UnsortedError(f"'{source.name}' is not sorted.")
    if code == -9:
        return BuildError(f"{name} was killed, most likely because the machine ran out of memory.")
    if thrown:
        return BuildError(extracts.explain(source, thrown))
    return BuildError(f"{name} failed on '{source.name}' (exit code {code}): {said or 'no output'}.")


def pack_tiles(room: Path, names: str) -> int:
    """Pack the tiles that were built into one file; return their number.

    Raises BuildError if there are none: for an extract without roads the builder itself reports no error.
    """
    found = tiles.find_tiles(room / BUILT)
    if not found:
        raise BuildError(f"{names} gave no tiles: it has no usable roads. Is it an extract with roads?")
    tiles.pack(room / BUILT, found, room / TILES)
    return len(found)


def try_network(room: Path) -> None:
    """Open the new network with an engine in a separate process. Raises BuildError if that fails."""
    command = [sys.executable, "-m", "trigpoint.engines.valhalla.worker", "--try", str(room)]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 (our own builder, no shell)
    if tried.returncode:
        raise BuildError(f"The engine cannot open the tiles that were built: {tried.stderr.strip()[-300:]}")


def name_files(files: Sequence[Path]) -> str:
    """Return the quoted names of files, for a sentence."""
    return ", ".join(f"'{file.name}'" for file in files)
