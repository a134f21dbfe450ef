"""Finding candidates for a text: first with exact words, and if that is not enough, with typing errors."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.cells import LARGE, cells_around
from trigpoint.engines.embedded.index.datafile import SHORT
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import AREAS, Kind
from trigpoint.engines.embedded.query.parse import parse
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.rewrite import keep_together, may_be_run_together, write_calle_out
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.doubles import without_doubles
from trigpoint.engines.embedded.rank.houses import lacks_finished_number, lacks_its_house
from trigpoint.engines.embedded.rank.match import rank_records
from trigpoint.engines.embedded.rank.postal_city import WELL_KNOWN, TownCalled, allow_postal_city
from trigpoint.engines.embedded.rank.score import WHOLE_NAME, Candidate, by_score
from trigpoint.engines.embedded.rank.world_cities import is_certain, may_be_misspelled_city, prefer_area
from trigpoint.engines.embedded.retrieve.candidates import (
    Limits,
    find_exactly,
    find_loosely,
    find_postcodes,
    find_prefix_after,
    find_prefix_around,
    find_roads,
    find_town_around,
)
from trigpoint.engines.embedded.text.abbreviations import LIGHT
from trigpoint.engines.embedded.text.normalize import split_query
from trigpoint.maps.brands import with_latin_brands
from trigpoint.maps.coordinates import read_coordinates, read_plus_code

EXACT_COUNT = 40
LOOSE_COUNT = 60
ROWS = 15
WORLD_COUNT = 40
WORLD_PREFIX_COUNT = 20
LEAST_SCORE = 0.45
ENOUGH_COVER, ENOUGH_NAME = 0.6, 0.7
"""Share of the query, and of the name of an extract's record, that must match for typing errors not to be sought worldwide."""

MOST_ADDED = 8


FOUND_BY: Mapping[object, str] = {
    find_exactly: "every telling word",
    find_loosely: "most words, errors allowed",
    find_postcodes: "its postal code",
    find_roads: "the number of a road",
}
"""Descriptions of the lookups, for explanations."""


class Finder(Protocol):
    """A lookup of candidates."""

    def __call__(self, reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]: ...


def find_candidates(
    readers: Sequence[IndexReader], parsed: ParsedQuery, limits: Limits, *, wanted: int = 10
) -> list[Candidate]:
    """Find candidates for a query, best first. The first reader is the most detailed; the last may be the gazetteer."""
    if not parsed.words or not readers:
        return []
    exact_count = max(EXACT_COUNT, wanted)
    candidates = _gather(readers, parsed, limits, find_exactly, exact_count)
    if (
        parsed.codes
        and not (candidates and candidates[0].house is not None and candidates[0].is_sure)
        and admits_codes(limits)
    ):
        candidates = _add(readers, parsed, limits, candidates, find_postcodes)
    if parsed.roads and not (candidates and candidates[0].is_sure) and admits_streets(limits):
        candidates = _add(readers, parsed, limits, candidates, find_roads)
    lacks_number = parsed.open_ended and lacks_finished_number(parsed, candidates)
    is_sure = not lacks_number and is_certain(parsed, candidates, limits.focus)
    for reader in readers:
        if is_sure or (candidates and reader.about.world and _is_enough(candidates[0])):
            break
        known = {candidate.id for candidate in candidates if candidate.reader is reader}
        candidates += _gather([reader], parsed, limits, find_loosely, max(LOOSE_COUNT, wanted), known=known)
        candidates.sort(key=by_score, reverse=True)
        is_sure = bool(candidates) and candidates[0].is_sure
    if readers[-1].about.world and may_be_misspelled_city(parsed, candidates):
        known = {candidate.id for candidate in candidates if candidate.reader is readers[-1]}
        candidates += _gather([readers[-1]], parsed, limits, find_loosely, WORLD_COUNT, known=known)
        candidates.sort(key=by_score, reverse=True)
    may_be_postal = (
        candidates
        and (not parsed.open_ended or (parsed.before and (parsed.roads or lacks_its_house(parsed, candidates))))
        and (lacks_number or not candidates[0].is_sure)
        and (parsed.numeric or parsed.roads or len(parsed.telling) > 1)
    )
    if may_be_postal and allow_postal_city(
        parsed, candidates, lambda words: towns_called(readers, words), focus=limits.focus
    ):
        candidates.sort(key=by_score, reverse=True)
    if not parsed.open_ended and candidates and prefer_area(parsed, candidates, limits.focus):
        candidates.sort(key=by_score, reverse=True)
    return without_doubles([candidate for candidate in candidates if candidate.score >= LEAST_SCORE])


def _is_enough(best: Candidate) -> bool:
    """Tell whether a candidate of an extract matches so well that a town of the world with typing errors is not meant."""
    return best.cover > ENOUGH_COVER and best.name > ENOUGH_NAME


def find_point(readers: Sequence[IndexReader], text: str) -> Point | None:
    """Parse a coordinate or plus code; the town of a short plus code is looked up. None if the text is none."""
    code = read_plus_code(text)
    if code is None or code.is_whole:
        return read_coordinates(text)
    towns = find_candidates(readers, parse_query(readers, code.rest), Limits(kinds=AREAS))
    return code.near(Point(*towns[0].at)) if towns and towns[0].is_sure else None


def parse_query(readers: Sequence[IndexReader], text: str, *, open_ended: bool = False) -> ParsedQuery:
    """Parse a text, recognising brands in other scripts, and the names of countries in the readers' data. Called once per request.

    A brand is read as it is written if something in the data is called so.
    """
    if not text.isascii():
        text = with_latin_brands(text, lambda spelling: _is_name(readers, spelling)) or text
    if may_be_run_together(text):  # RafflesBoulevard are two words, the name RadioShack is one
        text = keep_together(text, lambda word: any(reader.frequency("name", word) for reader in readers))
    if "/" in text:
        text = write_calle_out(text, lambda word: sum(reader.frequency("name", word) for reader in _extracts(readers)))
    countries = [(reader.first_of_countries, reader.country_phrases) for reader in readers]
    return parse(text, open_ended=open_ended, countries=countries)


def _is_name(readers: Sequence[IndexReader], text: str) -> bool:
    """Tell whether each word of a text is in a name of an extract."""
    extracts = _extracts(readers)
    return all(any(reader.frequency("name", word) for reader in extracts) for word in split_query(text))


def _extracts(readers: Sequence[IndexReader]) -> list[IndexReader]:
    return [reader for reader in readers if not reader.about.world]


def _gather(
    readers: Sequence[IndexReader],
    parsed: ParsedQuery,
    limits: Limits,
    find: Finder,
    count: int,
    *,
    known: AbstractSet[int] = frozenset(),
) -> list[Candidate]:
    candidates: list[Candidate] = []
    for reader in readers:
        if candidates and candidates[0].house is not None and candidates[0].is_sure:
            break  # a whole address was found, so no town of the gazetteer is meant
        if (
            parsed.open_ended
            and limits.focus is not None
            and len(candidates) >= ROWS
            and sum(candidate.cover > WEIGHTS.sure for candidate in candidates) >= ROWS
        ):
            # Places nearby fill the list; only their town may be missing, if its whole name was typed.
            ids = find_town_around(reader, parsed.words[0], limits.focus) if len(parsed.words) == 1 else []
            candidates += rank_records(reader, parsed, ids, focus=limits.focus, found_by=FOUND_BY[find])
            candidates.sort(key=by_score, reverse=True)
            break
        most = (WORLD_PREFIX_COUNT if parsed.open_ended else WORLD_COUNT) if reader.about.world else count
        look_up = _find_by_prefix if reader.about.world and parsed.open_ended and find is find_exactly else find
        ids = look_up(reader, parsed, limits, count=min(count, most))
        new = [one for one in ids if one not in known]
        candidates += rank_records(reader, parsed, new, focus=limits.focus, found_by=FOUND_BY[find])
        candidates.sort(key=by_score, reverse=True)
    return candidates


def admits_codes(limits: Limits) -> bool:
    """Tell whether a postal code may be a result."""
    return not limits.categories and (not limits.kinds or Kind.POSTCODE in limits.kinds)


def admits_streets(limits: Limits) -> bool:
    """Tell whether a street may be a result."""
    return not limits.categories and (not limits.kinds or Kind.STREET in limits.kinds)


def _add(
    readers: Sequence[IndexReader], parsed: ParsedQuery, limits: Limits, candidates: list[Candidate], find: Finder
) -> list[Candidate]:
    """Add candidates for a postal code or road number, which other lookups may not find, as such words have low weight."""
    known = {candidate.id for candidate in candidates if candidate.reader is readers[0]}
    ids = [one for one in find(readers[0], parsed, limits, count=MOST_ADDED) if one not in known]
    if not ids:
        return candidates
    added = rank_records(readers[0], parsed, ids, focus=limits.focus, found_by=FOUND_BY[find])
    return sorted(candidates + added, key=by_score, reverse=True)


def towns_called(readers: Sequence[IndexReader], words: Sequence[str]) -> list[TownCalled]:
    """Return the towns and areas with a name."""
    named = parse(" ".join(words))
    found = []
    for reader in readers:
        ids = find_exactly(reader, named, Limits(kinds=AREAS), count=EXACT_COUNT)
        found += [
            candidate
            for candidate in rank_records(reader, named, ids, focus=None)
            if candidate.is_sure and candidate.name > WHOLE_NAME
        ]
    return [
        TownCalled(
            Point(*candidate.at),
            candidate.is_chief and candidate.record.rank > WELL_KNOWN,
            candidate.record.box if candidate.record.kind == Kind.AREA else None,
        )
        for candidate in found
    ]


def _find_by_prefix(reader: IndexReader, parsed: ParsedQuery, limits: Limits, *, count: int) -> list[int]:
    """Find records of the world gazetteer for an unfinished query, without typing errors.

    The same few letters are typed again and again, so the results are cached, by the words and by the cells around the
    focus point.
    """
    focus = limits.focus
    around = cells_around(focus, LARGE) if focus is not None else ()
    said = (*parsed.words, parsed.prefix, parsed.optional, parsed.shortened, frozenset(parsed.countries.items()))
    key = (said, limits.conditions, around, count)
    ids = reader.candidate_ids.get(key)
    if ids is None:
        if _is_few_letters(parsed) and not any(limits.conditions):
            ids = _find_letters(reader, parsed, focus, count=count)
        else:
            ids = find_exactly(reader, parsed, limits, count=count)
        reader.candidate_ids[key] = ids
    return ids


def _is_few_letters(parsed: ParsedQuery) -> bool:
    """Tell whether a query is only a short prefix, perhaps after stop words: "Im S"."""
    before = parsed.before
    if len(parsed.prefix) > SHORT or parsed.dense or not LIGHT.issuperset(before):
        return False
    return not before or parsed.words[-1] not in LIGHT


def _find_letters(reader: IndexReader, parsed: ParsedQuery, focus: Point | None, *, count: int) -> list[int]:
    """Find records for a short prefix: near the focus point, with the words before it, and the precomputed top records."""
    known = reader.data.best_with_prefix(parsed.prefix)
    if parsed.before:
        known = [*find_prefix_after(reader, parsed.before, parsed.prefix, count=count // 2), *known]
    if focus is not None:
        known = [*find_prefix_around(reader, parsed.prefix, focus, count=count // 2), *known]
    return known[:count]


def is_called(candidate: Candidate, parsed: ParsedQuery) -> bool:
    """Tell whether the name of a candidate has all telling words of the query, and few other words."""
    return candidate.name > WHOLE_NAME and all(candidate.by_name.get(at, 0.0) > WHOLE_NAME for at in parsed.telling)
