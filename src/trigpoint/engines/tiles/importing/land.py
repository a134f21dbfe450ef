"""Shortbread's layers land, sites, buildings and bridges."""

from collections.abc import Iterator
from contextlib import suppress

from trigpoint.engines.tiles.importing.drafts import Draft, Properties, Sized, Tags

LAND_TABLE = """
7 landuse=forest natural=wood:forest
10 natural=sand|beach
10 landuse=residential|industrial|commercial|garages|retail|railway|landfill|brownfield|greenfield|farmyard|farmland
11 landuse=grass|meadow|orchard|vineyard|allotments|village_green|recreation_ground|greenhouse_horticulture
11 landuse=plant_nursery|quarry
11 natural=heath|scrub|grassland|bare_rock|scree|shingle
11 wetland=swamp|bog|string_bog|wet_meadow|marsh
11 leisure=golf_course|park|garden|playground|miniature_golf
13 landuse=cemetery amenity=grave_yard
11 aeroway=aerodrome
13 leisure=pitch|track
14 leisure=swimming_pool
"""
"""First zoom, then keys and values; after a colon the kind, if it has another name than the value.

The last three lines are not in Shortbread: sports grounds, pools and airfields, which a map shows as areas.
"""

SITES = {
    ("amenity", "university"): "university",
    ("amenity", "college"): "college",
    ("amenity", "school"): "school",
    ("amenity", "hospital"): "hospital",
    ("amenity", "prison"): "prison",
    ("amenity", "parking"): "parking",
    ("amenity", "bicycle_parking"): "bicycle_parking",
    ("leisure", "sports_centre"): "sports_center",
    ("leisure", "sports_center"): "sports_center",
    ("military", "danger_area"): "danger_area",
    ("landuse", "construction"): "construction",
}
STOREY_M = 3.0
TALLEST_M = 1000.0


def _read_table() -> dict[tuple[str, str], tuple[str, int]]:
    table: dict[tuple[str, str], tuple[str, int]] = {}
    for line in LAND_TABLE.strip().split("\n"):
        zoom, *rows = line.split()
        for row in rows:
            key, _, values = row.partition("=")
            for entry in values.split("|"):
                value, _, kind = entry.partition(":")
                table[key, value] = (kind or value, int(zoom))
    return table


LAND = _read_table()
LAND_KEYS = tuple(dict.fromkeys(key for key, _ in LAND))
SITE_KEYS = tuple(dict.fromkeys(key for key, _ in SITES))


def draw_land(tags: Tags) -> Iterator[Draft]:
    """Yield the drafts of an area: land, site, building, bridge. Of land and sites, the first matching key decides."""
    for key in LAND_KEYS:
        found = LAND.get((key, tags.get(key, "")))
        if found is not None:
            yield Draft("land", found[1], {"kind": found[0]}, sized=Sized.SHOWN)
            break
    for key in SITE_KEYS:
        kind = SITES.get((key, tags.get(key, "")))
        if kind is not None:
            yield Draft("sites", 14, {"kind": kind})
            break
    if tags.get("building", "no") != "no":
        yield Draft("buildings", 14, height_of(tags))
    if tags.get("man_made") == "bridge":
        yield Draft("bridges", 12, {"kind": "bridge"})


def height_of(tags: Tags) -> Properties:
    """Return the height of a building in metres, from its height or its levels; empty if it has neither tag."""
    for key, factor in (("height", 1.0), ("building:levels", STOREY_M)):
        with suppress(ValueError, KeyError):
            height = float(tags[key].removesuffix("m").strip()) * factor
            if 0 < height <= TALLEST_M:
                return {"height": round(height, 1)}
    return {}
