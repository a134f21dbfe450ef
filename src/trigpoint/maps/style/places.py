"""Labels of settlements and their parts, of states and countries."""

from trigpoint.maps.style.expressions import Expression, by_zoom
from trigpoint.maps.style.pen import MEDIUM, REGULAR, SEMIBOLD, Layer, Pen

_CAPITALS: dict[str, Expression] = {"text-transform": "uppercase", "text-letter-spacing": 0.08}


def places(pen: Pen) -> list[Layer]:
    """Label places, the smallest first: MapLibre places later layers first."""
    colours = pen.palette
    order: dict[str, Expression] = {"symbol-sort-key": pen.words.importance, "text-padding": 6}
    return [
        *pen.text("hamlet", colours.text_soft, by_zoom(13, 10.5, 16, 12.5), font=MEDIUM, minzoom=13, layout=order),
        *pen.text(
            "hood",
            colours.text_soft,
            by_zoom(12, 9.5, 16, 12),
            font=MEDIUM,
            minzoom=12.3,
            maxzoom=17,
            layout={**order, **_CAPITALS, "text-padding": 12},
        ),
        *pen.text(
            "village", colours.text, by_zoom(10, 10.5, 15, 15.5), font=MEDIUM, minzoom=10, maxzoom=16.5, layout=order
        ),
        *pen.text(
            "town",
            colours.text,
            by_zoom(7, 10.5, 14, 18),
            font=SEMIBOLD,
            minzoom=max(7, pen.above_from),
            maxzoom=15.8,
            layout=order,
        ),
        *pen.text(
            "city",
            colours.text,
            by_zoom(5, 12, 13, 22),
            font=SEMIBOLD,
            minzoom=max(4, pen.above_from),
            maxzoom=15,
            layout=order,
        ),
        *pen.text(
            "state-name",
            colours.text_country,
            by_zoom(4, 9, 8, 13),
            font=REGULAR,
            minzoom=5,
            maxzoom=8,
            layout={**_CAPITALS, "text-padding": 8},
        ),
    ]


def countries(pen: Pen) -> list[Layer]:
    """Label countries, from a set that covers the whole world."""
    return pen.text(
        "country-name",
        pen.palette.text_country,
        by_zoom(2, 10, 6, 17),
        font=SEMIBOLD,
        minzoom=2,
        maxzoom=8,
        layout={"symbol-sort-key": pen.words.importance, "text-letter-spacing": 0.03},
    )
