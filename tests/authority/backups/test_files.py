"""A backup is a consistent snapshot; one that was altered, cut off or made by a later version is refused."""

import gzip
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from authority.backups.altering import as_schema, rewrite, sign_again
from authority.backups.conftest import Elsewhere, Restore
from conftest import FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.authority.restoring import restore_backup
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, UnavailableError
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.key import Key, KeyState, RevocationReason
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.roles import Actor


def test_a_backup_restored_into_an_empty_place_is_the_same_installation(
    authority: Authority, operator: Actor, key: Key, file: Path, elsewhere: Elsewhere
) -> None:
    authority.quotas.set(operator, key.team_id, meter=Meter.MAP_VIEWS, daily=5)
    token = authority.api_tokens.create(operator, name="CI", team_id=None, role=None).token
    before = [entry.hash for entry in authority.audit.events(operator)]
    written = authority.backups.write(operator, file)
    assert written.fault is None
    assert written.manifest.head == authority.audit.verify().head

    elsewhere.take_master_key()
    restored = elsewhere.restore()
    assert restored.replaced
    assert restored.put_back["keys"] == 1
    assert restored.notes == (
        (
            f"The private half of the key {key.key_id} was not downloaded yet, and no backup contains its data key: download it on "
            "the machine that created the key, or revoke the key and create another."
        ),
    )
    there = elsewhere.open()
    assert there.audit.verify().holds
    events = there.audit.events(operator)
    assert [entry.hash for entry in events[1:]] == before
    assert events[0].kind == EventKind.BACKUP_RESTORED
    assert events[0].details["backupHead"] == f"{written.manifest.head.sequence}:{written.manifest.head.hash}"
    assert there.keys.get(operator, key.key_id) == key
    assert there.api_tokens.authenticate(token).actor.operator
    assert {state.most for state in there.quotas.show(operator, key.team_id)} == {25_000, 5}
    with pytest.raises(
        ConflictError, match=r"its data key is on the machine that created the key.* No backup contains it"
    ):
        there.keys.download(operator, key.key_id)
    assert authority.keys.download(operator, key.key_id).pem


def test_the_file_is_for_its_owner_alone_and_never_overwrites(
    authority: Authority, operator: Actor, file: Path
) -> None:
    authority.backups.write(operator, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(ConflictError, match="exists already, and is not overwritten"):
        authority.backups.write(operator, file)
    assert [path.name for path in file.parent.iterdir() if "backup" in path.name] == ["backup.tpb"]


def test_only_the_operator_may(authority: Authority, file: Path, home: Path, clock: FixedClock) -> None:
    with pytest.raises(ForbiddenError, match="Only the operator may back up"):
        authority.backups.write(Actor("jo@example.com"), file)
    with pytest.raises(ForbiddenError, match="Only the operator may restore"):
        restore_backup(Actor("jo@example.com"), file, home=home, clock=clock)


def test_the_master_key_is_in_the_file_only_if_asked_for(
    authority: Authority, operator: Actor, key: Key, file: Path, home: Path, elsewhere: Elsewhere
) -> None:
    master_key = (home / "master.key").read_text().strip()
    authority.backups.write(operator, file)
    assert master_key not in gzip.decompress(file.read_bytes()).decode()
    with pytest.raises(
        UnavailableError, match=r"There is no master key in .*, and none in the backup\. Copy master\.key"
    ):
        elsewhere.restore()
    assert not elsewhere.home.exists()

    file.unlink()
    assert master_key not in repr(authority.backups.write(operator, file, with_master_key=True))
    assert master_key in gzip.decompress(file.read_bytes()).decode()
    elsewhere.restore()
    assert elsewhere.open().keys.get(operator, key.key_id) == key
    kept = elsewhere.home / "master.key"
    assert kept.read_text().strip() == master_key
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [*lines[:-2], lines[-1]], "which was altered after it was written"),
        (
            lambda lines: [line.replace("Website", "Webside") for line in lines],
            "which was altered after it was written",
        ),
        (lambda lines: lines[:-1], "which is truncated"),
        (lambda lines: ["{}\n", *lines[1:]], "must be a file that 'trigpoint backup' wrote"),
        (lambda _lines: ["no JSON\n"], "must be a file that 'trigpoint backup' wrote"),
        (lambda _lines: [], "must be a file that 'trigpoint backup' wrote"),
    ],
)
def test_an_altered_file_is_refused(
    authority: Authority,
    operator: Actor,
    key: Key,
    file: Path,
    restore: Restore,
    change: Callable[[list[str]], list[str]],
    words: str,
) -> None:
    del key
    authority.backups.write(operator, file)
    rewrite(file, change)
    with pytest.raises(InvalidError) as told:
        restore()
    assert words in str(told.value)


@pytest.mark.parametrize("kept", [0, 10, 300])
def test_a_truncated_file_is_refused(
    authority: Authority, operator: Actor, file: Path, restore: Restore, kept: int
) -> None:
    authority.backups.write(operator, file)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(InvalidError, match="Parameter 'FILE' must be"):
        restore()


def test_a_later_format_is_refused(authority: Authority, operator: Actor, file: Path, restore: Restore) -> None:
    authority.backups.write(operator, file)
    rewrite(file, lambda lines: [lines[0].replace('"trigpointBackup":1', '"trigpointBackup":2'), *lines[1:]])
    with pytest.raises(UnavailableError, match="has format 2, which this program does not know"):
        restore()


@pytest.mark.usefixtures("key")
def test_a_manipulated_ledger_is_reported_and_refused(
    authority: Authority, operator: Actor, file: Path, restore: Restore
) -> None:
    with authority._store._engine.begin() as connection:
        connection.execute(text("UPDATE ledger SET subject = 'XXXXXXXXXX' WHERE kind = 'key.created'"))
    written = authority.backups.write(operator, file)
    assert written.fault is not None
    with pytest.raises(InvalidError, match=f"a backup with an intact ledger.*Entry {written.fault.sequence} does not"):
        restore()


def test_an_older_schema_is_brought_up_to_date(
    authority: Authority, operator: Actor, key: Key, file: Path, home: Path, elsewhere: Elsewhere
) -> None:
    """The tables of schema 0002, written with the master key that they need."""
    authority.backups.write(operator, file)
    older = {"installation", "teams", "maps_ids", "keys", "vault", "signing_secrets", "ledger", "ledger_head", "people"}
    sign_again(file, home, lambda lines: as_schema(lines, "0002", older))
    elsewhere.take_master_key()
    assert elsewhere.restore().replaced
    there = elsewhere.open()
    assert there.keys.get(operator, key.key_id) == key
    assert there.audit.verify().holds


def test_a_newer_schema_is_refused(
    authority: Authority, operator: Actor, file: Path, home: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    sign_again(file, home, lambda lines: as_schema(lines, "9999", {"ledger"}))
    with pytest.raises(UnavailableError, match=r"The backup has schema 9999 .* which is newer than this program"):
        restore()


def test_a_backup_under_load_is_a_consistent_snapshot(
    authority: Authority, operator: Actor, key: Key, file: Path, elsewhere: Elsewhere
) -> None:
    """While others create and revoke keys, a backup holds exactly the keys that its ledger tells of."""
    stop = threading.Event()
    made = threading.Semaphore(0)

    def work(number: int) -> None:
        maps_id = f"maps.com.load{number}.site"
        authority.maps_ids.register(operator, team_id=key.team_id, identifier=maps_id, description="Load")
        while not stop.is_set():
            one = authority.keys.create(operator, team_id=key.team_id, name=f"Load {number}", maps_id=maps_id)
            authority.keys.revoke(operator, one.key_id, reason=RevocationReason.SUPERSEDED)
            made.release()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for worker in workers:
        worker.start()
    for _ in range(20):
        assert made.acquire(timeout=30)

    def keep_up(_done: int) -> None:
        if _done % 25 == 0:
            assert made.acquire(timeout=30)  # the others really go on while the file is being written

    written = authority.backups.write(operator, file, tell=keep_up)
    stop.set()
    for worker in workers:
        worker.join()
    assert written.fault is None
    assert authority.audit.verify().head.sequence > written.manifest.head.sequence

    elsewhere.take_master_key()
    elsewhere.restore()
    there = elsewhere.open()
    assert there.audit.verify().holds
    events = [(entry.kind, entry.subject) for entry in there.audit.events(operator, limit=100_000)]
    keys = there.keys.list(operator)
    assert {one.key_id for one in keys} == {subject for kind, subject in events if kind == "key.created"}
    assert {one.key_id for one in keys if one.state is KeyState.REVOKED} == {
        subject for kind, subject in events if kind == "key.revoked"
    }
