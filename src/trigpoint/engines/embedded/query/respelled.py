"""Other spellings of a query, tried in turn where nothing is found: numbers apart, Roman numerals in figures, brands in Latin letters, the other keyboard layout, other Han characters."""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from trigpoint.maps.brands import with_latin_brands
from trigpoint.maps.han import other_han
from trigpoint.maps.keyboard import other_layout

Answer = TypeVar("Answer")

SCOTTISH = re.compile(r"\s*(ma?c)\s+(\w+)$", re.IGNORECASE)
"""The beginning of a name that may be written in one word."""

WRITTEN_OUT = re.compile(r"([aou])e|(?<=\w)a(?=a)", re.IGNORECASE)
"""Two letters that stand for ä, ö, ü, å or ø."""


BESIDE_NUMBER = re.compile(r"(?<=\d)(?=[^\W\d_]{3})|(?<=[^\W\d_]{3})(?=\d)")
"""Where a number and a word were joined: `9490Vaduz`, `bulevardi16helsinki`."""


ROMAN = (
    "", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII",
)  # fmt: skip
"""Roman numerals by their numbers, as far as kings, popes and districts reach."""

NUMERAL = re.compile(
    r"(?<!\w)(?:(?P<roman>[IVX]+)|(?<=[^\W\d_]\s)(?P<number>[1-9]|1[0-8]))(?P<ending>er|re|e|ère|ème)?(?!\w)",
    re.IGNORECASE,
)
"""A numeral in a name, in French perhaps with the ending of an ordinal: `Albert Ier`, `Louis 2`, `XVIe`."""


def other_numerals(text: str) -> str:
    """Return a text with its Roman numerals in figures, and small numbers as Roman numerals: `Albert Ier` for `Albert 1er`."""

    def other(found: re.Match[str]) -> str:
        ending = found["ending"] or ""
        if found["number"]:
            return ROMAN[int(found["number"])] + ending
        roman = found["roman"].upper()
        return f"{ROMAN.index(roman)}{ending}" if roman in ROMAN else found[0]

    return NUMERAL.sub(other, text)


def respelled(text: str) -> Iterator[str]:
    """Yield other texts that a text may stand for, the likeliest first."""
    apart = BESIDE_NUMBER.sub(" ", text)
    if apart != text:
        yield apart
    numbered = other_numerals(text)
    if numbered != text:
        yield numbered
    brand = with_latin_brands(text)
    if brand is not None:
        yield brand
    other = other_layout(text)
    if other is not None:
        yield other
    yield from other_han(text)


def one_name(text: str) -> str | None:
    """Return a name with Mc or Mac in one word, as McDonald's is; None for other texts. Mc Carley are two words."""
    name = SCOTTISH.match(text)
    return f"{name[1]}{name[2]}" if name is not None else None


def without_umlauts(text: str) -> str | None:
    """Return a text with umlauts of its last word that were written out, `Staedtl`, as the data is indexed; None without any.

    Only whole words are also indexed as they are written out.
    """
    before, blank, last = text.rpartition(" ")
    plain = WRITTEN_OUT.sub(r"\1", last)
    return f"{before}{blank}{plain}" if plain != last and last.isascii() else None


def first_found(
    found: Answer, text: str, search: Callable[[str], Answer], *, is_found: Callable[[Answer], bool]
) -> Answer:
    """Return what was found for a text, or else for the first other spelling for which there is something."""
    if is_found(found):
        return found
    return next((other for spelling in respelled(text) if is_found(other := search(spelling))), found)
