"""The name of a country before or behind a place, without a blank, in scripts that need none: `日本東京`, `ラゴス、ナイジェリア`."""

from collections.abc import Iterable, Mapping

from trigpoint.engines.embedded.text.normalize import fold, is_dense

BETWEEN = " ,.，、。・·/()（）-–"  # noqa: RUF001 (punctuation of these scripts)
"""What stands between a country and a place."""

Phrases = Mapping[tuple[str, ...], str]
"""Country codes by the words of the names of countries."""


def without_country(text: str, books: Iterable[Phrases]) -> tuple[str, str] | None:
    """Return the text without the country that it begins or ends with, and the code of that; None if it names none besides a place.

    The longest name counts.
    """
    if text.isascii():
        return None
    letters = [(at, sign) for at, character in enumerate(text) for sign in fold(character) if sign.isalnum()]
    said = "".join(sign for _, sign in letters)
    best, rest, found = 0, "", ""
    for phrases in books:
        for words, code in phrases.items():
            if not words or not is_dense(words[0]) or len(words[0]) < 2:
                continue
            is_first, is_last = said.startswith(words[0]), said.endswith(words[-1])
            if not (is_first or is_last) or len(words) < best:
                continue
            name = _together(words)
            if not len(said) > len(name) > best:
                continue
            if is_first and said.startswith(name):
                best, rest, found = len(name), text[letters[len(name)][0] :], code
            elif is_last and said.endswith(name):
                best, rest, found = len(name), text[: letters[len(said) - len(name)][0]], code
    rest = rest.strip(BETWEEN)
    return (rest, found) if rest else None


def _together(words: Iterable[str]) -> str:
    """Return the letters of which some words are the pairs: 日本 and 本国 are 日本国."""
    name = ""
    for word in words:
        name += word[1:] if name and name[-1] == word[0] and is_dense(word) else word
    return name
