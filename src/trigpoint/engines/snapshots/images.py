"""Check untrusted images: read type and size from their first bytes, and test whether the renderer can draw them."""

import base64
import struct
from dataclasses import dataclass

import resvg_py

from trigpoint.maps.snapshots.pictures import LoadedImage

MOST_PIXELS = 2048 * 2048
"""An image with more pixels is not decoded."""
TRIED_PX = 8
"""Side in pixels of the test rendering of an image."""
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG markers that start a frame (SOF), whose header has the size of the image."""


@dataclass(frozen=True, slots=True)
class DrawableImage:
    """An image that can be drawn: its data: URL, and its size on the map in CSS pixels."""

    url: str
    width: int
    height: int


def read_size(data: bytes) -> tuple[str, int, int] | None:
    """Read the media type and the size in pixels of a PNG, JPEG or GIF from its first bytes. None for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) >= 24:
        return ("image/png", *struct.unpack(">II", data[16:24]))
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:
        return ("image/gif", *struct.unpack("<HH", data[6:10]))
    return _read_jpeg(data) if data[:3] == b"\xff\xd8\xff" else None


def _read_jpeg(data: bytes) -> tuple[str, int, int] | None:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return "image/jpeg", width, height
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def prepare(image: LoadedImage | None) -> DrawableImage | None:
    """Prepare an image for drawing. None if it is too large, damaged, or in another format."""
    if image is None:
        return None
    size = read_size(image.unverified_data)
    if size is None or not 0 < size[1] * size[2] <= MOST_PIXELS:
        return None
    url = f"data:{size[0]};base64,{base64.b64encode(image.unverified_data).decode()}"
    return DrawableImage(url, image.width, image.height) if _is_seen(url) else None


def _is_seen(url: str) -> bool:
    """Whether a small rendering of the image alone shows anything. The renderer silently leaves out damaged images."""
    return _draw(f'<image width="{TRIED_PX}" height="{TRIED_PX}" xlink:href="{url}"/>') != _draw("")


def _draw(inner: str) -> bytes:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{TRIED_PX}" height="{TRIED_PX}">{inner}</svg>'
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
