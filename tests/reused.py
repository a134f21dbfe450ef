"""Databases of PostgreSQL that tests hand on: emptying one takes a fifth of the time that making one takes.

One is handed on only if nobody is connected to it any more and its schema is what the migrations made.
"""

import functools
import uuid
from contextlib import suppress

import psycopg

from services import new_migrated_database

SHAPE = """
SELECT md5(string_agg(part, E'\\n' ORDER BY part)) FROM (
  SELECT format('%s %s %s %s', oid, relname, relkind, relacl) FROM pg_class WHERE oid >= 16384
  UNION ALL SELECT format('%s %s %s %s %s', attrelid, attname, atttypid, attnotnull, atthasdef) FROM pg_attribute WHERE attrelid >= 16384
  UNION ALL SELECT format('%s %s %s', conrelid, conname, contype) FROM pg_constraint WHERE conrelid >= 16384
  UNION ALL SELECT format('%s %s', tgrelid, tgname) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT format('%s %s', setrole, setconfig) FROM pg_db_role_setting
  UNION ALL SELECT format('%s %s', nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'
) AS parts(part)
"""
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
TABLES = "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_free: dict[str, list[str]] = {}


def take_database(server: str) -> str:
    """Return a migrated, empty database: a reused one, or a new one."""
    _as_migrated(server)
    free = _free.setdefault(server, [])
    if not free:
        return new_migrated_database(server)
    before, name = free.pop().rpartition("/")[2], f"t_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{before}" RENAME TO "{name}"')
    return f"{server}/{name}"


def give_back(server: str, database: str) -> None:
    """Empty a database for the next test, unless somebody is still connected, or its schema is another by now."""
    shape, rows = _as_migrated(server)
    with suppress(psycopg.Error), psycopg.connect(database, autocommit=True) as connection:
        if _first(connection, OTHERS) or _first(connection, SHAPE) != shape:
            return
        with connection.transaction():
            _fill(connection, rows)
        _free[server].append(database)


@functools.cache
def _as_migrated(server: str) -> tuple[object, dict[str, bytes]]:
    """Read what a database is after its migrations: its shape, and the rows of each table that has some."""
    database = new_migrated_database(server)
    with psycopg.connect(database, autocommit=True) as connection:
        names = [name for (name,) in connection.execute(TABLES)]
        return _first(connection, SHAPE), {name: _copy(connection, name) for name in names}


def _fill(connection: "psycopg.Connection[tuple[object, ...]]", rows: dict[str, bytes]) -> None:
    connection.execute("SET LOCAL session_replication_role = replica")  # in any order, whatever refers to whatever
    connection.execute("; ".join(f"DELETE FROM {name}" for name in rows))
    for name, content in rows.items():
        if content:
            with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                copy.write(content)


def _copy(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> bytes:
    with connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
        return b"".join(copy)


def _first(connection: "psycopg.Connection[tuple[object, ...]]", query: str) -> object:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]
