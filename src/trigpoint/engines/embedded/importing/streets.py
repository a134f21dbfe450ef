"""Streets and their houses are written to the index, one name after the other."""

from collections import Counter
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter

import numpy as np
import shapely

from trigpoint.engines.embedded.importing.hierarchy import Hierarchy
from trigpoint.engines.embedded.importing.postcodes import PostalCode
from trigpoint.engines.embedded.importing.staging import Staging, decode_tags
from trigpoint.engines.embedded.importing.street_joining import (
    Address,
    Street,
    Way,
    hang_houses,
    join_ways,
    most_common,
    names_of_street,
    place_of,
    postcodes_of,
    rank_of,
    ref_of_street,
    refs_of,
)
from trigpoint.engines.embedded.index.data_writer import DataWriter
from trigpoint.engines.embedded.index.records import House, Kind, Record, spell
from trigpoint.engines.embedded.index.textindex import TextWriter, index_record, name_words
from trigpoint.engines.embedded.text.house_numbers import keys_of
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.engines.embedded.text.roads import road_words
from trigpoint.maps.place_ids import Source

BATCH = 4_000
first_of = itemgetter(0)
MOST_POINTS = 16
LOOSE_REACH = 0.0012


class StreetMaker:
    """Writes the streets and houses of an import, one name after the other."""

    def __init__(self, staging: Staging, hierarchy: Hierarchy, data: DataWriter, text: TextWriter) -> None:
        self._staging = staging
        self._hierarchy = hierarchy
        self._data = data
        self._text = text
        self._doubled: frozenset[int] = frozenset()
        self.postcodes: dict[tuple[str, str], PostalCode] = {}

    def make_all(self) -> Iterator[int]:
        """Write every street; yields how many ways and addresses are done."""
        doubled = self._staging.rows("SELECT street.ref FROM street JOIN named ON named.ref = street.ref")
        self._doubled = frozenset(ref for (ref,) in doubled)
        done = 0
        for key, things in groupby(merge(self._ways(), self._houses(), key=first_of), key=first_of):
            own = [thing for _, thing in things]
            ways = [thing for thing in own if isinstance(thing, Way)]
            houses = [thing for thing in own if isinstance(thing, Address)]
            for street in hang_houses(join_ways(ways), houses):
                self._write(street, key)
            done += len(own)
            yield done
        loose: Counter[int] = Counter()
        for house in self._loose_houses():
            loose[self._write_loose(house)] += 1
            done += 1
            yield done
        del loose[0]
        for nearest, count in loose.items():
            self._data.count_houses(nearest, count)

    def _ways(self) -> Iterator[tuple[str, Way]]:
        rows = self._staging.rows("SELECT key, ref, tags, shape FROM street ORDER BY key, ref")
        while batch := [row for _, row in zip(range(BATCH), rows, strict=False)]:
            lines = [np.frombuffer(shape, dtype="<f8", offset=9).reshape(-1, 2).tolist() for *_, shape in batch]
            tags = [decode_tags(packed) for _, _, packed, _ in batch]
            middles = [(line[len(line) // 2][1], line[len(line) // 2][0]) for line in lines]
            for row, own, line, found in zip(batch, tags, lines, self._hierarchy.settle(middles, tags), strict=True):
                yield row[0], Way(row[1], own, [(lng, lat) for lng, lat in line], found)

    def _houses(self, *, loose: bool = False) -> Iterator[tuple[str, Address]]:
        condition = "IS NULL" if loose else "IS NOT NULL"
        # Addresses of their own come before those that were worked out between two others.
        rows = self._staging.rows(
            f"SELECT coalesce(key, ''), ref, lat, lng, tags FROM house WHERE key {condition}"  # noqa: S608 (one of two conditions)
            f" ORDER BY key, (ref & 7) = {Source.INTERPOLATION.value}, ref"
        )
        while batch := [row for _, row in zip(range(BATCH), rows, strict=False)]:
            points = [(row[2], row[3]) for row in batch]
            tags = [decode_tags(row[4]) for row in batch]
            for row, own, point, found in zip(batch, tags, points, self._hierarchy.settle(points, tags), strict=True):
                yield row[0], Address(row[1], own, point, found)

    def _loose_houses(self) -> Iterator[Address]:
        for _, house in self._houses(loose=True):
            yield house

    def _write(self, street: Street, key: str) -> None:
        names, spellings = names_of_street(street)
        if not spell(map(split, spellings)):
            return
        chief = street.places_in[: len(street.houses) or None]
        setting = most_common([found.setting for found in chief])
        latitude, longitude, box = place_of(street)
        around = self._hierarchy.kept[setting]
        roads = road_words(refs_of(street), around.country_code)
        record = Record(
            kind=Kind.STREET,
            ref=ref_of_street(street, key, around.locality.get("", ""), self._doubled),
            names=names,
            spelled=spell([*map(split, spellings), roads]),
            latitude=latitude,
            longitude=longitude,
            setting=setting,
            box=box,
            rank=rank_of(street),
            postcodes=postcodes_of(street),
            numbered=len(street.houses),
            country=around.country_code,
            vicinity=most_common([found.vicinity for found in chief if found.setting == setting]),
        )
        street_id = self._data.add_record(record)
        self._staging.add("written", (record.ref,))
        self._data.add_aliases(
            street_id, [way.ref for way in street.ways if way.ref != record.ref and way.ref not in self._doubled]
        )
        for way in street.ways:
            for at in range(0, len(way.points) - 1, MOST_POINTS - 1):
                self._data.add_segment(street_id, way.points[at : at + MOST_POINTS])
        self._write_houses(street, street_id, around.country_code)
        settings = {found.setting for found in street.places_in}
        name = [*name_words(spellings), *roads]
        index_record(self._text, street_id, record, name, self._near_words(record, settings))

    def _write_houses(self, street: Street, street_id: int, country: str) -> None:
        """Write the houses of a street; one that was worked out only where the number is not known from the data."""
        for house in street.houses:
            if house.postcode:
                code = self.postcodes.setdefault((country, house.postcode), PostalCode())
                code.add(house.at, house.found.setting)
        seen: set[str] = set()
        for house in street.houses:
            keys = keys_of(house.number)
            if house.ref & 7 == Source.INTERPOLATION and seen.intersection(keys):
                continue
            seen.update(keys)
            self._data.add_house(self._house(house, street_id), keys)

    def _near_words(self, record: Record, settings: set[int]) -> list[str]:
        near = [word for setting in sorted(settings) for word in self._hierarchy.kept[setting].words]
        return near + [word for postcode in record.postcodes for word in split(postcode)]

    def _house(self, house: Address, street_id: int) -> House:
        return House(
            0, house.ref, street_id, house.number, *house.at, house.postcode, house.found.setting, house.found.vicinity
        )

    def _write_loose(self, house: Address) -> int:
        """Write an address that names no street: on the nearest street, whose id it gives, else on none, which is 0."""
        nearest, best = 0, LOOSE_REACH
        here = shapely.Point(house.at[1], house.at[0])
        for street, line in self._data.segments_near(*house.at, LOOSE_REACH):
            distance = shapely.LineString(line).distance(here)
            if distance < best:
                nearest, best = street, distance
        self._data.add_house(self._house(house, nearest), keys_of(house.number) if nearest else [])
        return nearest
