"""Other spellings of a query, tried in turn where nothing is found: numbers apart, brands in Latin letters, the other keyboard layout, other Han characters."""

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


def respelled(text: str) -> Iterator[str]:
    """Yield other texts that a text may stand for, the likeliest first."""
    apart = BESIDE_NUMBER.sub(" ", text)
    if apart != text:
        yield apart
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
