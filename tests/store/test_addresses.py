"""Database URLs of PostgreSQL: every form that libpq reads, and messages without the password."""

from pathlib import Path

import pytest

from known_keys import known
from services import new_database, running_pgbouncer
from trigpoint.authority.opening import open_authority
from trigpoint.base.errors import InvalidError
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.roles import Actor
from trigpoint.settings import read_settings
from trigpoint.store.addresses import describe_postgres, read_postgres_address
from trigpoint.store.patience import PostgresLine


@pytest.mark.parametrize(
    ("url", "read", "described"),
    [
        ("postgresql://maps@db/t", "postgresql://maps@db/t", "db/t"),
        ("postgres://maps:hush@db:5433/t", "postgresql://maps:hush@db:5433/t", "db:5433/t"),
        ("postgresql+psycopg://maps:p%40ss%2F@db/t", "postgresql://maps:p%40ss%2F@db/t", "db/t"),
        ("postgresql://a:5432,b:5432/t?target_session_attrs=read-write", None, "a:5432,b:5432/t"),
        ("postgresql://maps:hush@[::1]:5432/t?options=-c%20search_path%3Dx", None, "[::1]:5432/t"),
        ("postgresql:///t?host=/run/postgresql", None, "local/t"),
        ("postgresql://maps@db/t?user=maps@example.com", None, "db/t"),
    ],
)
def test_every_form_that_libpq_reads_is_read(url: str, read: str | None, described: str) -> None:
    assert read_postgres_address(url) == (read or url)
    assert describe_postgres(url) == described


@pytest.mark.parametrize(
    ("password", "words"),
    [(one, "a URL whose password is percent-encoded: %40 for @") for one in ("p@hush", "p/hush", "hush?p", "hush#p")]
    + [(one, "a URL whose password is percent-encoded") for one in ("hush%", "hush%zz", "hu sh")],
)
def test_a_password_that_is_not_percent_encoded_is_reported_and_not_shown(password: str, words: str) -> None:
    url = f"postgresql://maps:{password}@db.example.com/trigpoint"
    for read in (read_postgres_address, lambda text: read_settings({"TRIGPOINT_DATABASE_URL": text})):
        with pytest.raises(InvalidError) as told:
            read(url)
        assert words in str(told.value)
        assert "hu" not in str(told.value).replace("hush-free", "")


@pytest.mark.parametrize(("url", "shown"), [("mysql://root:hush@db/t", "mysql://…"), ("hush", "no URL")])
def test_other_kinds_of_database_are_refused(url: str, shown: str) -> None:
    with pytest.raises(InvalidError, match="the URL of a PostgreSQL database") as told:
        read_postgres_address(url)
    assert shown in str(told.value)
    assert "hush" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "received"),
    [
        ("postgresql://maps:hush@[", "a value not shown"),
        ("postgresql://maps:hush@db/t?sslmod=require", "the unknown parameter sslmod"),
        ("postgresql://maps:hush@db/t?sslmode", "a value not shown"),
    ],
)
def test_what_libpq_does_not_read_is_refused_without_the_password(url: str, received: str) -> None:
    with pytest.raises(InvalidError) as told:
        PostgresLine(read_postgres_address(url))
    assert "must be a URL that libpq reads, for example" in str(told.value)
    assert str(told.value).endswith(f"got '{received}'.")
    assert "hush" not in str(told.value)
    assert told.value.__cause__ is None


def test_a_pooler_in_transaction_mode_works(postgres: str, home: Path, operator: Actor) -> None:
    """Nothing is sent at the start of a connection that it refuses, nothing is prepared, and every lock is a transaction's."""
    name = new_database(postgres).rpartition("/")[2]
    with running_pgbouncer(postgres) as pooled:
        url = f"{pooled}/{name}"
        one, two = (open_authority(home=home, database_url=url) for _ in range(2))
        team = one.teams.create(operator, "My Company")
        one.maps_ids.register(operator, team_id=team.team_id, identifier="maps.com.my.site", description="Mine")
        for number in range(8):  # what a driver prepares by itself, it does after some times
            key = one.keys.create(operator, team_id=team.team_id, name=f"Key {number}", maps_id="maps.com.my.site")
            assert two.keys.download(operator, key.key_id).pem
            two._memory.is_behind()  # begins to follow
            two._memory.refresh()
            assert known(two, key.key_id).revoked_at is None
            one.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED)
            assert two._memory.is_behind() or known(two, key.key_id).revoked_at is not None
        one.close()
        two.close()
