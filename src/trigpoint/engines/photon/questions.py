"""Photon's request parameters: the text, the language, and where to look."""

from dataclasses import dataclass

from trigpoint.base.geo import Box, Point
from trigpoint.maps.queries import Hints
from trigpoint.maps.regions import halves_of

MOST_ROWS = 50
"""Highest number of results of one Photon query, unless its operator changes that; there are no further pages."""
HERE_ZOOM = "14"
"""The parameter `zoom`: how strongly results close to the focus point are preferred."""

ADDRESS_LAYERS = ("house", "street")
AREA_LAYERS = ("locality", "district", "city", "county", "state", "country")

Parameters = tuple[tuple[str, str], ...]
OPTIONAL = frozenset({"countrycode", "lang", "layer", "zoom"})
"""Parameters that some versions do not support, or not with every value. Responses are also correct without them."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request: a path of Photon, with parameters."""

    path: str
    parameters: Parameters


def ask_search(text: str, hints: Hints, *, lang: str, most: int, layers: tuple[str, ...] = ()) -> tuple[Question, ...]:
    """Make the requests for a text: two for a region across the antimeridian, otherwise one."""
    asked = (("q", text), ("limit", str(min(most, MOST_ROWS))), *_language(lang), *_layers(layers))
    asked += tuple(("countrycode", code) for code in sorted(hints.countries))
    focus = hints.focus
    if focus is not None:
        asked += (("lat", f"{focus.latitude:.6f}"), ("lon", f"{focus.longitude:.6f}"), ("zoom", HERE_ZOOM))
    if hints.search_region is None or not hints.region_required:
        return (Question("/api", asked),)
    return tuple(Question("/api", (*asked, ("bbox", _box(half)))) for half in halves_of(hints.search_region))


def ask_reverse(
    point: Point,
    *,
    lang: str,
    km: float,
    most: int,
    tags: tuple[tuple[str, str], ...] = (),
    layers: tuple[str, ...] = (),
) -> Question:
    """Make the request for objects around a point, nearest first: those with one of some tags, or in some layers."""
    where = (("lat", f"{point.latitude:.7f}"), ("lon", f"{point.longitude:.7f}"), ("radius", f"{km:g}"))
    asked_for = tuple(("osm_tag", f"{key}:{value}") for key, value in tags)
    return Question("/reverse", (*where, ("limit", str(most)), *asked_for, *_layers(layers), *_language(lang)))


def _layers(layers: tuple[str, ...]) -> Parameters:
    return tuple(("layer", layer) for layer in layers)


def _language(lang: str) -> Parameters:
    """Return the language without script and region: Photon has `en`, `de`, `fr`, and those that were imported."""
    return (("lang", lang.split("-", 1)[0]),) if lang else ()


def _box(box: Box) -> str:
    return f"{box.west:.6f},{box.south:.6f},{box.east:.6f},{box.north:.6f}"
