"""Pictures of the sample region and of the world: jobs for the painter, PNGs read back, and how alike two are."""

import asyncio
import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from trigpoint.base.geo import Point
from trigpoint.engines.snapshots.engine import sets_for
from trigpoint.engines.snapshots.frames import frame_of, tiles_in
from trigpoint.engines.snapshots.jobs import Job, SentTile
from trigpoint.maps.engines import TileEngine
from trigpoint.maps.snapshots.pictures import Picture
from trigpoint.maps.snapshots.queries import ColorScheme, MapType
from trigpoint.maps.snapshots.views import View

Pixels = npt.NDArray[np.float64]
HELSINKI = Point(60.1705, 24.942)


def a_picture(point: Point = HELSINKI, zoom: float = 16.0, **changes: Any) -> Picture:
    """A picture of the middle of Helsinki, 300 by 200."""
    given: dict[str, Any] = {
        "view": View(point, zoom),
        "size": (300, 200),
        "scale": 1,
        "map_type": MapType.STANDARD,
        "color_scheme": ColorScheme.LIGHT,
        "shows_points_of_interest": True,
        "shows_labels": True,
        "lang": "en",
    }
    return Picture(**given | changes)


def a_job(tiles: TileEngine, picture: Picture) -> Job:
    """Gather the tiles of a picture, as the engine does."""

    async def gather() -> Job:
        await tiles.start()
        sets = sets_for(picture.map_type, tiles.tile_sets())
        frame = frame_of(picture.view, picture.size)
        sent = []
        for one in sets:
            for place in tiles_in(frame, one):
                tile = await tiles.find_tile(one.name, place.address)
                if tile is not None:
                    sent.append(SentTile(one.name, place, tile))
        return Job(picture=picture, sets=tuple(sets), tiles=tuple(sent))

    return asyncio.run(gather())


def read_png(data: bytes) -> Pixels:
    """Read a PNG of 8 bits, not interlaced, as rows of dots of four channels, each from 0 to 1."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, header = 8, b"", b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        header = body if kind == b"IHDR" else header
        packed += body if kind == b"IDAT" else b""
        at += length + 12
    width, height, depth, colour = struct.unpack(">IIBB", header[:10])
    assert (depth, colour) == (8, 6)
    raw = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * 4)
    rows = np.zeros((height, width * 4), np.uint8)
    above = np.zeros(width * 4, np.uint8)
    for index in range(height):
        rows[index] = above = _unfilter(int(raw[index, 0]), raw[index, 1:], above)
    return rows.reshape(height, width, 4) / 255


def _unfilter(kind: int, row: npt.NDArray[np.uint8], above: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Undo the filter of one row (PNG, third edition, §9)."""
    if kind == 0:
        return row
    if kind == 2:
        return row + above
    made = bytearray(len(row))
    upper = above.tobytes()
    for at, value in enumerate(row.tobytes()):
        left = made[at - 4] if at >= 4 else 0
        up, corner = upper[at], upper[at - 4] if at >= 4 else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            distances = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
            guess = (left, up, corner)[distances.index(min(distances))]
        made[at] = (value + guess) & 255
    return np.frombuffer(bytes(made), np.uint8)


def distance(one: Pixels, other: Pixels) -> float:
    """Tell how different two pictures of one size look: the mean over blurred dots of their distance in OKLab."""
    assert one.shape == other.shape
    return float(np.mean(np.linalg.norm(_oklab(_small(one)) - _oklab(_small(other)), axis=2)))


def _small(pixels: Pixels) -> Pixels:
    """Take the mean of each 4 by 4 dots."""
    height, width = pixels.shape[0] // 4 * 4, pixels.shape[1] // 4 * 4
    parts: Pixels = pixels[:height, :width, :3].reshape(height // 4, 4, width // 4, 4, 3)
    return parts.mean(axis=(1, 3))


def _oklab(pixels: Pixels) -> Pixels:
    linear = np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(
        linear
        @ np.array(
            [
                [0.4122214708, 0.2119034982, 0.0883024619],
                [0.5363325363, 0.6806995451, 0.2817188376],
                [0.0514459929, 0.1073969566, 0.6299787005],
            ]
        )
    )
    lab: Pixels = cones @ np.array(
        [
            [0.2104542553, 1.9779984951, 0.0259040371],
            [0.793617785, -2.428592205, 0.7827717662],
            [-0.0040720468, 0.4505937099, -0.808675766],
        ]
    )
    return lab
