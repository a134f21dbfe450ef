"""The schema is migrated at start-up, completely or not at all."""

import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from forking import start_script
from services import new_database
from trigpoint.authority.opening import open_authority
from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.roles import Actor
from trigpoint.home import Home
from trigpoint.store import migrating, opening, patience
from trigpoint.store.copying import OF_THE_MOMENT
from trigpoint.store.migrating import FOLDER, SchemaStatus, current_revision, upgrade
from trigpoint.store.opening import look_at_database, open_store
from trigpoint.store.tables import REVISION, metadata


def test_the_migrations_make_the_schema(empty_database_url: str | None, home: Path) -> None:
    store = open_store(empty_database_url, home=home)
    with store._engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    store.close()
    assert differences == []


def test_a_backup_copies_every_table_except_those_of_transient_data(empty_database_url: str | None, home: Path) -> None:
    """In a separate process without other imports: the set of tables must not depend on what was imported."""
    names = "import trigpoint.store.copying as it; print(*(table.name for table in it.copied_tables()))"
    copied = subprocess.run([sys.executable, "-c", names], capture_output=True, text=True, check=True).stdout.split()
    store = open_store(empty_database_url, home=home)
    made = set(inspect(store._engine).get_table_names()) - {"alembic_version"}
    store.close()
    assert sorted(copied) == sorted(made - OF_THE_MOMENT)


def test_the_schema_has_the_revision_of_the_last_migration() -> None:
    assert ScriptDirectory(str(FOLDER)).get_current_head() == REVISION


def test_opening_again_changes_nothing(database_url: str | None, home: Path) -> None:
    open_store(database_url, home=home).close()
    store = open_store(database_url, home=home)
    with store._engine.connect() as connection:
        assert current_revision(connection) == REVISION
    store.close()


def make_newer(url: str | None, home: Path, *, oldest: str) -> None:
    """Migrate further, as a later program would, and say which program may still use the database."""
    store = open_store(url, home=home)
    with store._engine.begin() as connection:
        for statement in (
            "ALTER TABLE keys ADD COLUMN colour TEXT",
            "ALTER TABLE teams ADD COLUMN plan TEXT NOT NULL DEFAULT 'free'",
            "CREATE TABLE later (id INTEGER PRIMARY KEY)",
            "UPDATE alembic_version SET version_num = '9999'",
            f"UPDATE compatibility SET oldest = '{oldest}'",
        ):
            connection.execute(text(statement))
    store.close()


def test_a_database_that_needs_a_newer_program_is_refused(database_url: str | None, home: Path) -> None:
    make_newer(database_url, home, oldest="9998")
    words = "has schema 9999, which is newer than this program .*, and only programs that know 9998 may use it"
    with pytest.raises(UnavailableError, match=words):
        open_store(database_url, home=home)
    with pytest.raises(UnavailableError, match=words):
        look_at_database(database_url, home=home)


def test_a_database_without_a_statement_of_compatible_versions_is_refused(database_url: str | None, home: Path) -> None:
    make_newer(database_url, home, oldest=REVISION)
    store = open_store(database_url, home=home)
    with store._engine.begin() as connection:
        connection.execute(text("DROP TABLE compatibility"))
    store.close()
    with pytest.raises(UnavailableError, match="has schema 9999, which is newer than this program"):
        open_store(database_url, home=home)


def test_an_older_version_keeps_working_with_a_newer_compatible_schema(
    database_url: str | None, home: Path, operator: Actor, tmp_path: Path
) -> None:
    """A rolling upgrade: running servers continue, dead ones start again, and a downgrade is possible."""
    before = open_authority(home=home, database_url=database_url)
    team = before.teams.create(operator, "My Company").team_id
    before.maps_ids.register(operator, team_id=team, identifier="maps.com.my.site", description="Mine")
    make_newer(database_url, home, oldest=REVISION)
    again = open_authority(home=home, database_url=database_url)
    for number, authority in enumerate((before, again)):
        key = authority.keys.create(operator, team_id=team, name=f"Key {number}", maps_id="maps.com.my.site")
        assert authority.keys.download(operator, key.key_id).pem
        authority.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED)
        assert authority.backups.write(operator, tmp_path / f"{number}.tpb").fault is None
    assert again.audit.verify().holds
    assert look_at_database(database_url, home=home) == SchemaStatus("9999", (), is_newer=True)
    before.close()
    again.close()


def test_a_migration_that_removes_something_raises_the_oldest_compatible_version() -> None:
    """Migrations that only add leave it unchanged, so that older versions keep working."""
    for path in sorted((FOLDER / "versions").glob("*.py")):
        if path.name > "0011":
            source = path.read_text()
            takes_away = re.search(r"drop_|alter_column|rename|DELETE FROM|nullable=False(?!.*server_default)", source)
            if takes_away and "create_table" not in source:
                assert "UPDATE compatibility SET oldest" in source, path.name


def test_a_migration_may_take_longer_than_any_statement(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a large installation it takes minutes; a server's own statements end after seconds."""
    monkeypatch.setattr(patience, "STATEMENT_TIMEOUT_MS", 50)
    monkeypatch.setattr(patience, "SILENCE_S", 0.2)
    slow = "SELECT pg_sleep(0.5)"
    line = patience.PostgresLine(new_database(postgres))
    with line.connect(timeout_ms=0) as connection:
        connection.execute(slow)
    with line.connect(timeout_ms=50) as connection, pytest.raises(psycopg.Error):
        connection.execute(slow)


def test_waiting_for_a_migration_has_no_limit_and_is_logged(
    postgres: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "TELL_EVERY_S", 0.0)
    url = new_database(postgres)
    told: list[str] = []
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (migrating.LOCK_NUMBER,))

        def tell(sentence: str) -> None:
            told.append(sentence)
            other.rollback()  # the other one is done

        open_store(url, home=home, tell=tell).close()
    assert told[0].startswith("Another process is migrating the database; waiting for ")


def test_each_step_is_reported(empty_database_url: str | None, home: Path) -> None:
    opening.prepare_home(home)
    if empty_database_url is None:
        engine = opening._open_sqlite(Home(home).database)
    else:
        engine = opening._open_postgres(patience.PostgresLine(empty_database_url))
    upgrade(engine, to="0010")
    engine.dispose()
    told: list[str] = []
    open_store(empty_database_url, home=home, tell=told.append).close()
    assert told[0].startswith("Migrating the database, step 1 of ")
    assert "(0011): The oldest schema that a program must know to use this database." in told[0]


def test_processes_that_start_together_migrate_once(empty_database_url: str | None, home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from trigpoint.authority.opening import open_authority; "
        "open_authority(home=Path(sys.argv[1]), database_url=sys.argv[2] or None).close()"
    )
    starts = [start_script(code, str(home), empty_database_url or "") for _ in range(4)]
    printed = [start.finish() for start in starts]
    assert [start.process.returncode for start in starts] == [0] * 4, printed


def test_an_address_that_is_not_postgresql_is_refused_without_its_password(home: Path) -> None:
    with pytest.raises(InvalidError, match="TRIGPOINT_DATABASE_URL") as told:
        open_store("mysql://root:hush@localhost/maps", home=home)
    assert "hush" not in str(told.value)


def test_a_database_that_does_not_answer_is_reported(home: Path) -> None:
    with pytest.raises(UnavailableError, match="The database cannot be used"):
        open_store("postgresql://nobody@127.0.0.1:1/none", home=home)
