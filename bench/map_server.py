"""The server for `bench_map_serving.py`: the real one, and paths with constants of the size of a tile."""

from trigpoint.settings import read_settings
from trigpoint.web.app import App
from trigpoint.web.asgi import WHOLE_ANSWER, Message, Receive, Send
from trigpoint.wiring.server import build

HEADERS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"x-rid, retry-after, ratelimit, ratelimit-policy, www-authenticate"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"private, no-cache"),
    (b"vary", b"accept-encoding"),
    (b"content-type", b"application/vnd.mapbox-vector-tile"),
    (b"etag", b'W/"20261127T052257Z-6d597c"'),
    (b"content-encoding", b"gzip"),
    (b"x-rid", b"00000000-0000-4000-8000-000000000000"),
)


class BenchApp(App):
    """`/bare/SIZE` is sent as ordinary ASGI messages, `/whole/SIZE` in one write; both do nothing else."""

    bodies: dict[int, bytes]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"][:6] not in {"/bare/", "/whole"}:
            await super().__call__(scope, receive, send)
            return
        size = int(scope["path"].rpartition("/")[2])
        body = self.bodies.setdefault(size, bytes(size))
        headers = (*HEADERS, (b"content-length", b"%d" % size))
        if scope["path"].startswith("/whole"):
            scope["extensions"][WHOLE_ANSWER](200, headers, body)
        else:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})


def create_app() -> App:
    app = build(read_settings())
    app.__class__ = BenchApp
    app.bodies = {}  # type: ignore[attr-defined]
    return app
