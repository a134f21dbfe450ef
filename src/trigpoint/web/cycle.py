"""One request and its response on a connection, with less work than uvicorn's own way takes.

1. The application starts at once, except for pipelined requests; it becomes a task of the event loop only if it has to wait
   (Python 3.12 and later).
2. A whole response is written in one piece.
3. The target of a request without a query is parsed once.
4. The timeout of an idle connection is one timer, which is not restarted for each request.
"""

import asyncio
import sys
from collections.abc import Coroutine, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn._types import ASGIReceiveEvent
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from trigpoint.web.asgi import Header, Message, Receive, Send
from trigpoint.web.errors import busy_error
from trigpoint.web.flow import IdleTimer

SHORT = 64
"""Longest target that is cached: those of endpoints without parameters are shorter."""

Target = tuple[str, bytes, bytes]
"""The path of a target, decoded and as it was sent, and its query."""


NOBODY_WAITS = asyncio.Event()
"""The event of a request whose body was not asked for; setting it wakes nobody."""


class Cycle(RequestResponseCycle):
    """uvicorn's, for the request whose head a connection has read last."""

    def __init__(self, protocol: HttpToolsProtocol, *, keep_alive: bool) -> None:
        """Set what uvicorn's constructor sets, without calling it: every request makes a cycle."""
        self.scope = protocol.scope
        self.transport = protocol.transport
        self.flow = protocol.flow
        self.logger = protocol.logger
        self.access_logger = protocol.access_logger
        self.access_log = protocol.access_log
        self.default_headers = protocol.server_state.default_headers
        self.message_event = NOBODY_WAITS
        self.on_response = protocol.on_response_complete
        self.disconnected = False
        self.keep_alive = keep_alive
        self.waiting_for_100_continue = protocol.expect_100_continue
        self.body = bytearray()
        self.more_body = True
        self.response_started = False
        self.response_complete = False
        self.chunked_encoding = None
        self.expected_content_length = 0

    async def receive(self) -> ASGIReceiveEvent:
        """Give the next part of the body; only an application that asks for one needs an event to wait for."""
        if self.message_event is NOBODY_WAITS:
            self.message_event = asyncio.Event()
            if self.body or not self.more_body:
                self.message_event.set()
        return await super().receive()

    def write_whole(self, status: int, headers: Iterable[Header], body: bytes) -> bool:
        """Write a whole response at once, in a fifth of the time that two `send` messages take.

        `headers` include Content-Length and are not checked. Returns False if `send` must be used instead: the response
        has begun, or the client does not read fast enough.
        """
        if self.response_started or self.flow.write_paused:
            return False
        if self.disconnected:
            return True
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        parts = [STATUS_LINE[status]]
        for name, value in (*self.default_headers, *headers):
            parts += (name, b": ", value, b"\r\n")
        parts.append(b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n")
        if self.scope["method"] != "HEAD":
            parts.append(body)
        self.transport.write(b"".join(parts))
        if self.message_event is not NOBODY_WAITS:
            self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
        return True


class QuickProtocol(HttpToolsProtocol):
    """uvicorn's protocol with the differences that are listed above."""

    cycle: Cycle

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._parsing = False
        self.has_connection_field = True  # whether the head that was read last has the header field Connection
        self._next: tuple[RequestResponseCycle, Any] | None = None
        self.idle = IdleTimer(self.loop, self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def data_received(self, data: bytes) -> None:
        """Parse, and start the application afterwards: a response may lead to more parsing, which must not be nested."""
        self._parsing = True
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.send_400_response("")
        except httptools.HttpParserUpgrade:
            pass  # the request itself is answered; a warning in the log would be for clients to fill it
        self._parsing = False
        if self._next is not None:
            (cycle, app), self._next = self._next, None
            begin(cycle.run_asgi(app), self.loop, self.tasks)

    def on_headers_complete(self) -> None:
        """Start the application, or queue the request behind earlier ones. Upgrades are not supported."""
        before: Cycle | None = self.cycle
        has_field = self.has_connection_field
        keep_alive = complete_scope(self.scope, self.url, self.parser, has_connection_field=has_field)
        self.cycle = Cycle(self, keep_alive=keep_alive)
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def on_response_complete(self) -> None:
        """Continue with the next request of the connection, or wait for one."""
        if self.transport.is_closing():
            return
        if self.flow.read_paused:
            self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self.idle.start()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._parsing:
            self._next = (cycle, app)
        else:
            begin(cycle.run_asgi(app), self.loop, self.tasks)


def complete_scope(
    scope: Any, target: bytes, parser: httptools.HttpRequestParser, *, has_connection_field: bool
) -> bool:
    """Add the method, target and version to a scope; return whether the connection stays open after the response.

    Raises the same errors as uvicorn's own code for a target without a path, and `HttpParserError` for another version.
    """
    read = _read_short if len(target) <= SHORT and target.find(b"?") < 0 else _read_target
    scope["path"], scope["raw_path"], scope["query_string"] = read(target)
    scope["method"] = parser.get_method().decode("ascii")
    if parser.should_keep_alive() and not has_connection_field:
        return True  # HTTP/1.1: older versions close the connection, unless a header field says otherwise
    version = parser.get_http_version()  # it writes a text, so it is only called where the answer is not known yet
    if version != "1.1":
        if version != "1.0":
            raise httptools.HttpParserError("neither HTTP/1.1 nor HTTP/1.0")
        scope["http_version"] = version
    return version != "1.0" and parser.should_keep_alive()


def _read_target(target: bytes) -> Target:
    parsed = httptools.parse_url(target)
    path = parsed.path.decode("ascii")
    return unquote(path) if "%" in path else path, parsed.path, parsed.query or b""


_read_short = lru_cache(maxsize=256)(_read_target)


def begin(answer: Coroutine[Any, Any, None], loop: asyncio.AbstractEventLoop, tasks: "set[asyncio.Task[None]]") -> None:
    """Start a response, at once where Python can; `tasks` are those that wait for something.

    A pipelined request that starts inside another's response becomes a task: it must not delay the end of that one.
    """
    if sys.version_info >= (3, 12) and asyncio.current_task(loop) is None:
        task = asyncio.Task(answer, loop=loop, eager_start=True)
        if task.done():
            return
    else:
        task = loop.create_task(answer)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def answer_busy(scope: Message, receive: Receive, send: Send) -> None:
    """Send 503 to a connection above the limit, and close it."""
    del scope, receive
    headers, body = busy_error()
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
