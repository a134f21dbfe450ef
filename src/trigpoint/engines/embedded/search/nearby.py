"""A search: text to a page of places, with filters, a region, and words for what is sought."""

from collections.abc import Sequence
from dataclasses import replace

from trigpoint.base.geo import Box, Point, region_around
from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.reader import Opened
from trigpoint.engines.embedded.index.records import Kind, Level
from trigpoint.engines.embedded.query.categories import CategoryAsked, read_category
from trigpoint.engines.embedded.rank.score import Hit, Score
from trigpoint.engines.embedded.retrieve.candidates import Limits, find_category
from trigpoint.engines.embedded.search.crossings import find_crossing
from trigpoint.engines.embedded.search.forward import find_hits, find_point, without_doubles
from trigpoint.engines.embedded.search.meaning import place_meant, place_of_crossing
from trigpoint.engines.embedded.search.results import kind_of
from trigpoint.engines.embedded.search.reverse import reverse
from trigpoint.maps.categories import PoiCategory, ResultType
from trigpoint.maps.places import Place, PlaceKind, SearchFound
from trigpoint.maps.queries import Filters, Hints, SearchQuery
from trigpoint.maps.regions import region_of_answer

MOST_FOUND = 100
ENOUGH = 10
OF_KIND = Score(cover=0.9)
"""The score of whatever is of the kind that is sought: which comes first is a matter of distance."""

EVERYTHING = Filters()
GAP = 0.33
GAP_OF_AREA = 0.12
"""By how much less an area may score than another thing of the name, and still be the place that is meant."""

LEAST_NAME, LEAST_NAME_OF_ALL = 0.5, 0.25
"""How much of the name of a place must be said in "near" it, and how much if every word of it is said."""

MOST_WORDS_OF_NAME = 4
CLOSE_M = 1_000.0
FAR_M = 330_000.0
HALVES = (0.02, 0.1, 0.5, 3.0)
"""Half the height of the boxes in which things of a category are sought, in degrees: 2, 11, 55 and 330 km."""

KINDS_OF_TYPE = {
    ResultType.POI: {Kind.POI, Kind.NATURAL},
    ResultType.POINT_OF_INTEREST: {Kind.POI},
    ResultType.PHYSICAL_FEATURE: {Kind.NATURAL},
    ResultType.ADDRESS: {Kind.STREET, Kind.SETTLEMENT, Kind.AREA, Kind.POSTCODE},
}


def search(shelves: Sequence[Opened], query: SearchQuery) -> SearchFound:
    """Find one page."""
    point = find_point(shelves, query.text)
    if point is not None:
        place = reverse(shelves, point, query.lang)
        shown = place is not None and query.filters.admits(place.kind, place.poi_category)
        if place is None or not shown:
            return SearchFound(places=())
        return SearchFound(places=(place,), region=place.region, total=1)
    hits = search_hits(shelves, query.text, query.hints, query.filters, lang=query.lang)
    crossing = _crossing(shelves, query, hits)
    if crossing is not None:
        return SearchFound(places=(crossing,), region=crossing.region, total=1)
    page = hits[query.offset : query.offset + query.page_size]
    places = tuple(place_meant(shelves, hit, query.text, query.lang) for hit in page)
    return SearchFound(
        places=places,
        region=region_of_answer([place.region for place in places], query.hints) if places else None,
        total=len(hits),
    )


def _crossing(shelves: Sequence[Opened], query: SearchQuery, hits: Sequence[Hit]) -> Place | None:
    """Find the crossing of two streets that the text may name."""
    if not query.filters.admits(PlaceKind.STREET, None):
        return None
    found = find_crossing(shelves, query.text, limits_of(query.hints, query.filters), hits=hits)
    return place_of_crossing(*found.crossing, query.lang) if found is not None and found.crossing else None


def search_hits(
    shelves: Sequence[Opened],
    text: str,
    hints: Hints,
    filters: Filters,
    *,
    lang: str = "",
    open_ended: bool = False,
    wanted: int = MOST_FOUND,
) -> list[Hit]:
    """Find everything that a text may mean and the filters admit, best first: by name, and by what it is."""
    limits = limits_of(hints, filters)
    category = read_category(text, lang)
    of_category = find_of_category(shelves, category, hints, filters) if category is not None else []
    named = find_hits(shelves, text, limits, open_ended=open_ended, wanted=wanted)
    if category is not None and not category.rest and hints.focus is not None:
        named = [hit for hit in named if not _is_far_thing(hit, hints.focus)]
    if hints.countries or hints.region_required or filters != EVERYTHING:
        named = [hit for hit in named if is_admitted(hit, hints, filters)]
    least = named[0].score - GAP if named else 0.0
    if not of_category:
        return [hit for hit in named if hit.score >= least]
    exact = [hit for hit in named if _is_called_so(hit, hints.focus)]
    if category is not None and category.rest:
        named = [hit for hit in named if hit.cover > 0.99]  # not the place beside which the things are sought
    return without_doubles([*exact, *of_category, *(hit for hit in named if hit.score >= least)])[:MOST_FOUND]


def _is_far_thing(hit: Hit, focus: Point) -> bool:
    """Tell whether something that is called like a kind of place lies too far away to be one of those around here."""
    is_thing = hit.record.kind in {Kind.POI, Kind.NATURAL, Kind.STREET}
    return is_thing and metres_between(*hit.at, focus.latitude, focus.longitude) > FAR_M


def _is_called_so(hit: Hit, focus: Point | None) -> bool:
    """Tell whether something close is called just what was asked, though that is the word for a kind too."""
    if hit.opened.about.world or hit.record.kind == Kind.STREET or hit.name < 0.99 or hit.cover < 0.97:
        return False
    return focus is None or metres_between(*hit.at, focus.latitude, focus.longitude) < CLOSE_M


def limits_of(hints: Hints, filters: Filters) -> Limits:
    """Turn hints and filters into what the index can check."""
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


def is_admitted(hit: Hit, hints: Hints, filters: Filters) -> bool:
    """Tell whether a hit may be shown."""
    kind = PlaceKind.ADDRESS if hit.house is not None else kind_of(hit.record)
    category = PoiCategory(hit.record.category) if hit.record.category else None
    return filters.admits(kind, category) and hints.admits(Point(*hit.at), hit.record.country or None)


def find_of_category(
    shelves: Sequence[Opened],
    asked: CategoryAsked,
    hints: Hints,
    filters: Filters,
    *,
    wanted: int = MOST_FOUND,
    halves: Sequence[float] = HALVES,
) -> list[Hit]:
    """Find things of a category: in the place that the text names besides, else around the point of interest.

    At most `wanted` are found; it looks further away, to the last of `halves`, until there are ten.
    """
    if not shelves or (
        filters.result_types and not filters.result_types & {ResultType.POI, ResultType.POINT_OF_INTEREST}
    ):
        return []
    opened = shelves[0]
    if opened.about.world:
        return []
    focus, box = hints.focus, hints.search_region if hints.region_required else None
    if asked.rest:
        place = _place_named(shelves, asked.rest, hints)
        if place is None:
            return []
        focus, box = place
    categories = frozenset[str](asked.kinds)
    hits: list[Hit] = []
    boxes = [box] if box is not None else [_around(focus, half) for half in halves] if focus is not None else [None]
    for tried in boxes:
        hits = _of_categories(opened, categories, hints, filters, box=tried, wanted=wanted)
        if len(hits) >= ENOUGH:
            break
    if not hits and hints.countries and box is None:  # a country that was named may lie far from here
        hits = _of_categories(opened, categories, hints, filters, box=None, wanted=wanted)
    if focus is not None:
        hits.sort(
            key=lambda hit: metres_between(*hit.at, focus.latitude, focus.longitude) * (1 - 0.3 * hit.record.rank)
        )
    return without_doubles(hits)


def _of_categories(
    opened: Opened, categories: frozenset[str], hints: Hints, filters: Filters, *, box: Box | None, wanted: int
) -> list[Hit]:
    ids = find_category(opened, [], Limits(categories=categories, countries=hints.countries, box=box), count=wanted)
    hits = [Hit(opened, at, opened.data.record(at), 1.0, OF_KIND, OF_KIND.total, cover=1.0, is_sure=True) for at in ids]
    return [hit for hit in hits if is_admitted(hit, hints, filters)]


def _place_named(shelves: Sequence[Opened], text: str, hints: Hints) -> tuple[Point, Box | None] | None:
    """Find the area or street that "in Vaduz" names: its middle, and its extent if it is an area."""
    limits = Limits(focus=hints.focus, countries=hints.countries)
    hits = find_hits(shelves, text, limits)
    if not hits or hits[0].cover < 0.8 or hits[0].name < (LEAST_NAME_OF_ALL if hits[0].cover > 0.98 else LEAST_NAME):
        hits = _of_kind_called(shelves, text, limits)
    if not hits:
        return None
    alike = [hit for hit in hits if hit.score > hits[0].score - GAP_OF_AREA]
    best = next((hit for hit in alike if hit.record.level >= Level.COUNTRY), hits[0])
    record = best.record
    point = Point(*best.at)
    if record.kind == Kind.AREA and record.box is not None:
        return point, Box(*record.box)
    return point, _around(point, 0.03 if record.kind in {Kind.SETTLEMENT, Kind.POSTCODE} else 0.01)


def _of_kind_called(shelves: Sequence[Opened], text: str, limits: Limits) -> list[Hit]:
    """Find a place that is called by a name and by what it is: of "Ateneum art museum" the museum Ateneum."""
    asked = read_category(text)
    words = asked.rest.split()[:MOST_WORDS_OF_NAME] if asked is not None else []
    while asked is not None and words:
        hits = find_hits(shelves, " ".join(words), replace(limits, categories=frozenset[str](asked.kinds)))
        if hits and hits[0].is_sure:
            return hits
        words.pop()
    return []


def _around(point: Point, half: float) -> Box:
    return region_around(point, half * 111_320)
