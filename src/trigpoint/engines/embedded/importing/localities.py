"""The town of a point, and its names."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from trigpoint.engines.embedded.gazetteer.towns import Town, load_towns
from trigpoint.engines.embedded.importing.areas import Area, Areas, Point, as_arrays
from trigpoint.engines.embedded.importing.features import SETTLEMENTS, Tags, spellings_of
from trigpoint.engines.embedded.importing.settlements import Nearby, Settlements, km_between
from trigpoint.engines.embedded.index.memory import Memory
from trigpoint.engines.embedded.index.records import Level, Names
from trigpoint.engines.embedded.text.normalize import split

TAGGED_SETTLEMENT_KM = 20.0
TAGGED_REACH_KM = 30.0
"""Highest distance of an address from the town in its tags."""

NEAREST_TOWNS = 8
FAR_LARGER = 10
QUARTER_REACH_KM = 3.0
"""Highest distance between a GeoNames town and a quarter in the extract that are the same place."""

_TOWNS = frozenset(place for place, (level, _) in SETTLEMENTS.items() if level is Level.LOCALITY)
MOST_INITIALS = 3
MOST_KNOWN = 20_000
FIRST_LETTER = re.compile(r"(?:^|(?<=[\s-]))\w|(?<=['’])\w(?!\b)")  # noqa: RUF001 (the apostrophe of print)
"""The first letter of each word: of "l'aldosa" two, of "king's lynn" no S."""


class Locality(NamedTuple):
    """A town, and the area in which ways with one name are one street: the town, or a quarter of a large city."""

    names: Names
    part: str


def in_town(names: Names) -> Locality:
    """Return a town without known quarters."""
    return Locality(names, names.get("", ""))


class Localities:
    """The towns of an import."""

    def __init__(self, areas: Areas, settlements: Settlements) -> None:
        self._areas = areas.areas
        self._settlements = settlements
        self._outlined: Memory[tuple[object, ...], list[Names]] = Memory(MOST_KNOWN)
        self._tagged: Memory[tuple[str, float, float], Names] = Memory(MOST_KNOWN)
        self._area_words = [
            {tuple(split(text)) for text in spellings_of(area.tags, area.names)} for area in areas.areas
        ]

    def of(  # noqa: PLR0917 (what is known of one point)
        self,
        point: Point,
        own: Tags,
        holding: Sequence[int],
        roles: Mapping[Level, Area],
        near: Nearby,
        known: Locality | None,
    ) -> Locality:
        """Return the town: from the address tags, else by outline, else the nearest settlement within its reach.

        `known` is what `known_towns` says of the point.
        """
        tagged = _tagged(own)
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
        return known or in_town({})

    def known_towns(
        self,
        points: Sequence[Point],
        tags: Sequence[Tags],
        roles: Sequence[Mapping[Level, Area]],
        near: Sequence[Nearby],
    ) -> list[Locality | None]:
        """Return the towns of GeoNames of those points of which the extract does not tell a town; None for the others."""
        found: list[Locality | None] = [None] * len(points)
        asked = [
            at
            for at, (own, there, close) in enumerate(zip(tags, roles, near, strict=True))
            if Level.LOCALITY not in there and not _tagged(own) and _TOWNS.isdisjoint(close)
        ]
        if asked:
            longitudes, latitudes = as_arrays([points[at] for at in asked])
            around = load_towns().around(longitudes, latitudes, count=NEAREST_TOWNS)
            for at, (nearest, city) in zip(asked, around, strict=True):
                found[at] = self._known_town(points[at], nearest, city)
        return found

    def _called(self, city: str, point: Point, holding: Sequence[int]) -> Names:
        """Return the names of the town in an address: from an outline around it, a nearby settlement, or the gazetteer."""
        key = (city, *holding)
        outlined = self._outlined.get(key)
        words = tuple(split(city))
        if outlined is None:
            outlined = self._outlined[key] = [self._areas[at].names for at in holding if words in self._area_words[at]]
        if outlined:
            return outlined[0]
        for settlement in self._settlements.named(words):
            if km_between(settlement.at, point) < TAGGED_SETTLEMENT_KM:
                return settlement.names
        return self._tagged_town(_written(city), point)

    def _known_town(self, point: Point, nearest: list[Town], city: Town | None) -> Locality:
        """Return the nearest town of GeoNames within its reach; `city` is the one whose built-up area contains the point.

        GeoNames also lists quarters as towns. A town counts as a quarter if the extract says so, or if it is inside the
        built-up area of a much larger city, since the extract has no settlement here.
        """
        reaching = [town for town in nearest if _reaches(town, point)]
        if not reaching or reaching[0] is not nearest[0]:
            return in_town({})
        part = nearest[0].names.get("", "")
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
        """Return names for a town that is only in address tags: as written there, and transliterated to Latin."""
        where = (city, round(point[0], 1), round(point[1], 1))
        names = self._tagged.get(where)
        if names is None:
            town = load_towns().called(city, where[2], where[1], reach_km=TAGGED_REACH_KM)
            names = self._tagged[where] = ({} if town is None else {"en": town.name}) | {"": city}
        return names


def _tagged(own: Tags) -> str | None:
    return own.get("addr:city") or own.get("addr:village") or own.get("addr:hamlet")


def _written(city: str) -> str:
    """Capitalize the name of a town that is all lower or upper case: "columbus", "SAINT-DENIS"."""
    is_plain = city.islower() or (city.isupper() and len(city) > MOST_INITIALS)
    return FIRST_LETTER.sub(lambda letter: letter[0].upper(), city.lower()) if is_plain else city


def _reaches(town: Town, point: Point) -> bool:
    reach = 4 + math.sqrt(town.population) / 60
    return km_between((town.latitude, town.longitude), point) < reach


def _same_state(one: Town, other: Town) -> bool:
    return (one.country_code, one.state) == (other.country_code, other.state)
