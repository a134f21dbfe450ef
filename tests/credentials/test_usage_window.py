"""The windows of the dashboard: whole hours, days and months of UTC that lie next to each other."""

from datetime import UTC, datetime

import pytest

from trigpoint.base.errors import InvalidError
from trigpoint.credentials.usage_window import Reach, latest_window, name_end, window_until

NOW = datetime(2028, 3, 1, 5, 59, 59, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("reach", "count", "first", "last", "end"),
    [
        (Reach.DAY, 24, "2028-02-29T06:00Z", "2028-03-01T05:00Z", "2028-03-01T06:00Z"),
        (Reach.MONTH, 30, "2028-02-01", "2028-03-01", "2028-03-02T00:00Z"),
        (Reach.YEAR, 12, "2027-04", "2028-03", "2028-04-01T00:00Z"),
    ],
)
def test_a_window_ends_with_the_running_hour_day_or_month(
    reach: Reach, count: int, first: str, last: str, end: str
) -> None:
    window = latest_window(reach, NOW)
    assert (len(window.names), window.names[0], window.names[-1]) == (count, first, last)
    assert name_end(window) == end


@pytest.mark.parametrize("reach", Reach)
def test_windows_are_adjacent(reach: Reach) -> None:
    window = latest_window(reach, NOW)
    before = window.before()
    assert before.until == window.since
    assert before.after() == window
    assert window_until(reach, name_end(before), NOW) == before
    assert not set(before.names) & set(window.names)


def test_an_hour_later_is_another_window() -> None:
    assert latest_window(Reach.DAY, NOW + 1).names[-1] == "2028-03-01T06:00Z"


def test_no_window_ends_after_the_latest() -> None:
    assert window_until(Reach.DAY, "2099-01-01T00:00Z", NOW) == latest_window(Reach.DAY, NOW)
    assert window_until(Reach.DAY, "", NOW) == latest_window(Reach.DAY, NOW)


@pytest.mark.parametrize("end", ["yesterday", "2028-03-01", "2028-13-01T00:00Z", "0001-01-01T00:00Z", "٢٠٢٨"])
def test_an_end_is_a_whole_hour(end: str) -> None:
    with pytest.raises(
        InvalidError,
        match="'until' must be a whole hour of UTC, in a year from 2000 to 9000, for example '2026-11-23T16:00Z'",
    ):
        window_until(Reach.DAY, end, NOW)
