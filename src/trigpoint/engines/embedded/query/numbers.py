"""House numbers in a query: which words are numbers or parts of one, and which belong together."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from trigpoint.engines.embedded.query.words import DIRECTIONS, Looks, is_digit_at
from trigpoint.engines.embedded.text.abbreviations import LIGHT
from trigpoint.engines.embedded.text.house_numbers import BUILDING_WORDS, is_part


def numbers_in(words: list[str], looks: Sequence[Looks]) -> set[int]:
    """Return the positions of words that are numbers, or may continue one."""
    numeric = {at for at, look in enumerate(looks) if look.is_number}
    if numeric:
        for at in range(1, len(words)):
            if at - 1 in numeric and (
                looks[at].may_follow or (words[at] in BUILDING_WORDS and is_digit_at(words, at + 1))
            ):
                numeric.add(at)
    return numeric


def bound_in(words: list[str], numeric: AbstractSet[int], folded: str) -> dict[int, int]:
    """Return, by the position of each number of several words, how many words it has: `13/12 к2`, `5, корпус 2`, `12 a`."""
    bound: dict[int, int] = {}
    at = 0
    while at < len(words):
        first = at
        at += 1
        if first not in numeric or not words[first][0].isdigit():
            continue
        while at in numeric and words[at] not in LIGHT and _belongs(words, at, folded):
            at += 1
        if at - first > 1:
            bound[first] = at - first
    return bound


def _belongs(words: list[str], at: int, folded: str) -> bool:
    """Tell whether a word after a number is a part of it."""
    word, before = words[at], words[at - 1]
    if before in BUILDING_WORDS or word in BUILDING_WORDS:
        return True
    if word[0].isdigit():
        return f"{before}/{word}" in folded
    if word in DIRECTIONS or not is_part(word):
        return False
    return re.search(rf"{re.escape(before)}[ -]?{re.escape(word)}(?![\w']|\.\s*[^\W\d]{{2}})", folded) is not None
