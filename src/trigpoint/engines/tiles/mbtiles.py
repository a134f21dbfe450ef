"""MBTiles 1.3: a SQLite file of tiles, https://github.com/mapbox/mbtiles-spec."""

import sqlite3
import zlib
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from trigpoint.engines.tiles.pmtiles import GZIP, DamagedArchiveError
from trigpoint.maps.tiles import Tile, TileAddress

SUFFIXES = {"pbf": "mvt", "mvt": "mvt", "png": "png", "jpg": "jpg", "jpeg": "jpg", "webp": "webp"}
WORLD_BOX = (-85.0511, -180.0, 85.0511, 180.0)
FIND = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"


class MbtilesFile:
    """An open MBTiles file, for one thread at a time. Opening and reading raise DamagedArchiveError for a bad file.

    `box` is south, west, north, east in degrees.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        found = path.stat()
        self._db = self._open(path)
        try:
            self.metadata = {str(name): value for name, value in self._ask("SELECT name, value FROM metadata")}
            self.suffix = self._read_suffix()
            self.min_zoom, self.max_zoom = self._read_zooms()
        except BaseException:
            self._db.close()
            raise
        self.box = self._read_box()
        seen = (found.st_size, found.st_mtime_ns, sorted(map(str, self.metadata.items())))
        self.version = f"{zlib.crc32(repr(seen).encode()):08x}"

    def find(self, address: TileAddress) -> Tile | None:
        """Return a tile, or None. Rows of MBTiles are numbered from the south (TMS), those of `address` from the north."""
        row = (1 << address.z) - 1 - address.y
        found = self._ask(FIND, address.z, address.x, row)
        if not found or not isinstance(found[0][0], bytes):
            return None
        data = found[0][0]
        return Tile(data, "gzip" if data[:2] == GZIP else "")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _open(self, path: Path) -> sqlite3.Connection:
        try:
            return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._damaged(str(error)) from error

    def _ask(self, question: str, *values: int) -> list[tuple[object, ...]]:
        try:
            return self._db.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise self._damaged(str(error)) from error

    def _read_suffix(self) -> str:
        tile_format = str(self.metadata.get("format", "pbf")).lower()
        if tile_format not in SUFFIXES:
            raise self._damaged(f"its tiles are of an unknown format ('{tile_format[:20]}')")
        return SUFFIXES[tile_format]

    def _read_zooms(self) -> tuple[int, int]:
        with suppress(KeyError, ValueError):
            least, most = (int(str(self.metadata[name])) for name in ("minzoom", "maxzoom"))
            if 0 <= least <= most <= 30:
                return least, most
        ((least_found, most_found),) = self._ask("SELECT min(zoom_level), max(zoom_level) FROM tiles")
        if not isinstance(least_found, int) or not isinstance(most_found, int):
            raise self._damaged("it holds no tile")
        return least_found, most_found

    def _read_box(self) -> tuple[float, float, float, float]:
        with suppress(KeyError, ValueError):
            west, south, east, north = (float(number) for number in str(self.metadata["bounds"]).split(","))
            if -90 <= south <= north <= 90 and -180 <= west <= east <= 180:
                return south, west, north, east
        return WORLD_BOX

    def _damaged(self, what: str) -> DamagedArchiveError:
        return DamagedArchiveError(f"The tiles in {self.path} cannot be served: {what}.")
