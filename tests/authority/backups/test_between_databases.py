"""A backup of one kind of database can be restored on the other; the ledger decides what comes back."""

import shutil
from pathlib import Path

import pytest

from conftest import FixedClock
from services import new_database
from trigpoint.authority import private_halves
from trigpoint.authority.ended import ended_since
from trigpoint.authority.opening import open_authority
from trigpoint.authority.restoring import restore_backup
from trigpoint.base.errors import ConflictError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.roles import Actor

EMAIL = "jo@example.com"


@pytest.mark.parametrize("origin", ["sqlite", "postgresql"])
def test_a_backup_moves_between_kinds_of_database(
    postgres: str, tmp_path: Path, clock: FixedClock, operator: Actor, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_halves, "PATIENCE_S", 0.1)  # no other machine has the data key
    urls = {"sqlite": None, "postgresql": new_database(postgres)}
    [target] = urls.keys() - {origin}
    homes = {"sqlite": tmp_path / "one", "postgresql": tmp_path / "two"}
    here = open_authority(home=homes[origin], database_url=urls[origin], clock=clock)
    team = here.teams.create(operator, "Ünïcode 'quotes'").team_id
    here.maps_ids.register(operator, team_id=team, identifier="maps.com.one", description="Mine")
    key = here.keys.create(operator, team_id=team, name="Website", maps_id="maps.com.one")
    here.backups.write(operator, tmp_path / "b.tpb")
    head = here.audit.verify().head
    here.close()

    homes[target].mkdir()
    shutil.copy2(homes[origin] / "master.key", homes[target])
    place = {"home": homes[target], "database_url": urls[target]}
    restore_backup(operator, tmp_path / "b.tpb", clock=clock, **place)  # type: ignore[arg-type]
    there = open_authority(clock=clock, **place)  # type: ignore[arg-type]
    try:
        assert there.audit.verify(expected=head).holds
        assert there.teams.get(operator, team).name == "Ünïcode 'quotes'"
        assert there.keys.get(operator, key.key_id) == key
        with pytest.raises(ConflictError, match="No backup contains it"):
            there.keys.download(operator, key.key_id)
    finally:
        there.close()


def an_entry(sequence: int, kind: str, subject: str = EMAIL, team: str = "K5GNLXS2QT") -> Entry:
    return Entry(sequence, 0, "operator:jo", TeamId(team), kind, subject, {}, "", "")


def row_of_person() -> dict[str, object]:
    return {"person_id": "p1", "email": "Jo@Example.com"}


def test_a_person_who_has_only_signed_in_since_comes_back_with_their_memberships() -> None:
    ended = ended_since([an_entry(1, "person.signed_in"), an_entry(2, "session.ended")])
    assert not ended.covers("people", row_of_person(), primary_key=["p1"])
    assert not ended.covers("memberships", {"person_id": "p1"}, primary_key=["t", "p1"])


@pytest.mark.parametrize("kind", ["member.removed", "password.changed", "member.role_changed"])
def test_a_membership_that_the_ledger_names_since_does_not_come_back(kind: str) -> None:
    ended = ended_since([an_entry(1, kind)])
    assert ended.covers("people", row_of_person(), primary_key=["p1"])
    assert ended.covers("memberships", {"person_id": "p1"}, primary_key=["t", "p1"])


def test_only_an_entry_of_its_own_team_undoes_a_revocation() -> None:
    entries = [
        an_entry(1, "member.removed"),
        an_entry(2, "member.added", team="ABCDEFGHIJ"),
        an_entry(3, "key.suspended", "2X9R4HXF34"),
        an_entry(4, "key.resumed", "2X9R4HXF34"),
    ]
    ended = ended_since(entries)
    ended.covers("people", row_of_person(), primary_key=["p1"])
    ended.covers("keys", {"key_id": "2X9R4HXF34"}, primary_key=["2X9R4HXF34"])
    assert ended.notes() == (
        f"The member {EMAIL} was removed on 1 January 1970, 00:00:00 UTC, after this backup: it stays removed.",
    )
