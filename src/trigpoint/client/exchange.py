"""What the clients do with a response: keep the access token that is in it, decode it, and turn errors into ApiError."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from trigpoint.base.errors import InvalidError, TrigpointError
from trigpoint.base.hosts import is_own_machine
from trigpoint.base.secrecy import PRIVATE_KEY, TOKEN, hide_secrets, name_secret
from trigpoint.wire.token import TokenResponse

RENEW_S = 60
"""Seconds before its expiry at which an access token is replaced."""

EXAMPLE_URL = "https://maps-api.apple.com"

JsonObject = dict[str, Any]
Kind = TypeVar("Kind", bound=msgspec.Struct)


@dataclass(slots=True)
class AccessTokenCache:
    """One access token, and the time until which it is used. Times are in seconds since the epoch."""

    token: str | None = None
    until: float = 0.0

    def current(self, now: float) -> str | None:
        """Give the token if it is valid for at least another minute; else None."""
        return self.token if now < self.until else None

    def fill(self, response: TokenResponse, now: float) -> None:
        """Keep a new token."""
        self.token = response.access_token
        self.until = now + max(1.0, response.expires_in_seconds - RENEW_S)

    def drop(self, token: str) -> None:
        """Forget a token that the server refused, unless another was fetched meanwhile."""
        if self.token == token:
            self.token, self.until = None, 0.0


class ApiError(TrigpointError):
    """The server responded with an error, or with something that is not what was requested.

    `status` is that of HTTP; `message` and `details` say why, if the server explains it; `request_id` (`x-rid`) is in the
    server's log; `retry_after` is in seconds, or None. Keys and tokens that the response repeats are hidden.
    """

    def __init__(self, status: int, message: str, details: tuple[str, ...], headers: Mapping[str, str]) -> None:
        self.status = status
        self.message = message = hide_secrets(message)
        self.details = details = tuple(hide_secrets(detail) for detail in details)
        self.request_id = headers.get("x-rid")
        retry_after = headers.get("retry-after", "")
        self.retry_after = int(retry_after) if retry_after.isdecimal() else None
        super().__init__(f"{status} {message}" + (": " + " ".join(details) if details else ""))


def check_header(name: str, value: str, *, rule: str, example: str) -> str:
    """Give a value without blanks around it; raise InvalidError for one that no HTTP header can carry."""
    clean = value.strip()
    if not clean or not clean.isascii() or not clean.isprintable() or " " in clean:
        raise InvalidError(name, rule, example=example, received=value)
    return clean


def is_on_this_machine(base_url: str) -> bool:
    """Tell whether a server is on this machine: then HTTP_PROXY and its like must not be used, as a proxy reads tokens."""
    return is_own_machine(urlsplit(base_url).hostname or "")


def check_base_url(url: str) -> str:
    """Give the base URL of a server; raise InvalidError unless it is an http or https URL without a secret in it."""
    try:
        parts = urlsplit(url)
        good = (
            parts.scheme in {"http", "https"}
            and parts.hostname
            and (parts.port or 0) >= 0
            and not parts.netloc.endswith(":")
        )
    except ValueError:
        good = None
    found = name_secret(url)
    if not good or found in {PRIVATE_KEY, TOKEN} or not url.isprintable() or " " in url:
        raise InvalidError("base_url", "the http or https URL of a server", example=EXAMPLE_URL, received=url)
    return url


def read_answer(status: int, body: bytes, headers: Mapping[str, str]) -> JsonObject:
    """Decode a response; raise ApiError for every status but 200, and for a body that is no JSON object."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        decoded = None
    if status == 200 and isinstance(decoded, dict):
        return decoded
    error = decoded.get("error") if isinstance(decoded, dict) else None
    if not isinstance(error, dict):
        message = "the response is not JSON" if status == 200 else body[:200].decode("utf-8", "replace").strip()
        raise ApiError(status, message or "no body", (), headers)
    found = error.get("details")
    details = tuple(
        str(detail.get("message", detail)) if isinstance(detail, dict) else str(detail)
        for detail in (found if isinstance(found, list) else ())
    )
    raise ApiError(status, str(error.get("message", "")), details, headers)


def read_token(answer: JsonObject) -> TokenResponse:
    """Read the answer of `/v1/token`."""
    return read_as(TokenResponse, answer, noun="a token")


def read_as(kind: type[Kind], answer: JsonObject, *, noun: str | None = None) -> Kind:
    """Convert a response to a struct; raise ApiError, which names the member that does not fit, but not its value."""
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise ApiError(200, f"the response is not {noun or kind.__name__}: {error}", (), {}) from None


def require_path(url: str) -> str:
    """Give a relative URL of the API; raise InvalidError for any other, so that no token is sent to another server."""
    if not url.startswith("/v1/") or not url.isprintable() or " " in url:
        raise InvalidError("completion_url", "a path of the API", example="/v1/search?q=…&metadata=…", received=url)
    return url
