"""Finding, among the spellings of a record, those that a query may mean."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from trigpoint.engines.embedded.index.records import Record
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.query.words import weight_of
from trigpoint.engines.embedded.rank.score import Worths
from trigpoint.engines.embedded.text.normalize import allowed_edits

MOST_FORMS = 6
MOST_ALIKE, MOST_EDITS = 2, 2
"""How many spellings that are like a word of the query are matched with it, and by how many letters they may differ."""


def prefix_form(parsed: ParsedQuery, record: Record) -> tuple[Worths, float, bool] | None:
    """Match a single unfinished word with the spelling of which it is the best prefix; returned as by `names.best_form`.

    A fast path for one word without typing errors; None in all other cases.
    """
    prefix, whole, spelled = parsed.needle, parsed.whole_words, record.spelled
    first = spelled.find(prefix)
    if first < 0 and whole not in spelled:
        return None
    end = spelled.find("\n")
    chief = spelled if end < 0 else spelled[:end]
    if 0 <= first < len(chief) or whole in chief:  # "Lon" is short for London, and nearer to what was typed
        value, share = _prefix_share(prefix, whole, chief)
        return {0: value}, share, True
    best: tuple[Worths, float, bool] | None = None
    best_worth = 0.0
    for start, line in _lines_with(spelled, (prefix,) if whole.startswith(prefix) else (prefix, whole), end + 1):
        value, share = _prefix_share(prefix, whole, line)
        worth = value * (1 - WEIGHTS.form_share + WEIGHTS.form_share * share)
        if worth > best_worth:
            is_chief = record.chiefs > 1 and spelled.count("\n", 0, start) < record.chiefs
            best, best_worth = ({0: value}, share, is_chief), worth
    return best


def _prefix_share(prefix: str, whole: str, line: str) -> tuple[float, float]:
    """Return the worth of a word for a spelling that has it, or a word with this prefix, and the share of the spelling."""
    at = line.find(whole)
    if at >= 0:
        end, value = at + len(whole) - 1, 1.0
    else:
        at = line.index(prefix)
        end = line.index(" ", at + 1)
        part = (len(whole) - 2) / (end - at - 1)
        value = WEIGHTS.prefix + (1 - WEIGHTS.prefix) * (min(1.0, part))
    if at == 0 and end == len(line) - 1:  # it is the only word
        return value, value
    return value, weight_of(line[at + 1 : end]) * value / _weight_of_line(line)


@lru_cache(maxsize=16_384)
def _weight_of_line(line: str) -> float:
    return sum(map(weight_of, line.split()))


def likely_lines(parsed: ParsedQuery, spelled: str) -> Sequence[str]:
    """Choose, of many spellings, the main one and those that share most words with the query."""
    if spelled.count("\n") < MOST_FORMS:
        return spelled.split("\n")
    needles = [f" {word}" for word in parsed.words]
    if parsed.open_ended:
        needles.append(parsed.needle)
    shares = []
    for start, line in _lines_with(spelled, needles, 0):
        form = line.split()
        same: float = len(parsed.said.intersection(form))
        if not same and parsed.open_ended and needles[-1] in line:
            same = 0.9
        if same:
            shares.append((-same / len(form), start, line))
    if not shares:
        return _alike(parsed, spelled.split("\n"))
    shares.sort()
    return [spelled[: spelled.index("\n")], *[line for _, start, line in shares[:MOST_FORMS] if start]]


def _alike(parsed: ParsedQuery, lines: Sequence[str]) -> Sequence[str]:
    """Return the first spellings, and further ones of one word that a word of the query may be with typing errors."""
    first = lines[:MOST_FORMS]
    if parsed.open_ended:
        return first
    words = [f" {word} " for word in parsed.words if allowed_edits(word)]
    found = [
        process.extract(word, lines, scorer=OSA.distance, limit=MOST_ALIKE, score_cutoff=MOST_EDITS) for word in words
    ]
    return list(dict.fromkeys([*first, *[line for lines in found for line, _, _ in lines]]))


def _lines_with(spelled: str, needles: Sequence[str], start: int) -> Iterator[tuple[int, str]]:
    """Yield the lines from a position on that have one of some needles, with where they begin.

    Few of the fifty spellings of a town do, so they are searched for instead of looked at one by one.
    """
    find = spelled.find
    ahead = [at for needle in needles if (at := find(needle, start)) >= 0]
    while ahead:
        at = min(ahead)
        start, end = spelled.rfind("\n", 0, at) + 1, find("\n", at)
        if end < 0:
            yield start, spelled[start:]
            return
        yield start, spelled[start:end]
        ahead = [at for needle in needles if (at := find(needle, end)) >= 0]
