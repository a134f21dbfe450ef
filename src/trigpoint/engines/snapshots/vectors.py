"""Decode vector tiles (MVT 2.1): properties at once, geometry only when a feature is drawn.

A shape is an SVG path in tile units, so that it can be used in any image at any zoom.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from mapbox_vector_tile.Mapbox import vector_tile_pb2

from trigpoint.engines.snapshots.clipping import part_inside
from trigpoint.engines.snapshots.expressions import GEOMETRY

MOST_BYTES = 32 << 20
"""Limit of the decompressed size of a tile in bytes; a larger one is not drawn."""
KINDS = ("Unknown", "Point", "LineString", "Polygon")
Box = tuple[int, int, int, int]
"""West, north, east, south in the tile's units."""
Line = list[tuple[int, int]]


class DamagedTileError(ValueError):
    """A tile cannot be decoded."""


@dataclass(slots=True)
class Feature:
    """A feature of a tile. `properties` has its tags, and its geometry type under the key GEOMETRY."""

    properties: dict[str, object]
    kind: str
    commands: Sequence[int]
    _shape: tuple[str, Box] | None = None

    def shape(self) -> tuple[str, Box]:
        """Return the SVG path, which starts with a relative move from the tile's corner, and its bounding box."""
        if self._shape is None:
            self._shape = _draw(self.commands)
        return self._shape

    def lines(self) -> list[Line]:
        """Return the points of its lines or rings; each single point is a line with one point."""
        return _walk(self.commands)


@dataclass(slots=True)
class TileLayer:
    """A layer of a tile. `extent` is the number of units per side of the tile."""

    extent: int
    features: list[Feature]


@dataclass(slots=True)
class VectorTile:
    """A tile whose layers are decoded on demand."""

    _message: object
    _layers: dict[str, TileLayer | None] = field(default_factory=dict)

    def layer(self, name: str) -> TileLayer | None:
        """Return a layer by its name, or None."""
        if name not in self._layers:
            found = [one for one in self._message.layers if one.name == name]  # type: ignore[attr-defined]  # protobuf
            self._layers[name] = _read_layer(found[0]) if found else None
        return self._layers[name]


def read_tile(data: bytes, encoding: str) -> VectorTile:
    """Read an encoded tile, compressed or not. Raises DamagedTileError."""
    if encoding == "gzip" or data[:2] == b"\x1f\x8b":
        unpacking = zlib.decompressobj(wbits=31)
        try:
            data = unpacking.decompress(data, MOST_BYTES)
        except zlib.error as error:
            raise DamagedTileError("it cannot be decompressed") from error
        if not unpacking.eof:
            raise DamagedTileError("it is truncated, or decompresses to too much")
    message = vector_tile_pb2.tile()
    try:
        message.ParseFromString(data)
    except Exception as error:
        raise DamagedTileError("it is no vector tile") from error
    return VectorTile(message)


def _read_layer(layer: object) -> TileLayer:
    keys = list(layer.keys)  # type: ignore[attr-defined]  # protobuf
    values = [_value(one) for one in layer.values]  # type: ignore[attr-defined]  # protobuf
    features = []
    for one in layer.features:  # type: ignore[attr-defined]  # protobuf
        kind = KINDS[one.type]
        tags = list(one.tags)
        try:
            properties = {keys[tags[at]]: values[tags[at + 1]] for at in range(0, len(tags) - 1, 2)}
        except IndexError:
            continue
        properties[GEOMETRY] = kind
        features.append(Feature(properties, kind, list(one.geometry)))
    return TileLayer(layer.extent or 4096, features)  # type: ignore[attr-defined]  # protobuf


def _value(value: object) -> object:
    for name in ("string_value", "int_value", "uint_value", "sint_value", "double_value", "float_value", "bool_value"):
        if value.HasField(name):  # type: ignore[attr-defined]  # protobuf
            return getattr(value, name)
    return None


def _draw(commands: Sequence[int]) -> tuple[str, Box]:
    """Convert MVT commands to relative SVG commands. The two differ in the position of the pen after a closed ring."""
    parts: list[str] = []
    xs: list[int] = []
    ys: list[int] = []
    at, end = 0, len(commands)
    x = y = pen_x = pen_y = first_x = first_y = 0
    while at < end:
        head = commands[at]
        command, count = head & 7, head >> 3
        at += 1
        if command == 7:
            parts.append("z")
            pen_x, pen_y = first_x, first_y
            continue
        run = [(one >> 1) ^ -(one & 1) for one in commands[at : at + 2 * count]]
        at += 2 * count
        across, down = list(accumulate(run[::2], initial=x)), list(accumulate(run[1::2], initial=y))
        x, y = across[-1], down[-1]
        xs += across[1:]
        ys += down[1:]
        if command == 2:
            parts.append("l" + " ".join(map(str, run)))
        else:
            parts.append(f"m{x - pen_x} {y - pen_y}")
            first_x, first_y = x, y
        pen_x, pen_y = x, y
    return "".join(parts), (min(xs), min(ys), max(xs), max(ys)) if xs and ys else (0, 0, -1, -1)


def _walk(commands: Sequence[int]) -> list[Line]:
    lines: list[Line] = []
    at, end, x, y = 0, len(commands), 0, 0
    while at < end:
        head = commands[at]
        command, count = head & 7, head >> 3
        at += 1
        if command == 7:
            if lines and lines[-1]:
                lines[-1].append(lines[-1][0])
            continue
        run = [(one >> 1) ^ -(one & 1) for one in commands[at : at + 2 * count]]
        at += 2 * count
        for dx, dy in zip(run[::2], run[1::2], strict=False):
            x, y = x + dx, y + dy
            if command == 1:
                lines.append([(x, y)])
            elif lines:
                lines[-1].append((x, y))
    return lines


def clip(line: Line, extent: int) -> Iterator[Line]:
    """Yield the parts of a line that are inside the tile."""
    stretch: Line = []
    for one, other in pairwise(line):
        inside = _clip_segment(one, other, extent)
        if inside is None:
            if len(stretch) > 1:
                yield stretch
            stretch = []
            continue
        begin, finish = inside
        if not stretch or stretch[-1] != begin:
            if len(stretch) > 1:
                yield stretch
            stretch = [begin]
        stretch.append(finish)
    if len(stretch) > 1:
        yield stretch


def _clip_segment(
    one: tuple[int, int], other: tuple[int, int], extent: int
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Clip a segment to the tile."""
    inside = part_inside(one, other, (0, 0, extent, extent))
    if inside is None:
        return None
    enters, leaves = inside
    (x, y), (dx, dy) = one, (other[0] - one[0], other[1] - one[1])
    begin = one if enters == 0.0 else (round(x + dx * enters), round(y + dy * enters))
    finish = other if leaves == 1.0 else (round(x + dx * leaves), round(y + dy * leaves))
    return begin, finish
