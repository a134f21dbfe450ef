"""Responses that bypass uvicorn's usual path: a whole response in one write, and the 503 above the connection limit."""

from collections.abc import Iterable

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from trigpoint.web.asgi import Header, Message, Receive, Send
from trigpoint.web.errors import busy_error


def write_whole(cycle: RequestResponseCycle, status: int, headers: Iterable[Header], body: bytes) -> bool:
    """Write a whole response at once, in a fifth of the time that two `send` messages take.

    `headers` include Content-Length and are not checked. Returns False if `send` must be used instead: the response
    has begun, or the client does not read fast enough.
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
    """Send 503 to a connection above the limit, and close it."""
    del scope, receive
    headers, body = busy_error()
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
