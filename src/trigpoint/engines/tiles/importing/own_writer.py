"""Write tiles without tippecanoe, with shapely and mapbox-vector-tile, for platforms without a tippecanoe binary.

All features are held in memory, and a tile takes several times as long. It is good enough for a city or a small country.
"""

import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import msgspec
import numpy as np
import numpy.typing as npt
import shapely
from mapbox_vector_tile.encoder import on_invalid_geometry_ignore
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from trigpoint.engines.tiles.importing.batches import MAX_ZOOM, Geometries, to_mercator

EXTENT = 4096
BUFFER = 80
"""Buffer around a tile, in tile units: features are clipped to it, so that lines and labels do not end at the edge."""
TOLERANCE = 4.0
"""Tolerance of line simplification below the last zoom, in tile units."""
OPTIONS = {"extents": EXTENT, "y_coord_down": True, "on_invalid_geometry": on_invalid_geometry_ignore}


class _Told(msgspec.Struct):
    layer: str
    minzoom: int


class _Feature(msgspec.Struct):
    tippecanoe: _Told
    properties: dict[str, Any]
    geometry: msgspec.Raw


class OwnWriter:
    """Implements `writers.TileWriter` in this process."""

    def __init__(self, target: Path) -> None:
        self.label = "trigpoint"
        self._target = target
        self._layers: list[str] = []
        self._zooms: list[int] = []
        self._properties: list[dict[str, Any]] = []
        self._shapes: list[Geometries] = []
        self._decoder = msgspec.json.Decoder(_Feature)

    def take(self, lines: Sequence[bytes]) -> None:
        """Add features, each a line of GeoJSON with the member `tippecanoe`."""
        features = [self._decoder.decode(line) for line in lines]
        self._layers += [feature.tippecanoe.layer for feature in features]
        self._zooms += [feature.tippecanoe.minzoom for feature in features]
        self._properties += [feature.properties for feature in features]
        shapes = shapely.from_geojson([bytes(feature.geometry).decode() for feature in features], on_invalid="ignore")
        self._shapes.append(shapely.transform(np.asarray(shapes, dtype=object), to_mercator))

    def finish(self, progress: Callable[[float], None]) -> None:
        """Clip the features to tiles, zoom by zoom, and write the file."""
        shapes: Geometries = np.concatenate([np.empty(0, dtype=object), *self._shapes])
        zooms = np.array(self._zooms, dtype=np.int64)
        with self._target.open("wb") as file:
            writer: Any = Writer(file)  # type: ignore[no-untyped-call]  # only the package's reader has type hints
            with writer.tile_f:  # closes the writer's temporary file on an error
                for zoom in range(MAX_ZOOM + 1):
                    for number, data in self._tiles_of(zoom, shapes, zooms):
                        writer.write_tile(number, data)
                    progress((zoom + 1) / (MAX_ZOOM + 1))
                writer.finalize(_header_of(shapes), {"vector_layers": self._describe_layers()})

    def abandon(self) -> None:
        """Discard the features."""
        self._shapes.clear()

    def _describe_layers(self) -> list[dict[str, Any]]:
        fields: dict[str, dict[str, str]] = defaultdict(dict)
        least: dict[str, int] = {}
        for layer, zoom, properties in zip(self._layers, self._zooms, self._properties, strict=True):
            least[layer] = min(zoom, least.get(layer, zoom))
            fields[layer] |= {
                name: "String" if isinstance(value, str) else "Number" for name, value in properties.items()
            }
        return [
            {"id": layer, "minzoom": least[layer], "maxzoom": MAX_ZOOM, "fields": fields[layer]}
            for layer in sorted(least)
        ]

    def _tiles_of(self, zoom: int, shapes: Geometries, zooms: npt.NDArray[np.int64]) -> Iterator[tuple[int, bytes]]:
        """Yield the tiles of one zoom in the order of their IDs, compressed."""
        side = 1 << zoom
        seen = np.flatnonzero((zooms <= zoom) & ~shapely.is_missing(shapes))
        if not len(seen):
            return
        found = shapely.transform(shapes[seen], lambda points: points * side)
        if zoom < MAX_ZOOM:
            found = shapely.simplify(found, TOLERANCE / EXTENT)
        dimensions = shapely.get_dimensions(shapes[seen])
        tree = shapely.STRtree(found)
        for number, x, y in sorted((zxy_to_tileid(zoom, x, y), x, y) for x, y in _tiles_at(found, side)):
            reach = BUFFER / EXTENT
            box = (x - reach, y - reach, x + 1 + reach, y + 1 + reach)
            near = np.sort(tree.query(shapely.box(*box)))
            data = self._write_tile((x, y), seen[near], shapely.clip_by_rect(found[near], *box), dimensions[near])
            if data:
                yield number, gzip.compress(data, mtime=0)

    def _write_tile(
        self,
        corner: tuple[int, int],
        numbers: npt.NDArray[np.intp],
        shapes: Geometries,
        dimensions: npt.NDArray[np.int32],
    ) -> bytes:
        local = shapely.transform(shapes, lambda points: np.round((points - corner) * EXTENT))
        layers: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for number, shape, dimension in zip(numbers.tolist(), local, dimensions.tolist(), strict=True):
            part = _keep_dimension(shape, dimension)
            if part is not None:
                layers[self._layers[number]].append({"geometry": part, "properties": self._properties[number]})
        packed: bytes = mapbox_vector_tile.encode(
            [{"name": name, "features": features} for name, features in layers.items()], default_options=OPTIONS
        )
        return packed


def _keep_dimension(shape: shapely.Geometry, dimension: int) -> shapely.Geometry | None:
    """Return the parts of a shape that have its dimension; clipping and rounding leave points and lines of polygons."""
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
    parts = [part for part in parts if shapely.get_dimensions(part) == dimension]
    if not parts:
        return None
    if dimension == 2:
        whole = shapely.make_valid(shapely.MultiPolygon(parts), method="structure", keep_collapsed=False)
        return None if whole.is_empty else whole
    return parts[0] if len(parts) == 1 else (shapely.MultiLineString(parts) if dimension == 1 else parts[0])


def _tiles_at(shapes: Geometries, side: int) -> set[tuple[int, int]]:
    """Return the columns and rows of the tiles whose buffered squares the bounding boxes of shapes touch."""
    reach = BUFFER / EXTENT
    bounds = shapely.bounds(shapes)
    least = np.clip(np.floor(bounds[:, :2] - reach), 0, side - 1).astype(int)
    most = np.clip(np.floor(bounds[:, 2:] + reach), 0, side - 1).astype(int)
    ranges = np.unique(np.concatenate([least, most], axis=1), axis=0)
    return {(x, y) for x0, y0, x1, y1 in ranges.tolist() for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)}


def _header_of(shapes: Geometries) -> dict[str, Any]:
    """Return the bounds and the centre for the header, in units of 1e-7 degrees."""
    west, top, east, bottom = shapely.total_bounds(shapes).tolist()
    south, north = (float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))) for y in (bottom, top))
    west, east = west * 360 - 180, east * 360 - 180
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": int(west * 1e7),
        "min_lat_e7": int(south * 1e7),
        "max_lon_e7": int(east * 1e7),
        "max_lat_e7": int(north * 1e7),
        "center_zoom": MAX_ZOOM,
        "center_lon_e7": int((west + east) / 2 * 1e7),
        "center_lat_e7": int((south + north) / 2 * 1e7),
    }
