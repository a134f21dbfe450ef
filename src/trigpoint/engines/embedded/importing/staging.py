"""Staging tables: a temporary database on disk with what was read, so that memory does not grow with the file."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from trigpoint.engines.embedded.importing.features import MOST_KEYS, Tags
from trigpoint.engines.embedded.index.insertion import insert
from trigpoint.engines.embedded.index.memory import Memory

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -4096;
CREATE TABLE street (ref INTEGER PRIMARY KEY, version INTEGER, key TEXT, tags BLOB, shape BLOB, is_thing INTEGER);
CREATE TABLE house (ref INTEGER PRIMARY KEY, version INTEGER, key TEXT, lat REAL, lng REAL, tags BLOB);
CREATE TABLE named (ref INTEGER PRIMARY KEY, version INTEGER, lat REAL, lng REAL, south REAL, west REAL, north REAL,
                    east REAL, tags BLOB);
CREATE TABLE area (ref INTEGER PRIMARY KEY, version INTEGER, tags BLOB, shape BLOB);
CREATE TABLE interest (ref INTEGER PRIMARY KEY, version INTEGER, tags BLOB, shape BLOB);
CREATE TABLE interpolation (ref INTEGER PRIMARY KEY, version INTEGER, tags BLOB, nodes BLOB);
CREATE TABLE written (ref INTEGER PRIMARY KEY);
CREATE TABLE member (relation INTEGER, role TEXT, ref INTEGER, PRIMARY KEY (relation, role, ref)) WITHOUT ROWID;
"""
BATCH = 5_000
UNVERSIONED = frozenset({"member", "written"})

encode = msgspec.msgpack.Encoder().encode
decode_tags = msgspec.msgpack.Decoder(dict[str, str]).decode
decode_nodes = msgspec.msgpack.Decoder(list[tuple[int, float, float]]).decode

Row = tuple[object, ...]
NodePath = list[tuple[int, float, float]]
"""The nodes of a way: number, latitude, longitude."""


class Staging:
    """Writes rows in batches. An object in several files is stored once, in its newest version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(SCHEMA)
        self.db.execute("BEGIN")
        self._waiting: dict[str, list[Row]] = {}

    def add(self, table: str, row: Row) -> None:
        """Store one row; it begins with ref and version, except in the tables that are `UNVERSIONED`."""
        rows = self._waiting.setdefault(table, [])
        rows.append(row)
        if len(rows) >= BATCH:
            self._write(table, rows)
            rows.clear()

    def add_all(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Store rows of several tables."""
        for table, some in rows.items():
            waiting = self._waiting.setdefault(table, [])
            waiting += some
            if len(waiting) >= BATCH:
                self._write(table, waiting)
                waiting.clear()

    def _write(self, table: str, rows: list[Row]) -> None:
        if table in UNVERSIONED:
            insert(self.db, table, rows)
            return
        columns = [column[1] for column in self.db.execute(f"PRAGMA table_info({table})")]
        newer = ",".join(f"{column}=excluded.{column}" for column in columns[1:])
        insert(self.db, table, rows, tail=f"ON CONFLICT (ref) DO UPDATE SET {newer} WHERE excluded.version >= version")

    def flush(self) -> None:
        """Write the buffered rows."""
        for table, rows in self._waiting.items():
            if rows:
                self._write(table, rows)
        self._waiting.clear()

    def publish(self) -> None:
        """Write the buffered rows, and make them readable for other processes (`StagingReader`)."""
        self.flush()
        self.db.execute("COMMIT")
        self.db.execute("BEGIN")

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        (count,) = self.db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (the name of a table of ours)
        return int(count)

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> Iterator[Any]:
        """Stream the rows of a query."""
        return self.db.execute(sql, parameters)

    def close(self) -> None:
        """Close and delete the database."""
        self.db.close()
        self.path.unlink(missing_ok=True)


class StagingReader:
    """Reads staging tables that another process has published and no longer writes to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> Iterator[Any]:
        """Stream the rows of a query."""
        return self._db.execute(sql, parameters)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def pack_tags(tags: Tags) -> bytes:
    """Pack the tags that later steps read; the others are dropped to keep the tables small."""
    return encode({key: value for key, value in tags.items() if _IS_READ[key]})


DROPPED = (
    "source", "tiger:", "created_by", "note", "fixme", "FIXME", "roof:", "building:", "surface", "lanes", "lit",
    "maxspeed", "smoothness", "turn:", "opening_hours", "check_date", "gnis:", "description", "image", "survey",
)  # fmt: skip


class _IsRead(Memory[str, bool]):
    """Tells if later steps read a key; filled on first use."""

    __slots__ = ()

    def __missing__(self, key: str) -> bool:
        is_read = self[key] = not key.startswith(DROPPED)
        return is_read


_IS_READ = _IsRead(MOST_KEYS)
