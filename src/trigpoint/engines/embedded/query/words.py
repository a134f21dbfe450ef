"""Classifying a query word by its form alone: its weight, and whether it may be a number, a part of one, a postal code."""

import re
from functools import lru_cache
from typing import NamedTuple

from trigpoint.engines.embedded.query.weights import WEIGHTS
from trigpoint.engines.embedded.text.abbreviations import LIGHT, SHORT
from trigpoint.engines.embedded.text.house_numbers import is_part, looks_like_number
from trigpoint.engines.embedded.text.normalize import allowed_edits, is_dense, is_plain

GENERIC = frozenset(SHORT.values()) | {
    "rue", "via", "calle", "weg", "gasse", "str", "st", "tie", "katu", "ulitsa", "улица", "kuja", "polku", "chaussee",
}  # fmt: skip
"""Words for kinds of street, which people often leave out."""

DIRECTIONS = frozenset({"n", "s", "e", "w", "ne", "nw", "se", "sw"})

LETTERED = re.compile(r"^[a-z]{1,2}\d{1,4}[a-z]?$")
"""A number with a letter before it: `A31`."""

CODE = re.compile(r"^(?:\d{3,7}|[a-z]{2}\d{3,4}|[a-z]{1,2}\d[a-z\d]?)$")
INWARD = re.compile(r"^(?:\d[a-z]{2}|\d[a-z]\d|\d{2,4}|[a-z]{2})$")
"""The second part of a postal code of two parts: `EC1A 1BB`, `K1A 0B1`, `114 55`, `1012 AB`, `100-0001`."""

MOST_REMEMBERED = 16_384


class Looks(NamedTuple):
    """What a word may be, by its form.

    `may_follow`: it may continue a house number. `edits`: how many typing errors are allowed. `is_plain`: it is in ASCII and
    has no long form.
    """

    weight: float
    is_number: bool
    is_light: bool
    is_dense: bool
    is_lettered: bool
    is_code: bool
    may_follow: bool
    edits: int
    is_ascii: bool
    is_plain: bool


@lru_cache(maxsize=MOST_REMEMBERED)
def weight_of(word: str) -> float:
    """Return the weight of a word by its form."""
    if word in LIGHT:
        return WEIGHTS.light
    if word in GENERIC:
        return WEIGHTS.generic
    if word.isascii() and word.isalpha():
        return 1.0
    if looks_like_number(word):
        return WEIGHTS.number
    return WEIGHTS.dense if is_dense(word) else 1.0


@lru_cache(maxsize=MOST_REMEMBERED)
def looks_of(word: str) -> Looks:
    """Classify a word."""
    has_other = not word.isalpha()
    return Looks(
        weight=weight_of(word),
        is_number=looks_like_number(word),
        is_light=word in LIGHT,
        is_dense=is_dense(word),
        is_lettered=has_other and LETTERED.match(word) is not None,
        is_code=has_other and CODE.match(word) is not None,
        may_follow=word not in LIGHT and is_part(word) and (len(word) == 1 or word[-1].isdigit()),
        edits=allowed_edits(word),
        is_ascii=word.isascii(),
        is_plain=is_plain(word),
    )


def codes_in(words: list[str]) -> list[tuple[int, ...]]:
    """Return the positions of possible postal codes: of single words, and of pairs of neighbours."""
    found: list[tuple[int, ...]] = []
    for at, word in enumerate(words):
        if looks_of(word).is_code:
            if at + 1 < len(words) and INWARD.match(words[at + 1]):
                found.append((at, at + 1))
            if len(word) >= 3:
                found.append((at,))
    return found


def is_digit_at(words: list[str], at: int) -> bool:
    """Tell whether there is a word at a position, and it begins with a digit."""
    return at < len(words) and words[at][0].isdigit()
