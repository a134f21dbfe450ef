"""A snapshot's parameters become a query, or an error that names the parameter, the rule, an example and what came."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Point
from trigpoint.maps.snapshots.colours import read_colour
from trigpoint.maps.snapshots.queries import (
    Annotation,
    ColorScheme,
    Keyword,
    MapType,
    Marker,
    MarkerStyle,
    SnapshotQuery,
)
from trigpoint.wire.parameters import Parameters
from trigpoint.wire.snapshot import parse
from wire.snapshot_requests import LINE, VADUZ, ask, marker, refusal


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


def test_center_auto_needs_annotations_or_overlays() -> None:
    assert ask(center="AUTO", overlays=[{"points": LINE}]).center is Keyword.AUTO
    assert refusal(center="auto") == (
        "Parameter 'center' must be a coordinate or an address, because there are no 'annotations' or 'overlays' for 'auto' to fit, for"
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
def test_each_parameter_outside_its_range_is_refused_with_the_received_value(name: str, good: str, bad: str) -> None:
    ask(**{name: good})
    told = refusal(**{name: bad})
    assert f"'{name}' must be" in told
    assert f"got '{bad}'" in told


def test_a_dark_colour_scheme_is_refused_for_imagery() -> None:
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
        ({"markerStyle": "img"}, "annotations[0].imgIdx' must be the index of an image in 'imgs' if"),
        ({"markerStyle": "img", "imgIdx": 2}, "got '2, with 2 images'"),
        ({"imgIdx": -1}, "annotations[0].imgIdx' must be a whole number from 0 to 9"),
        ({"imgIdx": True}, "annotations[0].imgIdx' must be a whole number"),
        ({"color": "#12345"}, "annotations[0].color' must be a colour's HTML name, or 3 or 6 hexadecimal digits"),
        ({"color": "transparent"}, "got 'transparent'"),
        ({"glyphText": "ab"}, "annotations[0].glyphText' must be one letter or figure"),
        ({"glyphText": "ä"}, "got 'ä'"),
        ({"glyphText": "a", "glyphImgIdx": 0}, "annotations[0].glyphImgIdx' must be left out if 'glyphText'"),
        ({"offset": "1"}, "annotations[0].offset' must be 'x,y' in pixels"),
        ({"offset": "1,1001"}, "from -1000 to 1000, for example '0,-5'; got '1,1001'"),
    ],
)
def test_a_bad_annotation_is_named_by_its_member(members: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidError) as caught:
        marker(**members)
    assert told in str(caught.value)


@pytest.mark.parametrize("name", ["annotations", "overlays", "overlayStyles", "imgs"])
@pytest.mark.parametrize(
    "text",
    [
        "{", "{}", "7", "null", "[1]", '[{"a":NaN}]', '[{"a":Infinity}]', "[" * 60_000, '[{"a":' * 10_000, "\ud800",
        '[{"a":1}', "[" + "{}," * 101 + "{}]", "[" + " " * 65_536 + "]",
    ],
)  # fmt: skip
def test_json_other_than_an_array_of_objects_is_refused(name: str, text: str) -> None:
    assert f"'{name}' must be" in refusal(**{name: text})


def test_deeply_nested_json_is_refused() -> None:
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
