"""Questions to a service over HTTP: in a bounded time, with a bounded answer, and none while the service is gone."""

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
"""How long an answer may take in all."""
CONNECT_S, BUSY_S = 0.8, 1.0
"""How long a connection may take to be made, and a question may wait for one that is free."""
PROBE_S = 0.8
"""How long a service that was gone may take to say that it is back."""
STATUS_S = 2.0
"""How long it may take to say how it is: whoever asks `/readyz` does not wait for ever."""
PAUSE_S = 1.0
"""How often a service that is gone is asked whether it is back."""
MOST_FAILURES = 3
"""So many questions in a row without an answer, and the service is taken for gone."""
MOST_BYTES = 4 << 20
MOST_AT_ONCE = 32
"""Questions that one worker has open; further ones wait."""
GONE = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
"""What a proxy answers for a service that is gone."""

Parameters = Sequence[tuple[str, str]]
Note = Callable[[str, str, float], None]
"""Told of every question: whom it was asked, how it ended ("answered", "refused", "busy", "left", "gone"), and the seconds it took."""


def note_nothing(service: str, outcome: str, seconds: float) -> None:
    """Count nothing."""
    del service, outcome, seconds


class RefusedCallError(UnavailableError):
    """A service answered with another status than 200. `status` and `body` are for whoever knows what they mean."""

    def __init__(self, text: str, *, status: int, body: bytes) -> None:
        super().__init__(text)
        self.status = status
        self.body = body


class Breaker:
    """Says whether a service may be asked: after some failures in a row not, until it is heard to be back.

    `clock` gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._next_probe = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the service is taken for gone."""
        return self._failures >= MOST_FAILURES

    def is_probe_due(self) -> bool:
        """Tell whether it is time to ask the service whether it is back; True once a pause."""
        now = self._clock()
        if now < self._next_probe:
            return False
        self._next_probe = now + PAUSE_S
        return True

    def note(self, *, answered: bool) -> None:
        """Count how a question ended."""
        self._failures = 0 if answered else self._failures + 1
        if self._failures == MOST_FAILURES:
            self._next_probe = self._clock() + PAUSE_S


def _certificates(url: str) -> ssl.SSLContext:
    """Give what certificates are judged by; reading the system's takes a while, and plain HTTP has none to judge."""
    return ssl.create_default_context() if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Caller:
    """Asks one service. Belongs to the event loop that first asks.

    `name` is what errors call it, with its host and nothing else of its address: a user, a path or a query may be
    secret. `probe` is a path that answers quickly when the service is well. Raises UnavailableError, and
    RefusedCallError where there is an answer that is none.
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
        """Ask, and give the body of the answer; `seconds` is how long that may take, if less than usual."""
        if self._breaker.is_open:
            await self._hear_whether_back()
        return await self._ask(path, parameters, seconds=self._seconds if seconds is None else seconds)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.aclose()
        self._client = None

    async def _hear_whether_back(self) -> None:
        if not self._breaker.is_probe_due():
            raise UnavailableError(f"{self.name} does not answer; it is asked again every second.")
        await self._ask(self._probe, (), seconds=PROBE_S)

    async def _ask(self, path: str, parameters: Parameters, *, seconds: float) -> bytes:
        begun = self._clock()
        outcome = "left"  # by whoever asked: it says nothing of the service
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
            raise UnavailableError(f"{self.name} did not answer in time.") from None
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
        """Ask once more where a kept connection turns out to be closed by the other side."""
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
                    told = f"{self.name} sent more than {MOST_BYTES >> 20} MB for one answer."
                    raise RefusedCallError(told, status=answer.status_code, body=b"")
                parts.append(part)
            return answer.status_code, b"".join(parts)
