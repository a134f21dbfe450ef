"""An import from beginning to end: read, place, write, and put into service."""

import errno
import gc
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from trigpoint.base.clock import to_iso
from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.engines.embedded.importing.cutting import outlines_cut
from trigpoint.engines.embedded.importing.extract_reader import SourceFile, read_files
from trigpoint.engines.embedded.importing.import_progress import CUTTING, FINISHING, READING
from trigpoint.engines.embedded.importing.interpolation import fill_interpolations
from trigpoint.engines.embedded.importing.making import Making, add_outlines, finish_text
from trigpoint.engines.embedded.importing.process_memory import hold_little_memory
from trigpoint.engines.embedded.importing.sharing import Helpers, is_large, processes_for
from trigpoint.engines.embedded.importing.staging import Staging, decode_tags, pack_tags
from trigpoint.engines.embedded.importing.staging_rows import street_key
from trigpoint.engines.embedded.index.data_writer import DataWriter
from trigpoint.engines.embedded.index.datafile import DataFile
from trigpoint.engines.embedded.index.generation import (
    DATA,
    TEXT,
    About,
    new_generation,
    write_about,
)
from trigpoint.engines.embedded.index.records import OsmBox
from trigpoint.engines.embedded.index.textindex import TextWriter
from trigpoint.engines.extracts import check_file
from trigpoint.engines.generations import ImportedFile, size_of
from trigpoint.engines.progress import Progress, within

NO_THREAD = "Failed to spawn"
"""A part of tantivy's error without memory for a thread."""

NO_MEMORY = (
    "There is not enough memory for the import, or this process may not use more. The data in service stays."
    " With TRIGPOINT_IMPORT_PROCESSES=1 an import needs less."
)


def import_files(places: Path, files: Sequence[Path], *, progress: Progress, processes: int | None = None) -> About:
    """Build a new generation from OpenStreetMap files, and put it into service.

    Several files are merged, with each object once. After any failure the previous generation stays in service. The
    work is shared by `processes` (by default `processes_for`), whose number does not change the result. Raises
    NotFoundError, InvalidError, ConflictError while another import runs, or UnavailableError if a process is killed or
    memory is exhausted.
    """
    for file in files:
        check_file(file)
    started = time.monotonic()
    if is_large(files):  # a server, which imports the small sample alone, is left as it is
        hold_little_memory()
    with (
        _lack_of_memory_told(),
        new_generation(places) as folder,
        _few_collections(),
        Helpers(processes or processes_for(files)) as helpers,
    ):
        staging = Staging(folder / "staging.sqlite")
        try:
            reading = within(progress, READING)
            sources = read_files(list(files), staging, nodes=folder / "nodes", progress=reading, helpers=helpers)
            counts = write_generation(staging, folder, helpers=helpers, progress=progress)
        finally:
            staging.close()
        if not any(counts.values()):
            names = ", ".join(source.name for source in sources)
            rule = "a file with addresses, streets or named places in it"
            raise InvalidError("FILE", rule, example="region.osm.pbf", received=names)
        with closing(DataFile(folder / DATA)) as written:
            box = written.extent()
        about = describe(folder, sources, counts, seconds=time.monotonic() - started, box=box)
        write_about(folder, about)
    return about


@contextmanager
def _lack_of_memory_told() -> Iterator[None]:
    """Convert what Python, the system and tantivy raise without memory to an UnavailableError."""
    try:
        yield
    except (MemoryError, OSError, ValueError) as error:
        is_system = isinstance(error, OSError) and error.errno != errno.ENOMEM
        if is_system or (isinstance(error, ValueError) and NO_THREAD not in str(error)):
            raise
        raise UnavailableError(NO_MEMORY) from error


@contextmanager
def _few_collections() -> Iterator[None]:
    """Run the cyclic garbage collector less often: rows have no cycles, and it would take 5 % of an import."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def write_generation(staging: Staging, folder: Path, *, helpers: Helpers, progress: Progress) -> dict[str, int]:
    """Write the data file and the text index from the staging tables; return the numbers of records by kind."""
    hang_associated(staging)
    interpolated = fill_interpolations(staging)
    staging.publish()
    cutting = within(progress, CUTTING)
    with closing(DataWriter(folder / DATA)) as data, outlines_cut(staging, helpers, cutting):
        text = TextWriter(folder / TEXT)
        try:
            made = Making(staging, folder / DATA, helpers, progress).make_records(data, text)
        except BaseException:
            text.abandon()
            raise
        progress(FINISHING, "Finishing the index")
        counts = made.counts
        with ThreadPoolExecutor(max_workers=1) as beside:  # SQLite and tantivy work without the interpreter's lock
            finished = beside.submit(finish_text, text, helpers)
            add_outlines(data, made)
            del made  # the outlines of a country take memory
            data.finish({"made": to_iso(time.time())})
            finished.result()
    return {"addresses": counts["addresses"], "interpolated": interpolated} | counts


def hang_associated(staging: Staging) -> None:
    """Set the street of addresses without one from their `associatedStreet` relations."""
    staging.db.execute("CREATE TABLE hung (ref INTEGER PRIMARY KEY, key TEXT, tags BLOB)")
    rows = staging.rows(
        "SELECT house.ref, house.tags, member.role FROM member JOIN house ON house.ref = member.ref"
        " WHERE house.key IS NULL AND member.role LIKE 'street:%'"
    )
    for ref, packed, role in rows:
        street = role.removeprefix("street:")
        tags = {**decode_tags(packed), "addr:street": street}
        staging.db.execute("INSERT OR REPLACE INTO hung VALUES (?, ?, ?)", (ref, street_key(street), pack_tags(tags)))
    staging.db.execute("UPDATE house SET key = hung.key, tags = hung.tags FROM hung WHERE hung.ref = house.ref")


def describe(
    folder: Path, sources: Sequence[SourceFile], counts: dict[str, int], *, seconds: float, box: OsmBox | None
) -> About:
    """Make the facts of the generation."""
    return About(
        made_at=to_iso(time.time()),
        seconds=round(seconds, 2),
        bytes=size_of(folder),
        counts=counts,
        files=[ImportedFile(source.name, source.size, source.timestamp) for source in sources],
        box=box,
    )
