"""Open a tile archive as a tile set: one that was built here, or one that the operator provides."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.tiles import tilesets
from trigpoint.engines.tiles.generations import read_about
from trigpoint.engines.tiles.mbtiles import MbtilesFile
from trigpoint.engines.tiles.pmtiles import Archive
from trigpoint.maps.tiles import IMAGERY, OSM, WORLD, Attribution, Schema, Tile, TileAddress, TileSet


class TileFile(Protocol):
    """An open tile archive."""

    path: Path

    def find(self, address: TileAddress) -> Tile | None:
        """Return a tile, None if the archive has none at this address. Raises UnavailableError if the file is damaged."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class OpenedFile:
    """An open archive and the tile set that it holds."""

    def __init__(self, file: TileFile, described: TileSet, *, origin: str = "") -> None:
        self.described = described
        self.origin = origin or file.path.name
        self.find = file.find
        self.close = file.close


@dataclass(frozen=True, slots=True)
class Shown:
    """The facts in the header of an archive. `box` is south, west, north, east in degrees."""

    suffix: str
    version: str
    min_zoom: int
    max_zoom: int
    box: tuple[float, float, float, float]


WRONG_KIND = {
    OSM: "pictures: they are imagery, which TRIGPOINT_IMAGERY sets",
    IMAGERY: "a drawn map: that is set by TRIGPOINT_TILES, and imagery is made of pictures",
}


def open_built(path: Path) -> OpenedFile:
    """Open tiles that were built on this machine. The folder of their generation has the names of their source files."""
    about = read_about(path.parent)
    archive = Archive(path)
    header = archive.header
    described = TileSet(
        name=OSM,
        schema=Schema.SHORTBREAD,
        suffix=header.suffix,
        version=path.parent.name,
        min_zoom=header.min_zoom,
        max_zoom=header.max_zoom,
        box=header.box,
        attributions=(tilesets.OSM_ATTRIBUTION,),
        languages=tuple(about.languages),
        as_of=about.data_time,
    )
    return OpenedFile(archive, described, origin=", ".join(one.name for one in about.files))


def open_brought(path: Path, *, name: str = OSM, attributions: tuple[Attribution, ...] = ()) -> OpenedFile:
    """Open a PMTiles or MBTiles file that the operator provides.

    `attributions` take the place of those in the file. Raises UnavailableError if no style fits its layers.
    """
    if path.suffix == ".mbtiles":
        file = MbtilesFile(path)
        shown = Shown(file.suffix, file.version, file.min_zoom, file.max_zoom, file.box)
        return _opened(file, file.metadata, shown, name=name, attributions=attributions)
    archive = Archive(path)
    header = archive.header
    shown = Shown(header.suffix, archive.version, header.min_zoom, header.max_zoom, header.box)
    return _opened(archive, archive.metadata, shown, name=name, attributions=attributions)


def _opened(
    file: TileFile,
    metadata: Mapping[str, object],
    shown: Shown,
    *,
    name: str,
    attributions: tuple[Attribution, ...],
) -> OpenedFile:
    layers = tilesets.layers_of(metadata)
    schema = Schema.RASTER if shown.suffix != "mvt" else tilesets.schema_of(layers)
    trouble = None
    if schema is None:
        trouble = tilesets.unknown_schema(str(file.path), layers)
    elif (schema is Schema.RASTER) != (name == IMAGERY):
        trouble = f"The tiles in {file.path} are {WRONG_KIND[name]}."
    if schema is None or trouble is not None:
        file.close()
        raise UnavailableError(trouble or "")
    described = TileSet(
        name=name,
        schema=schema,
        suffix=shown.suffix,
        version=shown.version,
        min_zoom=shown.min_zoom,
        max_zoom=shown.max_zoom,
        box=shown.box,
        attributions=attributions or tilesets.attributions_of(metadata, schema),
        languages=tilesets.languages_of(layers),
        tile_size=256 if schema is Schema.RASTER else 512,
    )
    return OpenedFile(file, described)


def open_world(path: Path) -> OpenedFile:
    """Open the world map that is part of this package. Its version is the same on every machine."""
    archive = Archive(path)
    header = archive.header
    described = TileSet(
        name=WORLD,
        schema=Schema.WORLD,
        suffix=header.suffix,
        version=f"{zlib.crc32(repr(header).encode()):08x}",
        min_zoom=header.min_zoom,
        max_zoom=header.max_zoom,
        box=header.box,
        attributions=tilesets.WORLD_ATTRIBUTIONS,
        languages=tilesets.languages_of(tilesets.layers_of(archive.metadata)),
    )
    return OpenedFile(archive, described)
