"""Snapshots of the sample region and of the world, compared perceptually with stored reference images.

`TRIGPOINT_KEEP_PICTURES=1` takes the pictures anew, to be looked at before they are committed.
"""

import os
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from snapshots_drawn import HELSINKI, a_job, a_picture, distance, read_png
from snapshots_fakes import PNG
from trigpoint.base.geo import Point
from trigpoint.engines.snapshots import texts
from trigpoint.engines.snapshots.painting import draw, paint
from trigpoint.engines.tiles.engine import Tiles
from trigpoint.maps.snapshots.colours import Colour
from trigpoint.maps.snapshots.pictures import LoadedImage, PlacedMarker
from trigpoint.maps.snapshots.queries import (
    ColorScheme,
    FillRule,
    LineCap,
    MapType,
    Marker,
    MarkerStyle,
    Overlay,
    OverlayKind,
    OverlayStyle,
)

KEPT = Path(__file__).parent / "pictures"
ALIKE = 0.005
RED, BLUE = Colour("#ff0000"), Colour("#0000ff")
AROUND = [Point(60.1722, 24.9388), Point(60.1722, 24.9455), Point(60.1688, 24.9455), Point(60.1688, 24.9388)]


def a_line(*points: Point, kind: OverlayKind = OverlayKind.POLYLINE, **style: Any) -> Overlay:
    return Overlay(kind=kind, points=points or tuple(AROUND), style=OverlayStyle(**style))


OVERLAYS = (
    a_line(kind=OverlayKind.POLYGON, fill_color=RED, fill_opacity=0.2, line_width=3.0, line_dash=(6, 6)),
    a_line(AROUND[0], AROUND[2], line_width=6.0, gradient=((0.0, RED), (1.0, BLUE))),
    a_line(AROUND[1], HELSINKI, AROUND[3], line_width=5.0, gradient_by_index=((0, BLUE), (1, RED))),
    Overlay(kind=OverlayKind.CIRCLE, points=(HELSINKI,), radius_m=60, style=OverlayStyle()),
)
MARKERS = (
    PlacedMarker(HELSINKI, Marker(glyph_text="A")),
    PlacedMarker(AROUND[0], Marker(style=MarkerStyle.LARGE, color=BLUE)),
    PlacedMarker(AROUND[2], Marker(style=MarkerStyle.DOT, color=Colour("#008000"))),
    PlacedMarker(AROUND[1], Marker(style=MarkerStyle.IMAGE, image=0)),
)
PICTURES: dict[str, dict[str, Any]] = {
    "town": {},
    "town-dark": {"color_scheme": ColorScheme.DARK},
    "town-muted": {"map_type": MapType.MUTED},
    "near": {"zoom": 18.2},
    "city": {"zoom": 13.0},
    "europe": {"point": Point(50, 12), "zoom": 5.0},
    "europe-dark": {"point": Point(50, 12), "zoom": 5.0, "color_scheme": ColorScheme.DARK},
    "marked": {"zoom": 15.2, "overlays": OVERLAYS, "markers": MARKERS, "images": (LoadedImage(PNG, 30, 20),)},
    "plain": {"shows_labels": False},
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_snapshot_looks_like_its_reference_image(sample_tiles: Tiles, name: str) -> None:
    painted = paint(a_job(sample_tiles, a_picture(**PICTURES[name])))
    path = KEPT / f"{name}.png"
    if os.environ.get("TRIGPOINT_KEEP_PICTURES") == "1":
        path.write_bytes(painted)
    assert distance(read_png(painted), read_png(path.read_bytes())) < ALIKE, (
        "it looks different: see what is drawn, then keep the new picture (first lines of this file)"
    )


def test_the_measure_distinguishes_the_reference_images() -> None:
    kept = {name: read_png((KEPT / f"{name}.png").read_bytes()) for name in PICTURES}
    for one, other in combinations(PICTURES, 2):
        assert distance(kept[one], kept[other]) > 1.5 * ALIKE, (one, other)


@pytest.mark.parametrize("zoom", [4.0, 12.5, 14.5, 16.0, 17.3])
def test_labels_do_not_overlap(sample_tiles: Tiles, zoom: float) -> None:
    boxes = draw(a_job(sample_tiles, a_picture(zoom=zoom, size=(600, 400)))).label_boxes
    assert len(boxes) > 2
    along = [  # the letters of one name along a line are boxes side by side
        (one, other)
        for one, other in combinations(boxes, 2)
        if one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]
        if not (
            one[2] - one[0] == pytest.approx(one[3] - one[1])
            and other[2] - other[0] == pytest.approx(other[3] - other[1])
        )
    ]
    assert along == []


@pytest.mark.parametrize("size", [(50, 50), (120, 60), (300, 200), (640, 640)])
@pytest.mark.parametrize("scheme", list(ColorScheme))
def test_the_attribution_is_in_every_snapshot(sample_tiles: Tiles, size: tuple[int, int], scheme: ColorScheme) -> None:
    svg = draw(a_job(sample_tiles, a_picture(size=size, color_scheme=scheme, shows_labels=False))).svg
    words = re.findall(r">([^<>]*© O[^<>]*)</text>", svg)
    assert len(words) == 1
    assert "© OpenStreetMap contributors" in words[0] if size[0] >= 300 else "© O" in words[0]


def test_a_snapshot_has_scale_times_as_many_pixels(sample_tiles: Tiles) -> None:
    for scale in (1, 2, 3):
        pixels = read_png(paint(a_job(sample_tiles, a_picture(size=(64, 50), scale=scale))))
        assert pixels.shape == (50 * scale, 64 * scale, 4)
        assert pixels[:, :, 3].min() == 1.0


def test_points_of_interest_and_labels_can_be_left_out(sample_tiles: Tiles) -> None:
    every = draw(a_job(sample_tiles, a_picture(zoom=17.0, size=(600, 400)))).svg
    without = draw(a_job(sample_tiles, a_picture(zoom=17.0, size=(600, 400), shows_points_of_interest=False))).svg
    bare = draw(a_job(sample_tiles, a_picture(zoom=17.0, size=(600, 400), shows_labels=False))).svg
    assert "Kaivokatu" in every
    assert "Ateneum" in every
    assert "Kaivokatu" in without
    assert "Ateneum" not in without
    assert bare.count("<text") == 1


def test_names_are_in_the_requested_language(sample_tiles: Tiles) -> None:
    for lang, name in (("fi", "Helsinki"), ("sv", "Helsingfors")):
        assert f">{name}<" in draw(a_job(sample_tiles, a_picture(zoom=12.0, lang=lang))).svg


def test_without_a_font_for_its_script_names_are_in_english(
    sample_tiles: Tiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "find_han_font", lambda: None)
    texts.can_draw.cache_clear()
    world = a_picture(Point(50, 10), 5.0, lang="ja-JP")
    assert ">Germany<" in draw(a_job(sample_tiles, world)).svg
    monkeypatch.setattr(texts, "find_han_font", lambda: "a font")
    texts.can_draw.cache_clear()
    assert ">ドイツ<" in draw(a_job(sample_tiles, world)).svg
    texts.can_draw.cache_clear()


def test_satellite_without_imagery_is_the_standard_map(sample_tiles: Tiles) -> None:
    standard = draw(a_job(sample_tiles, a_picture())).svg
    for kind in (MapType.SATELLITE, MapType.HYBRID):
        assert draw(a_job(sample_tiles, a_picture(map_type=kind))).svg == standard


@pytest.mark.parametrize("zoom", [3.0, 7.0, 12.0, 20.0])
@pytest.mark.parametrize(
    "point", [Point(0, 180), Point(85, -180), Point(-85.05, 0), Point(40, -100), Point(60.17, 24.94)]
)
def test_every_place_of_the_world_is_painted(sample_tiles: Tiles, point: Point, zoom: float) -> None:
    job = a_job(sample_tiles, a_picture(point, zoom, size=(200, 120)))
    assert len(job.tiles) < 20
    assert read_png(paint(job)).shape == (120, 200, 4)


def test_a_line_over_the_whole_world_at_the_closest_zoom_is_painted_quickly(sample_tiles: Tiles) -> None:
    far = a_line(Point(-85, -179), Point(85, 179), line_dash=(1, 1), line_width=2.0, line_cap=LineCap.BUTT)
    area = a_line(
        Point(-80, -170), Point(-80, 170), Point(80, 170), kind=OverlayKind.POLYGON, fill_rule=FillRule.EVENODD
    )
    graded = a_line(Point(60.17, -170), Point(60.17, 170), gradient=((0.0, RED), (1.0, BLUE)))
    svg = draw(a_job(sample_tiles, a_picture(zoom=20.0, overlays=(far, area, graded)))).svg
    numbers = [float(one) for one in re.findall(r"[ML](-?\d+\.\d) ", svg)]
    assert max(map(abs, numbers)) < 1000
    assert len(svg) < 400_000


def test_the_segments_and_dashes_of_a_snapshot_are_bounded(sample_tiles: Tiles) -> None:
    def svg_of(count: int, **style: Any) -> str:
        lines = tuple(a_line(*(AROUND * 12), line_width=2.0, **style) for _ in range(count))
        return draw(a_job(sample_tiles, a_picture(overlays=lines, shows_labels=False))).svg

    bare = svg_of(1).count("<path")
    graded = svg_of(100, gradient=((0.0, RED), (0.5, BLUE), (1.0, RED))).count("<path")
    assert graded - bare < 10_000
    assert "stroke-dasharray" in svg_of(1, line_dash=(7, 3))
    assert 'stroke-dasharray="0 1"' not in svg_of(100, line_dash=(0, 1))


def test_overlays_cross_the_antimeridian_the_short_way(sample_tiles: Tiles) -> None:
    line = a_line(Point(0, 170), Point(0, -170), stroke_color=RED, line_width=4.0)
    picture = a_picture(Point(0, 180), 4.0, overlays=(line,), shows_labels=False)
    pixels = read_png(paint(a_job(sample_tiles, picture)))
    middle = pixels[100, :, :]
    assert (middle[140:160, 0] > 0.9).all()
    assert (middle[140:160, 1] < 0.1).all()
    assert (middle[10:20, 1] > 0.1).all()


def test_markers_are_painted_in_the_order_asked(sample_tiles: Tiles) -> None:
    red, blue = (PlacedMarker(HELSINKI, Marker(style=MarkerStyle.DOT, color=color)) for color in (RED, BLUE))
    for markers, channel in (((red, blue), 2), ((blue, red), 0)):
        pixels = read_png(paint(a_job(sample_tiles, a_picture(markers=markers))))
        assert pixels[100, 150, channel] > 0.95


def test_an_image_stands_on_its_point_and_is_moved_left_and_up_by_its_offset(sample_tiles: Tiles) -> None:
    image = LoadedImage(PNG, 20, 10)
    for offset, (x, y) in {(0.0, 0.0): (150, 95), (30.0, 20.0): (120, 75), (-30.0, -20.0): (180, 115)}.items():
        marker = PlacedMarker(HELSINKI, Marker(style=MarkerStyle.IMAGE, image=0, offset=offset))
        pixels = read_png(paint(a_job(sample_tiles, a_picture(markers=(marker,), images=(image,)))))
        assert pixels[y, x, :3] * 255 == pytest.approx((0x80, 0x90, 0xA0), abs=1)


@pytest.mark.parametrize(
    "image",
    [
        None,
        LoadedImage(b"not an image", 20, 20),
        LoadedImage(PNG[:40], 20, 20),
        LoadedImage(PNG.replace(b"\0\0\0\1\0\0\0\1", b"\0\0\xff\xff\0\0\xff\xff"), 20, 20),
        LoadedImage(b'<svg xmlns="http://www.w3.org/2000/svg"/>', 20, 20),
    ],
)
def test_an_image_that_cannot_be_drawn_is_replaced_by_a_balloon(sample_tiles: Tiles, image: LoadedImage | None) -> None:
    marker = PlacedMarker(HELSINKI, Marker(style=MarkerStyle.IMAGE, image=0))
    balloon = PlacedMarker(HELSINKI, Marker())
    asked = a_picture(markers=(marker,), images=(image,))
    assert paint(a_job(sample_tiles, asked)) == paint(
        a_job(sample_tiles, replace(asked, markers=(balloon,), images=()))
    )
