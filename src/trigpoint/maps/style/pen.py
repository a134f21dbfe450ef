"""The pen, which makes the style's layers one by one, for a theme of a tile schema and in a palette's colours."""

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
    """The role of a layer for a map client: `POI` layers are those that a filter of points of interest applies to."""

    GROUND = "ground"
    LABEL = "label"
    POI = "poi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Makes layers for the themes of a schema; for a theme that the schema lacks it makes none."""

    source: str
    words: Vocabulary
    palette: Palette
    name: Expression
    dark: bool
    calm: bool
    pictured: bool = False
    """Whether the layers are drawn on aerial imagery: roads are thinner then, and names lighter."""
    above_from: float = 0
    """The zoom from which borders and towns come from this set; below it they come from the set `world`."""

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
        """Draw the lines of a theme, `width` in pixels; `name` distinguishes several layers of one theme."""
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
        """Label the features of a theme with their names (or `field`), `size` in pixels; `layout` has full property names."""
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
        """Make a layer, in a list that is empty if the schema has no such theme.

        Names in `paint` may lack the prefix of their layer type, which is added then.
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
