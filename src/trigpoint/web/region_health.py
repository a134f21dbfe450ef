"""The state of each region of the map data: for `/readyz` and `/metrics`."""

from collections.abc import Mapping

from trigpoint.maps.engines import RegionStatus
from trigpoint.web.health import Part
from trigpoint.web.metrics import Gauge


def region_members(regions: tuple[RegionStatus, ...]) -> dict[str, object]:
    """Give the contents of each region, or its trouble; empty if an engine has no regions."""
    told = [
        {
            "name": region.name,
            "answers": region.answers,
            **({"trouble": region.trouble} if region.trouble else {}),
            **({"attribution": region.source.attribution} if region.source else {}),
            **({"counts": dict(region.counts)} if region.counts else {}),
        }
        for region in regions
    ]
    return {"regions": told} if told else {}


def region_gauges(parts: Mapping[str, Part]) -> list[Gauge]:
    """Give a gauge for each region: 1 if it can be read."""
    told = "Whether a region of the map data can be read."
    regions = [region for part in parts.values() for region in part.regions]
    return [Gauge("trigpoint_region_up", told, {"region": region.name}, float(region.answers)) for region in regions]
