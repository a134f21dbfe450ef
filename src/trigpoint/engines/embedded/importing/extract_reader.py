"""Read OpenStreetMap files once, from front to back, and stage what the index needs."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import osmium

from trigpoint.engines.embedded.importing.features import KEPT_KEYS
from trigpoint.engines.embedded.importing.sharing import Helpers
from trigpoint.engines.embedded.importing.staging import Staging
from trigpoint.engines.embedded.importing.staging_rows import Raw, RawArea, RawNode, RawWay, Rows, rows_of
from trigpoint.engines.embedded.index.records import ref_of
from trigpoint.engines.extracts import Endless, as_input, check_file, is_endless, share_read, sort_file, unreadable
from trigpoint.maps.place_ids import NUMBER_BITS, Source

Progress = Callable[[str, float | None], None]
"""Called with what is being done and the share done, from 0 to 1, or None if that is unknown."""

AREA_KEYS = ("addr:housenumber", "name", "boundary", "place", "amenity", "leisure", "tourism", "natural", "shop")
REPORT_EACH = 4_096
CHUNK = 2_000
BUFFERS_AHEAD = "4"
"""How many buffers osmium reads ahead, of some megabytes each: twenty, its default, are more memory than all else."""

DENSE_FROM = 10_000_000_000
"""From so many bytes on, some 1.2 thousand million nodes, a table with a place for every number of a node takes less
time and little more room on disk (8 bytes for each number that OpenStreetMap has given, some 100 GB) than a sorted one."""

Item = osmium.osm.Node | osmium.osm.Way | osmium.osm.Relation | osmium.osm.Area
NUMBERS_BELOW = 1 << (NUMBER_BITS - 1)


@dataclass(slots=True)
class SourceFile:
    """A file that was read: its name, the time of its data if it says one, and how much it held."""

    name: str
    size: int
    timestamp: str | None = None
    objects: int = 0


def read_files(
    paths: list[Path], staging: Staging, *, nodes: Path, progress: Progress, helpers: Helpers | None = None
) -> list[SourceFile]:
    """Read every file into the staging tables. `nodes` is a place for the temporary file of node locations.

    Raises NotFoundError for a missing file and InvalidError for one that is no OpenStreetMap data or is cut short.
    """
    for path in paths:
        check_file(path)
    found = []
    helpers = helpers or Helpers(1)
    for path in paths:
        try:
            found.append(read_in_order(path, staging, nodes=nodes, progress=progress, helpers=helpers))
        except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
            raise unreadable(path, error) from error
        finally:
            nodes.unlink(missing_ok=True)
    staging.flush()
    return found


def read_in_order(path: Path, staging: Staging, *, nodes: Path, progress: Progress, helpers: Helpers) -> SourceFile:
    """Read one file; one whose objects are not in the usual order is sorted first, which takes memory for all of it."""
    try:
        return read_file(path, staging, nodes=nodes, progress=progress, helpers=helpers)
    except RuntimeError as error:
        if "out of order" not in str(error):
            raise
    progress(f"Sorting {path.name}", None)
    ordered = nodes.with_name("sorted.osm.pbf")
    sort_file(path, ordered)
    nodes.unlink(missing_ok=True)
    try:
        told = read_file(ordered, staging, nodes=nodes, progress=progress, helpers=helpers)
    finally:
        ordered.unlink(missing_ok=True)
    return replace(told, name=path.name, size=path.stat().st_size)


def read_file(path: Path, staging: Staging, *, nodes: Path, progress: Progress, helpers: Helpers) -> SourceFile:
    """Read one file. Node locations lie in a file of their own, not in memory.

    This process reads, which only one can; what becomes of the objects is worked out by all.
    """
    told = SourceFile(path.name, path.stat().st_size)
    for _, rows in helpers.share(rows_of, _rows_work, chunks_of(path, told, staging, nodes=nodes, progress=progress)):
        staging.add_all(rows)
    progress(f"Reading {path.name}", 1.0)
    return told


def _rows_work() -> Callable[[list[Raw]], Rows]:
    return rows_of


def chunks_of(
    path: Path, told: SourceFile, staging: Staging, *, nodes: Path, progress: Progress
) -> Iterator[list[Raw]]:
    """Yield the objects of a file, and tell of the file; relations that say who belongs to whom are kept at once."""
    for queue in ("INPUT", "OSMDATA"):
        os.environ.setdefault(f"OSMIUM_MAX_{queue}_QUEUE_SIZE", BUFFERS_AHEAD)
    processor = (
        osmium.FileProcessor(as_input(path), thread_pool=osmium.io.ThreadPool(1, 8))
        .with_locations(node_store(path, nodes))
        .with_areas(osmium.filter.KeyFilter(*AREA_KEYS), Endless())
        .with_filter(osmium.filter.KeyFilter(*KEPT_KEYS))
    )
    header = processor.header
    told.timestamp = header.get("osmosis_replication_timestamp") or header.get("timestamp") or None
    is_dated = told.timestamp is not None
    newest = 0.0
    factory = osmium.geom.WKBFactory()
    chunk: list[Raw] = []
    for item in processor:
        told.objects += 1
        if told.objects % REPORT_EACH == 0:
            progress(f"Reading {path.name}", share_read(path, told.size))
        if isinstance(item, osmium.osm.Changeset):
            continue
        if not is_dated:
            newest = max(newest, item.timestamp.timestamp())
        raw = read_item(item, staging, factory)
        if raw is not None:
            chunk.append(raw)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if newest > 0:
        told.timestamp = datetime.fromtimestamp(newest, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield chunk


def node_store(path: Path, nodes: Path) -> str:
    """Choose how node locations are kept on disk: sorted by number, or, of a large file, at the place of their number."""
    dense = path.stat().st_size >= DENSE_FROM
    return f"{'dense' if dense else 'sparse'}_file_array,{nodes}"


def read_item(item: Item, staging: Staging, factory: osmium.geom.WKBFactory) -> Raw | None:
    """Read what the index needs of one object; None if that is nothing, or has been kept."""
    if isinstance(item, osmium.osm.Node):
        return read_node(item)
    if isinstance(item, osmium.osm.Way):
        return read_way(item, factory)
    if isinstance(item, osmium.osm.Area):
        return read_area(item, factory)
    read_relation(item, staging)
    return None


def number_of(source: Source, number: int) -> int:
    """Give the ref of an object. Raises ValueError for a number that OpenStreetMap has not given."""
    if not 0 <= number < NUMBERS_BELOW:
        what = source.name.lower()
        raise ValueError(f"{what} {number}, and numbers are from 0 to {NUMBERS_BELOW - 1}")
    return ref_of(source, number)


def read_node(node: osmium.osm.Node) -> RawNode | None:
    """Read a node."""
    if not node.location.valid():
        return None
    return RawNode(number_of(Source.NODE, node.id), node.version, dict(node.tags), node.lat, node.lon)


def read_way(way: osmium.osm.Way, factory: osmium.geom.WKBFactory) -> RawWay:
    """Read a way with its line, or with those of its nodes that are known."""
    tags = dict(way.tags)
    line = None
    if "addr:interpolation" not in tags:
        with suppress(RuntimeError, osmium.InvalidLocationError):
            line = factory.create_linestring(way)
    path = []
    if line is None:
        path = [(node.ref, node.lat, node.lon) for node in way.nodes if node.location.valid()]
    return RawWay(number_of(Source.WAY, way.id), way.version, tags, way.is_closed(), line, path)


def read_area(area: osmium.osm.Area, factory: osmium.geom.WKBFactory) -> RawArea | None:
    """Read an area; of the outlines of ways only those that may be boundaries or areas of interest."""
    is_way = area.from_way()
    if is_way and "name" not in area.tags and "boundary" not in area.tags:
        return None
    try:
        outline = factory.create_multipolygon(area)
    except (RuntimeError, osmium.InvalidLocationError):
        return None
    ref = number_of(Source.WAY if is_way else Source.RELATION, area.orig_id())
    return RawArea(ref, area.version, dict(area.tags), is_way, outline)


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
