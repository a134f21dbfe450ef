"""A client of the Maps Server API for asyncio, for Trigpoint and for Apple: it exchanges, caches and renews tokens itself."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Self, Unpack
from urllib.parse import quote

import httpx

from trigpoint.base.clock import Clock
from trigpoint.client.answers import (
    AlternateIdsFound,
    Completion,
    Completions,
    Directions,
    Eta,
    Etas,
    Place,
    PlaceResults,
    Places,
    SearchPage,
)
from trigpoint.client.caller import APPLE, TIMEOUT_S, Caller
from trigpoint.client.exchange import (
    ApiError,
    JsonObject,
    check_header,
    is_on_this_machine,
    read_answer,
    read_as,
    read_token,
    require_path,
)
from trigpoint.client.parameters import (
    DirectionsOptions,
    GeocodeOptions,
    JourneyOptions,
    LookUpOptions,
    Point,
    SearchOptions,
    Value,
    to_point,
    to_query,
)
from trigpoint.client.signing import Signer
from trigpoint.client.snapshots import SnapshotOptions, read_picture
from trigpoint.wire.token import TokenResponse


class AsyncMapsClient(Caller):
    """A client for asyncio: every method is awaited.

    `credential` is a Signer, or an auth token that somebody else signed. `origin` is sent as the Origin header, for
    tokens that are restricted to origins. `timeout_s` is httpx's timeout, in seconds: to connect, to send, and to wait for
    each part of the response. Use the client as a context manager, or call `close`.

    Every method that calls the server raises ApiError if the server refuses the call (`status`, `details`, `request_id`),
    and httpx.HTTPError if there was no response. Optional parameters have the names of the API in Python's spelling.

        async with AsyncMapsClient(signer, base_url="http://127.0.0.1:8060") as maps:
            places = await maps.geocode("Mannerheimintie 5, Helsinki")
            print(places[0].coordinate.latitude)
    """

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
        """Prepare the client; no connection is opened yet. Raises InvalidError for a wrong credential, URL or origin."""
        super().__init__(credential, base_url=base_url, origin=origin, clock=clock)
        if transport is None and is_on_this_machine(self._base_url):
            transport = httpx.AsyncHTTPTransport()  # no proxy of the environment: it could read the token
        self._http = httpx.AsyncClient(base_url=self._base_url, timeout=timeout_s, transport=transport)
        self._lock = asyncio.Lock()

    async def geocode(self, q: str, **options: Unpack[GeocodeOptions]) -> list[Place]:
        """Find the places that an address or a name means, best first.

        Options: `lang`, `limit_to_countries`, `search_location`, `search_region`, `user_location`.

            await maps.geocode("Mannerheimintie 5", limit_to_countries=["FI"], lang="fi")
        """
        return [*read_as(PlaceResults, await self.get("/v1/geocode", q=q, **options)).results]

    async def reverse_geocode(
        self, latitude: float | Point, longitude: float | None = None, **options: Unpack[LookUpOptions]
    ) -> list[Place]:
        """Find the addresses and places at a point: its latitude and longitude in degrees, or one Point. Option: `lang`.

        await maps.reverse_geocode(60.1699, 24.9384)
        await maps.reverse_geocode(place.coordinate)
        """
        answer = await self.get("/v1/reverseGeocode", loc=to_point(latitude, longitude), **options)
        return [*read_as(PlaceResults, answer).results]

    async def search(self, q: str, **options: Unpack[SearchOptions]) -> SearchPage:
        """Find places by name or kind, best first, all in one response; `search_pages` gives them page by page.

        Options: those of geocode, `search_region_priority`, `result_type_filter`, and `include_…` and `exclude_…` of
        `poi_categories` and `address_categories`.

            (await maps.search("coffee", search_location=(60.17, 24.94))).results
        """
        return read_as(SearchPage, await self.get("/v1/search", q=q, **options))

    async def search_pages(self, q: str, **options: Unpack[SearchOptions]) -> AsyncIterator[SearchPage]:
        """Find places page by page; each page is fetched when the loop reaches it. Options: those of `search`.

        async for page in maps.search_pages("coffee"):
            print(len(page.results))
        """
        page = read_as(SearchPage, await self.get("/v1/search", q=q, enable_pagination=True, **options))
        yield page
        while page.next_page_token is not None:
            page = read_as(SearchPage, await self.get("/v1/search", page_token=page.next_page_token))
            yield page

    async def autocomplete(self, q: str, **options: Unpack[SearchOptions]) -> list[Completion]:
        """Complete a query that is being typed, best completion first. Options: those of `search`.

        rows = await maps.autocomplete("mann")
        page = await maps.open_completion(rows[0])
        """
        return [*read_as(Completions, await self.get("/v1/searchAutocomplete", q=q, **options)).results]

    async def open_completion(self, row: Completion) -> SearchPage:
        """Search for the place or query of a completion."""
        return read_as(SearchPage, await self.get(require_path(row.completion_url)))

    async def directions(
        self, origin: str | Point, destination: str | Point, **options: Unpack[DirectionsOptions]
    ) -> Directions:
        """Find routes from an origin to a destination; each is an address or a point.

        Options: `transport_type`, `departure_date` or `arrival_date` (a datetime with its zone), `avoid`,
        `requests_alternate_routes`, `lang`, `search_location`, `search_region`, `user_location`.

            found = await maps.directions((60.1699, 24.9384), "Kluuvikatu 4", transport_type="Walking")
            for step in found.steps_of(found.routes[0]):
                print(step.instructions)
        """
        return read_as(Directions, await self.get("/v1/directions", origin=origin, destination=destination, **options))

    async def etas(self, origin: Point, destinations: Sequence[Point], **options: Unpack[JourneyOptions]) -> list[Eta]:
        """Find the travel times from one point to one to ten others; results are in the order of `destinations`.

        Options: `transport_type`, and `departure_date` or `arrival_date`.

            await maps.etas((60.1699, 24.9384), [(60.1720, 24.9414)], transport_type="Walking")
        """
        answer = await self.get("/v1/etas", origin=origin, destinations=list(destinations), **options)
        return [*read_as(Etas, answer).etas]

    async def place(self, place_id: str, **options: Unpack[LookUpOptions]) -> Place:
        """Look up a place by its ID, from an earlier result; an unknown ID raises ApiError (404). Option: `lang`."""
        return read_as(Place, await self.get(f"/v1/place/{quote(place_id, safe='')}", **options))

    async def places(self, place_ids: Sequence[str], **options: Unpack[LookUpOptions]) -> Places:
        """Look up several places by their IDs; IDs without a place are in `errors`. Option: `lang`."""
        return read_as(Places, await self.get("/v1/place", ids=list(place_ids), **options))

    async def alternate_ids(self, place_ids: Sequence[str]) -> AlternateIdsFound:
        """Look up the alternate IDs of places; IDs without a place are in `errors`."""
        return read_as(AlternateIdsFound, await self.get("/v1/place/alternateIds", ids=list(place_ids)))

    async def snapshot(
        self, center: str | Point, *, referer: str | None = None, **options: Unpack[SnapshotOptions]
    ) -> bytes:
        """Fetch a Web Snapshot, as the bytes of a PNG. Options: those of `snapshot_url`.

        `referer` is sent as the Referer header.

        Path("helsinki.png").write_bytes(await maps.snapshot((60.1699, 24.9384), z=14, scale=2))
        """
        headers = {} if self._origin is None else {"origin": self._origin}
        if referer is not None:
            headers["referer"] = check_header(
                "referer", referer, rule="the address of a page", example="https://a.example/"
            )
        with self._naming_the_server():
            answer = await self._http.get(self.snapshot_url(center, **options), headers=headers)
        return read_picture(answer.status_code, answer.content, answer.headers)

    async def get(self, path: str, **parameters: Value) -> JsonObject:
        """Call `GET path`, and give the JSON object of the response.

        If the server refuses the access token (401), a new one is exchanged, and the call is repeated once.
        """
        query = to_query(parameters)
        token = await self._access_token()
        try:
            return await self._send(path, token, query)
        except ApiError as error:
            if error.status != 401:
                raise
            self._cache.drop(token)
        return await self._send(path, await self._access_token(), query)

    async def exchange(self) -> TokenResponse:
        """Exchange the credential for a new access token, and cache it for later calls."""
        token = read_token(await self._send("/v1/token", self._auth_token(), {}))
        self._cache.fill(token, self._clock())
        return token

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
        async with self._lock:  # one exchange, however many wait for it
            token = self._cache.current(self._clock())
            if token is None:
                token = (await self.exchange()).access_token
            return token

    async def _send(self, path: str, token: str, query: dict[str, str]) -> JsonObject:
        with self._naming_the_server():
            answer = await self._http.get(path, params=query or None, headers=self._headers(token))
        return read_answer(answer.status_code, answer.content, answer.headers)
