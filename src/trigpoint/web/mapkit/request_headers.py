"""Reading requests for maps: the access key, and the few headers that change a response."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from trigpoint.web.asgi import Header
from trigpoint.web.calls import ORIGIN_BYTES

ACCESS_KEY = b"accessKey="
ENCODINGS = ("br", "gzip")
ENCODING_BYTES = 300
"""Longest Accept-Encoding header that is kept: browsers send a tenth of it, and parsed ones are cached."""
USUAL_BYTES = 600
"""Longest query that is cached: clients choose its length."""


class RequestHeaders(NamedTuple):
    """The headers that change a response, as they came; `origin` is text."""

    accept_encoding: bytes
    if_none_match: bytes
    origin: str | None


def read_request_headers(headers: list[Header]) -> RequestHeaders:
    """Take the headers that change an answer."""
    accept_encoding = if_none_match = b""
    origin = None
    for name, value in headers:
        if name == b"accept-encoding":
            accept_encoding = value[:ENCODING_BYTES]
        elif name == b"if-none-match":
            if_none_match = value
        elif name == b"origin":
            origin = value[:ORIGIN_BYTES].decode("latin-1")
    return RequestHeaders(accept_encoding, if_none_match, origin)


def find_access_key(query: bytes) -> str | None:
    """Find the access key in a query string; None if there is none. Of several, the first counts."""
    return _find_remembered(query) if len(query) <= USUAL_BYTES else _find(query)


def _find(query: bytes) -> str | None:
    start = query.find(ACCESS_KEY)
    while start > 0 and query[start - 1] != ord("&"):
        start = query.find(ACCESS_KEY, start + 1)
    if start < 0:
        return None
    value = query[start + len(ACCESS_KEY) :].partition(b"&")[0]
    if b"%" in value:
        value = unquote_to_bytes(value)
    return value.decode("latin-1")


_find_remembered = lru_cache(maxsize=4096)(_find)  # all tiles of a page have the same query


@lru_cache(maxsize=256)
def encodings_of(accept_encoding: bytes) -> frozenset[str]:
    """Give the encodings that a client accepts (RFC 9110 §12.5.3), of those that we have."""
    taken: set[str] = set()
    refused: set[str] = set()
    for item in accept_encoding.decode("latin-1").lower().split(","):
        name, *options = (part.strip() for part in item.split(";"))
        quality = next((option[2:].strip() for option in options if option.startswith("q=")), "1")
        (refused if quality.rstrip("0").rstrip(".") in {"", "0"} else taken).add(name)
    everything = set(ENCODINGS) if "*" in taken else set()
    return frozenset((taken | everything) - refused).intersection(ENCODINGS)
