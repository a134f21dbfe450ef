"""Databases of PostgreSQL that tests hand on: emptying one takes a fiftieth of the time that making one takes.

One is handed on only if nobody is connected to it any more and its schema is what the migrations made. It is looked at and
emptied through a connection that stays from its beginning on, because to connect takes the server twice as long as all of the
rest. A test that ends all connections to its database, to copy or to rename it, ends that one, too: nobody has it afterwards.
"""

import functools
from contextlib import suppress
from typing import TypeAlias

import psycopg

from services import new_migrated_database

SHAPE = """
SELECT md5(string_agg(part, E'\\n' ORDER BY part)) FROM (
  SELECT format('%s %s %s %s', oid, relname, relkind, relacl) FROM pg_class WHERE oid >= 16384
  UNION ALL SELECT format('%s %s %s %s %s', attrelid, attname, atttypid, attnotnull, atthasdef) FROM pg_attribute WHERE attrelid >= 16384
  UNION ALL SELECT format('%s %s %s', conrelid, conname, contype) FROM pg_constraint WHERE conrelid >= 16384
  UNION ALL SELECT format('%s %s', tgrelid, tgname) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT format('%s %s', setrole, setconfig) FROM pg_db_role_setting
    WHERE setdatabase IN (SELECT oid FROM pg_database WHERE datname = current_database() UNION ALL SELECT 0)
  UNION ALL SELECT format('%s %s', nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'
) AS parts(part)
"""
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
TABLES = "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
Keeper: TypeAlias = "psycopg.Connection[tuple[object, ...]]"
_keepers: dict[str, Keeper] = {}
"""By the address of each database: the connection that stays."""
_free: dict[str, list[str]] = {}
"""By the address of each server: databases that tests gave back, the latest last."""


def take_database(server: str) -> str:
    """Return a migrated, empty database: a reused one, or a new one."""
    free = _free.setdefault(server, [])
    for database in list(free):  # from the earliest on, as those who used the latest may still be leaving
        with suppress(psycopg.Error):
            keeper = _keepers[database]
            if _first(keeper, OTHERS):
                continue
            if _is_emptied(keeper, server):
                free.remove(database)
                return database
        free.remove(database)
        _keepers.pop(database).close()
    database = new_migrated_database(server)
    _keepers[database] = psycopg.connect(database, autocommit=True)
    return database


def give_back(server: str, database: str) -> None:
    """Let another test have a database, once nobody is connected to it any more."""
    _free[server].append(database)


def close_databases(server: str) -> None:
    """Close the connections to a server that ends."""
    for database in _free.pop(server, []):
        _keepers.pop(database).close()


def _is_emptied(keeper: Keeper, server: str) -> bool:
    """Give a database the rows that migrations leave, if it has the schema that they leave."""
    shape, rows = _as_migrated(server)
    if _first(keeper, SHAPE) != shape:
        return False
    with keeper.transaction():
        _fill(keeper, rows)
    return True


def read_rows(database: str) -> dict[str, bytes]:
    """Read the rows of all tables of a database that was taken."""
    keeper = _keepers[database]
    return {name: _copy(keeper, name) for (name,) in keeper.execute(TABLES).fetchall()}


def replace_rows(database: str, rows: dict[str, bytes]) -> None:
    """Give a database that was taken these rows, and no others."""
    keeper = _keepers[database]
    with keeper.transaction():
        _fill(keeper, rows)


@functools.cache
def _as_migrated(server: str) -> tuple[object, dict[str, bytes]]:
    """Read what a database is after its migrations: its shape, and the rows of each table that has some."""
    database = new_migrated_database(server)
    with psycopg.connect(database, autocommit=True) as connection:
        names = [name for (name,) in connection.execute(TABLES)]
        return _first(connection, SHAPE), {name: _copy(connection, name) for name in names}


def _fill(connection: Keeper, rows: dict[str, bytes]) -> None:
    connection.execute("SET LOCAL session_replication_role = replica")  # in any order, whatever refers to whatever
    connection.execute("; ".join(f"DELETE FROM {name}" for name in rows))
    for name, content in rows.items():
        if content:
            with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                copy.write(content)


def _copy(connection: Keeper, name: str) -> bytes:
    with connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
        return b"".join(copy)


def _first(connection: Keeper, query: str) -> object:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]
