"""In which town a point lies, and how it is called."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from trigpoint.engines.embedded.gazetteer.towns import Town, load_towns
from trigpoint.engines.embedded.importing.areas import Area, Areas, Point
from trigpoint.engines.embedded.importing.features import SETTLEMENTS, Tags, spellings_of
from trigpoint.engines.embedded.importing.settlements import Nearby, Settlements, km_between
from trigpoint.engines.embedded.index.memory import Memory
from trigpoint.engines.embedded.index.records import Level, Names
from trigpoint.engines.embedded.text.normalize import split

TAGGED_SETTLEMENT_KM = 20.0
TAGGED_REACH_KM = 30.0
"""How far from an address the town may lie that it names."""

NEAREST_TOWNS = 8
FAR_LARGER = 10
QUARTER_REACH_KM = 3.0
"""How far from the town of GeoNames the quarter may lie that is the same place."""

MOST_INITIALS = 3
MOST_KNOWN = 20_000
FIRST_LETTER = re.compile(r"(?:^|(?<=[\s-]))\w|(?<=['’])\w(?!\b)")  # noqa: RUF001 (the apostrophe of print)
"""The first letter of each word: of "l'aldosa" two, of "king's lynn" no S."""


class Locality(NamedTuple):
    """A town, and what of it streets of one name are one street in: the town, or one of the quarters of a large city."""

    names: Names
    part: str


def in_town(names: Names) -> Locality:
    """Give a town of which no parts are known."""
    return Locality(names, names.get("", ""))


class Localities:
    """The towns of an import."""

    def __init__(self, areas: Areas, settlements: Settlements) -> None:
        self._areas = areas.areas
        self._settlements = settlements
        self._tagged: Memory[tuple[str, float, float], Names] = Memory(MOST_KNOWN)
        self._area_words = [
            {tuple(split(text)) for text in spellings_of(area.tags, area.names)} for area in areas.areas
        ]

    def of(
        self,
        point: Point,
        own: Tags,
        holding: Sequence[int],
        roles: Mapping[Level, Area],
        near: Nearby,
    ) -> Locality:
        """Name the town: as its address does, by the outline that holds it, by the nearest settlement that reaches so far."""
        tagged = own.get("addr:city") or own.get("addr:village") or own.get("addr:hamlet")
        if tagged:
            return in_town(self._called(tagged.partition(",")[0].strip() or tagged, point, holding))  # "Columbus, OH"
        if Level.LOCALITY in roles:
            return in_town(roles[Level.LOCALITY].names)
        reached = [
            (share, settlement)
            for place, (settlement, share) in near.items()
            if SETTLEMENTS[place][0] is Level.LOCALITY
        ]
        if reached:
            return in_town(min(reached, key=lambda pair: pair[0])[1].names)
        return self._known_town(point)

    def _called(self, city: str, point: Point, holding: Sequence[int]) -> Names:
        """Give the names of a town that an address names: an outline that holds it, a settlement near it, a town of the world."""
        words = tuple(split(city))
        for at in holding:
            if words in self._area_words[at]:
                return self._areas[at].names
        for settlement in self._settlements.named(words):
            if km_between(settlement.at, point) < TAGGED_SETTLEMENT_KM:
                return settlement.names
        return self._tagged_town(_written(city), point)

    def _known_town(self, point: Point) -> Locality:
        """Name the nearest town of GeoNames, if it reaches so far.

        GeoNames lists quarters as towns. What the extract calls a quarter is one, and so is what lies on the ground of a
        far larger city: the extract has no settlement here by which it could be a town.
        """
        nearest = load_towns().nearest_few(point[1], point[0], count=NEAREST_TOWNS)
        reaching = [town for town in nearest if _reaches(town, point)]
        if not reaching or reaching[0] is not nearest[0]:
            return in_town({})
        part = nearest[0].names.get("", "")
        city = load_towns().city_around(point[1], point[0])
        if city is not None and city.population >= FAR_LARGER * nearest[0].population and _same_state(city, nearest[0]):
            return Locality(city.names, part)
        if not self._is_quarter(nearest[0]):
            return in_town(nearest[0].names)
        towns = [town for town in reaching if not self._is_quarter(town)]
        return in_town(max(towns, key=lambda town: town.population).names if towns else {})

    def _is_quarter(self, town: Town) -> bool:
        at = (town.latitude, town.longitude)
        return any(
            SETTLEMENTS[one.place][0] is Level.SUB_LOCALITY and km_between(one.at, at) < QUARTER_REACH_KM
            for one in self._settlements.named(tuple(split(town.name)))
        )

    def _tagged_town(self, city: str, point: Point) -> Names:
        """Give the names of a town that addresses name and the data lacks: as they write it, and in Latin."""
        where = (city, round(point[0], 1), round(point[1], 1))
        names = self._tagged.get(where)
        if names is None:
            town = load_towns().called(city, where[2], where[1], reach_km=TAGGED_REACH_KM)
            names = self._tagged[where] = ({} if town is None else {"en": town.name}) | {"": city}
        return names


def _written(city: str) -> str:
    """Write a town as towns are written, if it is in small or capital letters only: "columbus", "SAINT-DENIS"."""
    is_plain = city.islower() or (city.isupper() and len(city) > MOST_INITIALS)
    return FIRST_LETTER.sub(lambda letter: letter[0].upper(), city.lower()) if is_plain else city


def _reaches(town: Town, point: Point) -> bool:
    reach = 4 + math.sqrt(town.population) / 60
    return km_between((town.latitude, town.longitude), point) < reach


def _same_state(one: Town, other: Town) -> bool:
    return (one.country_code, one.state) == (other.country_code, other.state)
