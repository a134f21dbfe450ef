"""One engine process from the server's side: starting it, sending queries over a socket, and ending it."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from trigpoint.engines.valhalla.worker import HEADER, Action, Outcome

ALLOCATOR = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=60000"}
"""A search allocates and frees many small objects: with these settings of glibc it takes 3 % less time."""


class ProcessDiedError(Exception):
    """The process ended before it responded."""


class CannotOpenError(Exception):
    """The process cannot open its network; the message is the engine's."""


class TooSlowError(Exception):
    """The process did not respond in time, and was killed."""


class EngineProcess(asyncio.Protocol):
    """A worker process and the socket to it. Handles one query at a time."""

    def __init__(self, generation: Path, *, on_end: Callable[["EngineProcess"], None]) -> None:
        self.generation = generation
        self.alive = True
        self.is_ready = False
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._answer: asyncio.Future[tuple[Outcome, bytes]] | None = self._loop.create_future()
        self._gone = self._loop.create_future()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            self._popen = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", "trigpoint.engines.valhalla.worker", str(theirs.fileno()), str(generation)],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=ALLOCATOR | os.environ,
            )
        self._opening = self._loop.create_task(self._open(ours))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._popen.pid

    async def ready(self, *, seconds: float) -> None:
        """Wait until the engine has opened its network. Raises CannotOpenError, ProcessDiedError or TooSlowError."""
        await self._opening
        outcome, answer = await self._wait(seconds)
        if outcome is not Outcome.ANSWERED:
            raise CannotOpenError(answer.decode(errors="replace")[:300])
        self.is_ready = True

    async def ask(self, action: Action, question: bytes, *, seconds: float) -> tuple[Outcome, bytes]:
        """Send one query and wait at most `seconds` for its response. Raises ProcessDiedError or TooSlowError."""
        if self._transport is None or not self.alive:
            raise ProcessDiedError("The engine process has ended.")
        self._answer = self._loop.create_future()
        self._transport.write(HEADER.pack(len(question) + 1, action) + question)
        return await self._wait(seconds)

    def abandon(self, *, seconds: float, then: Callable[["EngineProcess"], None]) -> None:
        """Give the process `seconds` to finish a query that nobody waits for; then call `then`, or kill it."""
        self._answer = rest = self._loop.create_future()
        deadline = self._loop.call_later(seconds, self.end)

        def finished(answer: asyncio.Future[tuple[Outcome, bytes]]) -> None:
            deadline.cancel()
            if not answer.cancelled() and answer.exception() is None:
                then(self)

        rest.add_done_callback(finished)

    def end(self) -> None:
        """Kill the process, as native code in the middle of a search does not react to anything gentler."""
        self.alive = False
        if self._popen.poll() is None:
            self._popen.kill()
        if self._transport is not None:
            self._transport.abort()

    async def ended(self) -> None:
        """Wait until the process has ended and was reaped."""
        await asyncio.gather(self._opening, return_exceptions=True)
        await self._gone

    async def _open(self, ours: socket.socket) -> None:
        await self._loop.create_connection(lambda: self, sock=ours)

    async def _wait(self, seconds: float) -> tuple[Outcome, bytes]:
        answer = self._answer
        assert answer is not None  # noqa: S101 (set by every caller)
        deadline = self._loop.call_later(seconds, self._run_out, answer)
        try:
            return await answer
        finally:
            deadline.cancel()

    def _run_out(self, answer: asyncio.Future[tuple[Outcome, bytes]]) -> None:
        if not answer.done():
            answer.set_exception(TooSlowError("It did not respond in time."))
        self.end()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport of the socket."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's transports are not subclasses of asyncio's

    def data_received(self, data: bytes) -> None:
        """Collect received data; a complete frame is the response."""
        self._buffer += data
        if len(self._buffer) < HEADER.size:
            return
        length, outcome = HEADER.unpack_from(self._buffer)
        if len(self._buffer) < length + 4:
            return
        content = bytes(self._buffer[HEADER.size :])
        self._buffer.clear()
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result((Outcome(outcome), content))

    def connection_lost(self, exc: Exception | None) -> None:
        """Handle a closed socket: the process has ended or is about to."""
        del exc
        self.alive = False
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(ProcessDiedError("The engine process ended."))
        self._loop.run_in_executor(None, self._reap)

    def _reap(self) -> None:
        """Wait for the process to end, on a thread, as that may take a moment."""
        try:
            self._popen.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        with contextlib.suppress(RuntimeError):  # the event loop was closed first
            self._loop.call_soon_threadsafe(self._buried)

    def _buried(self) -> None:
        if not self._gone.done():
            self._gone.set_result(None)
        self._on_end(self)
