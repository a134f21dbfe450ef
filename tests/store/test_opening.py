"""Errors of the database do not contain the data that was written."""

from pathlib import Path

from sqlalchemy.exc import IntegrityError

from trigpoint.store.opening import Store, open_store


def test_no_error_of_the_database_contains_the_written_data(database_url: str | None, home: Path) -> None:
    store = open_store(database_url, home=home)
    for _ in range(2):
        try:
            found(store)
        except IntegrityError as error:
            told = str(error)
    store.close()
    assert "installation" in told
    assert "sealed secret" not in told


def found(store: Store) -> None:
    with store.change() as change:
        change.found_installation(b"a sealed secret", at=1)
