"""Faults to order: what a program meets in production, from a real server, in a test."""

from dataclasses import dataclass, field
from typing import Any

from trigpoint.base.clock import HOUR_S
from trigpoint.client import MapsClient
from trigpoint.testing.servers import TrigpointServer

ALLOWED, ELSEWHERE = "https://allowed.example", "https://elsewhere.example"


@dataclass(frozen=True, slots=True)
class Access:
    """Where to call, and with what: an auth token, and the Origin header to send with it."""

    url: str
    auth_token: str = field(repr=False)
    origin: str | None = None

    def client(self, **options: Any) -> MapsClient:
        """Give the SDK's client for it."""
        return MapsClient(self.auth_token, base_url=self.url, origin=self.origin, **options)


@dataclass(frozen=True, slots=True)
class MapsFaults:
    """Each method makes a key of its own, so that no fault disturbs another test."""

    server: TrigpointServer

    def expired(self) -> Access:
        """Fail with 401: the auth token expired an hour ago."""
        return Access(self.server.url, self.server.new_key().token(expires_in=-HOUR_S))

    def revoked(self) -> Access:
        """Fail with 401: the key was revoked."""
        key = self.server.new_key()
        key.revoke()
        return Access(self.server.url, key.token())

    def over_quota(self) -> Access:
        """Exchange, and fail with 429 and Retry-After: the calls of the day are used up."""
        key = self.server.new_key()
        key.limit(0)
        return Access(self.server.url, key.token())

    def wrong_origin(self) -> Access:
        """Fail with 401: the token is for another origin than the one that is sent."""
        return Access(self.server.url, self.server.new_key().token(origin=ALLOWED), ELSEWHERE)

    def engine_down(self) -> Access:
        """Exchange, and fail with 503: nothing is there that could answer. The first one starts a server for it."""
        return Access(self.server.without_engines(), self.server.new_key().token())
