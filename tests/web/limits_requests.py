"""An application that echoes, the limits that it is served with, and requests for it."""

import threading

from trigpoint.web.asgi import Message, Receive, Send, send_answer
from trigpoint.web.request_limits import Limits

BIG = 4_000_000


LIMITS = Limits(target_bytes=200, header_bytes=500, body_bytes=1000, header_seconds=0.3, max_connections=4)


ENVELOPE = b'{"error":{"message":"%s","details":["%s"]}}'


class Echo:
    """Answers the path and the length of the body; `/hold` waits until it is released, `/early` reads no body."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.release = threading.Event()
        self.seen: list[str] = []
        self.queries: list[bytes] = []
        self.headers: list[list[tuple[bytes, bytes]]] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        import asyncio

        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.seen.append(scope["path"])
        self.queries.append(scope["query_string"])
        self.headers.append(list(scope["headers"]))
        length = 0
        more = scope["path"] != "/early"
        while more:
            message = await receive()
            length += len(message.get("body", b""))
            more = message.get("more_body", False)
        if scope["path"] == "/hold":
            await asyncio.to_thread(self.release.wait, 10)
        if scope["path"] == "/big":
            await send_answer(send, 200, (), bytes(BIG))
            return
        await send_answer(send, 200, (), f"{scope['path']} {length}".encode())


def a_request(path: str = "/", *, headers: bytes = b"", body: bytes = b"", method: bytes = b"GET") -> bytes:
    return b"%s %s HTTP/1.1\r\nhost: a\r\n%s\r\n%s" % (method, path.encode(), headers, body)


def the_refusal(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, bytes]:
    status, headers, body = answer
    assert headers["content-type"] == "application/json;charset=utf8"
    assert headers["cache-control"] == "no-store"
    assert headers["connection"] == "close"
    assert headers["access-control-allow-origin"] == "*"
    assert len(headers["x-rid"]) == 36
    return status, body
