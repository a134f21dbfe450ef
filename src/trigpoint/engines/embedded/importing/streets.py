"""Making entries of streets and their houses: ways and addresses are joined, name by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from trigpoint.engines.embedded.importing.hierarchy import Hierarchy
from trigpoint.engines.embedded.importing.staging import decode_tags, encode
from trigpoint.engines.embedded.importing.street_joining import (
    Address,
    Street,
    Way,
    hang_houses,
    join_ways,
    most_common,
    names_of_street,
    places_of,
    postcodes_of,
    rank_of,
    ref_of_street,
    refs_of,
)
from trigpoint.engines.embedded.importing.surroundings import News
from trigpoint.engines.embedded.index.datafile import SCALE
from trigpoint.engines.embedded.index.entries import (
    Entry,
    HouseEntry,
    clean_words,
    make_document,
    make_entry,
    name_words,
)
from trigpoint.engines.embedded.index.records import Kind, OsmBox, Record, pack_names, spell, tie_break
from trigpoint.engines.embedded.text.house_numbers import keys_of
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.engines.embedded.text.roads import road_words
from trigpoint.maps.place_ids import Source

MOST_POINTS = 16
Floats = npt.NDArray[np.float64]

WayRow = tuple[int, bytes, bytes, int]
"""A way as it was read: ref, tags, its line in WKB, and 1 if it is a thing of its own as well."""

HouseRow = tuple[int, float, float, bytes]
"""An address as it was read: ref, latitude, longitude, tags."""


class Named(NamedTuple):
    """The ways and addresses of one name, given as its `street_key`."""

    key: str
    ways: list[WayRow]
    houses: list[HouseRow]


class StreetEntry(NamedTuple):
    """The entry of a street. `is_thing`: its record also represents a thing of its own; `codes`: postal codes of its ways."""

    entry: Entry
    name: str | None
    aliases: list[int]
    shapes: list[bytes]
    houses: list[HouseEntry]
    is_thing: bool
    codes: list[str]


class Streets(NamedTuple):
    """The result of a chunk: streets, the boxes of all their segments, and the number of ways and addresses."""

    news: News
    streets: list[StreetEntry]
    boxes: Floats
    done: int

    def __reduce__(self) -> tuple[Callable[[bytes, Floats], "Streets"], tuple[bytes, Floats]]:
        """Pickle the result for the first process: msgpack takes a third of the time of pickling every entry."""
        return _unpack, (encode((self.news, self.streets, self.done)), self.boxes)


_decode = msgspec.msgpack.Decoder(tuple[News, list[StreetEntry], int]).decode


def _unpack(packed: bytes, boxes: Floats) -> Streets:
    news, streets, done = _decode(packed)
    return Streets(news, streets, boxes, done)


@dataclass(frozen=True, slots=True)
class StreetWork:
    """Makes streets from ways and addresses, one chunk of names at a time."""

    hierarchy: Hierarchy

    def __call__(self, chunk: list[Named]) -> Streets:
        """Make the streets of some names."""
        lines = _Lines([shape for named in chunk for _, _, shape, _ in named.ways])
        ways, houses = self._ways(chunk, lines), self._houses(chunk)
        found = _join(chunk, ways, houses)
        places = places_of([street for _, street in found]) if found else []
        entries: list[StreetEntry] = []
        stretches: list[tuple[int, int]] = []
        for (key, street), (latitude, longitude, box) in zip(found, places, strict=True):
            entry = self._entry(street, key, (latitude, longitude), box)
            if entry is not None:
                own = [stretch for way in street.ways for stretch in lines.stretches(way.ref)]
                stretches += own
                entries.append(entry._replace(shapes=lines.shapes(own)))
        done = sum(len(named.ways) + len(named.houses) for named in chunk)
        return Streets(self.hierarchy.take_news(), entries, lines.boxes(stretches), done)

    def _ways(self, chunk: list[Named], lines: "_Lines") -> Iterator[Way]:
        rows = [row for named in chunk for row in named.ways]
        tags = [decode_tags(packed) for _, packed, _, _ in rows]
        lines.name([row[0] for row in rows])
        settled = self.hierarchy.settle(lines.middles(), tags)
        each = zip(rows, tags, lines.lines, lines.counts, lines.extents(), settled, strict=True)
        for row, own, line, points, (west, south, east, north), found in each:
            yield Way(row[0], own, line, points, (south, west, north, east), found, is_thing=bool(row[3]))

    def _houses(self, chunk: list[Named]) -> Iterator[Address]:
        return settled_houses(self.hierarchy, [row for named in chunk for row in named.houses])

    def _entry(self, street: Street, key: str, at: tuple[float, float], box: OsmBox) -> StreetEntry | None:
        names, spellings = names_of_street(street)
        if not spell(map(split, spellings)):
            return None
        chief = street.places_in[: len(street.houses) or None]
        setting = most_common([found.setting for found in chief])
        around = next(found for found in chief if found.setting == setting)
        roads = road_words(refs_of(street), around.country)
        ref = ref_of_street(street, key, around.town)
        record = Record(
            kind=Kind.STREET,
            ref=ref,
            packed_names=pack_names(names),
            spelled=spell([*map(split, spellings), roads]),
            latitude=at[0],
            longitude=at[1],
            setting=setting,
            box=box,
            rank=rank_of(street) + tie_break(ref),
            postcodes=tuple(postcodes_of(street)),
            numbered=len(street.houses),
            country=around.country,
            vicinity=most_common([found.vicinity for found in chief if found.setting == setting]),
        )
        near = clean_words(word for postcode in record.postcodes for word in split(postcode))
        document = make_document(record, [*name_words(spellings), *roads], near)
        entry = make_entry(record, document, tuple({found.setting for found in street.places_in}))
        return _street_entry(entry, street, ref, names.get(""))


def _street_entry(entry: Entry, street: Street, ref: int, name: str | None) -> StreetEntry:
    return StreetEntry(
        entry,
        name,
        [way.ref for way in street.ways if way.ref != ref and not way.is_thing],
        [],
        list(_written(street.houses)),
        any(way.is_thing and way.ref == ref for way in street.ways),
        list(dict.fromkeys(code for way in street.ways for code in way.postcodes)),
    )


def _join(chunk: list[Named], ways: Iterator[Way], houses: Iterator[Address]) -> list[tuple[str, Street]]:
    """Make the streets of each name of its ways and houses; `ways` and `houses` are those of all names, in order."""
    found: list[tuple[str, Street]] = []
    for named in chunk:
        own_ways = [way for _, way in zip(named.ways, ways, strict=False)]
        own_houses = [house for _, house in zip(named.houses, houses, strict=False)]
        found += [(named.key, street) for street in hang_houses(join_ways(own_ways), own_houses)]
    return found


def settled_houses(hierarchy: Hierarchy, rows: list[HouseRow]) -> Iterator[Address]:
    """Yield addresses with their places in the hierarchy."""
    tags = [decode_tags(row[3]) for row in rows]
    points = [(row[1], row[2]) for row in rows]
    for row, own, point, found in zip(rows, tags, points, hierarchy.settle(points, tags), strict=True):
        yield Address(row[0], own, point, found)


def house_entry(house: Address, keys: list[str]) -> HouseEntry:
    """Make the entry of an address."""
    found = house.found
    return HouseEntry(house.ref, house.number, *house.at, house.postcode, found.setting, found.vicinity, keys)


def _written(houses: list[Address]) -> Iterator[HouseEntry]:
    """Yield the entries of a street's houses; interpolated ones only for numbers that are not in the data."""
    seen: set[str] = set()
    for house in houses:
        keys = keys_of(house.number)
        if house.ref & 7 == Source.INTERPOLATION and seen.intersection(keys):
            continue
        seen.update(keys)
        yield house_entry(house, keys)


class _Lines:
    """The lines of a chunk's ways, in one table of points."""

    def __init__(self, shapes: list[bytes]) -> None:
        self.lines = shapely.from_wkb(shapes) if shapes else np.array([], dtype=object)
        self._points = shapely.get_coordinates(self.lines)
        counts = shapely.get_num_coordinates(self.lines)
        self.counts: list[int] = counts.tolist()
        self._starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64) if shapes else counts
        self._packed = np.rint(self._points * SCALE).astype("<i4")
        self._of: dict[int, tuple[int, int]] = {}

    def name(self, refs: list[int]) -> None:
        """Set the ways of the lines."""
        self._of = dict(zip(refs, zip(self._starts.tolist(), self.counts, strict=True), strict=True))

    def middles(self) -> list[tuple[float, float]]:
        """Return the middle point of each line: latitude, longitude."""
        at = self._starts + np.array(self.counts, dtype=np.int64) // 2
        return list(zip(self._points[at, 1].tolist(), self._points[at, 0].tolist(), strict=True))

    def extents(self) -> list[list[float]]:
        """Return the extent of each line: west, south, east, north."""
        found: list[list[float]] = shapely.bounds(self.lines).tolist()
        return found

    def stretches(self, ref: int) -> Iterator[tuple[int, int]]:
        """Cut a line into segments of few points: first index, and the index after the last."""
        start, count = self._of[ref]
        for at in range(start, start + count - 1, MOST_POINTS - 1):
            yield at, min(at + MOST_POINTS, start + count)

    def shapes(self, stretches: list[tuple[int, int]]) -> list[bytes]:
        """Pack segments."""
        return [self._packed[start:end].tobytes() for start, end in stretches]

    def boxes(self, stretches: list[tuple[int, int]]) -> Floats:
        """Return the box of each segment: west, east, south, north."""
        if not stretches:
            return np.empty((0, 4))
        ends = np.array(stretches).ravel()
        table = np.vstack([self._points, self._points[-1:]])  # the last stretch may end with the table
        low, high = np.minimum.reduceat(table, ends)[::2], np.maximum.reduceat(table, ends)[::2]
        return np.column_stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]])
