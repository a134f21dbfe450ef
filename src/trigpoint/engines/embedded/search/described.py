"""A kind of place with a word that names no place around it: "Gutenberg Castle", "irish pub", "rooftop bar"."""

from collections.abc import Sequence

from msgspec.structs import replace

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import Kind
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.doubles import without_doubles
from trigpoint.engines.embedded.rank.score import WHOLE_NAME, Candidate
from trigpoint.engines.embedded.retrieve.candidates import Limits
from trigpoint.engines.embedded.search.food import admitted_food
from trigpoint.engines.embedded.search.forward import find_candidates
from trigpoint.engines.embedded.search.of_kind import (
    REGION_M,
    find_of_category,
    is_admitted,
    of_kind_called,
    place_named,
)
from trigpoint.maps.kind_queries import CategoryQuery
from trigpoint.maps.queries import Filters, Hints

LEAST_LETTERS = 3
"""Fewest letters of a word that describes a kind; fewer may be the beginning of a name: "burger k"."""

LEAST_NAME = 0.6
"""Lowest share of the name of a place of the kind that a query may mean wherever it is."""


def find_described(
    readers: Sequence[IndexReader],
    parsed: ParsedQuery,
    category: CategoryQuery,
    hints: Hints,
    filters: Filters,
    *,
    named: Sequence[Candidate],
) -> list[Candidate]:
    """Find the place of a kind that the other words name, or else those around the focus point if the words name nothing.

    Things nearby that have all words in their names come first. Empty if a candidate of `named`, those found by all words, matches better.
    """
    if len(category.rest) < LEAST_LETTERS or category.says_where or (named and _is_meant(named[0])):
        return []
    limits = Limits(countries=hints.countries, focus=hints.focus)
    called = of_kind_called(readers, parsed.typed, limits)
    admitted = [candidate for candidate in called if is_admitted(candidate, hints, filters)]
    if admitted or hints.focus is None:
        return admitted
    place = place_named(readers, category, hints)
    if place is not None and place.is_certain:
        return []
    called = [
        candidate
        for candidate in _with_all_words(readers, parsed, category, limits)
        if is_admitted(candidate, hints, filters)
    ]
    if len({candidate.record.spelled for candidate in called}) == 1 and called[0].name > LEAST_NAME:
        return called
    close = [candidate for candidate in named if _is_close(candidate, hints.focus)]
    nearby = find_of_category(readers, admitted_food(replace(category, rest=""), filters), hints, filters)
    return without_doubles([*close, *nearby])


def _is_close(candidate: Candidate, focus: Point) -> bool:
    """Tell whether a candidate is a thing nearby with all words."""
    has_all = candidate.cover > WEIGHTS.sure and candidate.record.kind == Kind.POI
    return has_all and Point(*candidate.at).distance_to(focus) < REGION_M


def _is_meant(candidate: Candidate) -> bool:
    """Tell whether a candidate has all words in its whole name, or is no thing that could be of a kind."""
    return candidate.cover > WEIGHTS.sure and (candidate.name > WHOLE_NAME or candidate.record.kind != Kind.POI)


def _with_all_words(
    readers: Sequence[IndexReader], parsed: ParsedQuery, category: CategoryQuery, limits: Limits
) -> list[Candidate]:
    """Find the places of the kind that have all words of a query: Irish pubs are several, so that "irish" is no name."""
    of_kind = replace(limits, categories=frozenset[str](category.kinds))
    return [candidate for candidate in find_candidates(readers, parsed, of_kind) if candidate.cover > WEIGHTS.sure]
