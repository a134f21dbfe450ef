"""Layers of the set `world`, below all other sets: seas, borders, countries and towns."""

from collections.abc import Sequence
from dataclasses import dataclass

from trigpoint.maps.style.expressions import Expression, all_of, by_zoom, is_not
from trigpoint.maps.style.names import name_in
from trigpoint.maps.style.palettes import Palette
from trigpoint.maps.style.pen import MEDIUM, SEMIBOLD, Layer, Role

SOURCE = "world"
PEOPLE: Expression = ["coalesce", ["get", "population"], 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldPen:
    """How the set `world` is drawn. Its towns are hidden inside `hidden` (a GeoJSON polygon), where a set above has them.

    `above_from` is the zoom from which the set above has its own borders and places, None for never.
    """

    palette: Palette
    language: str
    languages: Sequence[str]
    above_from: float | None = None
    hidden: dict[str, object] | None = None
    towns_to: int = 12


def sea(pen: WorldPen, *, covered: bool) -> list[Layer]:
    """Draw seas, large lakes and rivers. With `covered`, a worldwide set above replaces them from zoom 6 on."""
    ends = {"maxzoom": 6} if covered else {}
    rivers = _layer(
        "river",
        "rivers",
        "line",
        layout={"line-cap": "round", "line-join": "round"},
        paint={"line-color": pen.palette.water, "line-width": by_zoom(3, 0.5, 6, 1.1, 10, 2.5)},
    )
    return [
        _layer("ocean", "ocean", "fill", paint={"fill-color": pen.palette.water}) | ends,
        rivers | {"maxzoom": 9} | ends,
    ]


def borders(pen: WorldPen, *, to: float | None) -> list[Layer]:
    """Draw the borders of countries, and of states where the set has them, up to zoom `to`."""
    countries: Expression = ["!=", ["get", "admin_level"], 4]
    layer = _layer(
        "border",
        "borders",
        "line",
        where=countries,
        layout={"line-join": "round"},
        paint={
            "line-color": pen.palette.border,
            "line-width": by_zoom(1, 0.5, 4, 0.9, 8, 1.4),
            "line-dasharray": [4, 1.6],
        },
    )
    glow = _layer(
        "border-glow",
        "borders",
        "line",
        where=countries,
        layout={"line-join": "round"},
        paint={"line-color": pen.palette.border_glow, "line-width": by_zoom(3, 2, 8, 5), "line-blur": 1.5},
    )
    states = _layer(
        "border-state",
        "borders",
        "line",
        where=["==", ["get", "admin_level"], 4],
        layout={"line-join": "round"},
        paint={"line-color": pen.palette.state, "line-width": by_zoom(4, 0.5, 8, 1.1), "line-dasharray": [3, 2]},
    )
    ends = {} if to is None else {"maxzoom": to}
    return [glow | ends, states | ends, layer | ends]


NAMED: Expression = [">=", ["zoom"], ["coalesce", ["get", "min_zoom"], 0]]


def labels(pen: WorldPen) -> list[Layer]:
    """Label towns, with a dot at their position, and countries."""
    towns = _towns(pen) | {"filter": NAMED}
    if pen.above_from:
        return [{**towns, "maxzoom": pen.above_from}, _countries(pen)]
    return [*_beyond(pen, towns), _countries(pen)]


def towns_outside(pen: WorldPen) -> list[Layer]:
    """Label the towns around the region of a set above, which give way to the labels of that set."""
    if not pen.above_from:
        return []
    inside: Expression | None = None if pen.hidden is None else ["within", pen.hidden]
    where = NAMED if inside is None else all_of(NAMED, is_not(inside))
    return _beyond(pen, _towns(pen) | {"filter": where})


def _beyond(pen: WorldPen, towns: Layer) -> list[Layer]:
    ends = {"minzoom": pen.above_from or 0, "maxzoom": pen.towns_to + 1}
    return [{**towns, "id": f"{SOURCE}-town-outside", **ends}] if pen.towns_to else []


def _towns(pen: WorldPen) -> Layer:
    capital: Expression = ["in", ["coalesce", ["get", "kind"], ""], ["literal", ["capital"]]]
    return _layer(
        "town",
        "cities",
        "symbol",
        role=Role.LABEL,
        layout={
            "text-field": name_in(pen.language, "name_{}", pen.languages or None),
            "text-font": ["case", capital, ["literal", list(SEMIBOLD)], ["literal", list(MEDIUM)]],
            "text-size": by_zoom(
                2,
                ["interpolate", ["linear"], PEOPLE, 100_000, 9.5, 10_000_000, 11.5],
                8,
                ["interpolate", ["linear"], PEOPLE, 20_000, 11, 3_000_000, 17],
                12,
                ["interpolate", ["linear"], PEOPLE, 10_000, 13, 1_000_000, 21],
            ),
            "text-max-width": 7,
            "text-padding": by_zoom(2, 3, 6, 5, 10, 16),
            "icon-image": ["step", ["zoom"], ["case", capital, "capital", "city"], 8, ""],
            "icon-size": by_zoom(2, 0.65, 6, 0.9),
            "icon-padding": 1,
            "text-variable-anchor-offset": [
                "step",
                ["zoom"],
                ["literal", ["left", [0.55, 0], "right", [-0.55, 0], "bottom", [0, -0.5], "top", [0, 0.5]]],
                8,
                ["literal", ["center", [0, 0]]],
            ],
            "text-justify": "auto",
            "symbol-sort-key": ["-", ["case", capital, -1_000_000, 0], PEOPLE],
        },
        paint={"text-color": pen.palette.text, "text-halo-color": pen.palette.halo, "text-halo-width": 1.3},
    )


def _countries(pen: WorldPen) -> Layer:
    size: Expression = ["to-number", ["coalesce", ["get", "way_area"], 0]]
    return _layer(
        "country",
        "countries",
        "symbol",
        role=Role.LABEL,
        layout={
            "text-field": name_in(pen.language, "name_{}", pen.languages or None),
            "text-font": list(SEMIBOLD),
            "text-size": by_zoom(
                1,
                ["interpolate", ["linear"], size, 10_000_000, 8, 300_000_000, 11],
                4,
                ["interpolate", ["linear"], size, 1_000_000, 10, 100_000_000, 15],
                7,
                ["interpolate", ["linear"], size, 1_000_000, 14, 100_000_000, 22],
            ),
            "text-max-width": 7,
            "text-letter-spacing": 0.04,
            "text-padding": 2,
            "symbol-sort-key": ["-", 0, size],
        },
        paint={"text-color": pen.palette.text_country, "text-halo-color": pen.palette.halo, "text-halo-width": 1.4},
    ) | {"maxzoom": 8}


def _layer(
    name: str,
    source_layer: str,
    kind: str,
    *,
    paint: dict[str, Expression],
    layout: dict[str, Expression] | None = None,
    role: Role = Role.GROUND,
    where: Expression | None = None,
) -> Layer:
    return {
        "id": f"{SOURCE}-{name}",
        "type": kind,
        "source": SOURCE,
        "source-layer": source_layer,
        "metadata": {"trigpoint:role": role.value},
        **({} if where is None else {"filter": where}),
        **({"layout": layout} if layout else {}),
        "paint": paint,
    }
