"""Photon's answers (GeoJSON, its API v1) as things of OpenStreetMap."""

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
"""For a Photon that does not say in which layer a place is."""


class Properties(msgspec.Struct, frozen=True):
    """What is told of a result. `type` is its layer; `extent` is west, north, east, south."""

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
    """A point: longitude, latitude. Other geometries are not asked for."""

    coordinates: tuple[float, float]


class Feature(msgspec.Struct, frozen=True):
    """One result."""

    properties: Properties
    geometry: Geometry


class Collection(msgspec.Struct, frozen=True):
    """What `/api` and `/reverse` answer."""

    features: list[Feature]


class Status(msgspec.Struct, frozen=True):
    """What `/status` says. `import_date` is the date of the data."""

    status: str
    import_date: str | None = None
    version: str | None = None


def read_features(body: bytes) -> list[Feature]:
    """Read what `/api` and `/reverse` answer."""
    try:
        return msgspec.json.decode(body, type=Collection).features
    except msgspec.MsgspecError as error:
        raise _not_photon() from error


def read_status(body: bytes) -> Status:
    """Read what `/status` answers."""
    try:
        return msgspec.json.decode(body, type=Status)
    except msgspec.MsgspecError as error:
        raise _not_photon() from error


def _not_photon() -> UnavailableError:
    return UnavailableError(
        "What answers at TRIGPOINT_PHOTON_URL is not Photon. Give the address under which it has /api and /reverse."
    )


def thing_of(feature: Feature) -> Thing | None:
    """Read a result; None for one that Trigpoint cannot name."""
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
    """Read all results, each thing once."""
    found: dict[PlaceRef, Thing] = {}
    for feature in features:
        thing = thing_of(feature)
        if thing is not None:
            found.setdefault(thing.ref, thing)
    return list(found.values())


def kind_of(told: Properties) -> PlaceKind:
    """Say what a result is."""
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
    """Give the tags that are known: the main one, and those that the Photon was told to keep."""
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
