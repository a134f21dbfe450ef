"""Disk space is reserved for revocations, and given to them if the disk is full."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from trigpoint.home import Home
from trigpoint.store import reserve as module
from trigpoint.store.opening import open_store
from trigpoint.store.reserve import PARTS, SIZE, Reserve


@pytest.fixture
def reserve(tmp_path: Path) -> Reserve:
    kept = Reserve(tmp_path / "reserve")
    kept.keep()
    return kept


@pytest.fixture
def leave(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A function that makes the disk have this many bytes left."""

    def set_free(size: int) -> None:
        monkeypatch.setattr(os, "statvfs", lambda _folder: SimpleNamespace(f_bavail=size, f_frsize=1))

    return set_free


def hold(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Let files have at most `size` bytes on the disk."""

    def allocate(descriptor: int, _offset: int, wanted: int) -> None:
        os.ftruncate(descriptor, min(size, wanted))  # some file systems take what there is before they fail
        if wanted > size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", allocate, raising=False)


def test_the_space_is_really_allocated_for_the_owner_only(tmp_path: Path, reserve: Reserve) -> None:
    told = (tmp_path / "reserve").stat()
    assert (told.st_size, told.st_blocks * 512 >= SIZE, told.st_mode & 0o777) == (SIZE, True, 0o600)
    reserve.keep()
    assert (tmp_path / "reserve").stat().st_mtime_ns == told.st_mtime_ns


def test_where_nothing_can_be_allocated_the_space_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    Reserve(tmp_path / "reserve").keep()
    assert (tmp_path / "reserve").stat().st_size == SIZE


@pytest.mark.parametrize(("free", "lent"), [(SIZE, False), (SIZE - 1, True)])
def test_the_space_is_lent_if_the_disk_has_less_left(
    tmp_path: Path, reserve: Reserve, leave: Callable[[int], None], free: int, *, lent: bool
) -> None:
    leave(free)
    with reserve.lent():
        assert (tmp_path / "reserve").exists() is not lent
    assert (tmp_path / "reserve").stat().st_size == SIZE


def test_a_disk_without_a_reserve_is_left_alone(tmp_path: Path, leave: Callable[[int], None]) -> None:
    leave(0)
    with Reserve(tmp_path / "reserve").lent():
        pass
    assert not (tmp_path / "reserve").exists()


def test_a_reserve_that_this_user_may_not_remove_is_no_error(
    tmp_path: Path, reserve: Reserve, leave: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    leave(0)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        with reserve.lent():
            pass
        patch.setattr(Path, "stat", refuse)
        with reserve.lent():
            pass
    assert (tmp_path / "reserve").stat().st_size == SIZE


@pytest.mark.parametrize("room", PARTS[1:])
def test_what_the_change_left_is_reserved_again_and_the_lack_of_the_rest_reported(
    tmp_path: Path, reserve: Reserve, leave: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    leave(0)
    hold(monkeypatch, room)
    with reserve.lent():
        pass
    assert (tmp_path / "reserve").stat().st_size == room
    with pytest.raises(OSError, match="No space left on device"):
        reserve.keep()
    assert (tmp_path / "reserve").stat().st_size == room


def test_an_urgent_change_and_the_opening_of_the_database_may_use_the_space_and_others_may_not(
    tmp_path: Path, leave: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PARTS", (SIZE,))
    store = open_store(None, home=tmp_path)
    store.keep_reserve()
    kept = Home(tmp_path).reserve
    leave(0)
    with store.change():
        assert kept.exists()
    with store.change(urgent=True):
        assert not kept.exists()
    assert kept.stat().st_size == SIZE
    store.close()
    opened: list[bool] = []
    monkeypatch.setattr("trigpoint.store.opening.migrate", lambda *_, **__: opened.append(kept.exists()))
    open_store(None, home=tmp_path).close()
    assert (opened, kept.exists()) == ([False], True)
