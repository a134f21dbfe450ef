"""Shortbread's layers of water: water_polygons, water_lines, their labels, dams, piers, and ferries."""

from collections.abc import Iterator

from trigpoint.engines.tiles.importing.drafts import Draft, Names, Sized, Tags, structure_of

LINES = {"river": (9, 12), "canal": (9, 12), "stream": (14, 14), "ditch": (14, 14)}
"""First zoom of the line, and of its label."""
PIERS = frozenset(("pier", "breakwater", "groyne"))


def draw_water_line(tags: Tags, names: Names, *, closed: bool) -> Iterator[Draft]:
    """Yield the drafts of a waterway, a dam, a pier or a ferry route."""
    kind = tags.get("waterway")
    if kind in LINES:
        line, label = LINES[kind]
        yield Draft("water_lines", line, structure_of(tags, {"kind": kind}), sized=Sized.LINE)
        if "name" in tags:
            properties = structure_of(tags, {"kind": kind, **names.of(tags)})
            yield Draft("water_lines_labels", label, properties, sized=Sized.LINE)
    elif kind == "dam" and not closed:
        yield Draft("dam_lines", 12, {"kind": "dam"})
    if tags.get("man_made") in PIERS and not closed:
        yield Draft("pier_lines", 12, {"kind": tags["man_made"]})
    if tags.get("route") == "ferry":
        yield Draft("ferries", 12 if tags.get("motor_vehicle") == "no" else 10, {"kind": "ferry", **names.of(tags)})


def draw_water_area(tags: Tags, names: Names) -> Iterator[Draft]:
    """Yield the drafts of a body of water with its label, a dam or a pier."""
    found = find_water(tags)
    if found is not None:
        kind, zoom = found
        yield Draft("water_polygons", zoom, {"kind": kind}, sized=Sized.WATER)
        if "name" in tags:
            properties = {"kind": kind, **names.of(tags)}
            yield Draft("water_polygons_labels", zoom, properties, at_point=True, sized=Sized.WATER_LABEL)
    if tags.get("waterway") == "dam":
        yield Draft("dam_polygons", 12, {"kind": "dam"})
    if tags.get("man_made") in PIERS:
        yield Draft("pier_polygons", 12, {"kind": tags["man_made"]})


def find_water(tags: Tags) -> tuple[str, int] | None:
    """Return the kind of a body of water and its first zoom, or None."""
    natural, waterway, landuse = tags.get("natural"), tags.get("waterway"), tags.get("landuse")
    if natural == "glacier":
        return "glacier", 4
    if natural == "water":
        return ("river" if tags.get("water") == "river" else "water"), 4
    if waterway == "riverbank":
        return "river", 4
    if landuse in {"reservoir", "basin"}:
        return landuse, 4
    if waterway in {"dock", "canal"}:
        return waterway, 10
    return None
