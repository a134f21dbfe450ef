"""The file of a generation's records is written once, by an import."""

import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from trigpoint.engines.embedded.index.datafile import SCALE, Line, decode_record, segments_near_in
from trigpoint.engines.embedded.index.generation import FORMAT
from trigpoint.engines.embedded.index.records import House, OsmBox, Record, Setting, Vicinity

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
CREATE TABLE piece (id INTEGER PRIMARY KEY, record INTEGER, shape BLOB);
CREATE TABLE begun (prefix TEXT PRIMARY KEY, records BLOB) WITHOUT ROWID;
CREATE VIRTUAL TABLE house_box USING rtree (id, west, east, south, north);
CREATE VIRTUAL TABLE segment_box USING rtree (id, west, east, south, north);
CREATE VIRTUAL TABLE poi_box USING rtree (id, west, east, south, north);
CREATE VIRTUAL TABLE piece_box USING rtree (id, west, east, south, north);
"""
INDEXES = """
CREATE INDEX record_ref ON record (ref);
CREATE INDEX house_ref ON house (ref) WHERE ref <> 0;
CREATE INDEX segment_street ON segment (street);
ANALYZE;
"""
encode = msgspec.msgpack.Encoder().encode


class DataWriter:
    """Writes a new file; ids count from one."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(SCHEMA)
        self.db.execute("BEGIN")
        self.records = self.houses = self.settings = self.segments = self.pieces = 0
        self._vicinities: dict[bytes, int] = {}

    def add_record(self, record: Record) -> int:
        """Write a record, and give its id."""
        self.records += 1
        self.db.execute("INSERT INTO record VALUES (?, ?, ?)", (self.records, record.ref, encode(record)))
        return self.records

    def add_aliases(self, record_id: int, refs: Iterable[int]) -> None:
        """Let a record be found under the numbers of other objects that are the same thing."""
        self.db.executemany("INSERT OR IGNORE INTO alias VALUES (?, ?)", [(ref, record_id) for ref in refs])

    def add_setting(self, setting: Setting) -> int:
        """Write surroundings, and give their id."""
        self.settings += 1
        self.db.execute("INSERT INTO setting VALUES (?, ?)", (self.settings, encode(setting)))
        return self.settings

    def add_vicinity(self, vicinity: Vicinity) -> int:
        """Write what lies around, each such once, and give its id; 0 where nothing does."""
        if not vicinity.quarters and not vicinity.interests:
            return 0
        packed = encode(vicinity)
        if packed not in self._vicinities:
            self._vicinities[packed] = len(self._vicinities) + 1
            self.db.execute("INSERT INTO vicinity VALUES (?, ?)", (self._vicinities[packed], packed))
        return self._vicinities[packed]

    def add_house(self, house: House, keys: Iterable[str]) -> int:
        """Write a numbered address under each of its keys; `house.id` is ignored."""
        self.houses += 1
        self.db.execute(
            "INSERT INTO house VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.houses, house.ref, house.street, house.number, house.latitude, house.longitude, house.postcode,
                house.setting, house.vicinity,
            ),
        )  # fmt: skip
        self.db.executemany(
            "INSERT INTO house_key VALUES (?, ?, ?)", [(house.street, key, self.houses) for key in keys]
        )
        self._add_box("house_box", self.houses, (house.latitude, house.longitude, house.latitude, house.longitude))
        return self.houses

    def count_houses(self, street: int, more: int) -> None:
        """Add houses to the count of a street that has been written."""
        (packed,) = self.db.execute("SELECT data FROM record WHERE id = ?", (street,)).fetchone()
        record = decode_record(packed)
        record.numbered += more
        self.db.execute("UPDATE record SET data = ? WHERE id = ?", (encode(record), street))

    def add_segment(self, street: int, line: Sequence[tuple[float, float]]) -> None:
        """Write a stretch of a street, for finding it from the ground."""
        self.segments += 1
        flat = array("i", [round(value * SCALE) for point in line for value in point])
        self.db.execute("INSERT INTO segment VALUES (?, ?, ?)", (self.segments, street, flat.tobytes()))
        west, east = min(point[0] for point in line), max(point[0] for point in line)
        south, north = min(point[1] for point in line), max(point[1] for point in line)
        self._add_box("segment_box", self.segments, (south, west, north, east))

    def add_poi(self, record_id: int, record: Record) -> None:
        """Let a record be found from the ground."""
        latitude, longitude = record.latitude, record.longitude
        self._add_box("poi_box", record_id, (latitude, longitude, latitude, longitude))

    def add_prefix(self, prefix: str, record_ids: Sequence[int]) -> None:
        """Write which records come first among those that a word of the name begins so."""
        self.db.execute("INSERT INTO begun VALUES (?, ?)", (prefix, array("i", record_ids).tobytes()))

    def add_piece(self, record_id: int, box: OsmBox, shape: bytes | None) -> None:
        """Write a piece of an area."""
        self.pieces += 1
        self.db.execute("INSERT INTO piece VALUES (?, ?, ?)", (self.pieces, record_id, shape))
        self._add_box("piece_box", self.pieces, box)

    def _add_box(self, table: str, row: int, box: OsmBox) -> None:
        south, west, north, east = box
        self.db.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)", (row, west, east, south, north))  # noqa: S608 (the name of a table of ours)

    def segments_near(self, latitude: float, longitude: float, half: float) -> list[tuple[int, Line]]:
        """List the stretches of street in a box around a point, `half` in degrees of latitude."""
        return segments_near_in(self.db, latitude, longitude, half)

    def street_name(self, street: int) -> str | None:
        """Give the local name of a street that has been written."""
        row = self.db.execute("SELECT data FROM record WHERE id = ?", (street,)).fetchone()
        return decode_record(row[0]).names.get("") if row is not None else None

    def finish(self, meta: dict[str, str]) -> None:
        """Write what describes the file, and make its indexes."""
        self.db.executemany("INSERT INTO meta VALUES (?, ?)", list({**meta, "format": str(FORMAT)}.items()))
        self.db.execute("COMMIT")
        self.db.executescript(INDEXES)

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self.db.close()
