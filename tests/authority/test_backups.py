"""A backup is of one moment; a restore brings back what was lost, and nothing that the running ledger ended."""

import gzip
import json
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from conftest import NOON, FixedClock
from services import new_database
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.restoring import Restored, restore_backup
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, UnavailableError
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.key import Key, KeyState, PrivateHalf, RevocationReason
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.team import Team
from trigpoint.store import schema

MAPS_ID = "maps.com.my.site"
Restore = Callable[..., Restored]


@pytest.fixture
def team(authority: Authority, operator: Actor) -> Team:
    team = authority.teams.create(operator, "My Company")
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=MAPS_ID, description="Mine")
    return team


@pytest.fixture
def key(authority: Authority, operator: Actor, team: Team) -> Key:
    return authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id=MAPS_ID)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.tpb"


@pytest.fixture
def restore(operator: Actor, home: Path, database_url: str | None, clock: FixedClock, file: Path) -> Restore:
    """Restore over the running installation, unless another place is named."""

    def run(**place: object) -> Restored:
        chosen = {"home": home, "database_url": database_url} | place
        return restore_backup(operator, file, clock=clock, **chosen)  # type: ignore[arg-type]

    return run


@pytest.fixture
def empty(tmp_path: Path, database_url: str | None, request: pytest.FixtureRequest) -> dict[str, object]:
    """An empty place on the same kind of database."""
    url = None if database_url is None else new_database(request.getfixturevalue("postgres"))
    return {"home": tmp_path / "empty", "database_url": url}


@pytest.fixture
def open_there(empty: dict[str, object], clock: FixedClock) -> Iterator[Callable[[], Authority]]:
    opened: list[Authority] = []

    def run() -> Authority:
        opened.append(open_authority(**empty, clock=clock))  # type: ignore[arg-type]
        return opened[-1]

    yield run
    for one in opened:
        one.close()


def give_master_key(home: Path, other: Path) -> None:
    other.mkdir(mode=0o700)
    shutil.copy2(home / "master.key", other)


def rewrite(file: Path, change: Callable[[list[str]], list[str]]) -> None:
    lines = gzip.decompress(file.read_bytes()).decode().splitlines(keepends=True)
    file.write_bytes(gzip.compress("".join(change(lines)).encode()))


def test_a_backup_restored_into_an_empty_place_is_the_same_installation(
    authority: Authority,
    operator: Actor,
    key: Key,
    file: Path,
    home: Path,
    restore: Restore,
    empty: dict[str, object],
    open_there: Callable[[], Authority],
) -> None:
    authority.quotas.set(operator, key.team_id, meter=Meter.MAP_VIEWS, daily=5)
    token = authority.api_tokens.create(operator, name="CI", team_id=None, role=None).token
    before = [entry.hash for entry in authority.audit.events(operator)]
    written = authority.backups.write(operator, file)
    assert written.fault is None
    assert written.manifest.head == authority.audit.verify().head

    give_master_key(home, Path(str(empty["home"])))
    restored = restore(**empty)
    assert restored.replaced
    assert restored.put_back["keys"] == 1
    there = open_there()
    assert there.audit.verify().holds
    events = there.audit.events(operator)
    assert [entry.hash for entry in events[1:]] == before
    assert events[0].kind == EventKind.BACKUP_RESTORED
    assert events[0].details["backupHead"] == f"{written.manifest.head.sequence}:{written.manifest.head.hash}"
    assert there.keys.get(operator, key.key_id) == key
    assert there.api_tokens.authenticate(token).actor.operator
    assert {state.most for state in there.quotas.show(operator, key.team_id)} == {25_000, 5}
    assert there.keys.download(operator, key.key_id).pem == authority.keys.download(operator, key.key_id).pem


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
    authority: Authority,
    operator: Actor,
    key: Key,
    file: Path,
    home: Path,
    restore: Restore,
    empty: dict[str, object],
    open_there: Callable[[], Authority],
) -> None:
    master_key = (home / "master.key").read_text().strip()
    authority.backups.write(operator, file)
    assert master_key not in gzip.decompress(file.read_bytes()).decode()
    with pytest.raises(UnavailableError, match=r"The master key is not here, and not in the backup\. Put master\.key"):
        restore(**empty)
    assert not Path(str(empty["home"])).exists()

    file.unlink()
    assert master_key not in repr(authority.backups.write(operator, file, with_master_key=True))
    assert master_key in gzip.decompress(file.read_bytes()).decode()
    restore(**empty)
    assert open_there().keys.download(operator, key.key_id).pem
    kept = Path(str(empty["home"])) / "master.key"
    assert kept.read_text().strip() == master_key
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_key_that_was_revoked_since_stays_revoked_and_is_named(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore, clock: FixedClock
) -> None:
    authority.backups.write(operator, file)
    clock.now += 60
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.COMPROMISED)
    restored = restore()
    assert not restored.replaced
    assert restored.notes == (
        f"The key {key.key_id} was revoked on 15 January 2027, 08:01:00 UTC, after this backup: it stays revoked.",
    )
    after = authority.keys.get(operator, key.key_id)
    assert after.state is KeyState.REVOKED
    assert after.private_half is PrivateHalf.DESTROYED
    with pytest.raises(ConflictError):
        authority.keys.download(operator, key.key_id)
    assert authority.audit.verify().holds


def test_a_revoked_key_whose_row_is_lost_does_not_come_back(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.COMPROMISED)
    with authority.store._engine.begin() as connection:
        connection.execute(delete(schema.keys))
    assert f"The key {key.key_id} was revoked" in restore().notes[0]
    with pytest.raises(NotFoundError):
        authority.keys.get(operator, key.key_id)


def test_a_private_half_that_was_downloaded_since_does_not_come_back(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    authority.keys.download(operator, key.key_id)
    assert restore().notes[0].endswith("UTC, after this backup: its private half does not come back.")
    assert restore().notes[0].startswith(f"The key {key.key_id} was downloaded on 15 January 2027")
    with authority.store._engine.connect() as connection:
        assert connection.execute(select(schema.vault)).all() == []


@pytest.mark.usefixtures("team")
def test_what_ended_since_stays_ended(authority: Authority, operator: Actor, file: Path, restore: Restore) -> None:
    issued = authority.api_tokens.create(operator, name="CI", team_id=None, role=None)
    authority.backups.write(operator, file)
    authority.api_tokens.revoke(operator, issued.record.token_id)
    authority.maps_ids.remove(operator, MAPS_ID)
    notes = restore().notes
    assert any(note.startswith(f"The API token {issued.record.token_id} was revoked on") for note in notes)
    assert any(note.startswith(f"The Maps ID {MAPS_ID} was removed on") for note in notes)
    assert authority.maps_ids.list(operator) == []


def test_what_began_again_is_not_called_ended(
    authority: Authority, operator: Actor, team: Team, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    authority.maps_ids.remove(operator, MAPS_ID)
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=MAPS_ID, description="Anew")
    assert restore().notes == ()
    assert authority.maps_ids.get(operator, MAPS_ID).description == "Anew"


def test_rows_that_were_lost_come_back_and_newer_ones_stay(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    newer = authority.keys.create(operator, team_id=key.team_id, name="Newer", maps_id=MAPS_ID)
    authority.memory.refresh()
    with authority.store._engine.begin() as connection:
        connection.execute(delete(schema.vault).where(schema.vault.c.key_id == key.key_id))
        connection.execute(delete(schema.keys).where(schema.keys.c.key_id == key.key_id))
    restored = restore()
    assert restored.put_back == {"keys": 1, "vault": 1}
    assert {found.key_id for found in authority.keys.list(operator)} == {key.key_id, newer.key_id}
    assert authority.keys.download(operator, key.key_id).pem


def test_a_running_worker_follows_a_restore(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    with authority.store._engine.begin() as connection:
        connection.execute(delete(schema.vault))
        connection.execute(delete(schema.keys))
    authority.teams.create(operator, "Another")
    authority.memory.keys.clear()
    authority.memory.refresh()
    assert key.key_id not in authority.memory.keys
    restore()
    deadline = time.monotonic() + 5  # PostgreSQL tells other processes within a second
    while not authority.memory.is_behind():
        assert time.monotonic() < deadline
    authority.memory.refresh()
    assert key.key_id in authority.memory.keys


def test_a_row_that_contradicts_what_is_here_is_left_out(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    with authority.store._engine.begin() as connection:
        connection.execute(delete(schema.vault))
        connection.execute(delete(schema.keys))
    authority.keys.create(operator, team_id=key.team_id, name="Website", maps_id=MAPS_ID)
    restored = restore()
    assert restored.left_out["keys"] == 1
    assert len(authority.keys.list(operator)) == 1


def test_an_installation_that_is_behind_the_backup_catches_up(
    authority: Authority,
    operator: Actor,
    key: Key,
    file: Path,
    restore: Restore,
    home: Path,
    empty: dict[str, object],
    open_there: Callable[[], Authority],
) -> None:
    """A standby that was brought up from an older backup gets a newer one; its own event of restoring parts it."""
    give_master_key(home, Path(str(empty["home"])))
    authority.backups.write(operator, file)
    restore(**empty)
    there = open_there()
    with there.store._engine.begin() as connection:  # as if it had been copied at that moment, not restored
        connection.execute(delete(schema.ledger).where(schema.ledger.c.kind == EventKind.BACKUP_RESTORED.value))
        last = connection.execute(select(schema.ledger).order_by(schema.ledger.c.sequence.desc())).first()
        assert last is not None
        connection.execute(schema.ledger_head.update().values(sequence=last.sequence, hash=last.hash))
    file.unlink()
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED)
    authority.backups.write(operator, file)
    assert restore(**empty).replaced
    assert there.keys.get(operator, key.key_id).state is KeyState.REVOKED
    assert there.audit.verify().holds


def test_a_founded_installation_without_teams_counts_as_empty(
    authority: Authority,
    operator: Actor,
    key: Key,
    file: Path,
    home: Path,
    restore: Restore,
    empty: dict[str, object],
    open_there: Callable[[], Authority],
) -> None:
    authority.backups.write(operator, file)
    give_master_key(home, Path(str(empty["home"])))
    there = open_there()
    assert restore(**empty).replaced
    assert there.keys.get(operator, key.key_id) == key


def test_another_history_is_refused(
    authority: Authority,
    operator: Actor,
    file: Path,
    home: Path,
    restore: Restore,
    empty: dict[str, object],
    open_there: Callable[[], Authority],
) -> None:
    authority.backups.write(operator, file)
    give_master_key(home, Path(str(empty["home"])))
    there = open_there()
    other = there.teams.create(operator, "Another history")
    with pytest.raises(ConflictError, match="another history than the installation here: their ledgers part at or bef"):
        restore(**empty)
    assert [team.team_id for team in there.teams.list(operator)] == [other.team_id]


def test_another_master_key_is_refused(
    authority: Authority, operator: Actor, file: Path, restore: Restore, empty: dict[str, object]
) -> None:
    authority.backups.write(operator, file)
    other = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    with pytest.raises(UnavailableError, match=r"The master key here is not the one of the backup backup\.tpb"):
        restore(**empty, master_key=other)
    assert not Path(str(empty["home"])).exists()


def test_an_installation_of_another_master_key_is_not_touched(
    authority: Authority,
    operator: Actor,
    file: Path,
    home: Path,
    restore: Restore,
    empty: dict[str, object],
    open_there: Callable[[], Authority],
) -> None:
    authority.backups.write(operator, file)
    open_there()  # founded under a key of its own
    own = (home / "master.key").read_text().strip()
    with pytest.raises(UnavailableError, match="The master key here is not the one of the installation here"):
        restore(**empty, master_key=own)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [*lines[:-2], lines[-1]], "which was altered after it was written"),
        (
            lambda lines: [line.replace("Website", "Webside") for line in lines],
            "which was altered after it was written",
        ),
        (lambda lines: lines[:-1], "which ends too early"),
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
def test_a_cut_file_is_refused(authority: Authority, operator: Actor, file: Path, restore: Restore, kept: int) -> None:
    authority.backups.write(operator, file)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(InvalidError, match="Parameter 'FILE' must be"):
        restore()


def test_a_format_of_later_days_is_refused(authority: Authority, operator: Actor, file: Path, restore: Restore) -> None:
    authority.backups.write(operator, file)
    rewrite(file, lambda lines: [lines[0].replace('"trigpointBackup":1', '"trigpointBackup":2'), *lines[1:]])
    with pytest.raises(UnavailableError, match="has format 2, which this program does not know"):
        restore()


@pytest.mark.usefixtures("key")
def test_a_ledger_that_does_not_hold_is_told_and_refused(
    authority: Authority, operator: Actor, file: Path, restore: Restore
) -> None:
    with authority.store._engine.begin() as connection:
        connection.execute(text("UPDATE ledger SET subject = 'XXXXXXXXXX' WHERE kind = 'key.created'"))
    written = authority.backups.write(operator, file)
    assert written.fault is not None
    with pytest.raises(InvalidError, match=f"a backup whose ledger holds.*Entry {written.fault.sequence} does not"):
        restore()


def test_a_running_ledger_that_does_not_hold_decides_nothing(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.COMPROMISED)
    with authority.store._engine.begin() as connection:
        connection.execute(text("UPDATE ledger SET kind = 'key.renamed' WHERE kind = 'key.revoked'"))
    with pytest.raises(ConflictError, match="The ledger of the installation here does not hold"):
        restore()


def test_an_older_schema_is_brought_up_to_date(
    authority: Authority,
    operator: Actor,
    key: Key,
    file: Path,
    home: Path,
    restore: Restore,
    empty: dict[str, object],
    open_there: Callable[[], Authority],
) -> None:
    """The tables of 0002, as they were, written with the master key that they need."""
    authority.backups.write(operator, file)
    older = {"installation", "teams", "maps_ids", "keys", "vault", "signing_secrets", "ledger", "ledger_head", "people"}
    sign_again(file, home, lambda lines: as_schema(lines, "0002", older))
    give_master_key(home, Path(str(empty["home"])))
    assert restore(**empty).replaced
    there = open_there()
    assert there.keys.get(operator, key.key_id) == key
    assert there.audit.verify().holds


def test_a_newer_schema_is_refused(
    authority: Authority, operator: Actor, file: Path, home: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    sign_again(file, home, lambda lines: as_schema(lines, "9999", {"ledger"}))
    with pytest.raises(UnavailableError, match=r"The backup has schema 9999 .* which is newer than this program"):
        restore()


def as_schema(lines: list[str], revision: str, tables: set[str]) -> list[str]:
    """Keep only some tables of a backup, and say that it is of another schema."""
    manifest = json.loads(lines[0]) | {"schema": revision}
    kept, keep = [json.dumps(manifest) + "\n"], False
    for line in lines[1:-1]:
        found = json.loads(line)
        keep = found["table"] in tables if isinstance(found, dict) else keep
        if keep:
            kept.append(line)
    return kept


def sign_again(file: Path, home: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Alter a backup as a holder of the master key could."""
    import hashlib
    import hmac

    from trigpoint.authority.master_key import find_master_key
    from trigpoint.authority.vault import Vault

    secret = Vault(find_master_key(home, given=None)).derive("backup")

    def sign(lines: list[str]) -> list[str]:
        kept = change(lines)
        mac = hmac.new(secret, "".join(kept).encode(), hashlib.sha256).hexdigest()
        return [*kept, json.dumps({"hmac": mac}) + "\n"]

    rewrite(file, sign)


def test_a_backup_under_load_is_of_one_moment(
    authority: Authority,
    operator: Actor,
    key: Key,
    file: Path,
    home: Path,
    restore: Restore,
    empty: dict[str, object],
    open_there: Callable[[], Authority],
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

    give_master_key(home, Path(str(empty["home"])))
    restore(**empty)
    there = open_there()
    assert there.audit.verify().holds
    events = [(entry.kind, entry.subject) for entry in there.audit.events(operator, limit=100_000)]
    keys = there.keys.list(operator)
    assert {one.key_id for one in keys} == {subject for kind, subject in events if kind == "key.created"}
    assert {one.key_id for one in keys if one.state is KeyState.REVOKED} == {
        subject for kind, subject in events if kind == "key.revoked"
    }


KILLED = """
import sys, time
from pathlib import Path
from trigpoint.authority.restoring import restore_backup
from trigpoint.credentials.roles import Actor

def tell(done):
    print(done, flush=True)
    if done >= int(sys.argv[4]):
        sys.stdin.readline()  # killed here

restore_backup(
    Actor.as_operator("killed"), Path(sys.argv[1]), home=Path(sys.argv[2]), database_url=sys.argv[3] or None,
    clock=time.time, tell=tell,
)
"""


def test_a_restore_that_is_killed_half_way_has_done_nothing(
    authority: Authority,
    operator: Actor,
    key: Key,
    file: Path,
    home: Path,
    restore: Restore,
    empty: dict[str, object],
    open_there: Callable[[], Authority],
) -> None:
    written = authority.backups.write(operator, file)
    give_master_key(home, Path(str(empty["home"])))
    half = sum(written.manifest.rows.values()) // 2
    place = [str(file), str(empty["home"]), str(empty["database_url"] or ""), str(half)]
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, *place], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert any(int(line) >= half for line in iter(process.stdout.readline, ""))
    process.kill()
    process.communicate()

    assert restore(**empty).replaced  # the place is as empty as it was
    there = open_there()
    assert there.keys.get(operator, key.key_id) == key
    assert there.audit.verify().holds
    assert [entry.actor for entry in there.audit.events(operator, kind="backup.restored")] == ["operator:test"]


@pytest.mark.usefixtures("key")
def test_a_restore_over_a_running_installation_that_is_killed_has_done_nothing(
    authority: Authority, operator: Actor, file: Path, home: Path, database_url: str | None
) -> None:
    written = authority.backups.write(operator, file)
    with authority.store._engine.begin() as connection:
        connection.execute(delete(schema.vault))
        connection.execute(delete(schema.keys))
    last = str(sum(written.manifest.rows[name] for name in ("teams", "maps_ids", "keys", "vault")))
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(file), str(home), database_url or "", last],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert any(int(line) >= int(last) for line in iter(process.stdout.readline, ""))
    process.kill()
    process.communicate()
    assert authority.keys.list(operator) == []
    assert authority.audit.events(operator, kind="backup.restored") == []
    assert authority.teams.create(operator, "Goes on").created_at == NOON * 1000
