"""The schema is brought up to date at start, whole or not at all."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.store.migrating import FOLDER, current_revision
from trigpoint.store.opening import open_store
from trigpoint.store.schema import REVISION, metadata


def test_the_migrations_make_the_schema(empty_database_url: str | None, home: Path) -> None:
    store = open_store(empty_database_url, home=home)
    with store._engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    store.close()
    assert differences == []


def test_the_schema_names_the_last_migration() -> None:
    assert ScriptDirectory(str(FOLDER)).get_current_head() == REVISION


def test_opening_again_changes_nothing(database_url: str | None, home: Path) -> None:
    open_store(database_url, home=home).close()
    store = open_store(database_url, home=home)
    with store._engine.connect() as connection:
        assert current_revision(connection) == REVISION
    store.close()


def test_a_database_that_is_newer_than_the_program_is_refused(database_url: str | None, home: Path) -> None:
    store = open_store(database_url, home=home)
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(UnavailableError, match="has schema 9999, which is newer than this program"):
        open_store(database_url, home=home)


def test_processes_that_start_at_once_migrate_once(empty_database_url: str | None, home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from trigpoint.authority.opening import open_authority; "
        "open_authority(home=Path(sys.argv[1]), database_url=sys.argv[2] or None).close()"
    )
    command = [sys.executable, "-c", code, str(home), empty_database_url or ""]
    starts = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [start.communicate()[1] for start in starts]
    assert [start.returncode for start in starts] == [0] * 4, errors


def test_an_address_that_is_not_postgresql_is_refused_without_its_password(home: Path) -> None:
    with pytest.raises(InvalidError, match="TRIGPOINT_DATABASE_URL") as told:
        open_store("mysql://root:hush@localhost/maps", home=home)
    assert "hush" not in str(told.value)


def test_a_database_that_does_not_answer_is_reported(home: Path) -> None:
    with pytest.raises(UnavailableError, match="The database cannot be used"):
        open_store("postgresql://nobody@127.0.0.1:1/none", home=home)
