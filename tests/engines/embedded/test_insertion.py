"""Inserting rows with several in a statement: each is inserted, in order, whatever their number."""

import sqlite3
from contextlib import closing

import pytest

from trigpoint.engines.embedded.index.insertion import TOGETHER, insert


@pytest.mark.parametrize("count", [0, 1, TOGETHER, TOGETHER + 1, 2 * TOGETHER])
def test_every_row_is_inserted_once(count: int) -> None:
    rows = [(number, f"row {number}") for number in range(count)]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT)")
        insert(db, "kept", rows)
        assert db.execute("SELECT * FROM kept ORDER BY id").fetchall() == rows


@pytest.mark.parametrize(
    ("tail", "kept"), [("", "first"), ("ON CONFLICT (id) DO UPDATE SET text = excluded.text", "last")]
)
def test_of_rows_with_one_key_the_first_is_kept_unless_the_tail_says_otherwise(tail: str, kept: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT)")
        insert(db, "kept", [(1, "first"), (1, "second"), (1, "last")], tail=tail)
        assert db.execute("SELECT text FROM kept").fetchall() == [(kept,)]
