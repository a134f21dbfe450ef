"""Graceful stop: after SIGTERM a worker announces that it will stop, and keeps serving until clients use other servers.

1. At once, `/readyz` is 503, and every response closes its connection, so that load balancers and clients move on.
2. For `drain_seconds`, new connections are still accepted, and all requests are answered.
3. Then the listener is closed, and the worker ends with its last request, at most 10 seconds later.

A worker does the same if its supervisor has ended, even by SIGKILL.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

LAST_S = 9.5
"""How long a worker may take to exit after the drain before it is killed."""
LOOK_EVERY_S = 1.0
_LOG = logging.getLogger("trigpoint.server")

Handler = Callable[[int, FrameType | None], object]


class Stopping:
    """The stop of one worker. `is_near` says that it has begun; the HTTP protocol and `/readyz` check it."""

    def __init__(self, drain_seconds: float = 0.0) -> None:
        self._drain_s = drain_seconds
        self._stop: Handler | None = None
        self._looking: asyncio.TimerHandle | None = None
        self._is_limited = False
        self.is_near = False

    def prepare(self) -> None:
        """Handle SIGTERM instead of the server, and watch the supervisor, if there is one.

        Outside the main thread (as in tests) and on Windows, this does nothing.
        """
        if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
            return
        before = signal.getsignal(signal.SIGTERM)
        if not callable(before):
            return
        self._stop = before
        loop = asyncio.get_running_loop()

        def take(_number: int, _frame: FrameType | None) -> None:
            self._limit()  # even if the event loop hangs, the process ends in time
            loop.call_soon_threadsafe(self.begin)

        signal.signal(signal.SIGTERM, take)
        supervisor = multiprocessing.parent_process()
        if supervisor is not None and supervisor.pid is not None:
            self._look(loop, supervisor.pid)

    def begin(self) -> None:
        """Announce the stop, and stop the worker after the drain; a second signal has no effect."""
        if self.is_near:
            return
        self.is_near = True
        self._limit()
        asyncio.get_running_loop().call_later(self._drain_s, self._end)

    def _limit(self) -> None:
        if not self._is_limited:
            self._is_limited = True
            end_within(self._drain_s + LAST_S)

    def forget(self) -> None:
        """Stop watching the supervisor: the worker stops."""
        if self._looking is not None:
            self._looking.cancel()

    def _end(self) -> None:
        if self._stop is not None:
            self._stop(signal.SIGTERM, None)

    def _look(self, loop: asyncio.AbstractEventLoop, supervisor: int) -> None:
        if os.getppid() != supervisor:
            _LOG.error("The supervisor has ended, so this worker stops.")
            self.begin()
        else:
            self._looking = loop.call_later(LOOK_EVERY_S, self._look, loop, supervisor)


def end_within(seconds: float) -> None:
    """Exit the process after this time in any case, from a separate thread."""
    last = threading.Timer(seconds, _end_now)
    last.daemon = True
    last.start()


def _end_now() -> None:
    _LOG.error("Requests in progress did not end within %g seconds, so the worker ends without them.", LAST_S)
    os._exit(1)
