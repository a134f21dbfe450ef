"""The sea from an extract's own coastlines: drawn coasts, and real ones where a folder of extracts is named."""

import math
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely

from drawn_tiles import Drawn, build
from small_map import At, SmallMap
from trigpoint.engines.tiles.generations import map_in_service
from trigpoint.engines.tiles.importing.batches import tiles_of
from trigpoint.engines.tiles.importing.building import build_tiles
from trigpoint.engines.tiles.importing.coast import cover, cut, find_sea
from trigpoint.engines.tiles.importing.writers import find_tippecanoe

EXTRACTS = os.environ.get("TRIGPOINT_TEST_EXTRACTS")
"""A folder of real extracts, which are not a part of this project: monaco-tilemaker.osm.pbf, baltimore.osm.pbf."""

WEST, EAST = 7.30, 7.60


def ground(south: float = 43.60, north: float = 43.85) -> shapely.Geometry:
    points = [(lng, lat) for lng in np.arange(WEST, EAST, 0.02) for lat in np.arange(south, north, 0.02)]
    return cover(tiles_of(np.array(points)))


def line(*points: At) -> shapely.Geometry:
    return shapely.LineString([(lng, lat) for lat, lng in points])


def circle(at: At, radius: float, *, island: bool) -> shapely.Geometry:
    """Draw a ring as OpenStreetMap does: land to the left, so that an island goes round against the clock."""
    turn = 1 if island else -1
    angles = [turn * math.radians(angle) for angle in range(0, 361, 20)]
    return shapely.LineString([(at[1] + radius * math.cos(a), at[0] + radius * math.sin(a)) for a in angles])


def is_sea(sea: Sequence[shapely.Geometry], at: At) -> bool:
    return any(face.contains(shapely.Point(at[1], at[0])) for face in sea)


def test_no_coastline_means_no_sea() -> None:
    assert find_sea([], ground()) == []


def test_the_sea_lies_to_the_right_of_a_coastline() -> None:
    westward, eastward = (
        line((43.7, EAST + 0.2), (43.72, 7.45), (43.7, WEST - 0.2)),
        line((43.7, WEST - 0.2), (43.72, 7.45), (43.7, EAST + 0.2)),
    )
    south, north = (43.65, 7.45), (43.78, 7.45)
    assert [is_sea(find_sea([eastward], ground()), at) for at in (south, north)] == [True, False]
    assert [is_sea(find_sea([westward], ground()), at) for at in (south, north)] == [False, True]


def test_a_coastline_in_many_ways_is_one_coast() -> None:
    points = [(43.7 + 0.01 * math.sin(step), WEST - 0.2 + step * 0.035) for step in range(21)]
    ways = [line(*points[at : at + 2]) for at in range(20)]
    sea = find_sea(ways, ground())
    assert is_sea(sea, (43.65, 7.45))
    assert not is_sea(sea, (43.75, 7.45))


def test_a_coast_that_ends_inside_is_closed_the_shortest_way() -> None:
    """As in Monaco, whose extract is cut along the border: the coastline ends where the country does."""
    sea = find_sea([line((43.71, 7.38), (43.725, 7.42), (43.73, 7.46), (43.745, 7.52))], ground())
    assert is_sea(sea, (43.65, 7.45))
    assert not is_sea(sea, (43.80, 7.42))
    assert 0.05 < sum(face.area for face in sea) / ground().area < 0.95


def test_islands_are_land_and_bays_are_sea() -> None:
    """As in Baltimore: an estuary that reaches in from the edge, with an island in it."""
    shore = line((43.70, WEST - 0.2), (43.70, 7.40), (43.80, 7.42), (43.80, 7.46), (43.70, 7.48), (43.70, EAST + 0.2))
    island = circle((43.75, 7.44), 0.008, island=True)
    pond = circle((43.66, 7.50), 0.005, island=True)
    sea = find_sea([shore, island, pond], ground())
    assert is_sea(sea, (43.78, 7.44)), "the estuary"
    assert not is_sea(sea, (43.75, 7.44)), "the island"
    assert not is_sea(sea, (43.66, 7.50)), "the island in the open sea"
    assert is_sea(sea, (43.64, 7.40)), "the open sea"
    assert not is_sea(sea, (43.78, 7.35)), "the land to the left"
    assert not is_sea(sea, (43.78, 7.55)), "the land to the right"


def test_a_lagoon_is_sea_in_the_land() -> None:
    sea = find_sea([circle((43.75, 7.45), 0.02, island=False)], ground())
    assert is_sea(sea, (43.75, 7.45))
    assert not is_sea(sea, (43.80, 7.45))


def test_the_covered_ground_has_no_holes_where_a_tile_has_no_object() -> None:
    points = [(lng, lat) for lng in np.arange(7, 7.6, 0.04) for lat in np.arange(43, 43.6, 0.04)]
    away = [(lng, lat) for lng, lat in points if not (7.2 < lng < 7.4 and 43.2 < lat < 43.4)]
    whole = cover(tiles_of(np.array(away)))
    assert whole.contains(shapely.Point(7.3, 43.3))
    assert len(shapely.get_parts(whole)) == 1


def test_a_large_sea_is_cut_into_pieces_that_make_the_whole() -> None:
    rough = shapely.Point(7, 43).buffer(2, quad_segs=8_000)
    pieces = cut(rough)
    assert len(pieces) > 10
    assert sum(piece.area for piece in pieces) == pytest.approx(rough.area, rel=1e-6)
    assert cut(shapely.box(0, 0, 1, 1)) == [shapely.box(0, 0, 1, 1)]


@pytest.mark.skipif(find_tippecanoe() is None, reason="needs tippecanoe: pip install cubao-tippecanoe")
def test_the_sea_of_a_drawn_map_is_in_its_tiles(home: Path) -> None:
    drawn = SmallMap()
    drawn.way([(43.70, 7.30), (43.71, 7.45), (43.70, 7.60)], natural="coastline")
    for step in range(8):
        at = 7.31 + step * 0.035
        drawn.way([(43.62 + 0.02 * number, at) for number in range(9)], highway="residential")
    found = build(home, drawn)
    assert found.first_zoom("ocean") == found.first_zoom("coverage") == 7
    assert covers(found, (43.65, 7.45), "ocean")
    assert not covers(found, (43.75, 7.45), "ocean")
    assert covers(found, (43.75, 7.45), "coverage")


def covers(found: Drawn, at: At, layer: str, zoom: int = 14) -> bool:
    """Tell whether a layer covers a point of the map."""
    side = 1 << zoom
    x = (at[1] + 180) / 360 * side
    y = (1 - math.asinh(math.tan(math.radians(at[0]))) / math.pi) / 2 * side
    tile = found.tile(zoom, int(x), int(y))
    point = shapely.Point((x % 1) * 4096, (1 - y % 1) * 4096)
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in tile.get(layer, {}).get("features", ())]
    return any(shapely.make_valid(shape).contains(point) for shape in shapes)


if EXTRACTS:

    @pytest.mark.parametrize(
        ("name", "sea", "land"),
        [
            ("monaco-tilemaker.osm.pbf", [(43.725, 7.435), (43.70, 7.44)], [(43.7325, 7.4165), (43.742, 7.421)]),
            ("baltimore.osm.pbf", [(39.277, -76.60), (39.25, -76.56)], [(39.29, -76.61), (39.27, -76.605)]),
        ],
    )
    def test_a_real_coast_is_where_it_should_be(home: Path, name: str, sea: list[At], land: list[At]) -> None:
        build_tiles(home, [Path(EXTRACTS or "") / name])
        path = map_in_service(home)
        assert path is not None
        drawn = Drawn(path)
        assert [covers(drawn, at, "ocean") for at in sea] == [True] * len(sea)
        assert [covers(drawn, at, "ocean") for at in land] == [False] * len(land)
