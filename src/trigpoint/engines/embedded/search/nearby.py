"""Search: a page of places for a text, by name or by kind of place, with filters and regions."""

from collections.abc import Sequence

from msgspec.structs import replace

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import AREAS, Kind
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.respelled import first_found, one_name
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.doubles import without_doubles
from trigpoint.engines.embedded.rank.score import WHOLE_NAME, Candidate, by_score
from trigpoint.engines.embedded.rank.world_cities import LEAST_RANK
from trigpoint.engines.embedded.retrieve.candidates import Limits
from trigpoint.engines.embedded.search.crossings import find_crossing
from trigpoint.engines.embedded.search.described import find_described
from trigpoint.engines.embedded.search.far_away import without_far
from trigpoint.engines.embedded.search.food import admitted_food
from trigpoint.engines.embedded.search.forward import find_candidates, find_point, parse_query
from trigpoint.engines.embedded.search.initials import things_by_initials
from trigpoint.engines.embedded.search.of_kind import (
    MOST_FOUND,
    REGION_M,
    find_of_category,
    is_admitted,
    place_named,
)
from trigpoint.engines.embedded.search.results import place_of_answer, place_of_crossing
from trigpoint.engines.embedded.search.reverse import place_at
from trigpoint.engines.embedded.search.reworded import (
    is_misspelled_town,
    town_by_its_centre,
    town_of_dense_text,
    words_glued,
)
from trigpoint.maps.categories import ResultType
from trigpoint.maps.kind_queries import CategoryQuery, read_category
from trigpoint.maps.kinds import Kind as PlaceWord
from trigpoint.maps.places import Place, PlaceKind, SearchFound
from trigpoint.maps.queries import Filters, Hints, SearchQuery
from trigpoint.maps.regions import region_of_answer

LEAST_LETTERS = 3
"""Fewest letters of a place beside a word for a kind, while the text is typed; two are enough otherwise."""

LONGEST_BEGUN = 30
"""Longest text that a search takes for the beginning of a name."""

EVERYTHING = Filters()
GAP = 0.33

LEAST_COVER = 0.58
"""Lowest cover of a place for a query with a kind and another place, where no such kind is found: "restaurant in Zürich"."""

CLOSE_M = 1_000.0
ELSEWHERE_M = 20_000.0
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
        place = place_at(readers, point, query.hints, query.lang)
        shown = place is not None and query.filters.admits(place.kind, place.poi_category)
        if place is None or not shown:
            return SearchFound(places=())
        return SearchFound(places=(place,), region=place.region, total=1)
    found = _search(readers, query)
    found = first_found(
        found, query.text, lambda text: _search(readers, replace(query, text=text)), is_found=lambda one: one.total > 0
    )
    if found.total == 0 and (words := words_glued(readers, query.text)) is not None:
        return _search(readers, replace(query, text=words))
    return found


def _search(readers: Sequence[IndexReader], query: SearchQuery) -> SearchFound:
    parsed = parse_query(readers, query.text)
    candidates = search_candidates(readers, parsed, query.hints, query.filters, lang=query.lang)
    initials = things_by_initials(readers, parsed, query, candidates)
    candidates = (
        [*initials, *candidates] if initials else _town_or_begun(readers, parsed, query, candidates) or candidates
    )
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


def _town_or_begun(
    readers: Sequence[IndexReader], parsed: ParsedQuery, query: SearchQuery, candidates: Sequence[Candidate]
) -> list[Candidate]:
    """Find the town of "downtown Columbus", or what has the text as the beginning of its name: McDonald's for "mcdo".

    A town of which the text is the name with typing errors comes first. Empty if a candidate matches the whole text.
    """
    if candidates and candidates[0].is_sure and candidates[0].name > WHOLE_NAME and candidates[0].is_chief:
        return []
    limits = limits_of(query.hints, query.filters)
    if query.filters == EVERYTHING:
        town = town_by_its_centre(readers, parsed, limits, candidates)
        town = town or town_of_dense_text(readers, parsed, limits, candidates)
        if town is not None:
            return town[1]
    if candidates and candidates[0].cover > WEIGHTS.sure:
        return []
    if parsed.numeric or len(parsed.typed) > LONGEST_BEGUN:
        return []
    texts = (parsed.typed, one_name(parsed.typed))
    found = [
        candidate
        for text in texts
        if text is not None
        for candidate in search_candidates(
            readers, parse_query(readers, text, open_ended=True), query.hints, query.filters, lang=query.lang
        )
        if candidate.is_sure and not candidate.reader.about.world and candidate.record.kind == Kind.POI
    ]
    if not found:
        return []
    misspelled = [one for one in candidates[:1] if is_misspelled_town(one, query.hints.focus)]
    return [*misspelled, *sorted(found, key=by_score, reverse=True)]


def _crossing(
    readers: Sequence[IndexReader], parsed: ParsedQuery, query: SearchQuery, candidates: Sequence[Candidate]
) -> Place | None:
    """Find the crossing of two streets that the text may name; a word for a kind, such as "B&B", names none."""
    category = read_category(query.text, query.lang)
    if not query.filters.admits(PlaceKind.STREET, None) or (category is not None and not category.rest):
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
    least_letters = LEAST_LETTERS if parsed.open_ended else 2
    if category is not None and 0 < len(category.rest) < least_letters and parsed.typed.isascii():
        category = None  # "marina b" may become Marina Bay, and is not a marina near a shop called B
    of_category = (
        find_of_category(readers, admitted_food(category, filters), hints, filters) if category is not None else []
    )
    named_by = parsed
    if category is not None and not of_category and not category.rest and not parsed.open_ended:
        named_by = parse_query(readers, category.what)  # "the nearest metro" has "Metro" in its name
    named = find_candidates(readers, named_by, limits, wanted=wanted)
    if hints.focus is not None:
        named = without_far(named, parsed, category, hints.focus)
    if hints.countries or hints.region_required or filters != EVERYTHING:
        named = [candidate for candidate in named if is_admitted(candidate, hints, filters)]
    if not named and category is None and filters.include_poi and not parsed.open_ended:
        return _admitted_in_area(readers, parsed, hints, filters)
    least = named[0].score - GAP if named else 0.0
    if category is not None and not of_category and not parsed.open_ended:
        of_category = find_described(readers, parsed, category, hints, filters, named=named)
    if not of_category:
        if (
            category is not None
            and not parsed.open_ended
            and (category.is_near or _is_elsewhere(readers, category, hints))
        ):
            named = [candidate for candidate in named if candidate.cover >= LEAST_COVER]
        return [candidate for candidate in named if candidate.score >= least]
    within = REGION_M if category is not None and category.rest else CLOSE_M
    exact = [
        candidate
        for candidate in named
        if _is_called_so(parsed, candidate, hints.focus, within, has_rest=category is not None and bool(category.rest))
        or (category is not None and _is_of_kind_and_name(parsed, candidate, category, hints.focus))
    ]
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
    place = place_named(readers, category, hints) if readers and hints.focus is not None else None
    return place is not None and hints.focus is not None and place.centre.distance_to(hints.focus) > ELSEWHERE_M


def _is_called_so(
    parsed: ParsedQuery, candidate: Candidate, focus: Point | None, within: float, *, has_rest: bool
) -> bool:
    """Tell whether a close place has exactly the name of the query, although that is also a word for a kind.

    If there are other words beside the kind, a street counts ("Bank Street"), and a town however far away ("College Station").
    Without a focus point a city of the world counts as well: Essen, which is German for food.
    """
    if candidate.name < (WHOLE_NAME if has_rest else 0.99) or candidate.cover < 0.97:
        return False
    if has_rest and candidate.record.kind in AREAS:
        return candidate.is_chief and parsed.whole_words.startswith(candidate.record.chief)
    if candidate.reader.about.world:
        return focus is None and candidate.is_chief and candidate.record.rank >= LEAST_RANK
    if candidate.record.kind == Kind.STREET and not has_rest:
        return False
    return focus is None or metres_between(*candidate.at, focus.latitude, focus.longitude) < within


def _is_of_kind_and_name(
    parsed: ParsedQuery, candidate: Candidate, category: CategoryQuery, focus: Point | None
) -> bool:
    """Tell whether a close place of the kind has all words of the query in its name: "VP Bank" is not a bank near VP."""
    if category.is_near or not category.rest or candidate.record.category not in category.kinds:
        return False
    if not all(candidate.by_name.get(at, 0.0) > WHOLE_NAME for at in parsed.telling):
        return False
    return focus is None or metres_between(*candidate.at, focus.latitude, focus.longitude) < REGION_M


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
