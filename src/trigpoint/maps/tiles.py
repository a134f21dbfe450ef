"""Map tiles and tile sets."""

from dataclasses import dataclass
from enum import StrEnum

OSM = "osm"
"""Name of the tile set that is built from OpenStreetMap extracts, or that the operator provides instead."""
WORLD = "world"
"""Name of the tile set below it: oceans, borders, countries and towns of the whole world."""
IMAGERY = "imagery"
"""Name of the tile set of aerial or satellite imagery, if the operator has one."""


@dataclass(frozen=True, slots=True)
class TileAddress:
    """The address of a Web Mercator tile: zoom level `z`, column `x` from the west, row `y` from the north (XYZ)."""

    z: int
    x: int
    y: int

    def exists(self) -> bool:
        """Tell whether the address is valid: columns and rows go from 0 to 2^z - 1."""
        return 0 <= self.z <= 30 and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it is stored: its bytes, and their Content-Encoding ("" if not compressed)."""

    data: bytes
    encoding: str = ""


class Schema(StrEnum):
    """The schema of a tile set: the names and contents of its layers, by which a style is chosen."""

    SHORTBREAD = "shortbread"
    OPENMAPTILES = "openmaptiles"
    PROTOMAPS = "protomaps"
    WORLD = "world"
    RASTER = "raster"


@dataclass(frozen=True, slots=True)
class Attribution:
    """An attribution that a licence requires on the map, and the URL that it links to ("" for none)."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSet:
    """A set of tiles in service. `box` is south, west, north, east in degrees.

    `version` changes with every change of the tiles, and is part of their URLs; `suffix` is the file suffix in the URL
    of a tile ("mvt", "png", "jpg", "webp"); `languages` are the BCP 47 tags of `name_…` in its labels;
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
