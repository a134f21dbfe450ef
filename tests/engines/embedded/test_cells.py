"""Grid cells of the index: a point less than half a cell away is in one of the four cells, everywhere on earth."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.cells import LARGE, SIZES, cell_of, cells_around

SHARE = 0.49
"""Just less than half a cell."""


@given(
    st.floats(-89, 89),
    st.floats(-180, 180),
    st.sampled_from(range(len(SIZES))),
    st.floats(-SHARE, SHARE),
    st.floats(-SHARE, SHARE),
)
def test_a_point_less_than_half_a_cell_away_is_in_the_four_cells(
    latitude: float, longitude: float, size: int, north: float, east: float
) -> None:
    at = latitude + north * SIZES[size]
    # A cell is as wide as the row's middle says, which lies up to half a cell nearer to the equator.
    shrink = math.cos(math.radians(max(0.0, abs(at) - 1.5 * SIZES[size])))
    there = (longitude + east * SIZES[size] / shrink + 180) % 360 - 180
    assert cell_of(at, there, size) in cells_around(Point(latitude, longitude), size)


@pytest.mark.parametrize(("longitude", "other"), [(179.9, -179.9), (-179.9, 179.9)])
def test_cells_continue_across_the_antimeridian(longitude: float, other: float) -> None:
    assert cell_of(-17.0, other, LARGE) in cells_around(Point(-17.0, longitude), LARGE)


def test_a_point_two_cells_away_is_not_in_the_four_cells() -> None:
    assert cell_of(47.14, 9.52 + 2 * SIZES[LARGE] / math.cos(math.radians(47.14)), LARGE) not in cells_around(
        Point(47.14, 9.52), LARGE
    )


@pytest.mark.parametrize("latitude", [90.0, -90.0])
def test_the_poles_have_cells(latitude: float) -> None:
    assert all(cell_of(latitude, 10.0, size) in cells_around(Point(latitude, 10.0), size) for size in range(len(SIZES)))
