"""Days in forms: the last day of a key, which expires at the end of that day, in UTC."""

from datetime import UTC, datetime, timedelta

from trigpoint.base.clock import Milliseconds, earlier, to_ms, to_seconds
from trigpoint.base.errors import InvalidError


def read_last_day(text: str, *, now: float) -> Milliseconds | None:
    """Read the last day of a key and give its end in UTC, in milliseconds since the epoch; None if the field is empty."""
    if not text.strip():
        return None
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
        end = to_ms((day + timedelta(days=1)).timestamp())
    except (ValueError, OverflowError):
        raise InvalidError("expiresOn", "a date (year-month-day)", example="2030-01-31", received=text) from None
    if end <= to_ms(now):
        raise InvalidError("expiresOn", "today or later", example="2030-01-31", received=text)
    return end


def last_day_of(expires_at: Milliseconds | None) -> str:
    """Give the last day before an expiry, for an input of type date; empty if there is no expiry."""
    return (
        ""
        if expires_at is None
        else datetime.fromtimestamp(to_seconds(earlier(expires_at, Milliseconds(1))), UTC).strftime("%Y-%m-%d")
    )
