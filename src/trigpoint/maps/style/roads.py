"""Layers for roads, railways, ferries and borders: lines with their edges below them."""

from collections.abc import Callable
from dataclasses import dataclass

from trigpoint.maps.style.expressions import Expression, all_of, by_zoom, is_not, match, one_of
from trigpoint.maps.style.palettes import Palette
from trigpoint.maps.style.pen import Layer, Pen


@dataclass(frozen=True, slots=True)
class RoadClass:
    """A class of roads: its kinds (`a|b`), the zoom from which it is drawn, and widths in pixels for `ZOOMS`."""

    name: str
    kinds: str
    first: float
    widths: tuple[float, ...]


ZOOMS = (5, 8, 10, 12, 13, 14, 15, 16, 17, 18, 20)
"""The zooms for which every class has a width; in between it is interpolated."""

CLASSES = (
    RoadClass(
        "service", "service|busway|bus_guideway|raceway|other", 13, (0, 0, 0, 0.0, 0.6, 1.2, 2.6, 4.5, 7, 11, 32)
    ),
    RoadClass(
        "minor",
        "residential|unclassified|living_street|minor|road|minor_road|minor_construction",
        11.5,
        (0, 0, 0, 0.6, 1.4, 2.6, 5, 9, 14, 23, 68),
    ),
    RoadClass(
        "tertiary",
        "tertiary|tertiary_link|tertiary_construction",
        10,
        (0, 0, 0.6, 1.6, 2.8, 4.4, 7.5, 12.5, 19, 30, 84),
    ),
    RoadClass("secondary", "secondary|secondary_link", 9, (0, 0.5, 1.0, 2.4, 3.8, 5.6, 9, 14.5, 22, 34, 92)),
    RoadClass("primary", "primary|primary_link", 8, (0, 0.7, 1.5, 3.0, 4.6, 6.6, 10, 16, 24, 37, 98)),
    RoadClass("trunk", "trunk|trunk_link", 6, (0.5, 1.2, 2.2, 3.8, 5.2, 7.2, 10.5, 17, 25, 39, 104)),
    RoadClass("motorway", "motorway|motorway_link", 5, (0.8, 1.7, 2.8, 4.6, 6.0, 8.0, 11.5, 18, 27, 42, 110)),
)
"""Road classes from the least to the most important, which is drawn last."""

PATHS = ("footway", "path", "steps", "cycleway", "track", "pedestrian", "bridleway", "sidewalk", "crossing")
_PATH_WIDTH = by_zoom(13, 0.6, 15, 1.1, 17, 2.0, 20, 7, base=1.5)
_EASE = 1.35


def roads(pen: Pen) -> list[Layer]:
    """Draw tunnels, then roads at ground level, then bridges; railways between the roads and the bridges."""
    words = pen.words.roads
    ground = all_of(is_not(words.tunnel), is_not(words.bridge))
    return [
        *_part(pen, "tunnel", words.tunnel),
        *_part(pen, "street", ground),
        *rails(pen),
        *_part(pen, "bridge", words.bridge),
    ]


def rails(pen: Pen) -> list[Layer]:
    """Draw railways as a line with ties, trams as a thin line, and cable cars."""
    colours = pen.palette
    return [
        *pen.line("tram", colours.rail, by_zoom(12, 0.5, 15, 1.0, 18, 2.2), minzoom=12, cap="butt", opacity=0.8),
        *pen.line("siding", colours.rail, by_zoom(13, 0.4, 15, 0.8, 18, 1.8), minzoom=13, cap="butt", opacity=0.7),
        *pen.line("rail", colours.rail, by_zoom(8, 0.5, 12, 1.0, 15, 1.6, 18, 3.2), minzoom=8, cap="butt"),
        *pen.line(
            "rail",
            colours.rail,
            by_zoom(15, 3.4, 16, 4.4, 18, 8),
            name="ties",
            minzoom=15,
            cap="butt",
            dasharray=[0.25, 1.9],
            opacity=by_zoom(15, 0.0, 15.8, 0.65),
        ),
        *pen.line("aerialway", colours.rail, by_zoom(12, 0.8, 18, 2.2), minzoom=12, dasharray=[5, 2]),
    ]


def ferries(pen: Pen) -> list[Layer]:
    """Draw ferry routes."""
    return pen.line(
        "ferry", pen.palette.ferry, by_zoom(8, 0.7, 12, 1.1, 16, 1.8), minzoom=8, cap="butt", dasharray=[4, 3]
    )


def borders(pen: Pen) -> list[Layer]:
    """Draw the borders of states and countries; disputed borders are dotted."""
    colours, first = pen.palette, pen.above_from
    width, glow = by_zoom(3, 0.7, 8, 1.2, 14, 1.9), by_zoom(3, 2, 8, 4, 14, 9)
    states = by_zoom(4, 0.5, 8, 1.0, 14, 1.8)
    theme = "border-country"
    return [
        *pen.line("border-state", colours.state, states, minzoom=max(4, first), cap="butt", dasharray=[3, 2]),
        *pen.line(theme, colours.border_glow, glow, name="glow", minzoom=first, blur=by_zoom(3, 1, 14, 4)),
        *pen.line(theme, colours.border, width, minzoom=first, cap="butt", dasharray=[4, 1.6]),
        *pen.line("border-disputed", colours.border, width, minzoom=first, cap="butt", dasharray=[1.5, 1.5]),
    ]


def _part(pen: Pen, part: str, where: Expression | None) -> list[Layer]:
    """Draw the roads of one level: paths, then the edges of all roads, then their surfaces."""
    kind = pen.words.roads.kind
    tunnel = part == "tunnel"
    cap = "butt" if part != "street" else "round"
    drawn = all_of(where, is_not(one_of(kind, *PATHS)))
    dashes: Expression = [2.5, 1.5] if tunnel else [1, 0]
    return [
        *pen.line(
            "road",
            pen.palette.path,
            _PATH_WIDTH,
            name=f"{part}-path",
            where=all_of(where, one_of(kind, *PATHS)),
            minzoom=15.4 if pen.pictured else 13.4,
            cap="butt",
            dasharray=[2.4, 1.1],
            opacity=by_zoom(13.4, 0.0, 14.5, 0.5 if tunnel else 1.0),
        ),
        *pen.line(
            "road",
            _colours(pen, _edge),
            _widths(pen, edge=True),
            name=f"{part}-edge",
            where=drawn,
            minzoom=6,
            cap="butt" if tunnel or part == "bridge" else "round",
            order=_order(pen),
            opacity=0.45 if tunnel else by_zoom(8, 0.6, 11, 1.0),
            dasharray=dashes,
        ),
        *pen.line(
            "road",
            _colours(pen, _surface),
            _widths(pen, edge=False),
            name=part,
            where=drawn,
            minzoom=5,
            cap=cap if tunnel else "round",
            order=_order(pen),
            opacity=0.5 if tunnel else 1.0,
        ),
    ]


def _surface(colours: Palette, name: str) -> str:
    return {"motorway": colours.motorway, "trunk": colours.trunk, "service": colours.minor, "minor": colours.minor}.get(
        name, colours.road
    )


def _edge(colours: Palette, name: str) -> str:
    edges = {"motorway": colours.motorway_case, "trunk": colours.trunk_case}
    return edges.get(name, colours.minor_case if name in {"service", "minor"} else colours.road_case)


def _colours(pen: Pen, choose: Callable[[Palette, str], str]) -> Expression:
    by_class: dict[str, Expression] = {road.kinds: choose(pen.palette, road.name) for road in CLASSES}
    return match(pen.words.roads.kind, by_class, choose(pen.palette, "minor"))


def _order(pen: Pen) -> Expression:
    """A sort key by which more important roads are drawn later, and links before the roads they lead to."""
    ranks: dict[str, Expression] = {road.kinds: 2 * place for place, road in enumerate(CLASSES)}
    return ["-", match(pen.words.roads.kind, ranks, 0), ["case", pen.words.roads.link, 1, 0]]


def _widths(pen: Pen, *, edge: bool) -> Expression:
    """The width by zoom and class. Links are narrower; `edge` adds the width of the edges on both sides."""
    stops: list[float | Expression] = []
    thin = 0.6 if pen.pictured else 1
    for place, zoom in enumerate(ZOOMS):
        by_class: dict[str, Expression] = {}
        for road in CLASSES:
            width = road.widths[place]
            seen = edge and zoom >= max(road.first, 9 if road.name in {"motorway", "trunk"} else 11)
            by_class[road.kinds] = (
                0 if not width or (edge and not seen) else round(width + (_edge_width(zoom) if edge else 0), 2)
            )
        width_here = match(pen.words.roads.kind, by_class, 0)
        stops += [zoom, ["*", width_here, ["case", pen.words.roads.link, 0.62 * thin, thin]]]
    return by_zoom(*stops, base=_EASE)


def _edge_width(zoom: float) -> float:
    return 1.1 if zoom < 13 else 1.6 if zoom < 16 else 2.0
