"""The vocabulary of Shortbread 1.0, the schema of our own tiles, which add `category`, `icon`, `group` and `rank`."""

from trigpoint.maps.style.expressions import KIND, Expression, all_of, is_not, is_true, match, one_of
from trigpoint.maps.style.names import LOCAL
from trigpoint.maps.style.osm_values import category_by, group_by, icon_by, is_known, rank_by
from trigpoint.maps.style.points import FALLBACK
from trigpoint.maps.style.vocabulary import Found, Points, Roads, Vocabulary


def _land(*kinds: str) -> Found:
    return "land", one_of(KIND, *kinds)


def _sites(*kinds: str) -> Found:
    return "sites", one_of(KIND, *kinds)


def _places(*kinds: str) -> Found:
    return "place_labels", one_of(KIND, *kinds)


_ROADS: Expression = is_not(is_true("rail"))
_RAIL = all_of(
    is_true("rail"),
    one_of(KIND, "rail", "narrow_gauge", "light_rail", "funicular", "monorail", "subway"),
    is_not(is_true("tunnel")),
)
_LEVEL: Expression = ["get", "admin_level"]
_ON_LAND = is_not(is_true("maritime"))

THEMES: dict[str, Found] = {
    "coverage": ("coverage", None),
    "ocean": ("ocean", None),
    "residential": _land("residential", "garages"),
    "commercial": _land("commercial", "retail"),
    "industrial": _land(
        "industrial", "railway", "landfill", "quarry", "brownfield", "greenfield", "farmyard", "greenhouse_horticulture"
    ),
    "farmland": _land("farmland", "orchard", "vineyard", "plant_nursery", "allotments"),
    "grass": _land("grass", "meadow", "grassland", "village_green", "recreation_ground"),
    "scrub": _land("heath", "scrub"),
    "wetland": _land("swamp", "bog", "string_bog", "wet_meadow", "marsh"),
    "forest": _land("forest"),
    "park": _land("park", "garden", "golf_course", "playground", "miniature_golf"),
    "cemetery": _land("cemetery", "grave_yard"),
    "sand": _land("sand", "beach"),
    "rock": _land("bare_rock", "scree", "shingle"),
    "pitch": _land("pitch", "track"),
    "pool": _land("swimming_pool"),
    "airport-area": _land("aerodrome"),
    "school": _sites("school", "university", "college"),
    "hospital": _sites("hospital"),
    "sports": _sites("sports_center", "sports_centre"),
    "parking": _sites("parking", "bicycle_parking"),
    "military": _sites("prison", "danger_area"),
    "construction": _sites("construction"),
    "glacier": ("water_polygons", one_of(KIND, "glacier")),
    "water": ("water_polygons", is_not(one_of(KIND, "glacier"))),
    "river": ("water_lines", all_of(one_of(KIND, "river", "canal"), is_not(is_true("tunnel")))),
    "stream": ("water_lines", all_of(one_of(KIND, "stream", "ditch"), is_not(is_true("tunnel")))),
    "pier": ("pier_polygons", None),
    "pier-line": ("pier_lines", None),
    "dam": ("dam_polygons", None),
    "dam-line": ("dam_lines", None),
    "plaza": ("street_polygons", is_not(one_of(KIND, "runway", "taxiway"))),
    "runway-area": ("street_polygons", one_of(KIND, "runway", "taxiway")),
    "runway": ("streets", one_of(KIND, "runway")),
    "taxiway": ("streets", one_of(KIND, "taxiway")),
    "building": ("buildings", None),
    "bridge-area": ("bridges", None),
    "road": ("streets", _ROADS),
    "rail": ("streets", all_of(_RAIL, ["!", ["has", "service"]])),
    "siding": ("streets", all_of(_RAIL, ["has", "service"])),
    "tram": ("streets", all_of(is_true("rail"), one_of(KIND, "tram"), is_not(is_true("tunnel")))),
    "aerialway": ("aerialways", None),
    "ferry": ("ferries", None),
    "border-country": ("boundaries", all_of(["==", _LEVEL, 2], _ON_LAND, is_not(is_true("disputed")))),
    "border-disputed": ("boundaries", all_of(["==", _LEVEL, 2], _ON_LAND, is_true("disputed"))),
    "border-state": ("boundaries", all_of(["==", _LEVEL, 4], _ON_LAND)),
    "number": ("addresses", None),
    "river-name": ("water_lines_labels", ["has", "name"]),
    "water-name": ("water_polygons_labels", ["has", "name"]),
    "road-name": ("street_labels", all_of(["has", "name"], _ROADS)),
    "plaza-name": ("streets_polygons_labels", ["has", "name"]),
    "road-ref": ("street_labels", all_of(["has", "ref"], _ROADS)),
    "point": ("pois", None),
    "station": (
        "public_transport",
        one_of(KIND, "aerodrome", "station", "halt", "ferry_terminal", "bus_station", "aerialway_station"),
    ),
    "stop": ("public_transport", one_of(KIND, "tram_stop", "bus_stop")),
    "hood": _places("suburb", "quarter", "neighbourhood"),
    "hamlet": _places("hamlet", "locality", "isolated_dwelling", "farm", "island"),
    "village": _places("village"),
    "town": _places("town"),
    "city": _places("city", "state_capital", "capital"),
    "peak": ("natural_labels", one_of(KIND, "peak", "volcano", "saddle")),
    "cape": ("natural_labels", one_of(KIND, "cape", "cave_entrance", "spring")),
    "bay": ("natural_labels", one_of(KIND, "bay")),
    "state-name": ("boundary_labels", ["==", _LEVEL, 4]),
    "country-name": ("boundary_labels", ["==", _LEVEL, 2]),
}

STATION_ICONS = {
    "aerodrome": "airport",
    "station": "rail",
    "halt": "rail",
    "ferry_terminal": "ferry",
    "bus_station": "bus-station",
    "aerialway_station": "aerialway",
    "tram_stop": "tram",
    "bus_stop": "bus",
    "subway_entrance": "metro",
}

_KEYS = ("amenity", "tourism", "shop", "leisure", "historic", "man_made")
_VALUE: Expression = ["coalesce", *(["get", key] for key in _KEYS), ""]
"""The OpenStreetMap value of a point in third-party Shortbread tiles, which have no category, but the tag itself."""

SHORTBREAD = Vocabulary(
    themes=THEMES,
    name_key="name_{}",
    local=LOCAL,
    number=["coalesce", ["get", "housenumber"], ["get", "number"], ["get", "housename"], ["get", "name"], ""],
    importance=["-", 0, ["coalesce", ["get", "population"], 0]],
    roads=Roads(
        kind=KIND,
        link=is_true("link"),
        tunnel=is_true("tunnel"),
        bridge=is_true("bridge"),
        oneway=is_true("oneway"),
        oneway_back=is_true("oneway_reverse"),
        ref=["get", "ref"],
        network=["coalesce", ["get", "network"], ""],
    ),
    points=Points(
        shown=["any", ["has", "category"], is_known(_VALUE)],
        category=["coalesce", ["get", "category"], category_by(_VALUE)],
        icon=["coalesce", ["get", "icon"], icon_by(_VALUE)],
        group=["coalesce", ["get", "group"], group_by(_VALUE)],
        rank=["coalesce", ["get", "rank"], rank_by(_VALUE)],
    ),
    stations=Points(
        shown=["has", "kind"],
        category=["match", KIND, "aerodrome", "Airport", "PublicTransport"],
        icon=["coalesce", ["get", "icon"], match(KIND, dict(STATION_ICONS), FALLBACK)],
        group="transport",
        rank=["coalesce", ["get", "rank"], match(KIND, {"aerodrome": 2, "station": 6, "ferry_terminal": 7}, 9)],
    ),
)
