"""Faults to order: the errors that a program meets in production, given by a real server in a test."""

from dataclasses import dataclass, field
from typing import Any

from trigpoint.base.clock import HOUR_S
from trigpoint.client import MapsClient
from trigpoint.testing.servers import TrigpointServer

ALLOWED, ELSEWHERE = "https://allowed.example", "https://elsewhere.example"


@dataclass(frozen=True, slots=True)
class Access:
    """What is needed for a call that fails: the server's base URL, an auth token, and the Origin header to send, if any."""

    url: str
    auth_token: str = field(repr=False)
    origin: str | None = None

    def client(self, **options: Any) -> MapsClient:
        """Give a client of the SDK that calls with this token and Origin; `options` are passed to `MapsClient`."""
        return MapsClient(self.auth_token, base_url=self.url, origin=self.origin, **options)


@dataclass(frozen=True, slots=True)
class MapsFaults:
    """Makes faults. Each method creates a new key, so that no fault affects another test."""

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
        """Fail with 429 and Retry-After: the key's calls of the day are used up."""
        key = self.server.new_key()
        key.limit(0)
        return Access(self.server.url, key.token())

    def wrong_origin(self) -> Access:
        """Fail with 401: the token is restricted to another origin than the one that is sent."""
        return Access(self.server.url, self.server.new_key().token(origin=ALLOWED), ELSEWHERE)

    def engine_down(self) -> Access:
        """Exchange the token, and fail with 503: the server has no map data. The first call starts a server for this."""
        return Access(self.server.without_engines(), self.server.new_key().token())
