"""The pen: writes one layer of the style at a time, for the theme of a schema, in the colours of a palette."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from trigpoint.maps.style.expressions import Expression, all_of
from trigpoint.maps.style.palettes import Palette
from trigpoint.maps.style.vocabulary import Vocabulary

Layer: TypeAlias = dict[str, object]

REGULAR = ("Inter Regular",)
MEDIUM = ("Inter Medium",)
SEMIBOLD = ("Inter Semibold",)
ITALIC = ("Inter Italic",)


class Role(StrEnum):
    """What a layer is to whoever shows the map: `POI` layers are those that a filter of points of interest changes."""

    GROUND = "ground"
    LABEL = "label"
    POI = "poi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Draws the themes that a schema has; a theme that it lacks is drawn as nothing."""

    source: str
    words: Vocabulary
    palette: Palette
    name: Expression
    dark: bool
    calm: bool
    pictured: bool = False
    """Drawn over aerial pictures: roads are thinner, and names lighter."""
    above_from: float = 0
    """The zoom from which this set has the borders and the towns; below it they are the world's."""

    def fill(
        self, theme: str, colour: str | Expression, *, minzoom: float | None = None, **paint: Expression
    ) -> list[Layer]:
        """Fill the areas of a theme; `paint` has the properties without their prefix (`opacity`, `outline_color`)."""
        return self.layer(theme, "fill", paint={"color": colour, **paint}, minzoom=minzoom)

    def line(
        self,
        theme: str,
        colour: str | Expression,
        width: Expression,
        *,
        name: str = "",
        where: Expression | None = None,
        minzoom: float | None = None,
        maxzoom: float | None = None,
        cap: str = "round",
        order: Expression | None = None,
        **paint: Expression,
    ) -> list[Layer]:
        """Draw the lines of a theme, `width` in pixels; `name` tells several layers of one theme apart."""
        layout: dict[str, Expression] = {"line-cap": cap, "line-join": "round"}
        if order is not None:
            layout["line-sort-key"] = order
        return self.layer(
            theme,
            "line",
            name=name,
            where=where,
            minzoom=minzoom,
            maxzoom=maxzoom,
            layout=layout,
            paint={"color": colour, "width": width, **paint},
        )

    def text(
        self,
        theme: str,
        colour: str | Expression,
        size: Expression,
        *,
        name: str = "",
        font: tuple[str, ...] = REGULAR,
        field: Expression | None = None,
        where: Expression | None = None,
        minzoom: float | None = None,
        maxzoom: float | None = None,
        halo: float = 1.3,
        layout: Mapping[str, Expression] | None = None,
    ) -> list[Layer]:
        """Write the names of a theme (or `field`), `size` in pixels; `layout` has properties by their full names."""
        return self.layer(
            theme,
            "symbol",
            name=name,
            role=Role.LABEL,
            where=where,
            minzoom=minzoom,
            maxzoom=maxzoom,
            layout={
                "text-field": self.name if field is None else field,
                "text-font": list(font),
                "text-size": size,
                "text-max-width": 8,
                **(layout or {}),
            },
            paint={"text-color": colour, "text-halo-color": self.palette.halo, "text-halo-width": halo},
        )

    def layer(
        self,
        theme: str,
        kind: str,
        *,
        paint: Mapping[str, Expression],
        layout: Mapping[str, Expression] | None = None,
        name: str = "",
        role: Role = Role.GROUND,
        where: Expression | None = None,
        minzoom: float | None = None,
        maxzoom: float | None = None,
    ) -> list[Layer]:
        """Write a layer, in a list that is empty where the schema has no such theme.

        Properties of `paint` whose names are not full yet get the prefix of their kind.
        """
        found = self.words.themes.get(theme)
        if found is None:
            return []
        source_layer, picked = found
        layer: Layer = {
            "id": "-".join(part for part in (self.source, theme, name) if part),
            "type": kind,
            "source": self.source,
            "source-layer": source_layer,
            "metadata": {"trigpoint:role": role.value},
        }
        condition = all_of(picked, where)
        layer |= {} if condition is None else {"filter": condition}
        layer |= {} if not minzoom else {"minzoom": minzoom}
        layer |= {} if maxzoom is None else {"maxzoom": maxzoom}
        layer |= {} if not layout else {"layout": dict(layout)}
        prefix = "" if kind == "symbol" else f"{kind}-"
        layer["paint"] = {prefix + key.replace("_", "-"): value for key, value in paint.items()}
        return [layer]
