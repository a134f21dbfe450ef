"""Calling the Maps Server API, of Trigpoint or of Apple: tokens are exchanged, kept and renewed on the way."""

import asyncio
import threading
import time
from types import TracebackType
from typing import Self

import httpx

from trigpoint.base.clock import Clock
from trigpoint.client.exchange import (
    AccessTokenCache,
    ApiError,
    JsonObject,
    Value,
    check_base_url,
    check_header,
    read_answer,
    read_token,
    to_query,
)
from trigpoint.client.signing import Signer
from trigpoint.wire.token import TokenResponse

APPLE = "https://maps-api.apple.com"
TIMEOUT_S = 10.0


class _Caller:
    """What both clients share: the credential, and the headers that it asks for."""

    def __init__(self, credential: Signer | str, *, origin: str | None, clock: Clock) -> None:
        if isinstance(credential, str):
            rule = "a Signer or an auth token, which has three parts with dots between them"
            credential = check_header("credential", credential, rule=rule, example="eyJhbGciOi…")
        self._credential = credential
        rule = "what browsers send as Origin"
        self._origin = origin and check_header("origin", origin, rule=rule, example="https://example.com")
        self._clock = clock
        self._cache = AccessTokenCache()

    def _headers(self, token: str) -> dict[str, str]:
        headers = {"authorization": f"Bearer {token}"}
        return headers if self._origin is None else headers | {"origin": self._origin}

    def _auth_token(self) -> str:
        return self._credential.auth_token() if isinstance(self._credential, Signer) else self._credential


class MapsClient(_Caller):
    """A client for threads. `credential` is a Signer, or an auth token that somebody else signed.

    `origin` is sent as the Origin header, for tokens that are restricted to origins. Use it as a context manager, or
    call `close`.
    """

    def __init__(
        self,
        credential: Signer | str,
        *,
        base_url: str = APPLE,
        origin: str | None = None,
        timeout_s: float = TIMEOUT_S,
        transport: httpx.BaseTransport | None = None,
        clock: Clock = time.time,
    ) -> None:
        super().__init__(credential, origin=origin, clock=clock)
        self._http = httpx.Client(base_url=check_base_url(base_url), timeout=timeout_s, transport=transport)
        self._lock = threading.Lock()

    def get(self, path: str, **parameters: Value) -> JsonObject:
        """Call `GET path`. A refused access token is exchanged anew, once. Raises ApiError, or httpx.HTTPError."""
        token = self._access_token()
        try:
            return self._send(path, token, to_query(parameters))
        except ApiError as error:
            if error.status != 401:
                raise
            self._cache.drop(token)
        return self._send(path, self._access_token(), to_query(parameters))

    def geocode(self, q: str, **parameters: Value) -> list[JsonObject]:
        """Find the places that a text names."""
        return list(self.get("/v1/geocode", q=q, **parameters)["results"])

    def reverse_geocode(self, latitude: float, longitude: float, **parameters: Value) -> list[JsonObject]:
        """Find what is at a point."""
        return list(self.get("/v1/reverseGeocode", loc=(latitude, longitude), **parameters)["results"])

    def exchange(self) -> TokenResponse:
        """Exchange the credential for an access token, now, and keep it for the calls to come."""
        told = read_token(self._send("/v1/token", self._auth_token(), {}))
        self._cache.fill(told, self._clock())
        return told

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def _access_token(self) -> str:
        with self._lock:  # one exchange, however many threads wait for it
            token = self._cache.current(self._clock())
            if token is None:
                token = self.exchange().access_token
            return token

    def _send(self, path: str, token: str, query: dict[str, str]) -> JsonObject:
        answer = self._http.get(path, params=query or None, headers=self._headers(token))
        return read_answer(answer.status_code, answer.content, answer.headers)


class AsyncMapsClient(_Caller):
    """The same for asyncio: every method is awaited."""

    def __init__(
        self,
        credential: Signer | str,
        *,
        base_url: str = APPLE,
        origin: str | None = None,
        timeout_s: float = TIMEOUT_S,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock = time.time,
    ) -> None:
        super().__init__(credential, origin=origin, clock=clock)
        self._http = httpx.AsyncClient(base_url=check_base_url(base_url), timeout=timeout_s, transport=transport)
        self._lock = asyncio.Lock()

    async def get(self, path: str, **parameters: Value) -> JsonObject:
        """Call `GET path`. A refused access token is exchanged anew, once. Raises ApiError, or httpx.HTTPError."""
        token = await self._access_token()
        try:
            return await self._send(path, token, to_query(parameters))
        except ApiError as error:
            if error.status != 401:
                raise
            self._cache.drop(token)
        return await self._send(path, await self._access_token(), to_query(parameters))

    async def geocode(self, q: str, **parameters: Value) -> list[JsonObject]:
        """Find the places that a text names."""
        return list((await self.get("/v1/geocode", q=q, **parameters))["results"])

    async def reverse_geocode(self, latitude: float, longitude: float, **parameters: Value) -> list[JsonObject]:
        """Find what is at a point."""
        return list((await self.get("/v1/reverseGeocode", loc=(latitude, longitude), **parameters))["results"])

    async def exchange(self) -> TokenResponse:
        """Exchange the credential for an access token, now, and keep it for the calls to come."""
        told = read_token(await self._send("/v1/token", self._auth_token(), {}))
        self._cache.fill(told, self._clock())
        return told

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        """Use as a context manager."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self.close()

    async def _access_token(self) -> str:
        async with self._lock:
            token = self._cache.current(self._clock())
            if token is None:
                token = (await self.exchange()).access_token
            return token

    async def _send(self, path: str, token: str, query: dict[str, str]) -> JsonObject:
        answer = await self._http.get(path, params=query or None, headers=self._headers(token))
        return read_answer(answer.status_code, answer.content, answer.headers)
