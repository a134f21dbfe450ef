"""Parsing Nominatim's responses (format `jsonv2`) to OpenStreetMap objects."""

from collections.abc import Mapping
from contextlib import suppress
from itertools import chain

import msgspec

from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Box
from trigpoint.engines.osm_things import NATURAL_KEYS, Parts, Thing, is_address_alone, kind_of_point, read_point
from trigpoint.maps.place_ids import PlaceRef, Source, interpolation_ref, postcode_ref
from trigpoint.maps.places import PlaceKind
from trigpoint.maps.subdivisions import subdivision_code

SOURCES = {"node": Source.NODE, "way": Source.WAY, "relation": Source.RELATION}
LETTERS = {Source.NODE: "N", Source.WAY: "W", Source.RELATION: "R"}

STATES = ("state", "province", "region")
COUNTIES = ("county", "state_district", "district")
TOWNS = ("city", "town", "village", "hamlet", "municipality")
QUARTERS = ("borough", "city_district", "suburb", "quarter", "neighbourhood", "subdivision", "city_block", "allotments")
WITHOUT_STREET = (
    "square",
    "isolated_dwelling",
    "farm",
    "croft",
    "hamlet",
    "neighbourhood",
    "quarter",
    "village",
    "town",
)
"""Address parts that take the place of a missing street, the smallest first."""

KINDS = {
    "country": PlaceKind.COUNTRY,
    **dict.fromkeys(STATES, PlaceKind.ADMINISTRATIVE_AREA),
    **dict.fromkeys(COUNTIES, PlaceKind.SUB_ADMINISTRATIVE_AREA),
    **dict.fromkeys(TOWNS, PlaceKind.LOCALITY),
    **dict.fromkeys((*QUARTERS, "isolated_dwelling", "farm", "croft"), PlaceKind.SUB_LOCALITY),
    "postcode": PlaceKind.POSTAL_CODE,
    "road": PlaceKind.STREET,
}
LAST_AREA_RANK = 25
"""Nominatim's highest address rank of areas; streets have higher ranks, houses and POIs the highest."""

HALF_OF_NO_EXTENT = 0.00006
"""Half the size, in degrees, up to which a box counts as a point: Nominatim gives points a box of ±0.00005 degrees."""


class Row(msgspec.Struct, frozen=True):
    """One result. Coordinates are strings; a result that is no OpenStreetMap object has no `osm_type`."""

    lat: str
    lon: str
    category: str
    type: str
    osm_type: str | None = None
    osm_id: int | None = None
    place_rank: int = 30
    addresstype: str = ""
    name: str | None = None
    address: dict[str, str] = {}
    extratags: dict[str, str] | None = None
    boundingbox: list[str] = []


class Status(msgspec.Struct, frozen=True):
    """The response of `/status`; `status` is 0 if the service is healthy."""

    status: int
    data_updated: str | None = None
    software_version: str | None = None


_ROWS = msgspec.json.Decoder(list[Row])
_STATUS = msgspec.json.Decoder(Status)


def read_rows(body: bytes) -> list[Row]:
    """Parse the response of `/search` or `/lookup`. Raises UnavailableError if it is not Nominatim's."""
    try:
        return _ROWS.decode(body)
    except msgspec.MsgspecError as error:
        raise _not_nominatim() from error


def read_row(body: bytes) -> Row | None:
    """Parse the response of `/reverse`; None for its error "unable to geocode", which means that nothing is there."""
    try:
        found = msgspec.json.decode(body)
        return None if isinstance(found, dict) and "error" in found else msgspec.convert(found, Row)
    except msgspec.MsgspecError as error:
        raise _not_nominatim() from error


def read_status(body: bytes) -> Status:
    """Parse the response of `/status`."""
    try:
        return _STATUS.decode(body)
    except msgspec.MsgspecError as error:
        raise _not_nominatim() from error


def _not_nominatim() -> UnavailableError:
    return UnavailableError(
        "The server at TRIGPOINT_NOMINATIM_URL is not Nominatim (its format jsonv2). Set the URL below which it "
        "has /search and /status."
    )


def thing_of(row: Row) -> Thing | None:
    """Convert a result to an object; None if it has no usable ID or coordinate."""
    try:
        point = read_point(float(row.lat), float(row.lon))
        box = _box_of(row)
    except ValueError:
        return None
    kind = kind_of(row)
    ref = _ref_of(row, box)
    if ref is None or point is None:
        return None
    own = row.name or ""
    parts = parts_of(row, street_of_own=own if kind is PlaceKind.STREET else "")
    return Thing(
        ref=ref, kind=kind, name=own, tags=tags_of(row), parts=parts, point=point, box=None if _is_spot(box) else box
    )


def tags_of(row: Row) -> dict[str, str]:
    """Return the known tags of a result: the main one, and further ones if Nominatim stores them."""
    return {**(row.extratags or {}), row.category: row.type}


def kind_of(row: Row) -> PlaceKind:
    """Return the kind of a result: an area (by Nominatim's address type), a house, a street, or a point."""
    if row.place_rank <= LAST_AREA_RANK or row.category in {"place", "boundary"} or row.addresstype == "road":
        found = KINDS.get(row.addresstype)
        if found is not None and row.category not in NATURAL_KEYS:
            return found
    if is_address_alone(row.name or "", row.address.get("house_number", ""), tags_of(row)):
        return PlaceKind.ADDRESS
    if row.category == "place" and row.type in {"house", "houses"}:
        return PlaceKind.ADDRESS
    return kind_of_point(tags_of(row))


def parts_of(row: Row, *, street_of_own: str = "") -> Parts:
    """Return the parts of a result's address. `street_of_own` is the name of a result that is a street itself."""
    told = row.address
    code = told.get("country_code", "").upper()
    locality = _first(told, TOWNS)
    towns = [told[label] for label in TOWNS if label in told and label != "municipality"]
    quarters = (*(name for name in towns if name != locality), *(told[label] for label in QUARTERS if label in told))
    number = told.get("house_number", "")
    street = told.get("road", "") or street_of_own
    if number and not street:
        street = _first(told, WITHOUT_STREET) or locality
    state = _first(told, STATES)
    return Parts(
        number=number,
        street=street,
        quarters=tuple(dict.fromkeys(quarters)),
        locality=locality,
        county=_first(told, COUNTIES),
        state=state,
        state_code=_state_code(told, code, state),
        post_code=told.get("postcode", ""),
        country_code=code,
    )


def _state_code(told: Mapping[str, str], country_code: str, state: str) -> str:
    """Return the short code of a state as it is used in addresses, which is never a number; "" if there is none."""
    if not state:
        return ""
    codes = (told.get(f"ISO3166-2-lvl{level}", "").partition("-")[2] for level in (4, 3, 5, 6))
    code = next(filter(None, codes), "")
    return code if code and not code.isdigit() else subdivision_code(country_code, state) or ""


def _first(told: Mapping[str, str], labels: tuple[str, ...]) -> str:
    return next((told[label] for label in labels if told.get(label)), "")


def _ref_of(row: Row, box: Box | None) -> PlaceRef | None:
    """Return the reference of a result. A postal code without an object and an interpolated house get their own kinds."""
    source = SOURCES.get(row.osm_type or "")
    if source is None or row.osm_id is None or row.osm_id < 0:
        return _ref_of_code(row)
    number = row.address.get("house_number", "")
    is_between = source is Source.WAY and (row.category, row.type) == ("place", "house") and _is_spot(box)
    if is_between and number.isascii() and number.isdigit():
        with suppress(ValueError):
            return interpolation_ref(row.osm_id, int(number))
    return PlaceRef(source, row.osm_id)


def _ref_of_code(row: Row) -> PlaceRef | None:
    code, country = row.name or row.address.get("postcode"), row.address.get("country_code")
    if row.addresstype != "postcode" or not code or not country:
        return None
    return postcode_ref(country, code)


def _box_of(row: Row) -> Box | None:
    """Parse `boundingbox` (south, north, west, east); None if it is not valid."""
    if len(row.boundingbox) != 4:
        return None
    south, north, west, east = map(float, row.boundingbox)
    return Box(south=south, west=west, north=north, east=east)


def _is_spot(box: Box | None) -> bool:
    return box is None or max(box.north - box.south, box.east - box.west) < 2 * HALF_OF_NO_EXTENT


def all_of(pages: list[list[Row]]) -> list[Thing]:
    """Convert several pages to one list, which takes the first result of each page first, without duplicates."""
    longest = max(map(len, pages), default=0)
    rows = chain.from_iterable([page[at] for page in pages if at < len(page)] for at in range(longest))
    found: dict[PlaceRef, Thing] = {}
    for row in rows:
        thing = thing_of(row)
        if thing is not None:
            found.setdefault(thing.ref, thing)
    return list(found.values())
