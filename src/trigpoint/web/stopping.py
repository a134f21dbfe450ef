"""Stopping without loss: on SIGTERM a worker first says that it will stop, and serves on until traffic has gone elsewhere.

1. At once `/readyz` is 503, and every answer closes its connection: a balancer and its clients go elsewhere.
2. For `drain_seconds` new connections are still taken, and everything is answered.
3. Then the listener closes, requests in progress end, and the worker with them: never later than 10 seconds after that.

A worker whose supervisor is gone, even by SIGKILL, begins the same by itself.
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
    """The stop of one worker. `is_near` says that it has begun; the protocol and the readiness look at it."""

    def __init__(self, drain_seconds: float = 0.0) -> None:
        self._drain_s = drain_seconds
        self._stop: Handler | None = None
        self._looking: asyncio.TimerHandle | None = None
        self._is_limited = False
        self.is_near = False

    def prepare(self) -> None:
        """Take SIGTERM over from the server, and watch the supervisor, if this is a worker of one.

        In another thread than the main one (as in tests), nobody sends signals, and nothing is taken over.
        """
        if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
            return
        before = signal.getsignal(signal.SIGTERM)
        if not callable(before):
            return
        self._stop = before
        loop = asyncio.get_running_loop()

        def take(_number: int, _frame: FrameType | None) -> None:
            self._limit()  # the loop may hang: what it is in is interrupted, and it ends in time whether it goes on or not
            loop.call_soon_threadsafe(self.begin)

        signal.signal(signal.SIGTERM, take)
        supervisor = multiprocessing.parent_process()
        if supervisor is not None and supervisor.pid is not None:
            self._look(loop, supervisor.pid)

    def begin(self) -> None:
        """Announce the stop, and stop the worker when the drain is over; a second signal changes nothing."""
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
            _LOG.error("The supervisor is gone, so that this worker stops.")
            self.begin()
        else:
            self._looking = loop.call_later(LOOK_EVERY_S, self._look, loop, supervisor)


def end_within(seconds: float) -> None:
    """Exit the process after so many seconds in any case, from a thread of its own."""
    last = threading.Timer(seconds, _end_now)
    last.daemon = True
    last.start()


def _end_now() -> None:
    _LOG.error("What was in progress did not end within %g seconds, so that the worker ends without it.", LAST_S)
    os._exit(1)
