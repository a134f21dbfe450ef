"""Parsing Photon's responses (GeoJSON, API v1) to OpenStreetMap objects."""

import msgspec

from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Box
from trigpoint.engines.osm_things import Parts, Thing, is_address_alone, kind_of_point, read_point
from trigpoint.maps.place_ids import PlaceRef, Source, postcode_ref
from trigpoint.maps.places import PlaceKind
from trigpoint.maps.subdivisions import subdivision_code

SOURCES = {"N": Source.NODE, "W": Source.WAY, "R": Source.RELATION}
KINDS = {
    "street": PlaceKind.STREET,
    "locality": PlaceKind.SUB_LOCALITY,
    "district": PlaceKind.SUB_LOCALITY,
    "city": PlaceKind.LOCALITY,
    "county": PlaceKind.SUB_ADMINISTRATIVE_AREA,
    "state": PlaceKind.ADMINISTRATIVE_AREA,
    "country": PlaceKind.COUNTRY,
}
AREA_KEYS = frozenset({"place", "boundary"})
KINDS_OF_PLACES = {
    "country": PlaceKind.COUNTRY,
    **dict.fromkeys(("state", "province", "region"), PlaceKind.ADMINISTRATIVE_AREA),
    **dict.fromkeys(("county", "district"), PlaceKind.SUB_ADMINISTRATIVE_AREA),
    **dict.fromkeys(("city", "town", "village", "hamlet", "municipality"), PlaceKind.LOCALITY),
    **dict.fromkeys(("borough", "suburb", "quarter", "neighbourhood", "city_block"), PlaceKind.SUB_LOCALITY),
}
"""The kinds of `place` values, for versions of Photon that do not return the layer of a result."""


class Properties(msgspec.Struct, frozen=True):
    """The properties of a result. `type` is its layer; `extent` is west, north, east, south."""

    osm_key: str = ""
    osm_value: str = ""
    osm_type: str | None = None
    osm_id: int | None = None
    type: str = ""
    name: str = ""
    housenumber: str = ""
    street: str = ""
    locality: str = ""
    district: str = ""
    city: str = ""
    county: str = ""
    state: str = ""
    countrycode: str = ""
    postcode: str = ""
    extent: list[float] | None = None
    extra: dict[str, msgspec.Raw] = {}


class Geometry(msgspec.Struct, frozen=True):
    """A point: longitude, latitude. Other geometries are not requested."""

    coordinates: tuple[float, float]


class Feature(msgspec.Struct, frozen=True):
    """One result."""

    properties: Properties
    geometry: Geometry


class Collection(msgspec.Struct, frozen=True):
    """The response of `/api` and `/reverse`."""

    features: list[Feature]


class Status(msgspec.Struct, frozen=True):
    """The response of `/status`. `import_date` is the date of the data."""

    status: str
    import_date: str | None = None
    version: str | None = None


def read_features(body: bytes) -> list[Feature]:
    """Parse the response of `/api` or `/reverse`. Raises UnavailableError if it is not Photon's."""
    try:
        return msgspec.json.decode(body, type=Collection).features
    except msgspec.MsgspecError as error:
        raise _not_photon() from error


def read_status(body: bytes) -> Status:
    """Parse the response of `/status`."""
    try:
        return msgspec.json.decode(body, type=Status)
    except msgspec.MsgspecError as error:
        raise _not_photon() from error


def _not_photon() -> UnavailableError:
    return UnavailableError(
        "The server at TRIGPOINT_PHOTON_URL is not Photon. Set the URL below which it has /api and /reverse."
    )


def thing_of(feature: Feature) -> Thing | None:
    """Convert a result to an object; None if it has no usable ID or coordinate."""
    told = feature.properties
    kind = kind_of(told)
    ref = _ref_of(told, kind)
    longitude, latitude = feature.geometry.coordinates
    point = read_point(latitude, longitude)
    if ref is None or point is None:
        return None
    return Thing(
        ref=ref,
        kind=kind,
        name=told.name or (told.postcode if kind is PlaceKind.POSTAL_CODE else ""),
        tags=_tags_of(told),
        parts=_parts_of(told, kind),
        point=point,
        box=_box_of(told.extent),
    )


def things_of(features: list[Feature]) -> list[Thing]:
    """Convert all results, without duplicates."""
    found: dict[PlaceRef, Thing] = {}
    for feature in features:
        thing = thing_of(feature)
        if thing is not None:
            found.setdefault(thing.ref, thing)
    return list(found.values())


def kind_of(told: Properties) -> PlaceKind:
    """Return the kind of a result."""
    if told.osm_value in {"postcode", "postal_code"}:
        return PlaceKind.POSTAL_CODE
    if told.type == "street" or (told.osm_key == "highway" and not told.type):
        return PlaceKind.STREET
    if told.osm_key in AREA_KEYS:
        found = KINDS_OF_PLACES.get(told.osm_value) if told.osm_key == "place" else None
        found = found or KINDS.get(told.type)
        if found is not None:
            return found
    if is_address_alone(told.name, told.housenumber, _tags_of(told)):
        return PlaceKind.ADDRESS
    return kind_of_point(_tags_of(told))


def _tags_of(told: Properties) -> dict[str, str]:
    """Return the known tags of a result: the main one, and those that the service was configured to return."""
    extra: dict[str, str] = {}
    for key, raw in told.extra.items():
        value = msgspec.json.decode(raw)
        if isinstance(value, str):
            extra[key] = value
    return {**extra, told.osm_key: told.osm_value} if told.osm_key else extra


def _parts_of(told: Properties, kind: PlaceKind) -> Parts:
    code = told.countrycode.upper()
    street = told.street
    if told.housenumber and not street:
        street = told.locality or told.district or told.city
    quarters = (told.district, told.locality) if kind is not PlaceKind.LOCALITY else ()
    return Parts(
        number=told.housenumber,
        street=street,
        quarters=tuple(dict.fromkeys(filter(None, quarters))),
        locality=told.city,
        county=told.county,
        state=told.state,
        state_code=(subdivision_code(code, told.state) or "") if told.state else "",
        post_code=told.postcode,
        country_code=code,
    )


def _ref_of(told: Properties, kind: PlaceKind) -> PlaceRef | None:
    source = SOURCES.get(told.osm_type or "")
    if source is not None and told.osm_id is not None and told.osm_id > 0:
        return PlaceRef(source, told.osm_id)
    code = told.postcode or told.name
    is_code = kind is PlaceKind.POSTAL_CODE and code and told.countrycode
    return postcode_ref(told.countrycode, code) if is_code else None


def _box_of(extent: list[float] | None) -> Box | None:
    if extent is None or len(extent) != 4:
        return None
    west, north, east, south = extent
    return Box(south=min(south, north), west=west, north=max(south, north), east=east)
