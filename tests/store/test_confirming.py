"""Acknowledged means everywhere, on PostgreSQL: the rules of the watch and of memory, in every order of their steps.

The model has workers that read the ledger, confirm and judge calls, and revocations that wait for them. Memory, trust and
the waiting are the real ones; the database is a dictionary, time stands still, and Hypothesis chooses who goes on.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from store import interleaving
from store.interleaving import Task, pause
from trigpoint.authority.memory import Memory
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import keypair
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.services import MAPKIT_JS_SERVICE
from trigpoint.store.confirming import CONFIRMED_FOR_S, Look, Trust, wait_for_workers

KEYS = [KeyId("AAAAAAAAA0"), KeyId("AAAAAAAAA1")]
NOBODYS = KeyId("AAAAAAAAA2")
"""A Key ID that nobody has at first."""
A_KEY = KeyFacts(KEYS[0], TeamId("TEAM000000"), "maps.com.my.site", MAPKIT_JS_SERVICE, keypair.generate().public)


class Database:
    """What was committed: every statement sees all of it, or none."""

    def __init__(self) -> None:
        self.keys = {key_id: replace(A_KEY, key_id=key_id) for key_id in KEYS}
        self.ledger: list[KeyId] = []
        self.workers: dict[str, int] = {}

    def create(self, key_id: KeyId) -> int:
        self.keys[key_id] = replace(A_KEY, key_id=key_id)
        self.ledger.append(key_id)
        return len(self.ledger)

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

    def head(self) -> Any:
        pause()
        return SimpleNamespace(sequence=len(self._database.ledger))

    def entries(self, *, after: int) -> list[Any]:
        pause()
        return [SimpleNamespace(kind=EventKind.KEY_RENAMED, subject=one) for one in self._database.ledger[after:]]

    def facts(self, key_ids: Collection[KeyId]) -> tuple[int, dict[KeyId, KeyFacts]]:
        pause()
        found = {one: self._database.keys[one] for one in key_ids if one in self._database.keys}
        sequence = len(self._database.ledger)
        pause()
        return sequence, found

    def signing_secrets(self) -> list[Any]:
        return []


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
            settle=lambda _mark, sequence: self.trust.settle(sequence),
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


class Workers(RuleBasedStateMachine):
    """Workers, calls and revocations in any order, with pauses and deaths."""

    ordered = True
    most_keys = 20

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.database = Database()
        self.workers: list[Worker] = []
        self.tasks: list[tuple[Worker | None, Task]] = []
        self.acknowledged: set[KeyId] = set()
        self.created = False

    @initialize(count=st.integers(1, 2))
    def start(self, count: int) -> None:
        self.workers = [
            Worker(self.database, lambda: self.now, ordered=self.ordered, most_keys=self.most_keys)
            for _ in range(count)
        ]
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

    @rule(which=st.integers(0, 1), key_ids=st.lists(st.sampled_from([*KEYS, NOBODYS]), min_size=1, unique=True))
    @precondition(lambda self: self.workers)
    def look_up(self, which: int, key_ids: list[KeyId]) -> None:
        """A question of other calls, which may be under way as long as it likes."""
        worker = self.workers[which % len(self.workers)]
        self._begin(worker, "question", lambda: worker.memory.load(key_ids))

    @rule()
    def create(self) -> None:
        """Somebody gets the Key ID that nobody had; the answer waits as that to a revocation does."""
        if NOBODYS in self.database.keys:
            return

        def work() -> None:
            pause()
            sequence = self.database.create(NOBODYS)
            self._wait_for_workers(sequence)
            self.created = True

        self._begin(None, "creation", work)

    @rule(which=st.integers(0, 1))
    @precondition(lambda self: self.workers)
    def call_new(self, which: int) -> None:
        worker, made = self.workers[which % len(self.workers)], self.created

        def work() -> None:
            admitted = worker.admits(NOBODYS)
            assert admitted or not made, "a key that was made before the call was sent was unknown"

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
            self._wait_for_workers(sequence)
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

    def _wait_for_workers(self, sequence: int) -> None:
        deadline = self.now + CONFIRMED_FOR_S
        wait_for_workers(self.database, sequence, deadline=deadline, clock=lambda: self.now, sleep=pause)

    def _begin(self, owner: Worker | None, name: str, work: Callable[[], None]) -> None:
        task = Task(name, work)
        task.step()
        if not task.is_done:
            self.tasks.append((owner, task))


MANY = settings(max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))


class ForgetfulWorkers(Workers):
    """Workers that remember one key: each is forgotten as soon as another is used."""

    most_keys = 1


@pytest.mark.parametrize("machine", [Workers, ForgetfulWorkers])
def test_nothing_sent_after_a_revocation_was_answered_is_admitted(machine: type[Workers]) -> None:
    run_state_machine_as_test(machine, settings=MANY)


def test_a_key_that_is_revoked_while_it_is_on_its_way_from_the_database_is_not_remembered_as_active() -> None:
    database = Database()
    worker = Worker(database, lambda: 0.0)
    finish(Task("begin", worker.memory.refresh))
    loading = Task("question", lambda: worker.memory.load([KEYS[0]]))
    loading.step()
    loading.step()  # it has read the key, and not kept it yet
    database.revoke(KEYS[0])
    finish(Task("refresh", worker.memory.refresh))
    finish(loading)
    remembered = worker.memory.keys.find(KEYS[0])
    assert remembered is not None
    assert remembered.state is KeyState.REVOKED


def test_a_key_that_was_remembered_while_the_ledger_was_read_is_forgotten_with_what_it_names() -> None:
    database = Database()
    worker = Worker(database, lambda: 0.0)
    finish(Task("begin", worker.memory.refresh))
    finish(Task("question", lambda: worker.memory.load([KEYS[1]])))
    database.rename(KEYS[1])
    loading = Task("question", lambda: worker.memory.load([KEYS[0]]))
    loading.step()
    loading.step()  # it has read the key as it is before the revocation
    database.revoke(KEYS[0])
    refreshing = Task("refresh", worker.memory.refresh)
    for _ in range(
        3
    ):  # it has read the entries, and is about to read the one key that is remembered of those they name
        refreshing.step()
    finish(loading)
    assert not worker.memory.keys.lacks(KEYS[0])
    finish(refreshing)
    assert not worker.admits(KEYS[0])


def test_a_key_id_that_nobody_had_is_looked_up_again_once_the_ledger_has_moved() -> None:
    database = Database()
    worker = Worker(database, lambda: 0.0)
    finish(Task("begin", worker.memory.refresh))
    assert not worker.admits(NOBODYS)
    database.create(NOBODYS)
    assert worker.admits(NOBODYS)


def test_a_reading_of_the_ledger_that_is_overtaken_brings_nothing_back() -> None:
    """One thread has read a key and not kept it yet; the key is revoked, and another thread reads the ledger."""
    database = Database()
    worker = Worker(database, lambda: 0.0)
    finish(Task("load", worker.memory.refresh))
    finish(Task("question", lambda: worker.memory.load([KEYS[0]])))
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
