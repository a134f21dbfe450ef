"""Time as everyone here writes it. Nothing in this file reads a clock: a `Clock` is handed over by `wiring`."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""A function that gives the seconds since 1970-01-01T00:00:00Z, as `time.time` does."""


def to_iso(seconds: float) -> str:
    """Write a time as ISO 8601 in UTC, whole seconds: `2026-11-23T15:00:00Z`."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_words(seconds: float) -> str:
    """Write a time for a person: `23 November 2026, 15:00:00 UTC`."""
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return f"{moment.day} {moment:%B %Y, %H:%M:%S} UTC"
