"""Shortbread's layers of streets, their polygons, labels and motorway exits, and aerialways."""

from collections.abc import Iterator

from trigpoint.engines.tiles.importing.drafts import Draft, Names, Properties, Tags, structure_of

ROADS = {
    "motorway": (5, 10), "trunk": (6, 12), "primary": (8, 12), "secondary": (9, 13), "tertiary": (10, 13),
    "unclassified": (12, 14), "residential": (12, 14), "busway": (12, 14), "bus_guideway": (12, 14),
    "living_street": (13, 14), "service": (13, 14), "pedestrian": (13, 14), "track": (13, 14), "footway": (13, 14),
    "steps": (13, 14), "path": (13, 14), "cycleway": (13, 14),
}  # fmt: skip
"""First zoom of the line, and of its label."""
LINKS = {"motorway_link": 13, "trunk_link": 13, "primary_link": 13, "secondary_link": 13, "tertiary_link": 14}
"""First zoom of the label of a ramp. Its line has the first zoom of its road."""
RAILS = {"rail": 8, "narrow_gauge": 8, "tram": 10, "light_rail": 10, "funicular": 10, "subway": 10, "monorail": 10}
RUNWAYS = {"runway": (11, 11), "taxiway": (13, 13)}
AERIALWAYS = frozenset(
    ("cable_car", "gondola", "goods", "chair_lift", "drag_lift", "t-bar", "j-bar", "platter", "rope_tow", "rope-tow")
)
PAVED_AREAS = frozenset(("pedestrian", "service"))
ONEWAY = frozenset(("yes", "1", "true", "-1"))
COPIED = ("surface", "service", "tracktype", "bicycle", "horse")


def draw_street(tags: Tags, names: Names) -> Iterator[Draft]:
    """Yield the drafts of a road, a railway, a runway or an aerialway, with its label."""
    found = find_street(tags)
    if found is not None and tags.get("area") != "yes":
        properties, line, label = found
        yield Draft("streets", line, properties)
        if "name" in tags or "ref" in tags:
            yield Draft("street_labels", label, label_of(tags, names, properties))
    kind = tags.get("aerialway")
    if kind in AERIALWAYS:
        yield Draft("aerialways", 12, {"kind": kind.replace("rope_tow", "rope-tow"), **names.of(tags)})


def find_street(tags: Tags) -> tuple[Properties, int, int] | None:
    """Return the properties of a street, its first zoom and that of its label. None if the way is not a street."""
    highway, railway, aeroway = tags.get("highway", ""), tags.get("railway", ""), tags.get("aeroway", "")
    road = highway.removesuffix("_link") if highway in LINKS else highway
    properties: Properties
    if road in ROADS:
        line, label = ROADS[road]
        properties = {"kind": road}
        if highway in LINKS:
            properties["link"], label = True, LINKS[highway]
        if tags.get("oneway") in ONEWAY:
            properties["oneway"] = True
            if tags["oneway"] == "-1":
                properties["oneway_reverse"] = True
    elif railway in RAILS:
        line = RAILS[railway]
        line, label = (10 if "service" in tags and line == 8 else line), 10
        properties = {"kind": railway, "rail": True}
    elif aeroway in RUNWAYS:
        line, label = RUNWAYS[aeroway]
        properties = {"kind": aeroway}
    else:
        return None
    structure_of(tags, properties)
    properties |= {key: tags[key] for key in COPIED if key in tags}
    return properties, line, label


def label_of(tags: Tags, names: Names, street: Properties) -> Properties:
    """Return the properties of a street's label: its names, and its route numbers, one per line."""
    kind = tags["highway"] if street.get("link") else street["kind"]
    properties: Properties = {"kind": kind, **names.of(tags)}
    if "ref" in tags:
        rows = [row.strip() for row in tags["ref"].split(";")]
        properties |= {"ref": "\n".join(rows), "ref_rows": len(rows), "ref_cols": max(map(len, rows))}
    for key in ("tunnel", "rail"):
        if street.get(key):
            properties[key] = True
    return properties


def draw_street_area(tags: Tags, names: Names, *, from_way: bool) -> Iterator[Draft]:
    """Yield the draft of a square or a runway. A closed way counts only if it is tagged as an area: else it is a ring road."""
    highway, aeroway = tags.get("highway", ""), tags.get("aeroway", tags.get("area:aeroway", ""))
    is_area = tags.get("area") == "yes" or not from_way
    kind = highway if highway in PAVED_AREAS else aeroway if aeroway in RUNWAYS else ""
    if not kind or not (is_area or "area:aeroway" in tags):
        return
    zoom = RUNWAYS[kind][0] if kind in RUNWAYS else 14
    properties = structure_of(tags, {"kind": kind})
    if "surface" in tags:
        properties["surface"] = tags["surface"]
    yield Draft("street_polygons", zoom, properties)
    if "name" in tags:
        yield Draft("streets_polygons_labels", 14, {"kind": kind, **names.of(tags)}, at_point=True)


def draw_exit(tags: Tags, names: Names) -> Iterator[Draft]:
    """Yield the label of a motorway exit."""
    if tags.get("highway") == "motorway_junction":
        properties: Properties = {"kind": "motorway_junction", **names.of(tags)}
        if "ref" in tags:
            properties["ref"] = tags["ref"]
        yield Draft("street_labels_points", 12, properties)
