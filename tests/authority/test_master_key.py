"""The master key is created once, is readable by its owner only, and a wrong one is recognised."""

import base64
import errno
import os
import stat
from pathlib import Path

import pytest

from conftest import FixedClock
from forking import start_script
from services import create_empty
from trigpoint.authority import new_files
from trigpoint.authority.master_key import find_master_key
from trigpoint.authority.opening import open_authority
from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.credentials.roles import Actor
from trigpoint.store import closed_files


def test_it_is_readable_by_its_owner_only(home: Path) -> None:
    key = find_master_key(home, given=None)
    assert len(key) == 32
    assert stat.S_IMODE((home / "master.key").stat().st_mode) == 0o600
    assert find_master_key(home, given=None) == key
    assert [file.name for file in home.iterdir()] == ["master.key"]


def test_processes_that_start_together_agree_on_one(home: Path) -> None:
    home.mkdir()
    code = (
        "import sys; from pathlib import Path; from trigpoint.authority.master_key import find_master_key; "
        "print(find_master_key(Path(sys.argv[1]), given=None).hex())"
    )
    starts = [start_script(code, str(home)) for _ in range(6)]
    keys = [start.finish() for start in starts]
    assert len(bytes.fromhex(keys[0])) == 32
    assert keys == keys[:1] * 6


def test_what_root_creates_belongs_to_the_owner_of_the_data_folder(
    home: Path, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that runs as this owner could not read what `sudo trigpoint key create` had written."""
    monkeypatch.setattr("trigpoint.store.opening._create_private", create_empty)  # not the migrated one of other tests
    owner = 65_534 if os.geteuid() == 0 else os.geteuid()
    home.mkdir(mode=0o700)
    os.chown(home, owner, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    given: list[int] = []
    really = os.fchown
    monkeypatch.setattr(os, "fchown", lambda descriptor, uid, gid: (given.append(uid), really(descriptor, uid, gid)))
    authority = open_authority(home=home, clock=FixedClock())
    team = authority.teams.create(operator, "My Company").team_id
    authority.maps_ids.register(operator, team_id=team, identifier="maps.com.example.app", description="App")
    key = authority.keys.create(operator, team_id=team, name="Website", maps_id="maps.com.example.app")
    authority.close()
    found = {str(path.relative_to(home)): path.stat().st_uid for path in home.rglob("*")}
    assert found.keys() >= {
        "trigpoint.db", "sequence", "migration.lock", "master.key", "data-keys", f"data-keys/{key.key_id}",
    }  # fmt: skip
    assert set(found.values()) == {owner}
    assert given == [owner] * 6
    monkeypatch.setattr(os, "fchown", None)  # what exists stays whose it is
    open_authority(home=home, clock=FixedClock()).close()


def test_a_file_that_others_can_read_is_refused(home: Path) -> None:
    find_master_key(home, given=None)
    (home / "master.key").chmod(0o644)
    with pytest.raises(UnavailableError, match=r"can be read by others.*chmod 600"):
        find_master_key(home, given=None)


def test_the_setting_takes_precedence_over_the_file(home: Path) -> None:
    given = base64.b64encode(bytes(range(32))).decode()
    assert find_master_key(home, given=given) == bytes(range(32))
    assert not home.exists()


def test_a_malformed_setting_is_refused_without_showing_it(home: Path) -> None:
    with pytest.raises(InvalidError, match="TRIGPOINT_MASTER_KEY") as told:
        find_master_key(home, given="c2VjcmV0")
    assert "c2VjcmV0" not in str(told.value)


def test_a_wrong_master_key_is_noticed_at_start_up(database_url: str | None, home: Path) -> None:
    open_authority(home=home, database_url=database_url).close()
    (home / "master.key").write_text(base64.b64encode(bytes(32)).decode())
    with pytest.raises(UnavailableError, match="the master key is not the one of this installation"):
        open_authority(home=home, database_url=database_url)


def test_a_missing_master_key_of_an_existing_installation_is_not_replaced(database_url: str | None, home: Path) -> None:
    """A new one beside the database would only hide that the right one is missing."""
    open_authority(home=home, database_url=database_url).close()
    (home / "master.key").rename(home / "moved")
    with pytest.raises(UnavailableError, match=r"The master key .*master\.key is missing.* No new one was created"):
        open_authority(home=home, database_url=database_url)
    assert not (home / "master.key").exists()
    (home / "moved").rename(home / "master.key")
    open_authority(home=home, database_url=database_url).close()


def test_a_restore_killed_before_the_key_file_was_renamed_is_completed(database_url: str | None, home: Path) -> None:
    open_authority(home=home, database_url=database_url).close()
    (home / "master.key").rename(home / ".master.key.restoring")
    open_authority(home=home, database_url=database_url).close()
    assert (home / "master.key").exists()
    assert not (home / ".master.key.restoring").exists()


def test_the_key_of_a_restore_that_wrote_nothing_is_not_used(home: Path) -> None:
    home.mkdir(mode=0o700)
    aside = home / ".master.key.restoring"
    aside.write_text(base64.b64encode(bytes(32)).decode())
    aside.chmod(0o600)
    open_authority(home=home).close()
    assert find_master_key(home, given=None) != bytes(32)
    assert not aside.exists()


def test_a_file_system_without_hard_links_is_enough(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_names: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(new_files.os, "link", no_links)
    key = find_master_key(home, given=None)
    assert find_master_key(home, given=None) == key
    assert stat.S_IMODE((home / "master.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(("mode", "others"), [(0o640, False), (0o660, False), (0o640, True), (0o604, False)])
def test_its_group_may_read_it_if_the_process_is_in_that_group(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: int,
    others: bool,
) -> None:
    """A volume with an `fsGroup`, as Kubernetes mounts it, opens every file on it to that group."""
    key = find_master_key(home, given=None)
    (home / "master.key").chmod(mode)
    if others:
        own = (home / "master.key").stat().st_gid
        monkeypatch.setattr(closed_files.os, "getegid", lambda: own + 1)
        monkeypatch.setattr(closed_files.os, "getgroups", lambda: [own + 2])
    if others or mode & 0o007:
        who = "this process is not in it" if others else "everybody on this machine may"
        with pytest.raises(UnavailableError, match=rf"can be read by others on this machine \(.*{who}.*chmod 600"):
            find_master_key(home, given=None)
    else:
        assert find_master_key(home, given=None) == key


@pytest.mark.parametrize("mode", [0o700, 0o750, 0o770, 0o707, 0o777])
def test_a_world_writable_data_folder_is_refused(home: Path, mode: int) -> None:
    home.mkdir()
    home.chmod(mode)
    if mode & 0o002:
        with pytest.raises(UnavailableError, match=r"can be written by everybody.*chmod 700"):
            open_authority(home=home)
        assert list(home.iterdir()) == []
    else:
        open_authority(home=home).close()
