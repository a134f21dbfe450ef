"""Geocoding: the places that a text names, if enough of the text matches."""

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import AREAS, Kind
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.respelled import first_found
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.postal_city import says_where
from trigpoint.engines.embedded.rank.score import WHOLE_NAME, Candidate
from trigpoint.engines.embedded.retrieve.candidates import Limits
from trigpoint.engines.embedded.search.crossings import find_crossing
from trigpoint.engines.embedded.search.forward import find_candidates, find_point, parse_query
from trigpoint.engines.embedded.search.results import place_of_answer, place_of_crossing
from trigpoint.engines.embedded.search.reverse import place_at
from trigpoint.engines.embedded.search.reworded import town_by_its_centre, town_of_dense_text, words_glued
from trigpoint.engines.embedded.text.normalize import has_digit
from trigpoint.maps.kind_queries import read_category
from trigpoint.maps.places import Place
from trigpoint.maps.queries import GeocodeQuery

MOST_GEOCODED = 10
LEAST_GEOCODED, LEAST_COVER = 0.5, 0.58
LEAST_NAME, LEAST_COVER_OF_STREET = 0.8, 0.5
"""Lowest share of the street's name in the query, and lowest cover, for a street that lacks the house number of the query;
a typing error in the name is possible as well."""

LEAST_NAME_OF_DENSE = 0.5
"""Lowest share of a name that a query has some pairs of characters of; by two or three pairs many names are alike."""

LEAST_COVER_OF_PART, LEAST_COVER_OF_DENSE_PART = 0.9, 0.8
"""Lowest cover of a house for an address in a part of the text, and in scripts in which pairs of characters span two words."""

LEAST_CODE = 4
"""Fewest characters of a postal code that is unknown, beside the name of a town."""

PART = re.compile(r"[,;\uff0c\uff1b\n]|(?<=[号號])\s*(?=[\u4e00-\u9fff]{2})")
"""Separator between an address and an unrelated name before or after it; in Chinese the name follows the number of the house."""

MOST_PARTS, MOST_LEFT_OUT = 8, 3
"""Highest number of parts of a text, and of those that are left out to find the address in it."""

LEAST_COVER_BESIDE_KIND, LEAST_NAME_BESIDE_KIND = 0.75, 0.6
"""Cover, and share of its name, from which a candidate is a better answer than one found by a word for its kind besides its name."""

UNDERGROUND, STATIONS = "railway=subway_entrance", frozenset({"railway=station", "PublicTransport"})

GAP = 0.12
"""Candidates that score this much less than the best one are not returned."""


def geocode(readers: Sequence[IndexReader], query: GeocodeQuery) -> tuple[Place, ...]:
    """Find the places that a text names, best first; empty when nothing matches."""
    point = find_point(readers, query.text)
    if point is not None:
        place = place_at(readers, point, query.hints, query.lang)
        return (place,) if place is not None else ()
    found = _geocode(readers, query)
    found = first_found(found, query.text, lambda text: _geocode(readers, replace(query, text=text)), is_found=bool)
    if not found and (words := words_glued(readers, query.text)) is not None:
        return _geocode(readers, replace(query, text=words))
    return found


def _geocode(readers: Sequence[IndexReader], query: GeocodeQuery) -> tuple[Place, ...]:
    parsed, candidates = geocode_candidates(readers, parse_query(readers, query.text), query)
    return answer(readers, parsed, candidates, query)


def geocode_candidates(
    readers: Sequence[IndexReader], parsed: ParsedQuery, query: GeocodeQuery
) -> tuple[ParsedQuery, list[Candidate]]:
    """Find what a query may mean, best first: by its words, else by a name and its kind, else the town of a centre.

    Returned with the part of the query that they match.
    """
    limits = limits_of_geocode(query)
    candidates = find_candidates(readers, parsed, limits)
    better = (
        _of_kind(readers, parsed, limits, candidates)
        or town_by_its_centre(readers, parsed, limits, candidates)
        or town_of_dense_text(readers, parsed, limits, candidates)
    )
    return better or (parsed, candidates)


def _of_kind(
    readers: Sequence[IndexReader], parsed: ParsedQuery, limits: Limits, candidates: Sequence[Candidate]
) -> tuple[ParsedQuery, list[Candidate]] | None:
    """Find a thing by its name and its kind, if no candidate matches well: for "Grønland T-bane" the station Grønland."""
    best = candidates[0] if candidates else None
    if best is not None and (
        best.house is not None or (best.cover >= LEAST_COVER_BESIDE_KIND and best.name >= LEAST_NAME_BESIDE_KIND)
    ):
        return None
    category = read_category(parsed.typed)
    if category is None or not category.rest or category.is_near:
        return None
    if best is not None and best.cover >= LEAST_COVER and best.record.category in category.kinds:
        return None
    kinds = frozenset[str](category.kinds)
    if UNDERGROUND in kinds:  # people name the station, which may have no entrances in the data
        kinds |= STATIONS
    named = parse_query(readers, category.rest)
    found = find_candidates(readers, named, replace(limits, categories=kinds))
    return (named, found) if found and (found[0].is_sure or found[0].cover > WEIGHTS.sure) else None


def limits_of_geocode(query: GeocodeQuery) -> Limits:
    """Convert the hints of a query to limits for the index."""
    hints = query.hints
    box = hints.search_region if hints.region_required else None
    return Limits(focus=hints.focus, countries=hints.countries, box=box)


def answer(
    readers: Sequence[IndexReader], parsed: ParsedQuery, candidates: list[Candidate], query: GeocodeQuery
) -> tuple[Place, ...]:
    """Choose the candidates that the query means, or the crossing of two streets instead."""
    crossing = find_crossing(readers, parsed, limits_of_geocode(query), candidates=candidates)
    if crossing is not None and crossing.crossing is not None:
        return (place_of_crossing(*crossing.crossing, query.lang),)
    if crossing is not None:
        candidates = crossing.streets
    if _may_hold_address(parsed, candidates):
        for text, is_inner in _without_a_part(query.text):
            shorter = parse_query(readers, text)
            found = find_candidates(readers, shorter, limits_of_geocode(query))
            if found and (_is_whole_address(shorter, found[0]) or (is_inner and _is_whole_street(shorter, found[0]))):
                return (place_of_answer(found[0], shorter, query.lang),)
    if not candidates:
        return ()
    least = max(LEAST_GEOCODED, candidates[0].score - GAP)
    return tuple(
        [
            place_of_answer(candidate, parsed, query.lang)
            for candidate in candidates[:MOST_GEOCODED]
            if candidate.score >= least and _is_explained(parsed, candidate)
        ]
    )


def _may_hold_address(parsed: ParsedQuery, candidates: Sequence[Candidate]) -> bool:
    """Tell whether the text may be an address next to an unrelated name: no candidate is a good answer."""
    if not parsed.numeric:
        return False
    best = candidates[0] if candidates else None
    if best is None or not _is_explained(parsed, best):
        return True
    is_left = any(at not in best.explained for at in parsed.numeric if parsed.words[at][0].isdigit())
    return is_left and not best.is_sure and best.house is None and best.record.kind != Kind.STREET


def _is_whole_address(parsed: ParsedQuery, best: Candidate) -> bool:
    """Tell whether a part of a text is an address that says in which town its house is; in Chinese it need not."""
    if parsed.dense and best.house is not None:
        return best.cover >= LEAST_COVER_OF_DENSE_PART and best.name >= WHOLE_NAME
    return best.house is not None and best.cover >= LEAST_COVER_OF_PART and says_where(parsed, best)


def _is_whole_street(parsed: ParsedQuery, best: Candidate) -> bool:
    """Tell whether a text is a street that lacks the number of the query, with its town."""
    is_street = best.record.kind == Kind.STREET and best.number_left
    return is_street and best.name >= WHOLE_NAME and says_where(parsed, best)


def _without_a_part(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text without its first parts, without its last ones, and without both, the most of it first.

    "Muster AG, Weg 5, Vaduz" has a name before the address, and so may a letter have two, and a sign or a name behind it.
    Then without parts between the number and the town, with True: "Weg 5, Haus B, Vaduz".
    """
    parts = [part.strip() for part in PART.split(text) if part.strip()][:MOST_PARTS]
    for fewer in range(1, min(len(parts), MOST_LEFT_OUT + 1)):
        for first in range(fewer, -1, -1):
            yield ", ".join(parts[first : len(parts) - fewer + first]), False
    numbered = next((at for at, part in enumerate(parts) if has_digit(part)), len(parts)) + 1
    for town in range(numbered + 1, min(len(parts), numbered + MOST_LEFT_OUT + 1)):
        yield ", ".join([*parts[:numbered], *parts[town:]]), True


def _is_explained(parsed: ParsedQuery, candidate: Candidate) -> bool:
    """Tell whether enough of the query matches for this candidate to be a result, and no other town is named."""
    if candidate.is_elsewhere or (parsed.roads and _is_no_such_road(parsed, candidate)):
        return False
    if candidate.record.kind in AREAS and candidate.name >= WHOLE_NAME and _are_codes(parsed, candidate):
        return True
    if parsed.dense and not candidate.is_sure and candidate.house is None and candidate.name < LEAST_NAME_OF_DENSE:
        return False
    lacks_number = candidate.number_left and candidate.name >= LEAST_NAME
    return candidate.cover >= (LEAST_COVER_OF_STREET if lacks_number else LEAST_COVER)


def _is_no_such_road(parsed: ParsedQuery, candidate: Candidate) -> bool:
    """Tell whether the query is only the number of a road, and a candidate has no more than its letters: "US 1" is not Us."""
    is_road = any(len(places) == len(parsed.words) for places, _ in parsed.roads)
    return (
        is_road and candidate.record.kind != Kind.STREET and any(at not in candidate.explained for at in parsed.numeric)
    )


def _are_codes(parsed: ParsedQuery, candidate: Candidate) -> bool:
    """Tell whether all that does not match a town may be its postal code: Shanghai has "200444 上海", though no code is known."""
    codes = {
        at for places in parsed.codes if sum(len(parsed.words[at]) for at in places) >= LEAST_CODE for at in places
    }
    return all(at in candidate.explained or at in codes for at in range(len(parsed.words)) if at not in parsed.optional)
