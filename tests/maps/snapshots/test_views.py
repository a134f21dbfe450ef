"""A view shows everything requested, inside the margins, and is no closer than zoom 20."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.base.geo import Point
from trigpoint.maps.snapshots.queries import MAX_ZOOM, MIN_ZOOM
from trigpoint.maps.snapshots.views import ALONE_ZOOM, View, fit, points_of_circle, project, show_span, unproject

SIZE = (600, 400)
LATITUDES, LONGITUDES = st.floats(-80, 80), st.floats(-179.9, 179.9)
POINTS = st.builds(Point, LATITUDES, LONGITUDES)


def seen_at(view: View, point: Point, size: tuple[int, int] = SIZE) -> tuple[float, float]:
    """Where a point is in a picture, in CSS pixels from the upper left."""
    (x, y), (cx, cy) = project(point), project(view.center)
    across = (x - cx + 0.5) % 1 - 0.5
    return across * view.world_px + size[0] / 2, (y - cy) * view.world_px + size[1] / 2


@given(POINTS)
def test_projecting_and_back_gives_the_point(point: Point) -> None:
    back = unproject(*project(point))
    assert (back.latitude, back.longitude) == pytest.approx((point.latitude, point.longitude), abs=1e-9)


@given(st.lists(POINTS, min_size=1, max_size=8))
def test_fitted_points_are_inside_the_picture_unless_they_exceed_the_world(points: list[Point]) -> None:
    view = fit(points, SIZE, markers=True)
    assert MIN_ZOOM <= view.zoom <= MAX_ZOOM
    if view.zoom > MIN_ZOOM:
        for point in points:
            x, y = seen_at(view, point)
            assert -1 <= x <= SIZE[0] + 1
            assert 43 <= y <= SIZE[1] + 1


def test_points_on_both_sides_of_the_antimeridian_are_shown_the_short_way() -> None:
    view = fit([Point(-17, 179), Point(-17, -179)], SIZE, markers=False)
    assert abs(view.center.longitude) == pytest.approx(180)
    assert view.zoom > 7


def test_a_single_point_is_shown_at_the_zoom_of_streets() -> None:
    assert fit([Point(47.14, 9.52)], SIZE, markers=True).zoom == ALONE_ZOOM


def test_points_close_together_come_no_closer_than_zoom_20() -> None:
    assert fit([Point(47.14, 9.52), Point(47.14001, 9.52)], SIZE, markers=True).zoom == MAX_ZOOM


@pytest.mark.parametrize("span", [(0.05, 0.001), (0.001, 0.08), (10, 10)])
def test_a_span_is_shown_whole_and_no_more_than_needed(span: tuple[float, float]) -> None:
    centre = Point(47.14, 9.52)
    view = show_span(centre, span, SIZE)
    north, east = Point(centre.latitude + span[0] / 2, 9.52), Point(47.14, 9.52 + span[1] / 2)
    up, across = seen_at(view, north)[1], seen_at(view, east)[0]
    assert up >= -0.01 * SIZE[1] * span[0]
    assert across <= SIZE[0] + 0.001
    assert up < 1 or across > SIZE[0] - 1


def test_no_span_at_all_is_the_closest_view() -> None:
    assert show_span(Point(47.14, 9.52), (0, 0), SIZE).zoom == MAX_ZOOM
    assert show_span(Point(47.14, 9.52), (90, 180), SIZE).zoom == MIN_ZOOM


def test_the_extent_of_a_circle_is_one_radius_each_way() -> None:
    centre = Point(60.17, 24.94)
    for end in points_of_circle(centre, 5_000):
        assert centre.distance_to(end) == pytest.approx(5_000, rel=1e-3)
