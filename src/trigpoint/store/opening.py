"""Opening the database: SQLite in the data folder, or PostgreSQL by its URL."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from trigpoint.base.errors import UnavailableError
from trigpoint.home import Home
from trigpoint.store.addresses import read_postgres_address
from trigpoint.store.closed_files import open_private
from trigpoint.store.copying import Snapshot
from trigpoint.store.handovers import Handovers
from trigpoint.store.migrating import SchemaStatus, Tell, known_revisions, look_at_schema, migrate
from trigpoint.store.outages import reporting_outages
from trigpoint.store.reader import Reader
from trigpoint.store.refusals import Refusals
from trigpoint.store.reserve import Reserve
from trigpoint.store.undecodable import reading_any_text
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
    "Not every worker has confirmed within a second that it has read ledger entry %d (missing: %d). Until they do, these "
    "workers read the database before they admit a call."
)
"""A warning in the log and at the command line. Takes the sequence and the number of workers."""


class Store:
    """An open database. Each process has one; it may be used from several threads."""

    def __init__(self, engine: Engine, watch: Watch, reserve: Reserve | None = None) -> None:
        self._engine = engine
        self._watch = watch
        self._reserve = reserve
        relaxed = engine.execution_options(**{_IMMEDIATE: "relaxed"})
        self.usage = Usage(relaxed)
        self.refusals = Refusals(relaxed)
        self.handovers = Handovers(engine)
        self.deliveries = DeliveryQueue(relaxed, reading=engine)

    @property
    def is_local(self) -> bool:
        """Tell whether the database is on this machine (SQLite), so that a read takes microseconds."""
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
    def read_at_one_moment(self) -> Iterator[Reader]:
        """Read as `read` does, but all queries see the database at one moment, on PostgreSQL, too.

        Text that is not UTF-8 is read as `Undecodable`, so that a verification can report it.
        """
        with self._at_one_moment() as connection, reading_any_text(connection):
            yield Reader(connection)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read a consistent snapshot of the whole database, for as long as needed; concurrent writes go on."""
        with self._at_one_moment() as connection:
            yield Snapshot(connection)

    @contextmanager
    def _at_one_moment(self) -> Iterator[Connection]:
        options = {} if self.is_local else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with reporting_outages(), self._engine.execution_options(**options).begin() as connection:
            yield connection

    @contextmanager
    def change(self, *, urgent: bool = False) -> Iterator[Change]:
        """Change the database in one transaction, which is durable once the block ends, and rolled back on an error.

        Afterwards every worker either has read the change, or will read it before it admits a call. The latter are
        counted in `Change.unconfirmed`. An `urgent` change may use the disk space that is reserved.
        """
        with reporting_outages(), self._reserve.lent() if urgent and self._reserve else nullcontext():
            with self._engine.execution_options(**{_IMMEDIATE: "durable"}).begin() as connection:
                change = Change(connection)
                before = change.reached
                yield change
                self._watch.announce_inside(connection, change.reached)
            if change.reached != before:
                change.unconfirmed = self._watch.announce(change.reached)
                if change.unconfirmed:
                    _LOG.warning(UNCONFIRMED, change.reached.sequence, change.unconfirmed)

    def empty_log(self) -> None:
        """Checkpoint and truncate SQLite's write-ahead log, so that no erased bytes remain in it."""
        if self.is_local:
            connection = self._engine.raw_connection()  # a checkpoint inside a transaction would not truncate the log
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def keep_reserve(self) -> None:
        """Reserve disk space for urgent changes. Raises OSError if there is not enough."""
        if self._reserve is not None:
            self._reserve.keep()

    def close(self) -> None:
        """Close every connection."""
        self._watch.close()
        self._engine.dispose()


def open_store(url: str | None, *, home: Path, tell: Tell = _LOG.warning) -> Store:
    """Open the database, bring its schema up to date, and create the watch on its ledger.

    `url` is `postgresql://user:password@host/name`, or None for SQLite in the data folder `home`. `tell` is called with
    each migration. Raises `UnavailableError` if the database cannot be reached, or is too new for this program.
    """
    prepare_home(home)
    if url is None:
        path, reserve = Home(home).database, Reserve(Home(home).reserve)
        with reserve.lent():  # SQLite needs space to open a database, too
            _create_private(path)
            engine = _open_sqlite(path)
            _migrate(engine, lock=Home(home).migration_lock, tell=tell)
            return Store(engine, SqliteWatch(path, Home(home).sequence), reserve)
    from trigpoint.store.confirming import PostgresWatch
    from trigpoint.store.patience import PostgresLine

    line = PostgresLine(read_postgres_address(url))
    migrate_postgres(line, tell=tell)
    engine = _open_postgres(line)
    return Store(engine, PostgresWatch(line, engine))


def migrate_postgres(line: "PostgresLine", *, tell: Tell) -> SchemaStatus:
    """Bring the schema of a PostgreSQL database up to date, over a connection without statement timeout."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: line.connect(timeout_ms=0),
        poolclass=NullPool,
        hide_parameters=True,
    )
    return _migrate(engine, lock=None, tell=tell)


def prepare_home(home: Path) -> None:
    """Create the data folder with access for its owner only. Raises `UnavailableError` for a world-writable folder."""
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
            f"The data folder {home} can be written by everybody on this machine, so that anyone could put a database or "
            f"a key there. Restrict it with: chmod 700 {home}"
        )


def look_at_database(url: str | None, *, home: Path) -> SchemaStatus:
    """Read which migrations a database lacks, without running them. Raises `UnavailableError` if it is too new."""
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
    """Create the database file with access for its owner only."""
    try:
        os.close(open_private(path))
    except OSError as error:
        raise UnavailableError(f"The database file {path} cannot be opened: {error.strerror}.") from error


def _open_sqlite(path: Path) -> Engine:
    address = URL.create("sqlite", database=str(path))
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_S}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # `begin` below sends BEGIN, not the driver
        try:
            for pragma in (
                "journal_mode = WAL",
                "foreign_keys = ON",
                "secure_delete = ON",  # an erased private half is overwritten
            ):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()  # the pool does not know it yet, and would not close it
            raise

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get(_IMMEDIATE)
        if kind is None:
            connection.exec_driver_sql("BEGIN")
            return
        # After a power cut the latest counters may be lost (not after kill -9). Credentials must be durable.
        connection.exec_driver_sql(f"PRAGMA synchronous = {'NORMAL' if kind == 'relaxed' else 'FULL'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _open_postgres(line: "PostgresLine") -> Engine:
    from trigpoint.store.patience import CONNECT_TIMEOUT_S

    return create_engine(
        "postgresql+psycopg://",
        creator=line.connect,
        hide_parameters=True,  # no values in tracebacks
        pool_size=5,
        max_overflow=5,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=True,
    )
