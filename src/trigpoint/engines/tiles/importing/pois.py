"""Shortbread's layers pois, addresses and public_transport. Features of pois also have Apple's category and its icon."""

from collections.abc import Iterator

from trigpoint.engines.tiles.importing.drafts import Draft, Names, Properties, Tags
from trigpoint.maps.categories import PoiCategory
from trigpoint.maps.style.points import point_properties

KINDS_TABLE = """
amenity arts_centre atm bank bar bench bicycle_rental biergarten cafe car_rental car_sharing car_wash cinema clinic
amenity college community_centre courthouse dentist doctors dog_park drinking_water embassy fast_food fire_station
amenity food_court fountain grave_yard hospital hunting_stand library marketplace nightclub nursing_home pharmacy
amenity place_of_worship playground police post_box post_office prison pub public_building recycling restaurant school
amenity shelter telephone theatre toilets townhall university vending_machine veterinary waste_basket
amenity charging_station fuel ice_cream parking
leisure dog_park golf_course ice_rink pitch playground sports_centre stadium swimming_pool water_park
leisure fitness_centre marina
tourism alpine_hut artwork bed_and_breakfast camp_site caravan_site chalet guest_house hostel hotel information motel
tourism museum picnic_site theme_park viewpoint zoo attraction gallery aquarium
shop alcohol bakery beauty beverages bicycle books butcher car chemist clothes computer convenience department_store
shop doityourself dry_cleaning florist furniture garden_centre general gift greengrocer hairdresser hardware jewelry
shop kiosk laundry mall mobile_phone newsagent optician outdoor shoes sports stationery supermarket toys travel_agency
shop video
man_made lighthouse surveillance tower wastewater_plant water_well water_works watermill windmill
historic archaeological_site artwork battlefield castle fort memorial monument ruins wayside_cross wayside_shrine
emergency defibrillator fire_hydrant phone
highway emergency_access_point
office diplomatic
"""
DETAILS = (
    (("amenity", "restaurant"), ("cuisine",)),
    (("amenity", "fast_food"), ("cuisine",)),
    (("amenity", "pub"), ("cuisine",)),
    (("amenity", "bar"), ("cuisine",)),
    (("amenity", "cafe"), ("cuisine",)),
    (("amenity", "vending_machine"), ("vending",)),
    (("amenity", "place_of_worship"), ("religion", "denomination")),
    (("leisure", "pitch"), ("sport",)),
    (("leisure", "sports_centre"), ("sport",)),
    (("tourism", "information"), ("information",)),
    (("man_made", "tower"), ("tower:type",)),
)
FLAGS = (
    (
        ("amenity", "recycling"),
        ("recycling:glass_bottles", "recycling:paper", "recycling:clothes", "recycling:scrap_metal"),
    ),
    (("amenity", "bank"), ("atm",)),
)
TRANSPORT = (
    ("aeroway", "aerodrome", "aerodrome", 11),
    ("aeroway", "helipad", "helipad", 13),
    ("railway", "station", "station", 13),
    ("railway", "halt", "halt", 13),
    ("railway", "tram_stop", "tram_stop", 14),
    ("amenity", "bus_station", "bus_station", 13),
    ("highway", "bus_stop", "bus_stop", 14),
    ("amenity", "ferry_terminal", "ferry_terminal", 12),
    ("aerialway", "station", "aerialway_station", 13),
)
NAMELESS = frozenset(
    (PoiCategory.ATM, PoiCategory.RESTROOM, PoiCategory.PARKING, PoiCategory.EV_CHARGER, PoiCategory.GAS_STATION)
)
"""Categories that are shown even without a name."""
ELSEWHERE = frozenset((PoiCategory.PUBLIC_TRANSPORT, PoiCategory.AIRPORT))
"""Categories that the layer public_transport shows."""
ADDRESS = (("addr:housename", "housename"), ("addr:housenumber", "housenumber"))
FOR_CUSTOMERS = frozenset(("private", "no"))


def _read_table() -> dict[str, frozenset[str]]:
    kinds: dict[str, frozenset[str]] = {}
    for line in KINDS_TABLE.strip().split("\n"):
        key, *values = line.split()
        kinds[key] = kinds.get(key, frozenset()) | frozenset(values)
    return kinds


KINDS = _read_table()


def draw_points(tags: Tags, names: Names, *, ref: str, at_point: bool) -> Iterator[Draft]:
    """Yield the drafts of an object: a point of interest, otherwise an address; and a stop of public transport."""
    properties = looks_of(tags, ref)
    for key, values in KINDS.items():
        value = tags.get(key)
        if value in values:
            properties[key] = value
    if properties:
        properties |= names.of(tags) | details_of(tags) | address_of(tags)
        yield Draft("pois", 14, properties, at_point=at_point)
    else:
        address = address_of(tags)
        if address:
            yield Draft("addresses", 14, address, at_point=at_point)
    for key, value, kind, zoom in TRANSPORT:
        if tags.get(key) == value:
            stop: Properties = {**(point_properties(tags) or {}), "kind": kind, "ref": ref, **names.of(tags)}
            if "iata" in tags:
                stop["iata"] = tags["iata"]
            yield Draft("public_transport", zoom, stop, at_point=at_point)
            break


def looks_of(tags: Tags, ref: str) -> Properties:
    """Return Apple's category of an object, its icon, colour group, rank and OSM reference; empty if no category fits."""
    looks = point_properties(tags)
    category = looks["category"] if looks is not None else None
    if looks is None or category in ELSEWHERE:
        return {}
    if "name" not in tags and (category not in NAMELESS or tags.get("access") in FOR_CUSTOMERS):
        return {}
    return {**looks, "ref": ref}


def details_of(tags: Tags) -> Properties:
    """Return Shortbread's further properties of some kinds: cuisine, sport, religion, recycling and the like."""
    found: Properties = {}
    for (key, value), copied in DETAILS:
        if tags.get(key) == value:
            found |= {name: tags[name] for name in copied if name in tags}
    for (key, value), flags in FLAGS:
        if tags.get(key) == value:
            found |= {name: True for name in flags if tags.get(name) == "yes"}
    return found


def address_of(tags: Tags) -> Properties:
    """Return the house number and the house name."""
    return {name: tags[key] for key, name in ADDRESS if key in tags}
