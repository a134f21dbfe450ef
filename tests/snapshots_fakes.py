"""An engine of snapshots that paints nothing and keeps what it was given."""

import struct
import zlib
from collections.abc import Sequence

from trigpoint.maps.engines import EngineStatus
from trigpoint.maps.snapshots.pictures import LoadedImage, Picture
from trigpoint.maps.snapshots.queries import ImageSource


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\x80\x90\xa0"))
    + _chunk(b"IEND", b"")
)
"""A picture of one dot."""


class FakeSnapshots:
    """Implements `maps.engines.SnapshotEngine`: answers with PNG, or raises `error`; `painted` has what was asked."""

    def __init__(self, *, error: Exception | None = None) -> None:
        self.error = error
        self.painted: list[Picture] = []
        self.loaded: list[ImageSource] = []
        self.map_version = "1"

    def version(self) -> str:
        return self.map_version

    async def load_images(self, sources: Sequence[ImageSource]) -> tuple[LoadedImage | None, ...]:
        self.loaded += sources
        return tuple(LoadedImage(b"image", one.width, one.height) for one in sources)

    async def paint(self, picture: Picture) -> bytes:
        self.painted.append(picture)
        if self.error is not None:
            raise self.error
        return PNG

    async def start(self) -> None:
        """There is nothing to start."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def status(self) -> EngineStatus:
        return EngineStatus(engine="fake", ready=True, detail="Paints one dot.", counts={"workers": 1})
