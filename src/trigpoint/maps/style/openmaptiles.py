"""The vocabulary of OpenMapTiles, a schema of operators' own tiles: its layers, classes and properties."""

from trigpoint.maps.style.expressions import Expression, all_of, is_not, is_true, match, one_of
from trigpoint.maps.style.osm_values import category_by, group_by, icon_by, is_known, rank_by
from trigpoint.maps.style.vocabulary import Found, Points, Roads, Vocabulary

_CLASS: Expression = ["coalesce", ["get", "class"], ""]
_BRUNNEL: Expression = ["get", "brunnel"]
_LOCAL: Expression = ["coalesce", ["get", "name"], ["get", "name:latin"], ["get", "name:nonlatin"], ""]
_NAMED: Expression = ["any", ["has", "name"], ["has", "name:latin"]]
"""Some tile generators leave out `name` and only write `name:latin`."""
_ON_LAND = is_not(is_true("maritime"))
_LEVEL: Expression = ["get", "admin_level"]
_RAILS = ("rail", "transit")
_OTHER_WAYS = (*_RAILS, "ferry", "aerialway", "cable_car", "gondola", "pier", "bridge")


def _land(*classes: str) -> Found:
    return "landuse", one_of(_CLASS, *classes)


def _cover(*classes: str) -> Found:
    return "landcover", one_of(_CLASS, *classes)


def _places(*classes: str) -> Found:
    return "place", one_of(_CLASS, *classes)


def _ways(*classes: str) -> Found:
    return "transportation", one_of(_CLASS, *classes)


THEMES: dict[str, Found] = {
    "residential": _land("residential", "suburb", "neighbourhood", "quarter", "garages"),
    "commercial": _land("commercial", "retail"),
    "industrial": _land("industrial", "railway", "quarry", "landfill"),
    "farmland": _cover("farmland"),
    "grass": _cover("grass"),
    "wetland": _cover("wetland"),
    "forest": _cover("wood"),
    "park": ("park", None),
    "cemetery": _land("cemetery"),
    "sand": _cover("sand"),
    "rock": _cover("rock"),
    "school": _land("school", "university", "college", "kindergarten"),
    "hospital": _land("hospital"),
    "sports": _land("stadium", "pitch", "playground", "track"),
    "military": _land("military"),
    "airport-area": ("aeroway", one_of(_CLASS, "aerodrome")),
    "glacier": _cover("ice"),
    "ocean": ("water", one_of(_CLASS, "ocean")),
    "water": ("water", all_of(is_not(one_of(_CLASS, "ocean")), is_not(one_of(_BRUNNEL, "tunnel")))),
    "river": ("waterway", all_of(one_of(_CLASS, "river", "canal"), is_not(one_of(_BRUNNEL, "tunnel")))),
    "stream": ("waterway", all_of(one_of(_CLASS, "stream", "ditch", "drain"), is_not(one_of(_BRUNNEL, "tunnel")))),
    "pier": ("transportation", all_of(one_of(_CLASS, "pier"), ["==", ["geometry-type"], "Polygon"])),
    "pier-line": ("transportation", all_of(one_of(_CLASS, "pier"), ["==", ["geometry-type"], "LineString"])),
    "plaza": ("transportation", all_of(one_of(_CLASS, "path"), ["==", ["geometry-type"], "Polygon"])),
    "runway": ("aeroway", all_of(one_of(_CLASS, "runway"), ["==", ["geometry-type"], "LineString"])),
    "taxiway": ("aeroway", all_of(one_of(_CLASS, "taxiway"), ["==", ["geometry-type"], "LineString"])),
    "building": ("building", None),
    "bridge-area": ("transportation", all_of(one_of(_CLASS, "bridge"), ["==", ["geometry-type"], "Polygon"])),
    "road": ("transportation", all_of(is_not(one_of(_CLASS, *_OTHER_WAYS)), ["==", ["geometry-type"], "LineString"])),
    "rail": ("transportation", all_of(one_of(_CLASS, "rail"), is_not(one_of(_BRUNNEL, "tunnel")))),
    "tram": ("transportation", all_of(one_of(_CLASS, "transit"), one_of(["get", "subclass"], "tram"))),
    "aerialway": _ways("aerialway", "cable_car", "gondola"),
    "ferry": _ways("ferry"),
    "border-country": ("boundary", all_of(["==", _LEVEL, 2], _ON_LAND, is_not(is_true("disputed")))),
    "border-disputed": ("boundary", all_of(["==", _LEVEL, 2], _ON_LAND, is_true("disputed"))),
    "border-state": ("boundary", all_of(["==", _LEVEL, 4], _ON_LAND)),
    "number": ("housenumber", None),
    "river-name": ("waterway", _NAMED),
    "water-name": ("water_name", _NAMED),
    "road-name": ("transportation_name", all_of(_NAMED, is_not(one_of(_CLASS, *_OTHER_WAYS)))),
    "road-ref": ("transportation_name", ["has", "ref"]),
    "point": ("poi", is_not(one_of(_CLASS, "railway", "bus", "aerialway", "ferry_terminal"))),
    "station": ("poi", all_of(one_of(_CLASS, "railway", "aerialway", "ferry_terminal"), _NAMED)),
    "airport-name": ("aerodrome_label", _NAMED),
    "hood": _places("suburb", "quarter", "neighbourhood"),
    "hamlet": _places("hamlet", "isolated_dwelling", "island", "islet", "locality"),
    "village": _places("village"),
    "town": _places("town"),
    "city": _places("city"),
    "peak": ("mountain_peak", _NAMED),
    "state-name": _places("state", "province"),
    "country-name": _places("country"),
}

_CLASSES: dict[str, Expression] = {
    "art_gallery": "gallery",
    "beer": "pub",
    "campsite": "camp_site",
    "clothing_store": "clothes",
    "alcohol_shop": "alcohol",
    "golf": "golf_course",
    "grocery": "supermarket",
    "harbor": "marina",
    "lodging": "hotel",
    "post": "post_office",
    "swimming": "swimming_pool",
    "shop": "gift",
}
"""Classes that are no OpenStreetMap values, each with the value that has the same look."""
_WHAT: Expression = [
    "let",
    "subclass",
    ["coalesce", ["get", "subclass"], ""],
    ["case", is_known(["var", "subclass"]), ["var", "subclass"], match(_CLASS, _CLASSES, _CLASS)],
]
"""The type of a point as an OpenStreetMap value: its subclass if that is a known value, else one for its class."""

OPENMAPTILES = Vocabulary(
    themes=THEMES,
    name_key="name:{}",
    local=_LOCAL,
    number=["coalesce", ["get", "housenumber"], ""],
    importance=["coalesce", ["get", "rank"], 99],
    roads=Roads(
        kind=_CLASS,
        link=is_true("ramp"),
        tunnel=one_of(_BRUNNEL, "tunnel"),
        bridge=one_of(_BRUNNEL, "bridge"),
        oneway=["==", ["get", "oneway"], 1],
        oneway_back=["==", ["get", "oneway"], -1],
        ref=["get", "ref"],
        network=match(
            ["coalesce", ["get", "network"], ""],
            {"us-interstate": "US:I", "us-highway": "US:US", "us-state": "US:ST"},
            "",
        ),
    ),
    points=Points(
        shown=_NAMED,
        category=category_by(_WHAT),
        icon=icon_by(_WHAT),
        group=group_by(_WHAT),
        rank=rank_by(_WHAT),
    ),
    stations=Points(
        shown=_NAMED,
        category="PublicTransport",
        icon=match(_CLASS, {"ferry_terminal": "ferry", "aerialway": "aerialway"}, "rail"),
        group="transport",
        rank=["+", 5, ["/", ["coalesce", ["get", "rank"], 60], 10]],
    ),
)
