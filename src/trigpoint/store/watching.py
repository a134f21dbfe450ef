"""Watching the ledger: tell whether anything has happened since this process last looked.

A revocation must hold for the next request on every worker, so the question is asked on every request and must cost
next to nothing. `moved()` answers it; whoever gets True reads the ledger, and says with `settle()` how far. The watch
of PostgreSQL is in `confirming`.
"""

import mmap
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

WIDTH = 8
BACKSTOP_S = 0.25
"""How often `data_version` is asked, in seconds."""


class Watch(Protocol):
    """What tells whether the ledger has moved on since this process last read it."""

    def moved(self) -> bool:
        """Tell whether the ledger must be read before anything is admitted."""

    def mark(self) -> object:
        """Remember this moment, before the ledger is read."""

    def settle(self, mark: object, sequence: int) -> None:
        """Note that the ledger was read up to `sequence`, at a time not before `mark`."""

    def announce_inside(self, connection: Connection, sequence: int) -> None:
        """Tell other processes, inside the transaction that moves the ledger."""

    def announce(self, sequence: int) -> int:
        """Tell other processes, after the commit and before anyone is answered.

        Gives how many workers have not confirmed it in time; they admit nothing before they have read the ledger.
        """

    def follow(self, refresh: Callable[[], None]) -> None:
        """Follow the ledger in the background where that is needed; `refresh` reads it and settles."""

    def answer_with(self, hand_over: Callable[[], None]) -> None:
        """Call `hand_over` when another machine asks for a data key."""

    def is_alive(self) -> bool:
        """Tell whether what follows the ledger in the background still does."""

    def close(self) -> None:
        """Stop watching."""


class SqliteWatch:
    """Watches through a memory-mapped number beside the database, which the writer raises after its commit.

    Behind it stands `PRAGMA data_version`, a few times a second, for a writer that died between the two.
    """

    def __init__(self, database: Path, sequence_file: Path) -> None:
        descriptor = os.open(sequence_file, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(descriptor).st_size < WIDTH:
            os.ftruncate(descriptor, WIDTH)
        self._descriptor = descriptor
        self._number = mmap.mmap(descriptor, WIDTH, access=mmap.ACCESS_READ)
        self._seen: bytes | None = None
        self._database = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        self._version = -1
        self._next_version_at = 0.0

    def moved(self) -> bool:
        """Compare the number (0.2 µs), and now and then the database's own version (5 µs)."""
        if self._number[:] != self._seen:
            return True
        now = time.monotonic()
        if now < self._next_version_at:
            return False
        self._next_version_at = now + BACKSTOP_S
        if self._data_version() == self._version:
            return False
        self._seen = None  # it stays moved until somebody has read the ledger
        return True

    def mark(self) -> tuple[bytes, int]:
        """Remember number and version as they are now."""
        return self._number[:], self._data_version()

    def settle(self, mark: object, sequence: int) -> None:  # noqa: ARG002 (the number itself is the position)
        """Note that everything up to the mark was read."""
        if isinstance(mark, tuple):
            self._seen, self._version = mark

    def announce_inside(self, connection: Connection, sequence: int) -> None:
        """Do nothing: readers of SQLite are told after the commit."""

    def announce(self, sequence: int) -> int:
        """Raise the number. Each sequence is written once, so a reader sees every change as a difference."""
        os.pwrite(self._descriptor, sequence.to_bytes(WIDTH, "little"), 0)
        return 0

    def follow(self, refresh: Callable[[], None]) -> None:
        """Do nothing: the next request compares the number."""

    def answer_with(self, hand_over: Callable[[], None]) -> None:
        """Do nothing: there is one machine."""

    def is_alive(self) -> bool:
        """Tell that nothing runs in the background that could end."""
        return True

    def close(self) -> None:
        """Let go of the file and the connection."""
        if self._number.closed:
            return
        self._number.close()
        os.close(self._descriptor)
        self._database.close()

    def _data_version(self) -> int:
        return int(self._database.execute("PRAGMA data_version").fetchone()[0])
