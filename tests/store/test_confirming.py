"""An acknowledged revocation applies on every worker, on PostgreSQL, in every interleaving of the steps.

The model has workers that read the ledger, confirm and judge calls, revocations that wait for them, and failovers that lose
the last commits. Memory, trust and the waiting are the real ones; the database is a dictionary, time stands still, and
Hypothesis chooses who goes on.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from store.interleaving import Task, pause
from store.workers_model import KEYS, NOBODYS, Database, Worker, finish
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId
from trigpoint.credentials.key import KeyState
from trigpoint.store.confirming import CONFIRMED_FOR_S, wait_for_workers

pytestmark = pytest.mark.usefixtures("trusted_for_a_second")


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
            assert not (admitted and refused and key_id in self.acknowledged), (
                "a call that was sent after the answer was admitted"
            )

        self._begin(worker, "call", work)

    @rule(which=st.integers(0, 1), key_ids=st.lists(st.sampled_from([*KEYS, NOBODYS]), min_size=1, unique=True))
    @precondition(lambda self: self.workers)
    def look_up(self, which: int, key_ids: list[KeyId]) -> None:
        """A question of other calls, which may be under way as long as it likes."""
        worker = self.workers[which % len(self.workers)]
        self._begin(worker, "question", lambda: worker.memory.load(key_ids))

    @rule()
    def create(self) -> None:
        """A key is created with the unknown Key ID; the response waits as after a revocation."""
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
            assert admitted or not made or not self.created, "a key that was made before the call was sent was unknown"

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

    @rule(lost=st.integers(0, 3))
    def fail_over(self, lost: int) -> None:
        """The last commits are lost, even acknowledged ones; waiting clients get no response."""
        self.database.fail_over(min(lost, len(self.database.ledger)))
        self.created = self.created and NOBODYS in self.database.keys
        for owner, task in list(self.tasks):
            if owner is None:
                task.kill()
                self.tasks.remove((owner, task))
        keys = self.database.keys
        self.acknowledged = {one for one in self.acknowledged if keys[one].state is KeyState.REVOKED}

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
        def suffer() -> None:
            with suppress(UnavailableError):
                work()

        task = Task(name, suffer)
        task.step()
        if not task.is_done:
            self.tasks.append((owner, task))


MANY = settings(max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))


class ForgetfulWorkers(Workers):
    """Workers that remember one key: each is forgotten as soon as another is used."""

    most_keys = 1


@pytest.mark.parametrize("machine", [Workers, ForgetfulWorkers])
def test_no_call_sent_after_a_revocation_was_acknowledged_is_admitted(machine: type[Workers]) -> None:
    run_state_machine_as_test(machine, settings=MANY)


def test_a_key_that_is_revoked_during_its_lookup_is_not_cached_as_active() -> None:
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


def test_a_key_that_was_cached_while_the_ledger_was_read_is_evicted_if_an_entry_names_it() -> None:
    database = Database()
    worker = Worker(database, lambda: 0.0)
    finish(Task("begin", worker.memory.refresh))
    finish(Task("question", lambda: worker.memory.load([KEYS[1]])))
    loading = Task("question", lambda: worker.memory.load([KEYS[0]]))
    loading.step()
    loading.step()  # it has read the key as it is before the revocation
    database.rename(KEYS[1])
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


@pytest.mark.parametrize("grown", [0, 1, 2], ids=["shorter", "as long", "longer"])
def test_a_ledger_that_lost_entries_is_noticed_by_the_next_read_whatever_its_length(grown: int) -> None:
    database = Database()
    worker = Worker(database, lambda: 0.0)
    database.revoke(KEYS[0])
    database.rename(KEYS[1])
    finish(Task("beat", worker.beat))
    assert not worker.admits(KEYS[0])
    database.fail_over(1)
    for _ in range(grown):
        database.rename(KEYS[1])
    finish(Task("look", worker.beat))
    assert worker.memory.keys.head == database.head
    assert [(one.known.sequence, one.found) for one in worker.memory.gone_back] == [(2, database.head)]
    assert not worker.admits(KEYS[0])
    database.fail_over(grown + 1)
    finish(Task("look", worker.beat))
    assert worker.admits(KEYS[0])  # the revocation itself is lost: what is remembered is what the database has


def test_a_position_is_confirmed_only_in_the_database_that_was_read() -> None:
    """A pooler may follow a failover between a read and the next write."""
    database = Database()
    worker = Worker(database, lambda: 0.0)
    database.rename(KEYS[1])
    beat = Task("beat", worker.beat)
    while worker.memory.keys.head is None:
        beat.step()
    database.fail_over(1)
    database.rename(KEYS[0])
    finish(beat)
    assert worker.trust.name not in database.workers
    assert worker.memory.is_behind()


def test_a_change_waits_a_second_when_the_rows_of_workers_may_be_lost() -> None:
    database, waits = Database(), []
    database.fail_over(0)
    arguments = {"deadline": 1.0, "clock": lambda: float(len(waits)), "sleep": waits.append}
    assert wait_for_workers(database, 1, **arguments) == 0  # type: ignore[arg-type]
    assert waits
    waits.clear()
    assert wait_for_workers(database, 1, **arguments) == 0  # type: ignore[arg-type]
    assert not waits


def test_a_revocation_after_a_crash_that_emptied_the_rows_of_workers_applies_to_every_worker() -> None:
    times = [0.0]
    database = Database()
    worker = Worker(database, lambda: times[-1])
    finish(Task("beat", worker.beat))
    assert worker.admits(KEYS[0])
    assert not worker.memory.is_behind()
    database.fail_over(0)
    sequence = database.revoke(KEYS[0])
    clock, sleep = (lambda: times[-1]), (lambda seconds: times.append(times[-1] + seconds))
    wait_for_workers(database, sequence, deadline=CONFIRMED_FOR_S, clock=clock, sleep=sleep)
    assert not worker.admits(KEYS[0])


def test_an_unknown_key_id_is_looked_up_again_after_the_ledger_has_changed() -> None:
    database = Database()
    worker = Worker(database, lambda: 0.0)
    finish(Task("begin", worker.memory.refresh))
    assert not worker.admits(NOBODYS)
    database.create(NOBODYS)
    assert worker.admits(NOBODYS)


def test_a_read_overtaken_by_a_newer_one_does_not_restore_a_revoked_key() -> None:
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
