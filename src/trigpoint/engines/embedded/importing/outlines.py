"""Which outlines contain a point: their pieces are in a memory-mapped temporary file, so that memory does not grow with them.

The results are those of GEOS (`intersects`: inside, or on the border): arithmetic decides where it is certain to be right,
and exact fractions where rounding could matter.
"""

import pickle
from array import array
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from trigpoint.engines.embedded.index.records import OsmBox

MOST_VERTICES_AT_ONCE = 100_000
SHAPES = ".shapes"
CERTAIN = 3.4e-16
"""The sign of a cross product is right if it is larger than this share of the sum of its two terms (J. R. Shewchuk, Adaptive
Precision Floating-Point Arithmetic, 1997: 3.33e-16)."""

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Cut(NamedTuple):
    """The pieces of some outlines, in their order. `counts` has the number of pieces of each outline.

    `sizes` has the number of vertices of each piece, and `vertices` these as bytes; each ring is followed by one vertex of
    not-a-number. `boxes` are the extents: west, south, east, north. `shapes` is WKB, None if a shape equals its extent.
    """

    counts: list[int]
    sizes: Numbers
    boxes: Floats
    vertices: bytes
    shapes: list[bytes | None]


def pack_pieces(outlines: Sequence[Sequence[shapely.Geometry]]) -> Cut:
    """Pack the pieces of some outlines, which are polygons."""
    counts = [len(pieces) for pieces in outlines]
    polygons = [piece for pieces in outlines for piece in pieces]
    if not polygons:
        return Cut(counts, np.empty(0, dtype=np.int64), np.empty((0, 4)), b"", [])
    rings, of_piece = shapely.get_rings(polygons, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    lengths = np.bincount(of_ring, minlength=len(rings))
    vertices = np.insert(points, np.cumsum(lengths), np.nan, axis=0)
    sizes = np.bincount(of_piece, weights=lengths + 1, minlength=len(polygons)).astype(np.int64)
    boxes = shapely.bounds(polygons)
    fills = shapely.equals(polygons, shapely.box(*boxes.T)).tolist()
    shapes = [None if filled else shape for filled, shape in zip(fills, shapely.to_wkb(polygons).tolist(), strict=True)]
    return Cut(counts, sizes, boxes, vertices.astype(np.float64).tobytes(), shapes)


class Pieces(NamedTuple):
    """The pieces of all outlines: `owners` are the numbers of their outlines, `ends` the positions after their last vertices.

    Their vertices are in the file `path`, their shapes in `path` with the suffix `.shapes`.
    """

    path: Path
    owners: Numbers
    ends: Numbers
    boxes: Floats


class PieceWriter:
    """Writes the files of `Pieces`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._outlines = 0
        self._owners, self._sizes, self._boxes = array("q"), array("q"), array("d")
        self._vertices, self._shapes = path.open("wb"), path.with_suffix(SHAPES).open("wb")

    def add(self, cut: Cut) -> None:
        """Add the pieces of the next outlines."""
        for number, count in enumerate(cut.counts, start=self._outlines):
            self._owners.extend([number] * count)
        self._outlines += len(cut.counts)
        self._sizes.extend(cut.sizes.tolist())
        self._boxes.extend(cut.boxes.ravel().tolist())
        self._vertices.write(cut.vertices)
        if cut.shapes:
            pickle.dump(cut.shapes, self._shapes)

    def finish(self) -> Pieces:
        """Close the files, and return what is in them."""
        self.close()
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(self._sizes, dtype=np.int64))])
        boxes = np.array(self._boxes, dtype=np.float64).reshape(-1, 4)
        return Pieces(self._path, np.array(self._owners, dtype=np.int64), ends, boxes)

    def close(self) -> None:
        """Close the files, whether they are finished or not."""
        self._vertices.close()
        self._shapes.close()


class Outlines:
    """Outlines, cut into pieces. They are numbered; `sizes` are those of the outlines, for comparison."""

    def __init__(self, pieces: Pieces, sizes: Sequence[float]) -> None:
        self._pieces = pieces
        self._owners, self._ends = pieces.owners, pieces.ends
        self._sizes = np.array(sizes, dtype=np.float64)
        self._tree = shapely.STRtree(shapely.linestrings(pieces.boxes.reshape(-1, 2, 2)))  # only their extents are used
        count = int(self._ends[-1])
        self._vertices: Floats = (
            np.asarray(np.memmap(pieces.path, dtype=np.float64, mode="r", shape=(count, 2)))
            if count
            else np.empty((0, 2))
        )

    def holding(self, longitudes: Floats, latitudes: Floats) -> list[list[int]]:
        """Return, for each point, the outlines that contain it, the smallest first."""
        found: list[list[int]] = [[] for _ in range(len(longitudes))]
        if not len(self._owners):
            return found
        points, pieces = self._tree.query(shapely.points(longitudes, latitudes))
        inside = self._hold(pieces, longitudes[points], latitudes[points])
        points, owners = points[inside], self._owners[pieces[inside]]
        order = np.lexsort((self._sizes[owners], points))
        for point, outline in zip(points[order].tolist(), owners[order].tolist(), strict=True):
            if outline not in found[point]:
                found[point].append(outline)
        return found

    def _hold(self, pieces: Numbers, longitudes: Floats, latitudes: Floats) -> Flags:
        """Tell for each piece whether it contains the point in the same row."""
        held: Flags = np.zeros(len(pieces), dtype=np.bool_)
        if not len(pieces):
            return held
        starts, sizes = self._ends[pieces], self._ends[pieces + 1] - self._ends[pieces]
        batch = np.cumsum(sizes) // MOST_VERTICES_AT_ONCE
        edges = np.flatnonzero(np.diff(batch)) + 1
        for first, last in zip([0, *edges.tolist()], [*edges.tolist(), len(pieces)], strict=True):
            part = slice(first, last)
            held[part] = self._hold_some(starts[part], sizes[part], longitudes[part], latitudes[part])
        return held

    def _hold_some(self, starts: Numbers, sizes: Numbers, longitudes: Floats, latitudes: Floats) -> Flags:
        row = np.repeat(np.arange(len(starts)), sizes)
        at = np.arange(len(row)) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
        y, level = self._vertices[at, 1], latitudes[row]
        not_below, not_above = y >= level, y <= level  # both false of not-a-number, which ends each ring
        reached = (not_below[:-1] | not_below[1:]) & (not_above[:-1] | not_above[1:])
        reached &= ~np.isnan(y[:-1]) & ~np.isnan(y[1:])
        edges = np.flatnonzero(reached)
        row, at = row[edges], at[edges]
        begin, end = self._vertices[at], self._vertices[at + 1]
        point = np.column_stack([longitudes[row], latitudes[row]])
        side = _sides(begin, end, point)
        within = (np.minimum(begin, end) <= point).all(axis=1) & (point <= np.maximum(begin, end)).all(axis=1)
        rises = (begin[:, 1] <= point[:, 1]) & (end[:, 1] > point[:, 1])
        falls = (begin[:, 1] > point[:, 1]) & (end[:, 1] <= point[:, 1])
        crossed = (rises & (side > 0)) | (falls & (side < 0))
        odd = np.bincount(row[crossed], minlength=len(starts)) % 2 == 1
        odd[row[(side == 0) & within]] = True  # on the border
        result: Flags = odd
        return result

    def pieces(self) -> Iterator[tuple[int, OsmBox, bytes | None]]:
        """Yield each piece: the number of its outline, its extent, and its shape in WKB (None if it equals the extent)."""
        each = zip(self._owners.tolist(), self._pieces.boxes.tolist(), _shapes_in(self._pieces.path), strict=True)
        for owner, (west, south, east, north), shape in each:
            yield owner, (south, west, north, east), shape


def _shapes_in(path: Path) -> Iterator[bytes | None]:
    with path.with_suffix(SHAPES).open("rb") as file:
        while file.peek():
            yield from pickle.load(file)  # noqa: S301 (a file of our own, in a private folder)


def _sides(begin: Floats, end: Floats, point: Floats) -> npt.NDArray[np.int8]:
    """Tell on which side of a line each point lies: 1 is left of it, -1 right, 0 on it."""
    one = (end[:, 0] - begin[:, 0]) * (point[:, 1] - begin[:, 1])
    other = (end[:, 1] - begin[:, 1]) * (point[:, 0] - begin[:, 0])
    difference = one - other
    side: npt.NDArray[np.int8] = np.sign(difference).astype(np.int8)
    unsure = np.abs(difference) <= CERTAIN * (np.abs(one) + np.abs(other))
    is_end = (begin == point).all(axis=1) | (end == point).all(axis=1)
    side[is_end] = 0
    for at in np.flatnonzero(unsure & ~is_end).tolist():
        side[at] = _exact_side(begin[at].tolist(), end[at].tolist(), point[at].tolist())
    return side


def _exact_side(begin: list[float], end: list[float], point: list[float]) -> int:
    (left, low), (right, high), (x, y) = (tuple(map(Fraction, one)) for one in (begin, end, point))
    difference = (right - left) * (y - low) - (high - low) * (x - left)
    return (difference > 0) - (difference < 0)
