"""Acknowledged means everywhere, on PostgreSQL: the rules of the watch and of memory, in every order of their steps.

The model has workers that read the ledger, confirm and judge calls, and revocations that wait for them. Memory, trust and
the waiting are the real ones; the database is a dictionary, time stands still, and Hypothesis chooses who goes on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from store import interleaving
from store.interleaving import Task, pause
from trigpoint.authority.memory import Memory
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import keypair
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.key import Key, KeyState, PrivateHalf
from trigpoint.credentials.services import MAPKIT_JS_SERVICE
from trigpoint.store.confirming import CONFIRMED_FOR_S, Look, Trust, wait_for_workers

KEYS = [KeyId("AAAAAAAAA0"), KeyId("AAAAAAAAA1")]
A_KEY = Key(
    key_id=KEYS[0],
    team_id=TeamId("TEAM000000"),
    maps_id="maps.com.my.site",
    name="Website",
    services=MAPKIT_JS_SERVICE,
    public_key=keypair.generate().public.der(),
    created_at=0,
    created_by="operator:test",
    private_half=PrivateHalf.NEVER_HERE,
)


class Database:
    """What was committed: every statement sees all of it, or none."""

    def __init__(self) -> None:
        self.keys = {key_id: replace(A_KEY, key_id=key_id) for key_id in KEYS}
        self.ledger: list[KeyId] = []
        self.workers: dict[str, int] = {}

    def rename(self, key_id: KeyId) -> None:
        """Change a key in a way that no call depends on: memory reads it anew all the same."""
        self.ledger.append(key_id)

    def revoke(self, key_id: KeyId) -> int:
        self.keys[key_id] = replace(self.keys[key_id], state=KeyState.REVOKED)
        self.ledger.append(key_id)
        return len(self.ledger)

    # The rows of the workers: each statement is one step.

    def look(self, name: str) -> Look:
        pause()
        return Look(len(self.ledger), self.workers.get(name))

    def write(self, name: str, position: int) -> None:
        pause()
        self.workers[name] = position
        pause()

    def count_behind(self, sequence: int) -> int:
        pause()
        return sum(position < sequence for position in self.workers.values())

    def remove_behind(self, sequence: int) -> int:
        pause()
        behind = [name for name, position in self.workers.items() if position < sequence]
        for name in behind:
            del self.workers[name]
        return len(behind)


class FakeReader:
    """A transaction that reads: READ COMMITTED, so each question sees what is committed by then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.maps_tokens = SimpleNamespace(all=list)

    def head(self) -> Any:
        pause()
        return SimpleNamespace(sequence=len(self._database.ledger))

    def entries(self, *, after: int) -> list[Any]:
        pause()
        return [SimpleNamespace(kind=EventKind.KEY_RENAMED, subject=one) for one in self._database.ledger[after:]]

    def key(self, key_id: KeyId) -> Key:
        pause()
        found = self._database.keys[key_id]
        pause()
        return found

    def keys(self) -> list[Key]:
        pause()
        found = list(self._database.keys.values())
        pause()
        return found

    def limits(self) -> dict[Any, int]:
        return {}

    def signing_secrets(self) -> list[Any]:
        return []


class Worker:
    """A worker process: its trust, its memory, and a database that it reads."""

    def __init__(self, database: Database, clock: Callable[[], float], *, ordered: bool = True) -> None:
        self.trust = Trust(clock)
        self._database = database
        watch = SimpleNamespace(
            moved=self.trust.moved,
            mark=lambda: None,
            settle=lambda _mark, sequence: self.trust.settle(sequence),
            follow=self._follow,
        )
        self.memory = Memory(SimpleNamespace(watch=watch, read=self._read), None)  # type: ignore[arg-type]
        self.memory._refreshing = interleaving.Lock() if ordered else Unordered()  # type: ignore[assignment]

    def beat(self) -> None:
        self.trust.beat(self._database)

    def admits(self, key_id: KeyId) -> bool:
        """Judge a call, as the request's way does."""
        if self.memory.is_behind():
            self.memory.refresh()
        return self.memory.keys[key_id].state is KeyState.ACTIVE

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


class Workers(RuleBasedStateMachine):
    """Workers, calls and revocations in any order, with pauses and deaths."""

    ordered = True

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.database = Database()
        self.workers: list[Worker] = []
        self.tasks: list[tuple[Worker | None, Task]] = []
        self.acknowledged: set[KeyId] = set()

    @initialize(count=st.integers(1, 2))
    def start(self, count: int) -> None:
        self.workers = [Worker(self.database, lambda: self.now, ordered=self.ordered) for _ in range(count)]
        for worker in self.workers:
            self._begin(worker, "beat", worker.beat)

    @rule(which=st.integers(0, 1), key_id=st.sampled_from(KEYS))
    @precondition(lambda self: self.workers)
    def call(self, which: int, key_id: KeyId) -> None:
        worker, refused = self.workers[which % len(self.workers)], key_id in self.acknowledged

        def work() -> None:
            admitted = worker.admits(key_id)
            assert not (admitted and refused), "a call that was sent after the answer was admitted"

        self._begin(worker, "call", work)

    @rule(which=st.integers(0, 1))
    @precondition(lambda self: self.workers)
    def beat(self, which: int) -> None:
        worker = self.workers[which % len(self.workers)]
        if not any(owner is worker and task.name == "beat" for owner, task in self.tasks):
            self._begin(worker, "beat", worker.beat)

    @rule(key_id=st.sampled_from(KEYS))
    def rename(self, key_id: KeyId) -> None:
        self.database.rename(key_id)

    @rule(key_id=st.sampled_from(KEYS))
    def revoke(self, key_id: KeyId) -> None:
        if self.database.keys[key_id].state is KeyState.REVOKED:
            return

        def work() -> None:
            pause()
            sequence = self.database.revoke(key_id)
            deadline = self.now + CONFIRMED_FOR_S
            wait_for_workers(self.database, sequence, deadline=deadline, clock=lambda: self.now, sleep=pause)
            self.acknowledged.add(key_id)

        self._begin(None, "revocation", work)

    @rule(which=st.integers(0, 10), steps=st.integers(1, 8))
    @precondition(lambda self: self.tasks)
    def go_on(self, which: int, steps: int) -> None:
        owner, task = self.tasks[which % len(self.tasks)]
        for _ in range(steps):
            if not task.is_done:
                task.step()
        if task.is_done:
            self.tasks.remove((owner, task))

    @rule(seconds=st.sampled_from([0.1, 0.45, 1.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    @precondition(lambda self: len(self.workers) > 1)
    def kill(self) -> None:
        worker = self.workers.pop()
        for owner, task in list(self.tasks):
            if owner is worker:
                task.kill()
                self.tasks.remove((owner, task))

    def teardown(self) -> None:
        for _, task in self.tasks:
            task.kill()

    def _begin(self, owner: Worker | None, name: str, work: Callable[[], None]) -> None:
        task = Task(name, work)
        task.step()
        if not task.is_done:
            self.tasks.append((owner, task))


MANY = settings(max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))


def test_nothing_sent_after_a_revocation_was_answered_is_admitted() -> None:
    run_state_machine_as_test(Workers, settings=MANY)


def test_a_reading_of_the_ledger_that_is_overtaken_brings_nothing_back() -> None:
    """One thread has read a key and not kept it yet; the key is revoked, and another thread reads the ledger."""
    database = Database()
    worker = Worker(database, lambda: 0.0)
    finish(Task("load", worker.memory.refresh))
    database.rename(KEYS[0])
    overtaken = Task("refresh", worker.memory.refresh)
    for _ in range(4):  # it has asked for head and entries, and has read the key
        overtaken.step()
    database.revoke(KEYS[0])
    overtaking = Task("refresh", worker.memory.refresh)
    for _ in range(20):
        if not overtaking.is_done:
            overtaking.step()
    finish(overtaken)
    finish(overtaking)
    assert not worker.admits(KEYS[0])
    assert worker.memory.sequence == len(database.ledger)


def finish(task: Task) -> None:
    while not task.is_done:
        task.step()
