"""Things nearby by the initials of their names, as people type them: `bk` for Burger King, `hm` for H&M, `711` for 7-Eleven."""

from collections.abc import Sequence

from trigpoint.engines.embedded.index.geometry import metres_between
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.index.records import Kind, Record
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.rank.score import Candidate
from trigpoint.engines.embedded.rank.world_cities import is_far_and_little_known
from trigpoint.engines.embedded.retrieve.candidates import Limits, find_initials
from trigpoint.engines.embedded.search.of_kind import OF_KIND, REGION_M, is_admitted
from trigpoint.engines.embedded.text.abbreviations import LIGHT
from trigpoint.engines.embedded.text.normalize import fold
from trigpoint.maps.kind_queries import read_category
from trigpoint.maps.queries import SearchQuery

FEWEST, MOST = 2, 4
"""Fewest and most letters of initials."""

MOST_FOUND = 200


SPOKEN = {"1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "7": "seven", "11": "eleven", "21": "twenty"}
"""Numbers in names that people type in figures."""


def things_by_initials(
    readers: Sequence[IndexReader], parsed: ParsedQuery, query: SearchQuery, candidates: Sequence[Candidate]
) -> list[Candidate]:
    """Find things around the focus point of which a short text is the initials, the nearest first.

    Empty if something has the text as its name, unless it is far away and little known, and if it is a word for a kind.
    """
    focus = query.hints.focus
    if focus is None or not FEWEST <= len(parsed.typed) <= MOST or not parsed.typed.isalnum() or parsed.dense:
        return []
    if candidates and candidates[0].is_sure and not is_far_and_little_known(candidates[0], focus):
        return []
    if readers[0].about.world or read_category(parsed.typed, query.lang) is not None:
        return []
    reader, said = readers[0], fold(parsed.typed)
    letters = [said[0], said[1:]] if said.isdigit() else list(said)
    beginnings = [(one, SPOKEN[one]) if one in SPOKEN else (one,) for one in letters]
    limits = Limits(focus=focus, kinds=frozenset({Kind.POI}), countries=query.hints.countries)
    ids = find_initials(reader, beginnings, limits, count=MOST_FOUND)
    found = [
        Candidate(reader, at, record, 1.0, weighed=OF_KIND, score=OF_KIND.total, cover=1.0, is_sure=True)
        for at, record in zip(ids, reader.data.records(ids), strict=True)
        if _has_initials(record, beginnings)
    ]
    found = [one for one in found if is_admitted(one, query.hints, query.filters)]
    distances = {one.id: metres_between(*one.at, focus.latitude, focus.longitude) for one in found}
    return sorted((one for one in found if distances[one.id] < REGION_M), key=lambda one: distances[one.id])


def _has_initials(record: Record, beginnings: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether the words of a name begin with some letters, one after the other; stop words need not."""
    for words in record.forms:
        telling = [word for word in words if word not in LIGHT or len(word) == 1]
        if any(_begin(named, beginnings) for named in (words, telling)):
            return True
    return False


def _begin(words: Sequence[str], beginnings: Sequence[tuple[str, ...]]) -> bool:
    if len(words) != len(beginnings):
        return False
    return all(word.startswith(letters) for word, letters in zip(words, beginnings, strict=True))
