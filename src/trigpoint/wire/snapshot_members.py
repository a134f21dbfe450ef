"""Reading JSON in the parameters of a snapshot; an error names the member by its path, such as `overlays[2].points`."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

import msgspec

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Point
from trigpoint.maps.snapshots.colours import Colour, read_colour
from trigpoint.wire.parameters import read_point

MAX_JSON = 65_536
"""Longest parameter with JSON, in characters."""
COLOUR = "a colour's HTML name, or 3 or 6 hexadecimal digits"
INT = re.compile(r"[+-]?[0-9]{1,9}")
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")

E = TypeVar("E", bound=StrEnum)


def read_items(name: str, text: str | None, *, at_most: int, example: str) -> "list[Members]":
    """Read a JSON array of objects; an empty list if `text` is None. Raises InvalidError."""
    if text is None:
        return []
    rule = f"a JSON array of at most {at_most} objects, at most {MAX_JSON:,} characters long"
    if len(text) > MAX_JSON:
        raise InvalidError(name, rule, example=example, received=f"{len(text):,} characters")
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise InvalidError(name, rule, example=example, received=text) from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidError(name, rule, example=example, received=text)
    if len(found) > at_most:
        raise InvalidError(name, rule, example=example, received=f"{len(found):,} objects")
    return [Members(f"{name}[{index}]", one) for index, one in enumerate(found)]


class Members:
    """The members of a JSON object. A reader gives None if the member is missing, null or empty text.

    Numbers may be text, because programs that make URLs write them so. Unknown members are ignored.
    """

    __slots__ = ("_values", "name")

    def __init__(self, name: str, values: dict[str, object]) -> None:
        self.name = name
        self._values = values

    def refusal(self, key: str, rule: str, *, example: str, received: str | None = None) -> InvalidError:
        """Make the error for a member; `received` is by default its value."""
        if received is None and self._values.get(key) is not None:
            received = shown(self._values[key])
        return InvalidError(f"{self.name}.{key}", rule, example=example, received=received)

    def value(self, key: str) -> object:
        return self._values.get(key)

    def text(self, key: str, *, rule: str, example: str, max_length: int = 1024) -> str | None:
        value = self._values.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)  # a glyph that is a digit, or a colour of digits only
        if not isinstance(value, str) or len(value) > max_length:
            raise self.refusal(key, rule, example=example)
        return value.strip()

    def number(self, key: str, *, lowest: float, highest: float, example: str, unit: str = "") -> float | None:
        value = self._values.get(key)
        if value is None or value == "":
            return None
        rule = f"a number from {lowest:g} to {highest:,g}{unit}"
        if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
            value = float(value)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not lowest <= value <= highest:
            raise self.refusal(key, rule, example=example)
        return float(value)

    def whole(self, key: str, *, lowest: int, highest: int, example: str) -> int | None:
        value = self._values.get(key)
        if value is None or value == "":
            return None
        found = as_whole(value)
        if found is None or not lowest <= found <= highest:
            raise self.refusal(key, f"a whole number from {lowest} to {highest:,}", example=example)
        return found

    def colour(self, key: str) -> Colour | None:
        text = self.text(key, rule=COLOUR, example="449944", max_length=64)
        if text is None:
            return None
        found = read_colour(text.zfill(6) if isinstance(self._values[key], int) else text)
        if found is None:
            raise self.refusal(key, COLOUR, example="449944")
        return found

    def choice(self, key: str, kind: type[E]) -> E | None:
        """Read one word of an enumeration, in any case."""
        words = {word.value.lower(): word for word in kind}
        rule = "one of " + ", ".join(f"'{word}'" for word in kind)
        text = self.text(key, rule=rule, example=next(iter(kind)).value, max_length=64)
        if text is None:
            return None
        if text.lower() not in words:
            raise self.refusal(key, rule, example=next(iter(kind)).value)
        return words[text.lower()]

    def point(self, key: str) -> Point:
        """Read a required coordinate: `lat,lng`."""
        value = self._values.get(key)
        return read_point(f"{self.name}.{key}", value if isinstance(value, str) else shown(value or ""))

    def items(self, key: str, *, at_most: int, rule: str, example: str) -> Sequence[object] | None:
        """Read an array of at most `at_most` items, which are not checked."""
        value = self._values.get(key)
        if value is None or value == "":
            return None
        if not isinstance(value, list):
            raise self.refusal(key, rule, example=example)
        if len(value) > at_most:
            raise self.refusal(key, rule, example=example, received=f"{len(value):,} of them")
        return value


def as_whole(value: object) -> int | None:
    """Read an integer: a JSON number, also `3.0`, or text; None for any other value."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if INT.fullmatch(value.strip()) else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e9 else None
    return value if isinstance(value, int) else None


def shown(value: object) -> str:
    """Write a value as JSON for an error message, cut to 1,000 characters; text stays as it is."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()[:1000]
