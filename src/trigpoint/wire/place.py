"""Places as Apple's JSON, and the lookups by ID: `/v1/place/{id}`, `/v1/place`, `/v1/place/alternateIds`."""

import msgspec

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Box, Point
from trigpoint.maps.categories import PoiCategory
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
    """A StructuredAddress; parts without a value are omitted, so that an empty address is `{}`."""

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
    """A Place of every endpoint but search.

    Only directions have `center`, which is the same as `coordinate`; only lookups by ID have `poi_category`.
    """

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
    poi_category: PoiCategory | None = None
    telephone: str | None = None
    urls: tuple[str, ...] | None = None


class PlaceResults(msgspec.Struct):
    """A list of places, best first."""

    results: list[PlaceBody]


class LookupErrorBody(msgspec.Struct, rename="camel"):
    """An ID that could not be looked up, and why."""

    error_code: LookupErrorCode
    id: str


class PlacesResponse(msgspec.Struct):
    """The places of several IDs, and the IDs without a place."""

    results: list[PlaceBody]
    errors: list[LookupErrorBody]


class AlternateIdsEntry(msgspec.Struct, rename="camel"):
    """An ID, and the other IDs of the same place."""

    id: str
    alternate_ids: tuple[str, ...]


class AlternateIdsResponse(msgspec.Struct):
    """The alternate IDs of several IDs, and the IDs without a place."""

    results: list[AlternateIdsEntry]
    errors: list[LookupErrorBody]


def location_body(point: Point) -> Location:
    """Convert a coordinate, rounded to seven decimals: about a centimetre, and the precision of OpenStreetMap."""
    return Location(round(point.latitude, _DECIMALS), round(point.longitude, _DECIMALS))


def region_body(box: Box) -> MapRegion:
    """Convert an area, rounded as coordinates are."""
    south, west = round(box.south, _DECIMALS), round(box.west, _DECIMALS)
    return MapRegion(south, west, round(box.north, _DECIMALS), round(box.east, _DECIMALS))


def address_body(address: StructuredAddress) -> AddressBody:
    """Convert the parts of an address."""
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


def place_body(place: Place, *, with_center: bool = False, with_category: bool = False) -> PlaceBody:
    """Convert a place; `with_center` adds `center`, `with_category` the POI category if it has one."""
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
        poi_category=place.poi_category if with_category else None,
        telephone=place.telephone,
        urls=place.urls or None,
    )


def render_results(places: tuple[Place, ...]) -> bytes:
    """Write the response of geocode and reverseGeocode as JSON."""
    return msgspec.json.encode(PlaceResults([place_body(place) for place in places]))


def parse_one(parameters: Parameters) -> PlaceQuery:
    """Read the parameters of `/v1/place/{id}`."""
    unverified_id = parameters.required_text("id", example=_EXAMPLE_ID)
    return PlaceQuery(unverified_ids=(unverified_id,), lang=parameters.lang())


def render_one(place: Place) -> bytes:
    """Write the response of `/v1/place/{id}` as JSON: a Place."""
    return msgspec.json.encode(place_body(place, with_category=True))


def parse_several(parameters: Parameters) -> PlaceQuery:
    """Read the parameters of `/v1/place` and `/v1/place/alternateIds`: `ids` with commas between them."""
    ids = parameters.items("ids")
    if not ids:
        raise InvalidError("ids", "place IDs with commas between them", example=_EXAMPLE_ID)
    return PlaceQuery(unverified_ids=ids, lang=parameters.lang())


def render_several(found: PlacesFound) -> bytes:
    """Write the response of `/v1/place` as JSON. It has status 200 also if IDs have no place."""
    places = [place_body(place, with_category=True) for place in found.places]
    return msgspec.json.encode(PlacesResponse(places, _errors(found.errors)))


def render_alternate_ids(found: AlternateIdsFound) -> bytes:
    """Write the response of `/v1/place/alternateIds` as JSON."""
    entries = [AlternateIdsEntry(entry.id, entry.alternate_ids) for entry in found.results]
    return msgspec.json.encode(AlternateIdsResponse(entries, _errors(found.errors)))


def _errors(failures: tuple[LookupFailure, ...]) -> list[LookupErrorBody]:
    return [LookupErrorBody(failure.code, failure.id) for failure in failures]
