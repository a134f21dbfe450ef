"""What a connection may cost: sizes and times held below the application, in uvicorn's HTTP protocol.

1. A request target over 8 KiB is 414, a header over 32 KiB in all is 431, a body over 64 KiB is 413.
2. A request must arrive whole within `header_seconds`, else 408: a slow client holds a socket, never a worker.
3. At `max_connections` the connection that has waited longest without a request in progress makes room for the new
   one; if all are busy, the new one is answered 503.
4. Whatever is refused here has Apple's envelope, in the order of the requests, and closes the connection.
"""

import asyncio
import functools
import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from trigpoint.web.asgi import WHEN_GONE, WHOLE_ANSWER, Header, Message, Receive, Send
from trigpoint.web.errors import ERROR_HEADERS, error_body, raw_error

NOT_ASCII = re.compile(rb"[\x80-\xff]")

LINGER_SECONDS = 1.0
"""How long the rest of a refused request is read and dropped, so that the client can read why."""


next_turn = itertools.count().__next__


class RejectedError(Exception):
    """Stops the parser; the answer is on its way."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds for one request, connections for one worker."""

    target_bytes: int = 8 * 1024
    header_bytes: int = 32 * 1024
    body_bytes: int = 64 * 1024
    header_seconds: float = 10.0
    max_connections: int = 1000


def escape_target(head: bytes) -> bytes:
    """Write the first line of a request as it should have been sent: each byte beyond ASCII with a percent sign.

    People type `q=Städtle` into a shell; the parser would call that no HTTP.
    """
    line, end, rest = head.partition(b"\r\n")
    return NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line) + end + rest


class LimitedProtocol(HttpToolsProtocol):
    """One connection. The limits are those of the application (`app.limits`), so that every worker has the same."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        found = getattr(config.loaded_app, "limits", None)
        self.limits: Limits = found if isinstance(found, Limits) else Limits()
        self._receiving = False  # between the first byte of a request and its last
        self._in_head = False
        self._raw_bytes = 0  # of a head that has not ended yet
        self._field_bytes = 0
        self._body_bytes = 0
        self._unanswered = 0  # requests that the application has begun, or that wait in the pipeline
        self._refusal: int | None = None  # the status to answer once earlier requests are answered
        self._closing = False  # the refusal is written; what still comes is dropped
        self._timer: asyncio.TimerHandle | None = None
        self._gone: Callable[[], object] | None = None  # called if the client hangs up on the request in progress
        self._turn = 0  # grows with each connection and each answer: the smallest has waited longest

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, make room for it if needed, and start its clock."""
        super().connection_made(transport)
        self._turn = next_turn()
        self._start_timer()
        if len(self.connections) > self.limits.max_connections and not self._make_room():
            self.app = answer_busy

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock, and tell whoever works on an answer that nobody waits for it."""
        self._stop_timer()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)
        self.pipeline.clear()
        if self._gone is not None:
            self._gone()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; keep a clock running only while a request is incomplete."""
        if self._closing or self._refusal is not None:
            return
        if self._in_head:
            self._raw_bytes += len(data)
        elif not self._receiving and not data.isascii():
            data = escape_target(data)
        super().data_received(data)
        if self._in_head and self._raw_bytes > self.limits.target_bytes + 2 * self.limits.header_bytes:
            self._refuse(431)  # one endless field: the parser reports it when it ends
        if self._receiving:
            if self._timer is None:
                self._start_timer()
        elif self._timer is not None:
            self._stop_timer()

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._receiving = self._in_head = True
        self._raw_bytes = self._field_bytes = self._body_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Hold the limit of the target."""
        self.url += url
        if len(self.url) > self.limits.target_bytes:
            self._reject(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Hold the limit of the header, counted as it is sent: each field with ": " and its line end."""
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))
        self._field_bytes += len(name) + len(value) + 4
        if self._field_bytes > self.limits.header_bytes:
            self._reject(431)

    def on_headers_complete(self) -> None:
        """Refuse a body that is announced too large, before the application starts."""
        self._in_head = False
        for name, value in self.headers:
            if name == b"content-length" and (len(value) > 9 or int(value) > self.limits.body_bytes):
                self._reject(413)
        try:
            super().on_headers_complete()
        except (httptools.HttpParserError, UnicodeDecodeError, TypeError, AttributeError):
            self._reject(400)  # the target is not one of ours: it has no path
        extensions: dict[str, Any] = {
            WHOLE_ANSWER: functools.partial(write_whole, self.cycle),
            WHEN_GONE: functools.partial(self._when_gone, self.cycle),
        }
        self.scope["extensions"] = extensions
        self._unanswered += 1

    def on_body(self, body: bytes) -> None:
        """Hold the limit of the body that comes in chunks."""
        self._body_bytes += len(body)
        if self._body_bytes > self.limits.body_bytes:
            self._give_up(413)
            raise RejectedError
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._receiving = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request of the connection, or with the refusal that waits behind this one."""
        self._unanswered -= 1
        self._turn = next_turn()
        super().on_response_complete()
        if self._refusal is not None and not self._unanswered:
            self._write_refusal(self._refusal)

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP. What a callback above rejected has its answer already."""
        del msg
        self._refuse(400)

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that nobody uses any more."""
        if not self._receiving:
            super().timeout_keep_alive_handler()

    def eof_received(self) -> None:
        """Stop lingering when the client has seen the refusal."""
        if self._closing:
            self.transport.close()

    def _when_gone(self, cycle: RequestResponseCycle, call: Callable[[], object] | None) -> None:
        """Note what to call if the client hangs up on the request in progress: a connection has one at most."""

        def hang_up() -> None:
            cycle.disconnected = True  # uvicorn tells the last request of a connection only
            call()  # type: ignore[misc]

        self._gone = None if call is None else hang_up
        if self._gone is not None and self.transport.is_closing():
            self._gone()

    def _make_room(self) -> bool:
        """Close the connection that has waited longest; tell whether there was one."""
        idle = [
            one
            for one in self.connections
            if isinstance(one, LimitedProtocol) and one is not self and not one._unanswered  # noqa: SLF001 (its own kind)
        ]
        if not idle:
            return False
        min(idle, key=lambda one: one._turn).transport.abort()  # noqa: SLF001
        return True

    def _reject(self, status: int) -> NoReturn:
        """Refuse from within a callback of the parser, and stop the parser."""
        self._refuse(status)
        raise RejectedError

    def _give_up(self, status: int) -> None:
        """Refuse a request whose body is still coming; the application may have begun with it, or even answered."""
        cycle = self.cycle
        if cycle.response_started:
            self._closing = True
            self.transport.close()
            return
        cycle.disconnected = cycle.response_complete = True  # the application's own answer is dropped
        cycle.message_event.set()
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        self._unanswered -= 1
        self._refuse(status)

    def _refuse(self, status: int) -> None:
        if self._refusal is not None or self._closing:
            return
        self._refusal = status
        self._receiving = self._in_head = False
        if not self._unanswered:
            self._write_refusal(status)

    def _write_refusal(self, status: int) -> None:
        """Write the answer and end our half; drop what the client still sends, for a moment, then close."""
        if self._closing or self.transport.is_closing():
            return
        self._closing = True
        self._stop_timer()
        self._unset_keepalive_if_required()
        self.transport.write(raw_error(status))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self.limits.header_seconds, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self._receiving and not self._in_head:
            self._give_up(408)
        elif self._receiving:
            self._refuse(408)
        elif not self._unanswered:
            self.transport.close()


def write_whole(cycle: RequestResponseCycle, status: int, headers: Iterable[Header], body: bytes) -> bool:
    """Write a whole answer at once: what two `send` messages do, in a fifth of the time.

    `headers` are our own, with the length among them, and are not looked at again. False if the connection is in a
    state that needs `send`: the answer has begun, or the client does not read fast enough.
    """
    if cycle.response_started or cycle.flow.write_paused:
        return False
    if cycle.disconnected:
        return True
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    parts = [STATUS_LINE[status]]
    for name, value in (*cycle.default_headers, *headers):
        parts += (name, b": ", value, b"\r\n")
    parts.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
    if cycle.scope["method"] != "HEAD":
        parts.append(body)
    cycle.transport.write(b"".join(parts))
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True


async def answer_busy(scope: Message, receive: Receive, send: Send) -> None:
    """Answer 503 to one connection too many, and close it."""
    del scope, receive
    body = error_body(503)
    headers = [
        *ERROR_HEADERS,
        (b"content-length", b"%d" % len(body)),
        (b"retry-after", b"1"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
