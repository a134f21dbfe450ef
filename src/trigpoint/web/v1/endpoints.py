"""The endpoints of the Maps Server API: one row each. The pipeline treats all rows alike."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from trigpoint.maps.atlas import Atlas
from trigpoint.wire import directions, etas, geocode, place, reverse_geocode, search, search_autocomplete
from trigpoint.wire.parameters import Parameters

Q = TypeVar("Q")
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[Q, F]):
    """One path, with the functions that parse its query, answer it (a method of the atlas), and render the response.

    A path may end in `/{id}`; the last segment is then the parameter `id`. An exact path wins over such a template.
    If a response `may_wait` for an engine, a client that disconnects frees its place in the queue.
    """

    path: str
    parse: Callable[[Parameters], Q]
    ask: Callable[[Atlas, Q], Awaitable[F]]
    render: Callable[[F], bytes]
    may_wait: bool = False


GEOCODE = Endpoint("/v1/geocode", geocode.parse, Atlas.geocode, geocode.render)
REVERSE_GEOCODE = Endpoint("/v1/reverseGeocode", reverse_geocode.parse, Atlas.reverse, reverse_geocode.render)
SEARCH = Endpoint("/v1/search", search.parse, Atlas.search, search.render)
SEARCH_AUTOCOMPLETE = Endpoint(
    "/v1/searchAutocomplete", search_autocomplete.parse, Atlas.autocomplete, search_autocomplete.render
)
DIRECTIONS = Endpoint("/v1/directions", directions.parse, Atlas.directions, directions.render, may_wait=True)
ETAS = Endpoint("/v1/etas", etas.parse, Atlas.etas, etas.render, may_wait=True)
PLACE = Endpoint("/v1/place/{id}", place.parse_one, Atlas.place, place.render_one)
PLACES = Endpoint("/v1/place", place.parse_several, Atlas.places_by_id, place.render_several)
ALTERNATE_IDS = Endpoint("/v1/place/alternateIds", place.parse_several, Atlas.alternate_ids, place.render_alternate_ids)

ENDPOINTS: tuple[Endpoint[Any, Any], ...] = (
    GEOCODE,
    REVERSE_GEOCODE,
    SEARCH,
    SEARCH_AUTOCOMPLETE,
    DIRECTIONS,
    ETAS,
    PLACE,
    PLACES,
    ALTERNATE_IDS,
)
"""Every endpoint, in the order of contract §4. `/v1/token` has no row: it does not use the atlas."""
