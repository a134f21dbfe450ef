"""Numbered roads: `I-70`, `Interstate 70`, `State Route 315`, `B85`, `E 6` are normalized to one word each.

In the data the number is in the tag `ref`: `I 70`, `OH 315`, `CG-2`. A road is indexed under the words of `road_words`,
and looked up by the words of `roads_in`.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from trigpoint.maps.subdivisions import subdivision_code

ANY = "hwy"
"""The prefix of a road number whose class is not known."""

STATE = "sr"
_REF = re.compile(r"^\s*([^\W\d_]{0,6})[\s.-]*(\d{1,5})\s?([^\W\d_]?)(?:\s.*)?$")

CLASSES = {
    "interstate": "i", "interstate highway": "i", "interstate hwy": "i", "interstate route": "i", "ih": "i", "i": "i",
    "us highway": "us", "us route": "us", "us hwy": "us", "us rte": "us", "us rt": "us", "us": "us", "u s": "us",
    "united states highway": "us", "united states route": "us",
    "state route": "sr", "state road": "sr", "state highway": "sr", "state hwy": "sr", "state rte": "sr", "st rte": "sr",
    "state rt": "sr", "st rt": "sr", "st route": "sr",
    "sr": "sr", "s r": "sr", "sh": "sr", "county road": "cr", "cr": "cr",
    "route": ANY, "rte": ANY, "rt": ANY, "highway": ANY, "hwy": ANY,
    "bundesstr": "b", "landesstr": "l", "staatsstr": "st", "kreisstr": "k", "europastr": "e", "europaveg": "e",
    "bundesstrasse": "b", "bundesstraße": "b", "bundesautobahn": "a", "autobahn": "a", "bab": "a", "landesstrasse": "l",
    "landesstraße": "l", "staatsstrasse": "st", "staatsstraße": "st", "kreisstrasse": "k", "kreisstraße": "k",
    "europastrasse": "e", "europastraße": "e", "european route": "e", "europavei": "e", "europavag": "e", "europaväg": "e",
    "autoroute": "a", "route nationale": "n", "nationale": "n", "rn": "n", "route departementale": "d",
    "route départementale": "d", "departementale": "d", "départementale": "d", "rd": "d",
    "autopista": "ap", "autovia": "a", "autovía": "a", "carretera general": "cg", "carretera nacional": "n",
    "ctra general": "cg", "ctra gral": "cg", "carretera gral": "cg", "ctra nacional": "n", "ctra secundaria": "cs",
    "motorvei": "e", "motorveg": "e", "carretera secundaria": "cs", "carretera secundària": "cs", "autostrada": "a", "strada statale": "ss",
    "strada provinciale": "sp", "motorway": "m", "riksvei": "rv", "riksveg": "rv", "rv": "rv", "riksvag": "rv",
    "riksväg": "rv", "fylkesvei": "fv", "fylkesveg": "fv", "fv": "fv", "lansvag": "lv", "länsväg": "lv", "ring": "ring",
    "valtatie": ANY, "kantatie": ANY, "seututie": ANY, "vt": ANY, "kt": ANY, "droga krajowa": ANY, "dk": ANY,
    "трасса": "m", "автодорога": ANY, "国道": "g", "省道": "s", "县道": "x", "縣道": "x",
    "乡道": "y", "県道": ANY,
}  # fmt: skip
"""The class letters of a road by the words before its number."""

_WORDS = "|".join(re.escape(words).replace(r"\ ", r"[\s.]+") for words in sorted(CLASSES, key=len, reverse=True))
_CALLED = re.compile(rf"(?<!\w)({_WORDS})\.?[\s.-]*(?:no\.?\s*|nr\.?\s*)?([a-z]{{0,3}})[\s-]?(\d{{1,5}})([a-z]?)(?!\w)")
"""The letters may be said besides: `Autobahn A 9`."""

_PLAIN = re.compile(r"(?<![\w/])([^\W\d_]{1,3})[\s-]?(\d{1,4})([a-z]?)(?![\w/])")
_OF_STATE = re.compile(
    r"(?<!\w)([a-z]+(?:\s[a-z]+)?)\s+(?:state\s+)?(?:route|rte|rt|highway|hwy|road)\s+(\d{1,4})(?!\w)"
)
_STATE_ALONE = re.compile(r"(?<!\w)([a-z]{4,})\s+(\d{1,3})(?!\w)")
"""A state and a number: `Ohio 315`."""

_HAN = re.compile(r"[国省县縣乡県]道")
_SEPARATOR = re.compile(r"[\W\d_]+")
_FIRST_WORDS = frozenset(words.split()[0] for words in CLASSES)
"""Prefilter: a text without one of these words names no road class."""

LONGEST_CODE = 3
_LATIN = str.maketrans("аевкмнорстух", "aebkmhopctyx")


_LETTERS_AT_END = re.compile(r"(?<![\w/])[^\W\d_]{1,3}-?$")
_DIGITS_AT_START = re.compile(r"-?\d")


class _Marks(NamedTuple):
    """The possible roles of a word in the name of a numbered road: its class, the whole number, or a part of it."""

    has_class: bool
    is_whole: bool
    is_first: bool
    is_second: bool


@lru_cache(maxsize=16_384)
def _marks_of(word: str) -> _Marks:
    letters = _SEPARATOR.split(word)
    is_state = len(letters[0]) > LONGEST_CODE and subdivision_code("US", letters[0]) is not None
    return _Marks(
        has_class=is_state or not _FIRST_WORDS.isdisjoint(letters) or _HAN.search(word) is not None,
        is_whole=_PLAIN.search(word) is not None,
        is_first=_LETTERS_AT_END.search(word) is not None,
        is_second=_DIGITS_AT_START.match(word) is not None,
    )


class Road(NamedTuple):
    """A numbered road in a query: the text that names it, and its possible index words."""

    said: str
    words: tuple[str, ...]


def road_words(refs: Sequence[str], country_code: str) -> list[str]:
    """Return the index words of a road, from its values of `ref`."""
    found: list[str] = []
    for ref in refs:
        read = _REF.match(ref)
        if read is None:
            continue
        letters, number, suffix = read[1].casefold().translate(_LATIN), read[2], read[3].casefold()
        found.append(f"{letters or ANY}{number}{suffix}")
        found.append(f"{ANY}{number}{suffix}")
        if country_code == "US" and (letters in {"", "sr", "sh"} or subdivision_code("US", letters.upper())):
            found.append(f"{STATE}{number}{suffix}")
        if country_code == "NO" and not letters:
            found += [f"rv{number}", f"fv{number}"]
    return list(dict.fromkeys(found))


def roads_in(folded: str) -> list[Road]:
    """Return the numbered roads that a folded query may name."""
    has_class = is_plain = is_first = False
    for word in folded.split():
        marks = _marks_of(word)
        has_class |= marks.has_class
        is_plain |= marks.is_whole or (is_first and marks.is_second)
        is_first = marks.is_first
    if not has_class:
        return list(_plain_roads(folded)) if is_plain else []
    found: list[Road] = []
    for read in _OF_STATE.finditer(folded):
        for name in (read[1], read[1].rpartition(" ")[2]):
            code = subdivision_code("US", name)
            if code is not None:
                said = folded[read.start() + len(read[1]) - len(name) : read.end()]
                found.append(Road(said, (f"{code.casefold()}{read[2]}", f"{STATE}{read[2]}")))
                break
    for read in _STATE_ALONE.finditer(folded):
        code = subdivision_code("US", read[1])
        if code is not None:
            found.append(Road(read.group(), (f"{code.casefold()}{read[2]}", f"{STATE}{read[2]}")))
    for read in _CALLED.finditer(folded):
        letters = CLASSES[" ".join(read[1].replace(".", " ").split())]
        found.append(Road(read.group(), (f"{read[2] or letters}{read[3]}{read[4]}",)))
    return [*found, *_plain_roads(folded)]


def _plain_roads(folded: str) -> Iterator[Road]:
    """Yield roads that are letters and a number: `i-70`, `b85`; those of a state of the US have its code: `oh-315`."""
    for read in _PLAIN.finditer(folded):
        words = [f"{read[1].translate(_LATIN)}{read[2]}{read[3]}"]
        if len(read[1]) == 2 and read[1].isascii() and subdivision_code("US", read[1].upper()) is not None:
            words.append(f"{STATE}{read[2]}{read[3]}")
        yield Road(read.group(), tuple(words))
