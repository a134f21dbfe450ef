"""Watching the ledger on PostgreSQL: each worker confirms how far it has read, and a writer waits for all of them.

Every worker has a row in the table `workers` with its position: the sequence up to which it has read the ledger.

1. A worker may trust its memory for one second after it has looked at the database and found that both its memory and
   its row have reached the head of the ledger. Otherwise `moved()` is True, and each call reads the ledger first.
2. A worker writes a position to its row only after it has read the ledger up to there.
3. A writer, after its commit, waits until no row is behind. It waits for at most one second: by then any trust from
   before the commit has expired, and rule 1 gives no new trust. Rows that are still behind belong to workers that died
   or are stalled. The writer deletes them; a worker that recovers writes its row again.

So a request that is sent after a change was acknowledged is never judged by the state before that change.
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

if TYPE_CHECKING:  # psycopg is an extra, which a server on SQLite does not need
    import psycopg

    from trigpoint.store.patience import PostgresLine

CHANNEL = "trigpoint_ledger"
HEARTBEAT_S = 0.25
"""Interval of the heartbeat, in seconds: how often a worker looks at the head of the ledger without a notification."""
CONFIRMED_FOR_S = 1.0
"""How long a worker may trust its state of the ledger, in seconds (design §2)."""
FIRST_PAUSE_S = 0.002
LONGEST_PAUSE_S = 0.02
_LOG = logging.getLogger("trigpoint.store")


class Look(NamedTuple):
    """What one query found: the head of the ledger, the position in this worker's row (None without a row), and `asked`.

    `asked` tells whether another machine is waiting for a data key.
    """

    head: int
    position: int | None
    asked: bool = False


class Rows(Protocol):
    """The table `workers`, as one worker uses it. `name` is that worker's name."""

    def look(self, name: str) -> Look:
        """Read the head of the ledger and this worker's row in one statement."""

    def write(self, name: str, position: int) -> None:
        """Insert or update this worker's row."""


class Trust:
    """What a worker knows of the ledger, and until when it may trust that (rules 1 and 2 of this module)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = secrets.token_hex(8)
        self.refresh: Callable[[], None] | None = None
        self._clock = clock
        self._known = -1  # the highest head seen
        self._settled = -2  # the sequence up to which this process has read
        self._confirmed_at = float("-inf")

    def moved(self) -> bool:
        """Tell whether the ledger must be read first. Compares two numbers and a time; makes no query."""
        if self._known > self._settled:
            return True
        return self._clock() - self._confirmed_at >= CONFIRMED_FOR_S

    def learn(self, head: int) -> None:
        """Note the sequence of the head of the ledger."""
        self._known = max(self._known, head)

    def settle(self, sequence: int) -> None:
        """Note that this process has read the ledger up to `sequence`."""
        self._settled = max(self._settled, sequence)

    def beat(self, rows: Rows) -> Look:
        """Do one heartbeat: query the head, read the ledger if it moved, confirm the position, and renew the trust."""
        asked_at = self._clock()
        look = rows.look(self.name)
        self.learn(look.head)
        if self._settled < look.head and self.refresh is not None:
            self.refresh()
        position = self._settled
        if position >= look.head and look.position != position:
            rows.write(self.name, position)  # rule 2
            asked_at = self._clock()
            look = rows.look(self.name)
            self.learn(look.head)
        if look.position is not None and min(look.position, self._settled) >= look.head:  # rule 1
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

    def settle(self, mark: object, sequence: int) -> None:  # noqa: ARG002 (a position needs no mark)
        """Note that this process has read the ledger up to `sequence`."""
        self._trust.settle(sequence)

    def announce_inside(self, connection: Connection, sequence: int) -> None:
        """Send a notification, which PostgreSQL delivers at the commit."""
        connection.execute(
            text("SELECT pg_notify(:channel, :sequence)"), {"channel": CHANNEL, "sequence": str(sequence)}
        )

    def announce(self, sequence: int) -> int:
        """Wait until every worker has confirmed, at most one second (rule 3); return how many had not by then."""
        self._trust.learn(sequence)
        deadline = time.monotonic() + CONFIRMED_FOR_S
        try:
            with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                return wait_for_workers(DatabaseRows(connection), sequence, deadline=deadline)
        except SQLAlchemyError as error:
            _LOG.warning("Workers cannot be asked whether they have read the ledger: %s", type(error).__name__)
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

    def __init__(self, connection: "psycopg.Connection[tuple[int, int | None, bool]]") -> None:
        self._connection = connection

    def look(self, name: str) -> Look:
        """Read the head of the ledger and this worker's row in one statement."""
        question = (
            "SELECT sequence, (SELECT position FROM workers WHERE name = %s), "
            "EXISTS (SELECT 1 FROM handovers WHERE answer IS NULL) FROM ledger_head"
        )
        row = self._connection.execute(question, (name,)).fetchone()
        return Look(0, None) if row is None else Look(*row)

    def write(self, name: str, position: int) -> None:
        """Insert or update this worker's row."""
        statement = (
            "INSERT INTO workers (name, position) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET position = "
            "excluded.position"
        )
        self._connection.execute(statement, (name, position))

    def remove(self, name: str) -> None:
        """Delete this worker's row, so that writers no longer wait for it."""
        self._connection.execute("DELETE FROM workers WHERE name = %s", (name,))


class OtherRows(Protocol):
    """The rows of all workers, as a writer that waits for them uses them."""

    def count_behind(self, sequence: int) -> int:
        """Count the workers whose position is before `sequence`."""

    def remove_behind(self, sequence: int) -> int:
        """Delete the rows of those workers; return how many there were."""


class DatabaseRows:
    """The rows of all workers, over a pooled connection. Implements `OtherRows`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count_behind(self, sequence: int) -> int:
        """Count the workers whose position is before `sequence`."""
        question = text("SELECT count(*) FROM workers WHERE position < :sequence")
        return int(self._connection.execute(question, {"sequence": sequence}).scalar_one())

    def remove_behind(self, sequence: int) -> int:
        """Delete the rows of those workers; return how many there were."""
        statement = text("DELETE FROM workers WHERE position < :sequence")
        return self._connection.execute(statement, {"sequence": sequence}).rowcount


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
