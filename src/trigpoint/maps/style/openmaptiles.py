"""OpenMapTiles, a schema that operators bring: its layers, classes and names of properties."""

from trigpoint.maps.style.expressions import Expression, all_of, is_not, is_true, match, one_of
from trigpoint.maps.style.points import FALLBACK
from trigpoint.maps.style.vocabulary import Found, Points, Roads, Vocabulary

_CLASS: Expression = ["get", "class"]
_BRUNNEL: Expression = ["get", "brunnel"]
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
    "border-country": ("boundary", all_of(["==", _LEVEL, 2], is_not(is_true("maritime")))),
    "border-state": ("boundary", all_of(["==", _LEVEL, 4], is_not(is_true("maritime")))),
    "number": ("housenumber", None),
    "river-name": ("waterway", ["has", "name"]),
    "water-name": ("water_name", ["has", "name"]),
    "road-name": ("transportation_name", all_of(["has", "name"], is_not(one_of(_CLASS, *_OTHER_WAYS)))),
    "road-ref": ("transportation_name", ["has", "ref"]),
    "point": ("poi", is_not(one_of(_CLASS, "railway", "bus", "aerialway", "ferry_terminal"))),
    "station": ("poi", all_of(one_of(_CLASS, "railway", "aerialway", "ferry_terminal"), ["has", "name"])),
    "airport-name": ("aerodrome_label", ["has", "name"]),
    "hood": _places("suburb", "quarter", "neighbourhood"),
    "hamlet": _places("hamlet", "isolated_dwelling", "island", "islet", "locality"),
    "village": _places("village"),
    "town": _places("town"),
    "city": _places("city"),
    "peak": ("mountain_peak", ["has", "name"]),
    "state-name": _places("state", "province"),
    "country-name": _places("country"),
}

_SHOPS = "shop|clothing_store|alcohol_shop|music|furniture|laundry|hairdresser|ice_cream|car"
_CATEGORIES: dict[str, Expression] = {
    "restaurant|fast_food": "Restaurant",
    "cafe": "Cafe",
    "bakery": "Bakery",
    "bar|beer": "Nightlife",
    "grocery": "FoodMarket",
    "lodging": "Hotel",
    "hospital": "Hospital",
    "pharmacy": "Pharmacy",
    "museum|art_gallery": "Museum",
    "castle": "Castle",
    "theatre": "Theater",
    "cinema": "MovieTheater",
    "library": "Library",
    "school": "School",
    "college": "University",
    "stadium": "Stadium",
    "zoo": "Zoo",
    "park": "Park",
    "place_of_worship": "ReligiousSite",
    "police": "Police",
    "fire_station": "FireStation",
    "post": "PostOffice",
    "bank": "Bank",
    "atm": "ATM",
    "fuel": "GasStation",
    "parking": "Parking",
    "attraction|monument": "Landmark",
    "campsite": "Campground",
    "golf": "Golf",
    "swimming": "Swimming",
    "harbor": "Marina",
    "playground": "Playground",
    "toilets": "Restroom",
    _SHOPS: "Store",
}
_ICONS: dict[str, Expression] = {
    "restaurant": "restaurant",
    "fast_food": "fast-food",
    "cafe": "cafe",
    "bakery": "bakery",
    "bar": "bar",
    "beer": "beer",
    "grocery": "grocery",
    "lodging": "hotel",
    "hospital": "hospital",
    "pharmacy": "pharmacy",
    "museum": "museum",
    "art_gallery": "gallery",
    "castle": "castle",
    "theatre": "theatre",
    "cinema": "cinema",
    "library": "library",
    "school": "school",
    "college": "university",
    "stadium": "stadium",
    "zoo": "zoo",
    "park": "park",
    "place_of_worship": "worship",
    "police": "police",
    "fire_station": "fire-station",
    "post": "post",
    "bank": "bank",
    "atm": "atm",
    "fuel": "fuel",
    "parking": "parking",
    "attraction": "landmark",
    "monument": "monument",
    "campsite": "campsite",
    "golf": "golf",
    "swimming": "swimming",
    "harbor": "marina",
    "playground": "playground",
    "toilets": "restroom",
    _SHOPS: "shop",
}
_GROUPS: dict[str, Expression] = {
    "restaurant|fast_food|cafe|bakery|bar|beer": "food",
    f"grocery|{_SHOPS}": "shop",
    "lodging": "lodging",
    "hospital|pharmacy": "health",
    "museum|art_gallery|castle|theatre|cinema|attraction|monument": "culture",
    "library|school|college": "education",
    "stadium|swimming": "sport",
    "zoo|park|campsite|golf|playground": "nature",
    "fuel|parking|harbor": "transport",
}

OPENMAPTILES = Vocabulary(
    themes=THEMES,
    name_key="name:{}",
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
        shown=["has", "name"],
        category=match(_CLASS, _CATEGORIES, "Landmark"),
        icon=match(_CLASS, _ICONS, FALLBACK),
        group=match(_CLASS, _GROUPS, "civic"),
        rank=["+", 4, ["/", ["coalesce", ["get", "rank"], 60], 6]],
    ),
    stations=Points(
        shown=["has", "name"],
        category="PublicTransport",
        icon=match(_CLASS, {"ferry_terminal": "ferry", "aerialway": "aerialway"}, "rail"),
        group="transport",
        rank=["+", 5, ["/", ["coalesce", ["get", "rank"], 60], 10]],
    ),
)
