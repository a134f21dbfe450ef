"""The parsed query: its words, their weights, and what they may be besides words of a name."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from trigpoint.engines.embedded.query.words import Looks
from trigpoint.maps.postal import Aside


class Likeness(NamedTuple):
    """Positions of query words that may match a word of a name; `is_whole` if two of them, joined, are that word."""

    places: tuple[int, ...]
    worth: float
    is_whole: bool = False


class Reach(NamedTuple):
    """Lengths that a word of a name must have to resemble the query: bit n of a mask stands for n letters.

    They hold for words in ASCII without long forms. `alike` is for single words of names; `joined` for two that a query word
    may join. `is_ascii` tells that every word of the query is in ASCII.
    """

    alike: int
    joined: int
    is_ascii: bool


class ParsedQuery(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A query, parsed once per request. Words are referred to by their positions in `words`.

    Words: `weights` are the weights of all words; `counted_weights` are the same, but 0 for `optional` words, which need
    not match; `total` is the sum of `counted_weights`. `telling` are the words that select records: no stop words,
    numbers or optional words. `looks` has the classification of each word.

    Numbers: `numeric` words are numbers or parts of one; `bound` has the number of words of each house number, and
    `inner` are those words but the first. `lettered` words may be a number with a letter before it. `codes` may be postal
    codes, and `code_countries` has their countries, if the query names them. `roads` are roads with a number, each with
    its possible index terms.

    Autocomplete: the query is `open_ended` if its last word may be unfinished, and `prefix` is then that word exactly as
    it was typed: "san" is a prefix of "Santa", though as a word it is short for "saint". With `is_prefix_only`, the last
    word only counts as a prefix. `before` are the words before the last one. `needle` is the string to look for
    in a name for a word with this prefix (see `records.spell`), `name_prefix` that for a name that begins with the words in this
    order, and `whole_words` are all words in the form of a name.

    Typing: `typed` is the original text, and `text` the rewritten one, without postal parts (`set_aside`). `shortened`
    words had a full stop after them, `dense` ones are pairs of characters of a script without spaces, and `accented` has
    the words that were typed with accents or special letters. `pairs` are neighbours joined to one word, "" for the last.

    `likenesses`, `number_keys` and `reach` (at most one) are caches that `rank` fills, as many candidates have the same words in
    their names.
    """

    typed: str
    text: str
    aside: Aside
    words: tuple[str, ...]
    looks: tuple[Looks, ...]
    weights: tuple[float, ...]
    counted_weights: tuple[float, ...]
    total: float
    said: frozenset[str]
    optional: frozenset[int]
    telling: tuple[int, ...]
    numeric: frozenset[int]
    shortened: frozenset[str]
    countries: Mapping[int, str]
    dense: frozenset[int]
    accented: Mapping[int, str]
    bound: Mapping[int, int]
    inner: frozenset[int]
    lettered: frozenset[int]
    codes: tuple[tuple[int, ...], ...]
    roads: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]
    longest: int
    pairs: tuple[str, ...]
    open_ended: bool
    prefix: str
    is_prefix_only: bool
    before: tuple[str, ...]
    needle: str
    name_prefix: str
    whole_words: str
    likenesses: dict[str, tuple[Likeness, ...]] = {}
    number_keys: dict[int, list[tuple[str, int]]] = {}
    reach: list[Reach] = []

    @property
    def set_aside(self) -> tuple[str, ...]:
        """The postal parts that were removed from the query."""
        return self.aside.left

    @property
    def code_countries(self) -> Mapping[str, str]:
        """The countries of postal codes, for those of which the query names it."""
        return self.aside.countries

    @property
    def plain(self) -> str:
        """The text in lower case, with single spaces between words."""
        return " ".join(self.text.casefold().split())
