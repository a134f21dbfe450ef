"""Postal codes as the addresses of the data carry them."""

from collections import Counter
from dataclasses import dataclass, field

from trigpoint.engines.embedded.index.records import OsmBox


@dataclass(slots=True)
class PostalCode:
    """Where the addresses of one postal code lie."""

    count: int = 0
    latitude: float = 0.0
    longitude: float = 0.0
    box: OsmBox = (90.0, 180.0, -90.0, -180.0)
    settings: Counter[int] = field(default_factory=Counter)

    def add(self, at: tuple[float, float], setting: int) -> None:
        """Count one more address."""
        self.count += 1
        self.latitude += at[0]
        self.longitude += at[1]
        south, west, north, east = self.box
        self.box = min(south, at[0]), min(west, at[1]), max(north, at[0]), max(east, at[1])
        self.settings[setting] += 1
