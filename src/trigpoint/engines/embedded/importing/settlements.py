"""Settlements that are points in the data: finding them by name, and the nearest ones."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from trigpoint.engines.embedded.gazetteer.towns import KM_PER_DEGREE
from trigpoint.engines.embedded.importing.areas import Floats, Point
from trigpoint.engines.embedded.importing.features import Tags, names_of, spellings_of
from trigpoint.engines.embedded.importing.staging import Staging, StagingReader, decode_tags
from trigpoint.engines.embedded.index.records import Names
from trigpoint.engines.embedded.text.normalize import split

REACH_KM = {
    "city": 12.0, "town": 5.0, "municipality": 5.0, "village": 2.5, "hamlet": 1.2, "borough": 3.0, "suburb": 2.0,
    "quarter": 1.2, "neighbourhood": 0.8,
}  # fmt: skip
"""The reach of a settlement without an outline, in kilometres."""

WIDEST = 1.5
"""Settlements are searched up to this multiple of their reach."""

IN_REACH = 1 / WIDEST
LEAST_COSINE = 0.02


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
    """A spatial index of the settlements of one kind; `points` are their longitudes and latitudes."""

    settlements: list[Settlement]
    points: Floats
    tree: shapely.STRtree

    def nearest(self, longitudes: Floats, latitudes: Floats, reach: float) -> Iterator[tuple[int, int, float]]:
        """Return, for each point with a settlement within its reach: its row, the nearest settlement, and the distance.

        `reach` and distances are in degrees of latitude, measured at each point: where else the import has settlements
        changes nothing, so that a region is the same alone and beside others.
        """
        shrink = np.maximum(LEAST_COSINE, np.cos(np.radians(latitudes)))
        wide = reach / shrink
        asked = shapely.box(longitudes - wide, latitudes - reach, longitudes + wide, latitudes + reach)
        rows, columns = self.tree.query(asked)
        east = (self.points[columns, 0] - longitudes[rows]) * shrink[rows]
        apart = np.hypot(east, self.points[columns, 1] - latitudes[rows])
        order = np.lexsort((columns, apart, rows))
        order = order[apart[order] <= reach]
        rows, first = np.unique(rows[order], return_index=True)
        chosen = order[first]
        yield from zip(rows.tolist(), columns[chosen].tolist(), apart[chosen].tolist(), strict=True)


Nearby = dict[str, tuple[Settlement, float]]
"""The nearest settlement of each kind, with its distance as a share of the widest; `IN_REACH` is the end of its reach."""


class Settlements:
    """All settlements of an import that are points."""

    def __init__(self, staging: Staging | StagingReader) -> None:
        self._rings = _load_rings(staging)
        self._by_words: dict[tuple[str, ...], list[Settlement]] = {}
        for settlement in self.all():
            for text in spellings_of(settlement.tags, settlement.names):
                self._by_words.setdefault(tuple(split(text)), []).append(settlement)

    def all(self) -> list[Settlement]:
        """List every settlement."""
        return [settlement for ring in self._rings.values() for settlement in ring.settlements]

    def named(self, words: tuple[str, ...]) -> list[Settlement]:
        """Return the settlements with a name, given as words."""
        return self._by_words.get(words, [])

    def nearest(self, longitudes: Floats, latitudes: Floats) -> list[Nearby]:
        """Return, for each point, the nearest settlement of each kind."""
        found: list[Nearby] = [{} for _ in longitudes]
        for place, ring in self._rings.items():
            reach = REACH_KM[place] / KM_PER_DEGREE * WIDEST
            for row, column, distance in ring.nearest(longitudes, latitudes, reach):
                found[row][place] = (ring.settlements[column], distance / reach)
        return found


def _load_rings(staging: Staging | StagingReader) -> dict[str, _Ring]:
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
    for place in (place for place in REACH_KM if place in kinds):
        settlements = kinds[place]
        points = np.array([(item.at[1], item.at[0]) for item in settlements])
        rings[place] = _Ring(settlements, points, shapely.STRtree(shapely.points(points)))
    return rings


def km_between(first: Point, second: Point) -> float:
    """Return the distance in kilometres, exact enough for close points."""
    north = (first[0] - second[0]) * KM_PER_DEGREE
    east = (first[1] - second[1]) * KM_PER_DEGREE * math.cos(math.radians(first[0]))
    return math.hypot(north, east)
