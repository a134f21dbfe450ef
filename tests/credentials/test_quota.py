"""A team's day begins at 00:00 UTC, and what is handed out in blocks never exceeds its limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.builders import NOW
from trigpoint.base.clock import to_iso, utc_day
from trigpoint.credentials.quota import (
    BLOCK,
    DAY_S,
    DEFAULT_LIMITS,
    Allowance,
    Meter,
    QuotaExceededError,
    block_size,
    day_of,
    end_of_day,
)

MIDNIGHT = 1_795_392_000.0
"""2026-11-23T00:00:00Z."""


def test_apples_limits_are_the_default() -> None:
    assert DEFAULT_LIMITS == {Meter.SERVICE_CALLS: 25_000, Meter.MAP_VIEWS: 250_000}


def test_a_day_begins_at_midnight_utc() -> None:
    assert to_iso(MIDNIGHT) == "2026-11-23T00:00:00Z"
    assert day_of(MIDNIGHT) == day_of(MIDNIGHT - 0.001) + 1 == day_of(MIDNIGHT + DAY_S - 0.001)
    assert end_of_day(MIDNIGHT - 0.001) == MIDNIGHT
    assert end_of_day(MIDNIGHT) == MIDNIGHT + DAY_S


@given(st.integers(-(10**12), 10**13).map(lambda milliseconds: milliseconds / 1000))
def test_the_end_of_a_day_is_the_beginning_of_the_next(at: float) -> None:
    end = end_of_day(at)
    assert 0 < end - at <= DAY_S
    assert day_of(end) == day_of(at) + 1
    assert utc_day(end) > utc_day(at)


def test_the_refusal_says_when_the_count_begins_anew() -> None:
    error = QuotaExceededError(Meter.SERVICE_CALLS, 25_000, NOW)
    assert str(error) == (
        "The team's 25,000 service calls a day are used up; the count begins anew at 2026-11-24T00:00:00Z."
    )
    assert error.retry_after == 8 * 3600
    assert error.resets_at == MIDNIGHT + DAY_S


@pytest.mark.parametrize(("left", "seconds"), [(0.2, 1), (1.0, 1), (1.2, 2), (86_400.0, 86_400)])
def test_retry_after_is_rounded_up_and_never_zero(left: float, seconds: int) -> None:
    assert QuotaExceededError(Meter.MAP_VIEWS, 1, MIDNIGHT + DAY_S - left).retry_after == seconds


def test_an_allowance_is_spent_to_its_last_call_and_on_its_day_only() -> None:
    allowance = Allowance(day=3, left=2)
    assert [allowance.spend(3) for _ in range(4)] == [True, True, False, False]
    assert allowance.left == 0
    assert not Allowance(day=3, left=5).spend(4)
    assert not Allowance(day=3, left=-1).spend(3)
    assert not Allowance(day=3).spend(3)


@pytest.mark.parametrize(
    ("limit", "size"), [(0, 1), (1, 1), (99, 1), (100, 2), (24_999, 499), (25_000, BLOCK), (10**9, BLOCK)]
)
def test_a_block_is_at_most_a_fiftieth_of_the_limit(limit: int, size: int) -> None:
    assert block_size(limit) == size


@given(st.integers(0, 3000), st.integers(1, 5))
def test_blocks_never_exceed_the_limit_whoever_takes_them(limit: int, workers: int) -> None:
    taken = admitted = 0
    allowances = [Allowance(day=1) for _ in range(workers)]
    for call in range(limit + workers * BLOCK):
        allowance = allowances[call % workers]
        if not allowance.spend(1):
            allowance.left = min(block_size(limit), limit - taken)
            taken += allowance.left
            if not allowance.spend(1):
                continue
        admitted += 1
    assert admitted == limit
