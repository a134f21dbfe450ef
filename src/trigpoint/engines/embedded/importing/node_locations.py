"""Locations of the nodes of an extract, in a temporary file that several processes help to write and then read.

The file has osmium's format `sparse_file_array`, sorted by node ID: ID, longitude and latitude, 16 bytes per node. It is
memory-mapped. A large extract uses `dense_file_array` instead: an array indexed by node ID, 8 bytes per ID.
"""

import os
from pathlib import Path

import numpy as np
import osmium

from trigpoint.engines.embedded.importing.pbf_pieces import PbfFile
from trigpoint.engines.embedded.index.room import check_room

DENSE_FROM = 10_000_000_000
"""Size of an extract in bytes (about 1.2 billion nodes) from which the dense array is used. It is faster from there, and
takes little more disk space than the sorted list: 8 bytes for each node ID that OpenStreetMap has assigned, about 100 GB."""

NODE = np.dtype([("number", "<u8"), ("location", "<i4", (2,))])
CHECKED_AT_ONCE = 1 << 20
LEAST_BYTES = NODE.itemsize << 20
"""Least size of a `sparse_file_array`: osmium extends a smaller file to it, through the map. A piece has fewer nodes than that."""
SPARSE, DENSE = "sparse_file_array", "dense_file_array"


class UnsortedError(RuntimeError):
    """The nodes of a file are not sorted by ID."""


class NodeLocations:
    """The file of one extract, as the main process writes it from the parts of all processes."""

    def __init__(self, path: Path, source: PbfFile, pool: osmium.io.ThreadPool) -> None:
        self.path = path
        self.kind = DENSE if source.path.stat().st_size >= DENSE_FROM else SPARSE
        self._last = 0
        if self.kind == DENSE:
            table = osmium.NodeLocationsForWays(osmium.index.create_map(f"{DENSE},{path}"))
            with osmium.io.Reader(osmium.io.File(str(source.path), "pbf"), osmium.osm.NODE, pool) as reader:
                osmium.apply(reader, table)

    def add(self, part: Path | None) -> None:
        """Append a part made by `PartOfLocations`, in file order. Raises UnsortedError if the node IDs are not ascending."""
        if part is None:
            return
        with part.open("rb") as own, self.path.open("ab") as whole:
            while some := own.read(CHECKED_AT_ONCE * NODE.itemsize):
                numbers = np.concatenate([[self._last], np.frombuffer(some, dtype=NODE)["number"].astype(np.int64)])
                if (numbers[1:] < numbers[:-1]).any():
                    raise UnsortedError("out of order")
                self._last = int(numbers[-1])
                whole.write(some)
        part.unlink()

    def close(self) -> None:
        """Remove the file and any remaining parts."""
        for file in self.path.parent.glob(f"{self.path.name}*"):
            file.unlink()


class PartOfLocations:
    """Writes the node locations of each piece to a file, in the process that reads the piece."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._scratch = path.with_name(f"{path.name}-of-{os.getpid()}")
        check_room(path.parent, LEAST_BYTES)
        self._table = osmium.index.create_map(f"{SPARSE},{self._scratch}")
        self.handler = osmium.NodeLocationsForWays(self._table)

    def take(self, at: int) -> Path | None:
        """Write the nodes that `handler` has seen since the last call to a file. None if there were none.

        `at` is the position of the piece in the extract, part of the file's name.
        """
        size = self._table.used_memory()
        if not size:
            return None
        part = self._path.with_name(f"{self._path.name}-at-{at}")
        with self._scratch.open("rb") as filled, part.open("wb") as own:
            own.write(filled.read(size))
        self._table.clear()
        self.handler = osmium.NodeLocationsForWays(self._table)
        return part


def locations_for_ways(path: Path, kind: str) -> osmium.NodeLocationsForWays:
    """Return a handler that adds the locations of their nodes to ways. Missing nodes are left without a location."""
    if kind == SPARSE:
        check_room(path.parent, LEAST_BYTES - (path.stat().st_size if path.exists() else 0))
    handler = osmium.NodeLocationsForWays(osmium.index.create_map(f"{kind},{path}"))
    handler.ignore_errors()
    return handler
