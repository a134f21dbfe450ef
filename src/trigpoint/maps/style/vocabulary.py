"""The vocabulary of a tile schema: where each theme of the map is found, so that one style works with every schema."""

from collections.abc import Mapping
from dataclasses import dataclass

from trigpoint.maps.style.expressions import Expression

Found = tuple[str, Expression | None]
"""Where a theme is found: the layer in the tiles, and a filter (None for the whole layer)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """Expressions for the properties of roads. `kind` gives OpenStreetMap's value of `highway`, or the schema's own."""

    kind: Expression
    link: Expression
    tunnel: Expression
    bridge: Expression
    oneway: Expression
    oneway_back: Expression
    ref: Expression
    network: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Expressions for the properties of points of interest. `shown` is a filter for those that have an icon."""

    shown: Expression
    category: Expression
    icon: Expression
    group: Expression
    rank: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The vocabulary of one schema. `name_key` is the pattern of the property with a language's name: `name_{}`, `name:{}`.

    `local` is the expression of the local name, "" for none. `importance` is the sort key of places, where a smaller
    number is more important. `number` is the expression of a house number.
    """

    themes: Mapping[str, Found]
    name_key: str
    local: Expression
    number: Expression
    importance: Expression
    roads: Roads
    points: Points
    stations: Points
