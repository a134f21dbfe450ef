"""Open a tile archive as a set: ours, or one that the operator has brought."""

import zlib
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.tiles import tilesets
from trigpoint.engines.tiles.generations import read_about
from trigpoint.engines.tiles.pmtiles import Archive
from trigpoint.maps.tiles import OSM, WORLD, Schema, Tile, TileAddress, TileSet


class OpenPmtiles:
    """An open PMTiles file and the set that it holds."""

    def __init__(self, archive: Archive, described: TileSet) -> None:
        self.described = described
        self._archive = archive

    def find(self, address: TileAddress) -> Tile | None:
        """Give a tile, None for an empty one."""
        return self._archive.find(address)

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()


def open_built(path: Path) -> OpenPmtiles:
    """Open tiles that were built here; the generation's folder says what they were made from."""
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
    return OpenPmtiles(archive, described)


def open_pmtiles(path: Path, *, name: str = OSM) -> OpenPmtiles:
    """Open a PMTiles file that the operator has brought. Raises UnavailableError if no style fits its layers."""
    archive = Archive(path)
    header = archive.header
    layers = tilesets.layers_of(archive.metadata)
    schema = Schema.RASTER if header.suffix != "mvt" else tilesets.schema_of(layers)
    if schema is None:
        archive.close()
        raise UnavailableError(unknown_schema(str(path), layers))
    described = TileSet(
        name=name,
        schema=schema,
        suffix=header.suffix,
        version=archive.version,
        min_zoom=header.min_zoom,
        max_zoom=header.max_zoom,
        box=header.box,
        attributions=tilesets.attributions_of(archive.metadata, schema),
        languages=tilesets.languages_of(layers),
    )
    return OpenPmtiles(archive, described)


def open_world(path: Path) -> OpenPmtiles:
    """Open the world that travels with this package. Its version is the same on every machine."""
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
    return OpenPmtiles(archive, described)


def unknown_schema(where: str, layers: dict[str, set[str]]) -> str:
    """Say that no style fits, with the layers that were found."""
    found = ", ".join(sorted(layers)[:12]) or "none at all"
    return (
        f"The tiles in {where} are in no schema that this version draws. It must be Shortbread, OpenMapTiles or"
        f" Protomaps v4, told by 'vector_layers' in the metadata; the layers there are: {found}."
    )
