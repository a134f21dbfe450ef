"""MapLibre Native gets the same style, tiles, fonts and icons; where it is not installed our own painter paints."""

import builtins
import json
from typing import Any

import msgspec
import pytest

from maps.style.sets import a_world_set, an_own_set
from snapshots_drawn import a_job, a_picture, read_png
from trigpoint.engines.snapshots.frames import Frame
from trigpoint.engines.snapshots.jobs import Job
from trigpoint.engines.snapshots.native import for_native, sheet
from trigpoint.engines.snapshots.painting import paint
from trigpoint.engines.snapshots.texts import FONTS
from trigpoint.engines.snapshots.worker import open_renderer
from trigpoint.engines.tiles.engine import Tiles
from trigpoint.maps.snapshots.queries import Overlay, OverlayKind, OverlayStyle
from trigpoint.maps.style import build_style


def a_style() -> dict[str, object]:
    sets = [an_own_set(), a_world_set()]
    return build_style(style="standard", scheme="light", sets=sets, language="en", base_url="", access_key=None)


def test_its_style_has_no_url_outside_the_server() -> None:
    told = for_native(a_style(), a_picture())
    for source in told["sources"].values():
        source.pop("attribution", None)
    assert "http" not in json.dumps(told)


def test_every_font_that_it_may_request_exists() -> None:
    faces: dict[str, list[dict[str, str]]] = for_native(a_style(), a_picture())["font-faces"]
    files = {face["url"].rpartition("/")[2] for several in faces.values() for face in several}
    assert files <= {path.name for path in FONTS.iterdir()}


def test_layers_that_a_snapshot_does_not_show_are_left_out() -> None:
    def ids(**changes: Any) -> set[str]:
        return {layer["id"] for layer in for_native(a_style(), a_picture(**changes))["layers"]}

    assert {"osm-point", "osm-town", "osm-water"} <= ids()
    assert ids() - ids(shows_points_of_interest=False) >= {"osm-point"}
    assert "osm-town" in ids(shows_points_of_interest=False)
    assert not {"osm-point", "osm-town"} & ids(shows_labels=False)


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_sheet_of_icons_has_each_where_its_index_says(ratio: int) -> None:
    index = json.loads(sheet("light", ratio, "json"))
    pixels = read_png(sheet("light", ratio, "png"))
    for name in ("restaurant", "shield-motorway", "peak"):
        one = index[name]
        part = pixels[one["y"] : one["y"] + one["height"], one["x"] : one["x"] + one["width"]]
        assert part[:, :, 3].max() > 0.9
        assert one["pixelRatio"] == ratio
    assert index["shield-motorway"]["stretchX"] == [[8 * ratio, 16 * ratio]]


def test_its_map_is_below_markers_and_credits_and_with_overlays_it_is_not_asked(sample_tiles: Tiles) -> None:
    green = paint(a_job(sample_tiles, a_picture()))

    class Mapper:
        asked = 0

        def draw(self, job: Job, style: object, frame: Frame) -> bytes:
            assert (job.picture.size, frame.width) == ((300, 200), 300)
            assert style
            self.asked += 1
            return green

    mapper = Mapper()
    assert read_png(paint(a_job(sample_tiles, a_picture()), mapper)).shape == (200, 300, 4)
    line = Overlay(kind=OverlayKind.CIRCLE, points=(a_picture().view.center,), radius_m=9.0, style=OverlayStyle())
    paint(a_job(sample_tiles, a_picture(overlays=(line,))), mapper)
    assert mapper.asked == 1


def test_where_it_is_not_installed_our_own_painter_paints(
    sample_tiles: Tiles, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    original: Any = builtins.__import__

    def import_all_but_mapli(name: str, *rest: Any, **more: Any) -> object:
        if name == "mapli":
            raise ImportError("No module named 'mapli'")
        return original(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", import_all_but_mapli)
    renderer, paint_job = open_renderer("mapli")
    assert renderer == "svg"
    assert (
        "mapli does not draw here, our own painter does (ImportError: No module named 'mapli')"
        in capsys.readouterr().err
    )
    job = msgspec.msgpack.encode(a_job(sample_tiles, a_picture()))
    assert read_png(paint_job(job)).shape == (200, 300, 4)
