"""A snapshot's parameters become a query, or an error that names the parameter, the rule, an example and what came."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Point
from trigpoint.maps.snapshots.colours import read_colour
from trigpoint.maps.snapshots.queries import (
    BLUE,
    Annotation,
    ColorScheme,
    FillRule,
    ImageSource,
    Keyword,
    LineCap,
    LineJoin,
    MapType,
    Marker,
    MarkerStyle,
    Overlay,
    OverlayKind,
    OverlayStyle,
    SnapshotQuery,
)
from trigpoint.wire.parameters import Parameters
from trigpoint.wire.snapshot import parse

VADUZ = Point(47.141, 9.5215)
LINE = ["47.1410,9.5215", "47.1500,9.5300"]


def ask(**values: object) -> SnapshotQuery:
    """Parse parameters that are valid by default; lists and objects are sent as JSON."""
    sent = {"center": "47.141,9.5215", **values}
    texts = {name: [value if isinstance(value, str) else json.dumps(value)] for name, value in sent.items()}
    return parse(Parameters(texts))


def refusal(**values: object) -> str:
    with pytest.raises(InvalidError) as caught:
        ask(**values)
    return str(caught.value)


def overlay(**members: object) -> Overlay:
    (found,) = ask(overlays=[{"points": LINE, **members}]).overlays
    return found


def marker(**members: object) -> Marker:
    image = {"url": "https://example.com/a.png", "width": 8, "height": 8}
    (found,) = ask(annotations=[{"point": "47,9", **members}], imgs=[image] * 2).annotations
    return found.marker


def test_the_centre_alone_is_enough() -> None:
    assert ask() == SnapshotQuery(center=VADUZ)
    asked = ask()
    assert (asked.zoom, asked.size, asked.scale, asked.lang) == (12.0, (600, 400), 1, "en-US")
    assert (asked.shows_points_of_interest, asked.shows_labels) == (True, True)


def test_every_plain_parameter_is_read() -> None:
    asked = ask(
        z="14.5", spn="0.05,-1", size="640X50", scale="3", t="mutedstandard", colorScheme="dark", poi="0",
        lang="de-LI", hideLabels="1",
    )  # fmt: skip
    assert asked == SnapshotQuery(
        center=VADUZ,
        zoom=14.5,
        span=(0.05, 0.0),
        size=(640, 50),
        scale=3,
        map_type=MapType.MUTED,
        color_scheme=ColorScheme.DARK,
        shows_points_of_interest=False,
        shows_labels=False,
        lang="de-LI",
    )


def test_equal_parameters_are_equal_queries_and_hash_alike() -> None:
    assert hash(ask(overlays=[{"points": LINE}])) == hash(ask(overlays=[{"points": LINE}]))


@pytest.mark.parametrize(
    ("text", "center"),
    [
        ("47.141,9.5215", VADUZ),
        (" 47.141 , 9.5215 ", VADUZ),
        ("Städtle 49, Vaduz", "Städtle 49, Vaduz"),
        ("47° 8' 27.6\" N 9° 31' 17.4\" E", VADUZ),
        ("Center", "Center"),
    ],
)
def test_a_centre_is_a_coordinate_or_an_address(text: str, center: Point | str) -> None:
    assert ask(center=text).center == center


def test_auto_needs_something_to_fit() -> None:
    assert ask(center="AUTO", overlays=[{"points": LINE}]).center is Keyword.AUTO
    assert refusal(center="auto") == (
        "Parameter 'center' must be a place where there are no 'annotations' and no 'overlays' that it could fit, for"
        " example '47.1410,9.5215'; got 'auto'."
    )
    assert "annotations[0].point" in refusal(center="auto", annotations=[{"point": "center"}])


def test_a_missing_centre_is_refused() -> None:
    with pytest.raises(InvalidError, match=r"'center' must be given, for example '47\.1410,9\.5215'; it is missing"):
        parse(Parameters({}))


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("center", "90,180", "90.1,0"),
        ("center", "-90,-180", "0,180.1"),
        ("z", "3", "2.99"),
        ("z", "20", "20.01"),
        ("z", "12", "nan"),
        ("z", "12", "1e1"),
        ("z", "12", "inf"),
        ("spn", "90,180", "90.1,180"),
        ("spn", "90,180", "90,180.1"),
        ("spn", "-1,-1", "1"),
        ("spn", "0,0", "1,nan"),
        ("size", "50x50", "49x50"),
        ("size", "640x640", "640x641"),
        ("size", "600x400", "600"),
        ("size", "600x400", "600*400"),
        ("size", "600x400", "\u0666\u0660\u0660x400"),
        ("scale", "3", "4"),
        ("scale", "1", "0"),
        ("scale", "2.0", "1.5"),
        ("t", "hybrid", "terrain"),
        ("colorScheme", "dark", "blue"),
        ("poi", "0", "no"),
        ("lang", "de", "german!"),
    ],
)
def test_each_parameter_has_its_range_and_says_what_came(name: str, good: str, bad: str) -> None:
    ask(**{name: good})
    told = refusal(**{name: bad})
    assert f"'{name}' must be" in told
    assert f"got '{bad}'" in told


def test_dark_is_for_the_drawn_maps_only() -> None:
    assert ask(t="hybrid", colorScheme="dark").color_scheme is ColorScheme.LIGHT
    assert ask(t="satellite", colorScheme="dark").color_scheme is ColorScheme.LIGHT
    assert ask(colorScheme="dark").color_scheme is ColorScheme.DARK


def test_every_member_of_an_annotation_is_read() -> None:
    assert marker(markerStyle="Large", color="449944", glyphText="a", glyphColor="white") == Marker(
        style=MarkerStyle.LARGE, color=read_colour("449944"), glyph_text="a", glyph_color=read_colour("white")
    )
    assert marker(markerStyle="img", imgIdx=1, offset="0,-5.5") == Marker(
        style=MarkerStyle.IMAGE, image=1, offset=(0.0, -5.5)
    )
    assert marker(glyphImgIdx="1").glyph_image == 1
    assert marker(glyphText=7).glyph_text == "7"
    assert marker(color=449944).color == "#449944"


def test_annotations_keep_their_order_and_may_stand_at_the_centre_or_an_address() -> None:
    asked = ask(annotations=[{"point": "center"}, {"point": "Vaduz"}, {"point": "1,2"}])
    assert asked.annotations == (
        Annotation(Keyword.CENTER, Marker()),
        Annotation("Vaduz", Marker()),
        Annotation(Point(1, 2), Marker()),
    )


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"point": None}, "annotations[0].point' must be a coordinate"),
        ({"point": "91,0"}, "annotations[0].point' must be 'latitude,longitude' in degrees"),
        ({"point": ["1", "2"]}, """got '["1","2"]'"""),
        ({"markerStyle": "pin"}, "annotations[0].markerStyle' must be one of 'balloon', 'dot', 'large', 'img'"),
        ({"markerStyle": "img"}, "annotations[0].imgIdx' must be the index of an image in 'imgs' where"),
        ({"markerStyle": "img", "imgIdx": 2}, "got '2, with 2 images'"),
        ({"imgIdx": -1}, "annotations[0].imgIdx' must be a whole number from 0 to 9"),
        ({"imgIdx": True}, "annotations[0].imgIdx' must be a whole number"),
        ({"color": "#12345"}, "annotations[0].color' must be a colour's HTML name, or 3 or 6 hexadecimal digits"),
        ({"color": "transparent"}, "got 'transparent'"),
        ({"glyphText": "ab"}, "annotations[0].glyphText' must be one letter or figure"),
        ({"glyphText": "ä"}, "got 'ä'"),
        ({"glyphText": "a", "glyphImgIdx": 0}, "annotations[0].glyphImgIdx' must be left out where 'glyphText'"),
        ({"offset": "1"}, "annotations[0].offset' must be 'x,y' in pixels"),
        ({"offset": "1,1001"}, "from -1000 to 1000, for example '0,-5'; got '1,1001'"),
    ],
)
def test_a_bad_annotation_is_named_by_its_member(members: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidError) as caught:
        marker(**members)
    assert told in str(caught.value)


def test_every_member_of_an_overlay_is_read() -> None:
    found = overlay(
        type="polygon", points=[*LINE, "47.16,9.5"], strokeColor="red", strokeOpacity=0.5, lineWidth=4,
        lineDash=[4, 8], lineDashOffset=-2, lineCap="butt", lineJoin="bevel", fillColor="abc", fillOpacity="0.25",
        fillRule="evenodd",
    )  # fmt: skip
    assert found.kind is OverlayKind.POLYGON
    assert found.points == (Point(47.141, 9.5215), Point(47.15, 9.53), Point(47.16, 9.5))
    assert found.style == OverlayStyle(
        stroke_color=read_colour("red") or BLUE,
        stroke_opacity=0.5,
        line_width=4.0,
        line_dash=(4, 8),
        line_dash_offset=-2,
        line_cap=LineCap.BUTT,
        line_join=LineJoin.BEVEL,
        fill_color=read_colour("aabbcc") or BLUE,
        fill_opacity=0.25,
        fill_rule=FillRule.EVENODD,
    )


def test_an_overlay_without_type_is_a_line_unless_it_has_a_fill() -> None:
    three = [*LINE, "47.16,9.5"]
    assert overlay(points=three).kind is OverlayKind.POLYLINE
    assert overlay(points=three, fillColor="red").kind is OverlayKind.POLYGON
    assert overlay(points=three, type="polygon").kind is OverlayKind.POLYGON


def test_a_circle_has_a_centre_and_a_radius() -> None:
    found = overlay(type="circle", center="47,9", radius=500)
    assert (found.points, found.radius_m) == ((Point(47, 9),), 500.0)
    assert "overlays[0].radius' must be the circle's radius" in refusal(overlays=[{"type": "circle", "center": "1,2"}])
    assert "overlays[0].center' must be" in refusal(overlays=[{"type": "circle", "radius": 5}])


def test_an_encoded_polyline_is_read() -> None:
    found = overlay(points="_p~iF~ps|U_ulLnnqC_mqNvxq`@")
    assert found.points == (Point(38.5, -120.2), Point(40.7, -120.95), Point(43.252, -126.453))


def test_an_overlays_own_members_override_its_style_and_an_index_beyond_the_styles_is_no_style() -> None:
    styles = [{"strokeColor": "red", "lineWidth": 5}]
    asked = ask(
        overlays=[{"points": LINE, "styleIdx": 0, "lineWidth": 2}, {"points": LINE, "styleIdx": 2}],
        overlayStyles=styles,
    )
    first, second = (one.style for one in asked.overlays)
    assert (first.stroke_color, first.line_width) == ("#ff0000", 2.0)
    assert second == OverlayStyle()


def test_gradients_are_sorted_by_offset_or_by_index() -> None:
    found = overlay(lineGradient={"1": "blue", "0": "green", "0.5": "fff"}).style
    assert found.gradient == ((0.0, "#008000"), (0.5, "#ffffff"), (1.0, "#0000ff"))
    assert overlay(lineGradientIndexes={"10": "red", "2": "blue"}).style.gradient_by_index == (
        (2, "#0000ff"),
        (10, "#ff0000"),
    )


def test_a_gradient_of_its_own_takes_the_place_of_a_shared_one_of_the_other_kind() -> None:
    asked = ask(
        overlays=[{"points": LINE, "styleIdx": 0, "lineGradient": {"0": "red"}}],
        overlayStyles=[{"lineGradientIndexes": {"0": "blue"}}],
    )
    assert asked.overlays[0].style.gradient == ((0.0, "#ff0000"),)
    assert asked.overlays[0].style.gradient_by_index == ()


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"type": "square"}, "overlays[0].type' must be one of 'polygon', 'polyline', 'circle'"),
        ({"points": []}, "overlays[0].points' must be at least 2 points for a polyline"),
        ({"points": LINE, "type": "polygon"}, "at least 3 points for a polygon"),
        ({"points": None}, "overlays[0].points' must be coordinates or an Encoded Polyline"),
        ({"points": 7}, "overlays[0].points' must be coordinates"),
        ({"points": [1, 2]}, "overlays[0].points[0]' must be a text 'latitude,longitude'"),
        ({"points": ["1,2", "1,NaN"]}, "overlays[0].points[1]' must be 'latitude,longitude' in degrees"),
        ({"points": "_p~iF~ps|U_ulLnnqC_mqNvxq"}, "overlays[0].points' must be coordinates or an Encoded"),
        ({"points": "~~~~~~~~~~~~~~~~~~~~~~"}, "overlays[0].points' must be coordinates or an Encoded"),
        ({"lineWidth": 101}, "overlays[0].lineWidth' must be a number from 0 to 100 pixels"),
        ({"strokeOpacity": 1.5}, "overlays[0].strokeOpacity' must be a number from 0 to 1"),
        ({"lineDash": [1, -1]}, "overlays[0].lineDash' must be an array of at most 20 whole numbers"),
        ({"lineDash": [1] * 21}, "got '21 of them'"),
        ({"lineCap": "flat"}, "overlays[0].lineCap' must be one of 'round', 'butt', 'square'"),
        ({"lineGradient": {"2": "red"}}, "overlays[0].lineGradient' must be at most 100 colours by their offsets"),
        ({"lineGradient": {"nan": "red"}}, "overlays[0].lineGradient' must be"),
        ({"lineGradient": {"0": "rainbow"}}, "overlays[0].lineGradient['0']' must be a colour"),
        ({"lineGradient": [1]}, "overlays[0].lineGradient' must be"),
        ({"lineGradientIndexes": {"-1": "red"}}, "overlays[0].lineGradientIndexes' must be"),
        ({"lineGradient": {"0": "red"}, "lineGradientIndexes": {"0": "red"}}, "left out where 'lineGradient'"),
        ({"styleIdx": -1}, "overlays[0].styleIdx' must be a whole number from 0"),
        ({"styleIdx": "x"}, "overlays[0].styleIdx' must be a whole number from 0"),
    ],
)
def test_a_bad_overlay_is_named_by_its_member(members: dict[str, object], told: str) -> None:
    assert told in refusal(overlays=[{"points": LINE, **members}])


def test_all_overlays_have_at_most_5000_points_in_all() -> None:
    half = ["47.1,9.5"] * 2500
    assert len(ask(overlays=[{"points": half}, {"points": half}]).overlays) == 2
    told = refusal(overlays=[{"points": half}, {"points": ["47.1,9.5"] * 2501}])
    assert "overlays[1].points' must be coordinates or an Encoded Polyline, at most 5,000 points in all" in told
    assert "2,501 of them" in told
    assert "got '10,000 more points'" in refusal(overlays=[{"points": "??" * 10_000}])


def test_images_are_at_most_ten_with_addresses_and_sizes() -> None:
    image = {"url": "https://example.com/a.png", "width": 20, "height": 30}
    assert ask(imgs=[image] * 10).images[0] == ImageSource("https://example.com/a.png", 20, 30)
    assert "'imgs' must be a JSON array of at most 10 objects" in refusal(imgs=[image] * 11)
    assert "got '11 objects'" in refusal(imgs=[image] * 11)
    data = "data:image/png;base64,iVBORw0KGgo="
    assert ask(imgs=[{**image, "url": data}]).images[0].url == data


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"url": "file:///etc/passwd"}, "imgs[0].url' must be the http, https or data: URL of an image"),
        ({"url": "https://user@example.com/"}, "imgs[0].url' must be"),
        ({"url": "https:///x"}, "imgs[0].url' must be"),
        ({"url": None}, "imgs[0].url' must be"),
        ({"width": 0}, "imgs[0].width' must be a whole number from 1 to 640"),
        ({"height": 641}, "imgs[0].height' must be a whole number from 1 to 640"),
        ({"height": None}, "imgs[0].height' must be the image's size on the map"),
    ],
)
def test_a_bad_image_is_named_by_its_member(members: dict[str, object], told: str) -> None:
    image = {"url": "https://example.com/a.png", "width": 20, "height": 30}
    assert told in refusal(imgs=[{**image, **members}])


@pytest.mark.parametrize("name", ["annotations", "overlays", "overlayStyles", "imgs"])
@pytest.mark.parametrize(
    "text",
    [
        "{", "{}", "7", "null", "[1]", '[{"a":NaN}]', '[{"a":Infinity}]', "[" * 60_000, '[{"a":' * 10_000, "\ud800",
        '[{"a":1}', "[" + "{}," * 101 + "{}]", "[" + " " * 65_536 + "]",
    ],
)  # fmt: skip
def test_json_that_is_no_array_of_objects_is_refused_and_nothing_more_happens(name: str, text: str) -> None:
    assert f"'{name}' must be" in refusal(**{name: text})


def test_a_member_nested_deep_is_refused_where_it_is_read() -> None:
    deep = "[" * 500 + "]" * 500
    assert "overlays[0].lineWidth' must be" in refusal(overlays='[{"points":["1,2","3,4"],"lineWidth":' + deep + "}]")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=6), children, max_size=3),
    max_leaves=6,
)
MEMBERS = [
    "point",
    "markerStyle",
    "color",
    "glyphText",
    "glyphColor",
    "glyphImgIdx",
    "imgIdx",
    "offset",
    "type",
    "points",
    "center",
    "radius",
    "styleIdx",
    "strokeColor",
    "strokeOpacity",
    "lineWidth",
    "lineDash",
    "lineDashOffset",
    "lineCap",
    "lineJoin",
    "lineGradient",
    "lineGradientIndexes",
    "fillColor",
    "fillOpacity",
    "fillRule",
    "url",
    "width",
    "height",
]
OBJECTS = st.lists(st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=6), max_size=3)


@given(st.dictionaries(st.sampled_from(["annotations", "overlays", "overlayStyles", "imgs"]), OBJECTS | JSON))
def test_any_json_is_a_query_or_a_refusal(values: dict[str, object]) -> None:
    with contextlib.suppress(InvalidError):
        ask(**values)


@given(
    st.dictionaries(
        st.sampled_from(["center", "z", "spn", "size", "scale", "t", "colorScheme", "poi", "lang", "hideLabels"]),
        st.text(),
    )
)
def test_any_texts_are_a_query_or_a_refusal(values: dict[str, str]) -> None:
    with contextlib.suppress(InvalidError):
        parse(Parameters({name: [value] for name, value in values.items()}))
