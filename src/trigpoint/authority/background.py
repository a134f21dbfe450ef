"""Background tasks, which run a function at an interval, and report when it fails.

1. A run that fails is logged, once for each series of failures, and the next run takes place anyway.
2. A task that ends nevertheless (a panic in a library is no Exception) is logged, and started again.
3. `status` reports tasks that fail, hang or have ended; `/readyz` and `/metrics` show it.
"""

import asyncio
import contextlib
import errno
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from trigpoint.base.errors import TrigpointError

HANGS_AFTER_S = 600.0
"""A run that takes longer than this is logged, in seconds."""
AGAIN_AFTER_S = 1.0
"""Delay before a task that ended is started again, in seconds."""
OF_A_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO})
"""Errors of a disk that is full, read-only, closed to this user or broken: their words say what to do."""
_LOG = logging.getLogger("trigpoint.authority")


@dataclass(frozen=True, slots=True)
class WorkStatus:
    """The state of a background task. `trouble` is empty if all is well; `failing_s` are the seconds since it began to fail."""

    name: str
    alive: bool
    trouble: str
    failing_s: float
    failures: int


@dataclass(slots=True)
class Work:
    """A background task: the function `turn` that it runs, and the pause between two runs, `every_s`, in seconds."""

    name: str
    every_s: float
    turn: Callable[[], Awaitable[object]]
    failures: int = field(default=0, init=False)
    _failing_since: float | None = field(default=None, init=False)
    _begun_at: float | None = field(default=None, init=False)
    _trouble: str = field(default="", init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start. If the task ends without being stopped, that is logged, and it is started again."""
        self._task = asyncio.create_task(self._go_on(), name=f"background {self.name}")
        self._task.add_done_callback(self._note_end)

    async def stop(self) -> None:
        """Stop, and wait until it has stopped."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def status(self) -> WorkStatus:
        """Give the state."""
        now = time.monotonic()
        alive = self._task is not None and not self._task.done()
        trouble = self._trouble
        if not alive:
            trouble = trouble or "It is not running."
        elif self._begun_at is not None and now - self._begun_at > HANGS_AFTER_S:
            trouble = f"A run of it has taken {now - self._begun_at:.0f} seconds so far."
        failing = 0.0 if self._failing_since is None else now - self._failing_since
        return WorkStatus(self.name, alive, trouble, failing, self.failures)

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(self.every_s)
            self._begun_at = time.monotonic()
            try:
                await self.turn()
            except Exception as error:  # noqa: BLE001 (rule 1: the next run takes place anyway)
                self._note_failure(error)
            else:
                self._note_success()
            self._begun_at = None

    def _note_failure(self, error: BaseException) -> None:
        """Log the first failure of a series, and each change of the error; expected errors without a traceback."""
        foreseen = isinstance(error, TrigpointError)
        trouble = str(error) if foreseen else f"{type(error).__name__}: see the log."
        if isinstance(error, OSError) and error.errno in OF_A_DISK:
            foreseen, trouble = True, ": ".join(str(one) for one in (error.strerror, error.filename) if one) + "."
        self.failures += 1
        if self._failing_since is None:
            self._failing_since = time.monotonic()
        if trouble != self._trouble:
            trace = None if foreseen else error
            _LOG.error("A background task fails, and is retried (%s): %s", self.name, trouble, exc_info=trace)
        self._trouble = trouble

    def _note_success(self) -> None:
        if self._failing_since is not None:
            _LOG.warning("A background task works again (%s).", self.name)
        self._failing_since, self._trouble = None, ""

    def _note_end(self, task: asyncio.Task[None]) -> None:
        if task is not self._task:
            return  # it was stopped
        error = None if task.cancelled() else task.exception()
        self._trouble = "It has ended, and is started again."
        self.failures += 1
        self._failing_since = self._failing_since or time.monotonic()
        _LOG.critical("A background task has ended, and is started again (%s).", self.name, exc_info=error)
        with contextlib.suppress(RuntimeError):  # the event loop itself is ending
            asyncio.get_running_loop().call_later(AGAIN_AFTER_S, self._restart, task)

    def _restart(self, dead: asyncio.Task[None]) -> None:
        if self._task is dead:
            self.start()


class Background:
    """All background tasks of a process."""

    def __init__(self) -> None:
        self._works: list[Work] = []

    def start(self, works: Sequence[Work]) -> None:
        """Start more tasks."""
        for work in works:
            self._works.append(work)
            work.start()

    async def stop(self) -> None:
        """Stop all tasks."""
        works, self._works = self._works, []
        await asyncio.gather(*(work.stop() for work in works))

    def status(self) -> list[WorkStatus]:
        """Give the state of each task."""
        return [work.status() for work in self._works]
