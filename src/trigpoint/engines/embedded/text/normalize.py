"""Normalizing text to words, in the same way for indexing and for queries.

Case, accents, character width, letters such as `ß` and `ø`, abbreviations and endings are normalized. Text in scripts
without spaces between words (Han, Kana, Hangul, Thai) becomes pairs of characters (bigrams).
"""

# ruff: noqa: RUF001 (letters that look alike are what this file is about)

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from trigpoint.engines.embedded.text.abbreviations import ENDINGS, LONG, SHORT
from trigpoint.engines.embedded.text.latin import to_latin

SPECIAL = str.maketrans(
    {
        "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
        "þ": "th", "ŋ": "n", "ə": "e", "ʻ": None, "ʼ": "'", "’": "'", "‘": "'", "`": "'", "´": "'", "′": "'",
        "&": " & ", "ي": "ى", "ة": "ه", "ک": "ك", "ی": "ى", "ـ": None,
    }
)  # fmt: skip
RUNS = re.compile(r"[^\W_]+")
POSSESSIVE = re.compile(r"(?<=[^\W\d_]{2})'(?=s(?:[^\w]|$))")
"""The apostrophe of "McDonald's", which many people omit."""

PLAIN_DIGIT = re.compile(r"[0-9]")
DENSE = re.compile(r"[ᄀ-ᇿ⺀-⿟぀-ヿ㄰-㆏㐀-䶿一-鿿가-힯豈-﫿ก-๿\U00020000-\U0003ffff]+")
# Where one part of an East Asian address ends and the next begins.
DENSE_PARTS = re.compile(r"(?<=.[省市区區县縣都府県])(?=..)")
DENSE_NUMBER_ENDS = frozenset("号號楼樓室弄番地栋棟层層階")
LONG_ENDINGS = tuple([ending for ending, _, _ in ENDINGS])
SHORT_ENDINGS = tuple(dict.fromkeys([short for _, short, _ in ENDINGS]))
"""What a word that has a short or a long form ends with; few words do."""

LONGEST_WORD = 40
MOST_REMEMBERED, LONGEST_REMEMBERED = 16_384, 48
"""Size of each cache of words and short texts, and the highest length of a cached one; about ten megabytes a cache."""

MOST_SPLIT = 2_048


VOWEL_SIGN = "VOWEL SIGN "
"""What the names of the marks for vowels have in the scripts of India and around it."""


def _vowel(mark: str) -> str:
    """Return the first letter of the vowel that a combining mark stands for, so that words keep their vowels; "" for other marks.

    To a regular expression such a mark is no part of a word, so that लीमा (Lima) would be two words of one letter.
    """
    _, is_vowel, vowel = unicodedata.name(mark, "").partition(VOWEL_SIGN)
    return vowel[0].lower() if is_vowel else ""


class _Plainest(dict[int, str]):
    """Maps a character to its plain form: accents to nothing, digits to ASCII digits. Filled on first use."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Mc", "Cf"}:
            plain = _vowel(character)
        else:
            digit = unicodedata.decimal(character, None)
            plain = character if digit is None else str(digit)
        self[code] = plain
        return plain


_PLAINEST = _Plainest()


def fold(text: str) -> str:
    """Fold text: lower case, without accents, digits as 0 to 9."""
    if text.isascii():
        return text.lower()
    return _fold_again(text) if len(text) <= LONGEST_REMEMBERED else _fold(text)


def _fold(text: str) -> str:
    apart = text.replace("№", " no ") if "№" in text else text  # NFKD would join it with the number: "no6"
    plain = unicodedata.normalize("NFKD", apart.casefold()).translate(_PLAINEST)
    # NFKD decomposes Hangul syllables; NFC composes them again.
    return unicodedata.normalize("NFC", plain).translate(SPECIAL)


_fold_again = lru_cache(maxsize=MOST_REMEMBERED)(_fold)


@lru_cache(maxsize=MOST_REMEMBERED)
def shorten_word(word: str) -> str:
    """Return the canonical short form of a word: `street` → `st`, `bahnhofstrasse` → `bahnhofstr`."""
    short = SHORT.get(word)
    if short is not None:
        return short
    if not word.endswith(LONG_ENDINGS):
        return word
    for ending, replacement, least in ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + least:
            return word[: -len(ending)] + replacement
    return word


def split(text: str) -> list[str]:
    """Split a text into normalized words; scripts without spaces into pairs of characters (a single one is kept)."""
    return list(_split_again(text) if len(text) <= LONGEST_REMEMBERED else _split(text))


def _split(text: str) -> tuple[str, ...]:
    words: list[str] = []
    folded = fold(text)
    if "'" in folded:
        folded = POSSESSIVE.sub("", folded)
    for run in RUNS.findall(folded):
        if run.isascii():
            words.append(shorten_word(run[:LONGEST_WORD]))
            continue
        at = 0
        for dense in DENSE.finditer(run):
            if dense.start() > at:
                words.append(shorten_word(run[at : dense.start()][:LONGEST_WORD]))
            words += pairs(dense.group())
            at = dense.end()
        if at < len(run):
            words.append(shorten_word(run[at:][:LONGEST_WORD]))
    return tuple(words)


_split_again = lru_cache(maxsize=MOST_SPLIT)(_split)


def split_query(text: str) -> list[str]:
    """Split a query into words; an East Asian address is also split at the ends of its parts."""
    if text.isascii() or not DENSE.search(text):
        return split(text)
    spaced = DENSE.sub(lambda run: DENSE_PARTS.sub(" ", run.group()), unicodedata.normalize("NFKC", text))
    return [word for word in split(spaced) if word not in DENSE_NUMBER_ENDS]


def may_be_short(word: str) -> bool:
    """Tell whether `lengthen_word` may have long forms of a word: a quick test, for words that are not asked about again."""
    return word in LONG or word.endswith(SHORT_ENDINGS)


def is_plain(word: str) -> bool:
    """Tell whether a word is in ASCII and has no long form, so that its own letters are all there is to compare."""
    return word.isascii() and not may_be_short(word)


@lru_cache(maxsize=MOST_REMEMBERED)
def lengthen_word(word: str) -> tuple[str, ...]:
    """Return the long forms of a short form: `st` → `street`, `saint`…; `hauptstr` → `hauptstrasse`."""
    found = LONG.get(word, ())
    if not word.endswith(SHORT_ENDINGS):
        return found
    for ending, replacement, least in ENDINGS:
        if word.endswith(replacement) and len(word) >= len(replacement) + least:
            found = (*found, word[: -len(replacement)] + ending)
    return found


def pairs(run: str) -> list[str]:
    """Split a run of characters into overlapping pairs."""
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def has_digit(text: str) -> bool:
    """Tell whether a text has a digit of any script."""
    if text.isascii():
        return PLAIN_DIGIT.search(text) is not None
    return any(character.isdigit() for character in text)


def is_dense(word: str) -> bool:
    """Tell whether a word is a pair of characters of a script without spaces."""
    return not word.isascii() and DENSE.match(word) is not None


def variants(words: list[str], text: str) -> list[str]:
    """Return further index words for a name.

    They are unabbreviated words, joined neighbours, words before an apostrophe, transliterations to Latin, words with
    umlauts written out, and single characters of scripts without spaces.
    """
    runs = RUNS.findall(fold(text))
    found = [run for run in runs if shorten_word(run) != run]
    found += joined(runs) if runs != words else []
    found += [run for part in POSSESSIVE.split(fold(text))[:-1] for run in RUNS.findall(part)[-1:]]
    if not text.isascii():
        for word in words:
            latin = to_latin(word)
            if latin != word and latin:
                found.append(shorten_word(latin))
        lowered = text.casefold()
        if "ё" in lowered:
            found += [shorten_word(to_latin(run.replace("ё", "yo"))) for run in RUNS.findall(lowered) if "ё" in run]
        if any(letter in lowered for letter in "äöüåø"):
            spelled = lowered.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("å", "aa")
            found += split(spelled.replace("ø", "oe"))
        found += [letter for run in DENSE.findall(fold(text)) for letter in run[:12]]
    return [word for word in dict.fromkeys(found) if word not in words]


def joined(words: list[str]) -> list[str]:
    """Return each pair of neighbours as one word: `new york` → `newyork`."""
    return [first + second for first, second in pairwise(words) if not is_dense(first)][:6]


def distance(first: str, second: str) -> int:
    """Return the edit distance of two words (insert, delete, replace, swap of neighbours); 3 means three or more."""
    return OSA.distance(first, second, score_cutoff=2)


def allowed_edits(word: str) -> int:
    """Return how many typing errors are allowed in a word, by its length."""
    if len(word) < 4 or word[0].isdigit():
        return 0
    return 1 if len(word) < 8 else 2


def is_nearly_one_of(word: str, words: Iterable[str]) -> bool:
    """Tell whether a word, with the allowed typing errors, is one of some words."""
    edits = allowed_edits(word)
    return edits > 0 and process.extractOne(word, words, scorer=OSA.distance, score_cutoff=edits) is not None


def is_prefix_of_any(typed: str, words: Iterable[str]) -> bool:
    """Tell whether a prefix of at least two letters begins one of some words."""
    return len(typed) > 1 and any(word.startswith(typed) for word in words)
