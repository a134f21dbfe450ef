"""The SDK has a typed method for every endpoint, and knows every member and parameter that the server knows."""

import asyncio
import importlib.util
import inspect
import typing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from msgspec.structs import fields

from trigpoint.base.errors import InvalidError
from trigpoint.client import ApiError, AsyncMapsClient, Completion, Coordinate, MapRegion, MapsClient, answers
from trigpoint.client.parameters import (
    DirectionsOptions,
    GeocodeOptions,
    JourneyOptions,
    LookUpOptions,
    SearchOptions,
    to_query,
)
from trigpoint.wire import directions, etas, openapi, place, search, search_autocomplete

ROOT = Path(__file__).resolve().parents[2]
POINT = {"latitude": 60.17, "longitude": 24.94}
PLACE = {
    "id": "I1",
    "name": "Here",
    "coordinate": POINT,
    "countryCode": "FI",
    "formattedAddressLines": ["A 1", "Finland"],
}
SAME = {
    place.PlaceBody: answers.Place,
    search.SearchPlace: answers.Place,
    place.AddressBody: answers.StructuredAddress,
    place.MapRegion: answers.MapRegion,
    place.Location: answers.Coordinate,
    place.PlacesResponse: answers.Places,
    place.LookupErrorBody: answers.PlaceLookupError,
    place.AlternateIdsResponse: answers.AlternateIdsFound,
    place.AlternateIdsEntry: answers.AlternateIds,
    search.SearchResponse: answers.SearchPage,
    search.PaginationInfo: answers.PaginationInfo,
    search_autocomplete.AutocompleteResult: answers.Completion,
    search_autocomplete.SearchAutocompleteResponse: answers.Completions,
    directions.DirectionsResponse: answers.Directions,
    directions.RouteBody: answers.Route,
    directions.StepBody: answers.Step,
    etas.EtaBody: answers.Eta,
    etas.EtaResponse: answers.Etas,
}
METHODS = {
    "token": ("exchange", None),
    "geocode": ("geocode", GeocodeOptions),
    "reverseGeocode": ("reverse_geocode", LookUpOptions),
    "search": ("search", SearchOptions),
    "searchAutocomplete": ("autocomplete", SearchOptions),
    "directions": ("directions", DirectionsOptions),
    "etas": ("etas", JourneyOptions),
    "place": ("place", LookUpOptions),
    "places": ("places", LookUpOptions),
    "alternateIds": ("alternate_ids", None),
}
OF_OTHER_METHODS = {"enablePagination", "pageToken", "metadata"}
"""Parameters of search that `search_pages` and `open_completion` set."""


def camel(name: str) -> str:
    return next(iter(to_query({name: "x"})))


@pytest.mark.parametrize("theirs", SAME)
def test_the_sdk_knows_every_member_that_the_server_writes(theirs: type[msgspec.Struct]) -> None:
    known = {field.encode_name for field in fields(SAME[theirs])}
    assert {field.encode_name for field in fields(theirs)} <= known


@pytest.mark.parametrize("operation", openapi.OPERATIONS, ids=lambda one: one.name)
def test_every_endpoint_has_a_method_with_all_its_parameters(operation: openapi.Operation) -> None:
    name, options = METHODS[operation.name]
    signature = inspect.signature(getattr(MapsClient, name))
    known = {camel(one) for one in typing.get_type_hints(options)} if options is not None else set()
    known |= set(signature.parameters) | {"q", "loc", "id", "ids", "lang"} | OF_OTHER_METHODS
    asked = {one.rstrip("!").partition("+")[0] for one in operation.parameters.split()}
    assert asked - known == set()


def test_both_clients_have_the_same_methods_and_each_says_what_it_does() -> None:
    for kind, other in ((MapsClient, AsyncMapsClient), (AsyncMapsClient, MapsClient)):
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_"):
                assert hasattr(other, name)
                assert method.__doc__, name


def test_the_client_for_threads_is_written_from_the_one_for_asyncio() -> None:
    spec = importlib.util.spec_from_file_location("write_sync_client", ROOT / "tools" / "write_sync_client.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (script.CLIENT / "maps_client.py").read_text() == script.write_sync(), "run tools/write_sync_client.py"


class FakeServer:
    """Exchanges tokens, returns the given responses in order, and records the requests."""

    def __init__(self, *found: object) -> None:
        self.found = list(found)
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/token":
            return httpx.Response(200, json={"accessToken": "t", "expiresInSeconds": 1800})
        self.asked.append(request.url.raw_path.decode())
        return httpx.Response(200, json=self.found.pop(0))


def a_client(server: FakeServer) -> MapsClient:
    return MapsClient("a.b.c", base_url="http://maps", transport=httpx.MockTransport(server))


CALLS: list[tuple[Callable[[MapsClient], Any], str, object, Callable[[Any], Any], Any]] = [
    (
        lambda maps: maps.geocode("A 1", lang="fi", limit_to_countries=["FI", "SE"], search_region=(61, 25, 60, 24)),
        "/v1/geocode?q=A+1&lang=fi&limitToCountries=FI%2CSE&searchRegion=61%2C25%2C60%2C24",
        {"results": [PLACE]},
        lambda found: (found[0].name, found[0].country_code, found[0].formatted_address_lines),
        ("Here", "FI", ("A 1", "Finland")),
    ),
    (
        lambda maps: maps.reverse_geocode(60.17, 24.94),
        "/v1/reverseGeocode?loc=60.17%2C24.94",
        {"results": [PLACE]},
        lambda found: found[0].coordinate,
        Coordinate(latitude=60.17, longitude=24.94),
    ),
    (
        lambda maps: maps.reverse_geocode(Coordinate(latitude=60.17, longitude=24.94), lang="fi"),
        "/v1/reverseGeocode?loc=60.17%2C24.94&lang=fi",
        {"results": []},
        len,
        0,
    ),
    (
        lambda maps: maps.search("coffee", include_poi_categories=["Cafe"], user_location=Coordinate(latitude=1, longitude=2)),
        "/v1/search?q=coffee&includePoiCategories=Cafe&userLocation=1%2C2",
        {"results": [PLACE | {"poiCategory": "Cafe", "newMember": {}}], "displayMapRegion": None},
        lambda page: (page.results[0].poi_category, page.next_page_token),
        ("Cafe", None),
    ),
    (
        lambda maps: maps.autocomplete("mann"),
        "/v1/searchAutocomplete?q=mann",
        {"results": [{"completionUrl": "/v1/search?q=x", "displayLines": ["x"], "location": POINT}]},
        lambda rows: (rows[0].display_lines, rows[0].structured_address),
        (("x",), None),
    ),
    (
        lambda maps: maps.open_completion(Completion(completion_url="/v1/search?q=x&metadata=abc")),
        "/v1/search?q=x&metadata=abc",
        {"results": [PLACE]},
        lambda page: page.results[0].name,
        "Here",
    ),
    (
        lambda maps: maps.etas((1, 2), [(3, 4), Coordinate(latitude=5.5, longitude=6)], transport_type="Walking"),
        "/v1/etas?origin=1%2C2&destinations=3%2C4%7C5.5%2C6&transportType=Walking",
        {"etas": [{"destination": POINT, "transportType": "WALKING", "expectedTravelTimeSeconds": 60}]},
        lambda found: (found[0].expected_travel_time_seconds, found[0].distance_meters),
        (60, None),
    ),
    (lambda maps: maps.place("I/1"), "/v1/place/I%2F1", PLACE, lambda found: found.id, "I1"),
    (
        lambda maps: maps.places(["I1", "I2"]),
        "/v1/place?ids=I1%2CI2",
        {"results": [PLACE], "errors": [{"errorCode": "FAILED_NOT_FOUND", "id": "I2"}]},
        lambda found: (found.results[0].id, found.errors[0].error_code),
        ("I1", "FAILED_NOT_FOUND"),
    ),
    (
        lambda maps: maps.alternate_ids(["I1"]),
        "/v1/place/alternateIds?ids=I1",
        {"results": [{"id": "I1", "alternateIds": ["I3"]}], "errors": []},
        lambda found: found.results[0].alternate_ids,
        ("I3",),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("call", "asked", "answer", "read", "expected"), CALLS)
def test_a_method_asks_its_endpoint_and_reads_the_answer(
    call: Callable[[MapsClient], Any], asked: str, answer: object, read: Callable[[Any], Any], expected: object
) -> None:
    server = FakeServer(answer)
    with a_client(server) as maps:
        assert read(call(maps)) == expected
    assert server.asked == [asked]


def test_steps_of_directions_are_grouped_by_route() -> None:
    steps = [{"stepPathIndex": 0}, {"stepPathIndex": 1, "instructions": "Turn left"}]
    path = [{"latitude": 1, "longitude": 2}]
    answer = {"routes": [{"stepIndexes": [1], "hasTolls": False}], "steps": steps, "stepPaths": [[POINT], path]}
    server = FakeServer(answer)
    leave = datetime(2026, 11, 27, 10, 0, tzinfo=timezone(timedelta(hours=2)))
    with a_client(server) as maps:
        found = maps.directions("A 1", (1.5, 2), departure_date=leave, avoid=["Tolls"], requests_alternate_routes=True)
    assert [step.instructions for step in found.steps_of(found.routes[0])] == ["Turn left"]
    assert found.path_of(found.routes[0]) == (Coordinate(latitude=1, longitude=2),)
    query = (
        "origin=A+1&destination=1.5%2C2&departureDate=2026-11-27T08%3A00%3A00Z&avoid=Tolls&requestsAlternateRoutes=true"
    )
    assert server.asked == [f"/v1/directions?{query}"]


def a_page(*, token: str | None) -> dict[str, object]:
    info = {"totalPageCount": 2, "totalResults": 2} | ({"nextPageToken": token} if token else {})
    return {"results": [PLACE], "paginationInfo": info}


def test_pages_are_fetched_lazily_and_end_with_the_last() -> None:
    server = FakeServer(a_page(token="next"), a_page(token=None))
    with a_client(server) as maps:
        pages = maps.search_pages("coffee", lang="fi")
        assert next(pages).next_page_token == "next"
        assert server.asked == ["/v1/search?q=coffee&enablePagination=true&lang=fi"]
        assert [page.next_page_token for page in pages] == [None]
    assert server.asked[1:] == ["/v1/search?pageToken=next"]


def test_pages_are_an_asynchronous_iterator_for_asyncio() -> None:
    server = FakeServer(a_page(token="next"), a_page(token=None))

    async def names() -> list[str]:
        transport = httpx.MockTransport(server)
        async with AsyncMapsClient("a.b.c", base_url="http://maps", transport=transport) as maps:
            return [place.name async for page in maps.search_pages("coffee") for place in page.results]

    assert asyncio.run(names()) == ["Here", "Here"]


def test_a_response_can_be_read_like_a_json_object() -> None:
    with a_client(FakeServer({"results": [PLACE]})) as maps:
        found = maps.geocode("x")[0]
    assert found["coordinate"]["latitude"] == 60.17  # type: ignore[index]
    assert found["countryCode"] == "FI"
    with pytest.raises(KeyError):
        found["telephone"]
    with pytest.raises(KeyError):
        found["country_code"]


def test_an_invalid_response_is_reported_by_member_without_its_value() -> None:
    with a_client(FakeServer({"results": [PLACE | {"name": 5000017}]})) as maps, pytest.raises(ApiError) as refused:
        maps.geocode("x")
    assert str(refused.value) == (
        "200 the response is not PlaceResults: Expected `str`, got `int` - at `$.results[0].name`"
    )


@pytest.mark.parametrize("url", ["https://elsewhere.example/v1/search", "//elsewhere.example/v1/", "/v1/search?q=a b"])
def test_a_completion_url_of_another_host_is_not_opened(url: str) -> None:
    server = FakeServer()
    with a_client(server) as maps, pytest.raises(InvalidError, match="'completion_url' must be a path of the API"):
        maps.open_completion(Completion(completion_url=url))
    assert server.asked == []


def test_parameters_are_written_as_the_api_reads_them() -> None:
    region = MapRegion(south_latitude=60, west_longitude=24, north_latitude=61, east_longitude=25)
    assert to_query({"search_region": region, "departure_date": datetime(2026, 1, 2, tzinfo=UTC), "lang": None}) == {
        "searchRegion": "61.0,25.0,60.0,24.0" if isinstance(region.north_latitude, float) else "61,25,60,24",
        "departureDate": "2026-01-02T00:00:00Z",
    }
    for point in ((0.00001, -24.5), Coordinate(latitude=0.00001, longitude=-24.5)):
        assert to_query({"loc": point}) == {"loc": "0.000010000,-24.5"}
    with pytest.raises(InvalidError, match="'departure_date' must be a time with its zone"):
        to_query({"departure_date": datetime(2026, 1, 2)})  # noqa: DTZ001 (the time that is refused)
