"""Converting objects of an extract to rows of the staging tables: addresses, streets, named things, outlines."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
import shapely

from trigpoint.engines.embedded.importing.areas import Floats
from trigpoint.engines.embedded.importing.features import (
    SETTLEMENTS,
    STREETS,
    UNNAMED,
    Tags,
    has_kind,
    is_interest,
    names_of,
)
from trigpoint.engines.embedded.importing.staging import NodePath, Row, encode, pack_tags
from trigpoint.engines.embedded.text.normalize import split

Rows = dict[str, list[Row]]
"""Rows by their table."""


class RawNode(NamedTuple):
    """A node as it was read. `house` and `named` are the results of `is_house` and `is_named` for its tags."""

    ref: int
    version: int
    tags: Tags
    house: bool
    named: bool
    latitude: float
    longitude: float


class RawWay(NamedTuple):
    """A way as it was read: its line in WKB, None if nodes are missing; then, or for an interpolation, its known nodes.

    `street`, `house` and `named` are what `is_street` and so on say of its tags. `has_outline`: its area may be a
    boundary or an area of interest.
    """

    ref: int
    version: int
    tags: Tags
    street: bool
    house: bool
    named: bool
    is_closed: bool
    has_outline: bool
    line: str | None
    path: NodePath


class RawArea(NamedTuple):
    """An area as it was read, its outline in WKB. `is_way`: it has been read as a way as well."""

    ref: int
    version: int
    tags: Tags
    is_way: bool
    outline: str


Raw = RawNode | RawWay | RawArea


class _Shaped(NamedTuple):
    """A way or an area whose position is computed together with others, which is many times faster than one by one."""

    ref: int
    version: int
    tags: Tags
    house: bool
    named: bool
    is_closed: bool
    shape: bytes


def rows_of(items: Sequence[Raw]) -> Rows:
    """Return the rows of some objects, in their order."""
    rows: Rows = {}
    shaped: list[_Shaped] = []
    for item in items:
        if isinstance(item, RawNode):
            add_point(rows, item, (item.latitude, item.longitude), None)
        elif isinstance(item, RawWay):
            add_way(rows, shaped, item)
        else:
            add_area(rows, shaped, item)
    if shaped:
        place_shapes(rows, shaped)
    return rows


def add_way(rows: Rows, shaped: list[_Shaped], way: RawWay) -> None:
    """Add the rows of a way that is a street, an interpolation, an address, or has a name."""
    tags = way.tags
    if "addr:interpolation" in tags:
        rows.setdefault("interpolation", []).append((way.ref, way.version, pack_tags(tags), encode(way.path)))
        return
    if not way.street and not way.named and not way.house:
        return
    shape = bytes.fromhex(way.line) if way.line is not None else shape_of(way.path, least=2 if way.street else 1)
    if shape is None:
        return
    if way.street:
        key = street_key(tags.get("name") or tags["ref"])
        rows.setdefault("street", []).append((way.ref, way.version, key, pack_tags(tags), shape, way.named))
    if way.named or way.house:
        shaped.append(_Shaped(way.ref, way.version, tags, way.house, way.named, way.is_closed, shape))


def shape_of(path: NodePath, *, least: int) -> bytes | None:
    """Return the shape of a way with missing nodes: a line, or a point if only one node is known."""
    if len(path) < least:
        return None
    points = [(longitude, latitude) for _, latitude, longitude in path]
    geometry = shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])
    return bytes(shapely.to_wkb(geometry, byte_order=1))


def add_area(rows: Rows, shaped: list[_Shaped], area: RawArea) -> None:
    """Add the rows of an area: the outline of a boundary, settlement, postal code or area of interest, and its other roles."""
    tags = area.tags
    boundary, interest = is_boundary(tags), is_interest(tags)
    house, named = is_house(tags), is_named(tags)
    is_thing = not area.is_way and (house or named)  # a way has been kept
    if not boundary and not interest and not is_thing:
        return
    shape = bytes.fromhex(area.outline)
    for table, kept in (("area", boundary), ("interest", interest)):
        if kept:
            rows.setdefault(table, []).append((area.ref, area.version, pack_tags(tags), shape))
    if is_thing:
        shaped.append(_Shaped(area.ref, area.version, tags, house, named, False, shape))


def place_shapes(rows: Rows, shaped: list[_Shaped]) -> None:
    """Compute the positions of ways and areas, and add their rows."""
    geometries = shapely.from_wkb([item.shape for item in shaped], on_invalid="ignore")
    bounds = shapely.bounds(geometries)
    middles = middles_of(geometries, np.array([item.is_closed for item in shaped]))
    for item, box, (longitude, latitude) in zip(shaped, bounds.tolist(), middles.tolist(), strict=True):
        west, south, east, north = box
        if west == west:  # noqa: PLR0124 (only not-a-number differs from itself)
            add_point(rows, item, (latitude, longitude), (south, west, north, east))


def middles_of(
    geometries: "np.ndarray[tuple[int], np.dtype[np.object_]]", closed: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
) -> Floats:
    """Return a point (longitude, latitude) for each shape: the centroid of an area if that is inside, the midpoint of a line."""
    shapes = geometries.copy()
    kinds = shapely.get_type_id(shapes)
    rings = np.flatnonzero(closed & (kinds == shapely.GeometryType.LINESTRING) & (shapely.get_num_points(shapes) > 3))
    if len(rings):
        points, of = shapely.get_coordinates(shapes[rings], return_index=True)
        shapes[rings] = shapely.polygons(shapely.linearrings(points, indices=of))
        kinds = shapely.get_type_id(shapes)
    lines = kinds == shapely.GeometryType.LINESTRING
    middles = shapely.centroid(shapes)
    middles[lines] = shapely.line_interpolate_point(shapes[lines], 0.5, normalized=True)
    filled = np.flatnonzero(~lines & (kinds >= 0))
    inside = shapely.is_valid(shapes[filled])
    inside[inside] = shapely.contains(shapes[filled][inside], middles[filled][inside])
    for at in filled[~inside].tolist():
        with suppress(shapely.errors.GEOSException):
            middles[at] = shapes[at].representative_point()
    return np.column_stack([shapely.get_x(middles), shapely.get_y(middles)])


def add_point(
    rows: Rows, item: RawNode | _Shaped, at: tuple[float, float], box: tuple[float, float, float, float] | None
) -> None:
    """Keep an address, a named thing, or both, at a point."""
    tags = item.tags
    packed = pack_tags(tags)
    if item.house:
        street = tags.get("addr:street") or tags.get("addr:place")
        key = street_key(street) if street else None
        rows.setdefault("house", []).append((item.ref, item.version, key, *at, packed))
    if item.named:
        rows.setdefault("named", []).append((item.ref, item.version, *at, *(box or (None,) * 4), packed))


def street_key(name: str) -> str:
    """Return the key by which ways and addresses of one street are joined."""
    return " ".join(split(name))


def is_street(tags: Tags) -> bool:
    """Tell whether a way is a street that has a name or a number."""
    return tags.get("highway") in STREETS and ("name" in tags or "ref" in tags)


def is_house(tags: Tags) -> bool:
    """Tell whether the tags have a house number."""
    return "addr:housenumber" in tags or "addr:conscriptionnumber" in tags


def is_named(tags: Tags) -> bool:
    """Tell whether an object with these tags can be found by name or by kind."""
    if "name" in tags or "addr:housename" in tags or "brand" in tags or "operator" in tags:
        return has_kind(tags) and bool(names_of(tags))
    for key, values in UNNAMED.items():
        if tags.get(key) in values:
            return tags.get("access") not in {"private", "no"}
    return False


def is_boundary(tags: Tags) -> bool:
    """Tell whether an area is a country, an administrative area, or a place."""
    if tags.get("boundary") == "administrative":
        return tags.get("admin_level", "").isdigit() and "name" in tags
    if tags.get("boundary") == "postal_code":
        return "postal_code" in tags or "ref" in tags
    return tags.get("place") in SETTLEMENTS and tags["place"] not in {"city_block", "farm"} and "name" in tags
