"""Drawn maps for tests of tiles: draw a small map, build it, and read its features back."""

import gzip
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mapbox_vector_tile

from small_map import SmallMap
from trigpoint.engines.tiles.generations import map_in_service
from trigpoint.engines.tiles.importing.building import build_tiles
from trigpoint.engines.tiles.pmtiles import Archive, Header
from trigpoint.maps.tiles import TileAddress


@dataclass(frozen=True)
class Drawn:
    """The features of a built map, by zoom and layer."""

    path: Path

    def features(self, zoom: int, layer: str) -> list[dict[str, Any]]:
        """List the properties of the features of a layer at a zoom, each once, with the type of its geometry."""
        found: dict[str, dict[str, Any]] = {}
        for tile in self.tiles(zoom):
            for feature in tile.get(layer, {}).get("features", ()):
                told = {**feature["properties"], "geometry": feature["geometry"]["type"].removeprefix("Multi")}
                found[repr(sorted(told.items()))] = told
        return list(found.values())

    def first_zoom(self, layer: str, **properties: Any) -> int | None:
        """Give the first zoom at which a feature with these properties is drawn."""
        for zoom in range(15):
            if any(properties.items() <= feature.items() for feature in self.features(zoom, layer)):
                return zoom
        return None

    def archive_header(self) -> Header:
        archive = Archive(self.path)
        archive.close()
        return archive.header

    def tile(self, zoom: int, x: int, y: int) -> dict[str, Any]:
        """Give the layers of one tile; y goes up in its geometries."""
        archive = Archive(self.path)
        try:
            tile = archive.find(TileAddress(zoom, x, y))
        finally:
            archive.close()
        return dict(mapbox_vector_tile.decode(gzip.decompress(tile.data))) if tile is not None else {}

    def tiles(self, zoom: int) -> Iterator[dict[str, Any]]:
        archive = Archive(self.path)
        try:
            south, west, north, east = archive.header.box
            west_column, north_row = column_row(zoom, north, west)
            east_column, south_row = column_row(zoom, south, east)
            for x in range(west_column, east_column + 1):
                for y in range(north_row, south_row + 1):
                    tile = archive.find(TileAddress(zoom, x, y))
                    if tile is not None:
                        yield mapbox_vector_tile.decode(gzip.decompress(tile.data))
        finally:
            archive.close()


def column_row(zoom: int, latitude: float, longitude: float) -> tuple[int, int]:
    side = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return min(side - 1, int((longitude + 180) / 360 * side)), min(side - 1, int(y * side))


def build(home: Path, *maps: SmallMap, **options: Any) -> Drawn:
    home.parent.mkdir(parents=True, exist_ok=True)
    files = [drawn.write(home.parent / f"{home.name}-{number}.osm") for number, drawn in enumerate(maps)]
    build_tiles(home, files, **options)
    path = map_in_service(home)
    assert path is not None
    return Drawn(path)
