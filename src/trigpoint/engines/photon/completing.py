"""Autocomplete rows from Photon's responses: searches for a kind of place, then places."""

from collections.abc import Iterable, Iterator, Sequence

from trigpoint.engines.osm_search import as_meant, without_doubles
from trigpoint.engines.osm_things import Thing, place_of
from trigpoint.maps.kind_queries import read_category
from trigpoint.maps.kinds import Kind, fold_word, kinds_starting, nearby
from trigpoint.maps.places import Completion, Place, PlaceKind
from trigpoint.maps.queries import AutocompleteQuery

LEAST_LETTERS = 2
MOST_QUERIES = 2


def kinds_offered(query: AutocompleteQuery) -> tuple[tuple[str, Kind], ...]:
    """Return the kinds of place whose word begins with the text, each with that word."""
    is_short = len(query.text) < LEAST_LETTERS and query.text.isascii()
    if is_short or query.hints.focus is None or not query.filters.admits_queries:
        return ()
    return kinds_starting(query.text, query.lang)[:MOST_QUERIES]


def area_typed(query: AutocompleteQuery) -> tuple[str, str] | None:
    """Parse "restaurant in Sch" to the kind's word and the prefix of an area's name; None if it has another form."""
    category = read_category(query.text, query.lang) if query.filters.admits_queries else None
    if category is None or len(category.rest) < LEAST_LETTERS or not query.text.endswith(category.rest):
        return None
    return category.what, category.rest


def kind_row(word: str, query: AutocompleteQuery) -> Completion | None:
    """Return the row that searches for a kind of place around the focus point; None without one."""
    if query.hints.focus is None:
        return None
    title = word[:1].upper() + word[1:]
    return Completion(display_lines=(title, nearby(query.lang)), location=query.hints.focus, query=word)


def area_rows(what: str, begun: str, areas: Sequence[Thing], query: AutocompleteQuery) -> Iterator[Completion]:
    """Yield rows that search for a kind of place in areas whose name begins with the typed prefix."""
    for thing in areas[:MOST_QUERIES]:
        if fold_word(thing.name).startswith(fold_word(begun)):
            place = place_of(thing, query.lang)
            where = ", ".join(dict.fromkeys(filter(None, (place.name, place.country))))
            title = what[:1].upper() + what[1:]
            yield Completion(display_lines=(title, where), location=thing.point, query=f"{what} {where}")


def place_rows(things: Iterable[Thing], query: AutocompleteQuery) -> Iterator[tuple[Place, Completion]]:
    """Yield places with their rows of two lines: the name, and the address."""
    for thing in without_doubles([as_meant(thing, query.text) for thing in things]):
        place = place_of(thing, query.lang)
        is_shown = query.filters.admits(place.kind, place.poi_category)
        if is_shown and place.name and query.hints.admits(place.coordinate, place.country_code):
            lines = _lines_of(place)
            yield (
                place,
                Completion(
                    display_lines=(lines[0], ", ".join(lines[1:])) if lines[1:] else lines[:1],
                    location=place.coordinate,
                    address=place.address,
                    place_id=place.id,
                ),
            )


def _lines_of(place: Place) -> tuple[str, ...]:
    """Return a place's name, and the lines of its address that differ from it."""
    lines = place.address_lines
    if place.kind in {PlaceKind.ADDRESS, PlaceKind.STREET} and lines and lines[0] == place.name:
        lines = lines[1:]
    return (place.name, *(line for line in lines if line != place.name))
