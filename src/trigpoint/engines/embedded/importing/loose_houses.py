"""Addresses without a street: each is assigned to the nearest street, if that is close enough."""

from dataclasses import dataclass
from typing import NamedTuple

from trigpoint.engines.embedded.importing.ground import LOOSE_REACH_M, Ground
from trigpoint.engines.embedded.importing.hierarchy import Hierarchy
from trigpoint.engines.embedded.importing.streets import HouseRow, house_entry, settled_houses
from trigpoint.engines.embedded.importing.surroundings import News
from trigpoint.engines.embedded.index.entries import HouseEntry
from trigpoint.engines.embedded.text.house_numbers import keys_of


class LooseHouses(NamedTuple):
    """The result of a chunk: addresses with the IDs of their streets (0 for none), and the size of the chunk."""

    news: News
    houses: list[tuple[HouseEntry, int]]
    done: int


@dataclass(frozen=True, slots=True)
class LooseWork:
    """Finds the streets of addresses, one chunk at a time."""

    hierarchy: Hierarchy
    ground: Ground

    def __call__(self, chunk: list[HouseRow]) -> LooseHouses:
        """Find the streets of a chunk of addresses."""
        houses = list(settled_houses(self.hierarchy, chunk))
        streets = self.ground.nearest([house.at for house in houses], LOOSE_REACH_M)
        entries = [house_entry(house, keys_of(house.number)) for house in houses]
        return LooseHouses(self.hierarchy.take_news(), list(zip(entries, streets, strict=True)), len(chunk))
