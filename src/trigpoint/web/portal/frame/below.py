"""The portal below a path: `TRIGPOINT_URL=https://example.com/maps`, and a proxy that maps `/maps/` to `/`.

All URLs of this server in pages begin with `/`. If the public URL has a path, it is prefixed to each of them: in
attributes of HTML, and in redirects. User input cannot be mistaken for such an attribute, because its quotation marks are
escaped.
"""

import re
from collections.abc import Sequence

from trigpoint.web.asgi import Header, Message, Send

_ADDRESS = re.compile(
    rb'(\s(?:href|action|formaction|src|hx-get|hx-post|data-root|data-next|data-script|data-worker|data-access|data-picture)=")/(?!/)'
)
_HTML = b"text/html"


def put_below(prefix: str, send: Send) -> Send:
    """Give a `send` that prefixes a path, such as `/maps`, to every URL of this server in headers and pages."""
    start: list[Message] = []
    path = prefix.encode("ascii")

    async def send_below(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(name, _below(path, name, value)) for name, value in message["headers"]]
            message = {**message, "headers": headers}
            if _is_page(headers):
                start.append(message)
                return
        elif start:
            body = _ADDRESS.sub(rb"\g<1>" + path + b"/", message.get("body", b""))
            held = start.pop()
            fields = [field for field in held["headers"] if field[0] != b"content-length"]
            await send({**held, "headers": [*fields, (b"content-length", b"%d" % len(body))]})
            message = {**message, "body": body}
        await send(message)

    return send_below


def _below(path: bytes, name: bytes, value: bytes) -> bytes:
    is_own = name == b"location" and value.startswith(b"/") and not value.startswith(b"//")
    return path + value if is_own else value


def _is_page(headers: Sequence[Header]) -> bool:
    return any(name == b"content-type" and value.startswith(_HTML) for name, value in headers)
