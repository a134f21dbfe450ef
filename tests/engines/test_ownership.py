"""Whose the map data is after a command as root."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from trigpoint.engines import ownership
from trigpoint.engines.ownership import give, give_to_owner

Given = list[tuple[str, int, int]]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """Record what is given to whom, and give nothing."""
    found: Given = []

    def note(name: str, uid: int, gid: int, *, dir_fd: int, follow_symlinks: bool) -> None:
        assert dir_fd >= 0
        assert not follow_symlinks
        found.append((name, uid, gid))

    monkeypatch.setattr(os, "chown", note)
    return found


def test_map_data_of_root_is_given_with_all_folders_and_nothing_else(tmp_path: Path, given: Given) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").touch()
    data = tmp_path / "data"
    (data / "places" / "one").mkdir(parents=True)
    (data / "places" / "one" / "about.json").touch()
    (data / "places" / "elsewhere").symlink_to(outside)
    (data / "places" / "linked").hardlink_to(outside / "secret")
    (data / "fetched.json").touch()
    (data / "trigpoint.db").touch()
    give(data, whose=os.geteuid(), to=(7, 8))
    assert sorted(given) == [(name, 7, 8) for name in ("about.json", "elsewhere", "fetched.json", "one", "places")]
    given.clear()
    give(data, whose=os.geteuid() + 1, to=(7, 8))
    assert given == [], "what belongs to others stays theirs"


@pytest.mark.parametrize(("process", "owner", "is_given"), [(0, 7, True), (0, 0, False), (7, 8, False)])
def test_only_root_gives_and_not_in_a_folder_of_its_own(
    process: int,
    owner: int,
    is_given: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: process)
    monkeypatch.setattr(Path, "stat", stat_of(owner))
    monkeypatch.setattr(ownership, "give", lambda _data, *, whose, to: told.append((whose, to[0])))
    give_to_owner(tmp_path)
    assert told == ([(0, owner)] if is_given else [])


def stat_of(owner: int) -> Callable[..., os.stat_result]:
    return lambda _path, **_how: os.stat_result((0o40755, 1, 1, 1, owner, owner, 0, 0, 0, 0))
