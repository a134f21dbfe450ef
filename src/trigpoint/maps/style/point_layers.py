"""Layers for points of interest and stations: icons with names, in the colours of their groups."""

from trigpoint.maps.style.expressions import Expression, all_of, by_zoom, match
from trigpoint.maps.style.palettes import point_texts
from trigpoint.maps.style.pen import MEDIUM, Layer, Pen, Role
from trigpoint.maps.style.vocabulary import Points

SHOWN_BY_ZOOM = ((14, 4), (15, 8), (16, 11), (17, 15), (18, 24))
"""Pairs of a zoom and the highest rank of points that are shown from it on."""

_BELOW: Expression = ["literal", ["top", [0, 0.95]]]
_AROUND: Expression = ["literal", ["top", [0, 1.0], "left", [1.05, 0], "right", [-1.05, 0], "bottom", [0, -1.0]]]
"""Positions of a name beside its icon, in the order in which they are tried."""


def points(pen: Pen) -> list[Layer]:
    """Draw dots for points of interest without room for an icon, then stops, then the icons."""
    what = pen.words.points
    dots = pen.layer(
        "point",
        "symbol",
        name="dot",
        role=Role.POI,
        where=all_of(what.shown, ["!=", pen.words.local, ""], _ranked(what.rank)),
        minzoom=16,
        layout={
            "icon-image": ["concat", "dot-", what.group],
            "icon-size": by_zoom(16, 0.7, 18, 1.0),
            "icon-padding": 3,
            "symbol-sort-key": what.rank,
        },
        paint={"icon-opacity": 0.7 if pen.calm else 0.95},
    )
    return [
        *_categorised(dots, what),
        *_icons(pen, "stop", pen.words.stations, minzoom=16),
        *_icons(pen, "point", what, where=_ranked(what.rank), minzoom=14),
    ]


def stations(pen: Pen) -> list[Layer]:
    """Draw railway stations, harbours and airports."""
    return [
        *_icons(pen, "station", pen.words.stations, minzoom=12.5),
        *_icons(pen, "airport-name", pen.words.points, minzoom=10),
    ]


def _icons(pen: Pen, theme: str, what: Points, *, minzoom: float, where: Expression | None = None) -> list[Layer]:
    texts = point_texts(pen.palette, dark=pen.dark, calm=pen.calm, pictured=pen.pictured)
    icon = "airport" if theme == "airport-name" else what.icon
    group = "transport" if theme == "airport-name" else what.group
    layers = pen.layer(
        theme,
        "symbol",
        role=Role.POI,
        where=all_of(None if theme != "point" else what.shown, where),
        minzoom=minzoom,
        layout={
            "icon-image": icon,
            "icon-size": by_zoom(16, 0.55, 19, 0.8) if theme == "stop" else by_zoom(12, 0.74, 15, 0.82, 18, 1.0),
            "icon-padding": by_zoom(14, 9, 16, 5, 18, 3),
            "text-field": ["step", ["zoom"], "", 17, pen.name] if theme == "stop" else pen.name,
            "text-font": list(MEDIUM),
            "text-size": by_zoom(12, 10, 15, 10.5, 19, 13),
            "text-max-width": 7,
            "text-variable-anchor-offset": ["step", ["zoom"], _BELOW, 15, _AROUND],
            "text-justify": "auto",
            "text-optional": True,
            "text-padding": by_zoom(14, 6, 16, 3, 18, 1),
            "text-line-height": 1.1,
            "symbol-sort-key": what.rank,
        },
        paint={
            "text-color": match(group, dict(texts), texts["civic"]) if group != "transport" else texts["transport"],
            "text-halo-color": pen.palette.halo,
            "text-halo-width": 1.3,
            "icon-opacity": 0.85 if pen.calm else 1.0,
        },
    )
    return _categorised(layers, what)


def _categorised(layers: list[Layer], what: Points) -> list[Layer]:
    """Add to each layer's metadata how to read a feature's category, for filters of points of interest."""
    said = {"trigpoint:role": Role.POI.value, "trigpoint:category": what.category}
    return [{**layer, "metadata": said} for layer in layers]


def _ranked(rank: Expression) -> Expression:
    """A filter by zoom for the points that are important enough."""
    steps: list[object] = ["step", ["zoom"], 0]
    for zoom, shown in SHOWN_BY_ZOOM:
        steps += [zoom, shown]
    return [">=", steps, rank]
