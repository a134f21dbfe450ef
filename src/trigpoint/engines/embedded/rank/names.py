"""Matching query words with the words of a name."""

from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from trigpoint.engines.embedded.index.records import Form, Kind, Record
from trigpoint.engines.embedded.query.parsed import Likeness, ParsedQuery
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.query.words import Looks, looks_of, weight_of
from trigpoint.engines.embedded.rank.reach import JOINED_FROM, LEAST_OF_PREFIX, may_be_joined, may_resemble
from trigpoint.engines.embedded.rank.score import Worths
from trigpoint.engines.embedded.rank.spelled import likely_lines, prefix_form
from trigpoint.engines.embedded.text.latin import is_written_out, to_latin
from trigpoint.engines.embedded.text.normalize import allowed_edits, distance, is_plain, lengthen_word
from trigpoint.engines.embedded.text.roads import ANY

FEW_WORDS = 2
"""Number of words of names from which on it pays to tell from their lengths which resemble the query."""


@lru_cache(maxsize=4)  # a function, so that it follows a weight which the bench changes
def worth_with(errors: int) -> float:
    """Return the worth of a match by its number of typing errors."""
    return (1.0, WEIGHTS.one_error, WEIGHTS.two_errors)[errors]


def best_form(parsed: ParsedQuery, record: Record) -> tuple[Worths, float, bool]:
    """Return the worths for the best matching spelling, the share of it that the query has, and if it is the main name."""
    if parsed.roads and record.kind == Kind.STREET:
        numbers = record.spelled.rpartition("\n")[2]  # how a road is called by its numbers stands last
        for places, tokens in parsed.roads:
            if ANY in numbers and any(f" {token} " in numbers for token in tokens):
                return dict.fromkeys(places, 1.0), 1.0, True
    if parsed.open_ended and len(parsed.words) == 1:
        found = prefix_form(parsed, record)
        if found is not None:
            return found
    return best_line(parsed, record)


def best_line(parsed: ParsedQuery, record: Record) -> tuple[Worths, float, bool]:
    """Return the same, word by word; without the fast paths for numbers of roads and for a single unfinished word."""
    which, best, best_share, best_worth = "", {}, 0.0, 0.0
    for line in likely_lines(parsed, record.spelled):
        explained, share = _explain(parsed, line.split())
        if not explained:
            continue
        worth = 0.0
        for at, value in explained.items():
            worth += parsed.weights[at] * value
        worth *= 1 - WEIGHTS.form_share + WEIGHTS.form_share * share
        if worth > best_worth:
            which, best, best_share, best_worth = line, explained, share, worth
    return best, best_share, _is_chief(record, which)


def _is_chief(record: Record, line: str) -> bool:
    """Tell whether a spelling is one of the main name; for "", none that matches, whether there is a main name."""
    chiefs = record.spelled.split("\n", max(1, record.chiefs))
    return line in chiefs[: record.chiefs] or f"{line}city " == chiefs[0] if line else bool(chiefs[0])


def _explain(parsed: ParsedQuery, form: Form) -> tuple[Worths, float]:
    """Match the words of a name with query words: equal ones first, then similar, joined or unfinished ones."""
    if len(form) == 1:
        return _explain_word(parsed, form[0])
    if parsed.longest < JOINED_FROM and parsed.said.isdisjoint(form) and not _has_likely(parsed, form):
        return {}, 0.0
    used: Worths = {}
    covered, total, left = _take_equal(parsed, form, used)
    may_join = left and parsed.longest >= JOINED_FROM
    if may_join:
        covered += _take_joined(parsed, form, used, left)
    count, known = len(parsed.words), parsed.likenesses
    for word, weight in left:
        if len(used) == count:
            return used, min(1.0, covered / total)
        if known.get(word) != ():  # most words are like none of the query, as is known when they come again
            found, worth = find_likest(parsed, word, used)
            for at in found:
                used[at] = worth
            covered += weight * worth
    if may_join and left and covered < total:
        covered = max(covered, total * _joined(parsed, form, used))
    return used, min(1.0, covered / total) if total else 0.0


def _has_likely(parsed: ParsedQuery, form: Form) -> bool:
    """Tell whether a word of a name is like one of the query."""
    for word in form:  # noqa: SIM110 (a generator would be made for each spelling)
        if parsed.likenesses.get(word) != () and find_likest(parsed, word, {})[0]:
            return True
    return False


def _explain_word(parsed: ParsedQuery, word: str) -> tuple[Worths, float]:
    """Do the same for a name of one word, as most spellings of towns are."""
    if word in parsed.said:
        return {parsed.words.index(word): 1.0}, 1.0
    found, worth = find_likest(parsed, word, {})
    if not found:
        return {}, 0.0
    weight = weight_of(word)
    return dict.fromkeys(found, worth), min(1.0, weight * worth / weight)


def _take_equal(parsed: ParsedQuery, form: Form, used: Worths) -> tuple[float, float, list[tuple[str, float]]]:
    """Match the words of a name that the query has; return their weight, that of all words, and the words that are left."""
    words, said = parsed.words, parsed.said
    left: list[tuple[str, float]] = []
    covered = total = 0.0
    for word in form:
        weight = weight_of(word)
        total += weight
        if word in said:
            at = words.index(word)
            while at in used and word in words[at + 1 :]:  # that place is taken by the same word before it
                at = words.index(word, at + 1)
            if at not in used:
                used[at] = 1.0
                covered += weight
                continue
        left.append((word, weight))
    return covered, total, left


def find_likest(parsed: ParsedQuery, word: str, used: Worths) -> tuple[tuple[int, ...], float]:
    """Find the query word, or two joined ones, that match a word of a name best; return their positions and the worth."""
    if parsed.is_prefix_only and word.startswith(parsed.prefix):
        last = len(parsed.words) - 1
        if last not in used and word not in parsed.pairs:  # nothing that is misspelled is worth as much
            return (last,), WEIGHTS.prefix + (1 - WEIGHTS.prefix) * len(parsed.prefix) / len(word)
    likenesses = parsed.likenesses.get(word)
    if likenesses is None:
        is_quick = len(parsed.likenesses) < FEW_WORDS  # to tell it from their length pays only for many words
        likenesses = _likenesses(parsed, word) if is_quick or may_resemble(parsed, word) else ()
        parsed.likenesses[word] = likenesses
    if not likenesses:
        return (), 0.0
    best: tuple[int, ...] = ()
    worth = 0.0
    for places, value, is_whole in likenesses:
        if (value > worth or is_whole) and used.keys().isdisjoint(places):
            best, worth = places, value
            if is_whole:
                break
    return best, worth


def _likenesses(parsed: ParsedQuery, word: str) -> tuple[Likeness, ...]:
    """Return the query words, single or joined, that may match a word of a name, in the order of the query."""
    found: list[Likeness] = []
    plain, length = is_plain(word), len(word)
    last, prefix = len(parsed.words) - 1, parsed.prefix
    for at, look in enumerate(parsed.looks):
        if look.is_dense:
            continue
        other, pair = parsed.words[at], parsed.pairs[at]
        value = 0.0
        if not (plain and look.is_plain) or -look.edits <= len(other) - length <= look.edits:
            value = _alike(look, other, word, plain=plain)
        if at == last and prefix:
            value = max(value, _prefix_worth(prefix, word, plain=plain))
        elif other in parsed.shortened:
            value = max(value, _prefix_worth(other, word, plain=plain))
        if value > 0:
            found.append(Likeness((at,), value))
        if pair == word:
            found.append(Likeness((at, at + 1), WEIGHTS.split, is_whole=True))
        elif pair and length > 5 and (-2 <= len(pair) - length <= 2 or not (plain and looks_of(pair).is_plain)):
            value = WEIGHTS.pair_error * _alike(looks_of(pair), pair, word, plain=plain)
            if value > 0:
                found.append(Likeness((at, at + 1), value))
    return tuple(found)


def _prefix_worth(typed: str, word: str, *, plain: bool) -> float:
    """Return the worth of a prefix for a word, which may be `plain`; a long prefix may have typing errors."""
    if word.startswith(typed):
        return WEIGHTS.prefix + (1 - WEIGHTS.prefix) * len(typed) / len(word)
    for form in () if plain else lengthen_word(word):
        if form.startswith(typed):
            return WEIGHTS.prefix + (1 - WEIGHTS.prefix) * len(typed) / len(form)
    if len(typed) < LEAST_OF_PREFIX:
        return 0.0
    part = word[: len(typed)]
    return WEIGHTS.prefix_error * _alike(looks_of(typed), typed, part, plain=is_plain(part))


def _alike(look: Looks, typed: str, word: str, *, plain: bool) -> float:
    """Return the worth of a typed word, of which `look` tells the form, for a word of a name, which may be `plain`."""
    edits = look.edits
    if not (plain and look.is_plain):
        return _alike_in_any_form(typed, word) if edits or not (look.is_ascii and word.isascii()) else 0.0
    if not edits or not -edits <= len(typed) - len(word) <= edits:
        return 0.0
    errors = OSA.distance(typed, word, score_cutoff=edits)
    if errors > edits:
        return 0.0
    return WEIGHTS.latin if errors and is_written_out(typed, word) else worth_with(errors)


@lru_cache(maxsize=16_384)
def _alike_in_any_form(typed: str, word: str) -> float:
    """Return the same for words that may have long forms, or are written in another script."""
    edits = allowed_edits(typed)
    if edits:
        errors = _errors(typed, word, edits)
        if errors <= edits:
            return WEIGHTS.latin if errors and is_written_out(typed, word) else worth_with(errors)
    if not word.isascii() or not typed.isascii():
        latin, typed_latin = to_latin(word), to_latin(typed)
        if latin != word or typed_latin != typed:
            errors = distance(typed_latin, latin)
            if errors <= allowed_edits(typed_latin):
                return worth_with(errors) * WEIGHTS.latin
    return 0.0


def _errors(typed: str, word: str, most: int) -> int:
    """Return the lowest number of typing errors between a typed word, or its long forms, and a word of a name; more than `most` count as one more."""
    least = most + 1
    forms = (word, *lengthen_word(word))
    for one in (typed, *lengthen_word(typed)):
        for form in forms:
            if least and -least < len(one) - len(form) < least:
                least = min(least, OSA.distance(one, form, score_cutoff=least - 1))
    return least


def _take_joined(parsed: ParsedQuery, form: Form, used: Worths, left: list[tuple[str, float]]) -> float:
    """Match two words of a name with a query word that joins them; return the weight of the two words, times the worth."""
    for first, second in pairwise(form):
        pair = first + second
        if pair in parsed.said:
            parts = (first, weight_of(first)), (second, weight_of(second))
            if parts[0] in left and parts[1] in left and (first != second or left.count(parts[0]) > 1):
                used[parsed.words.index(pair)] = WEIGHTS.joined
                left.remove(parts[0])
                left.remove(parts[1])
                return WEIGHTS.joined * (parts[0][1] + parts[1][1])
    return 0.0


def _joined(parsed: ParsedQuery, form: Form, used: Worths) -> float:
    """Find a query word that joins two words of the name: `newyork` for `new york`."""
    left = [(at, word) for at, word in enumerate(parsed.words) if at not in used and len(word) >= JOINED_FROM]
    for first, second in pairwise(form) if left else ():
        if parsed.reach and not may_be_joined(parsed, first, second):
            continue
        pairs = [(pair, is_plain(pair)) for pair in [start + second for start in (first, *lengthen_word(first))]]
        for at, other in left:
            look, worth = parsed.looks[at], 0.0
            for pair, plain in pairs:
                if other == pair:
                    worth = 1.0
                elif not (plain and look.is_plain) or -look.edits <= len(other) - len(pair) <= look.edits:
                    worth = max(worth, _alike(look, other, pair, plain=plain))
            if worth > 0:
                used[at] = worth * WEIGHTS.joined
                return used[at] * (weight_of(first) + weight_of(second)) / sum(weight_of(word) for word in form)
    return 0.0
