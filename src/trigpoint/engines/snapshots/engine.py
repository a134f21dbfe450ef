"""The snapshot engine: collects the tiles of an image, and paints it in a pool of processes."""

import asyncio
import zlib
from collections.abc import Sequence

import msgspec

from trigpoint.base.errors import NotFoundError, UnavailableError
from trigpoint.engines.snapshots.frames import Placed, frame_of, tiles_in
from trigpoint.engines.snapshots.jobs import Job, SentTile
from trigpoint.engines.snapshots.loading import ImageLoader
from trigpoint.engines.snapshots.pool import PainterPool
from trigpoint.maps.engines import EngineStatus, TileEngine
from trigpoint.maps.snapshots.failures import NotPaintedError, PaintFailure
from trigpoint.maps.snapshots.pictures import LoadedImage, Picture
from trigpoint.maps.snapshots.queries import ImageSource, MapType
from trigpoint.maps.tiles import IMAGERY, Tile, TileSet

PAINTER_VERSION = "1"
"""Increment this with every change of the painter that changes images: it is part of the cache key."""
NAMES = {"svg": "our own painter and resvg", "mapli": "MapLibre Native (mapli) and resvg"}


class PaintedSnapshots:
    """Implements `maps.engines.SnapshotEngine`."""

    def __init__(self, tiles: TileEngine, pool: PainterPool, images: ImageLoader) -> None:
        self._tiles = tiles
        self._pool = pool
        self._images = images

    def version(self) -> str:
        """The version of the map: it changes with anything that could change an image."""
        sets = ";".join(f"{one.name}={one.version}" for one in self._tiles.tile_sets())
        return f"{PAINTER_VERSION}-{self._pool.wish}-{zlib.crc32(sets.encode()):08x}"

    async def load_images(self, sources: Sequence[ImageSource]) -> tuple[LoadedImage | None, ...]:
        """Load images from the allowed hosts. None for each image that could not be loaded."""
        return await self._images.load(sources)

    async def paint(self, picture: Picture) -> bytes:
        """Return an image as PNG. Raises NotPaintedError."""
        sets = sets_for(picture.map_type, self._tiles.tile_sets())
        frame = frame_of(picture.view, picture.size)
        wanted = [(one, place) for one in sets for place in tiles_in(frame, one)]
        try:
            found = await asyncio.gather(*(self._find(one.name, place) for one, place in wanted))
        except UnavailableError as error:
            raise NotPaintedError(PaintFailure.FAILED, f"A tile of the snapshot could not be loaded: {error}") from None
        sent = [
            SentTile(one.name, place, tile)
            for (one, place), tile in zip(wanted, found, strict=True)
            if tile is not None
        ]
        job = Job(picture=picture, sets=tuple(sets), tiles=tuple(sent))
        return await self._pool.paint(msgspec.msgpack.encode(job))

    async def start(self) -> None:
        """Does nothing: painters start with the first image."""

    async def close(self) -> None:
        """Stop the painters, and close connections."""
        await self._images.close()
        await self._pool.close()

    async def status(self) -> EngineStatus:
        """Report which renderer is used."""
        processes = self._pool.limits.processes
        renderer = NAMES.get(self._pool.renderer or self._pool.wish, self._pool.renderer)
        return EngineStatus(
            engine="snapshots",
            ready=True,
            detail=f"Paints with {renderer}, up to {processes} pictures at a time.",
            counts={"processes": processes},
        )

    async def _find(self, name: str, place: Placed) -> Tile | None:
        try:
            return await self._tiles.find_tile(name, place.address)
        except NotFoundError:  # the set was replaced in the meantime
            return None


def sets_for(map_type: MapType, sets: Sequence[TileSet]) -> list[TileSet]:
    """Return the tile sets that a map type needs. Without imagery, the standard map is used instead."""
    pictured = map_type in {MapType.HYBRID, MapType.SATELLITE} and any(one.name == IMAGERY for one in sets)
    if pictured and map_type is MapType.SATELLITE:
        return [one for one in sets if one.name == IMAGERY]
    return [one for one in sets if pictured or one.name != IMAGERY]
