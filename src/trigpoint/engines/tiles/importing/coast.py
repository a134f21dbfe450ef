"""The sea polygons of an extract, from its coastlines: land is on the left of a coastline, the sea on its right.

The boundary of the covered area and the coastlines divide the area into faces. A face on the right of a coastline is
sea. An extract without a coastline has no sea.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import polygonize_full, unary_union

from trigpoint.engines.tiles.importing.batches import COVERAGE_ZOOM

NEAR = 1e-9
ASIDE = 1e-6
"""Distance of the test points on both sides of a coastline, in degrees."""
PIECE_ZOOM = 9
"""The sea is split along the tiles of this zoom: one polygon for a whole coast would be slow to clip for every tile."""
MOST_COORDINATES = 20_000
"""A polygon with more coordinates is split."""


def cover(tiles: npt.NDArray[np.int64]) -> shapely.Geometry:
    """Return the union of some tiles of `COVERAGE_ZOOM`, in degrees. Holes are filled.

    A hole is a tile without any object, such as the middle of a lake or a forest.
    """
    side = 1 << COVERAGE_ZOOM
    columns, rows = np.divmod(tiles, side)
    ground = unary_union(shapely.box(longitude(columns), latitude(rows + 1), longitude(columns + 1), latitude(rows)))
    return unary_union([shapely.Polygon(part.exterior) for part in shapely.get_parts(ground)])


def longitude(columns: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the western edge of tile columns of `COVERAGE_ZOOM`, in degrees."""
    return np.asarray(columns / (1 << COVERAGE_ZOOM) * 360 - 180)


def latitude(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the northern edge of tile rows of `COVERAGE_ZOOM`, in degrees."""
    return np.asarray(np.degrees(np.arctan(np.sinh(math.pi * (1 - 2 * rows / (1 << COVERAGE_ZOOM))))))


def find_sea(coastlines: Sequence[shapely.Geometry], ground: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the faces of the covered area that are sea."""
    lines = [part for line in coastlines for part in shapely.get_parts(shapely.intersection(line, ground))]
    lines = [line for line in lines if line.geom_type == "LineString" and line.length > 0]
    if not lines:
        return []
    rings = [ring for part in shapely.get_parts(ground) for ring in (part.exterior, *part.interiors)]
    edge = unary_union(rings)
    faces = list(polygonize_full(unary_union([*lines, *rings, *close_gaps(lines, edge)]))[0].geoms)
    sea, land = sides_of(lines, faces)
    return [faces[number] for number in sorted(sea - land)]


def close_gaps(lines: Sequence[shapely.Geometry], edge: shapely.Geometry) -> list[shapely.Geometry]:
    """Connect each loose end of a coastline inside the area to its boundary, by the shortest line.

    Extracts that were cut along a border have such ends.
    """
    joins = []
    for line in shapely.get_parts(shapely.line_merge(unary_union(lines))):
        if not line.is_ring:
            for end in (line.coords[0], line.coords[-1]):
                point = shapely.Point(end)
                if point.distance(edge) > NEAR:
                    joins.append(shapely.shortest_line(point, edge))
    return joins


def sides_of(lines: Sequence[shapely.Geometry], faces: Sequence[shapely.Geometry]) -> tuple[set[int], set[int]]:
    """Return the indices of the faces on the right of a coastline, and of those on its left."""
    right: list[tuple[float, float]] = []
    left: list[tuple[float, float]] = []
    for line in lines:
        points = shapely.get_coordinates(line)
        for at in {0, len(points) // 2, len(points) - 2} & set(range(len(points) - 1)):
            (x, y), step = points[at : at + 2].mean(axis=0), points[at + 1] - points[at]
            length = math.hypot(*step)
            if length:
                aside = min(length / 4, ASIDE) / length
                right.append((x + step[1] * aside, y - step[0] * aside))
                left.append((x - step[1] * aside, y + step[0] * aside))
    tree = shapely.STRtree(faces)

    def faces_at(points: list[tuple[float, float]]) -> set[int]:
        return {int(number) for number in tree.query(shapely.points(points), predicate="intersects")[1]}

    return (faces_at(right), faces_at(left)) if right else (set(), set())


def cut(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Split a large shape along the tiles of `PIECE_ZOOM`. A small one is returned whole."""
    if shapely.get_num_coordinates(shape) <= MOST_COORDINATES:
        return [shape]
    west, south, east, north = shapely.bounds(shape)
    step = 360 / (1 << PIECE_ZOOM)
    pieces = [
        shapely.clip_by_rect(shape, x * step, y * step, (x + 1) * step, (y + 1) * step)
        for x in range(math.floor(west / step), math.ceil(east / step))
        for y in range(math.floor(south / step), math.ceil(north / step))
    ]
    return [part for piece in pieces for part in shapely.get_parts(piece) if part.geom_type == "Polygon"]
