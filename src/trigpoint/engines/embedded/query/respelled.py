"""Other spellings of a query, tried in turn where nothing is found: the other keyboard layout, other Han characters."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from trigpoint.maps.han import other_han
from trigpoint.maps.keyboard import other_layout

Answer = TypeVar("Answer")


def respelled(text: str) -> Iterator[str]:
    """Yield other texts that a text may stand for, the likeliest first."""
    other = other_layout(text)
    if other is not None:
        yield other
    yield from other_han(text)


def first_found(
    found: Answer, text: str, search: Callable[[str], Answer], *, is_found: Callable[[Answer], bool]
) -> Answer:
    """Return what was found for a text, or else for the first other spelling for which there is something."""
    if is_found(found):
        return found
    return next((other for spelling in respelled(text) if is_found(other := search(spelling))), found)
