"""Points and boxes on the globe, at the poles and across the antimeridian too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.base.geo import Box, Point, region_around

points = st.builds(Point, st.floats(-89.9, 89.9), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Point(0, 0), Point(0, 0), 0),
        (Point(0, 0), Point(0, 1), 111_319.49),
        (Point(0, 179.5), Point(0, -179.5), 111_319.49),
        (Point(90, 0), Point(-90, 0), 20_037_508.34),
    ],
)
def test_distance_is_the_great_circle(one: Point, other: Point, metres: float) -> None:
    assert one.distance_to(other) == pytest.approx(metres, abs=0.01)


@given(points, points)
def test_distance_is_the_same_both_ways(one: Point, other: Point) -> None:
    assert one.distance_to(other) == pytest.approx(other.distance_to(one))


@given(points)
def test_the_region_of_a_point_extends_half_a_kilometre_each_way(point: Point) -> None:
    region = region_around(point)
    assert region.contains(point)
    assert Point(region.north, point.longitude).distance_to(point) == pytest.approx(500, rel=1e-6) or region.north == 90


def test_a_region_equals_apples_to_seven_decimals() -> None:
    region = region_around(Point(37.3301996, -122.0106415))
    assert (region.south, region.north) == pytest.approx((37.3257080, 37.3346912), abs=1e-7)
    assert (region.west, region.east) == pytest.approx((-122.0162902, -122.0049928), abs=1e-6)


def test_a_region_at_a_pole_spans_all_longitudes() -> None:
    region = region_around(Point(90, 0))
    assert region.north == 90
    assert region.contains(Point(89.999, 123))


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        (Point(0, 179), True),
        (Point(0, -179), True),
        (Point(0, 170), True),
        (Point(0, 169.9), False),
        (Point(0, 0), False),
        (Point(2, 179), False),
    ],
)
def test_a_box_may_cross_the_antimeridian(point: Point, *, inside: bool) -> None:
    assert Box(south=-1, west=170, north=1, east=-170).contains(point) is inside


def test_the_centre_of_a_box_across_the_antimeridian_lies_in_it() -> None:
    assert Box(south=-1, west=170, north=1, east=-160).centre == Point(0, -175)
