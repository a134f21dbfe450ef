"""A worker thread that runs functions for event loops, one after another.

An executor of the standard library would need two linked futures for each call, one of threads and one of the event loop,
which takes about as long as a quick answer itself (measured: docs/quality.md).
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
    """Runs jobs in the order in which they were submitted. The thread starts with the first job."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def do(self, work: Callable[[Request], Answer], request: Request) -> asyncio.Future[Answer]:
        """Run `work(request)` in the thread. Must be called in an event loop, to which the future belongs.

        The future gets the result or the exception. A job whose future is cancelled before it starts is skipped. Raises
        RuntimeError after `close`.
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
        """Wait until all submitted jobs are done, and end the thread."""
        self._is_closed = True
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()


def _work_off(jobs: "SimpleQueue[_Job | None]") -> None:
    while (job := jobs.get()) is not None:
        job.run()
        del job  # so that the last result is not kept alive until the next job


@dataclass(slots=True, eq=False)
class _Job:
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    work: Callable[[Any], Any]
    request: Any
    answer: Any = field(default=None, init=False)
    error: BaseException | None = field(default=None, init=False)

    def run(self) -> None:
        """Run the job in the thread, and let the event loop resolve the future."""
        if self.future.cancelled():
            return
        try:
            self.answer = self.work(self.request)
        except BaseException as error:  # noqa: BLE001 (a panic of tantivy is no Exception, and must reach the caller)
            self.error = error
        with suppress(RuntimeError):  # the event loop was closed meanwhile
            self.loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        if self.future.done():  # it was cancelled meanwhile
            return
        if self.error is None:
            self.future.set_result(self.answer)
        else:
            self.future.set_exception(self.error)
