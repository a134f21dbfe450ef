"""Addresses that name no street: each is hung on the nearest street, if one is near."""

from dataclasses import dataclass
from typing import NamedTuple

from trigpoint.engines.embedded.importing.ground import LOOSE_REACH_M, Ground
from trigpoint.engines.embedded.importing.hierarchy import Hierarchy
from trigpoint.engines.embedded.importing.streets import HouseRow, house_entry, settled_houses
from trigpoint.engines.embedded.importing.surroundings import News
from trigpoint.engines.embedded.index.entries import HouseEntry
from trigpoint.engines.embedded.text.house_numbers import keys_of


class LooseHouses(NamedTuple):
    """What came of a chunk: addresses and the street of each, 0 for none; and how many it held."""

    news: News
    houses: list[tuple[HouseEntry, int]]
    done: int


@dataclass(frozen=True, slots=True)
class LooseWork:
    """Looks for the streets of addresses, a chunk at a time."""

    hierarchy: Hierarchy
    ground: Ground

    def __call__(self, chunk: list[HouseRow]) -> LooseHouses:
        """Look for the streets of some addresses."""
        houses = list(settled_houses(self.hierarchy, chunk))
        streets = self.ground.nearest([house.at for house in houses], LOOSE_REACH_M)
        entries = [house_entry(house, keys_of(house.number)) for house in houses]
        return LooseHouses(self.hierarchy.take_news(), list(zip(entries, streets, strict=True)), len(chunk))
