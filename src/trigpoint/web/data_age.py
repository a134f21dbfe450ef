"""How old the map data is, region by region: for `/readyz`, `/metrics` and the portal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trigpoint.base.clock import DAY_S, say_age, seconds_since
from trigpoint.web.health import Part
from trigpoint.web.metrics import Gauge

DATA = "data"
"""Name of the part of `/readyz` that has the age of the data."""


@dataclass(frozen=True, slots=True)
class RegionAge:
    """A region, the time of its data (ISO 8601), and its age in seconds. `stale`: older than TRIGPOINT_STALE_DAYS."""

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
    """The regions in service whose age is known, and the number of days after which data is stale (0: never)."""

    regions: tuple[RegionAge, ...] = ()
    stale_days: int = 0

    @property
    def stale(self) -> tuple[RegionAge, ...]:
        """The regions whose data is stale."""
        return tuple(one for one in self.regions if one.stale)


def ages_of(regions: Mapping[str, str | None], *, stale_days: int, now: float, sample: str | None = None) -> Ages:
    """Compute the ages of regions (name to time of the data) at `now`, Unix time in seconds; `sample` is never stale."""
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
    """Give the part of `/readyz`; empty if no age is known. A server with stale data is still ready."""
    if not ages.regions:
        return {}
    sentences = [f"The data of {one.name} is {one.age} old." for one in ages.stale]
    remedy = " 'trigpoint update' brings it up to date." if sentences else ""
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
