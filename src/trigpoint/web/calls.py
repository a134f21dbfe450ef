"""What all parts that check credentials share: reading requests, CORS headers, and the log of refusals."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qs, unquote_to_bytes

from trigpoint.base.errors import InvalidError, shorten
from trigpoint.credentials.origins import HEADER_LIMIT
from trigpoint.web.asgi import Header, Message
from trigpoint.web.errors import Problem
from trigpoint.web.log_lines import log_request

MAX_FIELDS = 100
LOGGED = 400
"""Longest part of a path or a reason in the log, in characters."""
ORIGIN_BYTES = HEADER_LIMIT + 1
"""Longest part of an Origin header that is kept: one byte too long, so that a longer header stays invalid."""

CORS_HEADERS: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),  # browsers send no bearer token by themselves, and it names its origins
    (b"access-control-expose-headers", b"x-rid, retry-after, ratelimit, ratelimit-policy, www-authenticate"),
)
PREFLIGHT_HEADERS: tuple[Header, ...] = (
    *CORS_HEADERS,
    (b"access-control-allow-headers", b"authorization, content-type, x-maps-access-token"),
    (b"access-control-max-age", b"7200"),
    (b"content-length", b"0"),
)

_HEADERS_READ = frozenset((b"authorization", b"origin", b"accept-language"))
_HOST = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_")
_parameters = logging.getLogger("trigpoint.parameters")


def address_of(scope: Message) -> str | None:
    """Give the client's address, as this server sees it."""
    client = scope.get("client")
    return client[0] if client is not None else None


def base_of(scope: Message) -> str:
    """Give the base URL that a client used, without a slash at its end; "" if its Host header is missing."""
    for name, value in scope["headers"]:
        if name == b"host" and value and len(value) <= 255 and _HOST.issuperset(value):
            return f"{scope.get('scheme', 'http')}://{value.decode('ascii')}"
    return ""


def read_headers(headers: Iterable[Header]) -> tuple[str | None, str | None, str | None]:
    """Take Authorization, Origin and Accept-Language. Several Authorization headers are joined, which makes them invalid."""
    authorization = origin = accept_language = None
    for name, value in headers:
        if name not in _HEADERS_READ:
            continue
        if name == b"authorization":
            text = value.decode("latin-1")
            authorization = text if authorization is None else f"{authorization}, {text}"
        elif name == b"origin":
            origin = value[:ORIGIN_BYTES].decode("latin-1")
        else:
            accept_language = value.decode("latin-1")
    return authorization, origin, accept_language


def read_fields(query: bytes, path_id: str | None, *, strict: bool = False) -> Mapping[str, Sequence[str]]:
    """Decode a query string (application/x-www-form-urlencoded, UTF-8); the `id` of the path wins.

    Raises InvalidError if there are too many fields, and with `strict` also if a value is no UTF-8.
    """
    fields: dict[str, list[str]] = {}
    if query:
        errors = "strict" if strict else "replace"
        try:
            fields = parse_qs(query.decode("utf-8", errors=errors), max_num_fields=MAX_FIELDS, errors=errors)
        except UnicodeDecodeError:
            name = _first_in_another_encoding(query)
            example, received = f"{name}=Caf%C3%A9", "bytes of another encoding"
            raise InvalidError(name, "text in UTF-8, percent-encoded", example=example, received=received) from None
        except ValueError:
            rule = f"a list of at most {MAX_FIELDS} parameters"
            received = f"{query.count(b'&') + 1} parameters"
            raise InvalidError("query", rule, example="q=Mannerheimintie 1&lang=fi", received=received) from None
    if path_id is not None:
        fields["id"] = [path_id]
    return fields


def _first_in_another_encoding(query: bytes) -> str:
    """Return the name of the first field of a query string whose value is no UTF-8; "query" if it is a name that is none."""
    for field in query.split(b"&"):
        name, _, value = field.partition(b"=")
        try:
            unquote_to_bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            return shorten(unquote_to_bytes(name).decode("utf-8", errors="replace"))
    return "query"


def warn_of_ignored(request_id: bytes, scope: Message, sentences: Sequence[str]) -> None:
    """Log the parameters that a request sent and that are ignored."""
    line = printable("; ".join(sentences))
    _parameters.warning("%s %s %s: %s", request_id.decode(), scope["method"], printable(scope["path"]), line)


def log_problem(request_id: bytes, scope: Message, problem: Problem, error: BaseException) -> None:
    """Log the full reason with the request ID: never a token, never what was searched for."""
    crash = error if problem.status >= 500 and problem.code == "internal" else None
    level = logging.ERROR if crash else logging.WARNING if problem.status >= 500 else logging.INFO
    if crash is not None:
        detail = type(error).__name__
    elif problem.status == 400:
        detail = f"parameter {error.name}" if isinstance(error, InvalidError) else ""
    else:
        detail = printable(problem.text)
    fields = request_fields(request_id, scope, problem.status) | {"code": problem.code, "detail": detail}
    log_request(level, "%s %d %s %s %s: %s", fields, error=crash)


def request_fields(request_id: bytes, scope: Message, status: int) -> dict[str, object]:
    """Give the fields of every log line about a request; the path is shortened and printable."""
    return {
        "requestId": request_id.decode(),
        "status": status,
        "method": scope["method"],
        "path": printable(scope["path"]),
    }


def printable(text: str) -> str:
    """Shorten a text for the log, and keep it on one line: parts of it are untrusted input."""
    return shorten(text, limit=LOGGED)


def is_known(if_none_match: bytes, etag: bytes) -> bool:
    """Tell whether the client has the response with this ETag (RFC 9110 §13.1.2)."""
    return if_none_match == etag or (len(if_none_match) > len(etag) and etag in if_none_match)
