"""How old the map data is, region by region: for `/readyz`, `/metrics` and the portal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trigpoint.base.clock import DAY_S, say_age, seconds_since
from trigpoint.web.health import Part
from trigpoint.web.metrics import Gauge

DATA = "data"
"""The part of `/readyz` that tells of the age of the data."""


@dataclass(frozen=True, slots=True)
class RegionAge:
    """A region and the time of its data (ISO 8601), so many seconds ago. It is stale beyond the days of the setting."""

    name: str
    data_as_of: str
    seconds_old: int
    stale: bool

    @property
    def age(self) -> str:
        """Its age in words."""
        return say_age(self.seconds_old)


@dataclass(frozen=True, slots=True)
class Ages:
    """The regions in service that tell their age, and the days beyond which data is stale (0: it never is)."""

    regions: tuple[RegionAge, ...] = ()
    stale_days: int = 0

    @property
    def stale(self) -> tuple[RegionAge, ...]:
        """The regions whose data is stale."""
        return tuple(one for one in self.regions if one.stale)


def ages_of(regions: Mapping[str, str | None], *, stale_days: int, now: float, sample: str | None = None) -> Ages:
    """Say how old regions (name to time of the data) are at `now`, Unix time in seconds; `sample` is never stale."""
    found = ((name, as_of, seconds_since(as_of, now)) for name, as_of in regions.items())
    return Ages(
        tuple(
            RegionAge(name, as_of, seconds, stale=name != sample and 0 < stale_days * DAY_S < seconds)
            for name, as_of, seconds in found
            if as_of is not None and seconds is not None
        ),
        stale_days,
    )


def age_part(ages: Ages) -> dict[str, Part]:
    """Give the part of `/readyz`; none where no region tells its age. Old data keeps no server from being ready."""
    if not ages.regions:
        return {}
    sentences = [f"The data of {one.name} is {one.age} old." for one in ages.stale]
    remedy = " 'trigpoint update' fetches what has changed since." if sentences else ""
    members = [
        {"name": one.name, "dataAsOf": one.data_as_of, "secondsOld": one.seconds_old, "stale": one.stale}
        for one in ages.regions
    ]
    return {DATA: Part(ready=True, note=" ".join(sentences) + remedy, needed=False, members={"regions": members})}


def age_gauges(ages: Ages) -> list[Gauge]:
    """Give the gauges of each region."""
    at = "Unix time of the map data of a region."
    stale = "Whether the map data of a region is older than TRIGPOINT_STALE_DAYS."
    return [
        Gauge(name, meaning, {"region": one.name}, value)
        for one in ages.regions
        for name, meaning, value in (
            ("trigpoint_data_timestamp_seconds", at, datetime.fromisoformat(one.data_as_of).timestamp()),
            ("trigpoint_data_stale", stale, float(one.stale)),
        )
    ]
