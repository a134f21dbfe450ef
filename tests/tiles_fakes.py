"""Fakes of the tile engine: a set of a few tiles in memory."""

import gzip
from dataclasses import dataclass, field, replace

from trigpoint.base.errors import NotFoundError, UnavailableError
from trigpoint.maps.engines import EngineStatus
from trigpoint.maps.tiles import Attribution, Schema, Tile, TileAddress, TileSet

PLAIN = b"a vector tile " * 20
HERE = TileAddress(14, 8567, 5712)
EMPTY = TileAddress(14, 1, 1)
BROKEN = TileAddress(14, 2, 2)

OSM_SET = TileSet(
    name="osm",
    schema=Schema.SHORTBREAD,
    suffix="mvt",
    version="v1",
    min_zoom=0,
    max_zoom=14,
    box=(47.0, 9.4, 47.3, 9.7),
    attributions=(Attribution("© OpenStreetMap contributors", "https://www.openstreetmap.org/copyright"),),
    languages=("de", "en"),
    as_of="2026-11-20T00:00:00Z",
)
WORLD_SET = replace(
    OSM_SET,
    name="world",
    schema=Schema.WORLD,
    max_zoom=6,
    box=(-85.0, -180.0, 85.0, 180.0),
    attributions=(Attribution("Natural Earth", ""),),
)
PICTURES_SET = replace(
    OSM_SET,
    name="imagery",
    schema=Schema.RASTER,
    suffix="png",
    attributions=(Attribution("A survey", "https://s.test"),),
)


@dataclass
class FakeTiles:
    """Implements `maps.engines.TileEngine`."""

    sets: tuple[TileSet, ...] = (WORLD_SET, OSM_SET)
    tile: Tile = field(default_factory=lambda: Tile(gzip.compress(PLAIN, mtime=0), "gzip"))
    asked: list[tuple[str, TileAddress]] = field(default_factory=list)

    def tile_sets(self) -> tuple[TileSet, ...]:
        return self.sets

    def find_tile_set(self, name: str) -> TileSet | None:
        return next((one for one in self.sets if one.name == name), None)

    async def find_tile(self, name: str, address: TileAddress) -> Tile | None:
        self.asked.append((name, address))
        found = next(one for one in self.sets if one.name == name)
        if not found.min_zoom <= address.z <= found.max_zoom:
            raise NotFoundError(f"The set '{name}' has zoom levels {found.min_zoom} to {found.max_zoom}.")
        if address == BROKEN:
            raise UnavailableError("The tiles are damaged.")
        return None if address == EMPTY else self.tile

    async def start(self) -> None:
        """Nothing to get ready."""

    async def close(self) -> None:
        """Nothing to close."""

    async def status(self) -> EngineStatus:
        return EngineStatus(engine="tiles", ready=True, detail="A fake.", counts={})
