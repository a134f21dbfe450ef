"""Twins: objects that several regions have, as extracts of neighbouring regions overlap."""

import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from trigpoint.engines.embedded.index.datafile import DataFile
from trigpoint.engines.embedded.index.generation import DATA
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.records import Kind, OsmBox, Record
from trigpoint.maps.place_ids import Source

SHIFT = 40
"""An ID of part n is n * 2^SHIFT plus the ID in that part's file."""

LENGTH = 0.0005
"""Step in which the extents of copies are compared, in degrees: about fifty metres."""

ONE_STREET_M = 5_000.0
"""Highest distance of twin streets without ways, whose references are derived from their name and town."""

SHARED = """
SELECT one.id, other.id FROM one.record one JOIN other.record other ON other.ref = one.ref WHERE one.ref <> 0
UNION ALL
SELECT alias.record, other.id FROM one.alias alias JOIN other.record other ON other.ref = alias.ref
UNION ALL
SELECT one.id, alias.record FROM other.alias alias JOIN one.record one ON one.ref = alias.ref
UNION ALL
SELECT alias.record, other.record FROM one.alias alias JOIN other.alias other ON other.ref = alias.ref
"""
"""Pairs of records of two files that share a reference, of their own or of an alias."""

Pair = tuple[int, int]


class Part(NamedTuple):
    """One of several joined generations; `as_of` is the time of its data, "" if unknown."""

    folder: Path
    data: DataFile
    box: OsmBox | None
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Twins:
    """The copies of objects in several parts: `chosen` maps the ID of any other copy to that of the most complete one.

    `copies` maps the ID of the most complete copy to the IDs of all copies.
    """

    chosen: Mapping[int, int]
    copies: Mapping[int, tuple[int, ...]]


class Shared:
    """A cache of the pairs of records that two generations share; generations never change."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[Path, Path], list[Pair]] = {}

    def find_twins(self, parts: Sequence[Part]) -> Twins:
        """Find the twins of parts whose boxes touch. Pairs of parts are cached; those not needed any more are dropped.

        A pair of large neighbours takes about a second for each million records of the smaller one.
        """
        before, self._pairs = self._pairs, {}
        groups: dict[int, set[int]] = {}
        for (first, one), (second, other) in combinations(enumerate(parts), 2):
            if not may_meet(one.box, other.box):
                continue
            key = (one.folder, other.folder)
            self._pairs[key] = before[key] if key in before else list(_shared(one, other))
            for local, other_local in self._pairs[key]:
                _put_together(groups, first << SHIFT | local, second << SHIFT | other_local)
        return _choose(parts, {id(group): group for group in groups.values()}.values())


def _choose(parts: Sequence[Part], groups: Iterable[set[int]]) -> Twins:
    chosen: dict[int, int] = {}
    copies: dict[int, tuple[int, ...]] = {}
    for group in groups:
        best = max(group, key=lambda one: _fullness(parts, one))
        copies[best] = (best, *sorted(group - {best}))
        chosen.update(dict.fromkeys(copies[best][1:], best))
    return Twins(chosen, copies)


def may_meet(one: OsmBox | None, other: OsmBox | None) -> bool:
    """Tell whether two boxes touch; an unknown box may be anywhere."""
    if one is None or other is None:
        return True
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _shared(one: Part, other: Part) -> Iterator[Pair]:
    db = sqlite3.connect("file::memory:", uri=True, isolation_level=None)
    try:
        for name, part in (("one", one), ("other", other)):
            db.execute(f"ATTACH ? AS {name}", (f"{(part.folder / DATA).absolute().as_uri()}?mode=ro&immutable=1",))
        pairs: Iterable[Pair] = db.execute(SHARED).fetchall()
    finally:
        db.close()
    for local, other_local in dict.fromkeys(pairs):
        if _is_one_thing(one.data.read_record(local), other.data.read_record(other_local)):
            yield local, other_local


def _is_one_thing(record: Record, other: Record) -> bool:
    """Tell whether two records with the same reference are the same object; for streets without ways it is only derived."""
    if record.ref & 7 != Source.POSTCODE or Kind.STREET not in {record.kind, other.kind}:
        return True
    is_street = record.kind == other.kind
    apart = metres_between(record.latitude, record.longitude, other.latitude, other.longitude)
    return is_street and apart < ONE_STREET_M


def _put_together(groups: dict[int, set[int]], one: int, other: int) -> None:
    group = groups.setdefault(one, {one})
    rest = groups.get(other, {other})
    if rest is not group:
        group |= rest
        groups.update(dict.fromkeys(rest, group))


def _fullness(parts: Sequence[Part], record_id: int) -> tuple[int, int, int, str, int]:
    """Return how complete a copy is: at the edge of an extract, streets lack houses, and addresses lack areas.

    Small differences are ignored, so that of similar copies the one with newer data is chosen.
    """
    at = record_id >> SHIFT
    data = parts[at].data
    record = data.read_record(record_id & (1 << SHIFT) - 1)
    setting = data.setting(record.setting)
    areas = (setting.administrative_area, setting.sub_administrative_area, setting.locality, setting.sub_locality)
    south, west, north, east = record.box or (0.0, 0.0, 0.0, 0.0)
    long = round(((north - south) + (east - west)) / LENGTH)
    return _about(record.numbered), sum(map(bool, areas)), _about(long), parts[at].as_of, -at


def _about(count: int) -> int:
    """Round to a step of a geometric scale with factor 1.5."""
    return round(math.log(count + 1, 1.5))
