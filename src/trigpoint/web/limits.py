"""Limits of a connection, enforced below the application, in uvicorn's HTTP protocol.

1. A request target over 8 KiB is 414, header fields over 32 KiB in total are 431, a body over 64 KiB is 413.
2. A request must arrive completely within `header_seconds`, else 408: a slow client holds a socket, never a worker.
3. At `max_connections`, the connection that has been idle longest is closed for a new one; if none is idle, one whose
   responses are not read; if there is none either, the new connection gets 503.
4. A response from here has Apple's JSON for errors, is sent in the order of the requests, and closes the connection.
5. How much a client can send without reading its responses is limited (`web/flow.py`).
"""

import asyncio
import functools
import itertools
import logging
from collections.abc import Callable
from typing import Any, NoReturn

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from trigpoint.base.hosts import read_address
from trigpoint.credentials.snapshot_url import LONGEST, PATH
from trigpoint.web.asgi import WHEN_GONE, WHOLE_ANSWER
from trigpoint.web.cycle import QuickProtocol, answer_busy
from trigpoint.web.errors import raw_error
from trigpoint.web.flow import FEW_LINES, MOST_WAITING, MOST_WAITING_BYTES, HeldFlow, UnreadWatch, slices
from trigpoint.web.heads import (
    FIELDS_READ,
    HOST,
    NO_BODY_WITH_UPGRADE,
    NO_HTTP,
    NO_PROXY_PROTOCOL,
    PROXY_STARTS,
    find_host_fault,
    mend,
)
from trigpoint.web.log_lines import log_request
from trigpoint.web.request_ids import next_request_id
from trigpoint.web.request_limits import Limits
from trigpoint.web.stopping import Stopping

SNAPSHOT_START = PATH[1:].encode() + b"?"
TOO_LONG_FOR_A_SNAPSHOT = f"The URL of a snapshot has at most {LONGEST:,} characters, path and query."
LINGER_SECONDS = 1.0
"""How long the rest of a refused request is read and dropped, so that the client can read the response."""
EVICTED_AFTER_SECONDS = 1.0
"""How long a response may be unread before its connection can be closed to make room."""

next_turn = itertools.count().__next__


class RejectedError(Exception):
    """Stops the parser; the response is sent already."""


class LimitedProtocol(QuickProtocol):
    """One connection. The limits come from the application (`app.limits`), so that every worker has the same."""

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
        stopping = getattr(config.loaded_app, "stopping", None)
        self._stopping = stopping if isinstance(stopping, Stopping) else None
        self._receiving = False  # between the first byte of a request and its last
        self._in_head = False
        self._raw_bytes = 0  # of a head that has not ended yet
        self._field_room = 0  # bytes that the header fields of the head may still have
        self._body_bytes = 0
        self._unanswered = 0  # requests that the application has begun, or that wait in the pipeline
        self._waiting_bytes = 0  # that came since all was answered
        self._refusal: tuple[int, str] | None = None  # what to answer once earlier requests are answered: status, why
        self._closing = False  # the refusal is written; what still comes is dropped
        self._timer: asyncio.TimerHandle | None = None
        self._gone: Callable[[], object] | None = None  # called if the client disconnects during the request
        self._turn = 0  # grows with each connection and each response: the smallest has been idle longest
        self._host = b""  # the last Host header that was valid
        self._start = b""  # the first bytes of the connection, until it has a request

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept the connection, close another one for it if needed, and start its timer."""
        super().connection_made(transport)
        self.flow: HeldFlow = HeldFlow(transport)
        if self.client is not None and (address := read_address(self.client[0])) is not None:
            self.client = (address, self.client[1])  # 192.0.2.1, not ::ffff:192.0.2.1, on a dual-stack socket
        self._unread = UnreadWatch(transport, self.loop, self.limits.unread_seconds)
        self._turn = next_turn()
        self._start_timer()
        if len(self.connections) > self.limits.max_connections and not self._make_room():
            self.app = answer_busy

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer, and cancel the work on a response that nobody waits for."""
        self._stop_timer()
        self._unread.stop()
        self.flow.release()
        self.idle.stop()
        super().connection_lost(exc)
        self.pipeline.clear()
        if self._gone is not None:
            self._gone()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; the timer runs only while a request is incomplete."""
        if self._closing or self._refusal is not None:
            return
        if self.cycle is None and len(self._start) < len(PROXY_STARTS[1]):
            self._start += data[: len(PROXY_STARTS[1])]
        if not self._receiving and not self.flow.held:
            data = mend(data)
        if self.flow.held:
            self._hold(data)
        elif self._unanswered < 2 and data.count(b"\n") < FEW_LINES:  # the usual case: no limit can be exceeded
            self._feed_part(data)
        else:
            self._feed(data)
        if self._receiving or self._timer is not None:
            self._set_timer()

    def _feed(self, data: bytes) -> None:
        """Feed the parser as long as there is room for more requests, and hold the rest."""
        fed = 0
        for part in slices(data):
            if self._refusal is not None or self.transport.is_closing():
                return
            if self._is_full():
                self._hold(data[fed:])
                return
            fed += len(part)
            self._feed_part(part)

    def _feed_part(self, part: bytes) -> None:
        self._waiting_bytes += len(part)
        if self._in_head:
            self._raw_bytes += len(part)
        super().data_received(part)
        if self._in_head and self._raw_bytes > self.limits.target_bytes + 2 * self.limits.header_bytes:
            self._refuse(431)  # one endless field: the parser would report it at its end only

    def _is_full(self) -> bool:
        """Tell whether no further request may start now; the only one in progress may always continue."""
        waiting = self._unanswered
        return waiting > 1 and (waiting >= MOST_WAITING or self._waiting_bytes > MOST_WAITING_BYTES)

    def _hold(self, data: bytes) -> None:
        if not self.flow.hold(data):
            self.flow.release()
            self._refuse(503)

    def _set_timer(self) -> None:
        if self._receiving and not self.flow.held:
            if self._timer is None:
                self._start_timer()
        elif self._timer is not None and not self._closing:
            self._stop_timer()

    def pause_writing(self) -> None:
        """Note that a response is not being read."""
        super().pause_writing()
        self._unread.start()

    def resume_writing(self) -> None:
        """Note that it is being read again."""
        super().resume_writing()
        self._unread.stop()

    def on_message_begin(self) -> None:
        """Start counting the bytes of a request."""
        super().on_message_begin()
        self._receiving = self._in_head = True
        self._raw_bytes = self._body_bytes = 0
        self._field_room = self.limits.header_bytes

    def on_url(self, url: bytes) -> None:
        """Enforce the limit of the target."""
        self.url += url
        if len(self.url) > self.limits.target_bytes:
            if self.url.lstrip(b"/").startswith(SNAPSHOT_START):
                self._reject(413, TOO_LONG_FOR_A_SNAPSHOT)  # contract §6.5
            self._reject(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Enforce the limit of the header, counted as sent: each field with ": " and its line end."""
        self.headers.append((name.lower(), value.rstrip(b" \t")))  # RFC 9110, 5.5: white space is no part of a value
        self._field_room -= len(name) + len(value) + 4
        if self._field_room < 0:
            self._reject(431)

    def on_headers_complete(self) -> None:
        """Refuse a body whose Content-Length is too large, before the application starts."""
        self._in_head = self.has_connection_field = False
        hosts = 0
        for name, value in self.headers:
            if name == b"host":
                hosts += 1
                if value != self._host:
                    self._learn_host(value)
            elif name in FIELDS_READ:
                self._read_field(name, value)
        if hosts != 1 and (fault := find_host_fault(hosts, self.parser.get_http_version())) is not None:
            self._reject(400, fault)
        if self.parser.should_upgrade():
            self._look_at_upgrade()
        try:
            super().on_headers_complete()
        except (httptools.HttpParserError, UnicodeDecodeError, TypeError, AttributeError):
            self._reject(400)  # the request target has no path
        extensions: dict[str, Any] = {
            WHOLE_ANSWER: self.cycle.write_whole,
            WHEN_GONE: functools.partial(self._when_gone, self.cycle),
        }
        self.scope["extensions"] = extensions
        if self._stopping is not None and self._stopping.is_near:
            self.cycle.keep_alive = False
        self._unanswered += 1

    def on_body(self, body: bytes) -> None:
        """Enforce the limit of a chunked body."""
        self._body_bytes += len(body)
        if self._body_bytes > self.limits.body_bytes:
            self._give_up(413)
            raise RejectedError
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._receiving = False
        if not self.cycle.response_complete:
            self.cycle.more_body = False
            self.cycle.message_event.set()

    def on_response_complete(self) -> None:
        """Continue with the next request of the connection, or send the refusal that waits for this response."""
        self._unanswered -= 1
        self._turn = next_turn()
        if not self._unanswered:
            self._waiting_bytes = 0
        super().on_response_complete()
        if self.transport.is_closing():
            self._unread.start()
        elif self._refusal is not None:
            if not self._unanswered:
                self._write_refusal(*self._refusal)
        elif self.flow.held and not self._is_full():
            self._feed(self.flow.release())
            self.flow.resume_reading()
            self._set_timer()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP. If one of the callbacks above rejected the request, it has its response already."""
        del msg
        self._refuse(400, NO_PROXY_PROTOCOL if self._start.startswith(PROXY_STARTS) else NO_HTTP)

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection."""
        if not self._receiving and not self._unanswered:
            self._close()

    def eof_received(self) -> None:
        """Close the connection after a refusal as soon as the client has closed its side."""
        self._unread.start()
        if self._closing:
            self.transport.close()

    def _close(self) -> None:
        """Close the connection; responses that the client does not read keep it open for a limited time only."""
        self._unread.start()
        self.transport.close()

    def _read_field(self, name: bytes, value: bytes) -> None:
        """Read one of `FIELDS_READ`."""
        if name == b"connection":
            self.has_connection_field = True
        elif name == b"expect":
            self.expect_100_continue = self.expect_100_continue or value.lower() == b"100-continue"
        elif len(value) > 9 or int(value) > self.limits.body_bytes:
            self._reject(413)

    def _learn_host(self, value: bytes) -> None:
        if HOST.fullmatch(value) is None:
            self._reject(400, "The Host header is neither a host name nor an address (RFC 9112, 3.2).")
        self._host = value

    def _look_at_upgrade(self) -> None:
        """Refuse a body: the parser does not read one with Upgrade, so that it would be taken for the next request."""
        fields = dict(self.headers)
        if b"transfer-encoding" in fields or fields.get(b"content-length", b"").strip(b"0"):
            self._reject(400, NO_BODY_WITH_UPGRADE)

    def _when_gone(self, cycle: RequestResponseCycle, call: Callable[[], object] | None) -> None:
        """Set what to call if the client disconnects during the request in progress: a connection has at most one."""

        def hang_up() -> None:
            cycle.disconnected = True  # uvicorn sets this for the last request of a connection only
            call()  # type: ignore[misc]

        self._gone = None if call is None else hang_up
        if self._gone is not None and self.transport.is_closing():
            self._gone()

    def _make_room(self) -> bool:
        """Close the connection that has been idle longest, or one whose responses are not read; False if there is none."""
        others = [one for one in self.connections if isinstance(one, LimitedProtocol) and one is not self]
        idle = [one for one in others if not one._unanswered]  # noqa: SLF001 (its own kind)
        spare = idle or [one for one in others if one._unread.seconds > EVICTED_AFTER_SECONDS]  # noqa: SLF001 (its own kind)
        if not spare:
            return False
        min(spare, key=lambda one: one._turn).transport.abort()  # noqa: SLF001 (its own kind)
        return True

    def _reject(self, status: int, why: str = "") -> NoReturn:
        """Refuse a request from a callback of the parser, and stop the parser."""
        self._refuse(status, why)
        raise RejectedError

    def _give_up(self, status: int) -> None:
        """Refuse a request whose body is incomplete; the application may be working on it, or may have responded."""
        cycle = self.cycle
        if cycle.response_started:
            self._closing = True
            self._close()
            return
        cycle.disconnected = cycle.response_complete = True  # the application's own response is dropped
        cycle.message_event.set()
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        self._unanswered -= 1
        self._refuse(status)

    def _refuse(self, status: int, why: str = "") -> None:
        if self._refusal is not None or self._closing:
            return
        self._refusal = (status, why or self.limits.explain(status))
        self._receiving = self._in_head = False
        if not self._unanswered:
            self._write_refusal(*self._refusal)

    def _write_refusal(self, status: int, why: str) -> None:
        """Write the response and close our side; drop what the client still sends for a moment, then close."""
        if self._closing or self.transport.is_closing():
            return
        self._closing = True
        self._stop_timer()
        self.idle.stop()
        request_id = next_request_id()
        fields = {"requestId": request_id.decode(), "status": status, "method": "-", "path": "-", "code": "protocol"}
        log_request(logging.INFO, "%s %d %s %s %s: %s", fields | {"detail": why})
        self.transport.write(raw_error(status, why, request_id))
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
            self._close()
