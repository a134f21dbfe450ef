"""Reading query parameters by type: a value, None if the parameter is missing, or an InvalidError that explains the rule."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from trigpoint.base.errors import InvalidError, shorten
from trigpoint.base.geo import Box, Point
from trigpoint.maps.countries import country_codes
from trigpoint.maps.queries import DEFAULT_LANG

MAX_TEXT = 1024
"""Longest text, in characters."""
MAX_ITEMS = 100
"""Most items of a list."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,4}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?")
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{1,8})*")
_POINT = "'latitude,longitude' in degrees, latitude from -90 to 90 and longitude from -180 to 180"
_BOX = "'northLatitude,eastLongitude,southLatitude,westLongitude' in degrees, north at or above south"
_INSTANT = "a date and time in ISO 8601, in UTC"
_INSTANT_EXAMPLE = "2023-04-15T16:42:00Z"

BOOLEANS = {"true": True, "false": False, "1": True, "0": False}

E = TypeVar("E", bound=StrEnum)


class Parameters:
    """The parameters of one request, percent-decoded.

    Unknown parameters are ignored, and an empty value counts as missing. If a parameter occurs several times, readers of a
    single value take the first, and readers of a list take all. `name[]` is read as `name`, because PHP writes it so.
    """

    __slots__ = ("_accept_language", "_values", "ignored")

    def __init__(self, values: Mapping[str, Sequence[str]], *, accept_language: str | None = None) -> None:
        self._values: dict[str, list[str]] = {}
        for name, texts in values.items():
            found = [stripped for text in texts if (stripped := text.strip())]
            if found:
                self._values.setdefault(name.removesuffix("[]"), []).extend(found)
        self._accept_language = accept_language
        self.ignored: list[str] = []
        """Sentences for the log about values that were ignored."""

    def text(self, name: str, *, max_length: int = MAX_TEXT) -> str | None:
        """Read a text, without white space around it."""
        values = self._values.get(name)
        if values is None:
            return None
        value = values[0]
        if len(value) > max_length:
            raise InvalidError(name, f"at most {max_length:,} characters long", example="…", received=value)
        return value

    def required_text(self, name: str, *, example: str, max_length: int = MAX_TEXT) -> str:
        """Read a required text."""
        value = self.text(name, max_length=max_length)
        if value is None:
            raise InvalidError(name, "given", example=example)
        return value

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """Read `true` or `false` in any case, or 1 or 0, as PHP writes them."""
        value = self.text(name)
        if value is None:
            return default
        if value.lower() not in BOOLEANS:
            raise InvalidError(name, "'true' or 'false'", example="true", received=value)
        return BOOLEANS[value.lower()]

    def point(self, name: str) -> Point | None:
        """Read a coordinate: `lat,lng`."""
        value = self.text(name)
        return None if value is None else read_point(name, value)

    def required_point(self, name: str) -> Point:
        """Read a required coordinate."""
        found = self.point(name)
        if found is None:
            raise InvalidError(name, _POINT, example="37.3316,-122.0301")
        return found

    def required_points(self, name: str, *, at_most: int) -> tuple[Point, ...]:
        """Read one to `at_most` coordinates: `lat,lng|lat,lng`."""
        values = [part for value in self._values.get(name, ()) for part in value.split("|") if part.strip()]
        if not 1 <= len(values) <= at_most:
            rule = f"one to {at_most} coordinates with '|' between them"
            received = f"{len(values)} coordinates" if values else None
            raise InvalidError(name, rule, example="37.3316,-122.0301|37.7749,-122.4194", received=received)
        return tuple(read_point(name, value) for value in values)

    def box(self, name: str) -> Box | None:
        """Read an area in Apple's order, `north,east,south,west`; east may be less than west (antimeridian)."""
        value = self.text(name)
        if value is None:
            return None
        numbers = _numbers(value, 4)
        if numbers is not None:
            north, east, south, west = numbers
            if -90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180:
                return Box(south=south, west=west, north=north, east=east)
        raise InvalidError(name, _BOX, example="38,-122.1,37.5,-122.5", received=value)

    def lang(self) -> str:
        """Read the language of the response: `lang`, else the best of Accept-Language, else en-US."""
        value = self.text("lang")
        if value is None:
            return (self._accept_language and best_language(self._accept_language)) or DEFAULT_LANG
        tag = canonical_language(value)
        if tag is None:
            raise InvalidError("lang", "a BCP 47 tag", example="en-GB", received=value)
        return tag

    def countries(self, name: str = "limitToCountries") -> frozenset[str]:
        """Read ISO 3166-1 alpha-2 codes; they are returned in upper case, and none if the parameter is missing."""
        codes = self.items(name)
        if not codes:
            return frozenset()
        known = country_codes()
        for code in codes:
            if code.upper() not in known:
                rule = "ISO 3166-1 alpha-2 codes with commas between them"
                raise InvalidError(name, rule, example="US,CA", received=code)
        return frozenset(code.upper() for code in codes)

    def choice(self, name: str, kind: type[E], *, default: E, without: frozenset[E] = frozenset()) -> E:
        """Read one word of an enumeration, in any case; words of `without` are not allowed."""
        value = self.text(name)
        return default if value is None else _word(name, value, kind, without)

    def choices(self, name: str, kind: type[E], *, without: frozenset[E] = frozenset()) -> frozenset[E]:
        """Read several words of an enumeration, in any case; none if the parameter is missing."""
        items = self.items(name)
        return frozenset([_word(name, item, kind, without) for item in items]) if items else frozenset()

    def known_choices(self, name: str, kind: type[E]) -> frozenset[E]:
        """Read several words of an enumeration, in any case; unknown words are ignored, and noted in `ignored`."""
        items = self.items(name)
        if not items:
            return frozenset()
        words = {word.value.lower(): word for word in kind}
        found = [(item, words.get(item.lower())) for item in items]
        unknown = [shorten(item, limit=40) for item, word in found if word is None]
        if unknown:
            self.ignored.append(f"'{name}' has unknown values, which were ignored: {', '.join(unknown[:5])}")
        return frozenset(word for _, word in found if word is not None)

    def items(self, name: str) -> tuple[str, ...]:
        """Read the non-empty items of a comma-separated list, in order."""
        values = self._values.get(name)
        if values is None:
            return ()
        items = tuple(item.strip() for value in values for item in value.split(",") if item.strip())
        if len(items) > MAX_ITEMS:
            rule = f"a list of at most {MAX_ITEMS} items"
            raise InvalidError(name, rule, example="a,b", received=f"{len(items)} items")
        return items

    def instant(self, name: str) -> float | None:
        """Read a time in ISO 8601, with an offset or `Z`; give it in seconds since the epoch."""
        value = self.text(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise InvalidError(name, _INSTANT, example=_INSTANT_EXAMPLE, received=value) from None
        if moment.tzinfo is None:
            raise InvalidError(name, _INSTANT, example=_INSTANT_EXAMPLE, received=value)
        return (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


def read_point(name: str, text: str) -> Point:
    """Read a coordinate, `lat,lng`; the error names the parameter `name`."""
    numbers = _numbers(text, 2)
    if numbers is not None and -90 <= numbers[0] <= 90 and -180 <= numbers[1] <= 180:
        return Point(*numbers)
    raise InvalidError(name, _POINT, example="37.3316,-122.0301", received=text)


@lru_cache(maxsize=1024)
def canonical_language(tag: str) -> str | None:
    """Give a language tag in the canonical form of BCP 47 (`zh-Hant-TW`); None if it is none. `en_GB` is accepted."""
    tag = tag.replace("_", "-")
    if not _LANG.fullmatch(tag):
        return None
    language, *rest = tag.split("-")
    return "-".join([language.lower(), *(_subtag(part) for part in rest)])


def best_language(accept_language: str) -> str | None:
    """Give the most preferred language of an Accept-Language header (RFC 9110 §12.5.4); malformed items are ignored."""
    best: tuple[float, str] | None = None
    for item in accept_language[:1000].split(","):
        name, *options = (part.strip() for part in item.split(";"))
        tag = canonical_language(name)
        quality = next((_quality(option) for option in options if option[:2].lower() == "q="), 1.0)
        if tag is not None and quality > 0 and (best is None or quality > best[0]):
            best = quality, tag
    return best[1] if best else None


def _quality(option: str) -> float:
    numbers = _numbers(option[2:], 1)
    return min(1.0, numbers[0]) if numbers else 0.0


def _subtag(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()


def _numbers(text: str, count: int) -> list[float] | None:
    parts = [part.strip() for part in text.split(",")]
    numbers = [float(part) for part in parts if _NUMBER.fullmatch(part)]
    return numbers if len(parts) == len(numbers) == count and all(map(math.isfinite, numbers)) else None


def _word(name: str, text: str, kind: type[E], without: frozenset[E]) -> E:
    allowed = {str(word).lower(): word for word in kind if word not in without}
    found = allowed.get(text.lower())
    if found is None:
        words = ", ".join(f"'{word}'" for word in allowed.values())
        raise InvalidError(name, f"one of {words}", example=next(iter(allowed.values())), received=text)
    return found
