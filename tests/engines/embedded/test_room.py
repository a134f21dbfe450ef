"""A full disk is an error of the import, and does not kill it where it writes through a memory map."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from trigpoint.engines.embedded.importing.node_locations import (
    LEAST_BYTES,
    SPARSE,
    PartOfLocations,
    locations_for_ways,
)
from trigpoint.engines.embedded.index.box_tree import BoxTree
from trigpoint.engines.embedded.index.room import take_room
from trigpoint.engines.embedded.index.spelling_writer import write_spellings

needs_reserving = pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="Linux: this system reserves no room")


def cannot(code: int) -> object:
    """Return a replacement of `posix_fallocate` that fails."""

    def fail(*_: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return fail


@needs_reserving
def test_disk_space_is_reserved_before_a_file_is_mapped(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w+b") as file:
        file.write(b"kept")
        take_room(file, 1_000_000)
        found = os.fstat(file.fileno())
        assert (found.st_size, found.st_blocks * 512 >= 1_000_000) == (1_000_000, True)
        take_room(file, 10)
        assert os.fstat(file.fileno()).st_size == 1_000_000
    assert (tmp_path / "file").read_bytes() == b"kept" + bytes(999_996)


@needs_reserving
def test_a_full_disk_is_an_error_for_the_text_index_and_for_the_boxes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "posix_fallocate", cannot(errno.ENOSPC))
    with pytest.raises(OSError, match="No space left on device"):
        write_spellings(tmp_path / "spellings", {"name": ["vaduz", "schaan"]})
    tree = BoxTree("boxes", tmp_path / "spool")
    tree.add(np.array([1]), np.array([[9.0, 10.0, 47.0, 48.0]]))
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE boxes USING rtree (id, west, east, south, north)")
        with pytest.raises(OSError, match="No space left on device"):
            tree.write(db)
    tree.close()


@needs_reserving
def test_a_full_disk_is_an_error_where_osmium_maps_the_locations_of_nodes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PartOfLocations(tmp_path / "nodes").take(0) is None
    assert (tmp_path / f"nodes-of-{os.getpid()}").stat().st_size == LEAST_BYTES
    (tmp_path / "nodes").write_bytes(bytes(LEAST_BYTES))
    monkeypatch.setattr(os, "posix_fallocate", cannot(errno.ENOSPC))
    with pytest.raises(OSError, match="No space left on device"):
        PartOfLocations(tmp_path / "others")
    locations_for_ways(tmp_path / "nodes", SPARSE)  # has its full size already
    with pytest.raises(OSError, match="No space left on device"):
        locations_for_ways(tmp_path / "others", SPARSE)
    assert not (tmp_path / "others").exists()


@pytest.mark.parametrize("code", [errno.EOPNOTSUPP, errno.EINVAL])
def test_a_file_system_that_cannot_reserve_space_is_used_nevertheless(
    tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "posix_fallocate", cannot(code), raising=False)
    with (tmp_path / "file").open("w+b") as file:
        take_room(file, 1_000)
    assert (tmp_path / "file").stat().st_size == 1_000
