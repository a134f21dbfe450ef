"""Contract §6: overlays, gradients and images of a snapshot."""

import pytest

from trigpoint.base.geo import Point
from trigpoint.maps.snapshots.colours import read_colour
from trigpoint.maps.snapshots.queries import (
    BLUE,
    FillRule,
    ImageSource,
    LineCap,
    LineJoin,
    OverlayKind,
    OverlayStyle,
)
from wire.snapshot_requests import LINE, ask, overlay, refusal


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


def test_an_overlays_own_gradient_replaces_a_shared_one_of_the_other_kind() -> None:
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
        ({"points": LINE[:1]}, "got '1 point'."),
        ({"points": LINE, "type": "polygon"}, "at least 3 points for a polygon"),
        ({"points": None}, "overlays[0].points' must be coordinates or an Encoded Polyline"),
        ({"points": 7}, "overlays[0].points' must be coordinates"),
        ({"points": [1, 2]}, "overlays[0].points[0]' must be text: 'latitude,longitude'"),
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
        ({"lineGradient": {"0": "red"}, "lineGradientIndexes": {"0": "red"}}, "left out if 'lineGradient'"),
        ({"styleIdx": -1}, "overlays[0].styleIdx' must be a whole number from 0"),
        ({"styleIdx": "x"}, "overlays[0].styleIdx' must be a whole number from 0"),
    ],
)
def test_a_bad_overlay_is_named_by_its_member(members: dict[str, object], told: str) -> None:
    assert told in refusal(overlays=[{"points": LINE, **members}])


def test_all_overlays_together_have_at_most_5000_points() -> None:
    half = ["47.1,9.5"] * 2500
    assert len(ask(overlays=[{"points": half}, {"points": half}]).overlays) == 2
    told = refusal(overlays=[{"points": half}, {"points": ["47.1,9.5"] * 2501}])
    assert "overlays[1].points' must be coordinates or an Encoded Polyline, at most 5,000 points in all" in told
    assert "2,501 of them" in told
    assert "got '10,000 more points'" in refusal(overlays=[{"points": "??" * 10_000}])


def test_at_most_ten_images_with_urls_and_sizes_are_accepted() -> None:
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
