"""Migrations: at start, one process at a time brings the schema up to date, in one transaction.

Migrations have no timeout: neither their statements, nor a process that waits for another one to migrate.

The table `compatibility` names the oldest schema revision that a program must know to use this database. Migrations that
only add things leave it unchanged, so that older programs keep running and can be restarted. One that removes something
raises it.
"""

import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from trigpoint.base.errors import UnavailableError
from trigpoint.store.closed_files import open_private
from trigpoint.store.tables import REVISION

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"
LOCK_NUMBER = 8_060_060
"""Number of the PostgreSQL advisory lock that migrations take."""
LOOK_EVERY_S = 0.1
TELL_EVERY_S = 10.0
_LOG = logging.getLogger("trigpoint.store")

Tell = Callable[[str], None]
"""Called with a sentence for each step."""


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """The schema of a database: its revision (None without tables), and the revisions that it lacks, in order.

    `is_newer` tells that a newer program has migrated the database, and that this program may still use it.
    """

    found: str | None
    missing: tuple[str, ...]
    is_newer: bool


def migrate(engine: Engine, *, lock: Path | None, tell: Tell = _LOG.warning) -> SchemaStatus:
    """Bring the schema up to date, and return the status that it had. Raises `UnavailableError` if it is too new.

    `lock` is a lock file (SQLite); with None an advisory lock of the database is taken. `engine` must have no statement
    timeout. `tell` is called with each step.
    """
    with engine.connect() as connection:
        status = look_at_schema(connection)
    if not status.missing:
        return status
    if lock is not None:
        with _alone(lock, tell), engine.execution_options(trigpoint_immediate="durable").begin() as connection:
            return _upgrade_missing(connection, tell)
    with engine.begin() as connection:
        _wait_for_lock(connection, tell)
        return _upgrade_missing(connection, tell)


def look_at_schema(connection: Connection) -> SchemaStatus:
    """Read which schema a database has and lacks. Raises `UnavailableError` if it is too new for this program."""
    found = current_revision(connection)
    known = sorted(known_revisions())
    if found is None or found in known:
        return SchemaStatus(found, tuple(one for one in known if found is None or one > found), is_newer=False)
    oldest = _oldest_program(connection)
    if oldest is None or oldest > REVISION:
        may = "" if oldest is None else f", and only programs that know {oldest} may use it"
        raise UnavailableError(
            f"The database has schema {found}, which is newer than this program (it knows up to {REVISION}){may}. "
            "Nothing was changed. Update Trigpoint, or use the data folder or database that belongs to this version."
        )
    return SchemaStatus(found, (), is_newer=True)


def current_revision(connection: Connection) -> str | None:
    """Return the revision of a database's schema; None if it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def known_revisions() -> set[str]:
    """Return every schema revision that this program knows."""
    return {path.name.split("_", 1)[0] for path in (FOLDER / "versions").glob("*.py")}


def upgrade(engine: Engine, *, to: str) -> None:
    """Run the migrations up to a revision, or up to `head`."""
    from alembic import command

    with engine.execution_options(trigpoint_immediate="durable").begin() as connection:
        command.upgrade(_config(connection), to)


def _upgrade_missing(connection: Connection, tell: Tell) -> SchemaStatus:
    """Run the missing migrations. The status is read again, as another process may have migrated meanwhile."""
    from alembic import command
    from alembic.script import ScriptDirectory

    status = look_at_schema(connection)
    config = _config(connection)
    scripts = ScriptDirectory.from_config(config)
    for number, revision in enumerate(status.missing, 1):
        if status.found is not None:  # creating a new database is not reported
            what = (scripts.get_revision(revision).doc or "").splitlines()[0]
            tell(f"Migrating the database, step {number} of {len(status.missing)} ({revision}): {what}")
        command.upgrade(config, revision)
    return status


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _oldest_program(connection: Connection) -> str | None:
    if not inspect(connection).has_table("compatibility"):
        return None
    return connection.execute(text("SELECT oldest FROM compatibility")).scalar_one_or_none()


def _wait_for_lock(connection: Connection, tell: Tell) -> None:
    """Take an advisory lock for this transaction. Unlike a session lock it works through a transaction pooler."""
    question = text("SELECT pg_try_advisory_xact_lock(:number)")
    _wait_until(lambda: bool(connection.execute(question, {"number": LOCK_NUMBER}).scalar_one()), tell)


@contextlib.contextmanager
def _alone(lock: Path, tell: Tell) -> Iterator[None]:
    with os.fdopen(open_private(lock), "r+b") as file:

        def take() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        _wait_until(take, tell)
        yield


def _wait_until(take: Callable[[], bool], tell: Tell) -> None:
    begun = reported_at = time.monotonic()
    while not take():
        now = time.monotonic()
        if now - reported_at >= TELL_EVERY_S:
            reported_at = now
            tell(f"Another process is migrating the database; waiting for {now - begun:.0f} seconds so far.")
        time.sleep(LOOK_EVERY_S)
