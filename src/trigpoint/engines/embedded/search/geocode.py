"""A geocode: a text to the places that it names, if enough of it is explained to say so."""

from collections.abc import Sequence

from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.rank.score import Candidate
from trigpoint.engines.embedded.retrieve.candidates import Limits
from trigpoint.engines.embedded.search.crossings import find_crossing
from trigpoint.engines.embedded.search.forward import find_candidates, find_point, parse_query
from trigpoint.engines.embedded.search.results import place_of_answer, place_of_crossing
from trigpoint.engines.embedded.search.reverse import reverse
from trigpoint.maps.places import Place
from trigpoint.maps.queries import GeocodeQuery

MOST_GEOCODED = 10
LEAST_GEOCODED, LEAST_COVER = 0.5, 0.58
LEAST_NAME, LEAST_COVER_OF_STREET = 0.8, 0.5
"""How much of the name of a street must be said, and of the question, whose number the data lacks: an error in the name
may stand beside a number that is not there."""

GAP = 0.12
"""What scores this much less than the best is not what was meant."""


def geocode(readers: Sequence[IndexReader], query: GeocodeQuery) -> tuple[Place, ...]:
    """Find the places that a text names, best first; empty when nothing matches."""
    point = find_point(readers, query.text)
    if point is not None:
        place = reverse(readers, point, query.lang)
        return (place,) if place is not None else ()
    parsed, limits = parse_query(readers, query.text), limits_of_geocode(query)
    return answer(readers, parsed, find_candidates(readers, parsed, limits), query)


def limits_of_geocode(query: GeocodeQuery) -> Limits:
    """Turn the hints of a question into what the index can check."""
    hints = query.hints
    box = hints.search_region if hints.region_required else None
    return Limits(focus=hints.focus, countries=hints.countries, box=box)


def answer(
    readers: Sequence[IndexReader], parsed: ParsedQuery, candidates: list[Candidate], query: GeocodeQuery
) -> tuple[Place, ...]:
    """Choose, of the candidates, those that the question means; a crossing of two streets may be meant instead."""
    crossing = find_crossing(readers, parsed, limits_of_geocode(query), candidates=candidates)
    if crossing is not None and crossing.crossing is not None:
        return (place_of_crossing(*crossing.crossing, query.lang),)
    if crossing is not None:
        candidates = crossing.streets
    if not candidates:
        return ()
    least = max(LEAST_GEOCODED, candidates[0].score - GAP)
    return tuple(
        [
            place_of_answer(candidate, parsed, query.lang)
            for candidate in candidates[:MOST_GEOCODED]
            if candidate.score >= least and _is_explained(candidate)
        ]
    )


def _is_explained(candidate: Candidate) -> bool:
    """Tell whether enough of the question is explained to say that this is what it means."""
    lacks_number = candidate.number_left and candidate.name >= LEAST_NAME
    return candidate.cover >= (LEAST_COVER_OF_STREET if lacks_number else LEAST_COVER)
