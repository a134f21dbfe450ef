"""Flats, floors and doors in a query: "Apt 4", "2nd floor", "2. krs", "Floors 1-3", "#01-05"."""

import re

from trigpoint.engines.embedded.query.words import is_digit_at
from trigpoint.engines.embedded.text.abbreviations import FLOOR_WORDS, UNIT_WORDS

ORDINAL = re.compile(r"^\d{1,2}(?:st|nd|rd|th|e|er|eme|ere|o|a|os|do|ro)$")
FLOOR_BEFORE = re.compile(r"\b(\d{1,2})\s*\.\s*([^\W\d_]+)")
"""The number of a floor with a full stop, and the word after it: "2. krs"."""

HASH = re.compile(r"#\s*([^\W_]+)(?:-([^\W_]+))?")
"""The number of a flat after a hash: "#4", "#01-05"."""

FEWEST_WORDS = 4
"""Lowest number of words of a query for an address with a flat; shorter queries are names."""


def units_in(words: list[str], folded: str) -> set[int]:
    """Return the positions of words that name a flat, a floor or a door, which are not needed to find an address."""
    found: set[int] = set()
    if len(words) < FEWEST_WORDS or ("#" not in folded and UNIT_WORDS.isdisjoint(words)):
        return found
    floors = set(FLOOR_BEFORE.findall(folded)) if "." in folded else set[tuple[str, str]]()
    for at, word in enumerate(words):
        if word not in UNIT_WORDS or f"({word})" in folded:  # "Balzers (FL) 11" is in Liechtenstein
            continue
        if at and (_is_ordinal(words, at) or _is_floor(words, at, floors)):
            found |= {at, at - 1}
        elif is_digit_at(words, at + 1) or _is_letter_at(words, at + 1):
            found |= {at, at + 1}
            if is_digit_at(words, at + 2) and f"{words[at + 1]}-{words[at + 2]}" in folded:
                found.add(at + 2)
    for parts in HASH.findall(folded) if "#" in folded else ():
        last = [at for at, word in enumerate(words) if word in parts and at > 0]
        found |= set(last[-2 if parts[1] else -1 :])
    return found


def _is_ordinal(words: list[str], at: int) -> bool:
    """Tell whether the word before another is its ordinal: "2a planta". The house of "6a, Apt 4B" is none."""
    return ORDINAL.match(words[at - 1]) is not None and not (words[at - 1].endswith("a") and is_digit_at(words, at + 1))


def _is_letter_at(words: list[str], at: int) -> bool:
    return at < len(words) and len(words[at]) == 1


def _is_floor(words: list[str], at: int, floors: set[tuple[str, str]]) -> bool:
    """Tell whether the number before a word is that of a floor: it has a full stop, or another number before it."""
    word, number = words[at], words[at - 1]
    if word not in FLOOR_WORDS or not number.isdigit() or len(number) > 2:
        return False
    return (number, word) in floors or (is_digit_at(words, at - 2) and not is_digit_at(words, at + 1))
