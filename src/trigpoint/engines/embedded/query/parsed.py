"""A parsed query: the words of a question, how much each tells, and what they may be besides words of a name."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from trigpoint.engines.embedded.query.words import Looks
from trigpoint.maps.postal import Aside


class Likeness(NamedTuple):
    """Words of a question, by their places, that may mean a word of a name; `is_whole` if two of them written as one are it."""

    places: tuple[int, ...]
    worth: float
    is_whole: bool = False


class ParsedQuery(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A question, parsed once a request. Words are named by their places in `words`.

    Which words: `weights` say how much each tells, `counted_weights` the same with nought for those that are `optional`
    (they may stay unexplained at no cost), `total` is the sum of these. `telling` are the words that choose among
    records: neither light nor numbers nor optional. `looks` say what each may be.

    Numbers: `numeric` words are numbers or parts of one, `bound` says of how many words a number consists, `inner` are
    all of those but the first. `lettered` words may be a number with a letter before it. `codes` may be postal codes, of
    which `code_countries` says the country where the question does. `roads` are roads that are called by a number, each
    with the words under which it may be indexed.

    What is being typed: `prefix` is the last word with the very letters that were typed, if it may be unfinished: "san" is
    the beginning of "Santa" too, though as a word it is short for "saint". The question is `open_ended` then. If it
    `is_prefix_only`, the last word is unfinished and no other is. `before` are the words before the last, `needle` is how
    a word that begins so is looked for in a name (see `records.spell`), `name_prefix` how a name begins that says the
    words in this order, `whole_words` the words written like a name.

    How it was typed: `typed` is what was typed, `text` the question as the data would write it, without what was `set_aside` as only the post needs it, `shortened` words had a point behind them, `dense`
    ones are pairs of letters of a script without blanks, `accented` were typed with accents or in letters of their own,
    with those. `pairs` are neighbours written as one, empty for the last word.

    `likenesses` and `number_keys` are memories of `rank`, which fills them: the same words stand in the names of many
    candidates. They tell nothing that the words do not.
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

    @property
    def set_aside(self) -> tuple[str, ...]:
        """What was left aside, as only the post needs it."""
        return self.aside.left

    @property
    def code_countries(self) -> Mapping[str, str]:
        """The country of each postal code of which the question says it."""
        return self.aside.countries

    @property
    def plain(self) -> str:
        """The text in small letters, with one blank between words."""
        return " ".join(self.text.casefold().split())
