"""Questions in Photon's parameters: what is sought, in which language, and where to look."""

from dataclasses import dataclass

from trigpoint.base.geo import Box, Point
from trigpoint.maps.queries import Hints
from trigpoint.maps.regions import halves_of

MOST_ROWS = 50
"""Photon gives no more for one question unless its operator says so, and has no second page."""
HERE_ZOOM = "14"
"""How near what is preferred lies, as the zoom of a map."""

ADDRESS_LAYERS = ("house", "street")
AREA_LAYERS = ("locality", "district", "city", "county", "state", "country")

Parameters = tuple[tuple[str, str], ...]
OPTIONAL = frozenset({"countrycode", "lang", "layer", "zoom"})
"""Parameters that some Photons do not know, or not with this value. Without them the answer is still right."""


@dataclass(frozen=True, slots=True)
class Question:
    """A path of Photon's with its parameters."""

    path: str
    parameters: Parameters


def ask_search(text: str, hints: Hints, *, lang: str, most: int, layers: tuple[str, ...] = ()) -> tuple[Question, ...]:
    """Ask for what a text names. A box across the antimeridian takes two questions."""
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
    """Ask for what lies around a point, the nearest first: things with one of some tags, or of some layers."""
    where = (("lat", f"{point.latitude:.7f}"), ("lon", f"{point.longitude:.7f}"), ("radius", f"{km:g}"))
    asked_for = tuple(("osm_tag", f"{key}:{value}") for key, value in tags)
    return Question("/reverse", (*where, ("limit", str(most)), *asked_for, *_layers(layers), *_language(lang)))


def _layers(layers: tuple[str, ...]) -> Parameters:
    return tuple(("layer", layer) for layer in layers)


def _language(lang: str) -> Parameters:
    """Name the language without its script and region: Photon's are `en`, `de`, `fr`, and what was imported."""
    return (("lang", lang.split("-", 1)[0]),) if lang else ()


def _box(box: Box) -> str:
    return f"{box.west:.6f},{box.south:.6f},{box.east:.6f},{box.north:.6f}"
