"""The earth cut into cells of four sizes, each a word of the index: what lies around a point is four words of a size.

A box as a range of latitudes and longitudes is looked up by reading both numbers of every record; words are not.
"""

import math
from functools import lru_cache

from trigpoint.base.geo import Point

SIZES = (0.003, 0.012, 0.1, 1.0)
"""Heights of cells in degrees, some 330 m, 1.3, 11 and 110 km; about as wide as high, so a row has fewer to the poles.

The smallest tells apart what begins alike in the middle of a town: a hundred streets with the same first word.
"""

LARGE = len(SIZES) - 1
_LEAST_COSINE = 0.02


def cell_of(latitude: float, longitude: float, size: int) -> str:
    """Give the cell of one of the sizes that a point lies in."""
    row = math.floor((latitude + 90) / SIZES[size])
    columns = _columns(row, size)
    return f"{size}.{row}.{math.floor((longitude + 180) / 360 * columns) % columns}"


@lru_cache(maxsize=4_096)
def cells_around(point: Point, size: int) -> tuple[str, ...]:
    """Give the four cells of a size that hold all that is less than half a cell from a point, over ±180° too."""
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


def _columns(row: int, size: int) -> int:
    middle = math.radians((row + 0.5) * SIZES[size] - 90)
    return max(1, math.floor(360 / SIZES[size] * max(_LEAST_COSINE, math.cos(middle))))
