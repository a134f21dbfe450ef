"""Reverse geocoding: the nearest house on the right side of the street, else the street, else the area."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import shapely
from msgspec.structs import replace

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import METRES_PER_DEGREE, metres_between, nearest_on_line
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import House, Kind, Level, Names, Record
from trigpoint.engines.embedded.search.results import place_of_house, place_of_record
from trigpoint.maps.languages import name_in
from trigpoint.maps.places import Place
from trigpoint.maps.queries import Hints

HOUSE_REACH_M = 100.0
STREET_REACH_M = 150.0
STEPS_M = (25.0, 60.0, STREET_REACH_M)
AT_HOUSE_M = 1.5
"""Distance from which a house is not the very point any more, so that it matters on which side of which street it stands."""

OTHER_SIDE_M = 15.0
OTHER_STREET_M = 12.0
OTHER_TOWN_M = 40.0
ON_CENTRE_LINE_M = 2.0
TOWN_REACH_M = 25_000.0
COUNTRY_REACH_M = 70_000.0
INTERESTS = frozenset({Kind.POI, Kind.NATURAL})
MOST_INTERESTS = 5
LEVEL_ORDER = (
    Level.SUB_LOCALITY,
    Level.LOCALITY,
    Level.SUB_ADMINISTRATIVE_AREA,
    Level.ADMINISTRATIVE_AREA,
    Level.COUNTRY,
)


@dataclass(slots=True)
class _Stretch:
    """The nearest segment of a street: its distance, the nearest point, and the side on which the given point is."""

    street: int
    metres: float
    foot: tuple[float, float]
    side: float
    line: Sequence[tuple[float, float]]


def reverse(readers: Sequence[IndexReader], point: Point, lang: str) -> Place | None:
    """Find what is at a point; None on open water far from everything. The readers are as in `find_candidates`."""
    elsewhere: set[str] = set()
    for reader in readers:
        areas = areas_at(reader, point)
        country = next((area.country for area in areas if area.level == Level.COUNTRY), None)
        found = _address_at(reader, point, areas, country, lang) or _area_at(reader, point, areas, elsewhere, lang)
        if found is not None:
            return in_interests(found, [area.names for area in areas if area.kind in INTERESTS], lang)
        elsewhere |= reader.country_records.keys() - {country}
    return None


def place_at(readers: Sequence[IndexReader], point: Point, hints: Hints, lang: str) -> Place | None:
    """Find what is at a point that was given as a text; None if the hints exclude its country, or the point."""
    place = reverse(readers, point, lang)
    return place if place is not None and hints.admits(point, place.country_code) else None


def in_interests(place: Place, interests: Sequence[Names], lang: str) -> Place:
    """Set the areas of interest that contain the requested point, which may not be those of the nearest address."""
    told = tuple(dict.fromkeys(name for names in interests if (name := name_in(names, lang)) is not None))
    if told == place.address.areas_of_interest:
        return place
    return replace(place, address=replace(place.address, areas_of_interest=told[:MOST_INTERESTS]))


def areas_at(reader: IndexReader, point: Point) -> list[Record]:
    """Return the areas that contain a point, the smallest first."""
    here = shapely.Point(point.longitude, point.latitude)
    found: dict[int, Record] = {}
    for record_id, shape in reader.data.pieces_at(point.latitude, point.longitude):
        if record_id not in found and (shape is None or shapely.intersects(shapely.from_wkb(shape), here)):
            found[record_id] = reader.data.record(record_id)
    return sorted(found.values(), key=_size)


def _size(record: Record) -> float:
    south, west, north, east = record.box or (0.0, 0.0, 0.0, 0.0)
    return (north - south) * (east - west)


def _address_at(reader: IndexReader, point: Point, areas: list[Record], country: str | None, lang: str) -> Place | None:
    street: _Stretch | None = None
    for metres in STEPS_M:
        street = _nearest_street(reader, point, metres, country)
        houses = reader.data.houses_near(point.latitude, point.longitude, metres / METRES_PER_DEGREE)
        best = _best_house(reader, point, houses, street, areas=areas, country=country)
        if best is not None:
            record = reader.data.record(best.street) if best.street else None
            return place_of_house(reader, best, record, lang)
    if street is None:
        return None
    record = reader.data.record(street.street)
    return place_of_record(reader, record, lang, at=Point(*street.foot))


def _nearest_street(reader: IndexReader, point: Point, metres: float, country: str | None) -> _Stretch | None:
    best: _Stretch | None = None
    half = metres / METRES_PER_DEGREE
    for street, line in reader.data.segments_near(point.latitude, point.longitude, half):
        distance, foot, side = nearest_on_line(point.latitude, point.longitude, line)
        if distance > metres or (best is not None and distance >= best.metres):
            continue
        if _may_own(reader, reader.data.record(street).country, country):
            best = _Stretch(street, distance, foot, side, line)
    return best


def _best_house(
    reader: IndexReader,
    point: Point,
    houses: list[House],
    street: _Stretch | None,
    *,
    areas: list[Record],
    country: str | None,
) -> House | None:
    """Choose the best house: close, on the same side of the street, on the nearest street, in the same town."""
    towns = {area.names.get("") for area in areas if area.level == Level.LOCALITY}
    best, best_cost = None, HOUSE_REACH_M
    for house in houses:
        cost = metres = metres_between(point.latitude, point.longitude, house.latitude, house.longitude)
        if cost >= best_cost:
            continue
        setting = reader.data.setting(house.setting)
        if not _may_own(reader, setting.country_code, country):
            continue
        if street is not None and street.metres > ON_CENTRE_LINE_M and metres > AT_HOUSE_M:
            side = nearest_on_line(house.latitude, house.longitude, street.line)[2]
            if side * street.side < 0:
                cost += OTHER_SIDE_M
        if street is not None and house.street != street.street and metres > AT_HOUSE_M:
            cost += OTHER_STREET_M
        if towns and setting.locality.get("") not in towns and cost > 10:
            cost += OTHER_TOWN_M
        if cost < best_cost and not (street is not None and cost > 45 and street.metres < 12):
            best, best_cost = house, cost
    return best


def _may_own(reader: IndexReader, code: str, country: str | None) -> bool:
    """Tell whether a record of the country `code` can be the result for a point in `country` (None: in no outline).

    If the data has the outline of a country, a point outside is in another country, however close the record is.
    """
    if country is not None:
        return code in {country, ""}
    return code not in reader.country_records


def _area_at(
    reader: IndexReader, point: Point, areas: list[Record], elsewhere: AbstractSet[str], lang: str
) -> Place | None:
    """Return the smallest area that contains the point, else the nearest town that is close enough.

    It is in none of the countries `elsewhere`, of which an extract has the outline.
    """
    for level in LEVEL_ORDER:
        area = next((area for area in areas if area.level == level), None)
        if area is not None:
            return place_of_record(reader, area, lang)
    if not reader.about.world:
        return None
    town, metres = _nearest_town(reader, point, elsewhere)
    if town is None:
        return None
    if metres <= TOWN_REACH_M:
        return place_of_record(reader, town, lang)
    country = reader.country_records.get(town.country)
    return place_of_record(reader, country, lang) if country is not None and metres <= COUNTRY_REACH_M else None


def _nearest_town(reader: IndexReader, point: Point, elsewhere: AbstractSet[str]) -> tuple[Record | None, float]:
    best: tuple[Record | None, float] = (None, COUNTRY_REACH_M)
    for half in (0.08, 0.3, 0.7):
        wide = min(180.0, half / max(0.02, 1 - (abs(point.latitude) / 90) ** 2))
        west, east = point.longitude - wide, point.longitude + wide
        boxes = [(west, east), (west + 360, east + 360), (west - 360, east - 360)]
        for low, high in boxes:
            if high < -180 or low > 180:
                continue
            for record_id in reader.data.pois_within((point.latitude - half, low, point.latitude + half, high), 2_000):
                record = reader.data.record(record_id)
                metres = metres_between(point.latitude, point.longitude, record.latitude, record.longitude)
                if metres < best[1] and record.country not in elsewhere:
                    best = record, metres
        if best[0] is not None and best[1] < half * METRES_PER_DEGREE:
            break
    return best
