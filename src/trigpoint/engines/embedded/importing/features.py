"""Which OpenStreetMap objects are imported, as which kind, and with which names and importance."""

import math
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from trigpoint.engines.embedded.index.memory import Memory
from trigpoint.engines.embedded.index.records import Kind, Level, Names

Tags = Mapping[str, str]

NAME_KEYS = (
    "name",
    "alt_name",
    "old_name",
    "official_name",
    "short_name",
    "loc_name",
    "int_name",
    "reg_name",
    "nat_name",
)
FEATURE_KEYS = frozenset({
    "place", "amenity", "shop", "tourism", "leisure", "office", "railway", "aeroway", "historic", "public_transport",
    "craft", "healthcare", "natural", "waterway", "boundary", "landuse", "building", "man_made", "sport", "club",
    "emergency", "aerialway", "mountain_pass", "water", "military", "attraction", "highway", "junction", "information",
})  # fmt: skip
KEPT_KEYS = (
    "addr:housenumber", "addr:interpolation", "addr:conscriptionnumber", "addr:housename", "name", "brand", "operator",
    "ref", "amenity", "leisure", "boundary", "place", "type",
)  # fmt: skip
UNNAMED = {
    "amenity": frozenset({
        "atm", "toilets", "fuel", "charging_station", "pharmacy", "post_office", "post_box", "parking", "bank",
        "library", "hospital", "police", "fire_station", "car_rental",
    }),
    "leisure": frozenset({"playground", "pitch", "park", "fitness_station"}),
}  # fmt: skip
"""Objects that people search by kind, even if they have no name."""

STREETS = {
    "motorway": 0.40, "trunk": 0.40, "primary": 0.40, "secondary": 0.38, "tertiary": 0.36, "unclassified": 0.32,
    "residential": 0.34, "living_street": 0.33, "pedestrian": 0.34, "road": 0.30, "service": 0.24, "track": 0.20,
    "footway": 0.22, "path": 0.18, "cycleway": 0.20, "steps": 0.22, "bridleway": 0.16, "corridor": 0.1,
    "motorway_link": 0.1, "trunk_link": 0.1, "primary_link": 0.15, "secondary_link": 0.15, "tertiary_link": 0.15,
    "busway": 0.2, "construction": 0.15,
}  # fmt: skip
RAILWAY_POINTS = frozenset({"station", "halt", "tram_stop", "subway_entrance", "stop", "platform", "yard", "funicular"})
SETTLEMENTS = {
    "city": (Level.LOCALITY, 0.75), "town": (Level.LOCALITY, 0.62), "village": (Level.LOCALITY, 0.52),
    "municipality": (Level.LOCALITY, 0.55), "hamlet": (Level.LOCALITY, 0.42),
    "isolated_dwelling": (Level.SUB_LOCALITY, 0.28), "farm": (Level.SUB_LOCALITY, 0.25),
    "borough": (Level.SUB_LOCALITY, 0.50), "suburb": (Level.SUB_LOCALITY, 0.48),
    "quarter": (Level.SUB_LOCALITY, 0.44), "neighbourhood": (Level.SUB_LOCALITY, 0.40),
    "city_block": (Level.SUB_LOCALITY, 0.25), "allotments": (Level.SUB_LOCALITY, 0.22),
    "country": (Level.COUNTRY, 1.0), "state": (Level.ADMINISTRATIVE_AREA, 0.85),
    "province": (Level.ADMINISTRATIVE_AREA, 0.82), "region": (Level.ADMINISTRATIVE_AREA, 0.78),
    "district": (Level.SUB_ADMINISTRATIVE_AREA, 0.66), "county": (Level.SUB_ADMINISTRATIVE_AREA, 0.66),
}  # fmt: skip
NATURAL_KEYS = frozenset({"natural", "waterway", "mountain_pass", "water"})
NATURAL_PLACES = frozenset({"island", "islet", "archipelago", "sea", "ocean", "locality"})
INTERESTS: dict[str, frozenset[str]] = {
    "leisure": frozenset({
        "park", "garden", "nature_reserve", "stadium", "sports_centre", "golf_course", "marina", "water_park", "common",
        "beach_resort",
    }),
    "amenity": frozenset({
        "university", "college", "school", "hospital", "conference_centre", "exhibition_centre", "theatre",
        "arts_centre", "grave_yard", "monastery", "marketplace", "casino", "townhall",
    }),
    "landuse": frozenset({"cemetery", "recreation_ground", "village_green", "retail", "winter_sports"}),
    "shop": frozenset({"mall", "department_store"}),
    "aeroway": frozenset({"aerodrome", "terminal"}),
    "tourism": frozenset({"attraction", "museum", "zoo", "theme_park", "aquarium", "gallery"}),
    "boundary": frozenset({"national_park", "protected_area"}),
    "historic": frozenset({"castle", "fort", "palace", "monument", "ruins", "archaeological_site", "monastery"}),
    "railway": frozenset({"station"}),
    "man_made": frozenset({"pier"}),
    "military": frozenset({"base", "naval_base", "airfield"}),
    "natural": frozenset({"beach"}),
    "place": frozenset({"square"}),
}  # fmt: skip
"""Tags of areas of interest: named grounds and landmarks, but not single houses or shops."""

MOST_KEYS = 16_384
"""Number of keys of tags of which is remembered what they are."""

SPLIT_NAMES = re.compile(r"\s*[;]\s*")


def names_of(tags: Tags) -> Names:
    """Collect the name in each language: `name` under the empty string, `name:xx` under `xx`."""
    names: Names = {}
    local = tags.get("name") or tags.get("addr:housename") or tags.get("brand") or tags.get("operator")
    if local:
        names[""] = local.strip() or local
    for key, value in tags.items():
        lang = _LANGUAGE_OF[key]
        if lang and value:
            names[lang] = value
    if "" not in names and names:
        names[""] = names.get("en") or next(iter(names.values()))
    return names


def is_language(code: str) -> bool:
    """Tell whether a text looks like the code of a language: `de`, `zh-Hant`, `sr_Latn`."""
    return 2 <= len(code) <= 12 and code.replace("-", "").replace("_", "").isalnum() and code[:2].islower()


class _LanguageOf(Memory[str, str]):
    """Maps keys to the language of the name that they hold, else to ""; filled on first use."""

    __slots__ = ()

    def __missing__(self, key: str) -> str:
        lang = self[key] = key[5:] if key.startswith("name:") and is_language(key[5:]) else ""
        return lang


class _IsOtherName(Memory[str, bool]):
    """Tells if a key holds names besides `name` and those by language; filled on first use."""

    __slots__ = ()

    def __missing__(self, key: str) -> bool:
        is_other = self[key] = key.split(":", 1)[0] in NAME_KEYS and key != "name" and not key.startswith("name:")
        return is_other


_LANGUAGE_OF, _IS_OTHER_NAME = _LanguageOf(MOST_KEYS), _IsOtherName(MOST_KEYS)


def spellings_of(tags: Tags, names: Names) -> list[str]:
    """Return every text by which the object can be found, the local name first."""
    found = [names[""]] if names.get("") else []
    found += names.values()
    for key, value in tags.items():
        if _IS_OTHER_NAME[key]:
            found += SPLIT_NAMES.split(value)
    for key in ("brand", "operator", "iata", "icao"):
        if key in tags and tags[key] and (key != "operator" or not tags.get("name")):
            found.append(tags[key])
    return [text for text in dict.fromkeys(found) if text.strip()]


def kind_of(tags: Tags) -> tuple[Kind, Level, float] | None:
    """Return the kind of a named object, with its address level and its importance (0 to 1).

    None for objects that are imported in another way: boundaries with outlines, streets.
    """
    place = tags.get("place")
    if place in SETTLEMENTS:
        level, rank = SETTLEMENTS[place]
        return Kind.SETTLEMENT, level, rank + population_bonus(tags)
    if place in NATURAL_PLACES:
        return Kind.NATURAL, Level.NONE, (0.3 if place == "locality" else 0.45) + fame(tags)
    keys = keys_in(tags)
    if _is_imported_otherwise(tags, keys):
        return None
    if is_track(tags, keys):
        return Kind.POI, Level.NONE, 0.12  # a line, which few look for
    if keys and keys <= NATURAL_KEYS and tags.get("natural") not in {"tree", "stone"}:
        return Kind.NATURAL, Level.NONE, natural_rank(tags) + fame(tags)
    return Kind.POI, Level.NONE, poi_rank(tags) + fame(tags)


def has_kind(tags: Tags) -> bool:
    """Tell whether `kind_of` gives a kind."""
    place = tags.get("place")
    return place in SETTLEMENTS or place in NATURAL_PLACES or not _is_imported_otherwise(tags, keys_in(tags))


def _is_imported_otherwise(tags: Tags, keys: AbstractSet[str]) -> bool:
    is_nothing = not keys and "place" not in tags and "boundary" not in tags
    return is_nothing or is_boundary_line(tags) or is_street_alone(tags, keys)


def is_boundary_line(tags: Tags) -> bool:
    """Tell whether this is an administrative boundary."""
    return tags.get("boundary") == "administrative" and "admin_level" in tags


def is_street_alone(tags: Tags, keys: AbstractSet[str]) -> bool:
    """Tell whether this is only a street; a square is more than that."""
    is_street = tags.get("highway") in STREETS and tags.get("place") != "square"
    return is_street and not is_track(tags, keys) and keys <= {"highway", "junction", "leisure", "historic"}


def is_track(tags: Tags, keys: AbstractSet[str]) -> bool:
    """Tell whether this is only a railway line."""
    return "railway" in tags and tags["railway"] not in RAILWAY_POINTS and len(keys) == 1


def natural_rank(tags: Tags) -> float:
    """Return the importance of a natural feature such as a peak, a lake, or a river."""
    big = tags.get("natural") in {"peak", "volcano", "bay", "water", "glacier", "strait", "cape"}
    return 0.38 if big or tags.get("waterway") == "river" else 0.28


def is_interest(tags: Tags) -> bool:
    """Tell whether an object with an outline is an area of interest: a park, a campus, a mall."""
    return "name" in tags and any(tags.get(key) in values for key, values in INTERESTS.items())


def keys_in(tags: Tags) -> set[str]:
    """Return those keys of the object that make it a place of its own."""
    keys = {key for key in tags.keys() & FEATURE_KEYS if tags[key] != "no"}
    return keys - {"place", "boundary", "building"} or ({"building"} if "building" in tags else set())


def poi_rank(tags: Tags) -> float:
    """Return the importance of a point of interest by its kind."""
    if "aeroway" in tags and tags["aeroway"] in {"aerodrome", "airport"}:
        return 0.5 if "iata" in tags else 0.4
    if tags.get("railway") in {"station", "halt"} or tags.get("amenity") in {"university", "hospital", "townhall"}:
        return 0.4
    if "tourism" in tags or "historic" in tags or tags.get("leisure") in {"park", "stadium"}:
        return 0.36
    if tags.get("amenity") in {"parking", "bench", "waste_basket", "recycling", "vending_machine", "post_box"}:
        return 0.15
    if "highway" in tags or "public_transport" in tags:
        return 0.22
    return 0.3


def fame(tags: Tags) -> float:
    """Return the bonus for a Wikipedia article on the importance."""
    return 0.12 * ("wikipedia" in tags) + 0.05 * ("wikidata" in tags)


def population_bonus(tags: Tags) -> float:
    """Return the bonus for the population on the importance of a settlement."""
    digits = "".join(
        character for character in tags.get("population", "") if character.isascii() and character.isdigit()
    )
    people = int(digits[:10]) if digits else 0
    capital = 0.05 * (tags.get("capital") in {"yes", "2", "4"})
    return min(0.2, 0.025 * math.log10(people + 1)) + capital + 0.01 * ("wikidata" in tags)
