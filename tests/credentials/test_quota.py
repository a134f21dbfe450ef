"""A team's day begins at 00:00 UTC, and calls reserved in blocks never exceed the limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.builders import NOW
from trigpoint.base.clock import DAY_S, to_iso
from trigpoint.credentials.quota import (
    BLOCK,
    DEFAULT_LIMITS,
    Meter,
    Period,
    QuotaExceededError,
    alarm_at,
    block_size,
    end_of,
    share_of,
    window_of,
)

MIDNIGHT = 1_795_392_000.0
"""2026-11-23T00:00:00Z."""


def test_apples_limits_are_the_default() -> None:
    assert DEFAULT_LIMITS == {Meter.SERVICE_CALLS: 25_000, Meter.MAP_VIEWS: 250_000, Meter.SNAPSHOTS: 25_000}


def test_a_day_begins_at_midnight_utc() -> None:
    assert to_iso(MIDNIGHT) == "2026-11-23T00:00:00Z"
    assert (
        window_of(Period.DAY, MIDNIGHT)
        == window_of(Period.DAY, MIDNIGHT - 0.001) + 1
        == window_of(Period.DAY, MIDNIGHT + DAY_S - 0.001)
    )
    assert end_of(Period.DAY, MIDNIGHT - 0.001) == MIDNIGHT
    assert end_of(Period.DAY, MIDNIGHT) == MIDNIGHT + DAY_S


@given(st.integers(-(10**12), 10**13).map(lambda milliseconds: milliseconds / 1000))
def test_the_end_of_a_day_is_the_beginning_of_the_next(at: float) -> None:
    end = end_of(Period.DAY, at)
    assert 0 < end - at <= DAY_S
    assert window_of(Period.DAY, end) == window_of(Period.DAY, at) + 1


def test_the_refusal_says_when_the_limit_resets() -> None:
    error = QuotaExceededError(Meter.SERVICE_CALLS, 25_000, NOW)
    assert str(error) == (
        "The team's 25,000 service calls a day are used up; the count resets at 2026-11-24T00:00:00Z."
    )
    assert error.retry_after == 8 * 3600
    assert error.resets_at == MIDNIGHT + DAY_S


@pytest.mark.parametrize(("left", "seconds"), [(0.2, 1), (1.0, 1), (1.2, 2), (86_400.0, 86_400)])
def test_retry_after_is_rounded_up_and_never_zero(left: float, seconds: int) -> None:
    assert QuotaExceededError(Meter.MAP_VIEWS, 1, MIDNIGHT + DAY_S - left).retry_after == seconds


@pytest.mark.parametrize(
    ("limit", "size"),
    [
        (0, 1),
        (1, 1),
        (99, 1),
        (100, 2),
        (24_999, 499),
        (25_000, 500),
        (249_999, 4_999),
        (250_000, BLOCK),
        (10**9, BLOCK),
    ],
)
def test_a_block_is_at_most_a_fiftieth_of_the_limit(limit: int, size: int) -> None:
    assert block_size(limit) == size


@given(st.integers(0, 3000), st.integers(1, 5))
def test_blocks_never_exceed_the_limit_with_any_number_of_workers(limit: int, workers: int) -> None:
    taken = admitted = 0
    held = [0] * workers
    for call in range(limit + workers * BLOCK):
        worker = call % workers
        if held[worker] == 0:
            held[worker] = share_of(limit - taken, wanted=block_size(limit))
            taken += held[worker]
        if held[worker]:
            held[worker] -= 1
            admitted += 1
    assert admitted == limit


@pytest.mark.parametrize(
    ("left", "share"), [(25_000, 500), (4_000, 500), (3_999, 499), (800, 100), (9, 1), (1, 1), (0, 0), (-3, 0)]
)
def test_blocks_shrink_towards_the_limit(left: int, share: int) -> None:
    assert share_of(left, wanted=500) == share


@pytest.mark.parametrize(
    ("taken", "limit", "alarm"), [(0, 10, 0), (49, 100, 0), (50, 100, 50), (79, 100, 50), (80, 100, 80), (5, 5, 100)]
)
def test_the_highest_threshold_reached_gives_the_alarm(taken: int, limit: int, alarm: int) -> None:
    assert alarm_at(taken, limit) == alarm


def test_a_limit_of_zero_is_used_up() -> None:
    assert alarm_at(0, 0) == 100


def test_a_refusal_names_the_holder_and_the_period() -> None:
    error = QuotaExceededError(Meter.SERVICE_CALLS, 60, NOW + 12, holder="the key 2X9R4HXF34", period=Period.MINUTE)
    assert str(error).startswith("The key 2X9R4HXF34's 60 service calls a minute are used up; ")
    assert error.retry_after == 48
