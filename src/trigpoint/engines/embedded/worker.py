"""A thread of one's own: works answers out for event loops, one after another.

The executors of the standard library do as much and more: each answer there is a future of threads and one of the event
loop, tied together. A quick answer takes little longer than that (measured: docs/quality.md).
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, TypeVar

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class Worker:
    """Does what it is told in the order in which it was told. The thread begins with the first piece of work."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def do(self, work: Callable[[Request], Answer], request: Request) -> asyncio.Future[Answer]:
        """Have `work(asked)` done; to be called in an event loop, which the future belongs to.

        What the work raises, the future raises. Work whose future was cancelled before it began is left undone. Raises
        RuntimeError once this is closed.
        """
        if self._is_closed:
            raise RuntimeError(f"The thread {self._name} is closed.")
        if self._thread is None:
            self._thread = threading.Thread(target=_work_off, args=(self._jobs,), name=self._name, daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._jobs.put(_Job(loop, future, work, request))
        return future

    def close(self) -> None:
        """Wait until all that was told is done, and end the thread."""
        self._is_closed = True
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()


def _work_off(jobs: "SimpleQueue[_Job | None]") -> None:
    while (job := jobs.get()) is not None:
        job.run()
        del job  # or what was answered last would be held until the next question


@dataclass(slots=True, eq=False)
class _Job:
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    work: Callable[[Any], Any]
    request: Any
    answer: Any = field(default=None, init=False)
    error: BaseException | None = field(default=None, init=False)

    def run(self) -> None:
        """Do the work in the thread, and have the event loop settle the future."""
        if self.future.cancelled():
            return
        try:
            self.answer = self.work(self.request)
        except BaseException as error:  # noqa: BLE001 (the panics of tantivy are no Exception; who asked is told)
            self.error = error
        with suppress(RuntimeError):  # the loop was closed meanwhile; nobody waits
            self.loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        if self.future.done():  # cancelled meanwhile
            return
        if self.error is None:
            self.future.set_result(self.answer)
        else:
            self.future.set_exception(self.error)
