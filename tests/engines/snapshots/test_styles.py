"""The painter supports every expression and property in our styles, and evaluates them as MapLibre does."""

from itertools import product

import pytest

from maps.style.sets import EVERYWHERE, HELSINKI, a_world_set, an_imagery_set, an_own_set
from trigpoint.engines.snapshots.expressions import GEOMETRY, PLACE, Section, UnsupportedError, read
from trigpoint.engines.snapshots.layers import read_layers
from trigpoint.maps.style import SCHEMES, STYLES, build_style
from trigpoint.maps.tiles import Schema

ZOOMS = (2.0, 6.5, 8.0, 10.5, 14.6, 17.0)


@pytest.mark.parametrize("schema", [Schema.SHORTBREAD, Schema.OPENMAPTILES, Schema.PROTOMAPS])
@pytest.mark.parametrize(("style", "scheme"), [*product(STYLES, SCHEMES)])
def test_every_layer_of_every_style_is_supported(style: str, scheme: str, schema: Schema) -> None:
    for box, pictured in product((HELSINKI, EVERYWHERE), (False, True)):
        sets = [an_own_set(schema=schema, box=box), a_world_set(), *([an_imagery_set()] if pictured else [])]
        made = build_style(style=style, scheme=scheme, sets=sets, language="de", base_url="", access_key=None)
        for zoom in ZOOMS:
            for layer in read_layers(made, zoom):
                layer.look({GEOMETRY: "Point", PLACE: (9.5, 47.1), "kind": "motorway", "ref": "A 1;B 2", "name": "x"})


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (["get", "kind"], "park"),
        (["get", "none"], None),
        (["has", "kind"], True),
        (["in", ["get", "kind"], ["literal", ["park", "wood"]]], True),
        (["in", "ar", ["get", "kind"]], True),
        (["match", ["get", "kind"], ["wood", "park"], 1, 2], 1),
        (["match", ["get", "kind"], "wood", 1, 2], 2),
        (["case", ["==", ["get", "rank"], 3], "a", "b"], "a"),
        (["coalesce", ["get", "none"], ["get", "rank"]], 3),
        (["all", [">", ["get", "rank"], 2], ["<=", ["get", "rank"], 3]], True),
        (["any", ["<", ["get", "rank"], 2], [">=", ["get", "kind"], 3]], False),
        (["<", ["get", "kind"], "q"], True),
        (["interpolate", ["linear"], ["zoom"], 10, 0, 12, 10], 5),
        (["interpolate", ["exponential", 2], ["zoom"], 10, 0, 12, 3], 1),
        (["interpolate", ["linear"], ["zoom"], 12, 4, 14, 5], 4),
        (["interpolate", ["linear"], ["zoom"], 10, "#000000", 12, "#ffffff"], "#808080"),
        (["step", ["zoom"], "low", 11, "middle", 12, "high"], "middle"),
        (["step", ["get", "rank"], 0, 3, 1], 1),
        (["let", "r", ["get", "ref"], ["slice", ["var", "r"], 0, ["index-of", ";", ["var", "r"]]]], "A 1"),
        (["length", ["get", "ref"]], 7),
        (["concat", "h ", ["to-string", ["round", ["to-number", ["get", "ele"]]]], " m"], "h 212 m"),
        (["-", 0, ["/", ["*", ["+", 1, 2], 4], 2]], -6),
        (["!", ["within", {"coordinates": [[[9, 47], [10, 47], [10, 48], [9, 48], [9, 47]]]}]], False),
        (["geometry-type"], "Polygon"),
        (["format", ["get", "kind"], {}, "x", {"font-scale": 0.5}], (Section("park", 1.0), Section("x", 0.5))),
    ],
)
def test_an_expression_gives_what_the_specification_says(expression: list[object], value: object) -> None:
    properties = {"kind": "park", "rank": 3, "ref": "A 1;B 2", "ele": "212.4", GEOMETRY: "Polygon", PLACE: (9.5, 47.1)}
    assert read(expression, 11.0).run(properties) == value


def test_expressions_that_depend_on_no_feature_have_no_keys() -> None:
    assert read(["interpolate", ["linear"], ["zoom"], 10, 0, 12, 10], 11).keys == frozenset()
    assert read(["case", ["has", "a"], ["get", "b"], 1], 11).keys == {"a", "b"}


def test_an_unknown_expression_or_property_is_named() -> None:
    with pytest.raises(UnsupportedError, match="the expression 'distance'"):
        read(["distance", {}], 10)
    layer = {"id": "a", "type": "fill", "paint": {"fill-translate": [1, 1]}}
    with pytest.raises(UnsupportedError, match="the property 'fill-translate'"):
        read_layers({"layers": [layer]}, 10)
    with pytest.raises(UnsupportedError, match="a layer of the type 'heatmap'"):
        read_layers({"layers": [{"id": "a", "type": "heatmap"}]}, 10)
