"""Outlines, cut into small pieces so that "which of them hold this point" is quick: boundaries, and areas of interest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import shapely

from trigpoint.engines.embedded.importing.features import Tags, names_of
from trigpoint.engines.embedded.importing.staging import Staging, decode_tags
from trigpoint.engines.embedded.index.records import Names, OsmBox

MOST_VERTICES = 128
DEEPEST = 12

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]
"""Latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Area:
    """One outline. `admin_level` is 0 for a place or a postal code; `size` is in square degrees, to compare by."""

    ref: int
    tags: Tags
    names: Names
    admin_level: int
    postcode: str | None
    place: str | None
    box: OsmBox
    centre: tuple[float, float]
    size: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an area."""

    area: int
    geometry: shapely.Geometry

    @property
    def box(self) -> OsmBox:
        """Its extent."""
        west, south, east, north = self.geometry.bounds
        return south, west, north, east

    @property
    def shape(self) -> bytes | None:
        """Its outline in WKB; None where a whole rectangle lies inside."""
        whole = self.geometry.equals(shapely.box(*self.geometry.bounds))
        return None if whole else bytes(shapely.to_wkb(self.geometry))


class Areas:
    """All areas of an import, and which of them hold a point."""

    def __init__(self, areas: list[Area], pieces: list[Piece]) -> None:
        self.areas = areas
        self.pieces = pieces
        geometries = [piece.geometry for piece in pieces]
        shapely.prepare(geometries)
        self._tree = shapely.STRtree(geometries)
        self._owner = np.array([piece.area for piece in pieces], dtype=np.int64)

    def holding(self, longitudes: Floats, latitudes: Floats) -> list[list[int]]:
        """List, for each point, the areas that hold it, the smallest first."""
        found: list[list[int]] = [[] for _ in range(len(longitudes))]
        if not self.pieces:
            return found
        points, pieces = self._tree.query(shapely.points(longitudes, latitudes), predicate="intersects")
        for point, area in zip(points.tolist(), self._owner[pieces].tolist(), strict=True):
            if area not in found[point]:
                found[point].append(area)
        for areas in found:
            if len(areas) > 1:
                areas.sort(key=lambda area: self.areas[area].size)
        return found


def load_areas(staging: Staging) -> Areas:
    """Read the staged outlines of boundaries, settlements and postal codes, and cut them."""
    return _load(staging, "area", _boundary)


def load_interests(staging: Staging) -> Areas:
    """Read the staged outlines of parks, campuses, malls and so on, and cut them."""
    return _load(staging, "interest", partial(_outlined, admin_level=0, postcode=None))


def _load(staging: Staging, table: str, make: Callable[[int, Tags, shapely.Geometry], Area]) -> Areas:
    areas: list[Area] = []
    pieces: list[Piece] = []
    for ref, packed, wkb in staging.rows(f"SELECT ref, tags, shape FROM {table}"):  # noqa: S608 (one of two names)
        outline = shapely.from_wkb(wkb, on_invalid="ignore")
        if outline is None:
            continue
        if not outline.is_valid:
            outline = outline.buffer(0)
        if outline.is_empty:
            continue
        areas.append(make(ref, decode_tags(packed), outline))
        pieces += [Piece(len(areas) - 1, part) for part in cut(outline)]
    return Areas(areas, pieces)


def _boundary(ref: int, tags: Tags, outline: shapely.Geometry) -> Area:
    level = int(tags["admin_level"]) if tags.get("boundary") == "administrative" else 0
    postcode = (tags.get("postal_code") or tags.get("ref")) if tags.get("boundary") == "postal_code" else None
    return _outlined(ref, tags, outline, admin_level=level, postcode=postcode)


def _outlined(ref: int, tags: Tags, outline: shapely.Geometry, *, admin_level: int, postcode: str | None) -> Area:
    west, south, east, north = outline.bounds
    point = outline.representative_point()
    return Area(
        ref=ref,
        tags=tags,
        names=names_of(tags) if postcode is None else {"": postcode},
        admin_level=admin_level,
        postcode=postcode,
        place=tags.get("place"),
        box=(south, west, north, east),
        centre=(point.y, point.x),
        size=outline.area,
    )


def cut(outline: shapely.Geometry, depth: int = 0) -> list[shapely.Geometry]:
    """Halve an outline until each part has few vertices."""
    if outline.is_empty or outline.geom_type not in {"Polygon", "MultiPolygon", "GeometryCollection"}:
        return []
    if shapely.get_num_coordinates(outline) <= MOST_VERTICES or depth >= DEEPEST:
        return [part for part in shapely.get_parts(outline) if part.geom_type == "Polygon"]
    west, south, east, north = outline.bounds
    if east - west > north - south:
        middle = (west + east) / 2
        halves = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    else:
        middle = (south + north) / 2
        halves = [shapely.box(west, south, east, middle), shapely.box(west, middle, east, north)]
    return [part for half in halves for part in cut(shapely.intersection(outline, half), depth + 1)]


def as_arrays(points: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
    """Write points (latitude, longitude) as arrays of longitudes and latitudes."""
    table = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    return table[:, 1], table[:, 0]
