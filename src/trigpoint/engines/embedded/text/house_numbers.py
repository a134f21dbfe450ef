"""House numbers in the data and in queries."""

# ruff: noqa: RUF001, RUF002 (letters that look alike are what this file is about)

import re
from collections.abc import Sequence

from trigpoint.engines.embedded.text.abbreviations import SHORT
from trigpoint.engines.embedded.text.latin import to_latin

PART = re.compile(r"\s*(?:;|,(?!\s*(?:к|с|кор|корп|корпус|стр|строение)\.?\s*\d))\s*")
"""The separator of several numbers. In Russia a comma may also come before a building: `д. 1, к. 1`."""

HALF = re.compile(r"(?<!\d)(\d+[a-z]?)(?:(?:\s*-\s*|\s+)1\s*[/⁄]\s*2|\s*-?\s*½)(?![\d/])", re.IGNORECASE)
"""A number and a half: `226 1/2`, `226-1/2`, `226½`."""

FRACTION = re.compile(
    r"(?<!\d)(\d+[a-z]?)(?:(?:\s*-\s*|\s+)([123])\s*[/⁄]\s*([348])|\s*-?\s*([¼¾⅓⅔]))(?![\d/])",
    re.IGNORECASE,
)
"""A number and another part of one: `226 1/3`, `12-3/4`, `9¼`."""

VULGAR = {"¼": "14", "¾": "34", "⅓": "13", "⅔": "23"}

FRACTIONAL = re.compile(r"\d(?:half|f\d\d)$")
"""The end of such a number as it is written here: `226half`, `226f13`."""

HALVES = re.compile(r"[/⁄½¼¾⅓⅔]")
"""What a number must hold for the pattern above to be tried."""

RANGE = re.compile(r"^(\d+)\s*[-–—]\s*(\d+)$")
LEADING = re.compile(r"\d+")
MARKED = re.compile(r"^(?:v|vl|d|dom|no|nr|km|pk)(\d.*)$")
"""A number with a prefix, as in Russia: `вл.4`, `в27А`; or the kilometre of a road: `km. 22`."""

BUILDINGS = {
    "строение": "с", "стр": "с", "корпус": "к", "корп": "к", "кор": "к", "korpus": "к", "korp": "к", "stroenie": "с",
    "stroyeniye": "с", "stroenije": "с", "str": "с",
}  # fmt: skip
"""Russian words for a building of an address, and the letter for each: `5а стр. 8` is `5а с8`."""

BUILDING = re.compile(rf"(?<=[\da-zа-я]),?(с|к|{'|'.join(BUILDINGS)})(?=\d)")
DENSE_PARTS = re.compile(r"[弄巷番地丁目栋棟号號楼樓室层層]+")
"""Characters after the parts of a house number in East Asia: `351弄2号`."""


PLAIN_PAIR = re.compile(r"[0-9]+[-/][0-9]+")
"""Two numbers with a sign between them, which are their own key; a fraction has a third number before it."""

LETTER_AFTER_HYPHEN = re.compile(r"(?<=\d)-(?=[^\W\d_]{1,2}$)")
LATER_WORDS = frozenset({"bis", "ter", "quater", *BUILDINGS})
LATER_PART = re.compile(r"^(?:[^\W\d_]{1,3}\d{0,2}|[^\W\d_]\d{3})$")
"""A letter, or some with a number; not the postal codes of Andorra, `AD500`."""

LONGEST_RANGE = 40
MOST_PARTS = 6
MOST_JOINED = 3
"""Highest number of numbers in one house number: `12-14`, `13/12`, `1-2-3`."""

LETTERS = {short: letter for letter, short in SHORT.items() if len(letter) == 1 and letter.isascii()}
"""Single letters by the abbreviation that they were taken for."""

BUILDING_WORDS = frozenset({*BUILDINGS, *BUILDINGS.values()})


def key_of(number: str) -> str:
    """Return the lookup key of a number: lower case, without spaces and full stops: `12 A` → `12a`."""
    if number.isascii() and number.isdigit():
        return number
    if PLAIN_PAIR.fullmatch(number) is not None:
        return number
    plain = join_fraction(number) if HALVES.search(number) is not None else number
    plain = "".join(plain.casefold().split()).replace(".", "")
    if plain.isascii() and not plain.islower():  # digits and signs without a letter: "12-14", "13/12"
        return plain.strip("-")
    plain = plain.replace("–", "-").replace("—", "-")
    plain = BUILDING.sub(lambda word: BUILDINGS.get(word[1], word[1]), plain)
    return LETTER_AFTER_HYPHEN.sub("", to_latin(DENSE_PARTS.sub("-", plain).strip("-")))


def join_fraction(text: str) -> str:
    """Write numbers with a fraction as one word, so that they match as a whole."""
    text = HALF.sub(r"\1half", text)
    return FRACTION.sub(lambda found: f"{found[1]}f{VULGAR[found[4]] if found[4] else found[2] + found[3]}", text)


def keys_of(number: str) -> list[str]:
    """Return all lookup keys of a house number in the data: `12-16` also has `12`, `14` and `16`."""
    keys: list[str] = []
    parts = PART.split(number.strip().casefold()) if ";" in number or "," in number else [number]
    for part in parts:
        key = key_of(part)
        if not key:
            continue
        keys.append(key)
        marked = MARKED.match(key)
        if marked is not None:
            keys.append(marked[1])
        span = RANGE.match(key)
        if span is not None:
            first, last = int(span[1]), int(span[2])
            if first < last <= first + LONGEST_RANGE:
                step = 1 if (last - first) % 2 else 2  # the houses of one side of the street
                keys += [str(between) for between in range(first, last + 1, step)]
        elif "/" in key:
            keys.append(key.split("/", 1)[0])
    if len(parts) > 1:
        keys.append(key_of(number))
    return list(dict.fromkeys(keys))


def value_of(number: str) -> int | None:
    """Return the first integer of a house number, to find its neighbours on the street; None if it has none."""
    found = LEADING.search(number)
    return int(found.group()) if found is not None and len(found.group()) < 9 else None


def number_keys(words: Sequence[str], at: int) -> list[tuple[str, int]]:
    """Return the possible keys of a house number that begins at a word, the longest first, with their numbers of words."""
    prefix = [""]
    found: list[tuple[str, int]] = []
    for used, word in enumerate(words[at : at + MOST_PARTS], 1):
        if used == 1:
            prefix = [word]
        elif _is_building(words, at + used - 1):
            prefix = [f"{key}{word}" for key in prefix]
        elif word[0].isdigit() and len(word) <= 4 and words[at + used - 2][0].isdigit() and used <= MOST_JOINED:
            prefix = [f"{key}{between}{word}" for key in prefix for between in "-/"]
        elif is_part(word):
            prefix = [f"{key}{LETTERS.get(word, word)}" for key in prefix]
        else:
            break
        found += [(key_of(key), used) for key in prefix]
    found.sort(key=lambda one: -one[1])
    return found


def _is_building(words: Sequence[str], at: int) -> bool:
    """Tell whether a word is the number of a building: `стр 8`."""
    return words[at - 1] in BUILDING_WORDS and words[at].isdigit()


def is_part(word: str) -> bool:
    """Tell whether a word can be a later part of a house number: `b`, `bis`, the Russian `к2` and `с1`."""
    return word in LATER_WORDS or LATER_PART.match(word) is not None


def looks_like_number(word: str) -> bool:
    """Tell whether a word can be a house number: it starts with a digit and is short."""
    if not word[0].isdigit() or word.endswith(("st", "nd", "rd", "th")):
        return False
    return len(word) <= 6 or (len(word) <= 10 and FRACTIONAL.search(word) is not None)
