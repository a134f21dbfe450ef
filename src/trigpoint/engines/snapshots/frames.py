"""The frame of an image in the Mercator square of the world, and the tiles that it shows."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from trigpoint.base.geo import Point
from trigpoint.maps.snapshots.views import TILE_PX, View, project, unproject
from trigpoint.maps.tiles import Schema, TileAddress, TileSet


@dataclass(frozen=True, slots=True)
class Frame:
    """The edges of an image in CSS pixels. `left` and `top` are measured from the north-western corner of the world."""

    width: int
    height: int
    zoom: float
    """The zoom of MapLibre's styles, whose world is 512 pixels wide at zoom 0."""
    world_px: float
    left: float
    top: float

    def place(self, point: Point) -> tuple[float, float]:
        """Return the position of a point in the image, of the copy of the world that is nearest to its centre."""
        return self.place_projected(*project(point))

    def place_projected(self, x: float, y: float) -> tuple[float, float]:
        """Return the position in the image of a point of the Mercator square (0 to 1)."""
        middle = (self.left + self.width / 2) / self.world_px
        nearer = (x - middle + 0.5) % 1.0 - 0.5 + middle
        return nearer * self.world_px - self.left, y * self.world_px - self.top

    def ground(self, x: float, y: float) -> Point:
        """Return the point on the ground at a position in the image."""
        return unproject((self.left + x) / self.world_px, (self.top + y) / self.world_px)


@dataclass(frozen=True, slots=True)
class Placed:
    """A tile in the image: its address, the position of its north-western corner, and the length of its side, in pixels."""

    address: TileAddress
    column: int
    """The column, not wrapped at the antimeridian."""
    x: float
    y: float
    side: float


def frame_of(view: View, size: tuple[int, int]) -> Frame:
    """Compute the frame of a view. It is moved so that it does not extend beyond the map in the north or south, if it fits."""
    x, y = project(view.center)
    world = TILE_PX * math.exp2(view.zoom)
    top = min(max(y * world - size[1] / 2, 0.0), max(0.0, world - size[1]))
    return Frame(size[0], size[1], view.zoom - 1, world, x * world - size[0] / 2, top)


def tiles_in(frame: Frame, tiles: TileSet) -> Iterator[Placed]:
    """Yield the tiles of a set in the frame. Above the last zoom of the set, its last zoom is used, with larger tiles."""
    own_px = tiles.tile_size if tiles.schema is Schema.RASTER else 512
    wanted = frame.zoom + math.log2(512 / own_px)
    level = round(wanted) if tiles.schema is Schema.RASTER else math.floor(wanted)
    z = max(tiles.min_zoom, min(tiles.max_zoom, level))
    if z - level > 3:
        return  # the first zoom of the set is much higher: it would be too many tiles
    count = 1 << z
    side = frame.world_px / count
    south, west, north, east = tiles.box
    first_row = max(0, math.floor(frame.top / side), math.floor(project(Point(north, 0))[1] * count))
    last_row = min(
        count - 1, math.floor((frame.top + frame.height) / side), math.floor(project(Point(south, 0))[1] * count)
    )
    around = east - west >= 360 or west > east
    columns = (math.floor((west + 180) / 360 * count), math.floor((east + 180) / 360 * count))
    for column in range(math.floor(frame.left / side), math.floor((frame.left + frame.width) / side) + 1):
        if not around and not columns[0] <= column % count <= columns[1]:
            continue
        for row in range(first_row, last_row + 1):
            yield Placed(
                TileAddress(z, column % count, row),
                column,
                column * side - frame.left,
                row * side - frame.top,
                side,
            )
