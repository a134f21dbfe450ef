"""The languages in which the names of an extract are kept: those of its countries, English, and those requested."""

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
"""Other tags that OpenStreetMap uses for names in a language."""
SAMPLED = 4_000
"""Number of nodes that are sampled. A file is sorted by node ID, so its first nodes are spread over the whole region."""
GRID = 0.1
"""Cell size in degrees; one lookup for all nodes of a cell."""
LEAST_SHARE = 0.01
"""A country with a smaller share of the nodes is ignored: the extract only touches its border."""


def find_languages(files: Sequence[Path], *, wanted: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the languages to keep as sorted BCP 47 tags. Raises InvalidError for a file that is not OpenStreetMap data."""
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
    """Return the ISO 3166-1 codes of the countries that contain the nodes of a file, from the borders of time zones."""
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
