"""The message to a painter process for one image."""

from dataclasses import dataclass

from trigpoint.engines.snapshots.frames import Placed
from trigpoint.maps.snapshots.pictures import Picture
from trigpoint.maps.tiles import Tile, TileSet


@dataclass(frozen=True, slots=True)
class SentTile:
    """A tile of a set, encoded as it is stored, and its position in the image."""

    set_name: str
    place: Placed
    tile: Tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An image and everything that is needed to paint it: the tile sets in service, and the tiles that it shows."""

    picture: Picture
    sets: tuple[TileSet, ...]
    tiles: tuple[SentTile, ...]
