"""An R*Tree written in bulk has the same contents as one filled by SQLite, and passes SQLite's check."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from trigpoint.engines.embedded.index import box_tree
from trigpoint.engines.embedded.index.box_tree import NODE_CELLS, BoxTree

Boxes = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as opened:
        yield opened


def make_trees(db: sqlite3.Connection) -> None:
    db.executescript("PRAGMA page_size = 8192; CREATE VIRTUAL TABLE ours USING rtree (id, west, east, south, north);")
    db.execute("CREATE VIRTUAL TABLE theirs USING rtree (id, west, east, south, north)")


def some_boxes(count: int) -> Boxes:
    chance = np.random.default_rng(7)
    west, south = chance.uniform(-180, 179, count), chance.uniform(-90, 89, count)
    return np.column_stack([west, west + chance.uniform(0, 1, count), south, south + chance.uniform(0, 1, count)])


def write_both_ways(db: sqlite3.Connection, boxes: Boxes, spool: Path) -> None:
    make_trees(db)
    tree = BoxTree("ours", spool)
    rows = np.arange(1, len(boxes) + 1)
    for start in range(0, len(boxes), 1_000):
        tree.add(rows[start : start + 1_000], boxes[start : start + 1_000])
    tree.write(db)
    each = [(row, *box) for row, box in zip(rows.tolist(), boxes.tolist(), strict=True)]
    db.executemany("INSERT INTO theirs VALUES (?, ?, ?, ?, ?)", each)


@pytest.mark.parametrize("count", [0, 1, NODE_CELLS, NODE_CELLS + 1, NODE_CELLS**2 + 1, 4_000])
def test_the_tree_is_valid_and_has_the_same_boxes(db: sqlite3.Connection, count: int, tmp_path: Path) -> None:
    write_both_ways(db, some_boxes(count), tmp_path / "spool")
    assert db.execute("SELECT rtreecheck('ours')").fetchone() == ("ok",)
    ours, theirs = (sorted(db.execute(f"SELECT * FROM {tree}")) for tree in ("ours", "theirs"))
    assert ours == theirs
    assert not list(tmp_path.iterdir()), "what waited in files is gone"


def test_queries_by_box_find_the_same(db: sqlite3.Connection, tmp_path: Path) -> None:
    write_both_ways(db, some_boxes(4_000), tmp_path / "spool")
    asked = "SELECT id FROM {} WHERE west <= 20 AND east >= 5 AND south <= 60 AND north >= 40 ORDER BY id"
    ours, theirs = (db.execute(asked.format(tree)).fetchall() for tree in ("ours", "theirs"))
    assert ours == theirs
    assert len(ours) > 10


def test_boxes_are_found_as_soon_as_the_nodes_are_written(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box_tree, "MOST_AT_ONCE", 300)
    make_trees(db)
    boxes = some_boxes(4_000)
    tree = BoxTree("ours", tmp_path / "spool")
    tree.add(np.arange(1, len(boxes) + 1), boxes)
    asked = "SELECT id FROM ours WHERE west <= 20 AND east >= 5 AND south <= 60 AND north >= 40 ORDER BY id"
    parts = len(list(tree.write_nodes(db)))
    found = db.execute(asked).fetchall()
    assert (parts, len(list(tree.write_rows(db)))) == (14, 14)
    assert db.execute("SELECT rtreecheck('ours')").fetchone() == ("ok",)
    assert db.execute(asked).fetchall() == found
    assert len(found) > 10


def test_many_boxes_are_sorted_in_slices(
    db: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box_tree, "MOST_AT_ONCE", 300)
    write_both_ways(db, some_boxes(4_000), tmp_path / "spool")
    assert db.execute("SELECT rtreecheck('ours')").fetchone() == ("ok",)
    assert sorted(db.execute("SELECT * FROM ours")) == sorted(db.execute("SELECT * FROM theirs"))


def test_nodes_are_full(db: sqlite3.Connection, tmp_path: Path) -> None:
    write_both_ways(db, some_boxes(4_000), tmp_path / "spool")
    ours, theirs = (db.execute(f"SELECT count(*) FROM {tree}_node").fetchone()[0] for tree in ("ours", "theirs"))
    assert ours == -(-4_000 // NODE_CELLS) + 2 + 1
    assert ours < 0.8 * theirs
