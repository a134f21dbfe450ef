"""A place in Apple's shape, and the lookups by ID: `/v1/place/{id}`, `/v1/place`, `/v1/place/alternateIds`."""

import msgspec

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Box, Point
from trigpoint.maps.place_ids import PlaceRef, Source, encode
from trigpoint.maps.places import (
    AlternateIdsFound,
    LookupErrorCode,
    LookupFailure,
    Place,
    PlacesFound,
    StructuredAddress,
)
from trigpoint.maps.queries import PlaceQuery
from trigpoint.wire.parameters import Parameters

_DECIMALS = 7
_EXAMPLE_ID = encode(PlaceRef(Source.NODE, 1))


class Location(msgspec.Struct, gc=False):
    """A coordinate in degrees."""

    latitude: float
    longitude: float


class MapRegion(msgspec.Struct, rename="camel"):
    """An area in degrees."""

    south_latitude: float
    west_longitude: float
    north_latitude: float
    east_longitude: float


class AddressBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """A StructuredAddress; absent parts are left out, so that one with no parts is `{}`."""

    administrative_area: str | None = None
    sub_administrative_area: str | None = None
    administrative_area_code: str | None = None
    locality: str | None = None
    post_code: str | None = None
    sub_locality: str | None = None
    thoroughfare: str | None = None
    sub_thoroughfare: str | None = None
    full_thoroughfare: str | None = None
    areas_of_interest: tuple[str, ...] | None = None
    dependent_localities: tuple[str, ...] | None = None


class PlaceBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A Place as every endpoint but search has it. `center` repeats `coordinate` in directions only."""

    id: str
    alternate_ids: tuple[str, ...] | None = None
    coordinate: Location
    center: Location | None = None
    display_map_region: MapRegion
    name: str
    formatted_address_lines: tuple[str, ...]
    structured_address: AddressBody
    country: str | None = None
    country_code: str | None = None
    telephone: str | None = None
    urls: tuple[str, ...] | None = None


class PlaceResults(msgspec.Struct):
    """A list of places, best first."""

    results: list[PlaceBody]


class LookupErrorBody(msgspec.Struct, rename="camel"):
    """Why one ID was not answered."""

    error_code: LookupErrorCode
    id: str


class PlacesResponse(msgspec.Struct):
    """The places of several IDs, and the IDs that failed."""

    results: list[PlaceBody]
    errors: list[LookupErrorBody]


class AlternateIdsEntry(msgspec.Struct, rename="camel"):
    """One ID and the others that open the same place."""

    id: str
    alternate_ids: tuple[str, ...]


class AlternateIdsResponse(msgspec.Struct):
    """The alternate IDs of several IDs, and the IDs that failed."""

    results: list[AlternateIdsEntry]
    errors: list[LookupErrorBody]


def location_body(point: Point) -> Location:
    """Shape a coordinate; seven decimals are a centimetre, and all that OpenStreetMap stores."""
    return Location(round(point.latitude, _DECIMALS), round(point.longitude, _DECIMALS))


def region_body(box: Box) -> MapRegion:
    """Shape an area."""
    return MapRegion(*(round(degrees, _DECIMALS) for degrees in (box.south, box.west, box.north, box.east)))


def address_body(address: StructuredAddress) -> AddressBody:
    """Shape the parts of an address."""
    return AddressBody(
        administrative_area=address.administrative_area or None,
        sub_administrative_area=address.sub_administrative_area or None,
        administrative_area_code=address.administrative_area_code or None,
        locality=address.locality or None,
        post_code=address.post_code or None,
        sub_locality=address.sub_locality or None,
        thoroughfare=address.thoroughfare or None,
        sub_thoroughfare=address.sub_thoroughfare or None,
        full_thoroughfare=address.full_thoroughfare or None,
        areas_of_interest=address.areas_of_interest or None,
        dependent_localities=address.dependent_localities or None,
    )


def place_body(place: Place, *, with_center: bool = False) -> PlaceBody:
    """Shape a place."""
    coordinate = location_body(place.coordinate)
    return PlaceBody(
        id=place.id,
        alternate_ids=place.alternate_ids or None,
        coordinate=coordinate,
        center=coordinate if with_center else None,
        display_map_region=region_body(place.region),
        name=place.name,
        formatted_address_lines=place.address_lines,
        structured_address=address_body(place.address),
        country=place.country,
        country_code=place.country_code,
        telephone=place.telephone,
        urls=place.urls or None,
    )


def render_results(places: tuple[Place, ...]) -> bytes:
    """Write `PlaceResults`, the answer of geocode and reverseGeocode."""
    return msgspec.json.encode(PlaceResults([place_body(place) for place in places]))


def parse_one(parameters: Parameters) -> PlaceQuery:
    """Read `/v1/place/{id}`."""
    unverified_id = parameters.required_text("id", example=_EXAMPLE_ID)
    return PlaceQuery(unverified_ids=(unverified_id,), lang=parameters.lang())


def render_one(place: Place) -> bytes:
    """Write a bare Place."""
    return msgspec.json.encode(place_body(place))


def parse_several(parameters: Parameters) -> PlaceQuery:
    """Read `/v1/place` and `/v1/place/alternateIds`: `ids` with commas between them."""
    ids = parameters.items("ids")
    if not ids:
        raise InvalidError("ids", "place IDs with commas between them", example=_EXAMPLE_ID)
    return PlaceQuery(unverified_ids=ids, lang=parameters.lang())


def render_several(found: PlacesFound) -> bytes:
    """Write `PlacesResponse`. IDs that failed are part of a successful answer."""
    return msgspec.json.encode(PlacesResponse([place_body(place) for place in found.places], _errors(found.errors)))


def render_alternate_ids(found: AlternateIdsFound) -> bytes:
    """Write `AlternateIdsResponse`."""
    entries = [AlternateIdsEntry(entry.id, entry.alternate_ids) for entry in found.results]
    return msgspec.json.encode(AlternateIdsResponse(entries, _errors(found.errors)))


def _errors(failures: tuple[LookupFailure, ...]) -> list[LookupErrorBody]:
    return [LookupErrorBody(failure.code, failure.id) for failure in failures]
