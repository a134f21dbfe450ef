"""Text into words, the same way for what is indexed and for what is asked.

Case, accents, width, letters such as `ß` and `ø`, abbreviations and endings are brought to one form. Scripts without
spaces between words (Han, Kana, Hangul, Thai) become pairs of letters.
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
        "№": " no ", "&": " & ", "ي": "ى", "ة": "ه", "ک": "ك", "ی": "ى", "ـ": None,
    }
)  # fmt: skip
RUNS = re.compile(r"[^\W_]+")
POSSESSIVE = re.compile(r"(?<=[^\W\d_]{2})'(?=s(?:[^\w]|$))")
"""The apostrophe of "McDonald's", which few people type."""

PLAIN_DIGIT = re.compile(r"[0-9]")
DENSE = re.compile(r"[ᄀ-ᇿ⺀-⿟぀-ヿ㄰-㆏㐀-䶿一-鿿가-힯豈-﫿ก-๿\U00020000-\U0003ffff]+")
# Where one part of an East Asian address ends and the next begins.
DENSE_PARTS = re.compile(r"(?<=.[省市区區县縣都府県])(?=..)")
DENSE_NUMBER_ENDS = frozenset("号號楼樓室弄番地栋棟层層階")
LONGEST_WORD = 40
MOST_REMEMBERED, LONGEST_REMEMBERED = 16_384, 48
"""How many words and short texts are remembered, and how many letters one has at most: some ten megabytes a memory."""

MOST_SPLIT = 2_048


class _Plainest(dict[int, str]):
    """For each letter what is left of it: nothing of an accent, the plain digit of a digit. Each is looked up once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Cf"}:
            plain = ""
        else:
            digit = unicodedata.decimal(character, None)
            plain = character if digit is None else str(digit)
        self[code] = plain
        return plain


_PLAINEST = _Plainest()


def fold(text: str) -> str:
    """Bring letters to their plainest form: small, without accents, digits as 0 to 9."""
    if text.isascii():
        return text.lower()
    return _fold_again(text) if len(text) <= LONGEST_REMEMBERED else _fold(text)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAINEST)
    # Hangul comes apart under NFKD; NFC puts the syllables together again.
    return unicodedata.normalize("NFC", plain).translate(SPECIAL)


_fold_again = lru_cache(maxsize=MOST_REMEMBERED)(_fold)


@lru_cache(maxsize=MOST_REMEMBERED)
def shorten_word(word: str) -> str:
    """Give the one short form of a word: `street` → `st`, `bahnhofstrasse` → `bahnhofstr`."""
    short = SHORT.get(word)
    if short is not None:
        return short
    for ending, replacement, least in ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + least:
            return word[: -len(ending)] + replacement
    return word


def split(text: str) -> list[str]:
    """Split a text into its words; scripts without spaces into pairs of letters (a lone letter stays)."""
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
    """Split what a person typed; an East Asian address is cut where one of its parts ends."""
    if text.isascii() or not DENSE.search(text):
        return split(text)
    spaced = DENSE.sub(lambda run: DENSE_PARTS.sub(" ", run.group()), unicodedata.normalize("NFKC", text))
    return [word for word in split(spaced) if word not in DENSE_NUMBER_ENDS]


@lru_cache(maxsize=MOST_REMEMBERED)
def lengthen_word(word: str) -> tuple[str, ...]:
    """Give the long forms of a short one: `st` → `street`, `saint`…; `hauptstr` → `hauptstrasse`."""
    found = LONG.get(word, ())
    for ending, replacement, least in ENDINGS:
        if word.endswith(replacement) and len(word) >= len(replacement) + least:
            found = (*found, word[: -len(replacement)] + ending)
    return found


def pairs(run: str) -> list[str]:
    """Cut a run of letters into overlapping pairs."""
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def has_digit(text: str) -> bool:
    """Tell whether a text holds a digit of any script."""
    if text.isascii():
        return PLAIN_DIGIT.search(text) is not None
    return any(character.isdigit() for character in text)


def is_dense(word: str) -> bool:
    """Tell whether a word is a pair of letters of a script without spaces."""
    return not word.isascii() and DENSE.match(word) is not None


def variants(words: list[str], text: str) -> list[str]:
    """Other words under which the same name may be asked: unshortened, in Latin, with umlauts written out, letters."""
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
    """Each two neighbours written as one word: `new york` → `newyork`."""
    return [first + second for first, second in pairwise(words) if not is_dense(first)][:6]


def distance(first: str, second: str) -> int:
    """Count the edits between two words (insert, delete, replace, swap of neighbours); 3 means three or more."""
    return OSA.distance(first, second, score_cutoff=2)


def allowed_edits(word: str) -> int:
    """Say how many typing errors a word of this length may have."""
    if len(word) < 4 or word[0].isdigit():
        return 0
    return 1 if len(word) < 8 else 2


def is_nearly_one_of(word: str, words: Iterable[str]) -> bool:
    """Tell whether a word, with typing errors, is one of some words."""
    edits = allowed_edits(word)
    return edits > 0 and process.extractOne(word, words, scorer=OSA.distance, score_cutoff=edits) is not None


def is_prefix_of_any(typed: str, words: Iterable[str]) -> bool:
    """Tell whether two letters or more begin one of some words."""
    return len(typed) > 1 and any(word.startswith(typed) for word in words)
