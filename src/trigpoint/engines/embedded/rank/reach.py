"""Telling from its length alone that a word of a name resembles no word of the query, as hardly any does."""

from trigpoint.engines.embedded.query.parsed import ParsedQuery, Reach
from trigpoint.engines.embedded.text.normalize import allowed_edits, is_dense, lengthen_word, may_be_short

JOINED_FROM = 5
"""Lowest length of a query word that may be two words of a name."""

LEAST_OF_PREFIX = 4
"""Lowest length of a prefix that may have typing errors."""

EVERY = -1
"""The mask with all bits: words of every length."""


def may_resemble(parsed: ParsedQuery, word: str) -> bool:
    """Tell whether a word of a name may be like a word of the query; False if it certainly is not."""
    reach = parsed.reach[0] if parsed.reach else _reach_of(parsed)
    if not word.isascii():
        return not (reach.is_ascii and is_dense(word))
    if reach.alike >> len(word) & 1 or may_be_short(word):
        return True
    return parsed.open_ended and word.startswith(parsed.prefix)


def may_be_joined(parsed: ParsedQuery, first: str, second: str) -> bool:
    """Tell whether two words of a name may be like a word of the query that joins them; False if they certainly are not.

    `may_resemble` must have been asked for the query before.
    """
    reach = parsed.reach[0]
    if not (first.isascii() and second.isascii()):
        return not (reach.is_ascii and is_dense(first) and is_dense(second))
    return bool(reach.joined >> len(first) + len(second) & 1 or may_be_short(first) or may_be_short(first + second))


def _reach_of(parsed: ParsedQuery) -> Reach:
    is_ascii = all(look.is_ascii for look in parsed.looks)
    alike = joined = EVERY
    if is_ascii and not parsed.shortened:
        alike = joined = 0
        for word, pair, look in zip(parsed.words, parsed.pairs, parsed.looks, strict=True):
            lengths = _lengths_like(word, look.edits)
            alike |= lengths
            if len(word) >= JOINED_FROM:
                joined |= lengths | 1 << len(word)
            if pair:
                alike |= _lengths_like(pair, allowed_edits(pair)) | 1 << len(pair)
        if len(parsed.prefix) >= LEAST_OF_PREFIX:
            alike |= EVERY << len(parsed.prefix) - allowed_edits(parsed.prefix)
    parsed.reach.append(Reach(alike, joined, is_ascii))
    return parsed.reach[0]


def _lengths_like(typed: str, edits: int) -> int:
    """Return the mask of the lengths of words that differ from a word, or its long forms, by some typing errors."""
    if not edits:
        return 0
    around = (2 << 2 * edits) - 1
    mask = around << len(typed) - edits
    if may_be_short(typed):
        for form in lengthen_word(typed):
            mask |= around << len(form) - edits
    return mask
