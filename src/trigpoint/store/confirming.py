"""Watching the ledger of PostgreSQL: every worker confirms how far it has read, and whoever changes it waits for that.

1. A worker trusts what it knows for a second, from a look at the database that found its own row at least as far as the
   head of the ledger, and its memory too. Without that, `moved()` is True, and each call reads the ledger first.
2. A worker writes its row only after it has read so far.
3. Whoever moved the ledger waits until no row is behind. After a second that is not needed any more: the trust from
   before its commit has run out, and rule 1 gives no new one. Rows that are behind then belong to workers that died, or
   that were held up; they are removed, and a worker that goes on writes its own again.

So nothing that is sent after a change was acknowledged is judged by what was true before it.
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

if TYPE_CHECKING:  # psycopg is an extra: a server on SQLite does without it
    import psycopg

    from trigpoint.store.patience import PostgresLine

CHANNEL = "trigpoint_ledger"
HEARTBEAT_S = 0.25
"""Interval of the heartbeat: how often a worker looks at the head of the ledger unasked, in seconds."""
CONFIRMED_FOR_S = 1.0
"""How long a worker may trust its state of the ledger, in seconds (design §2)."""
FIRST_PAUSE_S = 0.002
LONGEST_PAUSE_S = 0.02
_LOG = logging.getLogger("trigpoint.store")


class Look(NamedTuple):
    """What one look at the database found.

    The head of the ledger, this worker's row (None: there is none), and whether a machine asks others for a data key.
    """

    head: int
    position: int | None
    asked: bool = False


class Rows(Protocol):
    """The rows of the workers, as the one that `name` is sees them."""

    def look(self, name: str) -> Look:
        """Read the head and the own row, in one statement."""

    def write(self, name: str, position: int) -> None:
        """Write the own row."""


class Trust:
    """What a worker knows of the ledger, and until when it may trust that. The numbers are those of the module."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = secrets.token_hex(8)
        self.refresh: Callable[[], None] | None = None
        self._clock = clock
        self._known = -1  # the head that was seen last
        self._settled = -2  # how far the process has read
        self._confirmed_at = float("-inf")

    def moved(self) -> bool:
        """Compare two numbers and a time; this makes no query."""
        if self._known > self._settled:
            return True
        return self._clock() - self._confirmed_at >= CONFIRMED_FOR_S

    def learn(self, head: int) -> None:
        """Note the length of the ledger."""
        self._known = max(self._known, head)

    def settle(self, sequence: int) -> None:
        """Note how far the process has read."""
        self._settled = max(self._settled, sequence)

    def beat(self, rows: Rows) -> Look:
        """Look at the database, catch up, confirm, and trust again if all of it agrees."""
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
    """Watches through LISTEN/NOTIFY and a heartbeat, in a thread of its own."""

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
        """Note how far the ledger was read."""
        self._trust.settle(sequence)

    def announce_inside(self, connection: Connection, sequence: int) -> None:
        """Send a notification, which PostgreSQL delivers at the commit."""
        connection.execute(
            text("SELECT pg_notify(:channel, :sequence)"), {"channel": CHANNEL, "sequence": str(sequence)}
        )

    def announce(self, sequence: int) -> int:
        """Wait until every worker has confirmed, or a second has passed (rule 3); give how many had not."""
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
        """Read the ledger with `refresh` from now on whenever it moves, once `moved` was asked for the first time."""
        self._trust.refresh = refresh

    def answer_with(self, hand_over: Callable[[], None]) -> None:
        """Call `hand_over` when another machine asks for a data key."""
        self._hand_over = hand_over

    def is_alive(self) -> bool:
        """Tell whether the thread still follows, if it was begun."""
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
                pass  # calls ask for themselves meanwhile, and say what is wrong
            except Exception:  # noqa: BLE001 (whatever it is: a worker that ceased to follow would be slow for ever)
                _LOG.exception("Following the ledger failed; it is begun anew.")
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
    """The row of this worker, over the connection of its thread."""

    def __init__(self, connection: "psycopg.Connection[tuple[int, int | None, bool]]") -> None:
        self._connection = connection

    def look(self, name: str) -> Look:
        """Read the head and the own row, in one statement."""
        question = (
            "SELECT sequence, (SELECT position FROM workers WHERE name = %s), "
            "EXISTS (SELECT 1 FROM handovers WHERE answer IS NULL) FROM ledger_head"
        )
        row = self._connection.execute(question, (name,)).fetchone()
        return Look(0, None) if row is None else Look(*row)

    def write(self, name: str, position: int) -> None:
        """Write the own row."""
        statement = (
            "INSERT INTO workers (name, position) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET position = "
            "excluded.position"
        )
        self._connection.execute(statement, (name, position))

    def remove(self, name: str) -> None:
        """Remove the own row: nobody needs to wait for this worker any more."""
        self._connection.execute("DELETE FROM workers WHERE name = %s", (name,))


class OtherRows(Protocol):
    """The rows of all workers, as whoever waits for them sees them."""

    def count_behind(self, sequence: int) -> int:
        """Count the workers that have not read so far."""

    def remove_behind(self, sequence: int) -> int:
        """Remove the rows of those; tell how many there were."""


class DatabaseRows:
    """The same over a connection of the pool."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count_behind(self, sequence: int) -> int:
        """Count the workers that have not read so far."""
        question = text("SELECT count(*) FROM workers WHERE position < :sequence")
        return int(self._connection.execute(question, {"sequence": sequence}).scalar_one())

    def remove_behind(self, sequence: int) -> int:
        """Remove the rows of those; tell how many there were."""
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
    """Wait until no worker is behind `sequence`, or until `deadline`; give how many were behind then (rule 3)."""
    pause = FIRST_PAUSE_S
    while rows.count_behind(sequence):
        left = deadline - clock()
        if left <= 0:
            return rows.remove_behind(sequence)
        sleep(min(pause, left))
        pause = min(2 * pause, LONGEST_PAUSE_S)
    return 0
