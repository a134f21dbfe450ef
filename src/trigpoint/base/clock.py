"""Types and units of time, and writing a time as text. Nothing here reads a clock: `wiring` passes a `Clock` to what needs one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NewType

Clock = Callable[[], float]
"""A function that gives the seconds since 1970-01-01T00:00:00Z, as `time.time` does."""

Seconds = NewType("Seconds", float)
"""A time in seconds since 1970-01-01T00:00:00Z, as in tokens, or a duration in seconds."""

Milliseconds = NewType("Milliseconds", int)
"""A time in whole milliseconds since 1970-01-01T00:00:00Z, as in records and the ledger, or a duration in milliseconds."""

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
_MS = 1_000


def now_ms(clock: Clock) -> Milliseconds:
    """Read a clock, in milliseconds."""
    return to_ms(clock())


def to_ms(seconds: float) -> Milliseconds:
    """Convert seconds to milliseconds; a fraction of a millisecond is cut off."""
    return Milliseconds(int(seconds * _MS))


def to_seconds(milliseconds: Milliseconds) -> Seconds:
    """Convert milliseconds to seconds."""
    return Seconds(milliseconds / _MS)


def later(at: Milliseconds, by: Milliseconds) -> Milliseconds:
    """Add a duration to a time."""
    return Milliseconds(at + by)


def earlier(at: Milliseconds, by: Milliseconds) -> Milliseconds:
    """Subtract a duration from a time."""
    return Milliseconds(at - by)


def hours(count: int) -> Milliseconds:
    """Convert hours to milliseconds."""
    return to_ms(count * HOUR_S)


def days(count: int) -> Milliseconds:
    """Convert days of 24 hours to milliseconds."""
    return to_ms(count * DAY_S)


def to_iso(seconds: float) -> str:
    """Write a time as ISO 8601 in UTC, whole seconds: `2026-11-23T15:00:00Z`."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_words(seconds: float) -> str:
    """Write a time for a person: `23 November 2026, 15:00:00 UTC`."""
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M:%S} UTC"


def seconds_since(moment: str | None, now: float) -> int | None:
    """Give the seconds from a time in ISO 8601 to `now`, 0 for a later time; None if `moment` is no such time."""
    try:
        return max(0, int(now - datetime.fromisoformat(moment or "").timestamp()))
    except (ValueError, OverflowError):
        return None


def say_age(seconds: int) -> str:
    """Write an age for a person, in its largest whole unit: `3 days`, `1 hour`."""
    for length, unit in ((DAY_S, "day"), (HOUR_S, "hour"), (MINUTE_S, "minute")):
        if seconds >= length:
            count = seconds // length
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"
