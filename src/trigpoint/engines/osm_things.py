"""Things of OpenStreetMap as another service tells of them, made into places: IDs, kinds, addresses, extents."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from trigpoint.base.geo import Box, Point, region_around
from trigpoint.maps.addresses import format_lines, full_thoroughfare
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

ORDER = (
    PlaceKind.COUNTRY,
    PlaceKind.ADMINISTRATIVE_AREA,
    PlaceKind.SUB_ADMINISTRATIVE_AREA,
    PlaceKind.LOCALITY,
    PlaceKind.SUB_LOCALITY,
)
"""Areas from the largest to the smallest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of an address, in one language; what is absent is empty. `quarters` has the largest first."""

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
    """A thing that a service told of. `tags` are OpenStreetMap's, as far as the service gives them."""

    ref: PlaceRef
    kind: PlaceKind
    name: str
    tags: Mapping[str, str]
    parts: Parts
    point: Point
    box: Box | None = None

    def as_address(self) -> "Thing":
        """Give the address of a thing that has a house number, which is a place of its own."""
        return replace(self, kind=PlaceKind.ADDRESS)


def kind_of_point(tags: Mapping[str, str]) -> PlaceKind:
    """Tell nature from points of interest; a beach is both, and Apple has a category for it."""
    main = tags.keys() & NATURAL_KEYS or tags.get("place") in NATURAL_PLACES
    is_nature = main and category_of(tags) is None
    return PlaceKind.PHYSICAL_FEATURE if is_nature else PlaceKind.POI


def place_of(thing: Thing, lang: str) -> Place:
    """Present a thing."""
    code = thing.parts.country_code or None
    country = country_name(code, lang) if code else None
    address = _address_of(thing, code)
    is_address = thing.kind is PlaceKind.ADDRESS
    category = category_of(thing.tags) if thing.kind is PlaceKind.POI else None
    if is_address:
        name = address.full_thoroughfare or thing.parts.number
    elif thing.kind is PlaceKind.COUNTRY and country:
        name = country
    else:
        name = thing.name or (_capital(kind_name(Kind(category), lang)) if category else "")
    return Place(
        id=encode(address_ref(thing.ref) if is_address else thing.ref),
        kind=thing.kind,
        name=name or address.full_thoroughfare or address.locality or "",
        coordinate=thing.point,
        region=_region_of(thing),
        address=address,
        address_lines=format_lines(address, country_code=code, country=country),
        country=country,
        country_code=code,
        poi_category=category,
        telephone=telephone_of(thing.tags) if thing.kind in POINTS else None,
        urls=tuple(urls_of(thing.tags)) if thing.kind in POINTS else (),
    )


def _address_of(thing: Thing, country_code: str | None) -> StructuredAddress:
    """Choose the parts that belong to a thing of its kind: an area has none of what lies inside it."""
    kind, parts = thing.kind, thing.parts
    if kind is PlaceKind.COUNTRY:
        return StructuredAddress()

    def part(of: PlaceKind, told: str) -> str | None:
        if kind is of:
            return thing.name or told or None
        is_outside = kind not in ORDER or ORDER.index(of) < ORDER.index(kind)
        return told or None if is_outside else None

    is_street = kind is PlaceKind.STREET
    has_quarter = kind is not PlaceKind.POSTAL_CODE
    street = (thing.name if is_street else parts.street) if kind not in {*ORDER, PlaceKind.POSTAL_CODE} else ""
    number = parts.number if street and not is_street else ""
    if kind is PlaceKind.ADDRESS:
        number = parts.number
    return StructuredAddress(
        administrative_area=part(PlaceKind.ADMINISTRATIVE_AREA, parts.state),
        administrative_area_code=parts.state_code or None,
        sub_administrative_area=part(PlaceKind.SUB_ADMINISTRATIVE_AREA, parts.county),
        locality=part(PlaceKind.LOCALITY, parts.locality),
        post_code=(thing.name if kind is PlaceKind.POSTAL_CODE else parts.post_code) or None,
        sub_locality=part(PlaceKind.SUB_LOCALITY, next(iter(parts.quarters), "")) if has_quarter else None,
        thoroughfare=street or None,
        sub_thoroughfare=number or None,
        full_thoroughfare=full_thoroughfare(street or None, number or None, country_code=country_code),
        dependent_localities=_quarters_of(thing),
    )


def _quarters_of(thing: Thing) -> tuple[str, ...]:
    """Give the quarters that a thing lies in: of a quarter itself those that are larger, and it; of other areas none."""
    if thing.kind is PlaceKind.SUB_LOCALITY:
        return tuple(dict.fromkeys((*(name for name in thing.parts.quarters if name != thing.name), thing.name)))
    is_area = thing.kind in ORDER or thing.kind is PlaceKind.POSTAL_CODE
    return () if is_area else thing.parts.quarters


def _region_of(thing: Thing) -> Box:
    """Give the extent of an area or a street, with a small margin; ±500 m around anything smaller."""
    around = region_around(thing.point)
    box = thing.box
    if box is None or thing.kind is PlaceKind.ADDRESS:
        return around
    if thing.kind in POINTS and (box.north - box.south) < (around.north - around.south) / 2:
        return around
    corner = region_around(Point(box.south, box.west), MARGIN_M)
    other = region_around(Point(box.north, box.east), MARGIN_M)
    return Box(south=corner.south, west=corner.west, north=other.north, east=other.east)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
