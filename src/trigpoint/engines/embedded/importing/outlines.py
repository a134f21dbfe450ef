"""Which outlines contain a point: their pieces are in a memory-mapped temporary file, so that memory does not grow with them.

The results are those of GEOS (`intersects`: inside, or on the border): arithmetic decides where it is certain to be right,
and exact fractions where rounding could matter.
"""

import tempfile
from array import array
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from trigpoint.engines.embedded.index.records import OsmBox

MOST_VERTICES_AT_ONCE = 100_000
CERTAIN = 3.4e-16
"""The sign of a cross product is right if it is larger than this share of the sum of its two terms (J. R. Shewchuk, Adaptive
Precision Floating-Point Arithmetic, 1997: 3.33e-16)."""

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Pieces:
    """Collects the pieces of outlines: polygons, each with the number of its outline."""

    def __init__(self, folder: Path) -> None:
        self.owners = array("q")
        self.ends = array("q", [0])
        """The position after the last vertex of each piece; each ring is followed by one vertex of not-a-number."""
        self.boxes = array("d")
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed with what maps it)

    def add(self, owner: int, polygons: Sequence[shapely.Geometry]) -> None:
        """Add the pieces of one outline."""
        if not polygons:
            return
        rings, of_piece = shapely.get_rings(polygons, return_index=True)
        points, of_ring = shapely.get_coordinates(rings, return_index=True)
        lengths = np.bincount(of_ring, minlength=len(rings))
        vertices = np.insert(points, np.cumsum(lengths), np.nan, axis=0)
        self.file.write(vertices.astype(np.float64).tobytes())
        sizes = np.bincount(of_piece, weights=lengths + 1, minlength=len(polygons)).astype(np.int64)
        self.ends.extend((self.ends[-1] + np.cumsum(sizes)).tolist())
        self.boxes.extend(shapely.bounds(polygons).ravel().tolist())
        self.owners.extend([owner] * len(polygons))


class Outlines:
    """Outlines, cut into pieces. They are numbered; `sizes` are those of the outlines, for comparison."""

    def __init__(self, pieces: Pieces, sizes: Sequence[float]) -> None:
        self._owners = np.array(pieces.owners, dtype=np.int64)
        self._ends = np.array(pieces.ends, dtype=np.int64)
        self._sizes = np.array(sizes, dtype=np.float64)
        corners = np.array(pieces.boxes, dtype=np.float64).reshape(-1, 2, 2)
        self._tree = shapely.STRtree(shapely.linestrings(corners))  # only their extents are used
        pieces.file.flush()
        count = int(self._ends[-1])
        self._vertices: Floats = (
            np.asarray(np.memmap(pieces.file, dtype=np.float64, mode="r", shape=(count, 2)))
            if count
            else np.empty((0, 2))
        )
        pieces.file.close()

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
        for at, owner in enumerate(self._owners.tolist()):
            vertices = self._vertices[self._ends[at] : self._ends[at + 1]]
            breaks = np.flatnonzero(np.isnan(vertices[:, 0]))
            rings = [ring[~np.isnan(ring[:, 0])] for ring in np.split(vertices, breaks[:-1] + 1)]
            piece = shapely.Polygon(rings[0], rings[1:])
            west, south, east, north = piece.bounds
            whole = piece.equals(shapely.box(west, south, east, north))
            yield owner, (south, west, north, east), None if whole else bytes(shapely.to_wkb(piece))


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
