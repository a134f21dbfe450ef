"""Road shields: a road's number on the sign of its network."""

from trigpoint.maps.style.expressions import Expression, all_of, match, one_of
from trigpoint.maps.style.pen import SEMIBOLD, Layer, Pen, Role

_KINDS = ("motorway", "trunk", "primary", "highway", "major_road")
_WHITE, _BLACK, _BROWN = "#ffffff", "#222222", "#5f4a14"
_INK: dict[str, Expression] = {"us|state|road": _BLACK, "trunk": _BROWN}
_DARK_INK: dict[str, Expression] = {"us|state": "#22252a", "road": "#dcdad6", "trunk": "#f0dca8"}


def shields(pen: Pen) -> list[Layer]:
    """Draw the first number of each main road on the sign of its network, repeated along the road."""
    roads = pen.words.roads
    number: Expression = ["let", "ref", _first(roads.ref), _shown()]
    sign: Expression = ["let", "ref", _first(roads.ref), _network(roads.network, roads.kind)]
    return pen.layer(
        "road-ref",
        "symbol",
        name="shield",
        role=Role.LABEL,
        where=all_of(one_of(roads.kind, *_KINDS), ["<=", ["length", _first(roads.ref)], 8]),
        minzoom=8,
        layout={
            "symbol-placement": "line",
            "symbol-spacing": 460,
            "symbol-sort-key": match(roads.kind, {"motorway": 0, "trunk": 1}, 2),
            "text-field": number,
            "text-font": list(SEMIBOLD),
            "text-size": 9.5,
            "text-rotation-alignment": "viewport",
            "icon-rotation-alignment": "viewport",
            "icon-image": ["concat", "shield-", sign],
            "icon-text-fit": "both",
            "icon-text-fit-padding": [2, 4, 2, 4],
            "text-padding": 6,
            "icon-padding": 6,
        },
        paint={"text-color": match(sign, _DARK_INK if pen.dark else _INK, _WHITE)},
    )


def _first(ref: Expression) -> Expression:
    """The first of several numbers, which are separated by line breaks or semicolons."""
    for separator in ("\n", ";"):
        ref = ["case", ["in", separator, ref], ["slice", ref, 0, ["index-of", separator, ref]], ref]
    return ["to-string", ref]


def _shown() -> Expression:
    """The number as it is on the sign: in the United States without the letters of the network."""
    ref: Expression = ["var", "ref"]
    return [
        "case",
        _starts("I "),
        ["slice", ref, 2],
        _starts("US "),
        ["slice", ref, 3],
        _is_state(),
        ["slice", ref, 3],
        ref,
    ]


def _network(network: Expression, kind: Expression) -> Expression:
    motorway = one_of(kind, "motorway", "highway")
    return [
        "case",
        ["any", ["in", "US:I", network], _starts("I ")],
        "interstate",
        ["any", ["in", "US:US", network], _starts("US ")],
        "us",
        ["any", ["in", "US:", network], _is_state()],
        "state",
        ["any", ["in", "e-road", network], _starts("E ")],
        "euro",
        ["all", motorway, ["any", _is_chinese("G"), _is_chinese("S")]],
        "expressway",
        motorway,
        "motorway",
        ["==", kind, "trunk"],
        "trunk",
        "road",
    ]


def _starts(prefix: str) -> Expression:
    return ["==", ["slice", ["var", "ref"], 0, len(prefix)], prefix]


def _is_state() -> Expression:
    """A condition for numbers of US state roads: two capital letters, a space, and a digit (`MD 295`)."""
    ref: Expression = ["var", "ref"]
    return [
        "all",
        [">=", ["slice", ref, 0, 1], "A"],
        ["<=", ["slice", ref, 0, 1], "Z"],
        [">=", ["slice", ref, 1, 2], "A"],
        ["<=", ["slice", ref, 1, 2], "Z"],
        ["==", ["slice", ref, 2, 3], " "],
        _is_figure(["slice", ref, 3, 4]),
    ]


def _is_chinese(letter: str) -> Expression:
    return ["all", _starts(letter), _is_figure(["slice", ["var", "ref"], 1, 2])]


def _is_figure(sign: Expression) -> Expression:
    return ["all", [">=", sign, "0"], ["<=", sign, "9"]]
