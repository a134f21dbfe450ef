"""Copying the database for backups: tables are read as plain values from one snapshot, and restored in one transaction.

Sessions, links, challenges and other short-lived rows are not copied: a restore would revive those that had ended.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import Connection, LargeBinary, Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, SQLAlchemyError

from trigpoint.credentials.ledger import Entry, Head
from trigpoint.store import tables
from trigpoint.store.rows import entry_of

OF_THE_MOMENT = frozenset(
    {
        tables.creations.name,
        tables.workers.name,
        tables.compatibility.name,
        tables.handovers.name,
        tables.sessions.name,
        tables.links.name,
        tables.challenges.name,
        tables.failures.name,
        tables.recent_refusals.name,
    }
)
"""Tables that are not copied, since their rows are short-lived or describe this database itself."""
COUNTERS = frozenset(
    {
        tables.quota_windows.name,
        tables.usage_hours.name,
        tables.refusal_hours.name,
        tables.key_uses.name,
    }
)
"""Tables of counters. A restore keeps the rows that are there, and only adds missing ones."""
BATCH = 500

Values = Mapping[str, object]
"""A row as JSON values by column name; bytes are in Base64."""


def copied_tables() -> list[Table]:
    """List the tables to copy, each after the tables that its foreign keys refer to."""
    return [table for table in tables.metadata.sorted_tables if table.name not in OF_THE_MOMENT]


class Snapshot:
    """A consistent snapshot of the database; concurrent writes do not change it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self) -> Head:
        """The head of the ledger in this snapshot."""
        row = self._connection.execute(select(tables.ledger_head.c.sequence, tables.ledger_head.c.hash)).one()
        return Head(row.sequence, row.hash)

    def master_key_check(self) -> bytes:
        """The sealed constant that only the installation's own master key opens."""
        return bytes(self._connection.execute(select(tables.installation.c.master_key_check)).scalar_one())

    def count(self, table: Table) -> int:
        """Count the rows of a table."""
        return int(self._connection.execute(select(func.count()).select_from(table)).scalar_one())

    def rows(self, table: Table) -> Iterator[Values]:
        """Read a table, in the order of its primary key."""
        question = select(table).order_by(*table.primary_key.columns)
        with self._connection.execute(question, execution_options={"yield_per": BATCH}) as found:
            for row in found.mappings():
                yield {name: _to_plain(value) for name, value in row.items()}


class Restoring:
    """Writes copied rows back, inside a change."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def clear(self) -> None:
        """Delete the rows of all tables but the counters and `compatibility`."""
        for table in reversed(tables.metadata.sorted_tables):
            if table.name not in COUNTERS and table is not tables.compatibility:
                self._connection.execute(delete(table))

    def insert(self, table: Table, rows: Iterable[Values]) -> Iterator[int]:
        """Insert rows in batches; existing counters are kept. Yields the size of each batch once it is written.

        Raises `ValueError` for rows that the table does not accept.
        """
        put = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        statement = put(table).on_conflict_do_nothing() if table.name in COUNTERS else insert(table)
        rest = iter(rows)
        while batch := [from_plain(table, row) for row in islice(rest, BATCH)]:
            with refusing_odd_rows():
                self._connection.execute(statement, batch)
            yield len(batch)

    def insert_one(self, table: Table, row: Values) -> bool:
        """Insert one row; return False if it violates a constraint (a name that is taken, a team that is gone)."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(table), from_plain(table, row))
        except IntegrityError:
            return False
        return True

    def primary_keys(self, table: Table) -> set[tuple[object, ...]]:
        """The primary keys of all rows of a table."""
        return {tuple(row) for row in self._connection.execute(select(*table.primary_key.columns))}


@contextmanager
def refusing_odd_rows() -> Iterator[None]:
    """Turn errors about rows that a table does not accept into `ValueError`. Outages of the database are not changed."""
    try:
        yield
    except SQLAlchemyError as error:
        outage = isinstance(error, OperationalError | InternalError) or getattr(error, "connection_invalidated", False)
        if outage:
            raise
        raise ValueError("rows that the tables do not accept") from error


def primary_key_of(table: Table, row: Values) -> tuple[object, ...]:
    """Return the primary key of a copied row."""
    return tuple(row[column.name] for column in table.primary_key.columns)


def copied_entry(row: Values) -> Entry:
    """Read a ledger entry from a copied row."""
    return entry_of(row)


def from_plain(table: Table, row: Values) -> Values:
    """Convert plain values to those of a table's columns."""
    return {
        name: base64.b64decode(value)
        if isinstance(value, str) and isinstance(table.c[name].type, LargeBinary)
        else value
        for name, value in row.items()
    }


def _to_plain(value: object) -> object:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes | memoryview) else value
