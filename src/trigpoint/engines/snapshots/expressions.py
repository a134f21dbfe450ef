"""Evaluate expressions of the MapLibre style specification for one zoom; only the operators that our styles use.

An expression is compiled once per image. Parts that do not depend on a feature are evaluated then.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from trigpoint.maps.style.colours import mixed

Properties = Mapping[str, object]
Run = Callable[[Properties], object]
GEOMETRY, PLACE = "$geometry", "$place"
"""Additional properties of a feature: its geometry type, and its position (longitude, latitude)."""


class UnsupportedError(ValueError):
    """The style uses something that the painter does not support."""


@dataclass(frozen=True, slots=True)
class Code:
    """A compiled expression. `keys` are the properties that it reads; if there are none, it is constant."""

    run: Run
    keys: frozenset[str] = frozenset()

    @property
    def value(self) -> object:
        """The value of a constant."""
        return self.run({})


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a formatted text, and its font scale."""

    text: str
    scale: float


def read(expression: object, zoom: float, names: Mapping[str, Code] | None = None) -> Code:
    """Compile an expression or a plain value. Raises UnsupportedError."""
    if not isinstance(expression, (list, tuple)) or not expression or not isinstance(expression[0], str):
        return constant(tuple(expression) if isinstance(expression, list) else expression)
    reader = _Reader(zoom, names or {})
    known = READERS.get(expression[0])
    if known is None:
        raise UnsupportedError(f"the expression '{expression[0]}'")
    code = known(reader, expression[1:])
    return code if code.keys else constant(_safely(code.run))


def constant(value: object) -> Code:
    """Compile a constant."""
    return Code(lambda _properties: value)


def _safely(run: Run) -> object:
    try:
        return run({})
    except (TypeError, ValueError, ArithmeticError):
        return None


@dataclass(frozen=True, slots=True)
class _Reader:
    zoom: float
    names: Mapping[str, Code]

    def read(self, expression: object) -> Code:
        return read(expression, self.zoom, self.names)

    def all(self, expressions: Sequence[object]) -> tuple[list[Run], frozenset[str]]:
        codes = [self.read(one) for one in expressions]
        return [code.run for code in codes], frozenset[str]().union(*(code.keys for code in codes))


def _get(_reader: _Reader, rest: Sequence[object]) -> Code:
    key = str(rest[0])
    return Code(lambda properties: properties.get(key), frozenset({key}))


def _has(_reader: _Reader, rest: Sequence[object]) -> Code:
    key = str(rest[0])
    return Code(lambda properties: properties.get(key) is not None, frozenset({key}))


def _geometry(_reader: _Reader, _rest: Sequence[object]) -> Code:
    return Code(lambda properties: properties.get(GEOMETRY), frozenset({GEOMETRY}))


def _zoom(reader: _Reader, _rest: Sequence[object]) -> Code:
    return constant(reader.zoom)


def _literal(_reader: _Reader, rest: Sequence[object]) -> Code:
    value = rest[0]
    return constant(tuple(value) if isinstance(value, list) else value)


def _let(reader: _Reader, rest: Sequence[object]) -> Code:
    names = dict(reader.names)
    for name, value in zip(rest[:-1:2], rest[1:-1:2], strict=True):
        names[str(name)] = reader.read(value)
    return read(rest[-1], reader.zoom, names)


def _var(reader: _Reader, rest: Sequence[object]) -> Code:
    return reader.names[str(rest[0])]


def _of(function: Callable[..., object]) -> "Callable[[_Reader, Sequence[object]], Code]":
    """Return the compiler of an operator that evaluates all its arguments."""

    def reader_of(reader: _Reader, rest: Sequence[object]) -> Code:
        runs, keys = reader.all(rest)
        if len(runs) == 1:
            (only,) = runs
            return Code(lambda properties: function(only(properties)), keys)
        if len(runs) == 2:
            first, second = runs
            return Code(lambda properties: function(first(properties), second(properties)), keys)
        return Code(lambda properties: function(*[run(properties) for run in runs]), keys)

    return reader_of


def _compared(function: Callable[[object, object], bool]) -> Callable[[object, object], bool]:
    """Return a comparison of two texts or two numbers that is false for any other types."""

    def compare(one: object, other: object) -> bool:
        if isinstance(one, str) is not isinstance(other, str) or one is None or other is None:
            return False
        return function(one, other)

    return compare


def _all(reader: _Reader, rest: Sequence[object]) -> Code:
    runs, keys = reader.all(rest)
    return Code(lambda properties: all(run(properties) for run in runs), keys)


def _any(reader: _Reader, rest: Sequence[object]) -> Code:
    runs, keys = reader.all(rest)
    return Code(lambda properties: any(run(properties) for run in runs), keys)


def _coalesce(reader: _Reader, rest: Sequence[object]) -> Code:
    runs, keys = reader.all(rest)

    def first(properties: Properties) -> object:
        for run in runs:
            value = run(properties)
            if value is not None:
                return value
        return None

    return Code(first, keys)


def _case(reader: _Reader, rest: Sequence[object]) -> Code:
    runs, keys = reader.all(rest)
    pairs, otherwise = list(zip(runs[:-1:2], runs[1:-1:2], strict=True)), runs[-1]

    def choose(properties: Properties) -> object:
        for condition, answer in pairs:
            if condition(properties):
                return answer(properties)
        return otherwise(properties)

    return Code(choose, keys)


def _match(reader: _Reader, rest: Sequence[object]) -> Code:
    operand = reader.read(rest[0])
    answers, keys = reader.all([*rest[2:-1:2], rest[-1]])
    table: dict[object, Run] = {}
    for labels, answer in zip(rest[1:-1:2], answers, strict=False):
        for label in labels if isinstance(labels, (list, tuple)) else [labels]:
            table.setdefault(label, answer)
    otherwise = answers[-1]
    return Code(lambda properties: table.get(operand.run(properties), otherwise)(properties), keys | operand.keys)


def _step(reader: _Reader, rest: Sequence[object]) -> Code:
    operand = reader.read(rest[0])
    stops = [float(cast("float", stop)) for stop in rest[2::2]]
    answers, keys = reader.all(rest[1::2])
    if not operand.keys:
        value = cast("float", operand.value)
        return reader.read(rest[1 + 2 * sum(1 for stop in stops if value >= stop)])

    def choose(properties: Properties) -> object:
        value = cast("float", operand.run(properties))
        return answers[sum(1 for stop in stops if value >= stop)](properties)

    return Code(choose, keys | operand.keys)


def _interpolate(reader: _Reader, rest: Sequence[object]) -> Code:
    curve, operand = cast("Sequence[object]", rest[0]), reader.read(rest[1])
    if curve[0] not in {"linear", "exponential"}:
        raise UnsupportedError(f"the interpolation '{curve[0]}'")
    base = float(cast("float", curve[1])) if curve[0] == "exponential" else 1.0
    stops = [float(cast("float", stop)) for stop in rest[2::2]]
    answers, keys = reader.all(rest[3::2])

    def between(properties: Properties) -> object:
        value = float(cast("float", operand.run(properties)))
        if value <= stops[0]:
            return answers[0](properties)
        for index in range(1, len(stops)):
            if value < stops[index]:
                part = _part(base, value - stops[index - 1], stops[index] - stops[index - 1])
                return _mixed(answers[index - 1](properties), answers[index](properties), part)
        return answers[-1](properties)

    return Code(between, keys | operand.keys)


def _part(base: float, gone: float, whole: float) -> float:
    return gone / whole if base == 1.0 else (base**gone - 1) / (base**whole - 1)


def _mixed(one: object, other: object, part: float) -> object:
    if isinstance(one, str) and isinstance(other, str):
        return mixed(one, other, part)
    return cast("float", one) + (cast("float", other) - cast("float", one)) * part


def _slice(text: object, begin: object, end: object = None) -> object:
    return cast("str", text)[int(cast("float", begin)) : None if end is None else int(cast("float", end))]


def _in(one: object, many: object) -> bool:
    return (
        many is not None
        and one is not None
        and (not isinstance(many, str) or isinstance(one, str))
        and (one in cast("Sequence[object]", many))
    )


def to_number(value: object) -> float:
    """Convert any value to a number by the rules of the specification; null is 0."""
    if value is None:
        return 0.0
    number = float(cast("float", value))
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number


def to_text(value: object) -> str:
    """Convert any value to a text by the rules of the specification."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _format(reader: _Reader, rest: Sequence[object]) -> Code:
    runs, keys = reader.all(rest[::2])
    scales = [float(cast("Mapping[str, float]", options).get("font-scale", 1.0)) for options in rest[1::2]]
    return Code(
        lambda properties: tuple(
            Section(to_text(run(properties)), scale) for run, scale in zip(runs, scales, strict=True)
        ),
        keys,
    )


def _within(_reader: _Reader, rest: Sequence[object]) -> Code:
    """Compile `within` for a rectangle, the only shape that our styles use."""
    ring = cast("Sequence[Sequence[float]]", cast("Mapping[str, Sequence[object]]", rest[0])["coordinates"][0])
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    south, north = min(y for _, y in ring), max(y for _, y in ring)

    def inside(properties: Properties) -> bool:
        place = cast("tuple[float, float] | None", properties.get(PLACE))
        return place is not None and west <= place[0] <= east and south <= place[1] <= north

    return Code(inside, frozenset({PLACE}))


READERS: Mapping[str, Callable[[_Reader, Sequence[object]], Code]] = {
    "get": _get,
    "has": _has,
    "geometry-type": _geometry,
    "zoom": _zoom,
    "literal": _literal,
    "let": _let,
    "var": _var,
    "all": _all,
    "any": _any,
    "coalesce": _coalesce,
    "case": _case,
    "match": _match,
    "step": _step,
    "interpolate": _interpolate,
    "format": _format,
    "within": _within,
    "!": _of(lambda one: not one),
    "==": _of(lambda one, other: one == other),
    "!=": _of(lambda one, other: one != other),
    "<": _of(_compared(lambda one, other: cast("float", one) < cast("float", other))),
    "<=": _of(_compared(lambda one, other: cast("float", one) <= cast("float", other))),
    ">": _of(_compared(lambda one, other: cast("float", one) > cast("float", other))),
    ">=": _of(_compared(lambda one, other: cast("float", one) >= cast("float", other))),
    "+": _of(lambda *values: sum(cast("Sequence[float]", values))),
    "-": _of(lambda one, other=None: -one if other is None else one - other),
    "*": _of(lambda *values: math.prod(cast("Sequence[float]", values))),
    "/": _of(lambda one, other: one / other),
    "in": _of(_in),
    "index-of": _of(lambda one, text: cast("str", text).find(cast("str", one))),
    "slice": _of(_slice),
    "length": _of(len),
    "concat": _of(lambda *values: "".join(map(to_text, values))),
    "round": _of(lambda value: math.floor(cast("float", value) + 0.5)),
    "to-string": _of(to_text),
    "to-number": _of(to_number),
}
