"""Grid cells of four sizes, which are terms of the text index: a radius search is a query for four cells of one size.

A range query on latitude and longitude would read both numbers of every record; a query for terms does not.
"""

import math
from functools import lru_cache

from trigpoint.base.geo import Point

SIZES = (0.003, 0.012, 0.1, 1.0)
"""Heights of cells in degrees: about 330 m, 1.3, 11 and 110 km. Cells are about square, so rows near the poles have fewer.

The smallest size is for prefixes that many names in a town centre have: a hundred streets with the same first word.
"""

LARGE = len(SIZES) - 1
_LEAST_COSINE = 0.02


def cell_of(latitude: float, longitude: float, size: int) -> str:
    """Return the term of the cell that contains a point; `size` is an index into `SIZES`."""
    row = math.floor((latitude + 90) / SIZES[size])
    columns = _columns(row, size)
    return f"{size}.{row}.{math.floor((longitude + 180) / 360 * columns) % columns}"


@lru_cache(maxsize=4_096)
def cells_around(point: Point, size: int) -> tuple[str, ...]:
    """Return the four cells that contain everything within half a cell of a point, also across the antimeridian."""
    found = []
    for row in _two_nearest((point.latitude + 90) / SIZES[size]):
        columns = _columns(row, size)
        found += [
            f"{size}.{row}.{column % columns}" for column in _two_nearest((point.longitude + 180) / 360 * columns)
        ]
    return tuple(dict.fromkeys(found))


def _two_nearest(position: float) -> tuple[int, int]:
    whole = math.floor(position)
    return whole, whole + 1 if position - whole >= 0.5 else whole - 1


@lru_cache(maxsize=4_096)
def _columns(row: int, size: int) -> int:
    middle = math.radians((row + 0.5) * SIZES[size] - 90)
    return max(1, math.floor(360 / SIZES[size] * max(_LEAST_COSINE, math.cos(middle))))
