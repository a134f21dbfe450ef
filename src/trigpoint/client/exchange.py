"""The access token of a client: when it must be fetched, and what an answer of the server means."""

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
"""An access token is replaced this many seconds before it expires."""

EXAMPLE_URL = "https://maps-api.apple.com"

JsonObject = dict[str, Any]
Kind = TypeVar("Kind", bound=msgspec.Struct)


@dataclass(slots=True)
class AccessTokenCache:
    """One access token, and until when it is used. Times in seconds since the epoch."""

    token: str | None = None
    until: float = 0.0

    def current(self, now: float) -> str | None:
        """Give the token if it is good for a while yet."""
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
    """The server answered with an error. `details` say why, where the server explains; `request_id` is in its log.

    What a server, or a proxy on the way, repeats of a key or a token is hidden.
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
    """Give a value without blanks around it; one that no HTTP header can carry is an InvalidError without the value."""
    clean = value.strip()
    if not clean or not clean.isascii() or not clean.isprintable() or " " in clean:
        raise InvalidError(name, rule, example=example, received=value)
    return clean


def is_on_this_machine(base_url: str) -> bool:
    """Tell whether a server is on this very machine: then the proxies that the environment names are not for it."""
    return is_own_machine(urlsplit(base_url).hostname or "")


def check_base_url(url: str) -> str:
    """Give the address of a server; what is none is an InvalidError."""
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
    """Decode an answer; raises ApiError for any error, also for a body that is not Apple's envelope."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        decoded = None
    if status == 200 and isinstance(decoded, dict):
        return decoded
    error = decoded.get("error") if isinstance(decoded, dict) else None
    if not isinstance(error, dict):
        message = "the answer is not JSON" if status == 200 else body[:200].decode("utf-8", "replace").strip()
        raise ApiError(status, message or "no body", (), headers)
    details = tuple(
        str(detail.get("message", detail)) if isinstance(detail, dict) else str(detail)
        for detail in error.get("details") or ()
    )
    raise ApiError(status, str(error.get("message", "")), details, headers)


def read_token(answer: JsonObject) -> TokenResponse:
    """Read the answer of `/v1/token`."""
    return read_as(TokenResponse, answer, noun="a token")


def read_as(kind: type[Kind], answer: JsonObject, *, noun: str | None = None) -> Kind:
    """Read an answer as a struct; what does not fit is an ApiError that names the member, and not its value."""
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise ApiError(200, f"the answer is not {noun or kind.__name__}: {error}", (), {}) from None


def require_path(url: str) -> str:
    """Give a relative URL of the same server; anything else is an InvalidError, so that no token goes elsewhere."""
    if not url.startswith("/v1/") or not url.isprintable() or " " in url:
        raise InvalidError("completion_url", "a path of the API", example="/v1/search?q=…&metadata=…", received=url)
    return url
