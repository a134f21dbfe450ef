"""Answering while an imported region cannot be read: results of the other regions are only returned if they must be right.

A result is returned if the lost region could hardly have changed it. A query is refused

- if its focus point, or the region that it is limited to, is in the box of a lost region,
- if it is about a point there, unless another region has an address, a street or an area at the point,
- if its result is there and comes from the world gazetteer, which ignores what the lost region has,
- if the result does not match the whole query, or there is no result.

Autocomplete works with the regions that can be read, unless its focus point is in such a box.
"""

from collections.abc import Sequence

from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Box, Point
from trigpoint.engines.embedded.index.hot_swap import OpenRegion
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.twins import may_meet
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.retrieve.candidates import on_ground
from trigpoint.engines.embedded.search.forward import find_point, parse_query
from trigpoint.engines.embedded.search.geocode import answer, geocode_candidates
from trigpoint.engines.embedded.search.nearby import search
from trigpoint.engines.embedded.search.reverse import reverse
from trigpoint.maps.place_ids import Source, decode, split_address
from trigpoint.maps.places import Place, SearchFound
from trigpoint.maps.queries import GeocodeQuery, Hints, SearchQuery

Lost = Sequence[OpenRegion]
"""The regions that were imported, but cannot be read. A region with an unknown box may be anywhere."""

OF_THE_WORLD = frozenset({Source.GEONAMES, Source.COUNTRY})


def geocode_beside(lost: Lost, readers: Sequence[IndexReader], query: GeocodeQuery) -> tuple[Place, ...]:
    """Find the places that a text names. Raises UnavailableError if the query may mean something in a lost region."""
    refuse_place(lost, query.hints)
    point = find_point(readers, query.text)
    if point is not None:
        place = reverse_beside(lost, readers, point, query.lang)
        return (place,) if place is not None else ()
    parsed, candidates = geocode_candidates(readers, parse_query(readers, query.text), query)
    places = answer(readers, parsed, candidates, query)
    _refuse_answer(lost, places)
    is_crossing = " & " in places[0].name  # each of its streets explains its own part
    if candidates and candidates[0].cover <= WEIGHTS.sure and not is_crossing:
        raise UnavailableError(f"The regions that can be read match only a part of the query. {told_of(lost)}")
    return places


def reverse_beside(lost: Lost, readers: Sequence[IndexReader], point: Point, lang: str) -> Place | None:
    """Find what is at a point. Raises UnavailableError if the point may be in a lost region."""
    place = reverse([reader for reader in readers if not reader.about.world], point, lang)
    if place is not None:
        return place
    _refuse_point(lost, point)
    return reverse(readers, point, lang)


def search_beside(lost: Lost, readers: Sequence[IndexReader], query: SearchQuery) -> SearchFound:
    """Find one page. Raises UnavailableError if something in a lost region may belong on it."""
    refuse_place(lost, query.hints)
    found = search(readers, query)
    if found.total == 0 or found.places:
        _refuse_answer(lost, found.places)
    return found


def refuse_place(lost: Lost, hints: Hints) -> None:
    """Raise UnavailableError if the place of a query may be in a lost region."""
    if hints.focus is not None:
        _refuse_point(lost, hints.focus)
    if hints.search_region is not None and hints.region_required:
        _refuse(lost, hints.search_region)


def told_of(lost: Lost) -> str:
    """Return the message on what cannot be read, and what to do."""
    return " ".join(region.trouble or f"The region {region.name} cannot be read." for region in lost)


def _refuse_answer(lost: Lost, places: Sequence[Place]) -> None:
    if not places:
        raise UnavailableError(f"Nothing was found in the regions that can be read. {told_of(lost)}")
    if split_address(decode(places[0].id))[0].source in OF_THE_WORLD:
        _refuse_point(lost, places[0].coordinate)


def _refuse_point(lost: Lost, point: Point) -> None:
    _refuse(lost, Box(south=point.latitude, west=point.longitude, north=point.latitude, east=point.longitude))


def _refuse(lost: Lost, box: Box) -> None:
    there = [region for region in lost if may_meet(region.box, on_ground(box))]
    if there:
        raise UnavailableError(told_of(there))
