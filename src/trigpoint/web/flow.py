"""Flow control of one connection: pipelined requests, and responses that the client does not read.

1. At most `MOST_WAITING` requests of a connection are in progress or wait. Further data is held unparsed, and reading pauses.
2. A connection is aborted if its client reads no response for `unread_seconds`, also while it is being closed.
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterator

from uvicorn.protocols.http.flow_control import FlowControl

if sys.platform == "linux":
    import fcntl
    import termios

    SENT_QUEUE: int | None = termios.TIOCOUTQ
    """The ioctl for the number of sent bytes that the other side has not acknowledged (tcp(7), SIOCOUTQ)."""
else:
    SENT_QUEUE = None

MOST_WAITING = 16
"""Most requests of one connection that are being answered or wait for their turn."""
MOST_WAITING_BYTES = 96 * 1024
"""Most bytes of those requests: one of the largest, or many small ones."""
MOST_HELD_BYTES = 64 * 1024
"""Most bytes that are held unparsed after them; a client that sends more before it reads a response is refused."""
FEW_LINES = 2 * MOST_WAITING
"""With fewer line ends, data has no more requests than may wait: each request has at least two."""
SLICE = 18 * MOST_WAITING
"""A slice of this many bytes has no more requests than may wait: the shortest, `GET / HTTP/1.0` and an empty line, has 18."""


class HeldFlow(FlowControl):
    """Flow control that keeps reading paused as long as data is held."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__(transport)
        self.held = b""

    def hold(self, data: bytes) -> bool:
        """Hold data until `release`; False if it is more than may be held."""
        self.pause_reading()
        self.held += data
        return len(self.held) <= MOST_HELD_BYTES

    def release(self) -> bytes:
        """Return the held data; reading may resume."""
        data, self.held = self.held, b""
        return data

    def resume_reading(self) -> None:
        """Resume reading, unless data is held: it must be processed first."""
        if not self.held:
            super().resume_reading()


class UnreadWatch:
    """Aborts a connection whose client reads nothing of its responses for `seconds`."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._transport = transport
        self._loop = loop
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None
        self._since = 0.0

    @property
    def seconds(self) -> float:
        """How long a response has been waiting to be read; 0 if none is."""
        return 0.0 if self._timer is None else self._loop.time() - self._since

    def start(self) -> None:
        """Start checking, every `seconds`, whether the client has read something."""
        if self._timer is None:
            self._since = self._loop.time()
            self._look_later(self._untaken())

    def stop(self) -> None:
        """Stop checking: everything was sent, or the connection is closed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_later(self, before: int) -> None:
        self._timer = self._loop.call_later(self._seconds, self._look, before)

    def _look(self, before: int) -> None:
        self._timer = None
        if not self._transport.get_write_buffer_size():
            return
        left = self._untaken()
        if left >= before > 0:
            self._transport.abort()
        else:
            self._look_later(left)

    def _untaken(self) -> int:
        """Count the bytes that the client has not received: those in our buffer, and in the kernel's."""
        waiting = self._transport.get_write_buffer_size()
        if waiting and SENT_QUEUE is not None:
            with contextlib.suppress(OSError, AttributeError):
                descriptor = self._transport.get_extra_info("socket").fileno()
                waiting += int.from_bytes(fcntl.ioctl(descriptor, SENT_QUEUE, bytes(4)), sys.byteorder)
        return waiting


class IdleTimer:
    """Calls `end` once a connection was idle for `seconds` since its last `start`.

    The timer keeps running while the connection is used: restarting it for each request would take one or two microseconds.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, end: Callable[[], None]) -> None:
        self._loop = loop
        self._seconds = seconds
        self._end = end
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start the idle time: all requests are answered."""
        self._since = self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_later(self._seconds, self._look)

    def stop(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        left = self._since + self._seconds - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
        else:
            self._end()


def slices(data: bytes) -> Iterator[bytes]:
    """Cut data so that no slice has more requests than may wait; data with few lines stays whole."""
    if data.count(b"\n") < FEW_LINES:
        yield data
        return
    for start in range(0, len(data), SLICE):
        yield data[start : start + SLICE]
