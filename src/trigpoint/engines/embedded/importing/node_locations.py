"""Where the nodes of an extract lie: a sorted list in a file, which processes fill in turn and then read together.

The file is one of osmium's (`sparse_file_array`: the number of a node, its longitude and latitude, 16 bytes), mapped, not
held in memory. A large extract has a table with a place for each number instead (`dense_file_array`).
"""

import os
from pathlib import Path

import numpy as np
import osmium

from trigpoint.engines.embedded.importing.pbf_pieces import PbfFile

DENSE_FROM = 10_000_000_000
"""From so many bytes on, some 1.2 thousand million nodes, a table with a place for every number of a node takes less
time and little more room on disk (8 bytes for each number that OpenStreetMap has given, some 100 GB) than a sorted one."""

NODE = np.dtype([("number", "<u8"), ("location", "<i4", (2,))])
CHECKED_AT_ONCE = 1 << 20
SPARSE, DENSE = "sparse_file_array", "dense_file_array"


class UnsortedError(RuntimeError):
    """The objects of a file are not in the usual order."""


class NodeLocations:
    """The file of one extract, seen from the process that puts the parts of all together."""

    def __init__(self, path: Path, source: PbfFile, pool: osmium.io.ThreadPool) -> None:
        self.path = path
        self.kind = DENSE if source.path.stat().st_size >= DENSE_FROM else SPARSE
        self._last = 0
        if self.kind == DENSE:
            table = osmium.NodeLocationsForWays(osmium.index.create_map(f"{DENSE},{path}"))
            osmium.apply(osmium.io.Reader(str(source.path), osmium.osm.NODE, pool), table)

    def add(self, part: Path | None) -> None:
        """Add what `PartOfLocations` made, in the order of the file. Raises UnsortedError if it does not go on from the last."""
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
        """Remove the file, and what is left of its parts."""
        for file in self.path.parent.glob(f"{self.path.name}*"):
            file.unlink()


class PartOfLocations:
    """Collects the nodes of one piece after the other, each into a file of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._scratch = path.with_name(f"{path.name}-of-{os.getpid()}")
        self._table = osmium.index.create_map(f"{SPARSE},{self._scratch}")
        self.handler = osmium.NodeLocationsForWays(self._table)

    def take(self, at: int) -> Path | None:
        """Give the file of the nodes that `handler` has seen since the last time, None if it saw none; `at` names it."""
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
    """Give a handler that tells the ways it sees where their nodes lie; of nodes that are missing it tells nothing."""
    handler = osmium.NodeLocationsForWays(osmium.index.create_map(f"{kind},{path}"))
    handler.ignore_errors()
    return handler
