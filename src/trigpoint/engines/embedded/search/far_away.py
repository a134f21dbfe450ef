"""Places far away that a search with a focus point does not mean."""

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.records import AREAS, Kind
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.score import WHOLE_NAME, Candidate
from trigpoint.engines.embedded.rank.world_cities import FAR_M, LEAST_RANK, is_far_and_little_known
from trigpoint.maps.kind_queries import CategoryQuery

SHORT = 5
"""Fewest letters of a text that may be a misspelled name far away; fewer letters are similar to too many names."""


def without_far(
    named: list[Candidate], parsed: ParsedQuery, category: CategoryQuery | None, focus: Point
) -> list[Candidate]:
    """Leave out places far away that are named by a word for a kind, or whose name is only similar to a short text or a word.

    A word may be the name of a town far away with typing errors, but not that of a thing.
    """
    if category is not None:
        if category.rest:
            return named
        return [candidate for candidate in named if not _is_far(candidate, focus, open_ended=parsed.open_ended)]
    is_short = len(parsed.typed) < SHORT
    if parsed.open_ended or not (is_short or len(parsed.words) == 1):
        return named
    return [
        candidate
        for candidate in named
        if not ((is_short or candidate.record.kind not in AREAS) and _is_like_far_away(candidate, focus))
    ]


def _is_far(candidate: Candidate, focus: Point, *, open_ended: bool) -> bool:
    """Tell whether a place whose name is a word for a kind is too far away to be a result; a city of the world that is called so never is.

    While the word is typed, it may become the name of any town.
    """
    is_thing = candidate.record.kind in {Kind.POI, Kind.NATURAL, Kind.STREET}
    is_city = candidate.record.rank >= LEAST_RANK and candidate.is_chief and candidate.name > WHOLE_NAME
    if not is_thing and (open_ended or is_city):
        return False
    return metres_between(*candidate.at, focus.latitude, focus.longitude) > FAR_M


def _is_like_far_away(candidate: Candidate, focus: Point) -> bool:
    """Tell whether a candidate far away has a name that is only similar to the query, and is no city of the world."""
    return candidate.cover < WEIGHTS.sure and is_far_and_little_known(candidate, focus)
