"""Read OpenStreetMap files once, from front to back, and stage what the index needs."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import osmium
import shapely

from trigpoint.engines.embedded.importing.features import (
    KEPT_KEYS,
    SETTLEMENTS,
    STREETS,
    UNNAMED,
    Tags,
    is_interest,
    kind_of,
    names_of,
)
from trigpoint.engines.embedded.importing.staging import Staging, encode, pack_tags
from trigpoint.engines.embedded.index.records import ref_of
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.engines.extracts import Endless, as_input, check_file, is_endless, share_read, sort_file, unreadable
from trigpoint.maps.place_ids import NUMBER_BITS, Source

Progress = Callable[[str, float | None], None]
"""Called with what is being done and the share done, from 0 to 1, or None if that is unknown."""

AREA_KEYS = ("addr:housenumber", "name", "boundary", "place", "amenity", "leisure", "tourism", "natural", "shop")
REPORT_EACH = 4_096
Item = osmium.osm.Node | osmium.osm.Way | osmium.osm.Relation | osmium.osm.Area
NUMBERS_BELOW = 1 << (NUMBER_BITS - 1)


@dataclass(slots=True)
class SourceFile:
    """A file that was read: its name, the time of its data if it says one, and how much it held."""

    name: str
    size: int
    timestamp: str | None = None
    objects: int = 0


@dataclass(slots=True)
class _Shapes:
    """Ways and areas whose shapes wait to be worked out together, which is many times quicker than one by one."""

    rows: list[tuple[int, int, Tags, bool]] = field(default_factory=list)
    shapes: list[bytes] = field(default_factory=list)


def read_files(paths: list[Path], staging: Staging, *, nodes: Path, progress: Progress) -> list[SourceFile]:
    """Read every file into the staging tables. `nodes` is a place for the temporary file of node locations.

    Raises NotFoundError for a missing file and InvalidError for one that is no OpenStreetMap data or is cut short.
    """
    for path in paths:
        check_file(path)
    found = []
    for path in paths:
        try:
            found.append(read_in_order(path, staging, nodes=nodes, progress=progress))
        except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
            raise unreadable(path, error) from error
        finally:
            nodes.unlink(missing_ok=True)
    staging.flush()
    return found


def read_in_order(path: Path, staging: Staging, *, nodes: Path, progress: Progress) -> SourceFile:
    """Read one file; one whose objects are not in the usual order is sorted first, which takes memory for all of it."""
    try:
        return read_file(path, staging, nodes=nodes, progress=progress)
    except RuntimeError as error:
        if "out of order" not in str(error):
            raise
    progress(f"Sorting {path.name}", None)
    ordered = nodes.with_name("sorted.osm.pbf")
    sort_file(path, ordered)
    nodes.unlink(missing_ok=True)
    try:
        told = read_file(ordered, staging, nodes=nodes, progress=progress)
    finally:
        ordered.unlink(missing_ok=True)
    return replace(told, name=path.name, size=path.stat().st_size)


def read_file(path: Path, staging: Staging, *, nodes: Path, progress: Progress) -> SourceFile:
    """Read one file. Node locations lie in a file of their own, not in memory."""
    size = path.stat().st_size
    told = SourceFile(path.name, size)
    pool = osmium.io.ThreadPool(1, 8)
    processor = (
        osmium.FileProcessor(as_input(path), thread_pool=pool)
        .with_locations(f"sparse_file_array,{nodes}")
        .with_areas(osmium.filter.KeyFilter(*AREA_KEYS), Endless())
        .with_filter(osmium.filter.KeyFilter(*KEPT_KEYS))
    )
    header = processor.header
    told.timestamp = header.get("osmosis_replication_timestamp") or header.get("timestamp") or None
    newest = 0.0
    shapes = _Shapes()
    factory = osmium.geom.WKBFactory()
    for item in processor:
        told.objects += 1
        if told.objects % REPORT_EACH == 0:
            progress(f"Reading {path.name}", share_read(path, size))
        if isinstance(item, osmium.osm.Changeset):
            continue
        newest = max(newest, item.timestamp.timestamp())
        read_item(item, staging, shapes, factory)
        if len(shapes.rows) >= REPORT_EACH:
            place_shapes(shapes, staging)
    place_shapes(shapes, staging)
    if told.timestamp is None and newest > 0:
        told.timestamp = datetime.fromtimestamp(newest, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    progress(f"Reading {path.name}", 1.0)
    return told


def read_item(item: Item, staging: Staging, shapes: _Shapes, factory: osmium.geom.WKBFactory) -> None:
    """Keep what the index needs of one object."""
    if isinstance(item, osmium.osm.Node):
        read_node(item, staging)
    elif isinstance(item, osmium.osm.Way):
        read_way(item, staging, shapes, factory)
    elif isinstance(item, osmium.osm.Area):
        read_area(item, staging, shapes, factory)
    elif isinstance(item, osmium.osm.Relation):
        read_relation(item, staging)


def number_of(source: Source, number: int) -> int:
    """Give the ref of an object. Raises ValueError for a number that OpenStreetMap has not given."""
    if not 0 <= number < NUMBERS_BELOW:
        what = source.name.lower()
        raise ValueError(f"{what} {number}, and numbers are from 0 to {NUMBERS_BELOW - 1}")
    return ref_of(source, number)


def read_node(node: osmium.osm.Node, staging: Staging) -> None:
    """Keep a node that is an address or has a name."""
    if not node.location.valid():
        return
    tags = dict(node.tags)
    add_point(staging, number_of(Source.NODE, node.id), node.version, tags, (node.lat, node.lon), None)


def read_way(way: osmium.osm.Way, staging: Staging, shapes: _Shapes, factory: osmium.geom.WKBFactory) -> None:
    """Keep a way that is a street, an interpolation, an address or has a name."""
    tags = dict(way.tags)
    ref = number_of(Source.WAY, way.id)
    if "addr:interpolation" in tags:
        path = [(node.ref, node.lat, node.lon) for node in way.nodes if node.location.valid()]
        staging.add("interpolation", (ref, way.version, pack_tags(tags), encode(path)))
        return
    street = is_street(tags)
    if not street and not is_house(tags) and not is_named(tags):
        return
    shape = shape_of_way(way, factory, least=2 if street else 1)
    if shape is None:
        return
    if street:
        staging.add("street", (ref, way.version, street_key(tags.get("name") or tags["ref"]), pack_tags(tags), shape))
    shapes.rows.append((ref, way.version, tags, way.is_closed()))
    shapes.shapes.append(shape)


def shape_of_way(way: osmium.osm.Way, factory: osmium.geom.WKBFactory, *, least: int) -> bytes | None:
    """Give the shape of a way: a line, or a point if one is all there is; None if the extract left its nodes out."""
    try:
        return bytes.fromhex(factory.create_linestring(way))
    except (RuntimeError, osmium.InvalidLocationError):
        points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    if len(points) < least:
        return None
    geometry = shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])
    return bytes(shapely.to_wkb(geometry, byte_order=1))


def read_area(area: osmium.osm.Area, staging: Staging, shapes: _Shapes, factory: osmium.geom.WKBFactory) -> None:
    """Keep the outline of a boundary, a settlement, a postal code or an area of interest, and what a multipolygon is besides."""
    tags = dict(area.tags)
    tables = [table for table, kept in (("area", is_boundary(tags)), ("interest", is_interest(tags))) if kept]
    is_thing = not area.from_way() and ("area" in tables or is_house(tags) or is_named(tags))  # a way has been kept
    if not tables and not is_thing:
        return
    try:
        shape = bytes.fromhex(factory.create_multipolygon(area))
    except (RuntimeError, osmium.InvalidLocationError):
        return
    ref = number_of(Source.WAY if area.from_way() else Source.RELATION, area.orig_id())
    for table in tables:
        staging.add(table, (ref, area.version, pack_tags(tags), shape))
    if is_thing:
        shapes.rows.append((ref, area.version, tags, False))
        shapes.shapes.append(shape)


def read_relation(relation: osmium.osm.Relation, staging: Staging) -> None:
    """Keep who belongs to whom: houses to their street, a settlement to its boundary."""
    kind = relation.tags.get("type")
    if is_endless(relation):
        return
    ref = number_of(Source.RELATION, relation.id)
    if kind in {"associatedStreet", "street"}:
        name = relation.tags.get("name") or relation.tags.get("addr:street")
        if name:
            for member in relation.members:
                if member.role in {"house", "address", "addr:houselink", "addr"}:
                    source = {"n": Source.NODE, "w": Source.WAY}.get(member.type, Source.RELATION)
                    staging.add("member", (ref, "street:" + name, number_of(source, member.ref)))
    elif kind == "boundary":
        for member in relation.members:
            if member.type == "n" and member.role in {"label", "admin_centre"}:
                staging.add("member", (ref, member.role, number_of(Source.NODE, member.ref)))


def place_shapes(shapes: _Shapes, staging: Staging) -> None:
    """Work out where the waiting ways and areas are, and keep them."""
    if not shapes.rows:
        return
    geometries = shapely.from_wkb(shapes.shapes, on_invalid="ignore")
    bounds = shapely.bounds(geometries)
    for row, geometry, (west, south, east, north) in zip(shapes.rows, geometries, bounds, strict=True):
        ref, version, tags, closed = row
        if geometry is None or west != west:  # noqa: PLR0124 (only not-a-number differs from itself)
            continue
        latitude, longitude = middle_of(geometry, closed=closed)
        add_point(staging, ref, version, tags, (latitude, longitude), (south, west, north, east))
    shapes.rows.clear()
    shapes.shapes.clear()


def middle_of(geometry: shapely.Geometry, *, closed: bool) -> tuple[float, float]:
    """Give a point for a shape: the middle of an area if that lies inside, the half-way point of a line."""
    if closed and geometry.geom_type == "LineString" and len(geometry.coords) > 3:
        geometry = shapely.Polygon(geometry.coords)
    if geometry.geom_type == "LineString":
        point = geometry.interpolate(0.5, normalized=True)
    else:
        point = geometry.centroid
        if not geometry.is_valid or not geometry.contains(point):
            with suppress(shapely.errors.GEOSException):
                point = geometry.representative_point()
    return point.y, point.x


def add_point(  # noqa: PLR0917 (a row of a staging table)
    staging: Staging,
    ref: int,
    version: int,
    tags: Tags,
    at: tuple[float, float],
    box: tuple[float, float, float, float] | None,
) -> None:
    """Keep an address, a named thing, or both, at a point."""
    if is_house(tags):
        street = tags.get("addr:street") or tags.get("addr:place")
        key = street_key(street) if street else None
        staging.add("house", (ref, version, key, *at, pack_tags(tags)))
    if is_named(tags):
        staging.add("named", (ref, version, *at, *(box or (None,) * 4), pack_tags(tags)))


def street_key(name: str) -> str:
    """Give the form under which ways and addresses of one street meet."""
    return " ".join(split(name))


def is_street(tags: Tags) -> bool:
    """Tell whether a way is a street that has a name or a number."""
    return tags.get("highway") in STREETS and ("name" in tags or "ref" in tags)


def is_house(tags: Tags) -> bool:
    """Tell whether the tags carry a house number."""
    return "addr:housenumber" in tags or "addr:conscriptionnumber" in tags


def is_named(tags: Tags) -> bool:
    """Tell whether the tags make something that can be found by its name, or by what it is."""
    if not any(key in tags for key in ("name", "addr:housename", "brand", "operator")):
        return any(tags.get(key) == value for key, value in UNNAMED) and tags.get("access") not in {"private", "no"}
    return bool(names_of(tags)) and kind_of(tags) is not None


def is_boundary(tags: Tags) -> bool:
    """Tell whether an area says in which country, district or place its ground lies."""
    if tags.get("boundary") == "administrative":
        return tags.get("admin_level", "").isdigit() and "name" in tags
    if tags.get("boundary") == "postal_code":
        return "postal_code" in tags or "ref" in tags
    return tags.get("place") in SETTLEMENTS and tags["place"] not in {"city_block", "farm"} and "name" in tags
