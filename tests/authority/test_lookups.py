"""Lookups of a process: which read of the ledger a call may rely on, and what waits for a database that hangs."""

import asyncio
import threading
from types import SimpleNamespace

import pytest

from patience import PATIENCE_S
from trigpoint.authority.lookups import Lookups
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId


def lookups_that_wait() -> tuple[Lookups, list[int], threading.Semaphore]:
    """Give look-ups whose readings of the ledger each wait for the gate, and the readings that have begun."""
    begun: list[int] = []
    gate = threading.Semaphore(0)

    def refresh() -> None:
        begun.append(len(begun) + 1)
        gate.acquire()

    return Lookups(SimpleNamespace(refresh=refresh), inline=False), begun, gate  # type: ignore[arg-type]


def test_a_call_never_relies_on_a_read_of_the_ledger_that_began_before_it() -> None:
    """The reading may have begun before a revocation that was acknowledged before the call was sent."""
    lookups, begun, gate = lookups_that_wait()

    async def scenario() -> None:
        first = asyncio.create_task(lookups.catch_up())
        while not begun:  # noqa: ASYNC110 (the reading begins in another thread)
            await asyncio.sleep(0)
        others = [asyncio.create_task(lookups.catch_up()) for _ in range(5)]
        await asyncio.sleep(0)
        gate.release()
        await first
        assert not any(other.done() for other in others)
        gate.release()
        await asyncio.gather(*others)
        assert begun == [1, 2]

    asyncio.run(scenario())


def test_a_missing_secret_is_looked_up_by_a_read_that_begins_after_the_call() -> None:
    """A token that was signed with a secret made a moment ago must not wait for a reading from before it."""
    lookups, begun, gate = lookups_that_wait()

    async def scenario() -> None:
        first = asyncio.create_task(lookups.look_again())
        while not begun:  # noqa: ASYNC110 (the reading begins in another thread)
            await asyncio.sleep(0)
        second = asyncio.create_task(lookups.look_again())
        await asyncio.sleep(0)
        gate.release()
        await first
        assert not second.done()
        gate.release()
        await second
        assert begun == [1, 2]

    asyncio.run(scenario())


def test_the_number_of_key_ids_waiting_for_a_hanging_database_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.authority.lookups.MOST_WANTED", 10)
    monkeypatch.setattr("trigpoint.authority.lookups.RECHECK_S", 0.01)
    gate = threading.Event()
    asked: list[int] = []

    def load(wanted: set[KeyId]) -> None:
        asked.append(len(wanted))
        gate.wait(PATIENCE_S)

    keys = SimpleNamespace(lacks=lambda _key_id: True)
    lookups = Lookups(SimpleNamespace(load=load, keys=keys), inline=False)  # type: ignore[arg-type]

    async def look_up(key_id: str) -> None:
        with pytest.raises(UnavailableError, match="The credentials database does not respond"):
            await lookups.complete(key_id, lambda: key_id, lambda case: [case])

    async def scenario() -> None:
        await asyncio.gather(*(look_up(f"{number:010}") for number in range(100)))
        await asyncio.gather(*(look_up(f"{number:010}") for number in range(100, 200)))
        gate.set()
        await asyncio.wait({task for task in (lookups._next, lookups._asking) if task is not None})

    asyncio.run(scenario())
    assert max(asked) <= 10
