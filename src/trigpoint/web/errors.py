"""The only table from types of errors to HTTP statuses, and Apple's JSON for errors (contract §3).

The management API (`manage/problems.py`) and the portal (`portal/frame/guards.py`) use the same statuses with other bodies;
the command line has exit codes instead (`cli/output.py`).
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

from trigpoint.authority.people.throttle import ThrottledError
from trigpoint.base.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    StaleError,
    TrigpointError,
    UnavailableError,
)
from trigpoint.credentials.once import KeyReusedError, RepeatedError
from trigpoint.credentials.quota import QuotaExceededError
from trigpoint.credentials.verdict import RefusedError
from trigpoint.maps.snapshots.failures import NotPaintedError
from trigpoint.web import refusals
from trigpoint.web.asgi import Header
from trigpoint.web.floods import TooManyRefusalsError
from trigpoint.web.request_ids import next_request_id
from trigpoint.wire.errors import ORIGIN_CHECK_FAILURE, Detail, origin_failure, render_error

CONTENT_TYPE: Header = (b"content-type", b"application/json;charset=utf8")
ERROR_HEADERS: tuple[Header, ...] = (CONTENT_TYPE, (b"cache-control", b"no-store"))
NOTHING_PRESENTED = ("AUTHORIZATION_", "BEARER_", "ACCESS_KEY_MISSING")
"""Prefixes of the codes for requests without a credential."""
RETRY_SOON = 1
"""Retry-After if a part of the server is down, in seconds."""

TITLES = {
    401: "Not Authorized",  # Apple's words (contract §3)
    413: "Content Too Large",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as an HTTP response. `code` and `text` are for the log, which always has the full reason."""

    status: int
    code: str
    text: str
    details: tuple[Detail, ...] = ()
    headers: tuple[Header, ...] = ()

    @property
    def body(self) -> bytes:
        """The JSON body."""
        return error_body(self.status, self.details)


class NoSuchPathError(NotFoundError):
    """The path is not one of ours (HTTP 404)."""


class MethodError(TrigpointError):
    """The path does not have this method (HTTP 405). `allowed` is the value of the Allow header."""

    def __init__(self, method: str, allowed: str) -> None:
        self.allowed = allowed
        super().__init__(f"The method {method} is not one of {allowed}.")


class TooLongError(TrigpointError):
    """The content of a request is too large (HTTP 413)."""


class PreconditionMissingError(TrigpointError):
    """An edit has no If-Match header (HTTP 428)."""


class TooManyRequestsError(TrigpointError):
    """An API token was used too often (HTTP 429). `retry_after` is in seconds."""

    def __init__(self, limit: int, window: int, retry_after: int, *, what: str = "requests") -> None:
        self.retry_after = retry_after
        super().__init__(f"More than {limit} {what} in {window} s. Try again in {retry_after} s.")


class Kind(NamedTuple):
    """A type of error, its HTTP status, and its name in logs and in `type` of problem details."""

    error: type[TrigpointError]
    status: int
    name: str


KINDS = (
    Kind(InvalidError, 400, "invalid"),
    Kind(RefusedError, 401, "unauthorized"),
    Kind(ForbiddenError, 403, "forbidden"),
    Kind(NotFoundError, 404, "not_found"),
    Kind(MethodError, 405, "method"),
    Kind(RepeatedError, 409, "already_created"),
    Kind(StaleError, 412, "stale"),
    Kind(KeyReusedError, 422, "idempotency_key_reused"),
    Kind(ConflictError, 409, "conflict"),
    Kind(TooLongError, 413, "too_long"),
    Kind(PreconditionMissingError, 428, "precondition_required"),
    Kind(QuotaExceededError, 429, "quota_exceeded"),
    Kind(ThrottledError, 429, "throttled"),
    Kind(TooManyRefusalsError, 429, "too_many_refusals"),
    Kind(TooManyRequestsError, 429, "too_many_requests"),
    Kind(NotPaintedError, 500, "not_painted"),  # contract §6.5; what is absent altogether is 503
    Kind(UnavailableError, 503, "unavailable"),
)
"""The first match counts. Any other error is a bug: 500."""


def kind_of(error: BaseException) -> Kind | None:
    """Give the row of an error; None for an unexpected error."""
    return next((kind for kind in KINDS if isinstance(error, kind.error)), None)


def is_about_presented(error: RefusedError) -> bool:
    """Tell whether a credential was presented; if not, the challenge has no `error` (RFC 6750 §3.1)."""
    return not error.reason.code.startswith(NOTHING_PRESENTED)


def to_problem(error: BaseException, *, explain: bool, base_url: str = "") -> Problem:
    """Turn an error into its HTTP response.

    With `explain`, the details say why and what to do. Without, they have what Apple's details have: nothing, except for an
    invalid parameter (its rule), and for an origin that is not allowed (contract §7.4).
    """
    if isinstance(error, RefusedError):
        return _refused(error, explain=explain, base_url=base_url)
    kind, text = kind_of(error), str(error)
    if kind is None:
        return Problem(500, "internal", f"{type(error).__name__}: {text}")
    has_details = explain or kind.status in {400, 413} or kind.error is TooManyRefusalsError
    return Problem(kind.status, kind.name, text, (text,) if has_details else (), _headers_of(error))


def retry_after(error: BaseException) -> int | None:
    """Give the seconds after which the request can be repeated; None if waiting does not help."""
    if isinstance(error, (QuotaExceededError, TooManyRequestsError)):
        return error.retry_after
    return RETRY_SOON if isinstance(error, (UnavailableError, TooManyRefusalsError)) else None


def _headers_of(error: BaseException) -> tuple[Header, ...]:
    seconds = retry_after(error)
    headers: list[Header] = [] if seconds is None else [(b"retry-after", b"%d" % seconds)]
    if isinstance(error, QuotaExceededError):
        headers.append((b"ratelimit", error.ratelimit.encode("ascii")))
        headers.append((b"ratelimit-policy", error.ratelimit_policy.encode("ascii")))
    if isinstance(error, MethodError):
        headers.append((b"allow", error.allowed.encode()))
    return tuple(headers)


def _refused(error: RefusedError, *, explain: bool, base_url: str) -> Problem:
    """Make a 401: with Apple's 51 bytes, or with `explain` the reason; the challenge is that of RFC 6750 §3."""
    code = error.reason.code
    details: list[Detail] = []
    if code == ORIGIN_CHECK_FAILURE:
        details.append(origin_failure(error.detail))
    if explain:
        link = f"{base_url}{refusals.PATH}#{code}"
        details += [f"{code}: {error.detail}", error.hint, link]
    challenge = b'Bearer realm="trigpoint"'
    if is_about_presented(error):
        challenge += b', error="invalid_token"'
    return Problem(401, code, error.detail, tuple(details), ((b"www-authenticate", challenge),))


def error_body(status: int, details: tuple[Detail, ...] = ()) -> bytes:
    """Write the JSON that Apple's servers send: `{"error":{"message":…,"details":[…]}}`, without white space."""
    return render_error(title(status), details)


def title(status: int) -> str:
    """Give the message of a status: Apple's where Apple's is known, else that of RFC 9110."""
    return TITLES.get(status) or HTTPStatus(status).phrase


def raw_error(status: int, why: str, request_id: bytes) -> bytes:
    """Write a whole HTTP/1.1 response that closes the connection, for requests that never reached the application."""
    body = error_body(status, (why,))
    fields = [*_border_headers(body, request_id), (b"connection", b"close")]
    head = b"".join(b"%s: %s\r\n" % field for field in fields)
    return b"HTTP/1.1 %d %s\r\n%s\r\n%s" % (status, title(status).encode(), head, body)


def busy_error() -> tuple[list[Header], bytes]:
    """Give headers and body of the 503 for a connection above the limit."""
    body = error_body(503, ("All connections are busy. Try again shortly.",))
    return [
        *_border_headers(body, next_request_id()),
        (b"retry-after", b"%d" % RETRY_SOON),
        (b"connection", b"close"),
    ], body


def _border_headers(body: bytes, request_id: bytes) -> list[Header]:
    """Give headers that let any web page read these responses, as those of the API: they have no private data."""
    open_to_pages = ((b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"x-rid, retry-after"))
    return [*ERROR_HEADERS, *open_to_pages, (b"content-length", b"%d" % len(body)), (b"x-rid", request_id)]
