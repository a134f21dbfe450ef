"""Watching the ledger: telling whether it has moved since this process last read it. PostgreSQL's watch is in `confirming`.

A revocation must hold for the next request on every worker, so `moved()` is called on every request and must be very
cheap. A caller that gets True reads the ledger, and then notes with `settle()` up to where it has read.
"""

import mmap
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from trigpoint.credentials.ledger import Head
from trigpoint.store.closed_files import open_private

WIDTH = 8
BACKSTOP_S = 0.25
"""Interval between two queries of `data_version`, in seconds."""


class Watch(Protocol):
    """Tells whether the ledger has moved since this process last read it."""

    def moved(self) -> bool:
        """Tell whether the ledger must be read before anything is admitted."""

    def mark(self) -> object:
        """Return a mark for `settle`; called before the ledger is read."""

    def settle(self, mark: object, head: Head) -> None:
        """Note that the ledger was read up to `head`, after `mark` was taken."""

    def announce_inside(self, connection: Connection, head: Head) -> None:
        """Notify other processes, inside the transaction that moves the ledger."""

    def announce(self, head: Head) -> int:
        """Notify other processes, after the commit and before the response is sent.

        Returns how many workers have not confirmed in time; these read the ledger before they admit a call.
        """

    def follow(self, refresh: Callable[[], None]) -> None:
        """Follow the ledger in the background if this watch needs that; `refresh` reads the ledger and settles."""

    def answer_with(self, hand_over: Callable[[], None]) -> None:
        """Set `hand_over`, which is called when another machine waits for a data key."""

    def is_alive(self) -> bool:
        """Tell whether the background thread is running, if there is one."""

    def close(self) -> None:
        """Stop watching."""


class SqliteWatch:
    """Watches a memory-mapped number in a file beside the database, which a writer updates after its commit.

    The number is the first bytes of the head's hash, so that it differs after every change, even after a database was put
    back. As a backstop for a writer that died between the two, `PRAGMA data_version` is read a few times a second.
    """

    def __init__(self, database: Path, sequence_file: Path) -> None:
        descriptor = open_private(sequence_file)
        if os.fstat(descriptor).st_size < WIDTH:
            os.ftruncate(descriptor, WIDTH)
        self._descriptor = descriptor
        self._number = mmap.mmap(descriptor, WIDTH, access=mmap.ACCESS_READ)
        self._seen: bytes | None = None
        self._database = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        self._version = -1
        self._next_version_at = 0.0

    def moved(self) -> bool:
        """Compare the number (0.2 µs), and every `BACKSTOP_S` the database's own version (5 µs)."""
        if self._number[:] != self._seen:
            return True
        now = time.monotonic()
        if now < self._next_version_at:
            return False
        self._next_version_at = now + BACKSTOP_S
        if self._data_version() == self._version:
            return False
        self._seen = None  # so that the result stays True until the ledger was read
        return True

    def mark(self) -> tuple[bytes, int]:
        """Return the current number and version."""
        return self._number[:], self._data_version()

    def settle(self, mark: object, head: Head) -> None:  # noqa: ARG002 (the number itself is the position)
        """Note that everything up to the mark was read."""
        if isinstance(mark, tuple):
            self._seen, self._version = mark

    def announce_inside(self, connection: Connection, head: Head) -> None:
        """Do nothing: on SQLite readers are notified after the commit."""

    def announce(self, head: Head) -> int:
        """Write the number."""
        os.pwrite(self._descriptor, bytes.fromhex(head.hash)[:WIDTH], 0)
        return 0

    def follow(self, refresh: Callable[[], None]) -> None:
        """Do nothing: the next request compares the number."""

    def answer_with(self, hand_over: Callable[[], None]) -> None:
        """Do nothing: with SQLite there is one machine."""

    def is_alive(self) -> bool:
        """Return True: this watch has no background thread."""
        return True

    def close(self) -> None:
        """Close the file and the connection."""
        if self._number.closed:
            return
        self._number.close()
        os.close(self._descriptor)
        self._database.close()

    def _data_version(self) -> int:
        return int(self._database.execute("PRAGMA data_version").fetchone()[0])
