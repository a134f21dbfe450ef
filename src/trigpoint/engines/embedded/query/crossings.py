"""Parsing queries for the crossing of two streets: `4th & Main`, `Ecke Landstrasse Aeulestrasse, Vaduz`."""

# ruff: noqa: RUF001 (letters that look alike are what this file is about)

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 200
MOST_SPLITS = 10

_CORNER = (
    r"(?:the\s+)?(?:corner|intersection|junction|crossing|cnr)(?:\s+of)?|where(?=\s.*\s(?:meets|crosses)\s)|(?:an\s+der\s+)?(?:stra(?:ß|ss)en)?ecke(?:\s+von)?"
    r"|kreuzung(?:\s+von)?|einm[üu]ndung(?:\s+der)?|kulma(?:ssa)?|risteys"
    r"|(?:[àa]\s+l['’]|au\s+)?(?:angle|coin|croisement|intersection|carrefour)|(?:en\s+la\s+)?(?:esquina|cruce|intersecci[óo]n?)"
    r"|cantonada|cru[ïi]lla|xamfr[àa]|angolo|incrocio|cruzamento|(?:op\s+de\s+)?hoek(?:\s+van)?|kruising(?:\s+van)?"
    r"|(?:(?:i|ved)\s+)?(?:vei|gate)?krysset|kryss|krydset|hj[øo]rnet(?:\s+a[vf])?|h[öo]rnet(?:\s+av)?|korsningen?(?:\s+av)?|r[óo]g|skrzy[żz]owanie"
    r"|roh|k[řr]i[žz]ovatka|(?:на\s+)?угл?у?(?:ол)?|(?:на\s+)?пересечени[еи]|перекр[ёе]сток|ріг|перехрестя"
)
_PREFIX = re.compile(
    rf"^\s*(?:(?:an\s+der|at\s+the|on\s+the|à\s+l['’]|en\s+la|a\s+la|i)\s*)?(?:{_CORNER})(?!\w)[\s:]*(?:(?:de\s+la|de\s+los|de\s+l['’]|des?|du|del|di|tra|von|mellom|between|entre)(?!\w)\s*)?",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"[\s,]+(?:kulma(?:ssa)?|risteys|risteyksess[äa]|corner|intersection|crossing|kreuzung|sarok|nurk)\s*(?=,|$)",
    re.IGNORECASE,
)
_DENSE_SUFFIX = re.compile(
    r"(?:的?(?:十字路口|交叉口|交叉路口|交汇[处口]|交叉处|交界处?)|(?:の)?交差点|교차로|사거리|\s+路口|(?<=[路街道])路?口)$"
)
_FINNISH = (
    (re.compile(r"kadun(?!\w)", re.IGNORECASE), "katu"), (re.compile(r"tien(?!\w)", re.IGNORECASE), "tie"),
    (re.compile(r"kujan(?!\w)", re.IGNORECASE), "kuja"), (re.compile(r"polun(?!\w)", re.IGNORECASE), "polku"),
    (re.compile(r"torin(?!\w)", re.IGNORECASE), "tori"), (re.compile(r"rannan(?!\w)", re.IGNORECASE), "ranta"),
    (re.compile(r"aukion(?!\w)", re.IGNORECASE), "aukio"), (re.compile(r"din(?!\w)", re.IGNORECASE), "di"),
)  # fmt: skip
"""Finnish genitives of street names, as they are used before the word for a crossing, and their nominatives."""

_SIGN = re.compile(
    r"\s*(?:&amp;|[&@×|])\s*|\s+[/+x\\]\s+|(?:(?<=[^\W\d_][^\W\d_])|(?<=[^\W\d_]\.))\s?/\s?(?=[^\W\d_])", re.IGNORECASE
)
_CORNER_BETWEEN = re.compile(
    r"(?:[\s,]+|-)(?:ecke|kreuzung|abzweigung|corner(?:\s+of)?|meets|crosses|cnr\.?|cor\.?|esq(?:uina)?\.?(?:\s+con)?|angle|angolo|cantonada|hoek|hj[øo]rnet|h[öo]rnet|угол|róg|roh)\s+",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"\s+(?:and|at|with|und|mit|et|y|e|con|och|og|ved|vid|ja|en|met|i|amb|и|с|та|і|ve|és|near|cross(?:ing)?|intersect(?:s|ing))\s+",
    re.IGNORECASE,
)
_DENSE_BETWEEN = re.compile(
    r"(?<=[路街道巷弄線线])(?:与|與|和|跟|近|、)(?=.{2})|(?<=[りー道])と(?=.{2})|(?<=[로길])(?:와|과)\s*(?=.{2})"
)
_DENSE_STREET = re.compile(r"(?<=[路街道巷弄])\s*(?=\S\S)")
"""The boundary between two Chinese street names before a word for a crossing: `锦秋路汇丰路口`."""

_RUSSIAN = (
    (re.compile(r"ого(?!\w)", re.IGNORECASE), "ый"), (re.compile(r"ой(?=\s+улицы)", re.IGNORECASE), "ая"),
    (re.compile(r"(проезд|проспект|бульвар|тупик)а(?!\w)", re.IGNORECASE), r"\1"),
    (re.compile(r"переулка(?!\w)", re.IGNORECASE), "переулок"),
)  # fmt: skip
"""Russian genitives of street names, as they are used after the word for a crossing, and their nominatives."""

_LEADING = re.compile(r"^\s*(?:de\s+la|de\s+l['’]|de\s+los|des?|du|del|della|di|of|von|av|the|in)\s+", re.IGNORECASE)
MOST_WORDS_OF_TOWN = 3


@dataclass(frozen=True, slots=True)
class CrossingQuery:
    """The two streets of a query, for each possible split, and the text after them, which names a town.

    `is_explicit` tells that the query has a sign or word for a crossing; an "and" may also be part of a name.
    """

    pairs: tuple[tuple[str, str], ...]
    tail: str
    is_explicit: bool

    def with_towns(self, second: str) -> Iterator[tuple[str, str]]:
        """Yield splits of the second part into street and town, for a query without a comma before the town."""
        words = second.split() if not self.tail else []
        for count in range(1, min(len(words) - 1, MOST_WORDS_OF_TOWN) + 1):
            yield " ".join(words[:-count]), " ".join(words[-count:])


def read_crossing(text: str) -> CrossingQuery | None:
    """Parse a query that may name two crossing streets; None if it cannot."""
    if len(text) > LONGEST:
        return None
    plain, is_corner = _without_corner(text.strip())
    found = list(_SIGN.finditer(plain)) + list(_CORNER_BETWEEN.finditer(plain))
    is_explicit = is_corner or bool(found)
    if not found:
        found = [*_WORD.finditer(plain), *_DENSE_BETWEEN.finditer(plain)]
    if not found and not is_corner:
        return None
    cuts = [(plain[: cut.start()], plain[cut.end() :]) for cut in found[:MOST_SPLITS]]
    if is_corner and not any(_SIGN.finditer(plain)):  # an "and" may be part of a street name
        cuts += [(plain[: cut.start()], plain[cut.end() :]) for cut in _DENSE_STREET.finditer(plain)][:MOST_SPLITS]
        head, comma, tail = plain.partition(",")
        words = head.split()
        cuts += [
            (" ".join(words[:at]), f"{' '.join(words[at:])}{comma}{tail}")
            for at in range(1, min(len(words), MOST_SPLITS))
        ]
    pairs: list[tuple[str, str]] = []
    tail = ""
    for before, rest in cuts:
        after, _, behind = rest.partition(",")
        town, _, street = before.rpartition(",") if not behind else (behind, "", before)
        first, second = (_LEADING.sub("", part).strip(" ,") for part in (street, after))
        if first and second and any(map(str.isalnum, first)) and any(map(str.isalnum, second)):
            pairs.append((first, second))
            tail = town.strip(" ,")
    return CrossingQuery(tuple(pairs), tail, is_explicit) if pairs else None


def _without_corner(text: str) -> tuple[str, bool]:
    """Remove words for a corner; return the rest, and whether there were any."""
    plain = _PREFIX.sub("", text, count=1)
    plain = _DENSE_SUFFIX.sub("", plain)
    behind = _SUFFIX.search(plain)
    if behind is not None:
        plain = plain[: behind.start()] + plain[behind.end() :]
        for genitive, name in _FINNISH:
            plain = genitive.sub(name, plain)
    if plain != text and not plain.isascii():
        for genitive, name in _RUSSIAN:
            plain = genitive.sub(name, plain)
    return (plain, plain != text) if plain.strip() else (text, False)


_DIRECTION = re.compile(r"\b(?:north|south|east|west|[ns][ew]?|[ew])\b\.?\s*", re.IGNORECASE)


def without_direction(part: str) -> str:
    """Remove a compass direction, as the crossing part of "N High" may just be called "High Street"."""
    plain = _DIRECTION.sub("", part)
    return plain if plain.strip(" ,.") else part
