"""Opening the database: SQLite in the data folder, or PostgreSQL by its address."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from trigpoint.base.errors import UnavailableError
from trigpoint.home import Home
from trigpoint.store.addresses import read_postgres_address
from trigpoint.store.copying import Snapshot
from trigpoint.store.handovers import Handovers
from trigpoint.store.migrating import SchemaStatus, Tell, known_revisions, look_at_schema, migrate
from trigpoint.store.outages import reporting_outages
from trigpoint.store.reader import Reader
from trigpoint.store.refusals import Refusals
from trigpoint.store.usage import Usage
from trigpoint.store.watching import SqliteWatch, Watch
from trigpoint.store.webhooks import DeliveryQueue
from trigpoint.store.writer import Change

if TYPE_CHECKING:  # psycopg is an extra: it is imported where a PostgreSQL is opened
    from trigpoint.store.patience import PostgresLine

BUSY_TIMEOUT_S = 30
_IMMEDIATE = "trigpoint_immediate"
_LOG = logging.getLogger("trigpoint.store")
UNCONFIRMED = (
    "Workers that have not confirmed within a second that they have read entry %d of the ledger: %d. Until they have, "
    "they admit no call without asking the database."
)
"""A warning in the log, and at the command line."""


class Store:
    """The database, open. One a process; safe to use from several threads."""

    def __init__(self, engine: Engine, watch: Watch) -> None:
        self._engine = engine
        self._watch = watch
        relaxed = engine.execution_options(**{_IMMEDIATE: "relaxed"})
        self.usage = Usage(relaxed)
        self.refusals = Refusals(relaxed)
        self.handovers = Handovers(engine)
        self.deliveries = DeliveryQueue(relaxed, reading=engine)

    @property
    def is_local(self) -> bool:
        """Tell whether reading is a matter of microseconds (SQLite) rather than of a network."""
        return self._engine.dialect.name == "sqlite"

    @property
    def watch(self) -> Watch:
        """The watch on the ledger."""
        return self._watch

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Read the database in one consistent transaction."""
        with reporting_outages(), self._engine.begin() as connection:
            yield Reader(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read a snapshot of the whole database, for as long as needed, while others write."""
        options = {} if self.is_local else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with reporting_outages(), self._engine.execution_options(**options).begin() as connection:
            yield Snapshot(connection)

    @contextmanager
    def change(self) -> Iterator[Change]:
        """Change the database in one transaction: all of it happens and is durable at the end, or nothing does.

        At the end every live worker knows it, or admits nothing before it does: `Change.unconfirmed` counts those.
        """
        with reporting_outages():
            with self._engine.execution_options(**{_IMMEDIATE: "durable"}).begin() as connection:
                change = Change(connection)
                before = change.sequence
                yield change
                self._watch.announce_inside(connection, change.sequence)
            if change.sequence != before:
                change.unconfirmed = self._watch.announce(change.sequence)
                if change.unconfirmed:
                    _LOG.warning(UNCONFIRMED, change.sequence, change.unconfirmed)

    def empty_log(self) -> None:
        """Move what stands in SQLite's write-ahead log into the database, where what is erased is overwritten."""
        if self.is_local:
            connection = self._engine.raw_connection()  # outside any transaction: in one the log is not emptied
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        """Close every connection."""
        self._watch.close()
        self._engine.dispose()


def open_store(url: str | None, *, home: Path, tell: Tell = _LOG.warning) -> Store:
    """Open the database, bring its schema up to date, and start watching its ledger. `tell` is told of migrations.

    `url` is `postgresql://user:password@host/name`, or None for SQLite in `home`. Raises `UnavailableError` if the
    database cannot be reached, or is newer than this program.
    """
    prepare_home(home)
    if url is None:
        path = Home(home).database
        _create_private(path)
        engine = _open_sqlite(path)
        _migrate(engine, lock=Home(home).migration_lock, tell=tell)
        return Store(engine, SqliteWatch(path, Home(home).sequence))
    from trigpoint.store.confirming import PostgresWatch
    from trigpoint.store.patience import PostgresLine

    line = PostgresLine(read_postgres_address(url))
    migrate_postgres(line, tell=tell)
    engine = _open_postgres(line)
    return Store(engine, PostgresWatch(line, engine))


def migrate_postgres(line: "PostgresLine", *, tell: Tell) -> SchemaStatus:
    """Bring the schema of a PostgreSQL up to date, over a connection whose statements nothing cuts off."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: line.connect(timeout_ms=0),
        poolclass=NullPool,
        hide_parameters=True,
    )
    return _migrate(engine, lock=None, tell=tell)


def prepare_home(home: Path) -> None:
    """Make the data folder for its owner alone, before anything is put there; refuse one that everybody may change."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = home.stat().st_mode
    except OSError as error:
        raise UnavailableError(
            f"The data folder {home} cannot be used: {error.strerror}. Set TRIGPOINT_HOME to a folder that this process may "
            "write to."
        ) from error
    if mode & 0o002:
        raise UnavailableError(
            f"The data folder {home} can be changed by everybody on this machine, who could put a database or a key of "
            f"theirs there. Close it with: chmod 700 {home}"
        )


def look_at_database(url: str | None, *, home: Path) -> SchemaStatus:
    """Say which migrations a database lacks, without running them; raise `UnavailableError` if it is too new."""
    if url is None:
        if not Home(home).database.exists():
            return SchemaStatus(None, tuple(sorted(known_revisions())), is_newer=False)
        engine = _open_sqlite(Home(home).database)
    else:
        from trigpoint.store.patience import PostgresLine

        engine = _open_postgres(PostgresLine(read_postgres_address(url)))
    try:
        with reporting_outages(), engine.connect() as connection:
            return look_at_schema(connection)
    finally:
        engine.dispose()


def _migrate(engine: Engine, *, lock: Path | None, tell: Tell) -> SchemaStatus:
    try:
        with reporting_outages():
            return migrate(engine, lock=lock, tell=tell)
    except BaseException:
        engine.dispose()
        raise


def _create_private(path: Path) -> None:
    """Create the database file so that only its owner may read it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise UnavailableError(f"The database file {path} cannot be opened: {error.strerror}.") from error


def _open_sqlite(path: Path) -> Engine:
    address = URL.create("sqlite", database=str(path))
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_S}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is written by `begin` below, not by the driver
        try:
            for pragma in (
                "journal_mode = WAL",
                "foreign_keys = ON",
                "secure_delete = ON",  # an erased private half is overwritten
            ):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()  # nobody else knows of it yet
            raise

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get(_IMMEDIATE)
        if kind is None:
            connection.exec_driver_sql("BEGIN")
            return
        # Counters may lose their last moments in a power cut (never at kill -9); credentials may not.
        connection.exec_driver_sql(f"PRAGMA synchronous = {'NORMAL' if kind == 'relaxed' else 'FULL'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _open_postgres(line: "PostgresLine") -> Engine:
    from trigpoint.store.patience import CONNECT_TIMEOUT_S

    return create_engine(
        "postgresql+psycopg://",
        creator=line.connect,
        hide_parameters=True,  # what is written is in no traceback
        pool_size=5,
        max_overflow=5,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=True,
    )
