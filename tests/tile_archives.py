"""Tile archives for tests, written by the library `pmtiles` or as MBTiles, and generations made of them."""

import gzip
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from trigpoint.engines.generations import ImportedFile, new_generation
from trigpoint.engines.tiles.generations import MAP, AboutMap, write_about
from trigpoint.home import DataFolder

Address = tuple[int, int, int]
SHORTBREAD_LAYERS = ("streets", "water_polygons", "place_labels", "land", "pois")


def layers(*names: str, fields: Iterable[str] = ("kind", "name", "name_de")) -> dict[str, object]:
    return {"vector_layers": [{"id": name, "fields": dict.fromkeys(fields, "String")} for name in names]}


def write_archive(
    path: Path,
    tiles: Mapping[Address, bytes],
    *,
    metadata: Mapping[str, object] | None = None,
    kind: TileType = TileType.MVT,
) -> Path:
    """Write a PMTiles file; vector tiles are compressed on the way."""
    vector = kind is TileType.MVT
    with path.open("wb") as file:
        writer = Writer(file)
        for number, data in sorted((zxy_to_tileid(*address), data) for address, data in tiles.items()):
            writer.write_tile(number, gzip.compress(data, mtime=0) if vector else data)
        header = {
            "tile_type": kind,
            "tile_compression": Compression.GZIP if vector else Compression.NONE,
            "min_lon_e7": 9_4000000,
            "min_lat_e7": 47_0000000,
            "max_lon_e7": 9_7000000,
            "max_lat_e7": 47_3000000,
            "center_zoom": 0,
            "center_lon_e7": 9_5000000,
            "center_lat_e7": 47_1000000,
        }
        writer.finalize(header, dict(metadata if metadata is not None else layers(*SHORTBREAD_LAYERS)))
    return path


def put_in_service(home: Path, tiles: Mapping[Address, bytes], *, timestamp: str | None = None) -> Path:
    """Make a generation of tiles that were never drawn, and take it into service."""
    with new_generation(DataFolder(home).tiles, what="tiles") as folder:
        path = write_archive(folder / MAP, tiles)
        about = AboutMap(
            made_at="2027-01-15T08:00:00Z",
            seconds=1.0,
            bytes=path.stat().st_size,
            writer="test",
            features={"streets": 1},
            languages=["de", "en"],
            files=[ImportedFile("town.osm", 1_000, timestamp)],
        )
        write_about(folder, about)
    return DataFolder(home).tiles / (DataFolder(home).tiles / "current").read_text().strip() / MAP


def write_mbtiles(path: Path, tiles: Mapping[Address, bytes], **metadata: str) -> Path:
    """Write an MBTiles file; its rows are counted from the south."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE metadata (name text, value text)")
        db.execute("CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
        told = {"format": "pbf", "json": json.dumps(layers(*SHORTBREAD_LAYERS))} | metadata
        db.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
        packed = metadata.get("format", "pbf") == "pbf"
        for (z, x, y), data in tiles.items():
            row = (z, x, (1 << z) - 1 - y, gzip.compress(data, mtime=0) if packed else data)
            db.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", row)
        db.commit()
    return path
