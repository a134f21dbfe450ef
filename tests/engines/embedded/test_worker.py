"""A worker thread for event loops: work is done in order, every outcome is reported, and none after closing."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from patience import PATIENCE_S
from trigpoint.engines.embedded.worker import Worker


@pytest.fixture
def thread() -> Iterator[Worker]:
    reader = Worker("worker")
    yield reader
    reader.close()


def test_work_is_done_in_the_order_of_submission_in_one_thread(thread: Worker) -> None:
    done: list[tuple[int, str]] = []

    def note(number: int) -> int:
        done.append((number, threading.current_thread().name))
        return number * 2

    async def tell() -> list[int]:
        return await asyncio.gather(*(thread.do(note, number) for number in range(20)))

    assert asyncio.run(tell()) == [number * 2 for number in range(20)]
    assert done == [(number, "worker") for number in range(20)]


class Panic(BaseException):
    """As tantivy raises them: no Exception."""


@pytest.mark.parametrize("kind", [ValueError, KeyError, Panic])
def test_an_exception_is_raised_where_the_work_is_awaited(thread: Worker, kind: type[BaseException]) -> None:
    def fail(text: str) -> None:
        raise kind(text)

    async def tell() -> None:
        with pytest.raises(kind, match="odd"):
            await thread.do(fail, "odd")
        assert await thread.do(len, "it goes on") == 10

    asyncio.run(tell())


def test_work_cancelled_before_its_turn_is_not_done(thread: Worker) -> None:
    go_on, done = threading.Event(), list[str]()

    async def tell() -> None:
        held = thread.do(lambda event: event.wait(PATIENCE_S), go_on)
        cancelled, wanted = thread.do(done.append, "cancelled"), thread.do(done.append, "wanted")
        cancelled.cancel()
        go_on.set()
        assert await held
        await wanted

    asyncio.run(tell())
    assert done == ["wanted"]


def test_a_result_after_cancellation_is_dropped(thread: Worker) -> None:
    prefix, go_on = threading.Event(), threading.Event()

    def work(_: None) -> str:
        prefix.set()
        go_on.wait(PATIENCE_S)
        return "late"

    async def tell() -> str:
        late = thread.do(work, None)
        await asyncio.to_thread(prefix.wait, 20)
        late.cancel()
        go_on.set()
        return await thread.do(str, "next")

    assert asyncio.run(tell()) == "next"


def test_a_loop_that_was_closed_meanwhile_does_not_end_the_thread(thread: Worker) -> None:
    prefix, go_on = threading.Event(), threading.Event()

    def work(_: None) -> None:
        prefix.set()
        go_on.wait(PATIENCE_S)

    async def leave() -> None:
        thread.do(work, None)
        await asyncio.to_thread(prefix.wait, 20)

    async def ask() -> int:
        return await thread.do(len, "four")

    asyncio.run(leave())
    go_on.set()
    assert asyncio.run(ask()) == 4


def test_closing_waits_for_submitted_work_and_accepts_no_more() -> None:
    thread, done = Worker("worker"), list[int]()

    async def tell() -> None:
        told = [thread.do(done.append, number) for number in range(5)]
        thread.close()
        assert done == [0, 1, 2, 3, 4]
        await asyncio.gather(*told)
        with pytest.raises(RuntimeError, match="closed"):
            thread.do(done.append, 5)

    asyncio.run(tell())


def test_a_worker_without_work_closes_at_once() -> None:
    Worker("worker").close()
