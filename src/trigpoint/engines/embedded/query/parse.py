"""What a person typed, taken apart: words with their weights, numbers, units, coordinates, crossings, countries."""

# ruff: noqa: RUF001 (letters that look alike stand in many addresses)

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from trigpoint.engines.embedded.query.postal import codes_in, leave_aside
from trigpoint.engines.embedded.query.rewrite import rewrite
from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.text.abbreviations import FLOOR_WORDS, LIGHT, NUMBER_WORDS, SHORT, UNIT_WORDS
from trigpoint.engines.embedded.text.house_numbers import BUILDING_WORDS, is_part, looks_like_number
from trigpoint.engines.embedded.text.normalize import (
    LONGEST_WORD,
    RUNS,
    allowed_edits,
    fold,
    has_digit,
    is_dense,
    shorten_word,
    split_query,
)
from trigpoint.engines.embedded.text.roads import roads_in

LONGEST_TEXT = 300
MOST_WORDS = 18
GENERIC_WEIGHT = WEIGHTS.generic
GENERIC = frozenset(SHORT.values()) | {
    "rue", "via", "calle", "weg", "gasse", "str", "st", "tie", "katu", "ulitsa", "улица", "kuja", "polku", "chaussee",
}  # fmt: skip
"""Words that say what kind of street it is; people often leave them out."""

ORDINAL = re.compile(r"^\d{1,2}(?:st|nd|rd|th|e|er|eme|ere|o|a|os|do|ro)$")
LETTERED = re.compile(r"^[a-z]{1,2}\d{1,4}[a-z]?$")
DIRECTIONS = frozenset({"n", "s", "e", "w", "ne", "nw", "se", "sw"})
FLOOR_BEFORE = re.compile(r"\b(\d{1,2})\s*\.\s*([^\W\d_]+)")
"""The number of a floor with a point, and the word after it: "2. krs"."""

HASH = re.compile(r"#\s*([^\W_]+)(?:-([^\W_]+))?")
"""The number of a flat after a hash: "#4", "#01-05"."""

MARKED = re.compile(r"^(?:в|вл|д|дом|vl|nr)(\d{1,4}[^\W\d_]?)$")
"""A house number that is written in one with the word for it: "д10", "в27а"."""

FIRST_OF_MARKED = frozenset("вдvn")

TRAILING_POINT = re.compile(r"([^\W\d_]{2,})\.")


class Likeness(NamedTuple):
    """Words of a question, by their places, that may mean a word of a name; `is_whole` if two of them written as one are it."""

    places: tuple[int, ...]
    worth: float
    is_whole: bool = False


class FuzzyWord(NamedTuple):
    """One word of a question, as names are compared with it; see `Asked.pieces`.

    `prefix` are the letters by which it may begin a longer word, empty if it may not; `pair` is the word written as one
    with the next, empty for the last. `may_err` tells whether it may have typing errors.
    """

    at: int
    word: str
    prefix: str
    pair: str
    may_err: bool
    is_ascii: bool


@dataclass(slots=True)
class ParsedQuery:
    """The words of a question. `weights` say how much each tells; `optional` words may stay unexplained at no cost.

    `prefix` is the last word with the very letters that were typed, if it may be unfinished: "san" is the beginning of
    "Santa" too, though as a word it is short for "saint". The question is `open_ended` then; `before` are the words
    before the last. `fuzzy_words` are the words that may be misspelled or go on. `counted_weights` are the weights, nought for what is
    optional. `needles` are what to look for in names as `records.spell` writes them: where a word of the question begins
    one of theirs; the last is for the last word, as it was typed. `name_prefix` is the beginning of a name that says the
    words in this order, `whole_words` all of it that does, written like a name. `pairs` are neighbours written as one. If it `is_prefix_only`, the last word is unfinished and
    no other is. `accented` are the words that were typed with accents or in letters of their own, with those.
    `alike` remembers what may mean a word of a name (see `rank.names`), as the same words stand in the names
    of many candidates, `keys` what house number may begin at a word (see `rank.houses`).
    """

    text: str
    words: list[str]
    weights: list[float]
    optional: frozenset[int]
    numeric: frozenset[int]
    shortened: frozenset[str]
    countries: dict[int, str] = field(default_factory=dict)
    prefix: str = ""
    dense: frozenset[int] = frozenset()
    accented: Mapping[int, str] = field(default_factory=dict)
    bound: Mapping[int, int] = field(default_factory=dict)
    inner: frozenset[int] = frozenset()
    lettered: frozenset[int] = frozenset()
    codes: tuple[tuple[int, ...], ...] = ()
    roads: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = ()
    code_countries: Mapping[str, str] = field(default_factory=dict)
    total: float = field(init=False)
    said: frozenset[str] = field(init=False)
    open_ended: bool = field(init=False)
    plain: str = field(init=False)
    before: tuple[str, ...] = field(init=False)
    longest: int = field(init=False)
    counted_weights: list[float] = field(init=False)
    fuzzy_words: list[FuzzyWord] = field(init=False)
    needles: tuple[str, ...] = field(init=False)
    name_prefix: str = field(init=False)
    whole_words: str = field(init=False)
    pairs: frozenset[str] = field(init=False)
    is_prefix_only: bool = field(init=False)
    alike: dict[str, tuple[Likeness, ...]] = field(init=False, default_factory=dict, repr=False)
    keys: dict[int, list[tuple[str, int]]] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Work out the weight of all words that must be explained, once."""
        self.plain = " ".join(self.text.casefold().split())
        self.counted_weights = [0.0 if at in self.optional else weight for at, weight in enumerate(self.weights)]
        self.total = sum(self.counted_weights) or 1.0
        self.said = frozenset(self.words)
        self.open_ended = bool(self.prefix)
        self.before = tuple(self.words[:-1])
        self.needles = tuple([f" {word}" for word in (*self.words, self.prefix)])
        self.name_prefix = " ".join(["", *self.before, self.prefix])
        self.whole_words = f" {' '.join(self.words)} "
        self.longest = max(map(len, self.words), default=0)
        self.fuzzy_words = [self._fuzzy_word(at, word) for at, word in enumerate(self.words) if at not in self.dense]
        self.pairs = frozenset([piece.pair for piece in self.fuzzy_words])
        self.is_prefix_only = self.open_ended and not self.shortened and len(self.words) - 1 not in self.dense

    def _fuzzy_word(self, at: int, word: str) -> FuzzyWord:
        is_last = at == len(self.words) - 1
        prefix = self.prefix if self.open_ended and is_last else word if word in self.shortened else ""
        pair = "" if is_last else word + self.words[at + 1]
        return FuzzyWord(at, word, prefix, pair, allowed_edits(word) > 0, word.isascii())

    @property
    def telling(self) -> list[int]:
        """The words that choose among records: neither light nor numbers nor optional."""
        chosen = [
            at
            for at, word in enumerate(self.words)
            if at not in self.optional and at not in self.numeric and word not in LIGHT
        ]
        return chosen or [at for at in range(len(self.words)) if at not in self.optional]


def parse(text: str, *, open_ended: bool = False) -> ParsedQuery:
    """Take a text apart. With `open_ended` its last word may be unfinished."""
    aside = leave_aside(text[:LONGEST_TEXT])
    text = rewrite(aside.text)
    folded = fold(text)
    words = [
        MARKED.sub(r"\1", word) if word[0] in FIRST_OF_MARKED else word
        for word in _without_repetition(split_query(text))[:MOST_WORDS]
    ]
    prefix = ""
    if open_ended and words and text[-1].isalnum():
        prefix = _last_as_typed(text, words[-1])
        words[-1] = prefix if len(prefix) == 1 else words[-1]
    optional = {at for at, word in enumerate(words) if word in NUMBER_WORDS and _numeric(words, at + 1)}
    optional |= _units(words, folded)
    numeric = {at for at, word in enumerate(words) if looks_like_number(word)}
    for at in range(1, len(words)):
        if at - 1 not in numeric:
            continue
        later = is_part(words[at]) and (len(words[at]) == 1 or words[at][-1].isdigit())
        building = words[at] in BUILDING_WORDS and _numeric(words, at + 1)
        if (later and words[at] not in LIGHT) or building:
            numeric.add(at)
    bound = _bound(words, numeric - optional, folded) if numeric else {}
    inner = frozenset(later for at, count in bound.items() for later in range(at + 1, at + count))
    weights = [
        WEIGHTS.inner
        if at in inner
        else WEIGHTS.part
        if at in numeric and not words[at][0].isdigit()
        else weight_of(words[at])
        for at in range(len(words))
    ]
    if prefix and words[-1] in LIGHT and len(words) > 1:  # the "Y" of "New Y" begins a word rather than being one
        weights[-1] = WEIGHTS.unfinished
    has_digits = bool(numeric) or has_digit(folded)
    return ParsedQuery(
        text=text,
        words=words,
        weights=weights,
        optional=frozenset(optional),
        numeric=frozenset(numeric),
        shortened=frozenset(TRAILING_POINT.findall(folded) if "." in folded else ()),
        dense=frozenset(at for at, word in enumerate(words) if is_dense(word)),
        prefix=prefix,
        accented=_accented(text, words),
        codes=tuple(codes_in(words)) if has_digits else (),
        roads=_roads(words, folded) if has_digits else (),
        code_countries=aside.countries,
        bound=bound,
        lettered=_lettered(words, optional) if has_digits else frozenset(),
        inner=inner,
    )


def _lettered(words: list[str], optional: set[int]) -> frozenset[int]:
    """Find the words that may be a number with a letter before it: `A31`."""
    return frozenset(
        [at for at, word in enumerate(words) if not word.isalpha() and LETTERED.match(word) and at not in optional]
    )


def _roads(words: list[str], folded: str) -> tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]:
    """Find the words of each road that is named by its number."""
    found = []
    for road in roads_in(folded):
        said = split_query(road.said)
        for at in range(len(words) - len(said) + 1):
            if words[at : at + len(said)] == said:
                found.append((tuple(range(at, at + len(said))), road.words))
                break
    return tuple(found)


def _bound(words: list[str], numeric: set[int], folded: str) -> dict[int, int]:
    """Say of each number of several words how many belong together: `13/12 к2`, `5, корпус 2`, `12 a`."""
    bound: dict[int, int] = {}
    at = 0
    while at < len(words):
        first = at
        at += 1
        if first not in numeric or not words[first][0].isdigit():
            continue
        while at in numeric and (words[at] not in LIGHT) and _belongs(words, at, folded):
            at += 1
        if at - first > 1:
            bound[first] = at - first
    return bound


def _belongs(words: list[str], at: int, folded: str) -> bool:
    """Tell whether a word behind a number is a part of it."""
    word, before = words[at], words[at - 1]
    if before in BUILDING_WORDS or word in BUILDING_WORDS:
        return True
    if word[0].isdigit():
        return f"{before}/{word}" in folded
    if word in DIRECTIONS or not is_part(word):
        return False
    return re.search(rf"{re.escape(before)}[ -]?{re.escape(word)}(?![\w'])", folded) is not None


def _accented(text: str, words: list[str]) -> dict[int, str]:
    """Give the words, by their places, that lost an accent or the like when they were folded, as they were typed."""
    if text.isascii():
        return {}
    typed = {
        shorten_word(fold(run)): run for run in RUNS.findall(normalize("NFC", text).casefold()) if fold(run) != run
    }
    return {at: typed[word] for at, word in enumerate(words) if word in typed}


def _last_as_typed(text: str, word: str) -> str:
    """Give the letters from which the last word was made, if it is a short form of them."""
    runs = RUNS.findall(fold(text))
    typed = runs[-1][:LONGEST_WORD] if runs else word
    return typed if shorten_word(typed) == word else word


@lru_cache(maxsize=16_384)
def weight_of(word: str) -> float:
    """Say how much a word tells by its looks."""
    if word in LIGHT:
        return WEIGHTS.light
    if word in GENERIC:
        return GENERIC_WEIGHT
    if looks_like_number(word):
        return WEIGHTS.number
    return WEIGHTS.dense if is_dense(word) else 1.0


def _without_repetition(words: list[str]) -> list[str]:
    """Keep a word twice at most: names such as "Baden-Baden" say it twice, only nonsense more often.

    A number may be that of the house, the floor, the door and the town.
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


def mark_countries(parsed: ParsedQuery, phrases: Mapping[tuple[str, ...], str]) -> None:
    """Note which words name a country; a question that is nothing but a country's name is left alone."""
    for length in (4, 3, 2, 1):
        for at in range(len(parsed.words) - length, -1, -1):
            code = phrases.get(tuple(parsed.words[at : at + length]))
            if (
                code
                and length < len(parsed.words)
                and not any(other in parsed.countries for other in range(at, at + length))
            ):
                parsed.countries.update(dict.fromkeys(range(at, at + length), code))


def _numeric(words: list[str], at: int) -> bool:
    return at < len(words) and words[at][0].isdigit()


def _letter(words: list[str], at: int) -> bool:
    return at < len(words) and len(words[at]) == 1


def _units(words: list[str], folded: str) -> set[int]:
    """Find the words that name a flat, a floor or a door: "Apt 4", "2nd floor", "2. krs", "Floors 1-3", "#01-05"."""
    found: set[int] = set()
    if len(words) <= 3 or ("#" not in folded and UNIT_WORDS.isdisjoint(words)):
        return found
    floors = set(FLOOR_BEFORE.findall(folded)) if "." in folded else set[tuple[str, str]]()
    for at, word in enumerate(words):
        if word not in UNIT_WORDS or f"({word})" in folded:  # "Balzers (FL) 11" is in Liechtenstein
            continue
        if at and ((ORDINAL.match(words[at - 1]) and word in UNIT_WORDS) or _is_floor(words, at, floors)):
            found |= {at, at - 1}
        elif _numeric(words, at + 1) or _letter(words, at + 1):
            found |= {at, at + 1}
            if _numeric(words, at + 2) and f"{words[at + 1]}-{words[at + 2]}" in folded:
                found.add(at + 2)
    for parts in HASH.findall(folded) if "#" in folded else ():
        last = [at for at, word in enumerate(words) if word in parts and at > 0]
        found |= set(last[-2 if parts[1] else -1 :])
    return found


def _is_floor(words: list[str], at: int, floors: set[tuple[str, str]]) -> bool:
    """Tell whether the number before a word is that of a floor: it has a point, or another number before it."""
    word, number = words[at], words[at - 1]
    if word not in FLOOR_WORDS or not number.isdigit() or len(number) > 2:
        return False
    return (number, word) in floors or (_numeric(words, at - 2) and not _numeric(words, at + 1))
