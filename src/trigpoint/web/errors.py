"""The only table from a kind of error to a status, and Apple's envelope of it (contract §3).

The management API (`manage/problems.py`) and the portal (`portal/frame/guards.py`) give the same statuses another shape;
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
"""Prefixes of the codes of refusals without a credential."""
RETRY_SOON = 1
"""Retry-After of a part that is down, in seconds."""

TITLES = {
    401: "Not Authorized",  # Apple's words (contract §3)
    413: "Content Too Large",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as HTTP tells it. `code` and `text` are for the log, which always has the full reason."""

    status: int
    code: str
    text: str
    details: tuple[Detail, ...] = ()
    headers: tuple[Header, ...] = ()

    @property
    def body(self) -> bytes:
        """Apple's envelope."""
        return error_body(self.status, self.details)


class NoSuchPathError(NotFoundError):
    """The path is not one of ours (HTTP 404)."""


class MethodError(TrigpointError):
    """The path does not have this method (HTTP 405). `allowed` is the value of the Allow header."""

    def __init__(self, method: str, allowed: str) -> None:
        self.allowed = allowed
        super().__init__(f"The method {method} is not one of {allowed}.")


class TooLongError(TrigpointError):
    """What was sent is longer than it may be (HTTP 413)."""


class PreconditionMissingError(TrigpointError):
    """An edit came without If-Match (HTTP 428)."""


class TooManyRequestsError(TrigpointError):
    """A holder of an API token asked too often (HTTP 429). `retry_after` is in seconds."""

    def __init__(self, limit: int, window: int, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"More than {limit} requests in {window} seconds. Try again in {retry_after} s.")


class Kind(NamedTuple):
    """A kind of error, the status that it has, and its name in logs and in the types of problems."""

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
"""The first that fits counts. Anything else is a fault of ours: 500."""


def kind_of(error: BaseException) -> Kind | None:
    """Give the kind of an error; None for what nobody foresaw."""
    return next((kind for kind in KINDS if isinstance(error, kind.error)), None)


def is_about_presented(error: RefusedError) -> bool:
    """Tell whether a credential was presented at all: else a challenge names no error (RFC 6750 §3.1)."""
    return not error.reason.code.startswith(NOTHING_PRESENTED)


def to_problem(error: BaseException, *, explain: bool, base_url: str = "") -> Problem:
    """Turn an error into what HTTP says about it.

    With `explain`, the details say why and what to do; without, they carry what Apple's carry: nothing, except the
    rule that a parameter broke, and the failed check of an origin (contract §7.4).
    """
    if isinstance(error, RefusedError):
        return _refused(error, explain=explain, base_url=base_url)
    kind, text = kind_of(error), str(error)
    if kind is None:
        return Problem(500, "internal", f"{type(error).__name__}: {text}")
    has_details = explain or kind.status in {400, 413} or kind.error is TooManyRefusalsError
    return Problem(kind.status, kind.name, text, (text,) if has_details else (), _headers_of(error))


def retry_after(error: BaseException) -> int | None:
    """Give the seconds after which a request may be sent again; None where waiting changes nothing."""
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
    """Answer 401: with Apple's 51 bytes, or saying why; the challenge is that of RFC 6750 §3."""
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
    """Write Apple's envelope: `{"error":{"message":…,"details":[…]}}`, without a blank."""
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
    """Write the answer to a connection too many: its headers, and its body."""
    body = error_body(503, ("All connections are busy. Try again shortly.",))
    return [
        *_border_headers(body, next_request_id()),
        (b"retry-after", b"%d" % RETRY_SOON),
        (b"connection", b"close"),
    ], body


def _border_headers(body: bytes, request_id: bytes) -> list[Header]:
    """Any page may read these answers, as it may read those of the API: they say nothing of anybody."""
    open_to_pages = ((b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"x-rid, retry-after"))
    return [*ERROR_HEADERS, *open_to_pages, (b"content-length", b"%d" % len(body)), (b"x-rid", request_id)]
