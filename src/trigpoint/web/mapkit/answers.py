"""Responses for maps: headers and allowed methods."""

from typing import NamedTuple

from trigpoint.web.asgi import Header
from trigpoint.web.calls import CORS_HEADERS, PREFLIGHT_HEADERS
from trigpoint.web.errors import MethodError

READING = ("GET", "HEAD", "OPTIONS")
SHOWN_ANYWHERE: tuple[Header, ...] = (
    CORS_HEADERS[0],
    (b"cross-origin-resource-policy", b"cross-origin"),  # pages of other origins show what is here: that is its use
)
OPEN_HEADERS: tuple[Header, ...] = (
    *SHOWN_ANYWHERE,
    *CORS_HEADERS[1:],
    (b"x-content-type-options", b"nosniff"),
)
METHODS: Header = (b"access-control-allow-methods", ", ".join(READING).encode())


class Answer(NamedTuple):
    """A whole response; `headers` are without its length and the request id. A tuple, because every tile makes one."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    label: str = ""
    """Its label in the metrics, if it is not the path."""


PREFLIGHT = Answer(204, (*PREFLIGHT_HEADERS, METHODS))
NO_STORE: Header = (b"cache-control", b"no-store")


def check_method(method: str) -> bool:
    """Tell whether a method requests the response itself; False for a preflight. Raises MethodError for other methods."""
    if method not in READING:
        raise MethodError(method, ", ".join(READING))
    return method != "OPTIONS"


def caching(seconds: int) -> Header:
    """Give the Cache-Control for responses that need an access key; browsers may cache them for `seconds`.

    With 0 it stores the response and revalidates each time: a 304 sends no tile.
    """
    return (b"cache-control", b"private, max-age=%d" % seconds if seconds else b"private, no-cache")
