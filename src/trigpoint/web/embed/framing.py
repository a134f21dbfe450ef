"""Which requests are for embedded maps, and which page stands around them."""

from typing import NamedTuple
from urllib.parse import urlsplit

from trigpoint.web.asgi import Header, Message
from trigpoint.web.calls import ORIGIN_BYTES

PLACE, MAP = "/embed/v1/place", "/embed/v1/embed"
BARE_PATHS = {"/v1/place": PLACE, "/v1/embed": MAP}
"""Apple's own paths, which `/v1/place` of the Server API shares: they are ours where the Host header says so."""
FRAMES = frozenset({b"iframe", b"frame", b"embed", b"object"})
"""What `Sec-Fetch-Dest` is for a page in a frame (Fetch Metadata §2.1)."""


class Framing(NamedTuple):
    """What a request says of the page around it: its origin, and the Host that it was sent to."""

    origin: str | None
    host: str


def read_framing(scope: Message) -> Framing:
    """Read which page a request comes from: the Origin header of a script, the Referer of a page in a frame.

    A page of this server that calls its own server is nobody's site.
    """
    fields: dict[bytes, bytes] = dict(reversed(scope["headers"]))
    host = fields.get(b"host", b"").decode("latin-1")
    origin = fields[b"origin"][:ORIGIN_BYTES].decode("latin-1") if b"origin" in fields else None
    if origin is None and fields.get(b"sec-fetch-dest") in FRAMES and b"referer" in fields:
        origin = origin_of(fields[b"referer"].decode("latin-1"))
    is_own = origin is not None and origin.partition("://")[2] == host
    return Framing(None if is_own else origin, host)


def origin_of(address: str) -> str | None:
    """Give the origin of an address as the Origin header writes it; None for what has none."""
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
    """Tell whether a request is for an embedded map: by its path, or by a path of Apple's and an embed host."""
    if path.startswith("/embed/"):
        return True
    if not hosts or path not in BARE_PATHS:
        return False
    host = next((value.lower() for name, value in headers if name == b"host"), b"")
    return host in hosts or host.rpartition(b":")[0] in hosts
