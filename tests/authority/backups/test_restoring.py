"""A restore brings back what was lost, but nothing that was revoked or removed since."""

import time
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from authority.backups.conftest import MAPS_ID, Elsewhere, Restore
from conftest import NOON, FixedClock
from forking import start_script
from patience import PATIENCE_S
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import ConflictError, NotFoundError, UnavailableError
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.key import Key, KeyState, PrivateHalf, RevocationReason
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.team import Team
from trigpoint.store import tables
from trigpoint.store.tables import old_secrets


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
    with authority._store._engine.begin() as connection:
        connection.execute(delete(tables.keys))
    assert f"The key {key.key_id} was revoked" in restore().notes[0]
    with pytest.raises(NotFoundError):
        authority.keys.get(operator, key.key_id)


def test_a_private_half_downloaded_since_does_not_come_back(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    authority.keys.download(operator, key.key_id)
    assert restore().notes[0].endswith("UTC, after this backup: its private half does not come back.")
    assert restore().notes[0].startswith(f"The key {key.key_id} was downloaded on 15 January 2027")
    with authority._store._engine.connect() as connection:
        assert connection.execute(select(tables.vault)).all() == []


@pytest.mark.usefixtures("team")
def test_what_was_revoked_or_removed_since_stays_so(
    authority: Authority, operator: Actor, file: Path, restore: Restore
) -> None:
    issued = authority.api_tokens.create(operator, name="CI", team_id=None, role=None)
    authority.backups.write(operator, file)
    authority.api_tokens.revoke(operator, issued.record.token_id)
    authority.maps_ids.remove(operator, MAPS_ID)
    notes = restore().notes
    assert any(note.startswith(f"The API token {issued.record.token_id} was revoked on") for note in notes)
    assert any(note.startswith(f"The Maps ID {MAPS_ID} was removed on") for note in notes)
    assert authority.maps_ids.list(operator) == []


def test_an_old_webhook_secret_is_restored_into_an_empty_place_but_never_over_a_running_installation(
    authority: Authority, operator: Actor, file: Path, restore: Restore, elsewhere: Elsewhere
) -> None:
    def old(place: Authority) -> int:
        with place._store.read() as reader:
            return reader.webhooks.count_old_secrets(webhook_id, at=int(NOON * 1000))

    webhook_id = authority.webhooks.add(operator, url="https://1.1.1.1/").record.webhook_id
    authority.webhooks.renew_secret(operator, webhook_id)
    authority.backups.write(operator, file)
    elsewhere.take_master_key()
    elsewhere.restore()
    there = elsewhere.open()
    assert (old(there), there.webhooks.get(operator, webhook_id)) == (1, authority.webhooks.get(operator, webhook_id))
    authority.webhooks.test(operator, webhook_id)
    with authority._store._engine.begin() as connection:
        connection.execute(delete(old_secrets))
    assert not restore().replaced
    assert old(authority) == 0


def test_what_was_resumed_is_not_reported_as_revoked(
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
    authority._memory.refresh()
    with authority._store._engine.begin() as connection:
        connection.execute(delete(tables.vault).where(tables.vault.c.key_id == key.key_id))
        connection.execute(delete(tables.keys).where(tables.keys.c.key_id == key.key_id))
    restored = restore()
    assert (restored.put_back, restored.differs) == ({"keys": 1, "vault": 1}, False)
    assert {found.key_id for found in authority.keys.list(operator)} == {key.key_id, newer.key_id}
    assert authority.keys.download(operator, key.key_id).pem


def test_a_row_changed_without_an_entry_stays_changed_and_is_reported(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    with authority._store._engine.begin() as connection:
        connection.execute(update(tables.keys).where(tables.keys.c.key_id == key.key_id).values(expires_at=5))
    authority.keys.create(operator, team_id=key.team_id, name="Newer", maps_id=MAPS_ID)
    restored = restore()
    assert (restored.replaced, restored.differs) == (False, True)
    assert authority.keys.get(operator, key.key_id).expires_at == 5


def test_a_running_worker_sees_a_restore_at_once(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    with authority._store._engine.begin() as connection:
        connection.execute(delete(tables.vault))
        connection.execute(delete(tables.keys))
    authority.teams.create(operator, "Another")
    authority._memory.refresh()
    assert authority._memory.find(key.key_id) is None
    restore()
    deadline = time.monotonic() + PATIENCE_S  # PostgreSQL tells other processes within a second
    while not authority._memory.is_behind():
        assert time.monotonic() < deadline
    authority._memory.refresh()
    assert authority._memory.find(key.key_id) is not None


def test_a_row_that_conflicts_with_existing_rows_is_left_out(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    with authority._store._engine.begin() as connection:
        connection.execute(delete(tables.vault))
        connection.execute(delete(tables.keys))
    authority.keys.create(operator, team_id=key.team_id, name="Website", maps_id=MAPS_ID)
    restored = restore()
    assert restored.left_out["keys"] == 1
    assert len(authority.keys.list(operator)) == 1


def test_an_installation_that_is_behind_the_backup_catches_up(
    authority: Authority, operator: Actor, key: Key, file: Path, elsewhere: Elsewhere
) -> None:
    """A standby that was brought up from an older backup gets a newer one; its own event of restoring parts it."""
    elsewhere.take_master_key()
    authority.backups.write(operator, file)
    elsewhere.restore()
    there = elsewhere.open()
    with there._store._engine.begin() as connection:  # as if it had been copied at that moment, not restored
        connection.execute(delete(tables.ledger).where(tables.ledger.c.kind == EventKind.BACKUP_RESTORED.value))
        last = connection.execute(select(tables.ledger).order_by(tables.ledger.c.sequence.desc())).first()
        assert last is not None
        connection.execute(tables.ledger_head.update().values(sequence=last.sequence, hash=last.hash))
    file.unlink()
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED)
    authority.backups.write(operator, file)
    assert elsewhere.restore().replaced
    assert there.keys.get(operator, key.key_id).state is KeyState.REVOKED
    assert there.audit.verify().holds


def test_an_initialized_installation_without_teams_counts_as_empty(
    authority: Authority, operator: Actor, key: Key, file: Path, elsewhere: Elsewhere
) -> None:
    authority.backups.write(operator, file)
    elsewhere.take_master_key()
    there = elsewhere.open()
    assert elsewhere.restore().replaced
    assert there.keys.get(operator, key.key_id) == key
    there._memory.refresh()
    assert there._memory.find(key.key_id) is not None
    assert not there.ledger_gone_back()  # another ledger is here, and the operator wanted it


def test_another_history_is_refused(authority: Authority, operator: Actor, file: Path, elsewhere: Elsewhere) -> None:
    authority.backups.write(operator, file)
    elsewhere.take_master_key()
    there = elsewhere.open()
    other = there.teams.create(operator, "Another history")
    with pytest.raises(
        ConflictError, match="not from this installation, or from before a restore: their ledgers differ at or bef"
    ):
        elsewhere.restore()
    assert [team.team_id for team in there.teams.list(operator)] == [other.team_id]


def test_another_master_key_is_refused(authority: Authority, operator: Actor, file: Path, elsewhere: Elsewhere) -> None:
    authority.backups.write(operator, file)
    other = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    with pytest.raises(UnavailableError, match=r"The master key is not the one of the backup backup\.tpb"):
        elsewhere.restore(master_key=other)
    assert not elsewhere.home.exists()


def test_an_installation_of_another_master_key_is_not_touched(
    authority: Authority, operator: Actor, file: Path, home: Path, elsewhere: Elsewhere
) -> None:
    authority.backups.write(operator, file)
    elsewhere.open()  # founded under a key of its own
    own = (home / "master.key").read_text().strip()
    with pytest.raises(UnavailableError, match="The master key is not the one of this installation"):
        elsewhere.restore(master_key=own)


def test_a_restore_is_refused_over_a_ledger_whose_chain_is_broken(
    authority: Authority, operator: Actor, key: Key, file: Path, restore: Restore
) -> None:
    authority.backups.write(operator, file)
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.COMPROMISED)
    with authority._store._engine.begin() as connection:
        connection.execute(text("UPDATE ledger SET kind = 'key.renamed' WHERE kind = 'key.revoked'"))
    with pytest.raises(ConflictError, match="The ledger of this installation has a fault"):
        restore()


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


def test_a_restore_that_is_killed_half_way_changes_nothing(
    authority: Authority, operator: Actor, key: Key, file: Path, elsewhere: Elsewhere
) -> None:
    written = authority.backups.write(operator, file)
    elsewhere.take_master_key()
    half = sum(written.manifest.rows.values()) // 2
    place = [str(file), str(elsewhere.home), elsewhere.database_url or "", str(half)]
    restoring = start_script(KILLED, *place)
    assert any(int(line) >= half for line in iter(restoring.stdout.readline, ""))
    restoring.process.kill()
    restoring.finish()

    assert elsewhere.restore().replaced  # the place is as empty as it was
    there = elsewhere.open()
    assert there.keys.get(operator, key.key_id) == key
    assert there.audit.verify().holds
    assert [entry.actor for entry in there.audit.events(operator, kind="backup.restored")] == ["operator:test"]


@pytest.mark.usefixtures("key")
def test_a_killed_restore_over_a_running_installation_changes_nothing(
    authority: Authority, operator: Actor, file: Path, home: Path, database_url: str | None
) -> None:
    written = authority.backups.write(operator, file)
    with authority._store._engine.begin() as connection:
        connection.execute(delete(tables.vault))
        connection.execute(delete(tables.keys))
    last = str(sum(written.manifest.rows[name] for name in ("teams", "maps_ids", "keys", "vault")))
    restoring = start_script(KILLED, str(file), str(home), database_url or "", last)
    assert any(int(line) >= int(last) for line in iter(restoring.stdout.readline, ""))
    restoring.process.kill()
    restoring.finish()
    assert authority.keys.list(operator) == []
    assert authority.audit.events(operator, kind="backup.restored") == []
    assert authority.teams.create(operator, "Goes on").created_at == NOON * 1000
