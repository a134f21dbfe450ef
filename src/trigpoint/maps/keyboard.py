"""Texts typed with the wrong keyboard layout: Russian on an English keyboard, and the other way round."""

# ruff: noqa: RUF001 (letters that look alike are what this file is about)

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LATIN_CAPITALS = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_TO_CYRILLIC = str.maketrans(_LATIN + _LATIN_CAPITALS, _CYRILLIC + _CYRILLIC.upper())
_TO_LATIN = str.maketrans(_CYRILLIC + _CYRILLIC.upper(), _LATIN + _LATIN_CAPITALS)
LEAST_LETTERS, LONGEST = 4, 100


def other_layout(text: str) -> str | None:
    """Return the text that the same keys are in the other layout: "vjcrdf" is "москва"; None if it has letters of both, or few.

    Signs between words stay, so that a comma in an address is none of the letters.
    """
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) < LEAST_LETTERS or len(text) > LONGEST:
        return None
    if text.isascii():
        return " ".join(_word(word) for word in text.split())
    if all("а" <= letter.casefold() <= "я" or letter in "ёЁ" for letter in letters):
        return text.translate(_TO_LATIN)
    return None


def _word(word: str) -> str:
    """Return a word in Cyrillic letters; a comma or full stop at its end stays a sign."""
    sign = word[-1] if word[-1] in ",." else ""
    return word.removesuffix(sign).translate(_TO_CYRILLIC) + sign
