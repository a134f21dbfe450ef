"""The expressions of the MapLibre style specification that the layers use."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Expression: TypeAlias = Sequence[object] | str | int | float | bool
"""An expression or a literal value, as in the JSON of a style."""

KIND: Expression = ["get", "kind"]


def one_of(value: Expression, *values: str | int) -> Expression:
    """An expression that is true if the value is one of these."""
    return ["==", value, values[0]] if len(values) == 1 else ["in", value, ["literal", list(values)]]


def all_of(*conditions: Expression | None) -> Expression | None:
    """An expression that is true if all conditions are; those that are None are ignored."""
    given = [condition for condition in conditions if condition is not None]
    return None if not given else given[0] if len(given) == 1 else ["all", *given]


def is_true(name: str) -> Expression:
    """An expression that is true if a property is `true` or 1, since tile generators differ."""
    return ["in", ["get", name], ["literal", [True, 1, "yes"]]]


def is_not(condition: Expression) -> Expression:
    return ["!", condition]


def by_zoom(*stops: float | Expression, base: float = 1.0) -> Expression:
    """Interpolate between zoom levels: `by_zoom(10, 1, 14, 3)` is 1 at zoom 10 and 3 at zoom 14."""
    curve = ["linear"] if base == 1.0 else ["exponential", base]
    return ["interpolate", curve, ["zoom"], *stops]


def match(value: Expression, cases: Mapping[str, Expression], otherwise: Expression) -> Expression:
    """An expression that chooses a result by the value; values with the same result are written `a|b`."""
    if not cases:
        return otherwise
    flat: list[object] = []
    for names, answer in cases.items():
        parts = names.split("|")
        flat += [parts if len(parts) > 1 else names, answer]
    return ["match", value, *flat, otherwise]
