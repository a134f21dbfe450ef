"""Watching the ledger on PostgreSQL: each worker confirms how far it has read, and a writer waits for all of them.

Every worker has a row in the table `workers` with its position: the sequence up to which it has read the ledger.

1. A worker may trust its memory for one second after it has looked at the database and found that both its memory and
   its row are at the head of the ledger. Otherwise `moved()` is True, and each call reads the ledger first.
2. A worker writes a position to its row only after it has read the ledger up to there, and only into a database whose
   ledger has the entry that it has read.
3. A writer, after its commit, waits until no row is behind. It waits for at most one second: by then any trust from
   before the commit has expired, and rule 1 gives no new trust. Rows that are still behind belong to workers that died
   or are stalled. The writer deletes them; a worker that recovers writes its row again.
4. PostgreSQL empties the table when it recovers from a crash, and on a standby that is promoted, because the table is
   unlogged. A row without a name marks a table that was not emptied; without it, a writer waits for the whole second.

So a request that is sent after a change was acknowledged is never judged by the state before that change. A head is a
sequence and a hash: a ledger that lost its last entries in a failover is not mistaken for the one that was read.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from trigpoint.base.errors import UnavailableError
from trigpoint.credentials.ledger import EMPTY, Head

if TYPE_CHECKING:  # psycopg is an extra, which a server on SQLite does not need
    import psycopg

    from trigpoint.store.patience import PostgresLine

CHANNEL = "trigpoint_ledger"
HEARTBEAT_S = 0.25
"""Interval of the heartbeat, in seconds: how often a worker looks at the head of the ledger without a notification."""
CONFIRMED_FOR_S = 1.0
"""How long a worker may trust its state of the ledger, in seconds (design §2)."""
NOT_EMPTIED = ""
"""Name of the row that marks a table which was not emptied (rule 4)."""
FURTHEST = 2**63 - 1
"""Position of that row: never behind."""
FIRST_PAUSE_S = 0.002
LONGEST_PAUSE_S = 0.02
_LOG = logging.getLogger("trigpoint.store")


class Look(NamedTuple):
    """What one query found: the head of the ledger, the position in this worker's row (None without a row), and `asked`.

    `asked` tells whether another machine is waiting for a data key.
    """

    head: Head
    position: int | None
    asked: bool = False


class Rows(Protocol):
    """The table `workers`, as one worker uses it. `name` is that worker's name."""

    def look(self, name: str) -> Look:
        """Read the head of the ledger and this worker's row in one statement."""

    def write(self, name: str, read: Head) -> None:
        """Insert or update this worker's row, if the ledger has the entry `read`."""


class Trust:
    """What a worker knows of the ledger, and until when it may trust that (rules 1 and 2 of this module)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = secrets.token_hex(8)
        self.refresh: Callable[[], None] | None = None
        self._clock = clock
        self._settled: Head | None = None  # how far the process has read
        self._is_behind = True
        self._confirmed_at = float("-inf")

    def moved(self) -> bool:
        """Tell whether the ledger must be read first. Looks at a flag and a time; makes no query."""
        return self._is_behind or self._clock() - self._confirmed_at >= CONFIRMED_FOR_S

    def learn(self, head: Head) -> None:
        """Note the head of the ledger. If it is not the entry that was read last, the ledger must be read."""
        if head != self._settled:
            self._is_behind = True

    def settle(self, head: Head) -> None:
        """Note that this process has read the ledger up to `head`. Reads happen one after the other.

        A head that was learned during the read may be overlooked until the next beat. That is safe: only `beat` gives trust.
        """
        self._settled = head
        self._is_behind = False

    def beat(self, rows: Rows) -> Look:
        """Do one heartbeat: query the head, read the ledger if it moved, confirm the position, and renew the trust."""
        asked_at = self._clock()
        look = rows.look(self.name)
        self.learn(look.head)
        if look.head != self._settled and self.refresh is not None:
            self.refresh()
        read = self._settled
        if read is not None and look.position != read.sequence:
            rows.write(self.name, read)  # rule 2
            asked_at = self._clock()
            look = rows.look(self.name)
            self.learn(look.head)
        if look.head == read and look.position == read.sequence:  # rule 1
            self._confirmed_at = max(self._confirmed_at, asked_at)
        return look


class PostgresWatch:
    """Watches the ledger by LISTEN/NOTIFY and a heartbeat, in a background thread. Implements `watching.Watch`."""

    def __init__(self, line: "PostgresLine", engine: Engine) -> None:
        self._line = line
        self._engine = engine
        self._trust = Trust()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._hand_over: Callable[[], None] | None = None

    def moved(self) -> bool:
        """Tell whether the ledger must be read before anything is admitted."""
        if self._thread is None:
            self._start()
        return self._trust.moved()

    def mark(self) -> None:
        """Do nothing: trust comes only from the heartbeat thread."""

    def settle(self, mark: object, head: Head) -> None:  # noqa: ARG002 (a position needs no mark)
        """Note how far the ledger was read."""
        self._trust.settle(head)

    def announce_inside(self, connection: Connection, head: Head) -> None:
        """Send a notification, which PostgreSQL delivers at the commit."""
        connection.execute(
            text("SELECT pg_notify(:channel, :sequence)"), {"channel": CHANNEL, "sequence": str(head.sequence)}
        )

    def announce(self, head: Head) -> int:
        """Wait until every worker has confirmed, or a second has passed (rule 3); give how many had not."""
        self._trust.learn(head)
        deadline = time.monotonic() + CONFIRMED_FOR_S
        try:
            with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                return wait_for_workers(DatabaseRows(connection), head.sequence, deadline=deadline)
        except SQLAlchemyError as error:
            _LOG.warning("It cannot be checked whether workers have read the ledger: %s", type(error).__name__)
            time.sleep(max(0.0, deadline - time.monotonic()))
            return 1

    def follow(self, refresh: Callable[[], None]) -> None:
        """Set `refresh`, which the heartbeat calls whenever the ledger has moved. It starts with the first `moved()`."""
        self._trust.refresh = refresh

    def answer_with(self, hand_over: Callable[[], None]) -> None:
        """Set `hand_over`, which is called when another machine waits for a data key."""
        self._hand_over = hand_over

    def is_alive(self) -> bool:
        """Tell whether the heartbeat thread is running, or was never started."""
        return self._thread is None or self._thread.is_alive()

    def close(self) -> None:
        """Stop the thread and wait for its end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._go_on, name="ledger watch", daemon=True)
                self._thread.start()

    def _go_on(self) -> None:
        import psycopg

        while not self._stop.is_set():
            try:
                self._listen()
            except (psycopg.Error, UnavailableError):
                pass  # meanwhile each call reads the ledger itself, and reports the error
            except Exception:  # noqa: BLE001 (without the heartbeat this worker would stay slow, so it is restarted after any error)
                _LOG.exception("The heartbeat of the ledger failed and is being restarted.")
            self._stop.wait(HEARTBEAT_S)

    def _listen(self) -> None:
        with self._line.connect(autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            rows = OwnRow(connection)
            while not self._stop.is_set():
                if self._trust.beat(rows).asked and self._hand_over is not None:
                    self._hand_over()
                for _ in connection.notifies(timeout=HEARTBEAT_S, stop_after=1):
                    break
            rows.remove(self._trust.name)


class OwnRow:
    """The row of this worker, over the connection of the heartbeat thread. Implements `Rows`."""

    def __init__(self, connection: "psycopg.Connection[tuple[int, str, int | None, bool]]") -> None:
        self._connection = connection

    def look(self, name: str) -> Look:
        """Read the head of the ledger and this worker's row in one statement."""
        question = (
            "SELECT sequence, hash, (SELECT position FROM workers WHERE name = %s), "
            "EXISTS (SELECT 1 FROM handovers WHERE answer IS NULL) FROM ledger_head"
        )
        row = self._connection.execute(question, (name,)).fetchone()
        return Look(EMPTY, None) if row is None else Look(Head(row[0], row[1]), row[2], row[3])

    def write(self, name: str, read: Head) -> None:
        """Insert or update this worker's row, if the ledger has the entry `read`.

        It may not: a pooler may have followed a failover to another server since the ledger was read.
        """
        statement = (
            "INSERT INTO workers (name, position) SELECT %(name)s, %(sequence)s WHERE %(sequence)s = 0 OR EXISTS "
            "(SELECT 1 FROM ledger WHERE sequence = %(sequence)s AND hash = %(hash)s) "
            "ON CONFLICT (name) DO UPDATE SET position = excluded.position"
        )
        self._connection.execute(statement, {"name": name, "sequence": read.sequence, "hash": read.hash})

    def remove(self, name: str) -> None:
        """Delete this worker's row, so that writers no longer wait for it."""
        self._connection.execute("DELETE FROM workers WHERE name = %s", (name,))


class OtherRows(Protocol):
    """The rows of all workers, as a writer that waits for them uses them."""

    def count_behind(self, sequence: int) -> int:
        """Count the workers whose position is before `sequence`, plus one if rows may have been lost (rule 4)."""

    def remove_behind(self, sequence: int) -> int:
        """Delete the rows of those workers, and mark the table as complete; return how many rows there were."""


class DatabaseRows:
    """The rows of all workers, over a pooled connection. Implements `OtherRows`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count_behind(self, sequence: int) -> int:
        """Count the workers whose position is before `sequence`, plus one if rows may have been lost (rule 4)."""
        question = text(
            "SELECT count(*) FILTER (WHERE position < :sequence), count(*) FILTER (WHERE name = :mark) FROM workers"
        )
        behind, marks = self._connection.execute(question, {"sequence": sequence, "mark": NOT_EMPTIED}).one()
        return int(behind) + (0 if marks else 1)

    def remove_behind(self, sequence: int) -> int:
        """Delete the rows of those workers, and mark the table as complete; return how many rows there were."""
        statement = text("DELETE FROM workers WHERE position < :sequence")
        removed = self._connection.execute(statement, {"sequence": sequence}).rowcount
        mark = text("INSERT INTO workers (name, position) VALUES (:mark, :furthest) ON CONFLICT DO NOTHING")
        self._connection.execute(mark, {"mark": NOT_EMPTIED, "furthest": FURTHEST})
        return removed


def wait_for_workers(
    rows: OtherRows,
    sequence: int,
    *,
    deadline: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Wait until no worker is behind `sequence`, or until `deadline` (by `clock`, in seconds).

    Returns 0, or how many workers were still behind at the deadline; their rows are deleted (rule 3).
    """
    pause = FIRST_PAUSE_S
    while rows.count_behind(sequence):
        left = deadline - clock()
        if left <= 0:
            return rows.remove_behind(sequence)
        sleep(min(pause, left))
        pause = min(2 * pause, LONGEST_PAUSE_S)
    return 0
