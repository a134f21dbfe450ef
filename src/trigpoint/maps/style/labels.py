"""All labels in their order, and the labels of waters, roads, house numbers and peaks, and one-way arrows."""

from trigpoint.maps.style.expressions import Expression, all_of, by_zoom, is_not, one_of
from trigpoint.maps.style.pen import ITALIC, MEDIUM, REGULAR, SEMIBOLD, Layer, Pen, Role
from trigpoint.maps.style.places import places
from trigpoint.maps.style.point_layers import points, stations
from trigpoint.maps.style.roads import PATHS
from trigpoint.maps.style.shields import shields

_MAIN = ("motorway", "trunk", "primary", "secondary", "tertiary", "highway", "major_road")
_LINKS = ("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link")
_ALONG: dict[str, Expression] = {
    "symbol-placement": "line",
    "symbol-spacing": 280,
    "text-max-angle": 32,
    "text-padding": 4,
    "text-rotation-alignment": "map",
    "text-pitch-alignment": "viewport",
}


def labels(pen: Pen) -> list[Layer]:
    """Return all label layers, the least important first: MapLibre places later layers first."""
    return [
        *numbers(pen),
        *arrows(pen),
        *waters(pen),
        *path_names(pen),
        *points(pen),
        *road_names(pen),
        *shields(pen),
        *peaks(pen),
        *stations(pen),
        *places(pen),
    ]


def numbers(pen: Pen) -> list[Layer]:
    """Label house numbers, from zoom 17 on."""
    return pen.text(
        "number",
        pen.palette.text_number,
        by_zoom(17, 9, 20, 12.5),
        field=pen.words.number,
        minzoom=17,
        halo=1.0,
        layout={"text-padding": 3},
    )


def arrows(pen: Pen) -> list[Layer]:
    """Draw arrows along one-way streets, from zoom 16 on."""
    roads = pen.words.roads
    drivable = is_not(one_of(roads.kind, *PATHS))
    return [
        layer
        for name, where, turn in (
            ("forth", all_of(roads.oneway, is_not(roads.oneway_back)), 0),
            ("back", roads.oneway_back, 180),
        )
        for layer in pen.layer(
            "road",
            "symbol",
            name=f"arrow-{name}",
            role=Role.GROUND,
            where=all_of(where, drivable),
            minzoom=15.6,
            layout={
                "symbol-placement": "line",
                "symbol-spacing": by_zoom(16, 90, 19, 160),
                "icon-image": "arrow",
                "icon-rotate": turn,
                "icon-rotation-alignment": "map",
                "icon-size": by_zoom(16, 0.7, 18, 1.0, 20, 1.5),
                "icon-padding": 6,
                "icon-keep-upright": False,
            },
            paint={"icon-opacity": 0.85},
        )
    ]


def waters(pen: Pen) -> list[Layer]:
    """Label rivers along their lines, and lakes and bays inside their areas."""
    colour = pen.palette.text_water
    along = {**_ALONG, "symbol-spacing": 420, "text-letter-spacing": 0.06}
    within: dict[str, Expression] = {"text-letter-spacing": 0.04, "text-max-width": 6, "text-padding": 6}
    return [
        *pen.text("river-name", colour, by_zoom(12, 10.5, 18, 14), font=ITALIC, halo=1.0, minzoom=11, layout=along),
        *pen.text("bay", colour, by_zoom(11, 10.5, 16, 14), font=ITALIC, halo=1.0, layout=within),
        *pen.text(
            "water-name",
            colour,
            by_zoom(8, 10, 12, 11.5, 16, 14),
            font=ITALIC,
            halo=1.0,
            layout={**within, "symbol-sort-key": ["-", 0, ["coalesce", ["get", "way_area"], 0]]},
        ),
    ]


def path_names(pen: Pen) -> list[Layer]:
    """Label paths and squares; points of interest take precedence over them."""
    kind, colours = pen.words.roads.kind, pen.palette
    return [
        *pen.text(
            "road-name",
            colours.text_number,
            by_zoom(16, 9.5, 19, 12),
            name="path",
            where=one_of(kind, *PATHS),
            minzoom=16.2,
            layout=_ALONG,
        ),
        *pen.text(
            "plaza-name",
            colours.text_soft,
            by_zoom(15, 10, 18, 12),
            minzoom=15.5,
            layout={"text-max-width": 6, "text-padding": 8},
        ),
    ]


def road_names(pen: Pen) -> list[Layer]:
    """Label roads along their lines: streets, then main roads."""
    kind, colours = pen.words.roads.kind, pen.palette
    return [
        *pen.text(
            "road-name",
            colours.text_road,
            by_zoom(14, 9.5, 16, 11, 19, 14),
            name="street",
            font=REGULAR,
            where=is_not(one_of(kind, *PATHS, *_MAIN, *_LINKS)),
            minzoom=14.2,
            layout=_ALONG,
        ),
        *pen.text(
            "road-name",
            colours.text_road,
            by_zoom(12.5, 10, 15, 12, 19, 16),
            name="main",
            font=MEDIUM,
            where=one_of(kind, *_MAIN),
            minzoom=12.5,
            layout={**_ALONG, "symbol-spacing": 320},
        ),
    ]


def peaks(pen: Pen) -> list[Layer]:
    """Label peaks and passes with their elevations, below a small triangle, and capes."""
    height: Expression = [
        "case",
        ["has", "ele"],
        ["concat", "\n", ["to-string", ["round", ["to-number", ["get", "ele"]]]], " m"],
        "",
    ]
    small: Expression = {"font-scale": 0.88}  # type: ignore[assignment]  # a member of a `format` expression
    layers = pen.layer(
        "peak",
        "symbol",
        role=Role.LABEL,
        minzoom=11,
        layout={
            "icon-image": "peak",
            "text-field": ["format", pen.name, {}, height, small],
            "text-font": list(MEDIUM),
            "text-size": by_zoom(11, 10, 16, 12),
            "text-anchor": "top",
            "text-offset": [0, 0.5],
            "text-max-width": 7,
            "text-padding": by_zoom(11, 22, 14, 6),
            "icon-padding": by_zoom(11, 22, 14, 6),
            "symbol-sort-key": ["-", 0, ["to-number", ["coalesce", ["get", "ele"], 0]]],
        },
        paint={
            "text-color": pen.palette.text_soft,
            "text-halo-color": pen.palette.halo,
            "text-halo-width": 1.3,
        },
    )
    return [*pen.text("cape", pen.palette.text_soft, 10.5, minzoom=13, font=SEMIBOLD), *layers]
