"""The data file of a generation, in SQLite: records, houses, settings, vicinities and spatial indexes."""

import sqlite3
import struct
from array import array
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from trigpoint.engines.embedded.index.place_data import Line, PlaceData
from trigpoint.engines.embedded.index.records import House, OsmBox, Record, Setting, Vicinity
from trigpoint.maps.place_ids import Source

SHORT = 3
"""Longest prefix for which top records are precomputed (table `begun`)."""

MOST_OF_A_NUMBER, MOST_NUMBERED = 20, 1_000
"""Highest numbers of addresses of a street with one lookup key, and with one of some keys."""

AT_ONCE = 20
"""Highest number of records in one statement; SQLite keeps the statements for each number up to it."""

SCALE = 10_000_000
"""Coordinates of shapes are integers in units of 1e-7 degrees, as in OpenStreetMap."""

TREES = ("house_box", "segment_box", "poi_box", "piece_box")
"""The spatial indexes (R*Trees)."""

decode_record = msgspec.msgpack.Decoder(Record).decode
decode_setting = msgspec.msgpack.Decoder(Setting).decode
_decode_vicinity = msgspec.msgpack.Decoder(Vicinity).decode
NOWHERE = Vicinity()


class DataFile(PlaceData):
    """Reads a finished file. IDs begin at one."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        try:
            self.db.execute("PRAGMA mmap_size = 1099511627776")
            self.db.execute("PRAGMA cache_size = -8192")
            self.meta: dict[str, str] = dict(self.db.execute("SELECT key, value FROM meta").fetchall())
        except sqlite3.DatabaseError:
            self.db.close()
            raise

    def read_record(self, record_id: int) -> Record:
        """Read one record, without the cache."""
        (data,) = self.db.execute("SELECT data FROM record WHERE id = ?", (record_id,)).fetchone()
        return decode_record(data)

    def read_records(self, ids: Sequence[int]) -> dict[int, Record]:
        """Read some records, without the cache, as many in one statement as `AT_ONCE` says."""
        found: dict[int, Record] = {}
        for first in range(0, len(ids), AT_ONCE):
            some = ids[first : first + AT_ONCE]
            for record_id, data in self.db.execute(_records(len(some)), some):
                found[record_id] = decode_record(data)
        return found

    def read_setting(self, setting_id: int) -> Setting:
        """Read a setting, without the cache; an empty one if there is none."""
        row = self.db.execute("SELECT data FROM setting WHERE id = ?", (setting_id,)).fetchone()
        return decode_setting(row[0]) if row is not None else Setting("")

    def read_vicinity(self, vicinity_id: int) -> Vicinity:
        """Read a vicinity, without the cache; an empty one for 0."""
        if not vicinity_id:
            return NOWHERE
        row = self.db.execute("SELECT data FROM vicinity WHERE id = ?", (vicinity_id,)).fetchone()
        return _decode_vicinity(row[0]) if row is not None else NOWHERE

    def record_by_ref(self, ref: int) -> tuple[int, Record] | None:
        """Find a record by its reference, or that of an alias; return its ID as well."""
        row = self.db.execute("SELECT id, data FROM record WHERE ref = ? ORDER BY id LIMIT 1", (ref,)).fetchone()
        if row is None:
            row = self.db.execute(
                "SELECT id, data FROM alias JOIN record ON record.id = alias.record WHERE alias.ref = ?", (ref,)
            ).fetchone()
        return (row[0], decode_record(row[1])) if row is not None else None

    def best_with_prefix(self, prefix: str) -> list[int]:
        """Return the precomputed top records for a short prefix."""
        row = self.db.execute("SELECT records FROM begun WHERE prefix = ?", (prefix,)).fetchone()
        return array("i", row[0]).tolist() if row is not None else []

    def house_by_ref(self, ref: int) -> House | None:
        """Find an address by its reference."""
        row = self.db.execute("SELECT * FROM house WHERE ref = ? AND ref <> 0", (ref,)).fetchone()
        return House(*row) if row is not None else None

    def house(self, house_id: int) -> House:
        """Read one address."""
        return House(*self.db.execute("SELECT * FROM house WHERE id = ?", (house_id,)).fetchone())

    def houses_numbered(self, street: int, keys: Sequence[str]) -> dict[str, list[House]]:
        """Return the addresses of a street that have one of some lookup keys, by key."""
        found: dict[str, list[House]] = {}
        for key, *row in self.db.execute(_numbered(len(keys)), (street, *keys)):
            houses = found.setdefault(key, [])
            if len(houses) < MOST_OF_A_NUMBER:
                houses.append(House(*row))
        return found

    def some_house(self) -> House | None:
        """Return an address with a plain number from the middle of the table, as an example."""
        row = self.db.execute(
            "SELECT * FROM house WHERE id >= (SELECT max(id) / 2 FROM house) AND street <> 0 AND ref <> 0"
            " AND ref & 7 <> ? AND number GLOB '[1-9]*' AND length(number) < 4 ORDER BY id LIMIT 1",
            (Source.INTERPOLATION.value,),
        ).fetchone()
        return House(*row) if row is not None else None

    def house_keys(self, street: int, prefix: str = "", limit: int = 2_000) -> list[tuple[str, int]]:
        """Return the lookup keys of a street with a prefix, with house IDs."""
        rows = self.db.execute(
            "SELECT key, house FROM house_key WHERE street = ? AND key >= ? AND key < ? LIMIT ?",
            (street, prefix, prefix + "\U0010ffff", limit),
        )
        return rows.fetchall()

    def houses_near(self, latitude: float, longitude: float, half: float, limit: int = 60) -> list[House]:
        """List addresses in a box around a point, `half` in degrees of latitude."""
        west, east, south, north = around(latitude, longitude, half)
        rows = self.db.execute(
            "SELECT house.* FROM house_box JOIN house ON house.id = house_box.id"
            " WHERE house_box.west >= ? AND house_box.east <= ? AND house_box.south >= ? AND house_box.north <= ?"
            " ORDER BY house_box.id LIMIT ?",
            (west, east, south, north, limit),
        )
        return [House(*row) for row in rows]

    def segments_near(self, latitude: float, longitude: float, half: float) -> list[tuple[int, Line]]:
        """Return the street segments in a box around a point, with their streets' IDs; `half` in degrees of latitude."""
        return segments_near_in(self.db, latitude, longitude, half)

    def segments_of(self, street: int, limit: int = 500) -> list[Line]:
        """Return the segments of one street."""
        rows = self.db.execute("SELECT shape FROM segment WHERE street = ? LIMIT ?", (street, limit))
        return [read_line(shape) for (shape,) in rows]

    def pois_within(self, box: OsmBox, limit: int = 500) -> list[int]:
        """Return the IDs of point records in a box."""
        south, west, north, east = box
        rows = self.db.execute(
            "SELECT id FROM poi_box WHERE west >= ? AND east <= ? AND south >= ? AND north <= ? ORDER BY id LIMIT ?",
            (west, east, south, north, limit),
        )
        return [row[0] for row in rows]

    def pieces_at(self, latitude: float, longitude: float) -> list[tuple[int, bytes | None]]:
        """Return the pieces of areas whose box contains a point, with the record IDs of the areas."""
        rows = self.db.execute(
            "SELECT piece.record, piece.shape FROM piece_box JOIN piece ON piece.id = piece_box.id"
            " WHERE west <= ? AND east >= ? AND south <= ? AND north >= ? ORDER BY piece_box.id",
            (longitude, longitude, latitude, latitude),
        )
        return rows.fetchall()

    def extent(self) -> OsmBox | None:
        """Return the box around everything in the spatial indexes; None if they are empty.

        Only the root node of each R*Tree is read: two bytes of depth, two bytes with the number of boxes, then for each
        box eight bytes of its row number, and west, east, south and north as four-byte floats (SQLite's
        `ext/rtree/rtree.c`, "File Format").
        """
        boxes: list[tuple[float, float, float, float]] = []
        for tree in TREES:
            row = self.db.execute(f"SELECT data FROM {tree}_node WHERE nodeno = 1").fetchone()  # noqa: S608 (one of `TREES`)
            count = int.from_bytes(row[0][2:4]) if row is not None else 0
            boxes += [box[1:] for box in struct.iter_unpack(">q4f", row[0][4 : 4 + 24 * count])] if count else []
        if not boxes:
            return None
        west, east, south, north = zip(*boxes, strict=True)
        return min(south), min(west), max(north), max(east)

    def close(self) -> None:
        """Close the file."""
        self.db.close()


def around(latitude: float, longitude: float, half: float) -> tuple[float, float, float, float]:
    """Return west, east, south and north of a box around a point; `half` is half its height, in degrees of latitude."""
    wide = half / max(0.02, 1 - (abs(latitude) / 90) ** 2)
    return longitude - wide, longitude + wide, latitude - half, latitude + half


@lru_cache(maxsize=64)
def _records(count: int) -> str:
    """Return the statement for `count` records."""
    return f"SELECT id, data FROM record WHERE id IN ({', '.join('?' * count)})"  # noqa: S608 (only question marks)


@lru_cache(maxsize=64)
def _numbered(count: int) -> str:
    """Return the statement for the addresses of a street with one of `count` lookup keys."""
    return (
        "SELECT house_key.key, house.* FROM house_key JOIN house ON house.id = house_key.house"  # noqa: S608 (only question marks)
        f" WHERE house_key.street = ? AND house_key.key IN ({', '.join('?' * count)}) LIMIT {MOST_NUMBERED}"
    )


def segments_near_in(db: sqlite3.Connection, latitude: float, longitude: float, half: float) -> list[tuple[int, Line]]:
    """List the street segments in a box around a point, `half` in degrees of latitude."""
    west, east, south, north = around(latitude, longitude, half)
    rows = db.execute(
        "SELECT segment.street, segment.shape FROM segment_box JOIN segment ON segment.id = segment_box.id"
        " WHERE west <= ? AND east >= ? AND south <= ? AND north >= ? ORDER BY segment_box.id LIMIT 200",
        (east, west, north, south),
    )
    return [(street, read_line(shape)) for street, shape in rows]


def read_line(shape: bytes) -> Line:
    """Unpack the points of a street segment."""
    flat = array("i")
    flat.frombytes(shape)
    return [(flat[at] / SCALE, flat[at + 1] / SCALE) for at in range(0, len(flat), 2)]
