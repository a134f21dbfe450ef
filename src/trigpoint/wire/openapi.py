"""The OpenAPI 3.1 document of the Maps Server API, bootstrap, embedded maps and snapshots.

Parameters are in a table here; the schemas of responses are made from the structs that render them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import msgspec

from trigpoint import __version__
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.routes import Avoid, Transport
from trigpoint.wire import openapi_maps, openapi_snapshot
from trigpoint.wire.bootstrap import BootstrapResponse
from trigpoint.wire.directions import DirectionsResponse
from trigpoint.wire.errors import ErrorResponse
from trigpoint.wire.etas import MAX_DESTINATIONS, EtaResponse
from trigpoint.wire.hints import RegionPriority
from trigpoint.wire.parameters import MAX_ITEMS, MAX_TEXT
from trigpoint.wire.place import AlternateIdsResponse, PlaceBody, PlaceResults, PlacesResponse
from trigpoint.wire.search import MAX_TOKEN, SearchResponse
from trigpoint.wire.search_autocomplete import SearchAutocompleteResponse
from trigpoint.wire.token import TokenResponse

Schema = dict[str, object]

NAMES = {
    "AddressBody": "StructuredAddress",
    "EtaBody": "Eta",
    "LookupErrorBody": "PlaceLookupError",
    "PlaceBody": "Place",
    "RouteBody": "Route",
    "SearchPlace": "SearchResponsePlace",
    "StepBody": "Step",
}
"""Apple's names of schemas, by the names of our structs."""

_NUMBER = r"-?\d{1,3}(\.\d+)?"
_POINT: Schema = {"type": "string", "pattern": f"^{_NUMBER},{_NUMBER}$"}
_BOX: Schema = {"type": "string", "pattern": f"^{_NUMBER}(,{_NUMBER}){{3}}$"}
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_OPAQUE: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": MAX_TOKEN}
_LANG: Schema = {"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "default": "en-US"}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_BOOLEAN: Schema = {"type": "boolean", "default": False}
_PLACE_ID: Schema = {"type": "string", "pattern": "^I[0-9A-F]{15,16}$"}


@dataclass(frozen=True, slots=True)
class Operation:
    """An endpoint: `parameters` are names with spaces between them, `!` after required ones; `answer` is its response."""

    path: str
    name: str
    summary: str
    parameters: str
    answer: type[msgspec.Struct]


def _words(*words: StrEnum | str, default: str | None = None) -> Schema:
    schema: Schema = {"type": "string", "enum": [str(word) for word in words]}
    return schema if default is None else schema | {"default": default}


def _list(item: Schema, most: int = MAX_ITEMS) -> Schema:
    return {"type": "array", "items": item, "minItems": 1, "maxItems": most}


_SEARCH_TYPES = tuple(kind for kind in ResultType if kind is not ResultType.QUERY)
_WITHOUT_TRANSIT = tuple(kind for kind in Transport if kind is not Transport.TRANSIT)

PARAMETERS: Mapping[str, tuple[Schema, str]] = {
    "id": (_PLACE_ID, "A place ID, from an earlier response."),
    "ids": (_list(_PLACE_ID), "Place IDs."),
    "q": (_TEXT, "An address, a name, or a kind of place."),
    "loc": (_POINT, "The point, as `lat,lng`."),
    "lang": (_LANG, "The language of the response, a BCP 47 tag. By default that of Accept-Language."),
    "limitToCountries": (
        _list({"type": "string", "pattern": "^[A-Z]{2}$"}),
        "ISO 3166-1 alpha-2 codes; results are in one of them.",
    ),
    "searchLocation": (_POINT, "Where the application is looking."),
    "userLocation": (_POINT, "Where the user is."),
    "searchRegion": (_BOX, "The area that is shown: `northLat,eastLng,southLat,westLng`."),
    "searchRegionPriority": (_words(*RegionPriority, default="default"), "Whether results must lie in the region."),
    "resultTypeFilter": (_list(_words(*_SEARCH_TYPES)), "The types of results to show."),
    "resultTypeFilter+query": (_list(_words(*ResultType)), "The types of completions to show."),
    "includePoiCategories": (_list(_words(*PoiCategory)), "Show only points of interest of these categories."),
    "excludePoiCategories": (_list(_words(*PoiCategory)), "Show no points of interest of these categories."),
    "includeAddressCategories": (_list(_words(*AddressCategory)), "Show only addresses of these kinds of area."),
    "excludeAddressCategories": (_list(_words(*AddressCategory)), "Show no addresses of these kinds of area."),
    "enablePagination": (_BOOLEAN, "Whether results are returned in pages."),
    "pageToken": (_OPAQUE, "A page of an earlier search; every other parameter is then ignored."),
    "metadata": (_OPAQUE, "Searches for a completion of an autocomplete; unchanged from its `completionUrl`."),
    "origin": (_TEXT, "The start: an address or `lat,lng`."),
    "origin+point": (_POINT, "The start, as `lat,lng`."),
    "destination": (_TEXT, "The end: an address or `lat,lng`."),
    "destinations": (_list(_POINT, MAX_DESTINATIONS), "The ends, as `lat,lng` with `|` between them."),
    "arrivalDate": (_INSTANT, "When to arrive. Not together with `departureDate`."),
    "departureDate": (_INSTANT, "When to depart; now, if neither date is given."),
    "avoid": (_list(_words(*Avoid)), "What to avoid where possible."),
    "requestsAlternateRoutes": (_BOOLEAN, "Whether to return more than one route."),
    "transportType": (_words(*_WITHOUT_TRANSIT, default="Automobile"), "How to travel."),
    "transportType+transit": (_words(*Transport, default="Automobile"), "How to travel."),
}
"""The schema and the description of each parameter; a name with `+` is a variant for some endpoints."""

_HINTS = "lang limitToCountries searchLocation searchRegion userLocation"
_FILTERS = (
    "includePoiCategories excludePoiCategories includeAddressCategories excludeAddressCategories searchRegionPriority"
)

OPERATIONS = (
    Operation("/v1/token", "token", "Exchange a Maps auth token for an access token", "", TokenResponse),
    Operation("/v1/geocode", "geocode", "Find the places for an address or a name", f"q! {_HINTS}", PlaceResults),
    Operation("/v1/reverseGeocode", "reverseGeocode", "Find what is at a point", "loc! lang", PlaceResults),
    Operation(
        "/v1/search",
        "search",
        "Find places by name or kind; `q` is required unless `pageToken` is given",
        f"q {_HINTS} {_FILTERS} resultTypeFilter enablePagination pageToken metadata",
        SearchResponse,
    ),
    Operation(
        "/v1/searchAutocomplete",
        "searchAutocomplete",
        "Complete a query that is being typed",
        f"q! {_HINTS} {_FILTERS} resultTypeFilter+query",
        SearchAutocompleteResponse,
    ),
    Operation(
        "/v1/directions",
        "directions",
        "Find routes from an origin to a destination",
        "origin! destination! arrivalDate departureDate avoid lang requestsAlternateRoutes searchLocation searchRegion"
        " userLocation transportType",
        DirectionsResponse,
    ),
    Operation(
        "/v1/etas",
        "etas",
        "Find the travel times to several destinations",
        "origin+point! destinations! transportType+transit departureDate arrivalDate",
        EtaResponse,
    ),
    Operation("/v1/place/{id}", "place", "Look up a place", "id! lang", PlaceBody),
    Operation("/v1/place", "places", "Look up several places", "ids! lang", PlacesResponse),
    Operation(
        "/v1/place/alternateIds",
        "alternateIds",
        "Look up the alternate IDs of places",
        "ids! lang",
        AlternateIdsResponse,
    ),
)

_REFUSALS = {
    "400": "A parameter is not valid; the detail has its name, the rule, an example and the received value.",
    "401": "The credential is missing, or was refused.",
    "404": "The requested object does not exist.",
    "429": "A limit on the calls of a day or a minute is used up; Retry-After says when it resets.",
    "500": "An error of the server.",
    "503": "A part of the server that is needed for the response is not available.",
}


@cache
def render_openapi() -> bytes:
    """Write the document as JSON."""
    return msgspec.json.encode(make_document())


def make_document() -> Schema:
    """Make the document."""
    structs = [*(operation.answer for operation in OPERATIONS), BootstrapResponse, ErrorResponse]
    _, components = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Trigpoint Maps Server API",
            "version": __version__,
            "description": "Members without a value are omitted, never null. Unknown parameters are ignored.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"accessToken": []}],
        "paths": {operation.path: {"get": _describe(operation)} for operation in OPERATIONS}
        | {openapi_snapshot.PATH: {"get": openapi_snapshot.describe_snapshot(_snapshot_refusals())}}
        | openapi_maps.describe_maps({status: _body(text, "ErrorResponse") for status, text in _REFUSALS.items()}),
        "components": {
            "schemas": {NAMES.get(name, name): _without_null(schema) for name, schema in components.items()},
            "securitySchemes": {
                "accessToken": {"type": "http", "scheme": "bearer", "description": "From `/v1/token`."},
                "authToken": {"type": "http", "scheme": "bearer", "description": "A signed Maps auth token (ES256)."},
                **openapi_snapshot.SECURITY_SCHEMES,
                **openapi_maps.SECURITY_SCHEMES,
            },
        },
    }


def _describe(operation: Operation) -> Schema:
    name = operation.answer.__name__
    answers: Schema = {"200": _body("The response.", NAMES.get(name, name))}
    answers |= {status: _body(text, "ErrorResponse") for status, text in _REFUSALS.items()}
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [_parameter(spelling) for spelling in operation.parameters.split()],
        "responses": answers,
    }
    return described if operation.name != "token" else described | {"security": [{"authToken": []}]}


def _snapshot_refusals() -> dict[str, Schema]:
    texts = {status: text for status, text in _REFUSALS.items() if status != "404"}
    texts["413"] = "The URL has more than 5,000 characters."
    texts["500"] = "The picture could not be painted."
    return {status: _body(text, "ErrorResponse") for status, text in sorted(texts.items())}


def _parameter(spelling: str) -> Schema:
    required = spelling.endswith("!")
    schema, meaning = PARAMETERS[spelling.removesuffix("!")]
    name = spelling.removesuffix("!").partition("+")[0]
    parameter: Schema = {"name": name, "in": "query", "required": required, "description": meaning, "schema": schema}
    if name == "id":
        return parameter | {"in": "path"}
    if schema["type"] == "array":
        return parameter | {"style": "pipeDelimited" if name == "destinations" else "form", "explode": False}
    return parameter


def _body(text: str, name: str) -> Schema:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _without_null(node: object) -> object:
    """Remove `null` from a schema, because members are omitted instead, and replace our names of schemas by Apple's."""
    if isinstance(node, Mapping):
        kept = {
            key: _without_null(value)
            for key, value in node.items()
            if key != "title" and not (key == "default" and value is None)
        }
        choices = kept.pop("anyOf", None)
        if isinstance(choices, Sequence):
            left = [choice for choice in choices if choice != {"type": "null"}]
            kept |= left[0] if len(left) == 1 else {"anyOf": left}
        return kept
    if isinstance(node, list | tuple):
        return [_without_null(value) for value in node]
    if isinstance(node, str) and node.startswith("#/components/schemas/"):
        head, _, name = node.rpartition("/")
        return f"{head}/{NAMES.get(name, name)}"
    return node
