"""In which languages the names of an extract are kept: those of its countries, English, and those asked for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import osmium
from babel.core import get_global
from babel.languages import get_official_languages

from trigpoint.engines.extracts import as_input, unreadable

ALWAYS = "en"
ALSO = {
    "zh": ("zh-Hans", "zh-Hant"), "zh-Hant": ("zh",), "sr": ("sr-Latn",), "nb": ("no",), "no": ("nb",), "fil": ("tl",),
}  # fmt: skip
"""Under which other tags OpenStreetMap has names in a language."""
SAMPLED = 4_000
"""Nodes that are looked at. They lie in a file in the order of their numbers, so the first are all over the region."""
GRID = 0.1
"""Degrees: nodes of one cell are looked up once."""
LEAST_SHARE = 0.01
"""A country with a smaller share of the nodes is a neighbour whose edge the extract touches."""


def find_languages(files: Sequence[Path], *, wanted: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the languages to keep as BCP 47 tags, sorted. Raises InvalidError for a file that is none."""
    found = {ALWAYS, *wanted}
    for file in files:
        try:
            countries = countries_of(file)
        except RuntimeError as error:
            raise unreadable(file, error) from error
        for country in countries:
            found.update(tag.replace("_", "-") for tag in get_official_languages(country, de_facto=True))
    return tuple(sorted(found.union(*(ALSO.get(tag, ()) for tag in found))))


def countries_of(file: Path) -> list[str]:
    """Give the codes of the countries in which the nodes of a file lie, by the borders of time zones."""
    import tzfpy

    territories: Mapping[str, str] = get_global("zone_territories")
    cells: Counter[tuple[int, int]] = Counter()
    for node in osmium.FileProcessor(as_input(file), osmium.osm.NODE, thread_pool=osmium.io.ThreadPool(1, 8)):
        if isinstance(node, osmium.osm.Node) and node.location.valid():
            cells[int(node.lon // GRID), int(node.lat // GRID)] += 1
            if cells.total() >= SAMPLED:
                break
    countries: Counter[str] = Counter()
    for (column, row), count in cells.items():
        zone = tzfpy.get_tz((column + 0.5) * GRID, (row + 0.5) * GRID)
        countries[territories.get(zone, "")] += count
    least = max(1, int(LEAST_SHARE * cells.total()))
    return [country for country, count in countries.items() if country and count >= least]
