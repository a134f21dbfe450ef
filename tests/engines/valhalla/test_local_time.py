import pytest

from trigpoint.base.geo import Point
from trigpoint.engines.valhalla.local_time import open_zone, to_local

NOON = 1_795_435_200.0  # 2026-11-23T12:00:00Z


@pytest.mark.parametrize(
    ("place", "written"),
    [
        (Point(60.17, 24.94), "2026-11-23T14:00"),
        (Point(51.5, -0.12), "2026-11-23T12:00"),
        (Point(37.77, -122.42), "2026-11-23T04:00"),
        (Point(27.7, 85.3), "2026-11-23T17:45"),
        (Point(0.0, -30.0), "2026-11-23T10:00"),
        (Point(90.0, 0.0), "2026-11-23T12:00"),
    ],
)
def test_a_time_is_converted_to_local_time(place: Point, written: str) -> None:
    assert to_local(NOON, place) == written


def test_daylight_saving_time_is_applied() -> None:
    assert to_local(NOON - 150 * 86_400, Point(60.17, 24.94)) == "2026-06-26T15:00"


@pytest.mark.parametrize(("seconds", "year"), [(-62_135_596_800.0, "1970"), (253_402_300_799.0, "2200")])
def test_times_outside_the_supported_range_are_moved_to_its_end(seconds: float, year: str) -> None:
    assert to_local(seconds, Point(51.5, -0.12)).startswith(year)


def test_an_unknown_zone_is_utc() -> None:
    assert str(open_zone("Mars/Olympus")) == "UTC"
