"""Outlines of boundaries and areas of interest, cut into small pieces so that point-in-polygon tests are fast."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from trigpoint.engines.embedded.importing.features import Tags, names_of
from trigpoint.engines.embedded.importing.outlines import Cut, Outlines, Pieces, pack_pieces
from trigpoint.engines.embedded.importing.staging import decode_tags, encode
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


@dataclass(frozen=True, slots=True)
class CutAreas:
    """Some boundaries and their pieces."""

    areas: list[Area]
    cut: Cut


@dataclass(frozen=True, slots=True)
class CutInterests:
    """Some areas of interest and their pieces; `names` are packed."""

    refs: "array[int]"
    names: list[bytes]
    sizes: "array[float]"
    cut: Cut


OutlineRow = tuple[int, bytes, bytes]
"""An outline as it was staged: ref, tags, its shape in WKB."""


def cut_areas(rows: Iterable[OutlineRow]) -> CutAreas:
    """Cut the outlines of boundaries, settlements and postal codes."""
    outlines = list(_outlines(rows))
    areas = [_boundary(ref, tags, outline) for ref, tags, outline in outlines]
    return CutAreas(areas, pack_pieces([cut(outline) for _, _, outline in outlines]))


def cut_interests(rows: Iterable[OutlineRow]) -> CutInterests:
    """Cut the outlines of parks, campuses, malls and so on."""
    outlines = list(_outlines(rows))
    names = [encode(names_of(tags)) for _, tags, _ in outlines]
    refs, sizes = array("q", [ref for ref, _, _ in outlines]), array("d", [outline.area for _, _, outline in outlines])
    return CutInterests(refs, names, sizes, pack_pieces([cut(outline) for _, _, outline in outlines]))


def _outlines(rows: Iterable[OutlineRow]) -> Iterator[tuple[int, Tags, shapely.Geometry]]:
    for ref, packed, wkb in rows:
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
