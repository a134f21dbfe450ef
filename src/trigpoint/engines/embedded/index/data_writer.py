"""Writing the data file of a generation: rows are inserted in batches, and the spatial indexes at the end."""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from trigpoint.engines.embedded.index.box_tree import BoxTree
from trigpoint.engines.embedded.index.datafile import decode_record, decode_setting
from trigpoint.engines.embedded.index.entries import Entry, HouseEntry
from trigpoint.engines.embedded.index.generation import FORMAT
from trigpoint.engines.embedded.index.insertion import insert
from trigpoint.engines.embedded.index.records import OsmBox, Record, Setting, Vicinity

SCHEMA = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE record (id INTEGER PRIMARY KEY, ref INTEGER, data BLOB);
CREATE TABLE alias (ref INTEGER PRIMARY KEY, record INTEGER);
CREATE TABLE setting (id INTEGER PRIMARY KEY, data BLOB);
CREATE TABLE house (id INTEGER PRIMARY KEY, ref INTEGER, street INTEGER, number TEXT, lat REAL, lng REAL,
                    postcode TEXT, setting INTEGER, vicinity INTEGER);
CREATE TABLE vicinity (id INTEGER PRIMARY KEY, data BLOB);
CREATE TABLE house_key (street INTEGER, key TEXT, house INTEGER, PRIMARY KEY (street, key, house)) WITHOUT ROWID;
CREATE TABLE segment (id INTEGER PRIMARY KEY, street INTEGER, shape BLOB);
CREATE TABLE street_name (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE piece (id INTEGER PRIMARY KEY, record INTEGER, shape BLOB);
CREATE TABLE begun (prefix TEXT PRIMARY KEY, records BLOB) WITHOUT ROWID;
CREATE VIRTUAL TABLE house_box USING rtree (id, west, east, south, north);
CREATE VIRTUAL TABLE segment_box USING rtree (id, west, east, south, north);
CREATE VIRTUAL TABLE poi_box USING rtree (id, west, east, south, north);
CREATE VIRTUAL TABLE piece_box USING rtree (id, west, east, south, north);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS record_ref ON record (ref);
CREATE INDEX IF NOT EXISTS house_ref ON house (ref) WHERE ref <> 0;
CREATE INDEX IF NOT EXISTS segment_street ON segment (street);
ANALYZE;
"""
BATCH = 4_000
encode = msgspec.msgpack.Encoder().encode

Row = tuple[object, ...]


class DataWriter:
    """Writes a new file. IDs begin at one."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(SCHEMA)
        self.db.execute("BEGIN")
        self.records = self.houses = self.settings = self.segments = self.pieces = 0
        self._vicinities: dict[bytes, int] = {}
        self._waiting: dict[str, list[Row]] = {}
        tables = ("house_box", "segment_box", "poi_box", "piece_box")
        self._trees = {table: BoxTree(table, path.with_name(table)) for table in tables}
        self._boxes: dict[str, list[tuple[int, float, float, float, float]]] = {table: [] for table in tables}

    def _add(self, table: str, row: Row) -> None:
        rows = self._waiting.setdefault(table, [])
        rows.append(row)
        if len(rows) >= BATCH:
            self._write(table)

    def _write(self, table: str) -> None:
        rows = self._waiting.get(table)
        if rows:
            insert(self.db, table, rows)
            rows.clear()

    def _add_box(self, table: str, row: int, box: OsmBox) -> None:
        south, west, north, east = box
        boxes = self._boxes[table]
        boxes.append((row, west, east, south, north))
        if len(boxes) >= BATCH:
            self._spool(table)

    def _spool(self, table: str) -> None:
        boxes = self._boxes[table]
        if boxes:
            numbers = np.array(boxes, dtype=np.float64)
            self._trees[table].add(numbers[:, 0].astype(np.int64), numbers[:, 1:])
            boxes.clear()

    def flush(self) -> None:
        """Insert the buffered rows."""
        for table in self._waiting:
            self._write(table)

    def add_record(self, record: Record) -> int:
        """Write a record; return its ID."""
        self.records += 1
        self._add("record", (self.records, record.ref, encode(record)))
        return self.records

    def add_aliases(self, record_id: int, refs: Iterable[int]) -> None:
        """Make a record also available by the references of other objects that are the same thing."""
        for ref in refs:
            self._add("alias", (ref, record_id))

    def add_setting(self, setting: Setting) -> int:
        """Write a setting; return its ID."""
        self.settings += 1
        self._add("setting", (self.settings, encode(setting)))
        return self.settings

    def read_setting(self, setting: int) -> Setting:
        """Read a setting that was written."""
        self._write("setting")
        (packed,) = self.db.execute("SELECT data FROM setting WHERE id = ?", (setting,)).fetchone()
        return decode_setting(packed)

    def add_vicinity(self, vicinity: Vicinity) -> int:
        """Write a vicinity, unless an equal one was written; return its ID, or 0 for an empty one."""
        if not vicinity.quarters and not vicinity.interests:
            return 0
        packed = encode(vicinity)
        digest = blake2b(packed, digest_size=16).digest()
        if digest not in self._vicinities:
            self._vicinities[digest] = len(self._vicinities) + 1
            self._add("vicinity", (self._vicinities[digest], packed))
        return self._vicinities[digest]

    def add_house(self, house: HouseEntry, street: int, keys: Iterable[str], setting: int, vicinity: int) -> None:
        """Write an address with a house number; `street` is the ID of its street (0 for none), `keys` its lookup keys."""
        self.houses += 1
        latitude, longitude = house.latitude, house.longitude
        row = (
            self.houses, house.ref, street, house.number, latitude, longitude, house.postcode, setting, vicinity,
        )  # fmt: skip
        self._add("house", row)
        for key in keys:
            self._add("house_key", (street, key, self.houses))
        self._add_box("house_box", self.houses, (latitude, longitude, latitude, longitude))

    def add_entry(self, entry: Entry, setting: int, vicinity: int) -> int:
        """Write a packed record with the IDs of its setting and vicinity; return its ID."""
        self.records += 1
        self._add("record", (self.records, entry.ref, entry.packed(setting, vicinity)))
        return self.records

    def add_segments(self, street: int, shapes: Iterable[bytes]) -> None:
        """Write segments of a street, packed as for `datafile.read_line`. Their boxes follow with `add_segment_boxes`."""
        for shape in shapes:
            self.segments += 1
            self._add("segment", (self.segments, street, shape))

    def add_segment_boxes(self, boxes: npt.NDArray[np.float64]) -> None:
        """Write the boxes of the segments that were written last, in their order: west, east, south, north."""
        self._trees["segment_box"].add(np.arange(self.segments - len(boxes), self.segments) + 1, boxes)

    def add_street_name(self, street: int, name: str) -> None:
        """Store the name of a street for later steps of the import, which look for the nearest street."""
        self._add("street_name", (street, name))

    def open_ground(self) -> None:
        """Make the streets readable for other processes (`GroundReader`). No more streets may be added afterwards.

        Only other tables of the file are written from then on.
        """
        self.flush()
        for _ in self._trees["segment_box"].write_nodes(self.db):
            pass
        self.db.execute("COMMIT")
        self.db.execute("BEGIN")

    def complete_segments(self) -> Iterator[None]:
        """Write what is missing for segments after `open_ground`, in parts: what nobody reads before the file is finished."""
        yield from self._trees.pop("segment_box").write_rows(self.db)
        self.db.execute("CREATE INDEX segment_street ON segment (street)")

    def complete_houses(self) -> Iterator[None]:
        """Write the indexes of houses, in parts. No more houses may be added from then on."""
        self._write("house")
        self._spool("house_box")
        tree = self._trees.pop("house_box")
        yield from tree.write_nodes(self.db)
        yield from tree.write_rows(self.db)
        self.db.execute("CREATE INDEX house_ref ON house (ref) WHERE ref <> 0")

    def add_poi(self, record_id: int, latitude: float, longitude: float) -> None:
        """Add a record to the spatial index of points."""
        self._add_box("poi_box", record_id, (latitude, longitude, latitude, longitude))

    def add_prefix(self, prefix: str, record_ids: Sequence[int]) -> None:
        """Store the top records for a prefix."""
        self._add("begun", (prefix, array("i", record_ids).tobytes()))

    def add_piece(self, record_id: int, box: OsmBox, shape: bytes | None) -> None:
        """Write a piece of an area's shape."""
        self.pieces += 1
        self._add("piece", (self.pieces, record_id, shape))
        self._add_box("piece_box", self.pieces, box)

    def count_houses_from(self, first: int) -> None:
        """Add the houses from an ID on to the house counts of their streets, which were written earlier."""
        self.flush()
        self.db.execute(
            "CREATE TEMP TABLE more AS SELECT street, count(*) AS houses FROM house"
            " WHERE id >= ? AND street <> 0 GROUP BY street",
            (first,),
        )
        rows = self.db.execute("SELECT street, data, houses FROM more JOIN record ON record.id = more.street")
        while some := rows.fetchmany(BATCH):
            self.db.executemany("UPDATE record SET data = ? WHERE id = ?", map(_counted, some))
        self.db.execute("DROP TABLE more")

    def index_records(self) -> None:
        """Create the index of records by reference, after most records were written."""
        self.flush()
        self.db.execute("CREATE INDEX record_ref ON record (ref)")

    def record_of(self, ref: int, first: int) -> int:
        """Return the last record of a reference with at least the ID `first`; 0 if there is none."""
        row = self.db.execute("SELECT max(id) FROM record WHERE ref = ? AND id >= ?", (ref, first)).fetchone()
        return int(row[0] or 0)

    def finish(self, meta: dict[str, str]) -> None:
        """Write the metadata, and create the spatial and other indexes."""
        self.db.executemany("INSERT INTO meta VALUES (?, ?)", list({**meta, "format": str(FORMAT)}.items()))
        self.db.execute("DROP TABLE street_name")
        self.flush()
        for table, tree in self._trees.items():
            self._spool(table)
            tree.write(self.db)
        self._trees.clear()
        self.db.execute("COMMIT")
        self.db.executescript(INDEXES)

    def close(self) -> None:
        """Close the file, whether it is finished or not."""
        for tree in self._trees.values():
            tree.close()
        self.db.close()


def _counted(row: tuple[int, bytes, int]) -> tuple[bytes, int]:
    street, packed, more = row
    record = decode_record(packed)
    record.numbered += more
    return encode(record), street
