"""Local time at a place, which Valhalla uses, while the API uses UTC."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trigpoint.base.geo import Point

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC).timestamp()
LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
MINUTE_S = 60


def to_local(seconds: float, place: Point) -> str:
    """Format a time as local time at a place, to the minute: `2026-11-23T17:05`.

    Time zones on land come from Timezone Boundary Builder (ODbL), at sea from the longitude. Times outside 1970 to 2200
    are clamped, as no timetable or restriction reaches beyond.
    """
    bounded = min(max(seconds, EARLIEST), LATEST)
    return read_clock(int(bounded // MINUTE_S), find_zone(place))


@lru_cache(maxsize=1024)
def read_clock(minute: int, zone: ZoneInfo) -> str:
    """Format a minute since the epoch as local time of a zone. Cached, as most routes begin now."""
    return datetime.fromtimestamp(minute * MINUTE_S, UTC).astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def find_zone(place: Point) -> ZoneInfo:
    """Return the time zone at a place."""
    return open_zone(_load_borders()(place.longitude, place.latitude))


@cache
def _load_borders() -> Callable[[float, float], str]:
    """Load the library with the borders of time zones once it is needed; give its function of (longitude, latitude)."""
    from tzfpy import get_tz

    return get_tz


@lru_cache(maxsize=512)
def open_zone(name: str) -> ZoneInfo:
    """Open a zone by its name; UTC where this system does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
