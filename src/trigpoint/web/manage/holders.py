"""Authentication by API token, before anything else of a request is read, and rate limits for each token."""

import asyncio
import hashlib
import math
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import HeaderParameter, PathParameter, SkipValidation

from trigpoint.authority.api_tokens import Holder
from trigpoint.authority.opening import Authority
from trigpoint.base.clock import Milliseconds, now_ms
from trigpoint.credentials.bearer import read_bearer
from trigpoint.credentials.once import Once, read_once_key
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.verdict import RefusedError
from trigpoint.maps.explained import Explanation
from trigpoint.maps.queries import GeocodeQuery
from trigpoint.web.errors import TooManyRequestsError
from trigpoint.web.floods import REFUSALS_PER_S, Refusals

LIMIT = 600
WINDOW_S = 60
REMEMBERED = 10_000
"""Number of tokens that a process counts before it drops those whose window is over."""

Explainer = Callable[[GeocodeQuery], Coroutine[Any, Any, Explanation]]
"""Explains a search result."""
AnyConnection = ASGIConnection[BaseRouteHandler, object, object, State]
AnyRequest = Request[object, object, State]
TeamPath = Annotated[str, PathParameter(description="The Team ID.")]
MapsIdPath = Annotated[str, PathParameter(description="The identifier of the Maps ID; not case-sensitive.")]
KeyPath = Annotated[str, PathParameter(description="The Key ID.")]
ApiTokenPath = Annotated[str, PathParameter(description="The ID of the API token, not the token itself.")]
PersonPath = Annotated[str, PathParameter(description="The ID of the person.")]
InvitationPath = Annotated[str, PathParameter(description="The ID of the invitation.")]
MapsTokenPath = Annotated[str, PathParameter(description="The ID of the Maps token: its `kid`.")]
OnceKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="A value of your choice, such as a UUID. If you repeat the request with the same value within a day, "
        "nothing is created a second time.",
    ),
]
IfMatch = Annotated[
    str | None,
    HeaderParameter(name="If-Match", description="The ETag of the last response, or * to overwrite any version."),
]


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate limit of an API token, for the RateLimit header."""

    limit: int
    remaining: int
    reset_s: int

    @property
    def fields(self) -> list[tuple[bytes, bytes]]:
        """The headers of draft-ietf-httpapi-ratelimit-headers."""
        return [
            (b"ratelimit-policy", b'"default";q=%d;w=%d' % (self.limit, WINDOW_S)),
            (b"ratelimit", b'"default";r=%d;t=%d' % (self.remaining, self.reset_s)),
        ]


class Rates:
    """Counts the requests of each API token in windows of a minute. Each worker process counts its own requests."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._windows: dict[str, tuple[float, int]] = {}

    def spend(self, holder: str, at: float) -> Rate:
        """Count one request; `remaining` is negative if the limit is exceeded. `at` is in seconds."""
        start, spent = self._windows.get(holder, (at, 0))
        if not start <= at < start + WINDOW_S:
            start, spent = at, 0
        if len(self._windows) >= REMEMBERED:
            self._windows = {who: window for who, window in self._windows.items() if at < window[0] + WINDOW_S}
        self._windows[holder] = (start, spent + 1)
        return Rate(self._limit, self._limit - spent - 1, max(1, math.ceil(start + WINDOW_S - at)))


@dataclass(frozen=True, slots=True)
class Serving:
    """What all requests to one server share."""

    authority: Authority
    rates: Rates
    refusals: Refusals
    base_url: str
    explain: Explainer


def serving_of(connection: AnyConnection | AnyRequest) -> Serving:
    """Give the `Serving` of the server that got a request."""
    serving: Serving = connection.state.serving
    return serving


@dataclass(frozen=True, slots=True)
class Desk:
    """The context of a handler: the authority, and the holder of the API token."""

    authority: Authority
    holder: Holder

    @property
    def actor(self) -> Actor:
        """The actor on whose behalf the API token acts."""
        return self.holder.actor

    @property
    def now(self) -> Milliseconds:
        """The current time, in milliseconds."""
        return now_ms(self.authority.clock)

    def once(self, key: str | None, path: str, body: object) -> Once | None:
        """Make the idempotency key of a request, with a fingerprint of its path and body; None without a key."""
        if key is None:
            return None
        fingerprint = hashlib.sha256(
            path.encode() + b"\n" + msgspec.json.encode(body, order="deterministic")
        ).hexdigest()
        return Once(self.actor.name, read_once_key(key), fingerprint)


AtDesk = NamedDependency[SkipValidation[Desk]]


async def admit_holder(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Verify the API token and count the request; raise `RefusedError` (401) or `TooManyRequestsError` (429)."""
    serving = serving_of(connection)
    fields = connection.headers.getall("authorization", [])
    token = read_bearer(", ".join(fields) if fields else None)
    try:
        holder = await asyncio.to_thread(serving.authority.api_tokens.authenticate, token)
    except RefusedError:
        if serving.refusals.may_tell(connection.scope):  # type: ignore[arg-type]
            raise
        raise TooManyRequestsError(REFUSALS_PER_S, 1, 1, what="refused requests from this address") from None
    rate = serving.rates.spend(holder.token.token_id, serving.authority.clock())
    connection.state.holder = holder
    connection.state.rate = rate if rate.remaining >= 0 else Rate(rate.limit, 0, rate.reset_s)
    if rate.remaining < 0:
        raise TooManyRequestsError(rate.limit, WINDOW_S, rate.reset_s)


def stand_at_desk(request: AnyRequest) -> Desk:
    """Give a handler its context; the guard `admit_holder` has run before."""
    return Desk(serving_of(request).authority, request.state.holder)
