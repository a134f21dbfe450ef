"""Which outlines contain a point: the same as GEOS says, also at borders and corners."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from trigpoint.engines.embedded.importing import outlines
from trigpoint.engines.embedded.importing.areas import cut
from trigpoint.engines.embedded.importing.outlines import Outlines, Pieces, PieceWriter, pack_pieces

LARGE = shapely.Polygon([(9.0, 47.0), (9.9, 47.013), (10.1, 47.87), (9.013, 48.0)])
HOLED = shapely.Polygon(
    [(9.2, 47.2), (9.8, 47.2), (9.8, 47.8), (9.2, 47.8)], [[(9.4, 47.4), (9.6, 47.41), (9.5, 47.63)]]
)
ROUND = shapely.Point(9.7, 47.7).buffer(0.37, quad_segs=64)  # more vertices than a piece has
FAR = shapely.box(20.0, 10.0, 20.5, 10.5)
ALL = [LARGE, HOLED, ROUND, FAR]


def made(folder: Path) -> Outlines:
    return Outlines(written(folder, [ALL[:1], [], ALL[1:]]), [outline.area for outline in ALL])


def written(folder: Path, batches: list[list[shapely.Geometry]]) -> Pieces:
    writer = PieceWriter(folder / "pieces")
    for some in batches:
        writer.add(pack_pieces([cut(outline) for outline in some]))
    return writer.finish()


def some_points() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Points all over, on corners, and half-way between corners, where only exact arithmetic tells the side."""
    chance = np.random.default_rng(5)
    corners = shapely.get_coordinates([piece for outline in ALL for piece in cut(outline)])
    between = (corners[:-1] + corners[1:]) / 2
    table: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.vstack(
        [chance.uniform((8.9, 46.9), (10.2, 48.1), (2_000, 2)), corners, between, corners + 1e-12]
    )
    return table


@pytest.mark.parametrize("at_once", [outlines.MOST_VERTICES_AT_ONCE, 300])
def test_outlines_around_a_point_are_those_of_geos_smallest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(outlines, "MOST_VERTICES_AT_ONCE", at_once)
    points = some_points()
    places = shapely.points(points)
    held = np.array([[piece_holds(outline, places)] for outline in ALL])[:, 0]
    smallest_first = sorted(range(len(ALL)), key=lambda number: ALL[number].area)
    expected = [[number for number in smallest_first if held[number, at]] for at in range(len(points))]
    assert made(tmp_path).holding(points[:, 0], points[:, 1]) == expected
    assert sum(map(len, expected)) > 1_000


def piece_holds(outline: shapely.Geometry, places: "np.ndarray[tuple[int], np.dtype[np.object_]]") -> list[bool]:
    found: list[bool] = np.logical_or.reduce([shapely.intersects(piece, places) for piece in cut(outline)]).tolist()
    return found


def test_pieces_are_given_as_they_were_cut_and_those_that_fill_their_extent_without_a_shape(tmp_path: Path) -> None:
    expected = [(number, piece) for number, outline in enumerate(ALL) for piece in cut(outline)]
    found = list(made(tmp_path).pieces())
    assert [(owner, shape) for owner, _, shape in found] == [
        (number, None if number == 3 else bytes(shapely.to_wkb(piece))) for number, piece in expected
    ]
    assert found[-1][1] == (10.0, 20.0, 10.5, 20.5)


def test_without_outlines_nothing_is_found(tmp_path: Path) -> None:
    nothing = Outlines(written(tmp_path, [[]]), [])
    assert nothing.holding(np.array([9.5]), np.array([47.1])) == [[]]
    assert list(nothing.pieces()) == []
