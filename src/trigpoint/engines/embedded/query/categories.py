"""Words for what is sought: "coffee", "Apotheke in Vaduz", "スーパー"."""

# ruff: noqa: RUF001 (words of many languages)

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from trigpoint.maps.kinds import Kind, fold_word, kinds_named

HERE = frozenset(
    fold_word(words)
    for words in (
        "near me",
        "nearby",
        "around me",
        "close by",
        "in der nähe",
        "in meiner nähe",
        "près de moi",
        "à proximité",
        "autour de moi",
        "cerca",
        "cerca de mí",
        "vicino",
        "vicino a me",
        "lähellä",
        "рядом",
        "поблизости",
        "近く",
        "付近",
        "附近",
    )
)
"""What people add when they mean the place where they are."""

JOINING = frozenset(
    fold_word(word)
    for word in [
        "in",
        "at",
        "near",
        "around",
        "on",
        "by",
        "bei",
        "im",
        "am",
        "nahe",
        "à",
        "a",
        "au",
        "aux",
        "en",
        "dans",
        "près",
        "de",
        "di",
        "da",
        "del",
        "della",
        "nel",
        "vicino",
        "cerca",
        "в",
        "на",
        "у",
        "在",
    ]
)
"""Words between what is sought and where."""

MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class CategoryAsked:
    """The kinds of place that a text asks for, the rest of the text, which names a place, and the words for the kinds."""

    kinds: frozenset[Kind]
    rest: str
    what: str = ""


@lru_cache(maxsize=4096)
def read_category(text: str) -> CategoryAsked | None:
    """Read a text that asks for things of a kind; None if it does not.

    The whole text may be a word for a kind, or its beginning or end: the longest wins.
    """
    words = text.replace(",", " ").split()
    for what, where in _cuts(words):
        kinds = kinds_named(" ".join(what))
        if kinds:
            rest = "" if fold_word(" ".join(where)) in HERE else " ".join(_place_words(where))
            return CategoryAsked(kinds, rest, " ".join(what))
    return None


def _cuts(words: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Cut a text into what and where, in both orders, the longest what first."""
    for length in range(min(len(words), MOST_WORDS), 0, -1):
        yield words[:length], words[length:]
        if length < len(words):
            yield words[-length:], words[:-length]


def _place_words(words: list[str]) -> list[str]:
    """Drop the word that joins what and where."""
    if len(words) > 1 and fold_word(words[0]) in JOINING:
        return words[1:]
    return words[:-1] if len(words) > 1 and fold_word(words[-1]) in JOINING else words
