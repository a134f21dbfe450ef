"""Tiles: the squares that a map is sent in, and the sets that they come in."""

from dataclasses import dataclass
from enum import StrEnum

OSM = "osm"
"""The name of the tile set that is drawn from extracts of OpenStreetMap, or brought by the operator in its place."""
WORLD = "world"
"""The name of the tile set under it: oceans, borders, countries and towns of the whole world."""
IMAGERY = "imagery"
"""The name of the tile set of aerial or satellite pictures, where the operator has one."""


@dataclass(frozen=True, slots=True)
class TileAddress:
    """A square of the Web Mercator map: zoom level `z`, column `x` from the west, row `y` from the north (XYZ)."""

    z: int
    x: int
    y: int

    def exists(self) -> bool:
        """Tell whether there is such a square: columns and rows go from 0 to 2^z - 1."""
        return 0 <= self.z <= 30 and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it is stored: its bytes, and how they are compressed (a Content-Encoding, "" for not at all)."""

    data: bytes
    encoding: str = ""


class Schema(StrEnum):
    """What the layers of a tile set are called and hold, which decides by which style it is drawn."""

    SHORTBREAD = "shortbread"
    OPENMAPTILES = "openmaptiles"
    PROTOMAPS = "protomaps"
    WORLD = "world"
    RASTER = "raster"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Words that a licence wants shown on the map, and the page that they lead to ("" for none)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSet:
    """A set of tiles in service. `box` is south, west, north, east in degrees.

    `version` changes with every change of the tiles, so that it can stand in their addresses; `suffix` is the ending
    of a tile's address ("mvt", "png", "jpg", "webp"); `languages` are the BCP 47 tags of `name_…` in its labels;
    `as_of` is the time of the data in ISO 8601.
    """

    name: str
    schema: Schema
    suffix: str
    version: str
    min_zoom: int
    max_zoom: int
    box: tuple[float, float, float, float]
    attributions: tuple[Attribution, ...]
    languages: tuple[str, ...] = ()
    as_of: str | None = None
    tile_size: int = 512
