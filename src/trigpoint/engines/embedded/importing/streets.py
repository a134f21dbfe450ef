"""Streets and their houses: ways of one name joined, addresses hung on them, missing numbers filled in between."""

from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import groupby

import numpy as np
import shapely

from trigpoint.engines.embedded.importing.features import STREETS, Tags, names_of, spellings_of
from trigpoint.engines.embedded.importing.hierarchy import Found, Hierarchy
from trigpoint.engines.embedded.importing.postcodes import PostalCode
from trigpoint.engines.embedded.importing.staging import Staging, decode_tags
from trigpoint.engines.embedded.index.datafile import DataWriter
from trigpoint.engines.embedded.index.records import House, Kind, Names, OsmBox, Record, ref_of, spell
from trigpoint.engines.embedded.index.textindex import TextWriter, index_record, name_words
from trigpoint.engines.embedded.text.house_numbers import keys_of
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.engines.embedded.text.roads import road_words
from trigpoint.maps.place_ids import NUMBER_BITS, Source

BATCH = 4_000
GAP = 0.004
"""Ways of one name and one town are one street if they come this close, in degrees (some 400 m)."""

REACH = 0.02
"""An address belongs to a street of its name within this distance, in degrees (some 2 km)."""

LEAST_SHARE_OF_REF = 3
"""One of so many ways of a street must have a number for the street to go by it."""

MOST_POINTS = 16
LOOSE_REACH = 0.0012


@dataclass(slots=True)
class Way:
    """A named way. `points` are (longitude, latitude)."""

    ref: int
    tags: Tags
    points: list[tuple[float, float]]
    found: Found

    @property
    def box(self) -> OsmBox:
        """Its extent."""
        lng = [point[0] for point in self.points]
        lat = [point[1] for point in self.points]
        return min(lat), min(lng), max(lat), max(lng)


@dataclass(slots=True)
class Address:
    """A numbered address as it was read."""

    ref: int
    tags: Tags
    at: tuple[float, float]
    found: Found

    @property
    def number(self) -> str:
        """The number as the data writes it."""
        return self.tags.get("addr:housenumber") or self.tags.get("addr:conscriptionnumber", "")

    @property
    def postcode(self) -> str | None:
        """The postal code, its own or that of its area."""
        return self.tags.get("addr:postcode") or self.found.postcode


@dataclass(slots=True)
class Street:
    """Ways and addresses that belong together."""

    ways: list[Way] = field(default_factory=list)
    houses: list[Address] = field(default_factory=list)

    @property
    def places_in(self) -> list[Found]:
        """Where its houses lie, then where its ways lie."""
        return [house.found for house in self.houses] + [way.found for way in self.ways]


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
        done = 0
        doubled = self._staging.rows("SELECT street.ref FROM street JOIN named ON named.ref = street.ref")
        self._doubled = frozenset(ref for (ref,) in doubled)
        ways = groupby(self._ways(), key=lambda pair: pair[0])
        houses = groupby(self._houses(), key=lambda pair: pair[0])
        next_ways, next_houses = next(ways, None), next(houses, None)
        while next_ways is not None or next_houses is not None:
            key = min(item[0] for item in (next_ways, next_houses) if item is not None)
            own_ways: list[Way] = []
            own_houses: list[Address] = []
            if next_ways is not None and next_ways[0] == key:
                own_ways = [way for _, way in next_ways[1]]
                next_ways = next(ways, None)
            if next_houses is not None and next_houses[0] == key:
                own_houses = [house for _, house in next_houses[1]]
                next_houses = next(houses, None)
            for street in hang_houses(join_ways(own_ways, self._town_of), own_houses):
                self._write(street, key)
            done += len(own_ways) + len(own_houses)
            yield done
        loose: Counter[int] = Counter()
        for house in list(self._loose_houses()):
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
            f"SELECT coalesce(key, ''), ref, lat, lng, tags FROM house WHERE key {condition}"  # noqa: S608
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
        setting = Counter(found.setting for found in street.places_in[: len(street.houses) or None]).most_common(1)[0][
            0
        ]
        postcodes = Counter(item.postcode for item in street.houses if item.postcode)
        for way in street.ways:
            if way.found.postcode:
                postcodes[way.found.postcode] += 1
        latitude, longitude, box = place_of(street)
        around = self._hierarchy.kept[setting]
        roads = road_words(refs_of(street), around.country_code)
        for house in street.houses:
            if house.postcode:
                code = self.postcodes.setdefault((around.country_code, house.postcode), PostalCode())
                code.add(house.at, house.found.setting)
        record = Record(
            kind=Kind.STREET,
            ref=ref_of_street(street, key, around.locality.get("", ""), self._doubled),
            names=names,
            spelled=spell([*map(split, spellings), roads]),
            latitude=latitude,
            longitude=longitude,
            setting=setting,
            box=box,
            rank=max((STREETS.get(way.tags.get("highway", ""), 0.2) for way in street.ways), default=0.2)
            + min(0.06, 0.002 * len(street.houses)),
            postcodes=[postcode for postcode, _ in postcodes.most_common(8)],
            numbered=len(street.houses),
            country=around.country_code,
        )
        street_id = self._data.add_record(record)
        self._data.add_aliases(
            street_id, [way.ref for way in street.ways if way.ref != record.ref and way.ref not in self._doubled]
        )
        for way in street.ways:
            for at in range(0, len(way.points) - 1, MOST_POINTS - 1):
                self._data.add_segment(street_id, way.points[at : at + MOST_POINTS])
        seen: set[str] = set()
        for house in street.houses:
            keys = keys_of(house.number)
            if house.ref & 7 == Source.INTERPOLATION and seen.intersection(keys):
                continue
            seen.update(keys)
            self._data.add_house(self._house(house, street_id), keys)
        settings = {found.setting for found in street.places_in}
        name = [*name_words(spellings), *roads]
        index_record(self._text, street_id, record, name, self._near_words(record, settings))

    def _town_of(self, way: Way) -> str:
        """Give the town that a way lies in; empty outside of towns."""
        return self._hierarchy.kept[way.found.setting].locality.get("", "")

    def _near_words(self, record: Record, settings: set[int]) -> list[str]:
        near = [word for setting in sorted(settings) for word in self._hierarchy.kept[setting].words]
        return near + [word for postcode in record.postcodes for word in split(postcode)]

    def _house(self, house: Address, street_id: int) -> House:
        return House(0, house.ref, street_id, house.number, *house.at, house.postcode, house.found.setting)

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


def join_ways(ways: list[Way], town_of: Callable[[Way], str]) -> list[Street]:
    """Join ways of one name that lie in one town and close to each other: in each town a street is one of its own."""
    if len(ways) < 2:
        return [Street([way]) for way in ways]
    boxes = [way.box for way in ways]
    shapes = [shapely.box(west - GAP, south - GAP, east + GAP, north + GAP) for south, west, north, east in boxes]
    towns = [town_of(way) for way in ways]
    owner = list(range(len(ways)))

    def root(at: int) -> int:
        while owner[at] != at:
            owner[at] = owner[owner[at]]
            at = owner[at]
        return at

    left, right = shapely.STRtree(shapes).query(shapes)
    for first, second in zip(left.tolist(), right.tolist(), strict=True):
        same = ways[first].found.setting == ways[second].found.setting
        one_town = towns[first] == towns[second] or not towns[first] or not towns[second]
        if first < second and (same or (one_town and touch(boxes[first], boxes[second]))):
            owner[root(second)] = root(first)
    streets: dict[int, Street] = {}
    for at, way in enumerate(ways):
        streets.setdefault(root(at), Street()).ways.append(way)
    return list(streets.values())


def touch(first: OsmBox, second: OsmBox) -> bool:
    """Tell whether two boxes have a point in common."""
    return first[0] <= second[2] and second[0] <= first[2] and first[1] <= second[3] and second[1] <= first[3]


def hang_houses(streets: list[Street], houses: list[Address]) -> list[Street]:
    """Give each address to the nearest street of its name; what is near none forms a street without ways."""
    if not houses:
        return streets
    left: list[Address] = houses
    if streets:
        lines = [shapely.MultiLineString([way.points for way in street.ways]) for street in streets]
        tree = shapely.STRtree(lines)
        points = shapely.points([(house.at[1], house.at[0]) for house in houses])
        (rows, columns), _ = tree.query_nearest(points, max_distance=REACH, return_distance=True, all_matches=False)
        nearest = dict(zip(rows.tolist(), columns.tolist(), strict=True))
        left = []
        for at, house in enumerate(houses):
            if at in nearest:
                streets[nearest[at]].houses.append(house)
            else:
                left.append(house)
    clusters: list[tuple[Street, float, float]] = []
    for house in left:
        for street, latitude, longitude in clusters:
            if abs(latitude - house.at[0]) < REACH and abs(longitude - house.at[1]) < REACH * 1.5:
                street.houses.append(house)
                break
        else:
            clusters.append((Street([], [house]), *house.at))
    return streets + [street for street, _, _ in clusters]


def names_of_street(street: Street) -> tuple[Names, list[str]]:
    """Give a street's names by language, and every text under which it may be asked."""
    names: Names = {}
    spellings: list[str] = []
    for way in sorted(street.ways, key=lambda way: -len(way.points)):
        own = names_of({key: value for key, value in way.tags.items() if key not in {"brand", "operator"}})
        names = {**own, **names}
        spellings += spellings_of({**way.tags, "operator": ""}, own)
        if "ref" in way.tags:
            spellings += [way.tags["ref"]]
            names.setdefault("", way.tags["ref"])
    if street.houses:
        tagged = Counter(house.tags.get("addr:street") or house.tags.get("addr:place", "") for house in street.houses)
        spellings += [text for text, _ in tagged.most_common(3) if text]
        names.setdefault("", tagged.most_common(1)[0][0])
        for house in street.houses[:50]:
            for key, value in house.tags.items():
                if key.startswith("addr:street:") and value:
                    names.setdefault(key[12:], value)
                    spellings.append(value)
    return names, [text for text in dict.fromkeys(spellings) if text.strip()]


def refs_of(street: Street) -> list[str]:
    """List the numbers that a good part of the ways of a street have: where two roads share a mile, it is not both."""
    counts = Counter(ref.strip() for way in street.ways for ref in way.tags.get("ref", "").split(";") if ref.strip())
    return [ref for ref, count in counts.most_common() if count * LEAST_SHARE_OF_REF >= len(street.ways)]


def place_of(street: Street) -> tuple[float, float, OsmBox]:
    """Give the point of a street that lies on it and nearest to its middle, and its extent."""
    if street.ways:
        line = shapely.MultiLineString([way.points for way in street.ways])
        point = line.interpolate(line.project(line.centroid))
        west, south, east, north = line.bounds
        return point.y, point.x, (south, west, north, east)
    latitudes = sorted(house.at[0] for house in street.houses)
    longitudes = sorted(house.at[1] for house in street.houses)
    middle = len(latitudes) // 2
    box = (latitudes[0], longitudes[0], latitudes[-1], longitudes[-1])
    return latitudes[middle], longitudes[middle], box


def ref_of_street(street: Street, key: str, locality: str, doubled: AbstractSet[int]) -> int:
    """Name a street by the lowest number of its ways; one without ways by its name and town.

    A way that is `doubled` is a thing of its own as well, such as a square, and is taken only if there is no other.
    """
    if street.ways:
        return min((way.ref in doubled, way.ref) for way in street.ways)[1]
    digest = blake2b(f"street:{key}:{locality}".encode(), digest_size=8).digest()
    return ref_of(Source.POSTCODE, int.from_bytes(digest) >> (64 - NUMBER_BITS))
