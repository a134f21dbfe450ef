"""Which requests are for embedded maps, and the origin of the page that embeds them."""

from typing import NamedTuple
from urllib.parse import urlsplit

from trigpoint.web.asgi import Header, Message
from trigpoint.web.calls import ORIGIN_BYTES

PLACE, MAP = "/embed/v1/place", "/embed/v1/embed"
BARE_PATHS = {"/v1/place": PLACE, "/v1/embed": MAP}
"""Apple's own paths. The Maps Server API has a `/v1/place` too; the Host header decides which of the two is meant."""
FRAMES = frozenset({b"iframe", b"frame", b"embed", b"object"})
"""Values of `Sec-Fetch-Dest` for a page that is loaded in a frame (Fetch Metadata §2.1)."""


class Framing(NamedTuple):
    """The origin of the embedding page (None if unknown), and the value of the request's Host header."""

    origin: str | None
    host: str


def read_framing(scope: Message) -> Framing:
    """Read the origin of the embedding page: from `Origin` if it is there, else from the `Referer` of a framed page.

    The origin is None when it is this server's own: our page then calls us, and no site embeds it.
    """
    fields: dict[bytes, bytes] = dict(reversed(scope["headers"]))
    host = fields.get(b"host", b"").decode("latin-1")
    origin = fields[b"origin"][:ORIGIN_BYTES].decode("latin-1") if b"origin" in fields else None
    if origin is None and fields.get(b"sec-fetch-dest") in FRAMES and b"referer" in fields:
        origin = origin_of(fields[b"referer"].decode("latin-1"))
    is_own = origin is not None and origin.partition("://")[2] == host
    return Framing(None if is_own else origin, host)


def origin_of(address: str) -> str | None:
    """Return the origin of a URL as the Origin header writes it; None if it is not an http or https URL."""
    try:
        parts = urlsplit(address)
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not name or parts.scheme not in {"http", "https"}:
        return None
    host = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{host}" + ("" if port is None else f":{port}")


def is_embed(path: str, headers: list[Header], hosts: frozenset[bytes]) -> bool:
    """Tell whether a request is for an embedded map: a path below `/embed/`, or Apple's bare path on an embed host."""
    if path.startswith("/embed/"):
        return True
    if not hosts or path not in BARE_PATHS:
        return False
    host = next((value.lower() for name, value in headers if name == b"host"), b"")
    return host in hosts or host.rpartition(b":")[0] in hosts
