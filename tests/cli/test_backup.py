"""`trigpoint backup` and `trigpoint restore`, as the shell sees them."""

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from commands import trigpoint
from trigpoint.authority.new_files import create_draft

MAPS_ID = "maps.com.example.app"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("TRIGPOINT_HOME", str(folder))
    return folder


@pytest.fixture
def key() -> str:
    team = trigpoint("team", "create", "My Company", "--json").json["teamId"]
    trigpoint("maps-id", "register", MAPS_ID, "--team", team, "--description", "My app")
    return str(trigpoint("key", "create", "Web", "--team", team, "--maps-id", MAPS_ID, "--json").json["keyId"])


def test_a_backup_shows_its_manifest_and_can_be_restored_into_an_empty_home(
    key: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.tpb"
    told = trigpoint("backup", file, "--with-master-key", "--json")
    assert told.code == 0
    head = trigpoint("audit", "verify", "--json").json["head"]
    assert told.json["ledgerHead"] == head
    assert told.json["ledgerHolds"] is True
    assert told.json["masterKey"] is True
    assert told.json["size"] == file.stat().st_size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Protect it like the master key itself" in told.err

    monkeypatch.setenv("TRIGPOINT_HOME", str(home.with_name("other")))
    told = trigpoint("restore", file, "--yes", "--json")
    assert told.code == 0, told.err
    assert told.json["replaced"] is True
    assert told.json["backup"]["ledgerHead"] == head
    assert trigpoint("key", "show", key, "--json").json["state"] == "active"
    assert trigpoint("audit", "verify").code == 0


def test_a_restore_lists_the_keys_that_stay_revoked(key: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.tpb"
    trigpoint("backup", file)
    trigpoint("key", "revoke", key, "--reason", "compromised", "--yes")
    told = trigpoint("restore", file, "--yes")
    assert told.code == 0
    assert f"The key {key} was revoked on" in told.err
    assert "after this backup: it stays revoked." in told.err
    assert trigpoint("key", "show", key, "--json").json["state"] == "revoked"


def test_refusals_are_one_sentence_and_an_exit_code(key: str, tmp_path: Path) -> None:
    del key
    file = tmp_path / "backup.tpb"
    assert trigpoint("restore", file, "--yes").code == 3
    file.write_bytes(b"something else")
    told = trigpoint("backup", file)
    assert told.code == 4
    assert "exists already, and is not overwritten" in told.err
    told = trigpoint("restore", file, "--yes")
    assert told.code == 2
    assert "must be a file that 'trigpoint backup' wrote" in told.err
    told = trigpoint("restore", file)
    assert told.code == 2
    assert "--yes" in told.err


def test_a_backup_cannot_be_written_to_standard_output() -> None:
    told = trigpoint("backup", "-")
    assert (told.code, "must be the name of a new file" in told.err) == (2, True)


@pytest.mark.usefixtures("key")
def test_a_backup_removes_what_killed_ones_left_but_not_what_others_write(tmp_path: Path) -> None:
    left = tmp_path / ".trigpoint-yesterday.tpb.0a1b2c3d.tpb-draft"
    left.write_bytes(b"half a backup")
    other, descriptor = create_draft(tmp_path / "another.tpb")
    assert not left.exists()
    left.write_bytes(b"half a backup")
    try:
        assert trigpoint("backup", tmp_path / "today.tpb").code == 0
    finally:
        os.close(descriptor)
    assert sorted(file.name for file in tmp_path.iterdir() if "tpb" in file.name) == [other.name, "today.tpb"]


def test_a_draft_that_another_process_took_for_one_that_was_left_is_created_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = fcntl.flock
    seen: list[str] = []

    def removed_before(descriptor: int, operation: int) -> None:
        if not seen:
            (draft,) = tmp_path.iterdir()
            seen.append(draft.name)
            draft.unlink()
        locked(descriptor, operation)

    monkeypatch.setattr("trigpoint.authority.new_files.fcntl.flock", removed_before)
    draft, descriptor = create_draft(tmp_path / "backup.tpb")
    os.close(descriptor)
    assert [file.name for file in tmp_path.iterdir()] == [draft.name] != seen


@pytest.mark.usefixtures("key")
def test_a_backup_that_cannot_be_written_names_the_file_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = trigpoint("backup", tmp_path / "nowhere" / "backup.tpb")
    assert missing.code == 5
    assert f"The backup {tmp_path}/nowhere/backup.tpb cannot be written: No such file or directory." in missing.err

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("trigpoint.authority.backups.os.fsync", full)
    told = trigpoint("backup", tmp_path / "backup.tpb")
    assert told.code == 5
    assert "backup.tpb cannot be written: No space left on device. Write it to another folder or disk" in told.err
    assert list(tmp_path.glob("*.tpb*")) == []
    assert list(tmp_path.glob(".*")) == []
