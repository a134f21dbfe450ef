"""Text in SQLite that is not UTF-8, which only somebody who wrote to the file directly can have left there."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, RowMapping


class Undecodable(bytes):
    """The bytes of such a text."""

    __slots__ = ()


@contextmanager
def reading_any_text(connection: Connection) -> Iterator[None]:
    """Read such a text as `Undecodable` on this connection; otherwise SQLite's driver raises an error for the whole query.

    PostgreSQL only stores texts of its encoding.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.text_factory = _read
    try:
        yield
    finally:
        driver.text_factory = str


def has_unreadable_text(row: RowMapping) -> bool:
    """Tell whether a column of a row is not UTF-8."""
    return any(isinstance(value, Undecodable) for value in row.values())


def _read(stored: bytes) -> str | Undecodable:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return Undecodable(stored)
