"""The time windows of a usage dashboard: 24 hours, 30 days or 12 months, and moving to the previous and next window."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from trigpoint.base.clock import HOUR_S
from trigpoint.base.errors import InvalidError
from trigpoint.credentials.usage import Span, name_span

HOURS = 24
DAYS = 30
MONTHS = 12
FIRST_YEAR, LAST_YEAR = 2000, 9000
"""Years in which a window may end."""


class Reach(StrEnum):
    """The length of a dashboard's window."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def words(self) -> str:
        """The length of the window, for people."""
        return {"day": "24 hours", "month": "30 days", "year": "12 months"}[self.value]

    @property
    def span(self) -> Span:
        """The length of time of one bar in the chart."""
        return {Reach.DAY: Span.HOUR, Reach.MONTH: Span.DAY, Reach.YEAR: Span.MONTH}[self]


@dataclass(frozen=True, slots=True)
class UsageWindow:
    """A window of whole hours, days or months in UTC. `starts` has the start of each span, and the end of the window."""

    reach: Reach
    starts: tuple[datetime, ...]

    @property
    def since(self) -> float:
        """The start of the window, in seconds since the epoch."""
        return self.starts[0].timestamp()

    @property
    def until(self) -> float:
        """The end of the window, in seconds since the epoch."""
        return self.starts[-1].timestamp()

    @property
    def names(self) -> list[str]:
        """The names of the spans, as in `name_span`."""
        return [name_span(int(start.timestamp()) // HOUR_S, self.reach.span) for start in self.starts[:-1]]

    def before(self) -> "UsageWindow":
        """Give the window that ends where this one begins."""
        return _ending(self.reach, self.starts[0])

    def after(self) -> "UsageWindow":
        """Give the window that begins where this one ends."""
        count = len(self.starts) - 1
        if self.reach is Reach.YEAR:
            return _ending(self.reach, _months_on(self.starts[-1], count))
        return _ending(self.reach, self.starts[-1] + count * _STEP[self.reach])


_STEP = {Reach.DAY: timedelta(hours=1), Reach.MONTH: timedelta(days=1)}
_COUNT = {Reach.DAY: HOURS, Reach.MONTH: DAYS, Reach.YEAR: MONTHS}


def latest_window(reach: Reach, now: float) -> UsageWindow:
    """Give the window that ends with the current hour, day or month; `now` is in seconds since the epoch."""
    moment = datetime.fromtimestamp(now, UTC).replace(minute=0, second=0, microsecond=0)
    if reach is Reach.DAY:
        return _ending(reach, moment + _STEP[reach])
    day = moment.replace(hour=0)
    return _ending(reach, _months_on(day.replace(day=1), 1) if reach is Reach.YEAR else day + _STEP[reach])


def window_until(reach: Reach, end: str, now: float) -> UsageWindow:
    """Give the window that ends at a time such as `2026-11-23T16:00Z`; the latest window for "" and for later times.

    `now` is in seconds since the epoch. Raises InvalidError.
    """
    latest = latest_window(reach, now)
    if not end:
        return latest
    try:
        moment = datetime.strptime(end, "%Y-%m-%dT%H:00Z").replace(tzinfo=UTC)
    except ValueError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        rule = f"a whole hour of UTC, in a year from {FIRST_YEAR} to {LAST_YEAR}"
        raise InvalidError("until", rule, example="2026-11-23T16:00Z", received=end)
    if reach is not Reach.DAY:
        moment = moment.replace(hour=0)
    if reach is Reach.YEAR:
        moment = moment.replace(day=1)
    return _ending(reach, moment) if moment < latest.starts[-1] else latest


def name_end(window: UsageWindow) -> str:
    """Write the end of a window in the form that `window_until` reads."""
    return name_span(int(window.until) // HOUR_S, Span.HOUR)


def _ending(reach: Reach, end: datetime) -> UsageWindow:
    count = _COUNT[reach]
    if reach is Reach.YEAR:
        return UsageWindow(reach, tuple(_months_on(end, index - count) for index in range(count + 1)))
    return UsageWindow(reach, tuple(end + (index - count) * _STEP[reach] for index in range(count + 1)))


def _months_on(first: datetime, count: int) -> datetime:
    """Move the first day of a month by a number of months."""
    years, month = divmod(first.year * 12 + first.month - 1 + count, 12)
    return first.replace(year=years, month=month + 1)
