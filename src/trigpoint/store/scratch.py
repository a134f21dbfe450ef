"""A temporary database, in which migrations bring the rows of an older schema up to date."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from sqlalchemy import MetaData, create_engine, delete, insert

from trigpoint.store.copying import BATCH, Snapshot, Values, from_plain, refusing_odd_rows
from trigpoint.store.migrating import upgrade


@contextmanager
def brought_up_to_date(revision: str, tables: Iterable[tuple[str, Iterable[Values]]]) -> Iterator[Snapshot]:
    """Yield a snapshot, in today's schema, of tables that were copied from the schema of `revision`.

    The temporary database is deleted afterwards; only its owner may read its folder.
    """
    with tempfile.TemporaryDirectory(prefix="trigpoint-restore-") as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'scratch.db'}", hide_parameters=True)
        try:
            upgrade(engine, to=revision)
            older = MetaData()
            older.reflect(engine)
            with engine.begin() as connection:
                for table in reversed(older.sorted_tables):
                    if table.name != "alembic_version":
                        connection.execute(delete(table))  # the backup also has the rows that migrations insert
                for name, rows in tables:
                    table, rest = older.tables[name], iter(rows)
                    while batch := [from_plain(table, row) for row in islice(rest, BATCH)]:
                        with refusing_odd_rows():
                            connection.execute(insert(table), batch)
            upgrade(engine, to="head")
            with engine.begin() as connection:
                yield Snapshot(connection)
        finally:
            engine.dispose()
