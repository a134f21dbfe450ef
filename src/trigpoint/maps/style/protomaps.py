"""The vocabulary of Protomaps basemap v4, a schema of operators' own tiles: its layers, kinds and properties."""

from trigpoint.maps.style.expressions import KIND, Expression, all_of, is_not, is_true, match, one_of
from trigpoint.maps.style.names import LOCAL
from trigpoint.maps.style.osm_values import category_by, group_by, icon_by, rank_by
from trigpoint.maps.style.vocabulary import Found, Points, Roads, Vocabulary

_DETAIL: Expression = ["get", "kind_detail"]
_GEOMETRY: Expression = ["geometry-type"]
_AREA: Expression = ["==", _GEOMETRY, "Polygon"]
_LINE: Expression = ["==", _GEOMETRY, "LineString"]
_POINT: Expression = ["==", _GEOMETRY, "Point"]


def _land(*kinds: str) -> Found:
    return "landuse", one_of(KIND, *kinds)


def _places(*details: str) -> Found:
    return "places", all_of(one_of(KIND, "locality"), one_of(_DETAIL, *details))


THEMES: dict[str, Found] = {
    "urban-cover": ("landcover", one_of(KIND, "urban_area")),
    "farm-cover": ("landcover", one_of(KIND, "farmland")),
    "grass-cover": ("landcover", one_of(KIND, "grassland", "scrub")),
    "forest-cover": ("landcover", one_of(KIND, "forest")),
    "ice-cover": ("landcover", one_of(KIND, "glacier")),
    "residential": _land("residential"),
    "commercial": _land("commercial"),
    "industrial": _land("industrial", "railway", "quarry", "landfill", "brownfield"),
    "farmland": _land("farmland", "orchard", "vineyard", "farmyard", "allotments"),
    "grass": _land("grass", "meadow", "grassland", "village_green", "recreation_ground"),
    "scrub": _land("scrub", "heath"),
    "wetland": _land("wetland"),
    "forest": _land("wood", "forest"),
    "park": _land("park", "garden", "golf_course", "nature_reserve", "national_park", "playground", "zoo", "dog_park"),
    "cemetery": _land("cemetery"),
    "sand": _land("beach", "sand"),
    "rock": _land("bare_rock", "scree"),
    "school": _land("school", "university", "college", "kindergarten"),
    "hospital": _land("hospital"),
    "sports": _land("pitch", "stadium", "track"),
    "parking": _land("parking"),
    "military": _land("military", "naval_base", "airfield"),
    "airport-area": _land("aerodrome"),
    "runway-area": _land("runway", "taxiway"),
    "plaza": _land("pedestrian"),
    "pier": _land("pier"),
    "glacier": _land("glacier"),
    "ocean": ("water", all_of(one_of(KIND, "ocean"), _AREA)),
    "water": ("water", all_of(is_not(one_of(KIND, "ocean")), _AREA)),
    "river": ("water", all_of(one_of(KIND, "river", "canal"), _LINE)),
    "stream": ("water", all_of(one_of(KIND, "stream", "ditch", "drain"), _LINE)),
    "pier-line": ("roads", one_of(KIND, "pier")),
    "runway": ("roads", all_of(one_of(KIND, "aeroway"), one_of(_DETAIL, "runway"))),
    "taxiway": ("roads", all_of(one_of(KIND, "aeroway"), one_of(_DETAIL, "taxiway"))),
    "building": ("buildings", one_of(KIND, "building", "building_part")),
    "road": ("roads", one_of(KIND, "highway", "major_road", "minor_road", "path", "other")),
    "rail": (
        "roads",
        all_of(one_of(KIND, "rail"), is_not(one_of(_DETAIL, "tram", "subway")), is_not(is_true("is_tunnel"))),
    ),
    "tram": ("roads", all_of(one_of(KIND, "rail"), one_of(_DETAIL, "tram"))),
    "aerialway": ("roads", one_of(KIND, "aerialway")),
    "ferry": ("roads", one_of(KIND, "ferry")),
    "border-country": ("boundaries", one_of(KIND, "country")),
    "border-state": ("boundaries", one_of(KIND, "region")),
    "number": ("buildings", one_of(KIND, "address")),
    "river-name": ("water", all_of(["has", "name"], _LINE)),
    "water-name": ("water", all_of(["has", "name"], _POINT)),
    "road-name": (
        "roads",
        all_of(["has", "name"], one_of(KIND, "highway", "major_road", "minor_road", "path", "other")),
    ),
    "road-ref": ("roads", all_of(["has", "ref"], one_of(KIND, "highway", "major_road"))),
    "point": ("pois", is_not(one_of(KIND, "station", "halt", "ferry_terminal", "aerodrome", "bus_stop"))),
    "station": ("pois", all_of(one_of(KIND, "station", "halt", "ferry_terminal", "aerodrome"), ["has", "name"])),
    "hood": ("places", one_of(KIND, "neighbourhood", "macrohood")),
    "hamlet": _places("hamlet", "isolated_dwelling", "locality", "farm"),
    "village": _places("village"),
    "town": _places("town"),
    "city": _places("city"),
    "state-name": ("places", one_of(KIND, "region")),
    "country-name": ("places", one_of(KIND, "country")),
}

PROTOMAPS = Vocabulary(
    themes=THEMES,
    name_key="name:{}",
    local=LOCAL,
    number=["coalesce", ["get", "addr_housenumber"], ""],
    importance=["-", 0, ["coalesce", ["get", "population_rank"], 0]],
    roads=Roads(
        kind=_DETAIL,
        link=is_true("is_link"),
        tunnel=is_true("is_tunnel"),
        bridge=is_true("is_bridge"),
        oneway=is_true("oneway"),
        oneway_back=["==", ["get", "oneway"], "-1"],
        ref=["coalesce", ["get", "ref"], ["get", "shield_text"]],
        network=["coalesce", ["get", "network"], ""],
    ),
    points=Points(
        shown=["has", "name"],
        category=category_by(KIND),
        icon=icon_by(KIND),
        group=group_by(KIND),
        rank=rank_by(KIND),
    ),
    stations=Points(
        shown=["has", "name"],
        category=["match", KIND, "aerodrome", "Airport", "PublicTransport"],
        icon=match(KIND, {"ferry_terminal": "ferry", "aerodrome": "airport"}, "rail"),
        group="transport",
        rank=match(KIND, {"aerodrome": 2}, 7),
    ),
)
