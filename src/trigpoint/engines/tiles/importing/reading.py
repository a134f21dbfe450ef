"""Read OpenStreetMap files from start to end, convert their objects to features, and pass those on in batches."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from trigpoint.engines.extracts import Endless, as_input, check_file, share_read, sort_file, tags_of, unreadable
from trigpoint.engines.tiles.importing import land, pois, settlements, streets, water
from trigpoint.engines.tiles.importing.batches import Batch, shape_batch
from trigpoint.engines.tiles.importing.drafts import Draft, Names, Tags

Take = Callable[[list[bytes]], None]
"""Called with a batch of features, each a line of GeoJSON."""
Tell = Callable[[str, float | None], None]
"""Called with the name of the current step and the part of it that is done (0 to 1, or None if unknown)."""

KEYS = (
    "highway", "railway", "aeroway", "area:aeroway", "aerialway", "waterway", "natural", "landuse", "wetland", "leisure",
    "amenity", "military", "building", "man_made", "route", "place", "tourism", "shop", "historic", "emergency",
    "office", "addr:housenumber", "addr:housename", "boundary", "healthcare", "craft", "sport", "golf", "industrial",
    "protection_title",
)  # fmt: skip
"""An object without any of these keys is in no layer."""
BATCH = 4_096
NODE, WAY, AREA_OF_WAY, AREA = range(4)
"""The kind of an object, in the last two bits of its reference."""
IN_MEMORY_BELOW = 16 << 20
"""Size of a file in bytes up to which node locations are kept in memory: about two bytes per byte of the file."""
UNREADABLE = (osmium.InvalidLocationError, RuntimeError)


@dataclass(slots=True)
class ReadFile:
    """A file that was read, and the timestamp of its data if known."""

    name: str
    size: int
    timestamp: str | None = None


@dataclass(slots=True)
class Reading:
    """The state of reading all files: counts of features by layer, coastlines, the area that the files cover."""

    names: Names
    take: Take
    tell: Tell
    scratch: Path
    several: bool
    counts: Counter[str] = field(default_factory=Counter)
    covered: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    coastlines: list[shapely.Geometry] = field(default_factory=list)
    drawn: list[npt.NDArray[np.int64]] = field(default_factory=list)


def read_all(files: Sequence[Path], reading: Reading) -> list[ReadFile]:
    """Read every file. An object that is in several files is taken from the first.

    Raises NotFoundError if a file is missing, and InvalidError if one is not OpenStreetMap data or is truncated.
    """
    for file in files:
        check_file(file)
    return [read_in_order(file, reading) for file in files]


def read_in_order(file: Path, reading: Reading) -> ReadFile:
    """Read one file. If its objects are not sorted by type and ID, sort it first; sorting holds the whole file in memory."""
    try:
        if is_in_order(file):
            return read_file(file, file, reading)
        reading.tell(f"sorting {file.name}", None)
        ordered = reading.scratch / "sorted.osm.pbf"
        sort_file(file, ordered)
        try:
            return read_file(ordered, file, reading)
        finally:
            ordered.unlink(missing_ok=True)
    except (RuntimeError, ValueError) as error:
        raise unreadable(file, error) from error


def is_in_order(file: Path) -> bool:
    """Whether the objects of a file are sorted by type and ID. Checked first: features cannot be taken back once written."""
    checker = osmium.FileProcessor(as_input(file), thread_pool=osmium.io.ThreadPool(1, 8))
    return checker.header.get("sorting") == "Type_then_ID" or _is_ordered(checker)


def _is_ordered(objects: osmium.FileProcessor) -> bool:
    last = (0, 0)
    order = {"n": 0, "w": 1, "r": 2}
    for item in objects:
        key = order.get(item.type_str(), 3), item.id
        if key < last:
            return False
        last = key
    return True


def read_file(file: Path, named: Path, reading: Reading) -> ReadFile:
    """Read `file`. Messages and the result call it by the name of `named`, the file that the operator gave."""
    size = file.stat().st_size
    borders, disputed = read_borders(file)
    nodes = reading.scratch / "nodes"
    storage = "flex_mem" if size < IN_MEMORY_BELOW else f"sparse_file_array,{nodes}"
    processor = (
        osmium.FileProcessor(as_input(file), thread_pool=osmium.io.ThreadPool(1, 8))
        .with_locations(storage)
        .with_areas(Endless(), osmium.filter.KeyFilter(*KEYS))
        .with_filter(osmium.filter.KeyFilter(*KEYS))
    )
    drawing = _Drawing(reading, osmium.geom.WKBFactory(), borders, disputed)
    if borders:
        processor = processor.handler_for_filtered(_UntaggedBorders(drawing))
    number = 0
    try:
        for number, item in enumerate(processor):
            drawing.draw(item)
            if number % BATCH == 0:
                reading.tell(f"reading {named.name}", share_read(file, size))
        drawing.flush()
    finally:
        nodes.unlink(missing_ok=True)
    if reading.several:
        reading.drawn.append(np.sort(np.concatenate([np.empty(0, dtype=np.int64), *drawing.refs])))
    header = processor.header
    timestamp = header.get("osmosis_replication_timestamp") or header.get("timestamp") or drawing.time_of_newest()
    return ReadFile(named.name, named.stat().st_size, timestamp)


def read_borders(file: Path) -> tuple[dict[int, int], set[int]]:
    """Return the admin level of each way that belongs to the border of a country or a state, and the disputed ways."""
    levels: dict[int, int] = {}
    disputed: set[int] = set()
    relations = osmium.FileProcessor(as_input(file), osmium.osm.RELATION, thread_pool=osmium.io.ThreadPool(1, 8))
    for relation in relations.with_filter(osmium.filter.KeyFilter("boundary")):
        if not isinstance(relation, osmium.osm.Relation):
            continue
        kind, level = relation.tags["boundary"], relation.tags.get("admin_level", "")
        ways = [member.ref for member in relation.members if member.type == "w"]
        if kind == "administrative" and level in settlements.BORDER_LEVELS:
            levels |= {way: min(int(level), levels.get(way, int(level))) for way in ways}
        elif kind == "disputed" and level in {"", "2", "3", "4"}:
            disputed.update(ways)
    return levels, disputed


@dataclass(slots=True)
class _UntaggedBorders:
    """Handles ways that the filter left out: many ways of a border have no tags, only their relation has."""

    drawing: "_Drawing"

    def way(self, way: osmium.osm.Way) -> None:
        if way.id in self.drawing.borders:
            self.drawing.draw(way)


@dataclass(slots=True)
class _Drawing:
    """Converts the objects of one file to features."""

    reading: Reading
    shapes: osmium.geom.WKBFactory
    borders: dict[int, int]
    disputed: set[int]
    batch: Batch = field(default_factory=Batch)
    refs: list[npt.NDArray[np.int64]] = field(default_factory=list)
    newest: float = 0.0

    def draw(self, item: object) -> None:
        if isinstance(item, osmium.osm.Node):
            self._draw_node(item)
        elif isinstance(item, osmium.osm.Way):
            self._draw_way(item)
        elif isinstance(item, osmium.osm.Area):
            self._draw_area(item)
        if len(self.batch.refs) >= BATCH:
            self.flush()

    def _draw_node(self, node: osmium.osm.Node) -> None:
        if not node.location.valid():
            return
        tags = tags_of(node)
        drafts = list(draw_node(tags, self.reading.names, ref=f"n{node.id}"))
        if drafts:
            self.batch.add(node.id << 2 | NODE, (node.lon, node.lat), drafts)
            self.newest = max(self.newest, node.timestamp.timestamp())

    def _draw_way(self, way: osmium.osm.Way) -> None:
        tags = tags_of(way)
        level = self.borders.get(way.id)
        drafts = list(draw_way(tags, self.reading.names, closed=way.is_closed()))
        if level is not None:
            drafts.append(settlements.draw_border(tags, level, disputed=way.id in self.disputed))
        is_coast = tags.get("natural") == "coastline"
        if drafts or is_coast:
            with suppress(*UNREADABLE):
                shape = self.shapes.create_linestring(way)
                if drafts:
                    self.batch.add(way.id << 2 | WAY, shape, drafts)
                if is_coast:
                    self.reading.coastlines.append(shapely.from_wkb(shape))
                self.newest = max(self.newest, way.timestamp.timestamp())

    def _draw_area(self, area: osmium.osm.Area) -> None:
        tags = tags_of(area)
        number, from_way = area.orig_id(), area.from_way()
        ref = f"{'w' if from_way else 'r'}{number}"
        drafts = list(draw_area(tags, self.reading.names, ref=ref, from_way=from_way))
        if drafts:
            with suppress(*UNREADABLE):
                shape = self.shapes.create_multipolygon(area)
                self.batch.add(number << 2 | (AREA_OF_WAY if from_way else AREA), shape, drafts)

    def flush(self) -> None:
        """Convert the current batch and pass its features on."""
        batch, self.batch = self.batch, Batch()
        if not batch.refs:
            return
        refs = np.array(batch.refs, dtype=np.int64)
        drawn = np.zeros(len(refs), dtype=bool)
        for before in self.reading.drawn:
            if len(before):
                drawn |= before[np.clip(np.searchsorted(before, refs), 0, len(before) - 1)] == refs
        shaped = shape_batch(batch, drawn)
        self.reading.take(shaped.lines)
        self.reading.counts.update(shaped.counts)
        self.reading.covered = np.union1d(self.reading.covered, shaped.covered)
        if self.reading.several:
            self.refs.append(refs)

    def time_of_newest(self) -> str | None:
        """Return the time of the newest object that was drawn, for a file whose header has no timestamp."""
        if self.newest <= 0:
            return None
        return datetime.fromtimestamp(self.newest, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def draw_node(tags: Tags, names: Names, *, ref: str) -> Iterator[Draft]:
    """Yield the drafts of a node, one for each layer that shows it."""
    yield from settlements.draw_place(tags, names)
    yield from settlements.draw_natural(tags, names, at_point=False)
    yield from streets.draw_exit(tags, names)
    yield from pois.draw_points(tags, names, ref=ref, at_point=False)


def draw_way(tags: Tags, names: Names, *, closed: bool) -> Iterator[Draft]:
    """Yield the drafts of a way, one for each layer of lines that shows it."""
    yield from streets.draw_street(tags, names)
    yield from water.draw_water_line(tags, names, closed=closed)


def draw_area(tags: Tags, names: Names, *, ref: str, from_way: bool) -> Iterator[Draft]:
    """Yield the drafts of an area, one for each layer that shows it."""
    yield from water.draw_water_area(tags, names)
    yield from land.draw_land(tags)
    yield from streets.draw_street_area(tags, names, from_way=from_way)
    yield from settlements.draw_border_label(tags, names)
    yield from settlements.draw_natural(tags, names, at_point=True)
    yield from pois.draw_points(tags, names, ref=ref, at_point=True)
