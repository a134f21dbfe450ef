"""Nominatim's request parameters: the text, the language, and where to look."""

import re
from dataclasses import dataclass

from trigpoint.base.geo import Box, Point, region_around
from trigpoint.maps.languages import language_chain
from trigpoint.maps.queries import Hints
from trigpoint.maps.regions import halves_of

MOST_ROWS = 40
"""Highest number of results of one Nominatim query; there are no further pages."""
FOCUS_HALF_M = 25_000.0
"""Half the size, in metres, of the box around the focus point in which results are preferred."""
DETAILS = (("format", "jsonv2"), ("addressdetails", "1"), ("extratags", "1"))

SEVERAL_NUMBERS = re.compile(r"(\d\w{0,5})(?:;\d\w{0,5})+")

Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A request: a path of Nominatim, with parameters."""

    path: str
    parameters: Parameters


def ask_search(text: str, hints: Hints, *, lang: str, most: int = MOST_ROWS) -> tuple[Question, ...]:
    """Make the requests for a text: two for a required region across the antimeridian, otherwise one.

    Of several house numbers (`24;26`) only one is sent, since Nominatim finds the house by each of them, but not by all.
    """
    asked = (
        *DETAILS,
        ("q", SEVERAL_NUMBERS.sub(r"\1", text)),
        ("limit", str(most)),
        *_language(lang),
        *_countries(hints),
    )
    if hints.search_region is not None and hints.region_required:
        return tuple(
            Question("/search", (*asked, ("viewbox", _viewbox(box)), ("bounded", "1")))
            for box in halves_of(hints.search_region)
        )
    focus = hints.focus
    around = hints.search_region or (region_around(focus, FOCUS_HALF_M) if focus is not None else None)
    if around is None or around.west > around.east:
        return (Question("/search", asked),)
    return (Question("/search", (*asked, ("viewbox", _viewbox(around)))),)


def ask_kind(tag: tuple[str, str], near: str | Point, hints: Hints, *, lang: str) -> Question:
    """Make the request for objects with a tag, in a place named by a text, or at most 11 km from a point."""
    where = near if isinstance(near, str) else f"{near.latitude:.6f},{near.longitude:.6f}"
    asked = (*DETAILS, ("q", f"[{tag[0]}={tag[1]}] {where}"), ("limit", str(MOST_ROWS)))
    return Question("/search", (*asked, *_language(lang), *_countries(hints)))


def ask_reverse(point: Point, *, lang: str) -> Question:
    """Make the request for the address at a point."""
    where = (("lat", f"{point.latitude:.7f}"), ("lon", f"{point.longitude:.7f}"))
    return Question("/reverse", (*DETAILS, *where, ("zoom", "18"), ("layer", "address"), *_language(lang)))


def ask_country(code: str, name: str, *, lang: str) -> Question:
    """Make the request for a country by its name."""
    asked = (("q", name), ("countrycodes", code.lower()), ("featureType", "country"), ("limit", "1"))
    return Question("/search", (*DETAILS, *asked, *_language(lang)))


def ask_lookup(osm_ids: list[str], *, lang: str) -> Question:
    """Make the request for OpenStreetMap objects by ID: `N1`, `W2`, `R3`."""
    return Question("/lookup", (*DETAILS, ("osm_ids", ",".join(osm_ids)), *_language(lang)))


def _language(lang: str) -> Parameters:
    return (("accept-language", ",".join(language_chain(lang))),) if lang else ()


def _countries(hints: Hints) -> Parameters:
    return (("countrycodes", ",".join(sorted(hints.countries)).lower()),) if hints.countries else ()


def _viewbox(box: Box) -> str:
    return f"{box.west:.6f},{box.south:.6f},{box.east:.6f},{box.north:.6f}"
