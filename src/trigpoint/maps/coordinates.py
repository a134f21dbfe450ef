"""Parsing coordinates in every common notation, UTM, and plus codes (Open Location Code)."""

# ruff: noqa: RUF001 (people write degrees, minutes and seconds with many signs)

import math
import re
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import decimal, normalize

from trigpoint.base.geo import Point
from trigpoint.maps.utm import read_utm

LONGEST = 80
SIGNS = str.maketrans(
    {
        "−": "-", "–": "-", "‒": "-", "º": "°", "˚": "°", "度": "°", "′": "'", "’": "'", "‘": "'", "´": "'", "`": "'",
        "分": "'", "″": '"', "”": '"', "“": '"', "秒": '"', "，": ",", "、": ",", "،": ",", "٫": ".", "\u00a0": " ", "\u202f": " ",
    }
)  # fmt: skip
WORDS_OF_HALVES = (
    (re.compile(r"с\.?\s*ш\.?|北緯|北纬|북위|\b(?:north|nord|norte)\b"), " N "),
    (re.compile(r"ю\.?\s*ш\.?|南緯|南纬|남위|\b(?:south|sud|sur)\b"), " S "),
    (re.compile(r"в\.?\s*д\.?|東経|东经|東經|동경|\b(?:east|ost|este|est)\b"), " E "),
    (re.compile(r"з\.?\s*д\.?|西経|西经|西經|서경|\b(?:west|oeste|ouest|ovest)\b"), " W "),
    (re.compile(r"^\s*с(?=\s*\d)"), " N "), (re.compile(r"^\s*ю(?=\s*\d)"), " S "),
    (re.compile(r"(?<=[\s\d,])в(?=\s*\d)"), " E "), (re.compile(r"(?<=[\s\d,])з(?=\s*\d)"), " W "),
    (re.compile(r"(?<![a-z])deg(?:rees?)?\b"), "°"), (re.compile(r"(?<![a-z])min(?:utes?)?\b"), "'"), (re.compile(r"(?<![a-z])sec(?:onds?)?\b"), '"'),
    (re.compile(r"&?\b(?:lat(?:itude)?|lon(?:gitude)?|lng|long)\b\.?\s*[:=]?"), " "),
)  # fmt: skip
"""Words beside a number: for a half, for degrees; those that only label it are dropped, as latitude comes first."""

LABEL = re.compile(
    r"^\s*(?:(?:(?:my|our|the)\s+)?(?:gps|wgs\s?84|coord(?:inate)?s?|koordinaten?|coordonn[ée]es|coordenadas|coordinate|координаты|座標|坐标|좌표"
    r"|(?:current\s+)?(?:location|position|standort)|lat(?:itude)?\s*[,/]\s*(?:lon|lng|long|longitude)|(?:ll|q|loc|query|center|point)(?==))"
    r"(?![a-z])(?:\s+(?:is|are))?[\s:=]*)+",
    re.IGNORECASE,
)
"""Labels that people write before a coordinate."""

LONGITUDE_FIRST = re.compile(r"^\W*lo?n(?:g(?:itude)?)?\b", re.IGNORECASE)
EXACT = re.compile(r"(?<![\d.])([+-]?\d{1,2}\.\d{4,})°?\s*,\s*([+-]?\d{1,3}\.\d{4,})(?![\d.])")
"""A coordinate that is precise enough to be recognised inside other text: `Vaduz (47.1410, 9.5215)`."""

WRAPPED = re.compile(
    r"^\s*(?:geo:\s*([^;?]+).*|(?:srid=\d+;\s*)?point\s*z?\s*\(\s*(\S+\s+\S+?)(?:\s+\S+)?\s*\))\s*$", re.IGNORECASE
)
WRAP = re.compile(r"\s*(?:geo|srid|point)", re.IGNORECASE)
LINK = re.compile(r"^\s*(?:(?:https?://|www\.)\S+|geo:\S*\?q=\S+|@\S+)\s*$", re.IGNORECASE)
LINKED = re.compile(
    r"(?:@|[?&](?:q|ll|sll|saddr|daddr|center|query|destination|coordinate|loc|cp|pt|mlat)=(?:loc:)?|#map=[\d.]+/|!3d|/(?:dir|search|place)/(?:[^?#]*/)?)"
    r"(-?\d{1,3}\.\d+)(?:,|%2C|/|~|&mlon=|!4d)\+?(-?\d{1,3}\.\d+)",
    re.IGNORECASE,
)
LONGITUDE_FIRST_IN_LINK = re.compile(r"^\s*(?:https?://)?(?:[\w-]+\.)*yandex\.", re.IGNORECASE)
"""The coordinate in the URL of a web map."""

HEIGHT = re.compile(r"^([+-]?\d+\.\d+\s*,\s*[+-]?\d+\.\d+)\s*,\s*-?\d+(?:\.\d+)?\s?[mz]?$")
"""A third number: an altitude, or a zoom."""

ISO_6709 = re.compile(r"^\s*([+-]\d{2}\.\d+)([+-]\d{3}\.\d+)(?:[+-]\d+(?:\.\d+)?)?(?:CRSWGS_84)?/?\s*$")
RUN_TOGETHER = re.compile(
    r"(?<!\d)(\d{2,3})(\d\d)(\d\d(?:\.\d+)?)(?=\s*[nsew])|(?<=[nsew])(\d{2,3})(\d\d)(\d\d(?:\.\d+)?)(?!\d)"
)
"""Degrees, minutes and seconds in aviation notation: `470827N 0093117E`."""

HYPHENED = re.compile(r"(?<=\d)-(?=\d)")
OTHER_WORD = re.compile(
    r"(?<![a-z])(?!(?:north|nord|norte|south|sud|sur|east|ost|este?|west|oeste|ouest|ovest|lat|latitude|lon|longitude|lng|long"
    r"|deg|degrees?|min|minutes?|sec|seconds?)(?![a-z]))[a-z]{3}",
    re.IGNORECASE,
)
"""A word that occurs in no coordinate: a text with one is not parsed any further."""

LETTERED = re.compile(r"(?<=\d)\s*([dms])(?=[\s\d]|[nsewo]\b|$)")
"""Letters for degrees, minutes and seconds: `47d8m24s N`."""

BRACKETS = re.compile(r"^\s*[(\[{](.*)[)\]}]\s*$")
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
TOKEN = re.compile(r"([+-]?\d+(?:\.\d+)?)|([NSEWO])(?![a-z])|([°'\":])|([,;/|])|\s+", re.IGNORECASE)
WHOLE_NUMBERS = re.compile(r"\s*[+-]?\d{1,2}\s*,\s*[+-]?\d{1,3}\s*")

PLUS_CODE = re.compile(r"^\s*([2-9CFGHJMPQRVWX]{4,8})\+([2-9CFGHJMPQRVWX]{0,3})(?:[\s,]+(\S.*))?$", re.IGNORECASE)
PLUS_CODE_BEHIND = re.compile(r"^(.*\S)[\s,]+([2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,3})\s*$", re.IGNORECASE)
PLUS_DIGITS = "23456789CFGHJMPQRVWX"
FULL_PLUS = 8


def read_coordinates(text: str) -> Point | None:
    """Parse a coordinate: `47.14, 9.52`, `N 47° 8.4' E 9° 31.2'`, `geo:47.14,9.52`, a full plus code. None if it is none."""
    if not any(map(str.isdigit, text)):
        return None
    linked = (
        LINKED.search(text) if ("/" in text or "@" in text or "?" in text) and LINK.match(text) is not None else None
    )
    if linked is not None:
        halves = (_Half(float(linked[1]), ""), _Half(float(linked[2]), ""))
        return _point(*reversed(halves)) if LONGITUDE_FIRST_IN_LINK.match(text) is not None else _point(*halves)
    if len(text) > LONGEST:
        return None
    code = read_plus_code(text)
    if code is not None:
        return code.centre() if code.is_whole and not code.rest else None
    if (utm := read_utm(text)) is not None:
        return utm
    label = LABEL.match(text)
    return _read_plain(text[label.end() :] if label is not None else text)


def _read_plain(text: str) -> Point | None:
    """Read a text that is neither a link nor a plus code."""
    if _has_other_word(text):
        exact = EXACT.findall(text) if text.count(".") > 1 else []
        return _point(_Half(float(exact[0][0]), ""), _Half(float(exact[0][1]), "")) if len(exact) == 1 else None
    wrapped = WRAPPED.match(text)
    halves = _halves(_straightened(wrapped[1] or wrapped[2] if wrapped else text))
    if halves is None:
        return None
    is_reversed = (
        (wrapped is not None and wrapped[2] is not None)  # WKT
        or halves[0].letter in {"E", "W", "O"}
        or (not halves[0].letter and LONGITUDE_FIRST.match(text) is not None)
    )
    return _point(*reversed(halves)) if is_reversed else _point(*halves)


def _straightened(text: str) -> str:
    """Normalize the symbols, letters, words and decimal commas of a coordinate, and remove brackets around it."""
    plain = text.casefold().translate(SIGNS)
    if not plain.isascii():  # digits of full width, or of another script
        plain = "".join([str(decimal(one, one)) for one in plain])
        plain = normalize("NFKC", plain.replace("°", "\0")).replace("\0", "°")
    plain = plain.replace("''", '"').strip().removesuffix(".")
    for words, sign in WORDS_OF_HALVES:
        plain = words.sub(sign, plain)
    if "d" in plain:
        plain = LETTERED.sub(lambda letter: {"d": "°", "m": "'", "s": '"'}[letter[1]], plain)
    inside = BRACKETS.match(plain)
    plain = inside[1] if inside else plain
    if "+" in plain or "-" in plain:
        plain = ISO_6709.sub(r"\1, \2", plain)
    if plain[-1:].isalpha() or plain[:1].isalpha():
        plain = HYPHENED.sub(":", RUN_TOGETHER.sub(_part, plain))
    plain = HEIGHT.sub(r"\1", plain)
    if "." not in plain and len(DECIMAL_COMMA.findall(plain)) == 2 and not WHOLE_NUMBERS.fullmatch(plain):
        plain = DECIMAL_COMMA.sub(".", plain)
    return plain


def _part(run: re.Match[str]) -> str:
    return ":".join(part for part in run.groups() if part)


def _has_other_word(text: str) -> bool:
    return OTHER_WORD.search(text) is not None and WRAP.match(text) is None


class _Half(NamedTuple):
    """A latitude or longitude in degrees, and its letter (N, S, E, W or O), "" if there is none."""

    degrees: float
    letter: str


def _point(first: _Half, second: _Half) -> Point | None:
    """Return the point of a latitude and a longitude; None if their letters contradict that, or if out of range."""
    if bool(first.letter) != bool(second.letter) or first.letter not in "NS" or second.letter not in "EWO":
        return None
    if abs(first.degrees) > 90 and first.degrees % 1 and not first.letter:  # the longitude was written first
        first, second = second, first
    inside_earth = abs(first.degrees) <= 90 and abs(second.degrees) <= 180
    return Point(first.degrees, second.degrees) if inside_earth else None


def _halves(text: str) -> tuple[_Half, _Half] | None:
    tokens: list[str] = []
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            return None
        at = found.end()
        if found.group().strip():
            tokens.append(found.group().upper())
    cut = _cut(tokens, text)
    if cut is None:
        return None
    one, other = _read_half(tokens[:cut]), _read_half(tokens[cut:])
    return (one, other) if one is not None and other is not None else None


def _cut(tokens: list[str], text: str) -> int | None:
    """Return the index of the token at which the second number begins; None if that is not clear."""
    letters = [at for at, token in enumerate(tokens) if token in {"N", "S", "E", "W", "O"}]
    if len(letters) == 2:
        return letters[1] if letters[0] == 0 else letters[0] + 1
    marks = [at for at, sign in enumerate(tokens) if sign in ",;/|"]
    if letters or len(marks) > 1:
        return None
    numbers = [at for at, token in enumerate(tokens) if token[-1].isdigit()]
    return _cut_at_mark(marks[0], len(numbers), text) if marks else _cut_at_number(numbers, text)


def _is_marked(text: str) -> bool:
    return any(mark in text for mark in "°':")


def _cut_at_mark(mark: int, numbers: int, text: str) -> int | None:
    """Split at the only comma or slash, unless the text could be a list of two house numbers."""
    is_sure = _is_marked(text) or (numbers in {2, 4, 6} and "." in text)
    return mark if is_sure or WHOLE_NUMBERS.fullmatch(text) else None


def _cut_at_number(numbers: list[int], text: str) -> int | None:
    """Split two, four or six numbers in the middle, if a sign or a decimal point shows that they are degrees."""
    if len(numbers) == 2:
        return numbers[1] if "." in text or "°" in text or not text.strip("0 ") else None
    is_sure = _is_marked(text) or (len(numbers) == 6 and "." in text)
    return numbers[len(numbers) // 2] if len(numbers) in {4, 6} and is_sure else None


def _read_half(tokens: list[str]) -> _Half | None:
    letter = "".join(token for token in tokens if token in {"N", "S", "E", "W", "O"})
    numbers = [token for token in tokens if token[-1].isdigit()]
    if not 1 <= len(numbers) <= 3 or any("." in number for number in numbers[:-1]):
        return None
    if any(number[0] in "+-" for number in numbers[1:]) or any(float(number) >= 60 for number in numbers[1:]):
        return None
    degrees = math.fsum(abs(float(number)) / 60**power for power, number in enumerate(numbers))
    is_negative = numbers[0].startswith("-") != (letter in {"S", "W"})
    return _Half(-degrees if is_negative else degrees, letter)


@dataclass(frozen=True, slots=True)
class PlusCode:
    """An Open Location Code: the digits before and after the plus sign, and the text after it, which names a town."""

    before: str
    after: str
    rest: str = ""

    @property
    def is_whole(self) -> bool:
        """Tell whether this is a full code, which needs no reference town."""
        return len(self.before) == FULL_PLUS

    def centre(self) -> Point:
        """Return the centre of the cell of a full code."""
        south, west, height = -90.0, -180.0, 400.0
        digits = [PLUS_DIGITS.index(digit) for digit in self.before + self.after]
        for row, column in zip(digits[0:10:2], digits[1:10:2], strict=False):
            height /= 20
            south += row * height
            west += column * height
        width = height
        for digit in digits[10:]:
            height, width = height / 5, width / 4
            south += digit // 4 * height
            west += digit % 4 * width
        return Point(min(90.0, south + height / 2), (west + width / 2 + 180) % 360 - 180)

    def near(self, reference: Point) -> Point:
        """Return the point of a short code that is nearest to a reference point."""
        missing = FULL_PLUS - len(self.before)
        step = 400.0 / 20 ** (missing // 2)
        whole = PlusCode(_first_digits(reference, missing) + self.before, self.after).centre()
        latitude, longitude = whole.latitude, whole.longitude
        latitude += step * round((reference.latitude - latitude) / step)
        longitude += step * round((reference.longitude - longitude) / step)
        return Point(max(-90.0, min(90.0, latitude)), (longitude + 180) % 360 - 180)


def _first_digits(point: Point, count: int) -> str:
    digits, step = "", 20.0
    north, east = point.latitude + 90, point.longitude + 180
    for _ in range(count // 2):
        digits += PLUS_DIGITS[int(north // step) % 20] + PLUS_DIGITS[int(east // step) % 20]
        step /= 20
    return digits


def read_plus_code(text: str) -> PlusCode | None:
    """Parse a full plus code, `8FVC4GRC+2P`, or a short one with a town, `4GRC+2P Vaduz`; None if it is none."""
    if "+" not in text:
        return None
    found = PLUS_CODE.match(text) or PLUS_CODE.match(PLUS_CODE_BEHIND.sub(r"\2 \1", text))
    if found is None or len(found[1]) % 2 or len(found[2]) == 1:
        return None
    rest = found[3] or ""
    return PlusCode(found[1].upper(), found[2].upper(), rest) if len(found[1]) == FULL_PLUS or rest else None
