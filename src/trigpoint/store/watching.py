"""Watching the ledger: tell whether anything has happened since this process last looked.

A revocation must hold for the next request on every worker, so the question is asked on every request and must cost
next to nothing. `moved()` answers it; whoever gets True reads the ledger, and says with `settle()` how far.
"""

import contextlib
import mmap
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Connection, text

from trigpoint.store.patience import PostgresLine

WIDTH = 8
CHANNEL = "trigpoint_ledger"
BACKSTOP_S = 0.25
"""How often `data_version` is asked on SQLite, and the heartbeat of a PostgreSQL watch, in seconds."""
CONFIRMED_FOR_S = 1.0
"""How long a PostgreSQL worker may trust what it knows, in seconds (design §2)."""


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

    def announce(self, sequence: int) -> None:
        """Tell other processes, after the commit and before anyone is answered."""

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

    def announce(self, sequence: int) -> None:
        """Raise the number. Each sequence is written once, so a reader sees every change as a difference."""
        os.pwrite(self._descriptor, sequence.to_bytes(WIDTH, "little"), 0)

    def close(self) -> None:
        """Let go of the file and the connection."""
        if self._number.closed:
            return
        self._number.close()
        os.close(self._descriptor)
        self._database.close()

    def _data_version(self) -> int:
        return int(self._database.execute("PRAGMA data_version").fetchone()[0])


class PostgresWatch:
    """Watches through LISTEN/NOTIFY and a heartbeat, in a thread of its own.

    What was confirmed more than a second ago is not trusted: `moved()` says True, and the caller must read the
    ledger itself, or refuse.
    """

    def __init__(self, line: PostgresLine) -> None:
        self._line = line
        self._known = -1  # the sequence that the thread saw last
        self._settled = -2  # the sequence that the process has read
        self._confirmed_at = float("-inf")
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def moved(self) -> bool:
        """Compare two numbers and a time; nothing is asked of the network here."""
        if self._thread is None:
            self._start()
        if self._known > self._settled:
            return True
        return time.monotonic() - self._confirmed_at >= CONFIRMED_FOR_S

    def mark(self) -> float:
        """Remember this moment."""
        return time.monotonic()

    def settle(self, mark: object, sequence: int) -> None:
        """Note how far the ledger was read, and that this was confirmed at the mark."""
        self._settled = max(self._settled, sequence)
        if isinstance(mark, float):
            self._confirmed_at = max(self._confirmed_at, mark)

    def announce_inside(self, connection: Connection, sequence: int) -> None:
        """Send a notification, which PostgreSQL delivers at the commit."""
        connection.execute(
            text("SELECT pg_notify(:channel, :sequence)"), {"channel": CHANNEL, "sequence": str(sequence)}
        )

    def announce(self, sequence: int) -> None:
        """Raise what this process knows at once, without waiting for its own notification."""
        self._known = max(self._known, sequence)

    def close(self) -> None:
        """Stop the thread and wait for it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="ledger watch", daemon=True)
                self._thread.start()

    def _follow(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(psycopg.Error):
                self._listen()
            self._stop.wait(BACKSTOP_S)

    def _listen(self) -> None:
        with self._line.connect(autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            while not self._stop.is_set():
                asked_at = time.monotonic()
                row = connection.execute("SELECT sequence FROM ledger_head").fetchone()
                sequence = int(row[0]) if row is not None else 0
                self._known = max(self._known, sequence)
                if sequence <= self._settled:
                    self._confirmed_at = max(self._confirmed_at, asked_at)
                for _ in connection.notifies(timeout=BACKSTOP_S, stop_after=1):
                    break
