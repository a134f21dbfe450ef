"""A model of workers and their PostgreSQL: memory and trust are the real ones, the database is a dictionary.

Each statement is one step (`interleaving.py`). The database may fail over to a server that lacks the last commits.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from store import interleaving
from store.interleaving import Task, pause
from trigpoint.authority.memory import Memory
from trigpoint.base.clock import Milliseconds
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import keypair
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.ledger import EMPTY, Entry, Head, append
from trigpoint.credentials.services import MAPKIT_JS_SERVICE
from trigpoint.store.confirming import FURTHEST, NOT_EMPTIED, Look, Trust

KEYS = [KeyId("AAAAAAAAA0"), KeyId("AAAAAAAAA1")]
NOBODYS = KeyId("AAAAAAAAA2")
"""A Key ID that nobody has at first."""
A_KEY = KeyFacts(KEYS[0], TeamId("TEAM000000"), "maps.com.my.site", MAPKIT_JS_SERVICE, keypair.generate().public)


class Database:
    """What was committed: every statement sees all of it, or none."""

    def __init__(self) -> None:
        self.keys = {key_id: replace(A_KEY, key_id=key_id) for key_id in KEYS}
        self.ledger: list[Entry] = []
        self.workers: dict[str, int] = {NOT_EMPTIED: FURTHEST}
        self.server = 0
        self._earlier = [dict(self.keys)]

    @property
    def head(self) -> Head:
        return Head(self.ledger[-1].sequence, self.ledger[-1].hash) if self.ledger else EMPTY

    def create(self, key_id: KeyId) -> int:
        self.keys[key_id] = replace(A_KEY, key_id=key_id)
        return self._append(key_id)

    def rename(self, key_id: KeyId) -> None:
        """Change a key in a way that no call depends on: memory reads it anew all the same."""
        self._append(key_id)

    def revoke(self, key_id: KeyId) -> int:
        self.keys[key_id] = replace(self.keys[key_id], state=KeyState.REVOKED)
        return self._append(key_id)

    def fail_over(self, lost: int) -> None:
        """Go on with a server that lacks the last entries, and all rows of workers, as no standby has them."""
        if lost:
            del self.ledger[-lost:], self._earlier[-lost:]
        self.keys = dict(self._earlier[-1])
        self.workers.clear()
        self.server += 1

    def _append(self, key_id: KeyId) -> int:
        event = Event(EventKind.KEY_RENAMED, "test", None, key_id, {"server": self.server})
        self.ledger.append(append(self.head, event, Milliseconds(0)))
        self._earlier.append(dict(self.keys))
        return len(self.ledger)

    # The rows of the workers: each statement is one step.

    def look(self, name: str) -> Look:
        pause()
        return Look(self.head, self.workers.get(name))

    def write(self, name: str, read: Head) -> None:
        pause()
        if read == EMPTY or any(one.hash == read.hash for one in self.ledger):
            self.workers[name] = read.sequence
        pause()

    def count_behind(self, sequence: int) -> int:
        pause()
        return sum(position < sequence for position in self.workers.values()) + (NOT_EMPTIED not in self.workers)

    def remove_behind(self, sequence: int) -> int:
        pause()
        behind = [name for name, position in self.workers.items() if position < sequence]
        for name in behind:
            del self.workers[name]
        self.workers[NOT_EMPTIED] = FURTHEST
        return len(behind)


class FakeReader:
    """A transaction that reads: READ COMMITTED, so each question sees what is committed by then. It ends with its server."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._server = database.server

    def head(self) -> Head:
        self._go_on()
        return self._database.head

    def entries(self, *, after: int, before: int | None = None) -> list[Entry]:
        self._go_on()
        return self._database.ledger[after : None if before is None else before - 1]

    def facts(self, key_ids: Collection[KeyId]) -> tuple[Head, dict[KeyId, KeyFacts]]:
        self._go_on()
        found = {one: self._database.keys[one] for one in key_ids if one in self._database.keys}
        head = self._database.head
        pause()
        return head, found

    def signing_secrets(self) -> list[Any]:
        return []

    def _go_on(self) -> None:
        pause()
        if self._database.server != self._server:
            raise UnavailableError("the connection is lost")


class Worker:
    """A worker process: its trust, its memory, and a database that it reads."""

    def __init__(
        self, database: Database, clock: Callable[[], float], *, ordered: bool = True, most_keys: int = 20
    ) -> None:
        self.trust = Trust(clock)
        self._database = database
        watch = SimpleNamespace(
            moved=self.trust.moved,
            mark=lambda: None,
            settle=lambda _mark, head: self.trust.settle(head),
            follow=self._follow,
        )
        store = SimpleNamespace(watch=watch, read=self._read)
        self.memory = Memory(store, None, most_keys=most_keys)  # type: ignore[arg-type]
        self.memory._refreshing = interleaving.Lock() if ordered else Unordered()  # type: ignore[assignment]

    def beat(self) -> None:
        self.trust.beat(self._database)

    def admits(self, key_id: KeyId) -> bool:
        """Judge a call, as the request's way does: a key that memory lacks is read from the database first."""
        if self.memory.is_behind():
            self.memory.refresh()
        while self.memory.keys.lacks(key_id):
            self.memory.load([key_id])
            pause()
        key = self.memory.keys.find(key_id)
        return key is not None and key.state is KeyState.ACTIVE

    def _follow(self, refresh: Callable[[], None]) -> None:
        self.trust.refresh = refresh

    @contextmanager
    def _read(self) -> Iterator[FakeReader]:
        yield FakeReader(self._database)


class Unordered:
    """No lock at all: what memory had when a refresh could overtake another."""

    def __enter__(self) -> None:
        return

    def __exit__(self, *_error: object) -> None:
        return


def finish(task: Task) -> None:
    while not task.is_done:
        task.step()
