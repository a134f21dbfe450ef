"""Floods of refusals and of log lines are limited, and do not affect other clients."""

import io
import logging

import pytest

from conftest import FixedClock
from trigpoint.web.floods import (
    LINES_AT_ONCE,
    LINES_PER_S,
    REFUSALS_AT_ONCE,
    REFUSALS_PER_S,
    REMEMBERED,
    BoundedStream,
    Refusals,
)
from trigpoint.web.log_lines import REQUESTS

REFUSED = {"status": 401, "code": "KEY_UNKNOWN"}


def told(refusals: Refusals, address: str | None, times: int) -> int:
    scope = {"client": None if address is None else (address, 4711)}
    return sum(refusals.may_tell(scope) for _ in range(times))


def test_logged_refusals_of_an_address_are_limited_in_burst_and_rate(clock: FixedClock) -> None:
    refusals = Refusals(clock=clock)
    assert told(refusals, "192.0.2.1", 1_000) == REFUSALS_AT_ONCE
    clock.now += 1
    assert told(refusals, "192.0.2.1", 1_000) == REFUSALS_PER_S
    clock.now += 3_600
    assert told(refusals, "192.0.2.1", 1_000) == REFUSALS_AT_ONCE


def test_the_limit_of_one_address_does_not_affect_another(clock: FixedClock) -> None:
    refusals = Refusals(clock=clock)
    assert told(refusals, "192.0.2.1", 1_000) == REFUSALS_AT_ONCE
    assert told(refusals, "192.0.2.2", 10) == 10
    assert told(refusals, "2001:db8:0:1::1", 1_000) == REFUSALS_AT_ONCE
    assert told(refusals, "2001:db8:0:1:ffff::1", 10) == 0  # the same subscriber
    assert told(refusals, "2001:db8:0:2::1", 10) == 10


def test_without_a_known_address_no_limit_applies(clock: FixedClock) -> None:
    assert told(Refusals(clock=clock), None, 1_000) == 1_000


def test_the_number_of_remembered_addresses_is_bounded_and_the_latest_stay(clock: FixedClock) -> None:
    refusals = Refusals(clock=clock)
    for number in range(3 * REMEMBERED):
        clock.now += 0.001
        told(refusals, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 1)
        told(refusals, "192.0.2.1", 1)
        assert len(refusals._buckets) <= REMEMBERED
    assert told(refusals, "192.0.2.1", 1_000) < REFUSALS_AT_ONCE


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logger(written: io.StringIO, clock: FixedClock) -> logging.Logger:
    made = logging.Logger(REQUESTS)  # noqa: LOG001 (one of its own, that no other test sees)
    made.addHandler(BoundedStream(written, clock=clock))
    return made


def test_log_lines_of_a_flood_are_dropped_and_counted(
    logger: logging.Logger, written: io.StringIO, clock: FixedClock
) -> None:
    for number in range(5_000):
        logger.info(
            "%s %d %s %s %s: %s", f"rid-{number}", 401, "GET", "/v1/geocode", "KEY_UNKNOWN", "No key.", extra=REFUSED
        )
    assert len(written.getvalue().splitlines()) == LINES_AT_ONCE
    clock.now += 1
    for _ in range(5_000):
        logger.error("crash")
    lines = written.getvalue().splitlines()[LINES_AT_ONCE:]
    assert lines[0] == "4000 lines were dropped: there were more than 100 per second."
    assert len(lines) == 1 + LINES_PER_S


def test_successful_requests_are_always_logged(logger: logging.Logger, written: io.StringIO) -> None:
    for number in range(3 * LINES_AT_ONCE):
        logger.info("%s %d %s %s", f"rid-{number}", 200, "GET", "/v1/geocode", extra={"status": 200})
    assert len(written.getvalue().splitlines()) == 3 * LINES_AT_ONCE
