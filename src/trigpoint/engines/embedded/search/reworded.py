"""Other readings of a text: the centre of a town, a city in other characters or with its country, and words that were typed as one."""

from collections.abc import Sequence

from msgspec.structs import replace

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import AREAS, Kind, Level
from trigpoint.engines.embedded.query.centres import town_of_centre
from trigpoint.engines.embedded.query.countries import without_country
from trigpoint.engines.embedded.query.glued import part_words
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.rank.score import WHOLE_NAME, Candidate
from trigpoint.engines.embedded.rank.world_cities import LEAST_RANK, is_far_and_little_known
from trigpoint.engines.embedded.retrieve.candidates import Limits
from trigpoint.engines.embedded.search.forward import find_candidates, is_called, parse_query
from trigpoint.maps.han import city_spellings

MUCH_MORE = 0.1
"""How much more important a town must be than one with that alternative name."""


def town_by_its_centre(
    readers: Sequence[IndexReader], parsed: ParsedQuery, limits: Limits, candidates: Sequence[Candidate]
) -> tuple[ParsedQuery, list[Candidate]] | None:
    """Find the town of "downtown Columbus" or "City of Columbus", unless a candidate has nearly that name; None for other queries.

    If only the alternative name of a town is the same, it must be more important than that town.
    """
    called = candidates[0] if candidates and is_called(candidates[0], parsed) else None
    if parsed.numeric or len(parsed.words) < 2 or (called is not None and called.is_chief):
        return None
    if (town := town_of_centre(parsed.typed)) is None:
        return None
    named = parse_query(readers, town)
    found = find_candidates(readers, named, replace(limits, kinds=AREAS))
    if not found or not found[0].is_sure or found[0].name <= WHOLE_NAME:
        return None
    if called is not None and (
        found[0].record.kind != Kind.SETTLEMENT or found[0].record.rank < called.record.rank + MUCH_MORE
    ):
        return None
    return named, found


def town_of_dense_text(
    readers: Sequence[IndexReader], parsed: ParsedQuery, limits: Limits, candidates: Sequence[Candidate]
) -> tuple[ParsedQuery, list[Candidate]] | None:
    """Find the town of a text in a script without spaces; None for other texts, and if a candidate is as good.

    Such a text may begin or end with a country (`日本東京`), or name a city of the world in characters that GeoNames does
    not have for it, though for a village of that name: `華盛頓` is 华盛顿特区.
    """
    if not parsed.dense or parsed.numeric:
        return None
    best = candidates[0] if candidates else None
    if best is None or not best.is_sure or best.record.level == Level.COUNTRY:
        parted = without_country(parsed.typed, [reader.country_phrases for reader in readers])
        if parted is not None and (not limits.countries or parted[1] in limits.countries):
            there = replace(limits, countries=frozenset({parted[1]}))
            if (found := _sure_town(readers, parted[0], there)) is not None:
                return found
    if best is None or (best.reader.about.world and best.record.rank < LEAST_RANK):
        for text in city_spellings(parsed.typed):
            found = _sure_town(readers, text, limits)
            if found is not None and found[1][0].record.rank >= LEAST_RANK:
                return found
    return None


def _sure_town(readers: Sequence[IndexReader], text: str, limits: Limits) -> tuple[ParsedQuery, list[Candidate]] | None:
    """Find the town or the area of which a text is the whole name, perhaps with its country; None if there is none."""
    named = parse_query(readers, text)
    found = find_candidates(readers, named, replace(limits, kinds=AREAS))
    return (named, found) if found and found[0].is_sure and found[0].name > WHOLE_NAME else None


def words_glued(readers: Sequence[IndexReader], text: str) -> str | None:
    """Return the words of a name that a text without blanks is; None if there is no such name."""
    words = part_words(text, lambda word: any(reader.frequency("name", word) for reader in readers))
    if words is None:
        return None
    parsed = parse_query(readers, words)
    found = find_candidates(readers, parsed, Limits())
    is_name = found and all(found[0].by_name.get(at, 0.0) > WHOLE_NAME for at in parsed.telling)
    return words if is_name else None


def is_misspelled_town(candidate: Candidate, focus: Point | None) -> bool:
    """Tell whether a query may be the name of a town or area with typing errors, which is near or a city of the world."""
    if candidate.record.kind not in AREAS or candidate.name < WEIGHTS.two_errors:
        return False
    return not is_far_and_little_known(candidate, focus)
