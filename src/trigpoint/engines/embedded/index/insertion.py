"""Inserting many rows into an SQLite table, several with each statement."""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

TOGETHER = 200
"""Number of rows in a statement. A statement for each row takes almost twice the time. SQLite allows 32,766 values in one."""


def insert(db: sqlite3.Connection, table: str, rows: Sequence[Sequence[object]], *, tail: str = "") -> None:
    """Insert rows, all of the same length, into a table of ours in their order; `tail` is SQL that follows the values.

    Without a `tail`, a row whose key is taken is left out.
    """
    together = len(rows) - len(rows) % TOGETHER
    for start in range(0, together, TOGETHER):
        some = rows[start : start + TOGETHER]
        db.execute(_statement(table, len(some[0]), TOGETHER, tail), list(chain.from_iterable(some)))
    if together < len(rows):  # one by one: SQLite would keep a large statement for every number of rows
        db.executemany(_statement(table, len(rows[0]), 1, tail), rows[together:])


@lru_cache(maxsize=64)
def _statement(table: str, columns: int, rows: int, tail: str) -> str:
    values = ",".join(["(" + ",".join("?" * columns) + ")"] * rows)
    ignore = "" if tail else "OR IGNORE "
    return f"INSERT {ignore}INTO {table} VALUES {values} {tail}"  # noqa: S608 (the table and the tail are ours)
