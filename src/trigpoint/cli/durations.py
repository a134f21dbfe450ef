"""Parses durations and dates on the command line: `30m`, `7d`, `2027-01-31`."""

import re
from datetime import UTC, datetime

from trigpoint.base.clock import DAY_S, HOUR_S, Milliseconds, to_ms
from trigpoint.base.errors import InvalidError

UNITS = {"s": 1, "m": 60, "h": HOUR_S, "d": DAY_S, "w": 7 * DAY_S, "y": 365 * DAY_S}
_DURATION = re.compile(r"(\d{1,10})([smhdwy]?)", re.ASCII)


def read_duration(text: str) -> int:
    """Read a duration in seconds: a number, with a unit or without."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None or int(match[1]) == 0:
        rule = "a number of seconds, or a number with s, m, h, d, w or y"
        raise InvalidError("--expires-in", rule, example="30d", received=text)
    return int(match[1]) * UNITS.get(match[2], 1)


def read_moment(text: str, *, name: str) -> Milliseconds:
    """Read a date or a time in ISO 8601 as milliseconds since the epoch; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidError(name, "a date or a time in ISO 8601", example="2027-01-31", received=text) from None
    return to_ms((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
