"""Read OpenStreetMap files into the staging tables. Each file is split into pieces, which several processes read in parallel.

The nodes of all pieces are read before the first way, so nodes, ways and relations may be mixed in the file. A file in
another format than `.osm.pbf` is converted to `.osm.pbf` first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC
from functools import partial
from pathlib import Path

import osmium

from trigpoint.engines.embedded.importing.import_progress import NODES
from trigpoint.engines.embedded.importing.node_locations import NodeLocations
from trigpoint.engines.embedded.importing.pbf_pieces import (
    PIECE_BYTES,
    RELATIONS,
    WAYS,
    Piece,
    open_pbf,
)
from trigpoint.engines.embedded.importing.piece_reading import Newest, NodesWork, Outlines, Reading, WaysWork, rows_in
from trigpoint.engines.embedded.importing.sharing import Helpers
from trigpoint.engines.embedded.importing.staging import Staging
from trigpoint.engines.embedded.importing.staging_rows import Rows
from trigpoint.engines.extracts import as_input, check_file, format_of, sort_file, unreadable
from trigpoint.engines.progress import Progress, of_step, within

SMALL = 3
"""Number of pieces with ways at the end of a file of which each blob is read by itself."""

NOT_PACKED = "pbf,pbf_compression=none"


@dataclass(slots=True)
class SourceFile:
    """A file that was read: its name, its size in bytes, and the timestamp of its data (ISO 8601) if known."""

    name: str
    size: int
    timestamp: str | None = None


def read_files(
    paths: list[Path], staging: Staging, *, nodes: Path, progress: Progress, helpers: Helpers | None = None
) -> list[SourceFile]:
    """Read every file into the staging tables. `nodes` is the path of the temporary file of node locations.

    Raises NotFoundError if a file is missing, and InvalidError if one is not OpenStreetMap data or is truncated.
    """
    for path in paths:
        check_file(path)
    found = []
    helpers = helpers or Helpers(1)
    sizes = [path.stat().st_size for path in paths]
    whole = max(1, sum(sizes))
    for number, path in enumerate(paths):
        own = within(progress, (sum(sizes[:number]) / whole, sum(sizes[: number + 1]) / whole))
        try:
            found.append(read_in_order(path, staging, nodes=nodes, progress=own, helpers=helpers))
        except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
            raise unreadable(path, error) from error
    staging.flush()
    return found


def read_in_order(path: Path, staging: Staging, *, nodes: Path, progress: Progress, helpers: Helpers) -> SourceFile:
    """Read one file. If its objects are not sorted by ID, sort it first; sorting holds the whole file in memory."""
    try:
        return read_file(path, staging, nodes=nodes, progress=progress, helpers=helpers)
    except RuntimeError as error:
        if "out of order" not in str(error):
            raise
    progress(0.0, f"Sorting {path.name}")
    ordered = nodes.with_name("sorted.osm.pbf")
    sort_file(path, ordered)
    try:
        told = read_file(ordered, staging, nodes=nodes, progress=progress, helpers=helpers)
    finally:
        ordered.unlink(missing_ok=True)
    return replace(told, name=path.name, size=path.stat().st_size)


def read_file(path: Path, staging: Staging, *, nodes: Path, progress: Progress, helpers: Helpers) -> SourceFile:
    """Read one file. Node locations are kept in a temporary file, not in memory."""
    pool = osmium.io.ThreadPool(1, 8)
    header = osmium.io.Reader(as_input(path), osmium.osm.NOTHING, pool).header()
    told = SourceFile(path.name, path.stat().st_size)
    told.timestamp = header.get("osmosis_replication_timestamp") or header.get("timestamp") or None
    written = nodes.with_name("written.osm.pbf")
    source = open_pbf(path if format_of(path) == "pbf" else as_pbf(path, written, pool))
    locations = NodeLocations(nodes, source, pool)
    try:
        reading = Reading(source, nodes, locations.kind, is_dated=told.timestamp is not None)
        newest = _Steps(staging, helpers, of_step(progress, f"Reading {path.name}")).read(reading, locations)
    finally:
        locations.close()
        written.unlink(missing_ok=True)
    if newest is not None and newest.timestamp() > 0:
        told.timestamp = newest.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    progress(1.0, f"Reading {path.name}")
    return told


def as_pbf(path: Path, written: Path, pool: osmium.io.ThreadPool) -> Path:
    """Convert a file in another format to an uncompressed `.osm.pbf` at `written`, without loading it whole."""
    file = osmium.io.File(str(written), NOT_PACKED)
    with (
        osmium.io.Reader(as_input(path), osmium.osm.ALL, pool) as reader,
        osmium.SimpleWriter(file, overwrite=True) as writer,
    ):
        osmium.apply(reader, writer)
    return written


@dataclass(slots=True)
class _Steps:
    """Reads a file in two steps: nodes, then ways and relations. All processes work on each step.

    `newest` is the time of the newest object, if the file's header has no timestamp.
    """

    staging: Staging
    helpers: Helpers
    progress: Callable[[float], None]
    newest: Newest = None

    def read(self, reading: Reading, locations: NodeLocations) -> Newest:
        """Write the file to the staging tables. Returns the time of the newest object, None if the header has a timestamp."""
        relations, ways = self._nodes(reading, locations)
        self._ways(reading, relations, ways)
        return self.newest

    def _nodes(self, reading: Reading, locations: NodeLocations) -> tuple[list[Piece], list[Piece]]:
        """Read all nodes. Returns the pieces with relations and the pieces with ways."""
        pieces = list(reading.source.pieces())
        done, size = 0, size_of(pieces)
        others = {RELATIONS: _Gathering(), WAYS: _Gathering()}
        shared = self.helpers.share(NodesWork(reading), partial(NodesWork, reading), pieces)
        for piece, (_, read) in zip(pieces, shared, strict=True):
            locations.add(read.part)
            self._keep(read.rows, read.newest)
            for kind, gathering in others.items():
                gathering.add([span for span, kinds in zip(piece, read.kinds, strict=True) if kinds & kind])
            done += size_of([piece])
            self.progress(NODES * done / size)
        return others[RELATIONS].pieces, others[WAYS].pieces

    def _ways(self, reading: Reading, relations: list[Piece], ways: list[Piece]) -> None:
        """Read the ways, and the areas made of them."""
        done, size = 0, size_of(ways)
        asked: list[Piece | Outlines] = [Outlines(relations, ways), *tapered(ways)]
        for _, read in self.helpers.share(WaysWork(reading), partial(WaysWork, reading), asked, in_order=False):
            self._keep(read.rows, read.newest)
            for rows in rows_in(read.outlines) if read.outlines else ():
                self._keep(rows, None)
            done += read.size
            self.progress(NODES + (1 - NODES) * done / max(1, size))

    def _keep(self, rows: Rows, newest: Newest) -> None:
        self.staging.add_all(rows)
        if newest is not None:
            self.newest = max(newest, self.newest or newest)


def size_of(pieces: Iterable[Piece]) -> int:
    """Return the total size of some pieces in bytes."""
    return sum(span.size for piece in pieces for span in piece)


def tapered(pieces: list[Piece]) -> list[Piece]:
    """Split the last pieces, so that no process waits long for another one that reads the last of them."""
    return [*pieces[:-SMALL], *([span] for piece in pieces[-SMALL:] for span in piece)]


class _Gathering:
    """Groups the blobs with one kind of objects into pieces of about `PIECE_BYTES`."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._size = PIECE_BYTES

    def add(self, piece: Piece) -> None:
        """Add blobs."""
        for span in piece:
            if self._size >= PIECE_BYTES:
                self.pieces.append([])
                self._size = 0
            self.pieces[-1].append(span)
            self._size += span.size
