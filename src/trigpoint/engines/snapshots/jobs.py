"""What is sent to a painter for one picture."""

from dataclasses import dataclass

from trigpoint.engines.snapshots.frames import Placed
from trigpoint.maps.snapshots.pictures import Picture
from trigpoint.maps.tiles import Tile, TileSet


@dataclass(frozen=True, slots=True)
class SentTile:
    """A tile of a set, as it is stored, and its place in the picture."""

    set_name: str
    place: Placed
    tile: Tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A picture with everything that it takes: the sets in service, and the tiles that it shows."""

    picture: Picture
    sets: tuple[TileSet, ...]
    tiles: tuple[SentTile, ...]
