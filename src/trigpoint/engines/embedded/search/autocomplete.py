"""Autocomplete: rows that search for a kind of place, then places, and the houses of a street."""

from collections.abc import Hashable, Iterator, Sequence

from msgspec.structs import replace

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import AREAS, Kind
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.respelled import first_found, one_name, without_umlauts
from trigpoint.engines.embedded.rank.score import Candidate, by_score
from trigpoint.engines.embedded.search.crossings import find_crossing_by_prefix
from trigpoint.engines.embedded.search.forward import find_candidates, find_point, parse_query
from trigpoint.engines.embedded.search.nearby import limits_of, search_candidates
from trigpoint.engines.embedded.search.of_kind import HALVES, find_of_category, is_admitted
from trigpoint.engines.embedded.search.results import place_of_crossing, written_of
from trigpoint.engines.embedded.search.reverse import reverse
from trigpoint.engines.embedded.text.normalize import fold, has_digit
from trigpoint.maps.categories import AddressCategory, ResultType
from trigpoint.maps.kind_queries import CategoryQuery, read_category
from trigpoint.maps.kinds import Kind as PlaceWord
from trigpoint.maps.kinds import kinds_starting, nearby
from trigpoint.maps.places import Completion, PlaceKind
from trigpoint.maps.postal import begun_code
from trigpoint.maps.queries import AutocompleteQuery, Filters

CODES = Filters(result_types=frozenset({ResultType.ADDRESS}), include_address=frozenset({AddressCategory.POSTAL_CODE}))

MOST_HOUSES = 5
MOST_CANDIDATES = 60
MOST_QUERIES = 2
LEAST_LETTERS, LONGEST_AREA = 2, 40
MOST_KINDS_TRIED = MOST_AREAS_TRIED = 4


def complete(readers: Sequence[IndexReader], query: AutocompleteQuery) -> tuple[Completion, ...]:
    """Return the rows to show, and cache them for `recall`."""
    if not readers or not any(map(str.isalnum, query.text)):
        return ()
    key = _key_of(readers, query)
    answer = readers[0].completed.get(key)
    if answer is None:
        answer = _complete(readers, query)
        if not answer:
            answer = first_found(
                answer, query.text, lambda text: _complete(readers, replace(query, text=text)), is_found=bool
            )
        readers[0].completed[key] = answer
    return answer


def recall(readers: Sequence[IndexReader], query: AutocompleteQuery) -> tuple[Completion, ...] | None:
    """Return the cached rows of an equal query on the same generations; None if there are none. Thread-safe."""
    return readers[0].completed.get(_key_of(readers, query)) if readers else None


def _key_of(readers: Sequence[IndexReader], query: AutocompleteQuery) -> Hashable:
    return (query, *[reader.name for reader in readers[1:]])


def _complete(readers: Sequence[IndexReader], query: AutocompleteQuery) -> tuple[Completion, ...]:
    text = query.text
    point = find_point(readers, text)
    if point is not None:
        return _point_rows(readers, query, point)
    begun = begun_code(text)
    if begun is not None:
        country, code = begun
        there = replace(query.hints, countries=frozenset({country}))
        filters = CODES if query.filters == Filters() else query.filters
        if found := _complete(readers, replace(query, text=code, hints=there, filters=filters)):
            return found
    parsed = parse_query(readers, text, open_ended=True)
    candidates = _candidates(readers, parsed, query)
    name = one_name(text)
    if name is None and (not candidates or candidates[0].reader.about.world):
        name = without_umlauts(text)
    if name is not None:
        other = parse_query(readers, name, open_ended=True)
        candidates = sorted([*candidates, *_candidates(readers, other, query)], key=by_score, reverse=True)
    offered = [*_query_rows(readers, query), *_area_rows(readers, query), *_crossing_rows(readers, candidates, query)]
    rows = {row.display_lines: row for row in offered}
    for candidate in _with_houses(candidates, parsed, query):
        row = _row_of(candidate, query.lang)
        rows.setdefault(row.display_lines, row)
        if len(rows) >= query.rows:
            break
    return tuple(rows.values())


def _candidates(readers: Sequence[IndexReader], parsed: ParsedQuery, query: AutocompleteQuery) -> list[Candidate]:
    return search_candidates(readers, parsed, query.hints, query.filters, lang=query.lang, wanted=MOST_CANDIDATES)


def _point_rows(readers: Sequence[IndexReader], query: AutocompleteQuery, point: Point) -> tuple[Completion, ...]:
    """Return the row of a point that was typed as a coordinate, with the place there."""
    place = reverse(readers, point, query.lang)
    if not query.hints.admits(point, place.country_code if place is not None else None):
        return ()
    if place is not None and not query.filters.admits(place.kind, place.poi_category):
        return ()
    lines = (query.text.strip(), ", ".join(place.address_lines or (place.name,))) if place else (query.text.strip(),)
    address = place.address if place is not None else None
    return (Completion(display_lines=lines, location=point, address=address, query=query.text.strip()),)


def _query_rows(readers: Sequence[IndexReader], query: AutocompleteQuery) -> Iterator[Completion]:
    """Yield rows that search for a kind of place whose word has the typed prefix, if there is one nearby."""
    if not query.filters.admits_queries or (len(query.text) < LEAST_LETTERS and query.text.isascii()):
        return
    offered = 0
    for word, kind in kinds_starting(query.text, query.lang)[:MOST_KINDS_TRIED]:
        at = _nearest_of_kind(readers, kind, query)
        if at is not None:
            offered += 1
            yield Completion(
                display_lines=(word[:1].upper() + word[1:], nearby(query.lang)),
                location=query.hints.focus or at,
                query=word,
            )
        if offered == MOST_QUERIES:
            return


def _area_rows(readers: Sequence[IndexReader], query: AutocompleteQuery) -> Iterator[Completion]:
    """Yield rows that search for a kind of place in an area with the typed prefix: "restaurant in Sch"."""
    category = read_category(query.text, query.lang) if query.filters.admits_queries else None
    if category is None or not LEAST_LETTERS <= len(category.rest) <= LONGEST_AREA:
        return
    if not query.text.endswith(category.rest):  # the unfinished word is the kind: "Vaduz phar"
        return
    hints, filters = query.hints, replace(query.filters, result_types=frozenset())
    limits = replace(limits_of(hints, filters), kinds=AREAS, categories=frozenset())
    offered = 0
    area_typed = parse_query(readers, category.rest, open_ended=True)
    for candidate in find_candidates(readers, area_typed, limits, wanted=MOST_AREAS_TRIED)[:MOST_AREAS_TRIED]:
        if not candidate.is_sure or offered == MOST_QUERIES:
            return
        where = _row_of(candidate, query.lang).display_lines
        if not fold(where[0]).startswith(fold(category.rest)):
            continue
        for area in (", ".join(where), where[0]):  # the data may not have the country's name
            if find_of_category(readers, replace(category, rest=area), hints, filters, wanted=1):
                offered += 1
                yield Completion(
                    display_lines=(category.what[:1].upper() + category.what[1:], ", ".join(where)),
                    location=Point(*candidate.at),
                    query=f"{category.what} {area}",
                )
                break


def _crossing_rows(
    readers: Sequence[IndexReader], candidates: list[Candidate], query: AutocompleteQuery
) -> Iterator[Completion]:
    """Yield rows for the crossings of a street and one with the typed prefix: "4th & H".

    Such a row searches for both streets, around the point where they meet.
    """
    text = query.text
    is_sought = "&" in text or "@" in text or (text.count(" ") > 1 and _may_be_crossing(candidates))
    if not is_sought or not query.filters.admits(PlaceKind.STREET, None):
        return
    for one, other, point in find_crossing_by_prefix(readers, text, limits_of(query.hints, query.filters)):
        place = place_of_crossing(one, other, point, query.lang)
        if not query.hints.admits(point, place.country_code):
            continue
        where = [line for line in place.address_lines if line != place.address.full_thoroughfare]
        yield Completion(
            display_lines=(place.name, ", ".join(where)),
            location=point,
            address=place.address,
            query=place.name,
        )


def _may_be_crossing(candidates: list[Candidate]) -> bool:
    """Tell whether the query may mean a crossing: no candidate is a house, or matches every word of the query."""
    return not candidates or not candidates[0].is_sure or (candidates[0].house is None and candidates[0].cover < 1.0)


def _nearest_of_kind(readers: Sequence[IndexReader], kind: PlaceWord, query: AutocompleteQuery) -> Point | None:
    """Return the position of an object of a kind nearby; cached for squares of a tenth of a degree."""
    hints, focus = query.hints, query.hints.focus
    near = (round(focus.latitude, 1), round(focus.longitude, 1)) if focus is not None else None
    key = (kind, near, hints.countries, hints.search_region if hints.region_required else None, query.filters)
    remembered = readers[0].kinds
    if key not in remembered:
        parsed = CategoryQuery(frozenset({kind}), "")
        filters = replace(query.filters, result_types=frozenset())  # the row itself is a query, not a result
        candidates = find_of_category(readers, parsed, hints, filters, wanted=8, halves=HALVES[-1:])
        remembered[key] = Point(*candidates[0].at) if candidates else None
    return remembered[key]


def _with_houses(candidates: list[Candidate], parsed: ParsedQuery, query: AutocompleteQuery) -> Iterator[Candidate]:
    """Yield the candidates, and after the best street its houses with the typed number prefix."""
    if not has_digit(fold(query.text)):
        yield from candidates
        return
    prefix = next((parsed.words[at] for at in sorted(parsed.numeric, reverse=True)), None)
    opened_street = False
    for candidate in candidates:
        yield candidate
        if prefix is None or opened_street or candidate.record.kind != Kind.STREET or not candidate.record.numbered:
            continue
        opened_street = True
        shown = 0
        keys = candidate.reader.data.house_keys(candidate.id, prefix, limit=50)
        for key, house_id in sorted(keys, key=lambda pair: (len(pair[0]), pair[0])):
            house = candidate.reader.data.house(house_id)
            other = replace(candidate, house=house)
            if (candidate.house is not None and house.id == candidate.house.id) or key == prefix != house.number:
                continue
            if shown < MOST_HOUSES and is_admitted(other, query.hints, query.filters):
                shown += 1
                yield other


def _row_of(candidate: Candidate, lang: str) -> Completion:
    """Return the row of a candidate, from the cache if possible."""
    rows = candidate.reader.rows
    key = (candidate.id, candidate.house.id if candidate.house is not None else 0, lang)
    row = rows.get(key)
    if row is None:
        row = rows[key] = _row(candidate, lang)
    return row


def _row(candidate: Candidate, lang: str) -> Completion:
    """Return the row of a candidate with two lines: its name, and its address."""
    written, place_id = written_of(candidate, lang)
    name, lines = written.name, written.lines
    if (candidate.house is not None or candidate.record.kind == Kind.STREET) and lines and lines[0] == name:
        lines = lines[1:]
    second = ", ".join([line for line in lines if line != name])
    return Completion(
        display_lines=(name, second) if second else (name,),
        location=Point(*candidate.at),
        address=written.address,
        place_id=place_id,
    )
