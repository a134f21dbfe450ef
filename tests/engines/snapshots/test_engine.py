"""The snapshot engine with a real painter process on the sample region."""

import asyncio
from dataclasses import replace

import pytest

from snapshots_drawn import a_picture, read_png
from tiles_fakes import OSM_SET, PICTURES_SET, WORLD_SET, FakeTiles
from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Point
from trigpoint.engines.snapshots.engine import sets_for
from trigpoint.engines.snapshots.frames import frame_of, tiles_in
from trigpoint.engines.snapshots.opening import open_snapshots
from trigpoint.engines.tiles.engine import Tiles
from trigpoint.maps.snapshots.failures import NotPaintedError, PaintFailure
from trigpoint.maps.snapshots.queries import MapType, Overlay, OverlayKind, OverlayStyle
from trigpoint.maps.snapshots.views import View
from trigpoint.maps.tiles import IMAGERY, OSM, WORLD, Tile, TileAddress


def test_a_process_paints_the_sample(sample_tiles: Tiles) -> None:
    async def ask() -> tuple[bytes, bytes]:
        engine = open_snapshots(sample_tiles)
        await sample_tiles.start()
        await engine.start()
        try:
            many = tuple(
                Overlay(
                    kind=OverlayKind.POLYLINE,
                    points=(Point(60.17, 24.9 + n / 1e4), Point(60.171, 25)),
                    style=OverlayStyle(),
                )
                for n in range(100)
            )
            return await engine.paint(a_picture()), await engine.paint(a_picture(overlays=many))
        finally:
            await engine.close()

    plain, marked = asyncio.run(ask())
    assert read_png(plain).shape == read_png(marked).shape == (200, 300, 4)
    assert plain != marked


def test_tiles_that_cannot_be_read_are_left_out() -> None:
    async def ask() -> bytes:
        engine = open_snapshots(FakeTiles())
        try:
            return await engine.paint(a_picture(Point(47.14, 9.52), 15.0))
        finally:
            await engine.close()

    assert read_png(asyncio.run(ask())).shape == (200, 300, 4)


def test_a_tile_server_that_is_down_is_reported() -> None:
    class Down(FakeTiles):
        async def find_tile(self, name: str, address: TileAddress) -> Tile | None:
            raise UnavailableError(f"The tile server of {name} does not respond for {address.z}.")

    async def ask() -> None:
        engine = open_snapshots(Down())
        with pytest.raises(
            NotPaintedError, match="A tile of the snapshot could not be loaded: The tile server"
        ) as caught:
            await engine.paint(a_picture(Point(47.14, 9.52), 15.0))
        assert caught.value.reason is PaintFailure.FAILED
        await engine.close()

    asyncio.run(ask())


def test_the_version_changes_with_the_map() -> None:
    before, after = FakeTiles(), FakeTiles(sets=(WORLD_SET, replace(OSM_SET, version="v2")))
    assert open_snapshots(before).version() == open_snapshots(FakeTiles()).version()
    assert open_snapshots(before).version() != open_snapshots(after).version()


@pytest.mark.parametrize(
    ("kind", "names", "with_imagery"),
    [
        (MapType.STANDARD, [WORLD, OSM], [WORLD, OSM]),
        (MapType.MUTED, [WORLD, OSM], [WORLD, OSM]),
        (MapType.HYBRID, [WORLD, OSM], [WORLD, OSM, IMAGERY]),
        (MapType.SATELLITE, [WORLD, OSM], [IMAGERY]),
    ],
)
def test_each_type_of_map_uses_its_tile_sets(kind: MapType, names: list[str], with_imagery: list[str]) -> None:
    assert [one.name for one in sets_for(kind, (WORLD_SET, OSM_SET))] == names
    assert [one.name for one in sets_for(kind, (WORLD_SET, OSM_SET, PICTURES_SET))] == with_imagery


@pytest.mark.parametrize("zoom", [3.0, 9.5, 14.999, 15.0, 17.0, 20.0])
def test_the_tiles_of_a_picture_cover_it(zoom: float) -> None:
    frame = frame_of(View(Point(47.14, 9.52), zoom), (640, 640))
    everywhere = replace(OSM_SET, box=(-85.06, -180.0, 85.06, 180.0))
    places = list(tiles_in(frame, everywhere))
    assert 1 <= len(places) <= 9
    assert min(place.x for place in places) <= 0
    assert max(place.x + place.side for place in places) >= 640
    assert all(place.address.z == min(14, int(zoom - 1)) for place in places)


def test_the_zoom_of_snapshots_is_one_more_than_that_of_the_style() -> None:
    assert frame_of(View(Point(0, 0), 12.0), (600, 400)).zoom == 11.0
