"""OpenStreetMap objects from the responses of a service, converted to places: IDs, kinds, addresses, extents."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from trigpoint.base.geo import Box, Point, region_around
from trigpoint.maps.addresses import format_lines, full_thoroughfare
from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.contacts import telephone_of, urls_of
from trigpoint.maps.countries import country_name
from trigpoint.maps.kinds import Kind, kind_name
from trigpoint.maps.place_ids import PlaceRef, address_ref, encode
from trigpoint.maps.places import Place, PlaceKind, StructuredAddress
from trigpoint.maps.poi_tags import category_of

MARGIN_M = 50.0
NATURAL_KEYS = frozenset({"natural", "waterway", "mountain_pass", "water"})
NATURAL_PLACES = frozenset({"island", "islet", "archipelago", "sea", "ocean", "locality"})
POINTS = frozenset({PlaceKind.POI, PlaceKind.PHYSICAL_FEATURE})

NAMELESS = frozenset(
    {
        PoiCategory.ATM, PoiCategory.BANK, PoiCategory.CAR_RENTAL, PoiCategory.EV_CHARGER, PoiCategory.FIRE_STATION,
        PoiCategory.GAS_STATION, PoiCategory.HOSPITAL, PoiCategory.LIBRARY, PoiCategory.MAILBOX, PoiCategory.PARKING,
        PoiCategory.PHARMACY, PoiCategory.PLAYGROUND, PoiCategory.POLICE, PoiCategory.POST_OFFICE, PoiCategory.RESTROOM,
    }
)  # fmt: skip
"""Categories of POIs that are useful without a name; other POIs without a name are treated as their address."""

ORDER = (
    PlaceKind.COUNTRY,
    PlaceKind.ADMINISTRATIVE_AREA,
    PlaceKind.SUB_ADMINISTRATIVE_AREA,
    PlaceKind.LOCALITY,
    PlaceKind.SUB_LOCALITY,
)
"""Areas from the largest to the smallest."""
AREAS = frozenset({*ORDER, PlaceKind.POSTAL_CODE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of an address, in one language; missing parts are "". `quarters` has the largest first."""

    number: str = ""
    street: str = ""
    quarters: tuple[str, ...] = ()
    locality: str = ""
    county: str = ""
    state: str = ""
    state_code: str = ""
    post_code: str = ""
    country_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """An OpenStreetMap object in the response of a service. `tags` has those that the service returns."""

    ref: PlaceRef
    kind: PlaceKind
    name: str
    tags: Mapping[str, str]
    parts: Parts
    point: Point
    box: Box | None = None

    def as_address(self) -> "Thing":
        """Return the address of an object with a house number, which is a place of its own."""
        return replace(self, kind=PlaceKind.ADDRESS)


def read_point(latitude: float, longitude: float) -> Point | None:
    """Return the point of a latitude and a longitude; None if they are out of range or not a number."""
    return Point(latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def kind_of_point(tags: Mapping[str, str]) -> PlaceKind:
    """Tell natural features from points of interest. A beach is both, and counts as a POI, as Apple has a category."""
    main = tags.keys() & NATURAL_KEYS or tags.get("place") in NATURAL_PLACES
    is_nature = main and category_of(tags) is None
    return PlaceKind.PHYSICAL_FEATURE if is_nature else PlaceKind.POI


def is_address_alone(name: str, number: str, tags: Mapping[str, str]) -> bool:
    """Tell whether an object is only an address: it has a house number, but no name and no category to search for."""
    return bool(number) and not name and category_of(tags) not in NAMELESS


def place_of(thing: Thing, lang: str) -> Place:
    """Convert an object to a place."""
    code = thing.parts.country_code or None
    country = country_name(code, lang) if code else None
    address = StructuredAddress() if thing.kind is PlaceKind.COUNTRY else _address_of(thing, code)
    is_point = thing.kind in POINTS
    return Place(
        id=encode(address_ref(thing.ref) if thing.kind is PlaceKind.ADDRESS else thing.ref),
        kind=thing.kind,
        name=_name_of(thing, lang, country) or address.full_thoroughfare or address.locality or "",
        coordinate=thing.point,
        region=_region_of(thing),
        address=address,
        address_lines=format_lines(address, country_code=code, country=country),
        country=country,
        country_code=code,
        poi_category=_category_of(thing),
        telephone=telephone_of(thing.tags) if is_point else None,
        urls=tuple(urls_of(thing.tags)) if is_point else (),
    )


def _category_of(thing: Thing) -> PoiCategory | None:
    return category_of(thing.tags) if thing.kind is PlaceKind.POI else None


def _name_of(thing: Thing, lang: str, country: str | None) -> str:
    """Return the name of an object: for a country its name in the language, without a name its kind; for an address ""."""
    if thing.kind is PlaceKind.ADDRESS:
        return ""
    if thing.kind is PlaceKind.COUNTRY and country:
        return country
    category = _category_of(thing)
    if thing.name or category is None:
        return thing.name
    word = kind_name(Kind(category), lang)
    return word[:1].upper() + word[1:]


def _address_of(thing: Thing, country_code: str | None) -> StructuredAddress:
    """Choose the address parts that apply to the kind of object: an area has no parts that are inside it."""
    kind, parts = thing.kind, thing.parts
    is_code = kind is PlaceKind.POSTAL_CODE
    street, number = _street_of(thing)
    quarter = "" if is_code else next(iter(parts.quarters), "")
    return StructuredAddress(
        administrative_area=_area_of(thing, PlaceKind.ADMINISTRATIVE_AREA, parts.state),
        administrative_area_code=parts.state_code or None,
        sub_administrative_area=_area_of(thing, PlaceKind.SUB_ADMINISTRATIVE_AREA, parts.county),
        locality=_area_of(thing, PlaceKind.LOCALITY, parts.locality),
        post_code=(thing.name if is_code else parts.post_code) or None,
        sub_locality=_area_of(thing, PlaceKind.SUB_LOCALITY, quarter),
        thoroughfare=street,
        sub_thoroughfare=number,
        full_thoroughfare=full_thoroughfare(street, number, country_code=country_code),
        dependent_localities=_quarters_of(thing),
    )


def _area_of(thing: Thing, of: PlaceKind, told: str) -> str | None:
    """Return the name of the area of a kind that the object is, or lies in."""
    if thing.kind is of:
        return thing.name or told or None
    is_outside = thing.kind not in ORDER or ORDER.index(of) < ORDER.index(thing.kind)
    return told or None if is_outside else None


def _street_of(thing: Thing) -> tuple[str | None, str | None]:
    """Return the street of an object and its house number; an area has neither."""
    if thing.kind in AREAS:
        return None, None
    if thing.kind is PlaceKind.STREET:
        return thing.name or None, None
    street = thing.parts.street or None
    has_number = street is not None or thing.kind is PlaceKind.ADDRESS
    return street, (thing.parts.number or None) if has_number else None


def _quarters_of(thing: Thing) -> tuple[str, ...]:
    """Return the quarters that an object lies in; for a quarter, the larger ones and itself; for other areas none."""
    if thing.kind is PlaceKind.SUB_LOCALITY:
        return tuple(dict.fromkeys((*(name for name in thing.parts.quarters if name != thing.name), thing.name)))
    return () if thing.kind in AREAS else thing.parts.quarters


def _region_of(thing: Thing) -> Box:
    """Return the extent of an area or a street with a small margin, or ±500 m around anything smaller."""
    around = region_around(thing.point)
    box = thing.box
    if box is None or thing.kind is PlaceKind.ADDRESS:
        return around
    if thing.kind in POINTS and (box.north - box.south) < (around.north - around.south) / 2:
        return around
    corner = region_around(Point(box.south, box.west), MARGIN_M)
    other = region_around(Point(box.north, box.east), MARGIN_M)
    return Box(south=corner.south, west=corner.west, north=other.north, east=other.east)
