"""Shortbread's layers place_labels, boundaries and boundary_labels; and labels of natural features, a layer of our own."""

from collections.abc import Iterator
from contextlib import suppress

from trigpoint.engines.tiles.importing.drafts import Draft, Names, Properties, Sized, Tags

PLACES = {
    "city": (6, 100_000), "town": (7, 5_000), "village": (10, 100), "hamlet": (10, 50), "suburb": (10, 1_000),
    "quarter": (10, 500), "neighbourhood": (10, 100), "isolated_dwelling": (10, 5), "farm": (10, 5), "island": (10, 0),
    "locality": (10, 0),
}  # fmt: skip
"""First zoom, and the population that is assumed if the object has none."""
SEATS = frozenset(("city", "town", "village", "hamlet"))
BORDER_LEVELS = {"2": 0, "4": 7}
"""First zoom of a border by its `admin_level`."""
NATURAL = {"peak": 11, "volcano": 11, "saddle": 13, "bay": 12, "cape": 12, "cave_entrance": 14, "spring": 14}
"""First zoom of the label of a natural feature."""
DEEPEST_M, HIGHEST_M = -12_000, 9_000
MOST_PEOPLE = 1_000_000_000
"""A larger population is a mistake in the data, and ignored."""


def draw_place(tags: Tags, names: Names) -> Iterator[Draft]:
    """Yield the label of a settlement."""
    place = tags.get("place")
    if place not in PLACES or "name" not in tags:
        return
    zoom, people = PLACES[place]
    kind, capital = str(place), tags.get("capital")
    if place in SEATS and capital in {"yes", "4"}:
        kind, zoom = ("capital" if capital == "yes" else "state_capital"), 4
    with suppress(ValueError, KeyError):
        counted = int(tags["population"].replace(" ", "").replace(",", ""))
        people = counted if 0 <= counted <= MOST_PEOPLE else people
    properties: Properties = {"kind": kind, "population": people}
    yield Draft("place_labels", zoom, properties | names.of(tags))


def draw_natural(tags: Tags, names: Names, *, at_point: bool) -> Iterator[Draft]:
    """Yield the label of a natural feature such as a peak, a pass or a bay, with its elevation in metres."""
    kind = tags.get("natural")
    if kind not in NATURAL or "name" not in tags:
        return
    properties = {"kind": str(kind), **names.of(tags)}
    with suppress(ValueError, KeyError):
        height = float(tags["ele"].removesuffix("m").strip())
        if DEEPEST_M <= height <= HIGHEST_M:
            properties["ele"] = round(height)
    yield Draft("natural_labels", NATURAL[kind], properties, at_point=at_point)


def draw_border(tags: Tags, level: int, *, disputed: bool) -> Draft:
    """Return the draft of a way that belongs to a border. `level` is its `admin_level`: 2 for countries, 4 for states."""
    properties: Properties = {"admin_level": level}
    if tags.get("maritime") == "yes" or tags.get("natural") == "coastline":
        properties["maritime"] = True
    if disputed or tags.get("disputed") == "yes":
        properties["disputed"] = True
    return Draft("boundaries", BORDER_LEVELS[str(level)], properties)


def draw_border_label(tags: Tags, names: Names) -> Iterator[Draft]:
    """Yield the label of a country or a state."""
    level = tags.get("admin_level", "")
    if tags.get("boundary") == "administrative" and level in BORDER_LEVELS and "name" in tags:
        properties = {"admin_level": int(level), **names.of(tags)}
        yield Draft("boundary_labels", 2 if level == "2" else 3, properties, at_point=True, sized=Sized.BOUNDARY_LABEL)
