"""The file of records, houses, surroundings and the ground: SQLite, written once, then read by every worker."""

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from trigpoint.engines.embedded.index.generation import FORMAT
from trigpoint.engines.embedded.index.records import House, OsmBox, Record, Setting
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.maps.place_ids import Source

SHORT = 3
"""How many letters a beginning has at most of which the best known records are written down (`begun`)."""

SCHEMA = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE record (id INTEGER PRIMARY KEY, ref INTEGER, data BLOB);
CREATE TABLE alias (ref INTEGER PRIMARY KEY, record INTEGER);
CREATE TABLE setting (id INTEGER PRIMARY KEY, data BLOB);
CREATE TABLE house (id INTEGER PRIMARY KEY, ref INTEGER, street INTEGER, number TEXT, lat REAL, lng REAL,
                    postcode TEXT, setting INTEGER);
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
SCALE = 10_000_000
"""Coordinates of shapes are whole ten-millionths of a degree, as in OpenStreetMap itself."""

_encode = msgspec.msgpack.Encoder().encode
_decode_record = msgspec.msgpack.Decoder(Record).decode
_decode_setting = msgspec.msgpack.Decoder(Setting).decode

Line = list[tuple[float, float]]
"""Points of a line as (longitude, latitude)."""


class DataWriter:
    """Writes a new file; ids count from one."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(SCHEMA)
        self.db.execute("BEGIN")
        self.records = self.houses = self.settings = self.segments = self.pieces = 0

    def refs(self) -> set[int]:
        """Give the refs of all records that have been written."""
        return {ref for (ref,) in self.db.execute("SELECT ref FROM record")}

    def add_record(self, record: Record) -> int:
        """Write a record, and give its id."""
        self.records += 1
        self.db.execute("INSERT INTO record VALUES (?, ?, ?)", (self.records, record.ref, _encode(record)))
        return self.records

    def add_aliases(self, record_id: int, refs: Iterable[int]) -> None:
        """Let a record be found under the numbers of other objects that are the same thing."""
        self.db.executemany("INSERT OR IGNORE INTO alias VALUES (?, ?)", [(ref, record_id) for ref in refs])

    def add_setting(self, setting: Setting) -> int:
        """Write surroundings, and give their id."""
        self.settings += 1
        self.db.execute("INSERT INTO setting VALUES (?, ?)", (self.settings, _encode(setting)))
        return self.settings

    def add_house(self, house: House, keys: Iterable[str]) -> int:
        """Write a numbered address under each of its keys; `house.id` is ignored."""
        self.houses += 1
        self.db.execute(
            "INSERT INTO house VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.houses, house.ref, house.street, house.number, house.latitude, house.longitude, house.postcode,
                house.setting,
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
        record = _decode_record(packed)
        record.numbered += more
        self.db.execute("UPDATE record SET data = ? WHERE id = ?", (_encode(record), street))

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
        self.db.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)", (row, west, east, south, north))  # noqa: S608

    def segments_near(self, latitude: float, longitude: float, half: float) -> list[tuple[int, Line]]:
        """List the stretches of street in a box around a point, `half` in degrees of latitude."""
        return _segments_near(self.db, latitude, longitude, half)

    def street_name(self, street: int) -> str | None:
        """Give the local name of a street that has been written."""
        row = self.db.execute("SELECT data FROM record WHERE id = ?", (street,)).fetchone()
        return _decode_record(row[0]).names.get("") if row is not None else None

    def finish(self, meta: dict[str, str]) -> None:
        """Write what describes the file, and make its indexes."""
        self.db.executemany("INSERT INTO meta VALUES (?, ?)", list({**meta, "format": str(FORMAT)}.items()))
        self.db.execute("COMMIT")
        self.db.executescript(INDEXES)

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self.db.close()


class DataFile:
    """Reads a finished file. Not for use by two threads at once."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        try:
            self.db.execute("PRAGMA mmap_size = 1099511627776")
            self.db.execute("PRAGMA cache_size = -8192")
            self.meta: dict[str, str] = dict(self.db.execute("SELECT key, value FROM meta").fetchall())
        except sqlite3.DatabaseError:
            self.db.close()
            raise
        self.setting = lru_cache(maxsize=20_000)(self._read_setting)
        self.setting_words = lru_cache(maxsize=20_000)(self._read_setting_words)
        self.own_words = lru_cache(maxsize=4_000)(self._read_own_words)
        self.record: Callable[[int], Record] = lru_cache(maxsize=4_000)(self._read_record)
        """Reads one record by its id."""

    def _read_record(self, record_id: int) -> Record:
        (data,) = self.db.execute("SELECT data FROM record WHERE id = ?", (record_id,)).fetchone()
        return _decode_record(data)

    def _read_setting(self, setting_id: int) -> Setting:
        row = self.db.execute("SELECT data FROM setting WHERE id = ?", (setting_id,)).fetchone()
        return _decode_setting(row[0]) if row is not None else Setting("")

    def _read_setting_words(self, setting_id: int) -> frozenset[str]:
        return frozenset(self.setting(setting_id).words)

    def _read_own_words(self, record_id: int) -> frozenset[str]:
        record = self.record(record_id)
        texts = (*record.postcodes, record.street, record.number)
        return frozenset(word for text in texts if text for word in split(text))

    def record_by_ref(self, ref: int) -> tuple[int, Record] | None:
        """Find the record of a thing."""
        row = self.db.execute("SELECT id, data FROM record WHERE ref = ? ORDER BY id LIMIT 1", (ref,)).fetchone()
        if row is None:
            row = self.db.execute(
                "SELECT id, data FROM alias JOIN record ON record.id = alias.record WHERE alias.ref = ?", (ref,)
            ).fetchone()
        return (row[0], _decode_record(row[1])) if row is not None else None

    def best_with_prefix(self, prefix: str) -> list[int]:
        """List which records come first among those that a word of the name begins so; for short prefixes."""
        row = self.db.execute("SELECT records FROM begun WHERE prefix = ?", (prefix,)).fetchone()
        return array("i", row[0]).tolist() if row is not None else []

    def house_by_ref(self, ref: int) -> House | None:
        """Find the address of a thing."""
        row = self.db.execute("SELECT * FROM house WHERE ref = ? AND ref <> 0", (ref,)).fetchone()
        return House(*row) if row is not None else None

    def house(self, house_id: int) -> House:
        """Read one address."""
        return House(*self.db.execute("SELECT * FROM house WHERE id = ?", (house_id,)).fetchone())

    def houses_numbered(self, street: int, key: str) -> list[House]:
        """List the addresses of a street that have a number."""
        rows = self.db.execute(
            "SELECT house.* FROM house_key JOIN house ON house.id = house_key.house"
            " WHERE house_key.street = ? AND house_key.key = ? LIMIT 20",
            (street, key),
        )
        return [House(*row) for row in rows]

    def some_house(self) -> House | None:
        """Give an address with a plain number from the middle of all."""
        row = self.db.execute(
            "SELECT * FROM house WHERE id >= (SELECT max(id) / 2 FROM house) AND street <> 0 AND ref <> 0"
            " AND ref & 7 <> ? AND number GLOB '[1-9]*' AND length(number) < 4 ORDER BY id LIMIT 1",
            (Source.INTERPOLATION.value,),
        ).fetchone()
        return House(*row) if row is not None else None

    def house_keys(self, street: int, prefix: str = "", limit: int = 2_000) -> list[tuple[str, int]]:
        """List the numbers of a street that begin with a prefix, with their house ids."""
        rows = self.db.execute(
            "SELECT key, house FROM house_key WHERE street = ? AND key >= ? AND key < ? LIMIT ?",
            (street, prefix, prefix + "\U0010ffff", limit),
        )
        return rows.fetchall()

    def houses_near(self, latitude: float, longitude: float, half: float, limit: int = 60) -> list[House]:
        """List addresses in a box around a point, `half` in degrees of latitude."""
        west, east, south, north = _around(latitude, longitude, half)
        rows = self.db.execute(
            "SELECT house.* FROM house_box JOIN house ON house.id = house_box.id"
            " WHERE house_box.west >= ? AND house_box.east <= ? AND house_box.south >= ? AND house_box.north <= ?"
            " LIMIT ?",
            (west, east, south, north, limit),
        )
        return [House(*row) for row in rows]

    def segments_near(self, latitude: float, longitude: float, half: float) -> list[tuple[int, Line]]:
        """List the stretches of street in a box around a point, `half` in degrees of latitude."""
        return _segments_near(self.db, latitude, longitude, half)

    def segments_of(self, street: int, limit: int = 500) -> list[Line]:
        """List the stretches of one street."""
        rows = self.db.execute("SELECT shape FROM segment WHERE street = ? LIMIT ?", (street, limit))
        return [read_line(shape) for (shape,) in rows]

    def pois_within(self, box: OsmBox, limit: int = 500) -> list[int]:
        """List the ids of records in a box."""
        south, west, north, east = box
        rows = self.db.execute(
            "SELECT id FROM poi_box WHERE west >= ? AND east <= ? AND south >= ? AND north <= ? LIMIT ?",
            (west, east, south, north, limit),
        )
        return [row[0] for row in rows]

    def pieces_at(self, latitude: float, longitude: float) -> list[tuple[int, bytes | None]]:
        """List the pieces of areas whose box holds a point, with the record of the area."""
        rows = self.db.execute(
            "SELECT piece.record, piece.shape FROM piece_box JOIN piece ON piece.id = piece_box.id"
            " WHERE west <= ? AND east >= ? AND south <= ? AND north >= ?",
            (longitude, longitude, latitude, latitude),
        )
        return rows.fetchall()

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()


def _around(latitude: float, longitude: float, half: float) -> tuple[float, float, float, float]:
    wide = half / max(0.02, 1 - (abs(latitude) / 90) ** 2)
    return longitude - wide, longitude + wide, latitude - half, latitude + half


def _segments_near(db: sqlite3.Connection, latitude: float, longitude: float, half: float) -> list[tuple[int, Line]]:
    west, east, south, north = _around(latitude, longitude, half)
    rows = db.execute(
        "SELECT segment.street, segment.shape FROM segment_box JOIN segment ON segment.id = segment_box.id"
        " WHERE west <= ? AND east >= ? AND south <= ? AND north >= ? LIMIT 200",
        (east, west, north, south),
    )
    return [(street, read_line(shape)) for street, shape in rows]


def read_line(shape: bytes) -> Line:
    """Unpack the points of a stretch of street."""
    flat = array("i")
    flat.frombytes(shape)
    return [(flat[at] / SCALE, flat[at + 1] / SCALE) for at in range(0, len(flat), 2)]
