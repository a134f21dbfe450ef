"""A client generated from the OpenAPI document gets only responses that the document describes."""

import asyncio
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks

from places_fakes import FakePlaces, a_place, an_id
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.places import PlaceKind
from trigpoint.web.answering import Answering
from trigpoint.web.app import App
from trigpoint.web.asgi import Message, Receive, Send
from trigpoint.web.health import Part
from trigpoint.web.v1.endpoints import ENDPOINTS
from trigpoint.web.v1.pipeline import Pipeline
from trigpoint.wire.openapi import make_document


class AToken:
    token = "a.b.c"
    expires_in_seconds = 1800


class OpenGate:
    """Admits everyone: the credential is no part of this test."""

    def recall(self, credential: str, call: object) -> None:
        del credential, call

    async def admit(self, credential: str | None, call: object) -> object:
        del credential, call
        return object()

    def settle(self, grant: object, status: int) -> None:
        del grant, status

    async def exchange(self, credential: str | None, call: object) -> AToken:
        del credential, call
        return AToken()


async def nothing() -> None:
    return None


async def readiness() -> dict[str, Part]:
    return {}


BEARER = {"authorization": "Bearer a.b.c"}
CAFES = tuple(
    a_place(number, kind=PlaceKind.POI, poi_category=PoiCategory.CAFE, alternate_ids=(an_id(99),))
    for number in range(50)
)
PLACES = FakePlaces(CAFES, alternates={an_id(1): (an_id(99),)})
APP: Any = App(
    v1=Pipeline(
        gate=OpenGate(),
        atlas=Atlas(places=PLACES),
        endpoints=ENDPOINTS,
        answering=Answering(clock=lambda: 1_800_000_000.0, explain=False, base_url="http://maps.test"),
    ),
    readiness=readiness,
    start=nothing,
    stop=nothing,
)


def ask(path: str, **parameters: Any) -> httpx.Response:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=APP), base_url="http://maps.test") as client:
            return await client.get(path, params=parameters or None, headers=BEARER)

    return asyncio.run(send())


def test_the_document_is_served_without_a_credential() -> None:
    answer = ask("/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json;charset=utf8"
    assert answer.json() == make_document()


async def serve(scope: Message, receive: Receive, send: Send) -> None:
    """The application as Schemathesis recognizes one of ASGI: as a coroutine function."""
    await APP(scope, receive, send)


SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", serve)


@SCHEMA.include(path_regex="^/v1/(geocode|reverseGeocode|search|place|token)").parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_response_is_described_by_the_document(case: Any) -> None:
    PLACES.asked.clear()
    answer = case.call(headers=BEARER)
    case.validate_response(
        answer,
        checks=[
            checks.not_a_server_error,
            checks.status_code_conformance,
            checks.content_type_conformance,
            checks.response_schema_conformance,
        ],
    )


def test_a_client_generated_from_the_document_reads_all_pages() -> None:
    parameters: dict[str, Any] = {"q": "coffee", "enablePagination": "true"}
    seen: list[str] = []
    while True:
        page = ask("/v1/search", **parameters).json()
        seen += [place["id"] for place in page["results"]]
        token = page["paginationInfo"].get("nextPageToken")
        if token is None:
            break
        parameters = {"pageToken": token}
    assert seen == [place.id for place in CAFES]


@pytest.mark.parametrize("path", ["/v1/place/alternateIds", f"/v1/place/{an_id(1)}", "/v1/place"])
def test_the_place_lookups_are_distinguished(path: str) -> None:
    body = ask(path, ids=f"{an_id(1)},I1").json()
    if path.endswith(an_id(1)):
        assert body["id"] == an_id(1)
        return
    assert body["errors"] == [{"errorCode": "FAILED_INVALID_ID", "id": "I1"}]
    assert body["results"][0]["id"] == an_id(1)


def test_an_unknown_place_is_404_and_a_malformed_one_is_400() -> None:
    assert ask(f"/v1/place/{an_id(77)}").content == b'{"error":{"message":"Not Found","details":[]}}'
    malformed = ask("/v1/place/I1")
    assert malformed.status_code == 400
    assert malformed.json()["error"]["details"][0].startswith("Parameter 'id' must be a place ID of this server")


def test_every_completion_url_opens_on_the_same_host() -> None:
    for row in ask("/v1/searchAutocomplete", q="mus").json()["results"]:
        assert ask(row["completionUrl"]).status_code == 200
