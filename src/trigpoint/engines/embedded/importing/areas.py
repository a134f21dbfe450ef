"""Outlines of boundaries and areas of interest, cut into small pieces so that point-in-polygon tests are fast."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from trigpoint.engines.embedded.importing.features import Tags, names_of
from trigpoint.engines.embedded.importing.outlines import Outlines, Pieces
from trigpoint.engines.embedded.importing.staging import Staging, StagingReader, decode_tags, encode
from trigpoint.engines.embedded.index.records import Names, OsmBox

MOST_VERTICES = 128
DEEPEST = 12

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]
"""Latitude and longitude."""


@dataclass(frozen=True, slots=True)
class Area:
    """One outline. `admin_level` is 0 for a place or a postal code; `size` is in square degrees, for comparison."""

    ref: int
    tags: Tags
    names: Names
    admin_level: int
    postcode: str | None
    place: str | None
    box: OsmBox
    centre: tuple[float, float]
    size: float


class Areas(Outlines):
    """The boundaries, settlements and postal codes of an import that have an outline."""

    def __init__(self, areas: list[Area], pieces: Pieces) -> None:
        super().__init__(pieces, [area.size for area in areas])
        self.areas = areas


class Interests(Outlines):
    """Areas of interest: parks, campuses, malls and so on. A country has hundreds of thousands, so they are kept compact."""

    def __init__(self, refs: "array[int]", names: list[bytes], pieces: Pieces, sizes: "array[float]") -> None:
        super().__init__(pieces, sizes)
        self.refs = np.array(refs, dtype=np.int64)
        self._names = names

    def names_of(self, at: int) -> Names:
        """Return the names of one area of interest."""
        return decode_tags(self._names[at])


def load_areas(staging: Staging | StagingReader) -> Areas:
    """Read the staged outlines of boundaries, settlements and postal codes, and cut them."""
    areas: list[Area] = []
    pieces = Pieces(staging.path.parent)
    for ref, tags, outline in _outlines(staging, "area"):
        pieces.add(len(areas), cut(outline))
        areas.append(_boundary(ref, tags, outline))
    return Areas(areas, pieces)


def load_interests(staging: Staging | StagingReader) -> Interests:
    """Read the staged outlines of parks, campuses, malls and so on, and cut them."""
    refs, sizes = array("q"), array("d")
    names: list[bytes] = []
    pieces = Pieces(staging.path.parent)
    for ref, tags, outline in _outlines(staging, "interest"):
        pieces.add(len(refs), cut(outline))
        refs.append(ref)
        names.append(encode(names_of(tags)))
        sizes.append(outline.area)
    return Interests(refs, names, pieces, sizes)


def _outlines(staging: Staging | StagingReader, table: str) -> Iterator[tuple[int, Tags, shapely.Geometry]]:
    for ref, packed, wkb in staging.rows(f"SELECT ref, tags, shape FROM {table} ORDER BY ref"):  # noqa: S608 (one of two names)
        outline = shapely.from_wkb(wkb, on_invalid="ignore")
        if outline is None:
            continue
        if not outline.is_valid:
            outline = outline.buffer(0)
        if not outline.is_empty:
            yield ref, decode_tags(packed), outline


def _boundary(ref: int, tags: Tags, outline: shapely.Geometry) -> Area:
    level = int(tags["admin_level"]) if tags.get("boundary") == "administrative" else 0
    postcode = (tags.get("postal_code") or tags.get("ref")) if tags.get("boundary") == "postal_code" else None
    west, south, east, north = outline.bounds
    point = outline.representative_point()
    return Area(
        ref=ref,
        tags=tags,
        names=names_of(tags) if postcode is None else {"": postcode},
        admin_level=level,
        postcode=postcode,
        place=tags.get("place"),
        box=(south, west, north, east),
        centre=(point.y, point.x),
        size=outline.area,
    )


def cut(outline: shapely.Geometry, depth: int = 0) -> list[shapely.Geometry]:
    """Split an outline in halves until each part has few vertices."""
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
    """Convert points (latitude, longitude) to arrays of longitudes and latitudes."""
    table = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    return table[:, 1], table[:, 0]
