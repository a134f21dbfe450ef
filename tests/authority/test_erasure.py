"""An erased private half cannot be recovered from any file of the installation, even after kill -9."""

import asyncio
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from authority.backups.altering import give_master_key
from conftest import FixedClock
from forking import start_script
from patience import PATIENCE_S
from trigpoint.authority import private_halves
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.vault import Vault
from trigpoint.base.errors import ConflictError, UnavailableError
from trigpoint.credentials.key import Key, PrivateHalf, RevocationReason
from trigpoint.credentials.keypair import read_private_key
from trigpoint.credentials.roles import Actor
from trigpoint.store import tables

MAPS_ID = "maps.com.my.site"


@pytest.fixture
def key(authority: Authority, operator: Actor) -> Key:
    team = authority.teams.create(operator, "My Company")
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=MAPS_ID, description="Mine")
    return authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id=MAPS_ID)


def data_key_of(home: Path, key: Key) -> bytes:
    return (home / "data-keys" / key.key_id).read_bytes()


def files_below(home: Path, database_url: str | None) -> Iterator[bytes]:
    """Everything that the installation has on its disks: the data folder, and PostgreSQL's own files with its log."""
    folders = [home]
    if database_url is not None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
            connection.execute("CHECKPOINT")
            folders.append(Path(str(row[0]) if row else ""))
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in names:
                file = Path(path) / name
                if stat.S_ISREG(file.stat().st_mode):
                    yield file.read_bytes()


def test_the_data_key_is_readable_by_its_owner_only_and_not_in_the_database(
    home: Path, key: Key, database_url: str | None
) -> None:
    data_key = data_key_of(home, key)
    assert len(data_key) == 32
    assert stat.S_IMODE((home / "data-keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "data-keys" / key.key_id).stat().st_mode) == 0o600
    assert sum(data_key in content for content in files_below(home, database_url)) == 1


@pytest.mark.parametrize("end", ["download", "revoke"])
def test_no_file_opens_a_private_half_that_was_downloaded_or_revoked(
    authority: Authority, operator: Actor, home: Path, key: Key, end: str, database_url: str | None
) -> None:
    """The sealed half may still be there, for example in the log, but not the data key that opens it."""
    data_key = data_key_of(home, key)
    with authority._store.read() as reader:
        sealed = reader.sealed_private_half(key.key_id)
    assert sealed is not None
    if end == "download":
        assert read_private_key(authority.keys.download(operator, key.key_id).pem).public.der() == key.public_key
    else:
        authority.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED)
    backup = home / "later.tpb"
    authority.backups.write(operator, backup, with_master_key=True)
    contents = list(files_below(home, database_url))
    assert not any(data_key in content for content in contents)
    assert not list((home / "data-keys").iterdir())
    with pytest.raises(UnavailableError, match="cannot be decrypted"):
        authority._vault.open(sealed, f"private key:{key.key_id}")
    assert authority._vault.open_under(data_key, sealed, f"private key:{key.key_id}")  # with it, it would


DOWNLOAD_AND_DIE = """
import os, sys
from pathlib import Path
from trigpoint.authority.opening import open_authority
from trigpoint.credentials.roles import Actor
authority = open_authority(home=Path(sys.argv[1]), database_url=sys.argv[2] or None)
authority.keys.download(Actor.as_operator("test"), sys.argv[3])
os.write(1, b"answered")
os.kill(os.getpid(), 9)
"""


def test_after_a_kill_9_right_after_the_response_no_file_opens_the_private_half(
    home: Path, key: Key, database_url: str | None
) -> None:
    data_key = data_key_of(home, key)
    died = start_script(DOWNLOAD_AND_DIE, str(home), database_url or "", key.key_id)
    assert died.finish() == "answered"
    assert died.process.returncode == -9
    assert not any(data_key in content for content in files_below(home, database_url))


def test_data_keys_that_a_killed_process_left_are_destroyed_by_the_next(
    authority: Authority, operator: Actor, home: Path, key: Key, database_url: str | None, clock: FixedClock
) -> None:
    """It was killed between commit and destruction, or between making a data key and its commit."""
    data_key = data_key_of(home, key)
    authority.keys.download(operator, key.key_id)
    (home / "data-keys" / key.key_id).write_bytes(data_key)
    (home / "data-keys" / "NEVERMADE0").write_bytes(data_key)
    open_authority(home=home, database_url=database_url, clock=clock).close()
    assert not list((home / "data-keys").iterdir())


def test_the_data_key_of_a_half_not_yet_downloaded_survives_every_sweep(
    authority: Authority, operator: Actor, home: Path, key: Key
) -> None:
    (home / "data-keys" / "NEVERMADE0").write_bytes(bytes(32))
    authority._halves.sweep()
    assert [file.name for file in (home / "data-keys").iterdir()] == [key.key_id]
    assert authority.keys.download(operator, key.key_id).pem


def test_the_private_half_of_an_expired_key_is_destroyed(
    authority: Authority, operator: Actor, home: Path, key: Key, clock: FixedClock
) -> None:
    """It was never downloaded, and cannot be used any more."""
    end = int(clock.now + 60) * 1000
    authority.keys.set_expiry(operator, key.key_id, end)
    for seconds, state in ((59.9, PrivateHalf.WAITING), (60, PrivateHalf.DESTROYED)):
        clock.now = end / 1000 - 60 + seconds
        authority._halves.sweep()
        assert authority.keys.get(operator, key.key_id).private_half is state
    assert not list((home / "data-keys").iterdir())
    with pytest.raises(ConflictError, match=r"ended on 15 January 2027.* before it was downloaded.* is destroyed"):
        authority.keys.download(operator, key.key_id)
    assert next(iter(authority.audit.events(operator))).kind == "key.half_destroyed"
    assert authority.audit.verify().holds


def test_a_private_half_sealed_by_an_earlier_version_gets_a_data_key_at_start_up(
    authority: Authority, operator: Actor, home: Path, key: Key, database_url: str | None, clock: FixedClock
) -> None:
    """It was sealed under the master key alone; afterwards not even the log has the earlier seal on SQLite."""
    pem = b"-----BEGIN PRIVATE KEY----- an old one"
    older = authority._vault.seal(pem, f"private key:{key.key_id}")
    with authority._store.change() as change:
        change.put_sealed_private_half(key.key_id, older)
    (home / "data-keys" / key.key_id).unlink()
    authority.close()
    opened = open_authority(home=home, database_url=database_url, clock=clock)
    with opened._store._engine.begin() as connection:
        sealed = connection.execute(select(tables.vault.c.sealed)).scalar_one()
    assert Vault.needs_data_key(sealed)
    if database_url is None:
        assert not any(older in content for content in files_below(home, None))
    assert opened.keys.download(operator, key.key_id).pem == pem
    opened.close()


def test_after_a_failed_download_the_private_half_can_be_downloaded_again(
    authority: Authority, operator: Actor, home: Path, key: Key
) -> None:
    def fail(_downloaded: object) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        authority.keys.download(operator, key.key_id, deliver=fail)
    assert authority.keys.get(operator, key.key_id).private_half is PrivateHalf.WAITING
    assert data_key_of(home, key)
    assert authority.keys.download(operator, key.key_id).pem


@contextmanager
def another_machine(home: Path, other: Path, url: str) -> Iterator[Authority]:
    """A machine of the same installation: only the database and the master key are shared."""
    give_master_key(home, other)
    opened = open_authority(home=other, database_url=url)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def serving(authority: Authority) -> Iterator[None]:
    """Run the background tasks of an authority in a thread, as a server does."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(authority.start(), loop).result(30)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(authority.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_another_machine_hands_over_the_data_key_and_destroys_it_before_the_response(
    authority: Authority,
    operator: Actor,
    home: Path,
    tmp_path: Path,
    key: Key,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(private_halves, "PATIENCE_S", PATIENCE_S)
    data_key = data_key_of(home, key)
    with serving(authority), another_machine(home, tmp_path / "other", database_url) as other:
        downloaded = other.keys.download(operator, key.key_id)
        assert not (home / "data-keys" / key.key_id).exists()
        assert read_private_key(downloaded.pem).public.der() == key.public_key
        for folder in (home, tmp_path / "other"):
            assert not any(data_key in content for content in files_below(folder, database_url))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_download_says_that_the_machine_with_the_data_key_is_gone(
    authority: Authority,
    operator: Actor,
    home: Path,
    tmp_path: Path,
    key: Key,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(private_halves, "PATIENCE_S", 0.1)
    with another_machine(home, tmp_path / "other", database_url) as other:
        with pytest.raises(
            ConflictError, match=r"its data key is on the machine that created the key.*revoke the key and"
        ):
            other.keys.download(operator, key.key_id)
        assert other.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED)
    with serving(authority):
        pass  # it reads the ledger when it comes back
    assert not (home / "data-keys" / key.key_id).exists()


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_data_key_is_not_handed_over_without_the_master_key(
    authority: Authority, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_halves, "PATIENCE_S", 1.0)
    thief = private_halves.PrivateHalves(
        authority._store, Vault(bytes(32)), private_halves.DataKeys(tmp_path / "thief"), authority.clock
    )
    with serving(authority), pytest.raises(ConflictError):
        thief.find_data_key(key.key_id)
