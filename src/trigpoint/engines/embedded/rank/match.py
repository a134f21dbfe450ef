"""Reading, matching and ordering candidate records."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import Kind, Level, Record
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.houses import MOST_STREETS, look_for_house
from trigpoint.engines.embedded.rank.names import best_form, best_line
from trigpoint.engines.embedded.rank.score import Candidate, Worths, by_score, score_candidates, set_nearness
from trigpoint.engines.embedded.rank.spelled import prefix_form
from trigpoint.engines.embedded.text.normalize import is_nearly_one_of, is_prefix_of_any
from trigpoint.engines.embedded.text.roads import ANY
from trigpoint.maps.kinds import kinds_named

BEGUN, FEW_LETTERS = 0.99, 3
"""Share of the name of a town of the world that begins with the word typed, and most letters of such a word: "new" begins
New York as much as Newcastle. A longer word may be the whole name."""


def rank_records(
    reader: IndexReader, parsed: ParsedQuery, ids: Sequence[int], *, focus: Point | None, found_by: str = ""
) -> list[Candidate]:
    """Read and score records, and return candidates, best first."""
    candidates = _match(reader, parsed, ids, found_by)
    if focus is not None:
        set_nearness(reader, candidates, focus, open_ended=parsed.open_ended)
    has_numbers = parsed.numeric or parsed.lettered
    if not has_numbers or len(candidates) != 1 or not _has_houses(candidates[0]):  # else it is scored with its house
        score_candidates(parsed, candidates, focus)
    if has_numbers:
        candidates.sort(key=by_score, reverse=True)
        streets = [candidate for candidate in candidates if _has_houses(candidate)]
        for candidate in streets[:MOST_STREETS]:
            look_for_house(parsed, candidate)
        score_candidates(parsed, streets[:MOST_STREETS], focus)
        candidates = [candidate for candidate in candidates if candidate.name > 0]
    if parsed.roads:
        candidates = [candidate for candidate in candidates if not _is_another_road(parsed, candidate)]
    candidates.sort(key=by_score, reverse=True)
    return candidates


def _has_houses(candidate: Candidate) -> bool:
    return candidate.record.kind == Kind.STREET and bool(candidate.record.numbered)


def _is_another_road(parsed: ParsedQuery, candidate: Candidate) -> bool:
    """Tell whether a candidate is a numbered road with another number than the query's: OH 562 is not OH 563, nor house 563 on it."""
    if candidate.record.kind != Kind.STREET:
        return False
    is_numbered = f" {ANY}" in candidate.record.spelled
    if candidate.is_chief and not is_numbered:
        return False
    for places, _ in parsed.roads:
        if not is_numbered and not candidate.by_name.keys() <= set(places):
            continue
        if any(at in candidate.by_name for at in places):
            if candidate.house is not None and candidate.is_chief:
                continue
            matched = candidate.explained if candidate.house is None else candidate.by_name
            if not all(matched.get(at, 0.0) > WEIGHTS.one_error for at in places):  # nor may a digit be a typing error
                return True
    return False


def _match(reader: IndexReader, parsed: ParsedQuery, ids: Sequence[int], found_by: str) -> list[Candidate]:
    """Read records and match their words; without those of which neither the name nor, as the query has no numbers, a house can match."""
    count = len(parsed.words)
    must_be_named = not (parsed.numeric or parsed.lettered)
    is_prefix = parsed.open_ended and count == 1
    is_word_in_world = is_prefix and reader.about.world
    is_prefix = is_prefix and not parsed.roads
    candidates = []
    ids = list(dict.fromkeys(ids))
    for record_id, record in zip(ids, reader.data.records(ids), strict=True):
        if is_prefix:
            by_name, name, is_chief = prefix_form(parsed, record) or best_line(parsed, record)
        else:
            by_name, name, is_chief = best_form(parsed, record)
        if must_be_named and not name:
            continue
        if is_word_in_world and by_name.get(0, 0.0) >= WEIGHTS.prefix:
            # In the world gazetteer the share of the name means little; importance counts instead.
            name = min(1.0, name / by_name[0])
            if name < BEGUN and len(parsed.prefix) <= FEW_LETTERS and record.spelled.startswith(parsed.whole_words):
                name = BEGUN
            by_name = {0: WEIGHTS.world_word if by_name[0] == 1.0 else WEIGHTS.world_prefix}
        explained = by_name
        if len(by_name) < count:
            around = _explain_around(reader, parsed, record_id, record, by_name)
            explained = by_name | around if around else by_name
        candidates.append(Candidate(reader, record_id, record, name, explained, by_name, is_chief, found_by))
    return candidates


def _explain_around(
    reader: IndexReader, parsed: ParsedQuery, record_id: int, record: Record, by_name: Worths
) -> Worths:
    """Match the remaining query words with the record's surroundings: street, number, postal code, areas."""
    if record.level == Level.COUNTRY:  # it is in no town, even if a point is drawn for it that is in one
        return {
            at: WEIGHTS.near for at, code in parsed.countries.items() if at not in by_name and code == record.country
        }
    near = reader.data.setting_words(record.setting)
    own = reader.data.own_words(record_id)
    explained: Worths = {}
    for at, word in enumerate(parsed.words):
        if at in by_name or at in parsed.optional:
            continue
        if word in near or word in own or (at in parsed.countries and parsed.countries[at] == record.country):
            explained[at] = WEIGHTS.near
        elif record.kind == Kind.POI and record.category in kinds_of_word(word):
            explained[at] = WEIGHTS.of_kind
        elif (
            at == len(parsed.words) - 1
            and parsed.open_ended
            and (
                reader.is_prefix_near(parsed.prefix, record.setting)
                or is_prefix_of_any(parsed.prefix, own)
                or (record.kind == Kind.POSTCODE and by_name and _begins_any(parsed.prefix, near))  # "9490 V"
            )
        ):
            explained[at] = WEIGHTS.near * WEIGHTS.near_prefix
        elif at not in parsed.numeric and (reader.is_nearly_near(word, record.setting) or is_nearly_one_of(word, own)):
            explained[at] = WEIGHTS.near_error
    return explained


@lru_cache(maxsize=16_384)
def kinds_of_word(word: str) -> frozenset[str]:
    """Return the kinds of place that a word of a query names: a hotel need not be called one."""
    return kinds_named(word)


def _begins_any(prefix: str, words: Iterable[str]) -> bool:
    return any(word.startswith(prefix) for word in words)
