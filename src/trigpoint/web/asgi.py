"""The types of ASGI 3, and one way to send a whole response."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any

from litestar.exceptions import InternalServerException

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

WHOLE_ANSWER = "trigpoint.whole_answer"
"""Scope extension: a function of (status, headers, body) that sends a whole response at once; False if it cannot."""

WHEN_GONE = "trigpoint.when_gone"
"""Scope extension: a function that takes a callback for when the client disconnects; None removes it."""

WhenGone = Callable[[Callable[[], object] | None], None]


async def send_answer(send: Send, status: int, headers: Iterable[Header], body: bytes) -> None:
    """Send a whole response, with a Content-Length."""
    fields = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


async def send_whole(scope: Message, send: Send, status: int, headers: Sequence[Header], body: bytes) -> None:
    """Send a whole response, in one write if the server can. `headers` are complete, with Content-Length."""
    extensions = scope.get("extensions") or {}
    if WHOLE_ANSWER not in extensions or not extensions[WHOLE_ANSWER](status, headers, body):
        await send_parts(send, status, headers, body)


async def send_parts(send: Send, status: int, headers: Sequence[Header], body: bytes) -> None:
    """Send a whole response as the two messages of ASGI. `headers` are complete, with Content-Length."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def has_hung_up(error: BaseException) -> bool:
    """Tell whether the framework stopped because the client left before its body was complete."""
    return isinstance(error, InternalServerException) and "disconnected" in error.detail
