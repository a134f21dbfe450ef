"""Packing route tiles into one tar file with an index, which Valhalla maps into memory (`mjolnir.tile_extract`)."""

import io
import struct
import tarfile
from collections.abc import Sequence
from pathlib import Path

INDEX_NAME = "index.bin"
INDEX_ENTRY = struct.Struct("<QLL")
"""An index entry: the tile's offset in the tar, its graph ID, its size in bytes."""


def find_tiles(folder: Path) -> list[Path]:
    """List the tiles in a folder, in the order of their ids."""
    return sorted(folder.rglob("*.gph"))


def pack(folder: Path, tiles: Sequence[Path], target: Path) -> None:
    """Write a tar file with the index first, and then the tiles. An engine opens this one file."""
    index = bytearray(INDEX_ENTRY.size * len(tiles))
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as tar:
        tar.addfile(describe(INDEX_NAME, len(index)), io.BytesIO(bytes(index)))
        for number, tile in enumerate(tiles):
            name, size = tile.relative_to(folder), tile.stat().st_size
            INDEX_ENTRY.pack_into(
                index, number * INDEX_ENTRY.size, tar.offset + tarfile.BLOCKSIZE, graph_id(name), size
            )
            with tile.open("rb") as content:
                tar.addfile(describe(name.as_posix(), size), content)
    with target.open("r+b") as file:
        file.seek(tarfile.BLOCKSIZE)
        file.write(index)


def graph_id(name: Path) -> int:
    """Return the graph ID of a tile by its path: `2/000/864/819.gph` is tile 864819 of level 2."""
    level, *parts = name.with_suffix("").parts
    return int(level) | int("".join(parts)) << 3


def describe(name: str, size: int) -> tarfile.TarInfo:
    """Return the tar header of one member."""
    member = tarfile.TarInfo(name)
    member.size = size
    return member
