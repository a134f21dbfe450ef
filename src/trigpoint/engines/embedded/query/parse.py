"""Parsing a query: from text to words with weights, numbers, units, postal codes, roads and countries."""

# ruff: noqa: RUF001 (letters that look alike stand in many addresses)

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from unicodedata import category, normalize

from trigpoint.engines.embedded.query.numbers import bound_in, numbers_in
from trigpoint.engines.embedded.query.parsed import ParsedQuery
from trigpoint.engines.embedded.query.rewrite import rewrite
from trigpoint.engines.embedded.query.units import units_in
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.query.words import DIRECTIONS, Looks, codes_in, is_digit_at, looks_of
from trigpoint.engines.embedded.text.abbreviations import LIGHT, NUMBER_WORDS, TYPED
from trigpoint.engines.embedded.text.normalize import LONGEST_WORD, RUNS, fold, has_digit, shorten_word, split_query
from trigpoint.engines.embedded.text.roads import roads_in
from trigpoint.maps.postal import country_of_sign, leave_aside

LONGEST_TEXT = 300
MOST_WORDS = 18
MOST_OF_COUNTRY = 5
"""Highest number of words in the name of a country."""

MARKED = re.compile(r"^(?:в|вл|д|дом|vl|nr)(\d{1,4}[^\W\d_]?)$")
"""A house number joined with the word for it: "д10", "в27а"."""

CODES_TOO = frozenset({"wy", "pt", "sta", "sto"})
"""Short words that are codes of states or countries as well, or names, unless only their first letter is a capital."""

FIRST_OF_MARKED = frozenset("вдvn")
SIGN_BEHIND = re.compile(r"(?:([,/(])\s*|\s)([A-Z]{2,3}|(?<=,\s)[a-z]{2,3})\s*\)?\s*$")
"""What may be the code of a country: capitals, which a comma, slash or bracket before it mark, or small letters behind a comma."""

SMALL_SIGN_BEHIND = re.compile(r"(?:([,/(])\s*|\s)([a-z]{2,3})\s*\)?\s*$")
"""The same in a text that has no capitals at all: `omaha us`."""

TRAILING_POINT = re.compile(r"([^\W\d_]{2,})\.")
NOBODY: frozenset[int] = frozenset()
NOTHING: Mapping[int, str] = {}

CountryPhrases = tuple[frozenset[str], Mapping[tuple[str, ...], str]]
"""The first words of country names, and the country codes by the words of the names."""


def parse(text: str, *, open_ended: bool = False, countries: Sequence[CountryPhrases] = ()) -> ParsedQuery:
    """Parse a query. With `open_ended`, its last word may be unfinished; names of `countries` are recognised."""
    typed, aside = text, leave_aside(text[:LONGEST_TEXT])
    text = rewrite(aside.text)
    folded, is_ascii = fold(text), text.isascii()
    words = _words_of(text)
    prefix = ""
    if open_ended and words and (text[-1].isalnum() or category(text[-1])[0] == "M"):  # a vowel sign is no letter
        prefix = _last_as_typed(folded, words[-1])
        words[-1] = prefix if len(prefix) == 1 else words[-1]
    looks = [looks_of(word) for word in words]
    optional = _optional(words, folded)
    numeric = numbers_in(words, looks)
    bound = bound_in(words, numeric - optional, folded) if numeric else {}
    inner = (
        frozenset([later for at, count in bound.items() for later in range(at + 1, at + count)]) if bound else NOBODY
    )
    weights = [look.weight for look in looks]
    for at in numeric:
        if at in inner:
            weights[at] = WEIGHTS.inner
        elif not words[at][0].isdigit():
            weights[at] = WEIGHTS.part
    if prefix and looks[-1].is_light and len(words) > 1:  # the "Y" of "New Y" begins a word rather than being one
        weights[-1] = WEIGHTS.unfinished
    has_digits = bool(numeric) or has_digit(folded)
    codes = tuple(codes_in(words)) if has_digits else ()
    for places in codes:
        if len(places) > 1 and not optional.issuperset(places):
            for at in places:
                weights[at] = min(weights[at], WEIGHTS.number)
    named = _light_name(text, looks) if looks and looks[0].is_light and "," in text else 0
    for at in range(named):
        weights[at] = 1.0
    counted = [0.0 if at in optional else weight for at, weight in enumerate(weights)] if optional else weights
    needed = [at for at in range(len(words)) if at not in optional] if optional else [*range(len(words))]
    said = frozenset(words)
    shortened = frozenset(TRAILING_POINT.findall(folded)) if "." in folded else frozenset[str]()
    dense = NOBODY if is_ascii else frozenset([at for at, look in enumerate(looks) if look.is_dense])
    before = tuple(words[:-1])
    # By place, in the order of the fields: of more than fifteen that are named Python makes a dictionary, for 5 µs.
    return ParsedQuery(
        typed,
        text,
        aside,
        tuple(words),
        tuple(looks),
        tuple(weights),
        tuple(counted),
        sum(counted) or 1.0,  # total
        said,
        frozenset(optional),
        tuple(
            [at for at in needed if at not in numeric and (at < named or not looks[at].is_light)] or needed
        ),  # telling
        frozenset(numeric),
        shortened,
        _countries(text, words, said, countries),
        dense,
        NOTHING if is_ascii else _accented(text, words),
        bound,
        inner,
        _lettered(words, optional) if has_digits else NOBODY,
        codes,
        _roads(words, folded) if has_digits else (),
        max(map(len, words), default=0),  # longest
        tuple(_pairs(words, dense)),
        bool(prefix),  # open_ended
        prefix,
        bool(prefix) and not shortened and len(words) - 1 not in dense,  # is_prefix_only
        before,
        f" {prefix}",  # needle
        " ".join(["", *before, prefix]),  # name_prefix
        f" {' '.join(words)} ",  # whole_words
    )


def _words_of(text: str) -> list[str]:
    words = [
        MARKED.sub(r"\1", word) if word[0] in FIRST_OF_MARKED and not word.isalpha() else word
        for word in _without_repetition(split_query(text))[:MOST_WORDS]
    ]
    if TYPED.keys().isdisjoint(words):
        return words
    return [
        TYPED.get(word, word) if word not in CODES_TOO or f" {word.title()}" in f" {text}" else word for word in words
    ]


def _without_repetition(words: list[str]) -> list[str]:
    """Keep at most two occurrences of a word, as in "Baden-Baden"; more are nonsense.

    Of a number at most four are kept: that of the house, the floor, the door and the town.
    """
    if len(set(words)) == len(words):
        return words
    seen: dict[str, int] = {}
    kept = []
    for word in words:
        seen[word] = seen.get(word, 0) + 1
        if seen[word] <= (2 if word[0].isalpha() else 4):
            kept.append(word)
    return kept


def _last_as_typed(folded: str, word: str) -> str:
    """Return the last word as it was typed, if `word` is its short form; else `word`."""
    runs = RUNS.findall(folded)
    typed = runs[-1][:LONGEST_WORD] if runs else word
    return typed if shorten_word(typed) == word else word


def _optional(words: list[str], folded: str) -> set[int]:
    """Return the positions of optional words: those of a flat or a floor, and a word before a house number."""
    found = units_in(words, folded)
    if not NUMBER_WORDS.isdisjoint(words):
        found |= {at for at, word in enumerate(words) if word in NUMBER_WORDS and is_digit_at(words, at + 1)}
    return found


def _light_name(text: str, looks: Sequence[Looks]) -> int:
    """Return how many words before the first comma are the whole name of a place, though each is a stop word: `LA, CA`; 0 if others stand there."""
    count = len(split_query(text.partition(",")[0]))
    return count if all(look.is_light for look in looks[:count]) else 0


def _countries(text: str, words: list[str], said: frozenset[str], books: Sequence[CountryPhrases]) -> Mapping[int, str]:
    """Return country codes by the positions of words that name a country. A query that is only a country has none.

    A country's code or vehicle registration code counts at the end of the query only: "Vaduz, LI", "omaha us". Some of them
    are codes of states as well.
    """
    found: dict[int, str] = {}
    for first_words, phrases in books:
        if first_words.isdisjoint(said):
            continue
        for length in range(MOST_OF_COUNTRY, 0, -1):
            for at in range(len(words) - length, -1, -1) if length < len(words) else ():
                code = phrases.get(tuple(words[at : at + length]))
                if code and not any(other in found for other in range(at, at + length)):
                    found.update(dict.fromkeys(range(at, at + length), code))
    last = len(words) - 1
    if last <= 0 or not 2 <= len(words[last]) <= 3 or last in found:
        return found
    is_small = text.islower() and words[last] not in LIGHT
    sign = (SMALL_SIGN_BEHIND if is_small else SIGN_BEHIND).search(text)
    if sign is not None and words[last] == sign[2].lower() and (sign[1] or words[last] not in DIRECTIONS):
        code = country_of_sign(sign[2], is_marked=bool(sign[1]) or not (is_small or text.isupper()))
        if code is not None:
            found[last] = code
    return found


def _accented(text: str, words: list[str]) -> dict[int, str]:
    """Return words that were changed by folding (accents and the like), as they were typed, by position."""
    typed: dict[str, str] = {}
    for run in RUNS.findall(normalize("NFC", text).casefold()):
        if not run.isascii() and (folded := fold(run)) != run:
            typed[shorten_word(folded)] = run
    return {at: typed[word] for at, word in enumerate(words) if word in typed}


def _lettered(words: list[str], optional: set[int]) -> frozenset[int]:
    """Return the positions of words that may be a number with a letter before it: `A31`."""
    found = [at for at, word in enumerate(words) if looks_of(word).is_lettered and at not in optional]
    return frozenset(found) if found else NOBODY


def _roads(words: list[str], folded: str) -> tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]:
    """Return the word positions and index terms of each road that the query names by its number."""
    found = []
    for road in roads_in(folded):
        said = split_query(road.said)
        for at in range(len(words) - len(said) + 1):
            if words[at : at + len(said)] == said:
                found.append((tuple(range(at, at + len(said))), road.words))
                break
    return tuple(found)


def _pairs(words: list[str], dense: frozenset[int]) -> list[str]:
    """Return each word joined with the next one; "" for the last, and for pairs of characters."""
    pairs = [one + other for one, other in pairwise(words)]
    for at in dense:
        if at < len(pairs):
            pairs[at] = ""
    return [*pairs, ""] if words else pairs
