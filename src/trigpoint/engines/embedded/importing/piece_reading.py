"""Read pieces of an extract into rows of the staging tables, in any process: first all nodes, then ways and areas."""

import pickle
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

import numpy as np
import osmium

from trigpoint.engines.embedded.importing.features import KEPT_KEYS
from trigpoint.engines.embedded.importing.node_locations import SPARSE, PartOfLocations, locations_for_ways
from trigpoint.engines.embedded.importing.object_reading import (
    read_area,
    read_node,
    read_relation,
    read_way,
)
from trigpoint.engines.embedded.importing.pbf_pieces import (
    ANY,
    NODES,
    Numbers,
    PbfFile,
    Piece,
    as_blob,
    block_of,
    kinds_of,
    only_ways,
)
from trigpoint.engines.embedded.importing.staging_rows import RawArea, RawNode, RawWay, Rows, rows_of
from trigpoint.engines.extracts import Endless, is_endless

AREA_KEYS = ("addr:housenumber", "name", "boundary", "place", "amenity", "leisure", "tourism", "natural", "shop")
OUTLINED = ("multipolygon", "boundary")
"""Types of relations that osmium assembles to areas."""

READ_TYPES = frozenset({*OUTLINED, "associatedStreet", "street"})
KEPT, MAY_BE_AREA, NOT_ENDLESS = osmium.filter.KeyFilter(*KEPT_KEYS), osmium.filter.KeyFilter(*AREA_KEYS), Endless()
OF_OUTLINED_TYPE = osmium.filter.TagFilter(*(("type", kind) for kind in OUTLINED))
"""Filters. They are module constants so that they are never freed: osmium keeps no reference to the filters it uses."""

MOST_AT_ONCE = 32 << 20
"""Size of decompressed blobs, in bytes, from which no more are read at once. A piece usually has 3 MB of them."""

LONG_AGO = datetime.fromtimestamp(0, UTC)
Read = TypeVar("Read", osmium.osm.Node, osmium.osm.Way, osmium.osm.Relation)
Newest = datetime | None
"""The time of the newest object of a piece; None if the header of the file has a timestamp."""


class NodesRead(NamedTuple):
    """The nodes of a piece: rows, the file of their locations (`part`), and the kinds of objects in each of its blobs."""

    rows: Rows
    part: Path | None
    kinds: list[int]
    newest: Newest


class WaysRead(NamedTuple):
    """The result of a piece with ways (`size` in bytes), or of all relations.

    `outlines` is a file with the rows of the relations' areas, pickled in batches.
    """

    rows: Rows
    size: int
    newest: Newest
    outlines: Path | None = None


@dataclass(frozen=True, slots=True)
class Outlines:
    """The task of reading all relations of a file. Their outlines may use ways from any piece, so it is one task."""

    relations: list[Piece]
    ways: list[Piece]


class Reading(NamedTuple):
    """What a process needs in order to read pieces. `nodes` and `kind` are the path and the type of `NodeLocations`.

    `is_dated` is true if the header of the file has a timestamp.
    """

    source: PbfFile
    nodes: Path
    kind: str
    is_dated: bool


class _Unpacked(NamedTuple):
    """A blob, and its block. If it is compressed with something else than zlib, it is left so, and the block is None."""

    blob: bytes
    block: memoryview | None


class _Pieces:
    """Reads blobs of the file, and the objects in them."""

    def __init__(self, source: PbfFile) -> None:
        self._source = source
        self._pool = osmium.io.ThreadPool(1, 8)

    def batches(self, piece: Piece) -> Iterator[list[_Unpacked]]:
        """Read and decompress the blobs of a piece, as most are read more than once.

        They come in one batch, or in several if they unpack to far more than those of any real file.
        """
        batch: list[_Unpacked] = []
        for span in piece:
            blob = self._source.read(span)
            block = block_of(blob)
            if block is not None:
                blob = as_blob(block)
                block = memoryview(blob)[len(blob) - len(block) :]
            batch.append(_Unpacked(blob, block))
            if sum(len(one.blob) for one in batch) >= MOST_AT_ONCE:
                yield batch
                batch = []
        if batch:
            yield batch

    @contextmanager
    def reader(self, blobs: list[bytes], entities: osmium.osm.osm_entity_bits) -> Iterator[osmium.io.Reader]:
        """Open a reader of the objects in some blobs."""
        content = self._source.as_file(blobs)  # a name of its own: osmium keeps no reference to it
        buffer = osmium.io.FileBuffer(content, "pbf")
        with osmium.io.Reader(buffer, entities, self._pool) as reader:
            yield reader
        del buffer, content


class NodesWork:
    """Reads the nodes of one piece per call."""

    def __init__(self, reading: Reading) -> None:
        self._is_dated = reading.is_dated
        self._pieces = _Pieces(reading.source)
        self._locations = PartOfLocations(reading.nodes) if reading.kind == SPARSE else None

    def __call__(self, piece: Piece) -> NodesRead:
        """Read the nodes of a piece, and find which kinds of objects its blobs hold."""
        watch = Watch(is_dated=self._is_dated)
        kinds: list[int] = []
        raw: list[RawNode | None] = []
        for batch in self._pieces.batches(piece):
            held = [ANY if block is None else kinds_of(block) for _, block in batch]
            kinds += held
            nodes = [blob for (blob, _), kind in zip(batch, held, strict=True) if kind & NODES]
            if nodes:
                raw += self._nodes_in(nodes, watch)
        part = self._locations.take(piece[0].start) if self._locations else None
        return NodesRead(rows_of([node for node in raw if node is not None]), part, kinds, watch.newest)

    def _nodes_in(self, blobs: list[bytes], watch: "Watch") -> list[RawNode | None]:
        handlers = [self._locations.handler] if self._locations else []
        with self._pieces.reader(blobs, osmium.osm.NODE) as reader:
            items = osmium.OsmFileIterator(reader, *handlers, KEPT)
            return [read_node(node) for node in watch.over(items, osmium.osm.Node)]


class WaysWork:
    """Reads the ways of one piece per call, or all relations. The locations of all nodes must be known."""

    def __init__(self, reading: Reading) -> None:
        self._is_dated = reading.is_dated
        self._pieces = _Pieces(reading.source)
        self._locations = locations_for_ways(reading.nodes, reading.kind)
        self._outlines = reading.nodes.with_name(f"{reading.nodes.name}-outlines")
        self._factory = osmium.geom.WKBFactory()

    def __call__(self, asked: Piece | Outlines) -> WaysRead:
        """Read a piece, or all relations."""
        return self._relations(asked) if isinstance(asked, Outlines) else self._ways(asked)

    def _ways(self, piece: Piece) -> WaysRead:
        watch = Watch(is_dated=self._is_dated)
        items: list[RawWay | RawArea] = []
        for batch in self._pieces.batches(piece):
            with self._pieces.reader([blob for blob, _ in batch], osmium.osm.WAY) as reader:
                ways = osmium.OsmFileIterator(reader, KEPT, self._locations)
                raw = [read_way(way, self._factory) for way in watch.over(ways, osmium.osm.Way)]
            kept = [way for way in raw if way is not None]
            outlined = [way.ref >> 3 for way in kept if way.has_outline]
            areas = self._areas([batch], outlined, osmium.area.AreaManager(), of_ways=True)
            items += [*kept, *chain(*areas)]
        return WaysRead(rows_of(items), sum(span.size for span in piece), watch.newest)

    def _relations(self, asked: Outlines) -> WaysRead:
        watch = Watch(is_dated=self._is_dated)
        rows: Rows = {}
        members = array("q")
        manager = osmium.area.AreaManager()
        for batch in chain.from_iterable(map(self._pieces.batches, asked.relations)):
            blobs = [blob for blob, _ in batch]
            with self._pieces.reader(blobs, osmium.osm.RELATION) as reader:
                for relation in watch.over(osmium.OsmFileIterator(reader, KEPT), osmium.osm.Relation):
                    kind = relation.tags.get("type")
                    if kind in READ_TYPES and not is_endless(relation):
                        rows.setdefault("member", []).extend(read_relation(relation))
                        if kind in OUTLINED:
                            members.extend([member.ref for member in relation.members if member.type == "w"])
            with self._pieces.reader(blobs, osmium.osm.RELATION) as reader:
                first = manager.first_pass_handler()
                osmium.apply(reader, MAY_BE_AREA, OF_OUTLINED_TYPE, NOT_ENDLESS, first)
        with self._outlines.open("wb") as file:
            batches = chain.from_iterable(map(self._pieces.batches, asked.ways))
            for areas in self._areas(batches, members, manager, of_ways=False):
                pickle.dump(rows_of(areas), file)
        return WaysRead(rows, 0, watch.newest, self._outlines)

    def _areas(
        self,
        batches: Iterable[list[_Unpacked]],
        ways: Sequence[int],
        manager: osmium.area.AreaManager,
        *,
        of_ways: bool,
    ) -> Iterator[list[RawArea]]:
        """Yield the areas, one list per batch: of the closed ways in `ways`, or of the relations that `manager` has read."""
        wanted = np.unique(np.asarray(ways, dtype=np.int64))
        left_out = _NotIn(wanted)
        found = osmium.BufferIterator(KEPT)
        second = manager.second_pass_to_buffer(found)
        for blobs in batches if ways else ():
            chosen = [blob for blob in (_only_ways(one, wanted) for one in blobs) if blob is not None]
            with self._pieces.reader(chosen, osmium.osm.WAY) as reader:
                if any(block is None for _, block in blobs):
                    osmium.apply(reader, left_out, self._locations, second)
                else:
                    osmium.apply(reader, self._locations, second)
            areas = [read_area(area, self._factory) for area in _areas_in(found) if area.from_way() == of_ways]
            yield [area for area in areas if area is not None]


def _only_ways(one: _Unpacked, wanted: Numbers) -> bytes | None:
    """Return a blob with the wanted ways alone; None if it has none of them; the blob itself if it was not decompressed."""
    if one.block is None:
        return one.blob
    block = only_ways(one.block, wanted)
    return None if block is None else as_blob(block)


class _NotIn:
    """Filters out all ways but some, of which it has the numbers in order: 8 bytes each, and a million in a country.

    osmium's own filter takes 4 MB for each 32 million numbers of which one is asked for, a set of Python 100 bytes each.
    """

    def __init__(self, wanted: Numbers) -> None:
        self._wanted = array("q", wanted.tobytes())

    def way(self, way: osmium.osm.Way) -> bool:
        """Tell whether a way is left out."""
        number = way.id
        at = bisect_left(self._wanted, number)
        return at == len(self._wanted) or self._wanted[at] != number


class Watch:
    """Finds the time of the newest object, if the header of the file has no timestamp (`is_dated` is false)."""

    def __init__(self, *, is_dated: bool) -> None:
        self.newest: Newest = None
        self._is_dated = is_dated

    def over(self, items: Iterable[object], kind: type[Read]) -> Iterable[Read]:  # noqa: ARG002 (says what is read)
        """Return an iterable of the same objects, typed as `kind`. `newest` is set when it is exhausted."""
        read = cast("Iterable[Read]", items)
        return read if self._is_dated else self._watched(read)

    def _watched(self, items: Iterable[Read]) -> Iterator[Read]:
        newest = self.newest or LONG_AGO
        for item in items:
            if item.timestamp > newest:  # noqa: PLR1730 (three times as fast as `max`, for every object)
                newest = item.timestamp
            yield item
        self.newest = newest


def rows_in(outlines: Path) -> Iterator[Rows]:
    """Yield the batches of rows in the file that `WaysWork` wrote, in this or another process."""
    with outlines.open("rb") as file:
        while file.peek():
            yield pickle.load(file)  # noqa: S301 (a file of our own, in a private folder)


def _areas_in(found: Iterable[object]) -> Iterable[osmium.osm.Area]:
    """Type the objects of osmium's area assembly as areas."""
    return cast("Iterable[osmium.osm.Area]", found)
