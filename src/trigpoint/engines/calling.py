"""Requests to an external service over HTTP, with timeouts, a limit on the response size, and a circuit breaker."""

import asyncio
import ssl
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from trigpoint import __version__
from trigpoint.base.errors import UnavailableError

SECONDS = 8.0
"""Timeout of a whole request, in seconds."""
CONNECT_S, BUSY_S = 0.8, 1.0
"""Timeouts for establishing a connection, and for waiting for a free one, in seconds."""
PROBE_S = 0.8
"""Timeout of a probe of a service that is down, in seconds."""
STATUS_S = 2.0
"""Timeout of a status request, in seconds, so that `/readyz` is not delayed for long."""
PAUSE_S = 1.0
"""Interval between probes of a service that is down, in seconds."""
MOST_FAILURES = 3
"""Number of consecutive failed requests after which a service counts as down."""
MOST_BYTES = 4 << 20
MOST_AT_ONCE = 32
"""Highest number of concurrent requests of one worker; further ones wait."""
GONE = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
"""Statuses that a proxy returns for a service that is down."""

Parameters = Sequence[tuple[str, str]]
Note = Callable[[str, str, float], None]
"""Called after every request with the service, the outcome ("answered", "refused", "busy", "left", "gone"), and its seconds."""


def note_nothing(service: str, outcome: str, seconds: float) -> None:
    """Do nothing."""
    del service, outcome, seconds


class RefusedCallError(UnavailableError):
    """A service returned another status than 200, or too large a response. `status` and `body` are those of the response."""

    def __init__(self, text: str, *, status: int, body: bytes) -> None:
        super().__init__(text)
        self.status = status
        self.body = body


class Breaker:
    """A circuit breaker: after `MOST_FAILURES` consecutive failures it is open, until a probe succeeds.

    `clock` is a monotonic clock in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._next_probe = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the service counts as down."""
        return self._failures >= MOST_FAILURES

    def is_probe_due(self) -> bool:
        """Tell whether a probe is due; True at most once in `PAUSE_S`."""
        now = self._clock()
        if now < self._next_probe:
            return False
        self._next_probe = now + PAUSE_S
        return True

    def note(self, *, answered: bool) -> None:
        """Note the outcome of a request."""
        self._failures = 0 if answered else self._failures + 1
        if self._failures == MOST_FAILURES:
            self._next_probe = self._clock() + PAUSE_S


def _certificates(url: str) -> ssl.SSLContext:
    """Return the TLS context. The system's certificates, which take a while to load, are only loaded for https."""
    return ssl.create_default_context() if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Caller:
    """The client of one service. Bound to the event loop of its first request.

    Messages show `name` and the host, but no other part of the URL, as user, path or query may be secret. `probe` is a
    path that responds quickly while the service is up. Requests raise UnavailableError, or its subclass
    RefusedCallError for a response with another status than 200.
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        probe: str,
        note: Note = note_nothing,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = SECONDS,
    ) -> None:
        parts = urlsplit(url)
        self.service = name
        self.place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self.name = f"{name} at {self.place}"
        self._url = url.rstrip("/")
        self._probe = probe
        self._note = note
        self._clock = clock
        self._seconds = seconds
        self._breaker = Breaker(clock)
        self._client: httpx.AsyncClient | None = None

    async def ask(self, path: str, parameters: Parameters = (), *, seconds: float | None = None) -> bytes:
        """Send a request and return the body of the response; `seconds` replaces the usual timeout."""
        if self._breaker.is_open:
            await self._hear_whether_back()
        return await self._ask(path, parameters, seconds=self._seconds if seconds is None else seconds)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
        self._client = None

    async def _hear_whether_back(self) -> None:
        if not self._breaker.is_probe_due():
            raise UnavailableError(f"{self.name} does not respond; it is tried again every second.")
        await self._ask(self._probe, (), seconds=PROBE_S)

    async def _ask(self, path: str, parameters: Parameters, *, seconds: float) -> bytes:
        begun = self._clock()
        outcome = "left"  # the client disconnected, which says nothing about the service
        try:
            async with asyncio.timeout(seconds):
                status, body = await self._get_again(path, parameters)
            outcome = "answered" if status == HTTPStatus.OK else "gone" if status in GONE else "refused"
        except httpx.PoolTimeout:
            outcome = "busy"
            raise UnavailableError(f"All connections to {self.name} are busy; try again later.") from None
        except RefusedCallError:
            outcome = "refused"
            raise
        except (TimeoutError, httpx.TimeoutException):
            outcome = "gone"
            raise UnavailableError(f"{self.name} did not respond in time.") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            outcome = "gone"
            raise UnavailableError(f"{self.name} cannot be reached ({type(error).__name__}).") from None
        finally:
            if outcome not in {"busy", "left"}:
                self._breaker.note(answered=outcome != "gone")
            self._note(self.service, outcome, self._clock() - begun)
        if status != HTTPStatus.OK:
            raise RefusedCallError(f"{self.name} answered {status}.", status=status, body=body)
        return body

    async def _get_again(self, path: str, parameters: Parameters) -> tuple[int, bytes]:
        """Send a GET request, and retry once if the service has closed a kept-alive connection."""
        try:
            return await self._get(path, parameters)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            return await self._get(path, parameters)

    async def _get(self, path: str, parameters: Parameters) -> tuple[int, bytes]:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(self._seconds, connect=CONNECT_S, pool=BUSY_S),
                limits=httpx.Limits(max_connections=MOST_AT_ONCE, max_keepalive_connections=MOST_AT_ONCE),
                headers={"user-agent": f"trigpoint/{__version__}", "accept": "application/json"},
                verify=_certificates(self._url),
                trust_env=False,
            )
        async with self._client.stream("GET", self._url + path, params=list(parameters)) as answer:
            parts: list[bytes] = []
            size = 0
            async for part in answer.aiter_bytes():
                size += len(part)
                if size > MOST_BYTES:
                    told = f"The response of {self.name} has more than {MOST_BYTES >> 20} MB."
                    raise RefusedCallError(told, status=answer.status_code, body=b"")
                parts.append(part)
            return answer.status_code, b"".join(parts)
