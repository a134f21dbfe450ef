"""Settlements that are points in the data: which of them are called so, and which lie nearest."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from trigpoint.engines.embedded.gazetteer.towns import KM_PER_DEGREE
from trigpoint.engines.embedded.importing.areas import Point
from trigpoint.engines.embedded.importing.features import Tags, names_of, spellings_of
from trigpoint.engines.embedded.importing.staging import Staging, decode_tags
from trigpoint.engines.embedded.index.records import Names
from trigpoint.engines.embedded.text.normalize import split

REACH_KM = {
    "city": 12.0, "town": 5.0, "municipality": 5.0, "village": 2.5, "hamlet": 1.2, "borough": 3.0, "suburb": 2.0,
    "quarter": 1.2, "neighbourhood": 0.8,
}  # fmt: skip
"""How far a settlement without an outline reaches, in kilometres."""

WIDEST = 1.5
"""Settlements are looked for as far as so many times their reach."""

IN_REACH = 1 / WIDEST


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement that is a point in the data."""

    ref: int
    names: Names
    tags: Tags
    at: Point
    place: str


@dataclass(slots=True)
class _Ring:
    """The settlements of one kind, ready to be asked for the nearest."""

    settlements: list[Settlement]
    tree: shapely.STRtree
    stretch: float


Nearby = dict[str, tuple[Settlement, float]]
"""The nearest settlement of each kind, with its distance as a share of the widest; `IN_REACH` is the end of its reach."""


class Settlements:
    """All settlements of an import that are points."""

    def __init__(self, staging: Staging) -> None:
        self._rings = _load_rings(staging)
        self._by_words: dict[tuple[str, ...], list[Settlement]] = {}
        for settlement in self.all():
            for text in spellings_of(settlement.tags, settlement.names):
                self._by_words.setdefault(tuple(split(text)), []).append(settlement)

    def all(self) -> list[Settlement]:
        """List every settlement."""
        return [settlement for ring in self._rings.values() for settlement in ring.settlements]

    def named(self, words: tuple[str, ...]) -> list[Settlement]:
        """List the settlements that go by these words."""
        return self._by_words.get(words, [])

    def nearest(self, points: Sequence[Point]) -> list[Nearby]:
        """Give, for each point, the nearest settlement of each kind."""
        found: list[Nearby] = [{} for _ in points]
        for place, ring in self._rings.items():
            reach = REACH_KM[place] / KM_PER_DEGREE * WIDEST
            asked = shapely.points([(point[1] * ring.stretch, point[0]) for point in points])
            (rows, columns), distances = ring.tree.query_nearest(
                asked, max_distance=reach, return_distance=True, all_matches=False
            )
            for row, column, distance in zip(rows.tolist(), columns.tolist(), distances.tolist(), strict=True):
                found[row][place] = (ring.settlements[column], distance / reach)
        return found


def _load_rings(staging: Staging) -> dict[str, _Ring]:
    kinds: dict[str, list[Settlement]] = {}
    for ref, latitude, longitude, packed in staging.rows("SELECT ref, lat, lng, tags FROM named WHERE south IS NULL"):
        if b"place" not in packed:
            continue
        tags = decode_tags(packed)
        place = tags.get("place", "")
        if place in REACH_KM:
            settlement = Settlement(ref, names_of(tags), tags, (latitude, longitude), place)
            kinds.setdefault(place, []).append(settlement)
    rings = {}
    for place, settlements in kinds.items():
        stretch = math.cos(math.radians(float(np.mean([settlement.at[0] for settlement in settlements]))))
        points = shapely.points([(item.at[1] * stretch, item.at[0]) for item in settlements])
        rings[place] = _Ring(settlements, shapely.STRtree(points), stretch)
    return rings


def km_between(first: Point, second: Point) -> float:
    """Distance in kilometres, exact enough for what lies near."""
    north = (first[0] - second[0]) * KM_PER_DEGREE
    east = (first[1] - second[1]) * KM_PER_DEGREE * math.cos(math.radians(first[0]))
    return math.hypot(north, east)
