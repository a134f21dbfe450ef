"""Formatting records as places: name, address and region in the requested language."""

from collections.abc import Mapping
from itertools import takewhile
from typing import NamedTuple

from msgspec.structs import replace

from trigpoint.base.geo import Box, Point, region_around
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import House, Kind, Level, Names, Record, Setting, Vicinity, place_ref
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.rank.score import Candidate
from trigpoint.engines.embedded.text.house_numbers import value_of
from trigpoint.maps.addresses import AddressNames, ChosenNames, address_in, areas_in, format_lines
from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.countries import country_name
from trigpoint.maps.kinds import Kind as PlaceWord
from trigpoint.maps.kinds import kind_name
from trigpoint.maps.languages import name_in
from trigpoint.maps.place_ids import PlaceId, address_ref, encode
from trigpoint.maps.places import Place, PlaceKind, StructuredAddress

KINDS: Mapping[int, PlaceKind] = {
    Level.COUNTRY: PlaceKind.COUNTRY,
    Level.ADMINISTRATIVE_AREA: PlaceKind.ADMINISTRATIVE_AREA,
    Level.SUB_ADMINISTRATIVE_AREA: PlaceKind.SUB_ADMINISTRATIVE_AREA,
    Level.LOCALITY: PlaceKind.LOCALITY,
    Level.SUB_LOCALITY: PlaceKind.SUB_LOCALITY,
    Level.POSTAL_CODE: PlaceKind.POSTAL_CODE,
}
POINTS = frozenset({Kind.STREET, Kind.POI, Kind.NATURAL})
"""Kinds of records that are in areas, but are none."""

MARGIN_M = 50.0


def place_of(candidate: Candidate, lang: str) -> Place:
    """Convert a candidate to a place."""
    if candidate.house is not None:
        return place_of_house(candidate.reader, candidate.house, candidate.record, lang)
    return place_of_record(candidate.reader, candidate.record, lang)


def place_of_answer(candidate: Candidate, parsed: ParsedQuery, lang: str) -> Place:
    """Convert a candidate to a place. A street without the house number gets the position of the nearest number."""
    if (
        candidate.number_left
        and candidate.house is None
        and candidate.record.numbered
        and candidate.record.kind == Kind.STREET
    ):
        values = [value_of(parsed.words[at]) for at in sorted(parsed.numeric)]
        wanted = next((value for value in values if value is not None), None)
        if wanted is not None:
            near = _nearest_number(candidate, wanted)
            if near is not None:
                return replace(
                    place_of_record(candidate.reader, candidate.record, lang, at=near), region=region_around(near)
                )
    return place_of(candidate, lang)


def _nearest_number(candidate: Candidate, wanted: int) -> Point | None:
    """Find the house of a street with the nearest number, preferring the same side."""
    numbered = [(value_of(key), house) for key, house in candidate.reader.data.house_keys(candidate.id)]
    ranked = [
        (abs(value - wanted) + 0.5 * ((value - wanted) % 2), house_id)
        for value, house_id in numbered
        if value is not None
    ]
    if not ranked:
        return None
    house = candidate.reader.data.house(min(ranked)[1])
    return Point(house.latitude, house.longitude)


def place_of_crossing(one: Candidate, other: Candidate, point: Point, lang: str) -> Place:
    """Return the place of a crossing of two streets."""
    place = place_of_record(one.reader, one.record, lang, at=point)
    names = [name_in(candidate.record.names, lang) or "" for candidate in (one, other)]
    return replace(place, name=" & ".join(names), region=region_around(point))


def kind_of(record: Record) -> PlaceKind:
    """Return the kind of place of a record."""
    if record.kind == Kind.STREET:
        return PlaceKind.STREET
    if record.kind == Kind.POI:
        return PlaceKind.POI
    if record.kind == Kind.NATURAL:
        return PlaceKind.PHYSICAL_FEATURE
    return KINDS.get(record.level, PlaceKind.SUB_LOCALITY)


class Written(NamedTuple):
    """The texts of a place in one language: its name and address."""

    name: str
    address: StructuredAddress
    lines: tuple[str, ...]
    country: str | None
    country_code: str | None


def written_of(candidate: Candidate, lang: str) -> tuple[Written, PlaceId]:
    """Return only the texts and the ID of a candidate's place."""
    if candidate.house is not None:
        return _write_house(candidate.reader, candidate.house, candidate.record, lang), _id_of_house(candidate.house)
    return _write_record(candidate.reader, candidate.record, lang), encode(place_ref(candidate.record.ref))


def place_of_record(reader: IndexReader, record: Record, lang: str, *, at: Point | None = None) -> Place:
    """Convert a record to a place; `at` is another position for a street."""
    written = _write_record(reader, record, lang)
    point = at or Point(record.latitude, record.longitude)
    return Place(
        id=encode(place_ref(record.ref)),
        kind=kind_of(record),
        name=written.name,
        coordinate=point,
        region=_region(record, point),
        address=written.address,
        address_lines=written.lines,
        country=written.country,
        country_code=written.country_code,
        alternate_ids=tuple(encode(place_ref(ref)) for ref in record.parts),
        poi_category=PoiCategory(record.category) if record.category else None,
        telephone=record.telephone,
        urls=tuple(record.urls),
    )


def _write_record(reader: IndexReader, record: Record, lang: str) -> Written:
    setting, own = reader.data.setting(record.setting), record.names
    kind = kind_of(record)
    code = record.country or setting.country_code or None
    country = country_name(code, lang) if code else None
    if kind is PlaceKind.COUNTRY:
        address = StructuredAddress()
    else:
        names = _address_names(record, own, setting, reader.data.vicinity(record.vicinity), kind)
        is_inside = record.kind in POINTS  # else it is itself one of the areas
        areas = _areas_of(reader, record.setting, names, lang, code) if is_inside else None
        address = address_in(names, lang, country_code=code, areas=areas)
    name = country if kind is PlaceKind.COUNTRY and country else name_in(own, lang)
    return Written(
        name or _what_it_is(record, lang) or address.full_thoroughfare or address.locality or "",
        address,
        format_lines(address, country_code=code, country=country),
        country,
        code,
    )


def _what_it_is(record: Record, lang: str) -> str:
    """Return the kind of a nameless object as its name: "Toilets"."""
    if record.category is None:
        return ""
    word = kind_name(PlaceWord(record.category), lang)
    return word[:1].upper() + word[1:]


def place_of_house(reader: IndexReader, house: House, street: Record | None, lang: str) -> Place:
    """Convert an address with a house number to a place."""
    written = _write_house(reader, house, street, lang)
    point = Point(house.latitude, house.longitude)
    return Place(
        id=_id_of_house(house),
        kind=PlaceKind.ADDRESS,
        name=written.name,
        coordinate=point,
        region=region_around(point),
        address=written.address,
        address_lines=written.lines,
        country=written.country,
        country_code=written.country_code,
    )


def _id_of_house(house: House) -> PlaceId:
    return encode(address_ref(place_ref(house.ref)))


def _write_house(reader: IndexReader, house: House, street: Record | None, lang: str) -> Written:
    setting, vicinity = reader.data.setting(house.setting), reader.data.vicinity(house.vicinity)
    code = setting.country_code or None
    names = AddressNames(
        administrative_area=setting.administrative_area,
        administrative_area_code=setting.administrative_area_code,
        sub_administrative_area=setting.sub_administrative_area,
        locality=setting.locality,
        post_code=house.postcode,
        sub_locality=setting.sub_locality,
        thoroughfare=street.names if street is not None else {},
        sub_thoroughfare=house.number,
        areas_of_interest=tuple(vicinity.interests),
        dependent_localities=tuple(vicinity.quarters),
    )
    areas = _areas_of(reader, house.setting, names, lang, code)
    address = address_in(names, lang, country_code=code, areas=areas)
    country = country_name(code, lang) if code else None
    lines = format_lines(address, country_code=code, country=country)
    return Written(address.full_thoroughfare or house.number, address, lines, country, code)


def _areas_of(reader: IndexReader, setting: int, names: AddressNames, lang: str, code: str | None) -> ChosenNames:
    """Return the names of the areas around a point, from a cache if possible, as thousands of houses share them."""
    key = (setting, lang, code)
    areas = reader.areas.get(key)
    if areas is None:
        areas = reader.areas[key] = areas_in(names, lang, country_code=code)
    return areas


def _address_names(record: Record, names: Names, setting: Setting, vicinity: Vicinity, kind: PlaceKind) -> AddressNames:
    """Return the names of the parts of an address; an area, of which `names` are the names, has no parts that are inside it."""
    if record.kind in POINTS:
        return _names_at(record, names, setting, vicinity)
    level = record.level or (Level.SUB_LOCALITY if record.kind in {Kind.AREA, Kind.SETTLEMENT} else 9)
    is_area = record.kind in {Kind.AREA, Kind.SETTLEMENT}
    is_point = not is_area and kind is not PlaceKind.POSTAL_CODE

    def part(own_level: Level, found: dict[str, str]) -> dict[str, str]:
        if is_area and level == own_level:
            return names
        return found if not is_area or own_level < level else {}

    return AddressNames(
        administrative_area=part(Level.ADMINISTRATIVE_AREA, setting.administrative_area),
        administrative_area_code=(
            setting.administrative_area_code if not is_area or level >= Level.ADMINISTRATIVE_AREA else None
        ),
        sub_administrative_area=part(Level.SUB_ADMINISTRATIVE_AREA, setting.sub_administrative_area),
        locality=part(Level.LOCALITY, setting.locality),
        post_code=_only_code(record),
        sub_locality=part(Level.SUB_LOCALITY, setting.sub_locality) if kind is not PlaceKind.POSTAL_CODE else {},
        thoroughfare=_street_of(record),
        sub_thoroughfare=record.number if record.street else None,
        areas_of_interest=tuple(vicinity.interests) if is_point else (),
        dependent_localities=_quarters_of(record, names, vicinity, is_point=is_point),
    )


def _names_at(record: Record, names: Names, setting: Setting, vicinity: Vicinity) -> AddressNames:
    """Return the names of the parts of the address of a point or a street."""
    return AddressNames(
        administrative_area=setting.administrative_area,
        administrative_area_code=setting.administrative_area_code,
        sub_administrative_area=setting.sub_administrative_area,
        locality=setting.locality,
        post_code=_only_code(record),
        sub_locality=setting.sub_locality,
        thoroughfare=names if record.kind == Kind.STREET else _street_of(record),
        sub_thoroughfare=record.number if record.street else None,
        areas_of_interest=tuple(vicinity.interests),
        dependent_localities=tuple(vicinity.quarters),
    )


def _only_code(record: Record) -> str | None:
    return record.postcodes[0] if len(record.postcodes) == 1 else None


def _street_of(record: Record) -> Names:
    return {"": record.street} if record.street else {}


def _quarters_of(record: Record, names: Names, vicinity: Vicinity, *, is_point: bool) -> tuple[Names, ...]:
    """Return the quarters that a place is in; for a quarter the larger ones and itself, for a town none."""
    if is_point or record.level != Level.SUB_LOCALITY:
        return tuple(vicinity.quarters) if is_point else ()
    own = names.get("")
    larger = list(takewhile(lambda quarter: quarter.get("") != own, vicinity.quarters))
    return (*(larger if len(larger) < len(vicinity.quarters) else []), names)


def _region(record: Record, point: Point) -> Box:
    """Return the extent of an area or a street with a small margin, or ±500 m around anything smaller."""
    around = region_around(point)
    if record.box is None:
        return around
    south, west, north, east = record.box
    if record.kind in {Kind.POI, Kind.NATURAL} and (north - south) < (around.north - around.south) / 2:
        return around
    corner, other = region_around(Point(south, west), MARGIN_M), region_around(Point(north, east), MARGIN_M)
    return Box(south=corner.south, west=corner.west, north=other.north, east=other.east)
