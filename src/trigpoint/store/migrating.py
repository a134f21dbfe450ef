"""Migrations: the schema is brought up to date at start, by one process at a time, whole or not at all."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from trigpoint.base.errors import UnavailableError
from trigpoint.store.schema import REVISION

FOLDER = Path(__file__).parent / "migrations"
LOCK_NUMBER = 8_060_060
"""The advisory lock of PostgreSQL under which migrations run."""


def migrate(engine: Engine, *, lock: Path | None) -> None:
    """Bring the schema up to date; refuse a database that is newer than this program.

    `lock` is a file that one process holds at a time; None uses an advisory lock of the database.
    """
    with engine.connect() as connection:
        if current_revision(connection) == REVISION:
            return
    with _alone(engine, lock):
        with engine.connect() as connection:
            found = current_revision(connection)
        if found != REVISION:
            _refuse_newer(found)
            upgrade(engine, to="head")


def current_revision(connection: Connection) -> str | None:
    """Name the revision of a database's schema; None if it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def known_revisions() -> set[str]:
    """Name every revision that this program can migrate from."""
    return {path.name.split("_", 1)[0] for path in (FOLDER / "versions").glob("*.py")}


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in known_revisions():
        raise UnavailableError(
            f"The database has schema {found}, which is newer than this program (it knows up to {REVISION}). "
            "Nothing was changed. Update Trigpoint, or use the data folder or database that belongs to this version."
        )


def upgrade(engine: Engine, *, to: str) -> None:
    """Run the migrations up to a revision, or up to `head`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.execution_options(trigpoint_immediate="durable").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextlib.contextmanager
def _alone(engine: Engine, lock: Path | None) -> Iterator[None]:
    if lock is not None:
        with lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": LOCK_NUMBER})
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": LOCK_NUMBER})
            connection.commit()
