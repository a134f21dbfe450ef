"""Postal codes from the addresses in the data."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from trigpoint.engines.embedded.importing.surroundings import Surroundings
from trigpoint.engines.embedded.index.data_writer import DataWriter
from trigpoint.engines.embedded.index.records import OsmBox

HOUSES_BY_CODE = (
    "SELECT postcode, setting, count(*), sum(lat), sum(lng), min(lat), min(lng), max(lat), max(lng) FROM house"
    " WHERE id <= ? AND postcode IS NOT NULL GROUP BY postcode, setting ORDER BY postcode, min(id)"
)


@dataclass(slots=True)
class PostalCode:
    """The addresses of one postal code; `latitude` and `longitude` are sums over them."""

    count: int = 0
    latitude: float = 0.0
    longitude: float = 0.0
    box: OsmBox = (90.0, 180.0, -90.0, -180.0)
    settings: Counter[int] = field(default_factory=Counter)

    def add(self, setting: int, count: int, sums: tuple[float, float], box: OsmBox) -> None:
        """Add some addresses."""
        self.count += count
        self.latitude += sums[0]
        self.longitude += sums[1]
        south, west, north, east = self.box
        self.box = min(south, box[0]), min(west, box[1]), max(north, box[2]), max(east, box[3])
        self.settings[setting] += count


def codes_of(
    data: DataWriter, surroundings: Surroundings, last_house: int
) -> Iterator[tuple[tuple[str, str], PostalCode]]:
    """Yield the codes of the houses up to an ID, each with its country; streamed, as a country has a million."""
    data.flush()
    rows = data.db.execute(HOUSES_BY_CODE, (last_house,))
    for code, own in groupby(rows, key=lambda row: str(row[0])):
        found: dict[str, PostalCode] = {}
        for _, setting, count, latitude, longitude, *box in own:
            there = found.setdefault(surroundings.country(setting), PostalCode())
            there.add(setting, count, (latitude, longitude), (box[0], box[1], box[2], box[3]))
        for country, there in found.items():
            yield (country, code), there
