"""The flow of one connection: what waits to be parsed, and answers that nobody reads.

1. At most `MOST_WAITING` requests of a connection are begun or wait; what follows is held unparsed, and nothing is read.
2. A connection whose answers were not read for `unread_seconds` is cut off, also while it is being closed.
"""

import asyncio
import contextlib
import sys
from collections.abc import Iterator

from uvicorn.protocols.http.flow_control import FlowControl

if sys.platform == "linux":
    import fcntl
    import termios

    SENT_QUEUE: int | None = termios.TIOCOUTQ
    """How much of a socket's data the other side has not acknowledged (tcp(7), SIOCOUTQ)."""
else:
    SENT_QUEUE = None

MOST_WAITING = 16
"""Requests of one connection that are being answered or wait for their turn."""
MOST_WAITING_BYTES = 96 * 1024
"""Bytes of those requests: one of the largest, or many small ones."""
MOST_HELD_BYTES = 64 * 1024
"""Bytes that are held unparsed behind them; a client that sends more before it reads a response is refused."""
FEW_LINES = 2 * MOST_WAITING
"""Below this number of line ends, data holds no more requests than may wait: each has at least two."""
SLICE = 18 * MOST_WAITING
"""A slice of this size holds no more requests than may wait: the shortest, `GET / HTTP/1.0` with its blank line, has
18."""


class HeldFlow(FlowControl):
    """Flow control whose reading stays paused as long as something is held."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__(transport)
        self.held = b""

    def hold(self, data: bytes) -> bool:
        """Hold data until `release`; False if that would be more than may be held."""
        self.pause_reading()
        self.held += data
        return len(self.held) <= MOST_HELD_BYTES

    def release(self) -> bytes:
        """Give what was held; reading may go on."""
        data, self.held = self.held, b""
        return data

    def resume_reading(self) -> None:
        """Read on, unless something is held: it comes first."""
        if not self.held:
            super().resume_reading()


class UnreadWatch:
    """Closes a connection whose client reads nothing of its responses for `seconds`."""

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
        """Check after a while whether fewer bytes wait to be sent."""
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
        """Give the bytes that the client has not taken yet: those that wait here, and in the system's own buffer."""
        waiting = self._transport.get_write_buffer_size()
        if waiting and SENT_QUEUE is not None:
            with contextlib.suppress(OSError, AttributeError):
                descriptor = self._transport.get_extra_info("socket").fileno()
                waiting += int.from_bytes(fcntl.ioctl(descriptor, SENT_QUEUE, bytes(4)), sys.byteorder)
        return waiting


def slices(data: bytes) -> Iterator[bytes]:
    """Cut data so that no slice brings more requests than may wait; what has few lines stays whole."""
    if data.count(b"\n") < FEW_LINES:
        yield data
        return
    for start in range(0, len(data), SLICE):
        yield data[start : start + SLICE]
