"""What a schema of tiles calls things: where each theme of the map is found, so that one style draws every schema."""

from collections.abc import Mapping
from dataclasses import dataclass

from trigpoint.maps.style.expressions import Expression

Found = tuple[str, Expression | None]
"""Where a theme is: the layer in the tiles, and the filter that picks it out (None for all of the layer)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """What the schema says of a road. `kind` gives OpenStreetMap's value of `highway`, or the schema's own."""

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
    """What the schema says of a point of interest; each an expression. `shown` picks those that have an icon."""

    shown: Expression
    category: Expression
    icon: Expression
    group: Expression
    rank: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A schema. `name_key` makes the property that holds a name in a language: `name_{}` or `name:{}`.

    `local` gives the name used on the spot, "" for none. `importance` sorts places: a small number comes first. `number` is a house number.
    """

    themes: Mapping[str, Found]
    name_key: str
    local: Expression
    number: Expression
    importance: Expression
    roads: Roads
    points: Points
    stations: Points
