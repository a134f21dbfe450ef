"""Finding places of a kind: in the place that a text names, beside it, or around the focus point."""

import re
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from trigpoint.base.geo import Box, Point, region_around
from trigpoint.engines.embedded.index.geometry import METRES_PER_DEGREE, metres_between
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import Kind, Level
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.doubles import without_doubles
from trigpoint.engines.embedded.rank.score import WHOLE_NAME, Candidate, Score
from trigpoint.engines.embedded.rank.world_cities import FAR_M, LEAST_RANK, is_far_and_little_known
from trigpoint.engines.embedded.retrieve.candidates import Limits, find_category
from trigpoint.engines.embedded.search.forward import find_candidates, parse_query
from trigpoint.engines.embedded.search.results import kind_of
from trigpoint.maps.categories import PoiCategory, ResultType
from trigpoint.maps.kind_queries import CategoryQuery, read_category
from trigpoint.maps.places import PlaceKind
from trigpoint.maps.queries import Filters, Hints

by_rank = attrgetter("record.rank")
MOST_FOUND = 100
ENOUGH = 10
OF_KIND = Score(cover=0.9)
"""The score of all results of a search for a kind; they are ordered by distance."""

GAP_OF_AREA = 0.12
"""How much less an area may score than another record with the name, to still be the place of "in …"."""

LEAST_NAME, LEAST_NAME_OF_ALL = 0.5, 0.25
"""Lowest share of the name of a place in "near …", and lowest share if the query has every word of the text."""

LEAST_COVER, ALL_COVER = 0.8, 0.98
"""Lowest cover of such a place, and the cover from which on the query has every word."""

FINNISH_CASE = re.compile(r"(?<=\w{4})(?:ssa|ssä|lla|llä|sta|stä)$", re.IGNORECASE)
"""The Finnish word "in" is an ending: Helsingissä. A changed consonant is found as a typing error."""

LEAST_NAME_FAR = 0.6
"""Lowest share of the name of an area far away that stands beside a kind without "in" or "near"."""

MOST_WORDS_OF_NAME = 4
REGION_M = 30_000.0
"""How far away a place may be whose name has a word for a kind, and more: "Club de Tennis Santa Coloma"."""

HALVES = (0.02, 0.1, 0.5, 3.0)
"""Half the heights of the boxes to search for a category, in degrees: 2, 11, 55 and 330 km."""

NEAR_HALVES = (0.03, 0.1)
"""The same for "near …", where nothing is right beside the place."""


class NamedPlace(NamedTuple):
    """The place of "in Vaduz": its centre, and its extents, of which the next is looked at where the one before has little.

    `is_certain` if it has all words, and is near or a city of the world.
    """

    centre: Point
    extents: tuple[Box, ...]
    is_certain: bool


def is_admitted(candidate: Candidate, hints: Hints, filters: Filters) -> bool:
    """Tell whether a candidate may be in the results."""
    kind = PlaceKind.ADDRESS if candidate.house is not None else kind_of(candidate.record)
    category = PoiCategory(candidate.record.category) if candidate.record.category else None
    return filters.admits(kind, category) and hints.admits(Point(*candidate.at), candidate.record.country or None)


def find_of_category(
    readers: Sequence[IndexReader],
    category: CategoryQuery,
    hints: Hints,
    filters: Filters,
    *,
    wanted: int = MOST_FOUND,
    halves: Sequence[float] = HALVES,
) -> list[Candidate]:
    """Find places of a category: in the place that the text also names, else around the focus point.

    At most `wanted` are found; it looks further away, to the last of `halves`, until there are ten.
    """
    if not readers or (
        filters.result_types and not filters.result_types & {ResultType.POI, ResultType.POINT_OF_INTEREST}
    ):
        return []
    reader = readers[0]
    if reader.about.world:
        return []
    where = _where(readers, category, hints, halves)
    if where is None:
        return []
    focus, boxes, enough = where
    categories = frozenset[str](category.kinds)
    candidates: list[Candidate] = []
    for tried in boxes:
        candidates = _of_categories(reader, categories, hints, filters, box=tried, wanted=wanted)
        if len(candidates) >= enough:
            break
    is_anywhere = not (category.rest or hints.region_required)
    if not candidates and hints.countries and is_anywhere:  # a country that was named may lie far from here
        candidates = _of_categories(reader, categories, hints, filters, box=None, wanted=wanted)
    if focus is not None:
        candidates.sort(
            key=lambda candidate: (
                metres_between(*candidate.at, focus.latitude, focus.longitude) * (1 - 0.3 * candidate.record.rank)
            )
        )
    return without_doubles(candidates)


def _where(
    readers: Sequence[IndexReader], category: CategoryQuery, hints: Hints, halves: Sequence[float]
) -> tuple[Point | None, Sequence[Box | None], int] | None:
    """Return the point to which places should be near, the boxes to look in, and how many places are enough in one.

    None if the query names a place that is not known.
    """
    if category.rest:
        place = place_named(readers, category, hints)
        if place is None:
            return None
        if category.is_near:
            around = [_around(place.centre, half) for half in NEAR_HALVES]
            return place.centre, [place.extents[0], *around], 1
        return place.centre, place.extents, ENOUGH
    if hints.region_required and hints.search_region is not None:
        return hints.focus, [hints.search_region], ENOUGH
    if hints.focus is not None:
        return hints.focus, [_around(hints.focus, half) for half in halves], ENOUGH
    return None, [None], ENOUGH


def _of_categories(
    reader: IndexReader, categories: frozenset[str], hints: Hints, filters: Filters, *, box: Box | None, wanted: int
) -> list[Candidate]:
    ids = find_category(reader, [], Limits(categories=categories, countries=hints.countries, box=box), count=wanted)
    candidates = [
        Candidate(
            reader, at, reader.data.record(at), 1.0, weighed=OF_KIND, score=OF_KIND.total, cover=1.0, is_sure=True
        )
        for at in ids
    ]
    candidates.sort(key=by_rank, reverse=True)  # the index of words knows it less exactly
    return [candidate for candidate in candidates if is_admitted(candidate, hints, filters)]


def place_named(readers: Sequence[IndexReader], category: CategoryQuery, hints: Hints) -> NamedPlace | None:
    """Find the area or street that "in Vaduz" names; None if there is none, or only a doubtful one far away."""
    text = category.rest
    limits = Limits(focus=hints.focus, countries=hints.countries)
    candidates = find_candidates(readers, parse_query(readers, text), limits)
    if not _may_be_place(candidates):
        candidates = of_kind_called(readers, text, limits)
    says_where = category.says_where
    if not candidates and (base := FINNISH_CASE.sub("", text)) != text:
        says_where = True
        found = find_candidates(readers, parse_query(readers, base), limits)
        candidates = found if _may_be_place(found) else []
    if not candidates:
        return None
    alike = [candidate for candidate in candidates if candidate.score > candidates[0].score - GAP_OF_AREA]
    best = next((candidate for candidate in alike if candidate.record.level >= Level.COUNTRY), candidates[0])
    record = best.record
    point = Point(*best.at)
    is_far = hints.focus is not None and point.distance_to(hints.focus) > FAR_M
    if is_far and not says_where and _is_doubtful(best):
        return None
    is_certain = best.cover > WEIGHTS.sure and not is_far_and_little_known(best, hints.focus)
    if record.kind == Kind.AREA and record.box is not None:
        return NamedPlace(point, (Box(*record.box),), is_certain)
    beside = _around(point, 0.03 if record.kind in {Kind.SETTLEMENT, Kind.POSTCODE} else 0.01)
    if record.kind == Kind.SETTLEMENT and record.box is not None and record.box[2] > beside.north:
        return NamedPlace(point, (beside, Box(*record.box)), is_certain)
    return NamedPlace(point, (beside,), is_certain)


def _may_be_place(candidates: Sequence[Candidate]) -> bool:
    """Tell whether enough of the text and of the name of the best candidate match."""
    if not candidates or candidates[0].cover < LEAST_COVER:
        return False
    return candidates[0].name >= (LEAST_NAME_OF_ALL if candidates[0].cover > ALL_COVER else LEAST_NAME)


def _is_doubtful(candidate: Candidate) -> bool:
    """Tell whether a place far away is hardly meant by a word beside a kind: a street called Iris by "irish pub"."""
    if candidate.record.level < Level.COUNTRY:
        return candidate.cover <= WEIGHTS.sure or candidate.name < WHOLE_NAME
    return candidate.name < LEAST_NAME_FAR or (candidate.cover <= WEIGHTS.sure and candidate.record.rank < LEAST_RANK)


def of_kind_called(readers: Sequence[IndexReader], text: str, limits: Limits) -> list[Candidate]:
    """Find a place by name and kind: for "Ateneum art museum" the museum Ateneum."""
    category = read_category(text)
    words = category.rest.split()[:MOST_WORDS_OF_NAME] if category is not None else []
    while category is not None and words:
        of_kind = replace(limits, categories=frozenset[str](category.kinds))
        candidates = find_candidates(readers, parse_query(readers, " ".join(words)), of_kind)
        if candidates and candidates[0].is_sure:
            return candidates
        words.pop()
    return []


def _around(point: Point, half: float) -> Box:
    return region_around(point, half * METRES_PER_DEGREE)
