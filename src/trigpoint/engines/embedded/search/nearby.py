"""Search: a page of places for a text, by name or by kind of place, with filters and regions."""

from collections.abc import Sequence
from operator import attrgetter

from msgspec.structs import replace

from trigpoint.base.geo import Box, Point, region_around
from trigpoint.engines.embedded.index.geometry import METRES_PER_DEGREE, metres_between
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import Kind, Level
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.respelled import first_found
from trigpoint.engines.embedded.rank.score import Candidate, Score
from trigpoint.engines.embedded.retrieve.candidates import Limits, find_category
from trigpoint.engines.embedded.search.crossings import find_crossing
from trigpoint.engines.embedded.search.food import admitted_food
from trigpoint.engines.embedded.search.forward import AREAS, find_candidates, find_point, parse_query, without_doubles
from trigpoint.engines.embedded.search.results import kind_of, place_of_answer, place_of_crossing
from trigpoint.engines.embedded.search.reverse import reverse
from trigpoint.maps.categories import PoiCategory, ResultType
from trigpoint.maps.kind_queries import CategoryQuery, read_category
from trigpoint.maps.kinds import Kind as PlaceWord
from trigpoint.maps.places import Place, PlaceKind, SearchFound
from trigpoint.maps.queries import Filters, Hints, SearchQuery
from trigpoint.maps.regions import region_of_answer

by_rank = attrgetter("record.rank")
MOST_FOUND = 100
ENOUGH = 10
OF_KIND = Score(cover=0.9)
"""The score of all results of a search for a kind; they are ordered by distance."""

EVERYTHING = Filters()
GAP = 0.33
GAP_OF_AREA = 0.12
"""How much less an area may score than another record with the name, to still be the place of "in …"."""

LEAST_COVER = 0.58
"""Lowest cover of a place for a query with a kind and another place, where no such kind is found: "restaurant in Zürich"."""

LEAST_NAME, LEAST_NAME_OF_ALL = 0.5, 0.25
"""Lowest share of the name of a place in "near …", and lowest share if the query has every word of the text."""

MOST_WORDS_OF_NAME = 4
CLOSE_M = 1_000.0
REGION_M = 30_000.0
"""How far away a place may be whose name has a word for a kind, and more: "Club de Tennis Santa Coloma"."""

FAR_M = 330_000.0
ELSEWHERE_M = 20_000.0
HALVES = (0.02, 0.1, 0.5, 3.0)
"""Half the heights of the boxes to search for a category, in degrees: 2, 11, 55 and 330 km."""

KINDS_OF_TYPE = {
    ResultType.POI: {Kind.POI, Kind.NATURAL},
    ResultType.POINT_OF_INTEREST: {Kind.POI},
    ResultType.PHYSICAL_FEATURE: {Kind.NATURAL},
    ResultType.ADDRESS: {Kind.STREET, Kind.SETTLEMENT, Kind.AREA, Kind.POSTCODE},
}


def search(readers: Sequence[IndexReader], query: SearchQuery) -> SearchFound:
    """Find one page."""
    point = find_point(readers, query.text)
    if point is not None:
        place = reverse(readers, point, query.lang)
        shown = place is not None and query.filters.admits(place.kind, place.poi_category)
        if place is None or not shown:
            return SearchFound(places=())
        return SearchFound(places=(place,), region=place.region, total=1)
    found = _search(readers, query)
    return first_found(
        found, query.text, lambda text: _search(readers, replace(query, text=text)), is_found=lambda one: one.total > 0
    )


def _search(readers: Sequence[IndexReader], query: SearchQuery) -> SearchFound:
    parsed = parse_query(readers, query.text)
    candidates = search_candidates(readers, parsed, query.hints, query.filters, lang=query.lang)
    crossing = _crossing(readers, parsed, query, candidates)
    if crossing is not None:
        return SearchFound(places=(crossing,), region=crossing.region, total=1)
    page = candidates[query.offset : query.offset + query.page_size]
    places = tuple(place_of_answer(candidate, parsed, query.lang) for candidate in page)
    return SearchFound(
        places=places,
        region=region_of_answer([place.region for place in places], query.hints) if places else None,
        total=len(candidates),
    )


def _crossing(
    readers: Sequence[IndexReader], parsed: ParsedQuery, query: SearchQuery, candidates: Sequence[Candidate]
) -> Place | None:
    """Find the crossing of two streets that the text may name."""
    if not query.filters.admits(PlaceKind.STREET, None):
        return None
    found = find_crossing(readers, parsed, limits_of(query.hints, query.filters), candidates=candidates)
    return place_of_crossing(*found.crossing, query.lang) if found is not None and found.crossing else None


def search_candidates(
    readers: Sequence[IndexReader],
    parsed: ParsedQuery,
    hints: Hints,
    filters: Filters,
    *,
    lang: str = "",
    wanted: int = MOST_FOUND,
) -> list[Candidate]:
    """Find all candidates that the query may mean and the filters admit, best first, by name and by kind."""
    limits = limits_of(hints, filters)
    category = read_category(parsed.typed, lang)
    of_category = (
        find_of_category(readers, admitted_food(category, filters), hints, filters) if category is not None else []
    )
    named_by = parsed
    if category is not None and not of_category and not category.rest and not parsed.open_ended:
        named_by = parse_query(readers, category.what)  # "the nearest metro" has "Metro" in its name
    named = find_candidates(readers, named_by, limits, wanted=wanted)
    if category is not None and not category.rest and hints.focus is not None:
        named = [candidate for candidate in named if not _is_far_thing(candidate, hints.focus)]
    if hints.countries or hints.region_required or filters != EVERYTHING:
        named = [candidate for candidate in named if is_admitted(candidate, hints, filters)]
    if not named and category is None and filters.include_poi and not parsed.open_ended:
        return _admitted_in_area(readers, parsed, hints, filters)
    least = named[0].score - GAP if named else 0.0
    if not of_category:
        if category is not None and not parsed.open_ended and _is_elsewhere(readers, category, hints):
            named = [candidate for candidate in named if candidate.cover >= LEAST_COVER]
        return [candidate for candidate in named if candidate.score >= least]
    within = REGION_M if category is not None and category.rest else CLOSE_M
    exact = [candidate for candidate in named if _is_called_so(candidate, hints.focus, within)]
    if category is not None and category.rest:
        named = [
            candidate for candidate in named if candidate.cover > 0.99
        ]  # not the place beside which the things are sought
    return without_doubles([*exact, *of_category, *(candidate for candidate in named if candidate.score >= least)])[
        :MOST_FOUND
    ]


def _admitted_in_area(
    readers: Sequence[IndexReader], parsed: ParsedQuery, hints: Hints, filters: Filters
) -> list[Candidate]:
    """Find what a filter for categories admits in the area that is the whole query: museums for "Helsinki"."""
    limits = Limits(kinds=AREAS, focus=hints.focus, countries=hints.countries)
    areas = find_candidates(readers, parsed, limits)
    if not areas or not areas[0].is_sure:
        return []
    wanted = CategoryQuery(frozenset(map(PlaceWord, filters.include_poi)), parsed.typed)
    return find_of_category(readers, wanted, hints, filters)


def _is_elsewhere(readers: Sequence[IndexReader], category: CategoryQuery, hints: Hints) -> bool:
    """Tell whether a query for a kind names no place, or one that is not around the focus point."""
    if not category.rest:
        return True
    place = _place_named(readers, category.rest, hints) if readers and hints.focus is not None else None
    return place is not None and hints.focus is not None and place[0].distance_to(hints.focus) > ELSEWHERE_M


def _is_far_thing(candidate: Candidate, focus: Point) -> bool:
    """Tell whether a place whose name is a word for a kind is too far away to be a result."""
    is_thing = candidate.record.kind in {Kind.POI, Kind.NATURAL, Kind.STREET}
    return is_thing and metres_between(*candidate.at, focus.latitude, focus.longitude) > FAR_M


def _is_called_so(candidate: Candidate, focus: Point | None, within: float) -> bool:
    """Tell whether a close place has exactly the name of the query, although that is also a word for a kind."""
    if (
        candidate.reader.about.world
        or candidate.record.kind == Kind.STREET
        or candidate.name < 0.99
        or candidate.cover < 0.97
    ):
        return False
    return focus is None or metres_between(*candidate.at, focus.latitude, focus.longitude) < within


def limits_of(hints: Hints, filters: Filters) -> Limits:
    """Convert hints and filters to limits for the index."""
    kinds: set[Kind] = set()
    for result_type in filters.result_types:
        kinds |= KINDS_OF_TYPE.get(result_type, set())
    if not filters.result_types and filters.include_poi:
        kinds = {Kind.POI}
    only_pois = kinds == {Kind.POI}
    return Limits(
        kinds=frozenset(kinds),
        categories=frozenset(category.value for category in filters.include_poi) if only_pois else frozenset(),
        countries=hints.countries,
        box=hints.search_region if hints.region_required else None,
        focus=hints.focus,
    )


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
    focus, box = hints.focus, hints.search_region if hints.region_required else None
    if category.rest:
        place = _place_named(readers, category.rest, hints)
        if place is None:
            return []
        focus, box = place
    categories = frozenset[str](category.kinds)
    candidates: list[Candidate] = []
    boxes = [box] if box is not None else [_around(focus, half) for half in halves] if focus is not None else [None]
    for tried in boxes:
        candidates = _of_categories(reader, categories, hints, filters, box=tried, wanted=wanted)
        if len(candidates) >= ENOUGH:
            break
    if not candidates and hints.countries and box is None:  # a country that was named may lie far from here
        candidates = _of_categories(reader, categories, hints, filters, box=None, wanted=wanted)
    if focus is not None:
        candidates.sort(
            key=lambda candidate: (
                metres_between(*candidate.at, focus.latitude, focus.longitude) * (1 - 0.3 * candidate.record.rank)
            )
        )
    return without_doubles(candidates)


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


def _place_named(readers: Sequence[IndexReader], text: str, hints: Hints) -> tuple[Point, Box | None] | None:
    """Find the area or street that "in Vaduz" names: its centre, and its extent if it is an area."""
    limits = Limits(focus=hints.focus, countries=hints.countries)
    candidates = find_candidates(readers, parse_query(readers, text), limits)
    if (
        not candidates
        or candidates[0].cover < 0.8
        or candidates[0].name < (LEAST_NAME_OF_ALL if candidates[0].cover > 0.98 else LEAST_NAME)
    ):
        candidates = _of_kind_called(readers, text, limits)
    if not candidates:
        return None
    alike = [candidate for candidate in candidates if candidate.score > candidates[0].score - GAP_OF_AREA]
    best = next((candidate for candidate in alike if candidate.record.level >= Level.COUNTRY), candidates[0])
    record = best.record
    point = Point(*best.at)
    if record.kind == Kind.AREA and record.box is not None:
        return point, Box(*record.box)
    return point, _around(point, 0.03 if record.kind in {Kind.SETTLEMENT, Kind.POSTCODE} else 0.01)


def _of_kind_called(readers: Sequence[IndexReader], text: str, limits: Limits) -> list[Candidate]:
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
