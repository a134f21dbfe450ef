"""Bulk loading of an R*Tree of SQLite: boxes are sorted by location and packed into full nodes.

SQLite inserts row by row, which takes longer than everything else of a row, and leaves nodes a third empty. Its format is
three tables beside the virtual one (`rtree.c` in SQLite's source): nodes of up to 51 boxes, the parent of each node, and
the node of each row. SQLite's `rtreecheck` accepts the trees that are written here.
"""

import sqlite3
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trigpoint.engines.embedded.index.insertion import insert
from trigpoint.engines.embedded.index.room import take_room

NODE_CELLS = 51
"""Highest number of boxes in a node, for two dimensions and pages of 4,096 bytes or more (SQLite)."""

NODE_BYTES = 4 + 24 * NODE_CELLS
CELL = np.dtype([("row", ">i8"), ("box", ">f4", (4,))])
MOST_AT_ONCE = 125_000
"""Number of boxes that are sorted in memory at once; slices from west to east are chosen to have about as many."""

BINS = 1 << 16
ROUND_AWAY, ROUND_TOWARDS = 1.0 + 1.0 / 8_388_608.0, 1.0 - 1.0 / 8_388_608.0

Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.void]
Rows = npt.NDArray[np.int64]


class BoxTree:
    """The boxes of one tree, kept in a temporary file until all are known. Row numbers begin at one."""

    def __init__(self, table: str, spool: Path) -> None:
        self.table = table
        self._path = spool
        self._spool = spool.open("wb")
        self._count = 0
        self._packing = _Packing(table, spool)

    def add(self, rows: npt.ArrayLike, boxes: Floats) -> None:
        """Add boxes with their row numbers. A row of `boxes` is west, east, south, north."""
        cells = np.empty(len(boxes), dtype=CELL)
        cells["row"] = rows
        cells["box"][:, ::2] = _rounded(boxes[:, ::2], up=False)
        cells["box"][:, 1::2] = _rounded(boxes[:, 1::2], up=True)
        self._spool.write(cells.tobytes())
        self._count += len(cells)

    def write(self, db: sqlite3.Connection) -> None:
        """Write the tree to the tables of its virtual table, which must be empty, and delete the temporary file."""
        for _ in chain(self.write_nodes(db), self.write_rows(db)):
            pass

    def write_nodes(self, db: sqlite3.Connection) -> Iterator[None]:
        """Write the nodes, which is all that is read to find the boxes that meet a box; `write_rows` must follow.

        Both write one part after the other, while their results are iterated over.
        """
        self._spool.close()
        if self._count:
            cells = np.memmap(self._path, dtype=CELL, mode="r")
            yield from self._packing.write_nodes(db, cells)
            del cells

    def write_rows(self, db: sqlite3.Connection) -> Iterator[None]:
        """Write the node of each row, and delete the temporary files."""
        if self._count:
            yield from self._packing.write_rows(db)
        self.close()

    def close(self) -> None:
        """Delete the temporary files."""
        self._spool.close()
        self._path.unlink(missing_ok=True)
        self._packing.close()


class _Packing:
    """Writes nodes level by level, the leaves first; the root is node 1. `spool` is the file of the boxes."""

    def __init__(self, table: str, spool: Path) -> None:
        self._table = table
        self._slices = spool.with_suffix(".slices")
        self._by_row = spool.with_suffix(".nodes")
        self._nodes = 1
        self._rows = 0

    def write_nodes(self, db: sqlite3.Connection, cells: Cells) -> Iterator[None]:
        """Write all nodes and their parents, in parts."""
        db.execute(f"DELETE FROM {self._table}_node")  # noqa: S608 (the table's name is ours)
        db.execute(f"DELETE FROM {self._table}_rowid")  # noqa: S608 (the name of a table of ours)
        self._rows = int(cells["row"].max()) + 1 if len(cells) else 1
        node_of = _map_new(self._by_row, np.dtype(np.int64), self._rows)
        depth = 0
        if len(cells) <= NODE_CELLS:
            node_of[cells["row"]] = 1
            self._write_root(db, np.asarray(cells), depth)
        else:
            levels: list[Cells] = []
            for part in _slices(cells, self._slices):
                levels.append(self._write_level(db, part, node_of))
                yield
            level = _joined(levels)
            while len(level) > NODE_CELLS:
                depth += 1
                level = self._write_level(db, level, None)
            self._write_root(db, level, depth + 1)
            self._insert_parents(db, level["row"], 1)
        del node_of

    def write_rows(self, db: sqlite3.Connection) -> Iterator[None]:
        """Write the node of each row, in parts."""
        node_of = np.memmap(self._by_row, dtype=np.int64, mode="r", shape=(self._rows,))
        for start in range(0, self._rows, MOST_AT_ONCE):
            part = np.asarray(node_of[start : start + MOST_AT_ONCE])
            rows = np.flatnonzero(part)
            insert(db, f"{self._table}_rowid", np.column_stack([rows + start, part[rows]]).tolist())
            yield
        del node_of

    def close(self) -> None:
        """Delete the temporary file."""
        self._by_row.unlink(missing_ok=True)

    def _write_level(self, db: sqlite3.Connection, cells: Cells, node_of: Rows | None) -> Cells:
        """Write nodes that contain these cells, and return the boxes of the nodes."""
        cells = cells[_order(cells["box"].astype(np.float64))]
        starts = np.arange(0, len(cells), NODE_CELLS)
        numbers = self._nodes + 1 + np.arange(len(starts))
        self._nodes += len(starts)
        above = np.empty(len(starts), dtype=CELL)
        above["row"] = numbers
        for at in range(4):
            reduce = np.minimum if at % 2 == 0 else np.maximum
            above["box"][:, at] = reduce.reduceat(cells["box"][:, at].astype(np.float32), starts)
        owners = np.repeat(numbers, NODE_CELLS)[: len(cells)]
        if node_of is not None:
            node_of[cells["row"]] = owners
        else:
            self._insert_parents(db, cells["row"], owners)
        blobs = (_node(cells[start : start + NODE_CELLS], 0) for start in starts.tolist())
        self._insert_nodes(db, zip(numbers.tolist(), blobs, strict=True))
        return above

    def _write_root(self, db: sqlite3.Connection, cells: Cells, depth: int) -> None:
        self._insert_nodes(db, iter([(1, _node(cells, depth))]))

    def _insert_nodes(self, db: sqlite3.Connection, rows: Iterator[tuple[int, bytes]]) -> None:
        db.executemany(f"INSERT INTO {self._table}_node VALUES (?, ?)", rows)  # noqa: S608 (the name of a table of ours)

    def _insert_parents(self, db: sqlite3.Connection, nodes: Rows, parents: Rows | int) -> None:
        pairs = np.column_stack([nodes.astype(np.int64), np.broadcast_to(parents, nodes.shape)])
        insert(db, f"{self._table}_parent", pairs.tolist())


def _node(cells: Cells, depth: int) -> bytes:
    head = depth.to_bytes(2, "big") + len(cells).to_bytes(2, "big")
    return (head + cells.tobytes()).ljust(NODE_BYTES, b"\0")


def _rounded(values: Floats, *, up: bool) -> npt.NDArray[np.float32]:
    """Round as SQLite does, so that a single-precision box contains the double-precision one."""
    single = values.astype(np.float32)
    wide = single.astype(np.float64)
    outside = wide < values if up else wide > values
    away = (values >= 0) == up
    factor = np.where(away, ROUND_AWAY, ROUND_TOWARDS)
    return np.where(outside, values * factor, wide).astype(np.float32)


def _slices(cells: Cells, scratch: Path) -> Iterator[Cells]:
    """Yield the boxes in slices from west to east, each of about `MOST_AT_ONCE`; `scratch` is a temporary file."""
    if len(cells) <= MOST_AT_ONCE:
        yield np.asarray(cells)
        return
    counts = np.zeros(BINS, dtype=np.int64)
    for start in range(0, len(cells), MOST_AT_ONCE):
        counts += np.bincount(_bin_of(cells[start : start + MOST_AT_ONCE]), minlength=BINS)
    slice_of = np.maximum(np.cumsum(counts) - 1, 0) // MOST_AT_ONCE
    ends = np.cumsum(np.bincount(slice_of, weights=counts)).astype(np.int64)
    sorted_cells = _map_new(scratch, CELL, len(cells))
    free = np.concatenate([[0], ends[:-1]])
    for start in range(0, len(cells), MOST_AT_ONCE):
        part = np.asarray(cells[start : start + MOST_AT_ONCE])
        own = slice_of[_bin_of(part)]
        for wanted in np.unique(own).tolist():
            chosen = part[own == wanted]
            sorted_cells[free[wanted] : free[wanted] + len(chosen)] = chosen
            free[wanted] += len(chosen)
    for start, end in pairwise([0, *np.unique(ends).tolist()]):
        yield np.asarray(sorted_cells[start:end])
    del sorted_cells
    scratch.unlink()


def _map_new(path: Path, dtype: np.dtype[Any], count: int) -> npt.NDArray[Any]:
    """Map a new file of zeros, for writing."""
    with path.open("wb") as file:
        take_room(file, count * dtype.itemsize)
    return np.memmap(path, dtype=dtype, mode="r+", shape=(count,))


def _joined(parts: list[Cells]) -> Cells:
    return np.concatenate(parts).astype(CELL)  # numpy joins in the order of bytes of the machine


def _bin_of(cells: Cells) -> Rows:
    middles = (cells["box"][:, 0].astype(np.float64) + cells["box"][:, 1]) / 2
    bins: Rows = np.clip((middles + 180.0) / 360.0 * BINS, 0, BINS - 1).astype(np.int64)
    return bins


def _order(boxes: Floats) -> Rows:
    """Sort boxes so that each run of a node's size is compact: in strips of longitude, then by latitude."""
    leaves = -(-len(boxes) // NODE_CELLS)
    strips = max(1, round(leaves**0.5))
    a_strip = -(-leaves // strips) * NODE_CELLS
    by_longitude = np.argsort(boxes[:, 0] + boxes[:, 1], kind="stable")
    strip = np.empty(len(boxes), dtype=np.int64)
    strip[by_longitude] = np.arange(len(boxes)) // a_strip
    order: Rows = np.lexsort((boxes[:, 2] + boxes[:, 3], strip))
    return order
