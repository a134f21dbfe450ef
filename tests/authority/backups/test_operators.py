"""The operator's mark in backups: it is restored, unless it was removed since; older backups have none."""

from pathlib import Path

import pytest
from sqlalchemy import delete

from authority.backups.altering import as_of, sign_again
from authority.backups.conftest import Elsewhere, Restore
from trigpoint.authority.opening import Authority
from trigpoint.credentials.person import Person, PersonId
from trigpoint.credentials.roles import Actor
from trigpoint.store import tables

PERSON = PersonId("p1")


@pytest.fixture(autouse=True)
def jo(authority: Authority, operator: Actor) -> Person:
    with authority._store.change() as change:
        change.people.add(Person(PERSON, "jo@example.com", "Jo", 0), password_hash=None)
    return authority.people.mark_operator(operator, "jo@example.com", marked=True)


def test_a_mark_is_restored_from_a_backup(
    authority: Authority, operator: Actor, jo: Person, file: Path, elsewhere: Elsewhere
) -> None:
    authority.backups.write(operator, file)
    elsewhere.take_master_key()
    elsewhere.restore()
    assert elsewhere.open().people.get(PERSON) == jo


@pytest.mark.parametrize("row_is_lost", [False, True])
def test_a_mark_that_was_removed_since_does_not_come_back(
    authority: Authority, operator: Actor, file: Path, restore: Restore, *, row_is_lost: bool
) -> None:
    authority.backups.write(operator, file)
    authority.people.mark_operator(operator, "jo@example.com", marked=False)
    if row_is_lost:
        with authority._store._engine.begin() as connection:
            connection.execute(delete(tables.people))
    assert restore().notes == (
        "The operator jo@example.com was removed on 15 January 2027, 08:00:00 UTC, after this backup: it stays removed.",
    )
    assert [person.is_operator for person in authority.people.list(operator)] == ([] if row_is_lost else [False])


def test_a_backup_from_before_the_mark_makes_nobody_an_operator(
    authority: Authority, operator: Actor, file: Path, home: Path, elsewhere: Elsewhere
) -> None:
    authority.backups.write(operator, file)
    sign_again(file, home, lambda lines: as_of(lines, "0006"))
    elsewhere.take_master_key()
    elsewhere.restore()
    [person] = elsewhere.open().people.list(operator)
    assert (person.email, person.is_operator) == ("jo@example.com", False)
