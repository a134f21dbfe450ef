"""A bounded pool of painter processes. Its queue has a timeout; an image that crashes a process affects no other.

Processes start on demand, and stop after some time without work. Jobs and responses go through
pipes, which work on every platform.
"""

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from trigpoint.engines.snapshots.worker import HEADER, PAINTED
from trigpoint.maps.snapshots.failures import NotPaintedError, PaintFailure

COMMAND = (sys.executable, "-m", "trigpoint.engines.snapshots.worker")
MOST_BYTES = 64 << 20
"""Largest response of a painter in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Numbers of processes and of waiting images, and timeouts in seconds.

    A process stops after `idle` seconds without work, and is replaced after `pictures` images.
    """

    processes: int = 1
    waiting: int = 64
    queue: float = 10.0
    paint: float = 10.0
    start: float = 30.0
    idle: float = 300.0
    pictures: int = 2000


class PainterDiedError(Exception):
    """A painter process exited before it responded."""


class Painter:
    """A process that paints one image at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.painted = 0
        self.renderer = ""
        """The name of the renderer, as the process reports it when it is ready."""

    @classmethod
    async def start(cls, command: Sequence[str], *, seconds: float) -> "Painter":
        """Start a process, and wait until it is ready. Raises PainterDiedError or TimeoutError."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        painter = cls(process)
        try:
            async with asyncio.timeout(seconds):
                _, name = await painter._read()
                painter.renderer = name.decode(errors="replace")
        except BaseException:
            await painter.end()
            raise
        return painter

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process is running, as far as is known."""
        return self._process.returncode is None

    async def ask(self, question: bytes) -> tuple[int, bytes]:
        """Send a job and wait for the response. Raises PainterDiedError."""
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 (it is a pipe)
        try:
            stdin.write(HEADER.pack(len(question) + 1, 0) + question)
            await stdin.drain()
        except (OSError, RuntimeError) as error:
            raise PainterDiedError from error
        self.painted += 1
        return await self._read()

    async def end(self) -> None:
        """Kill the process, and wait until it has exited."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _read(self) -> tuple[int, bytes]:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 (it is a pipe)
        try:
            length, outcome = HEADER.unpack(await stdout.readexactly(HEADER.size))
            if length > MOST_BYTES:
                raise PainterDiedError
            return outcome, await stdout.readexactly(length - 1)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise PainterDiedError from error


class PainterPool:
    """A pool of painters. It may only be used on the event loop of its first call."""

    def __init__(self, wish: str, limits: Limits, *, command: Sequence[str] = COMMAND) -> None:
        self.limits = limits
        self.wish = wish
        self.renderer = ""
        """The name of the renderer; empty until the first process has reported it."""
        self._command = (*command, wish)
        self._idle: list[Painter] = []
        self._places: asyncio.Semaphore | None = None
        self._waiting = 0
        self._tasks: set[asyncio.Task[tuple[int, bytes]]] = set()
        self._tidying: asyncio.TimerHandle | None = None
        self._endings: set[asyncio.Task[None]] = set()

    async def paint(self, job: bytes) -> bytes:
        """Paint a job in one of the processes. Raises NotPaintedError."""
        places = await self._take_place()
        task = asyncio.get_running_loop().create_task(self._answer(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _done: places.release())
        # If the client disconnects, the image is still finished or times out, and then the process
        # is free again.
        outcome, answer = await asyncio.shield(task)
        if outcome != PAINTED:
            detail = answer.decode(errors="replace")[:200]
            raise NotPaintedError(PaintFailure.FAILED, f"The snapshot cannot be painted: {detail}")
        return answer

    async def close(self) -> None:
        """Kill every process; images in progress fail."""
        if self._tidying is not None:
            self._tidying.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._endings, return_exceptions=True)
        idle, self._idle = self._idle, []
        for painter in idle:
            await painter.end()

    async def _take_place(self) -> asyncio.Semaphore:
        if self._places is None:
            self._places = asyncio.Semaphore(self.limits.processes)
        if self._waiting >= self.limits.waiting:
            raise NotPaintedError(PaintFailure.BUSY, "Too many snapshots are waiting to be painted; try again later.")
        self._waiting += 1
        try:
            async with asyncio.timeout(self.limits.queue):
                await self._places.acquire()
        except TimeoutError:
            seconds = f"{self.limits.queue:g}"
            raise NotPaintedError(
                PaintFailure.BUSY, f"All painters were busy for {seconds} s; try again later."
            ) from None
        finally:
            self._waiting -= 1
        return self._places

    async def _answer(self, job: bytes) -> tuple[int, bytes]:
        painter = await self._find_painter()
        finished = False
        try:
            async with asyncio.timeout(self.limits.paint):
                answer = await painter.ask(job)
            finished = True
        except PainterDiedError:
            raise NotPaintedError(PaintFailure.CRASHED, "The painter crashed on this snapshot.") from None
        except TimeoutError:
            seconds = f"{self.limits.paint:g}"
            raise NotPaintedError(
                PaintFailure.TIME_OUT, f"The snapshot took more than {seconds} s to paint; request a simpler one."
            ) from None
        finally:
            if finished and painter.alive and painter.painted < self.limits.pictures:
                self._rest(painter)
            else:
                await asyncio.shield(painter.end())
        return answer

    async def _find_painter(self) -> Painter:
        while self._idle:
            painter = self._idle.pop()
            if painter.alive:
                return painter
        try:
            painter = await Painter.start(self._command, seconds=self.limits.start)
        except (PainterDiedError, TimeoutError, OSError):
            raise NotPaintedError(PaintFailure.CRASHED, "The painter does not start; see the server's log.") from None
        self.renderer = painter.renderer or self.renderer
        return painter

    def _rest(self, painter: Painter) -> None:
        self._idle.append(painter)
        if self._tidying is not None:
            self._tidying.cancel()
        self._tidying = asyncio.get_running_loop().call_later(self.limits.idle, self._tidy)

    def _tidy(self) -> None:
        """Stop the processes that have been idle for long enough."""
        idle, self._idle = self._idle, []
        for painter in idle:
            task = asyncio.get_running_loop().create_task(painter.end())
            self._endings.add(task)
            task.add_done_callback(self._endings.discard)
