"""PMTiles version 3, read tile by tile: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md.

A tile is read with one positioned read (pread), not through a memory map: if a mapped file is truncated or overwritten
in place, the process dies with a signal (SIGBUS); a short read is an error like any other.
"""

import json
import os
import struct
import threading
import zlib
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.tiles.packing import unpack
from trigpoint.maps.tiles import Tile, TileAddress

HEADER_BYTES = 127
MAGIC = b"PMTiles\x03"
SUFFIXES = {1: "mvt", 2: "png", 3: "jpg", 4: "webp", 5: "avif"}
GZIP = b"\x1f\x8b"
MOST_UNPACKED = 256 << 20
"""Largest size in bytes of a decompressed directory or of the decompressed metadata: protects from decompression bombs."""
LEAVES_KEPT = 256
"""Leaf directories kept in memory, each with some thousand entries (130 kB). A planet file has tens of thousands."""
DEEPEST = 4
"""Limit of nested directories; writers make two levels."""


class DamagedArchiveError(UnavailableError):
    """A file is not a tile archive, is truncated, or was changed while it was open. The message names the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first 127 bytes, decoded. Offsets and lengths are in bytes; `box` is south, west, north, east in degrees."""

    root: tuple[int, int]
    metadata: tuple[int, int]
    leaves: tuple[int, int]
    data: tuple[int, int]
    tiles: int
    directories_are_gzip: bool
    encoding: str
    suffix: str
    min_zoom: int
    max_zoom: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Directory:
    """Entries sorted by their first tile: `ids`, `runs` (0 for a leaf directory), `lengths` and `offsets` in bytes.

    They are views of arrays, 32 bytes per entry. Lists of numbers would take four times as much.
    """

    ids: memoryview
    runs: memoryview
    lengths: memoryview
    offsets: memoryview

    def find(self, tile_id: int) -> tuple[int, int, int] | None:
        """Return run, offset and length of the entry that covers a tile, or None."""
        at = bisect_right(self.ids, tile_id) - 1
        if at < 0:
            return None
        run = self.runs[at]
        if run and tile_id >= self.ids[at] + run:
            return None
        return run, self.offsets[at], self.lengths[at]


class Archive:
    """An open PMTiles file; thread-safe. Opening and reading raise DamagedArchiveError for a bad file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._lock = threading.Lock()
        try:
            self._stamp = self._stat()
            self.header = self._read_header()
            self._root = self._read_directory(*self.header.root)
            self.metadata = self._read_metadata()
        except BaseException:
            os.close(self._file)
            raise
        self._leaves: OrderedDict[int, Directory] = OrderedDict()

    @property
    def version(self) -> str:
        """A checksum of the header, the size and the modification time: it changes with the file."""
        size, changed = self._stamp
        return f"{zlib.crc32(repr((self.header, size, changed)).encode()):08x}"

    def find(self, address: TileAddress) -> Tile | None:
        """Return a tile, or None if the file has none at this address."""
        wanted = tile_id(address)
        directory, base = self._root, 0
        for _ in range(DEEPEST):
            found = directory.find(wanted)
            if found is None:
                return None
            run, offset, length = found
            if run:
                return self._read_tile(offset, length)
            base = self.header.leaves[0] + offset
            directory = self._leaf(base, length)
        raise self._damaged("its directories are nested too deeply")

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _read_tile(self, offset: int, length: int) -> Tile:
        data = self._read(self.header.data[0] + offset, length)
        if self._stat() != self._stamp:
            raise self._damaged(
                "it was overwritten while it was in use; to replace it, rename a new file over it ('mv')"
            )
        if self.header.encoding and data[:2] != GZIP:
            raise self._damaged("a tile is not compressed as the header says")
        return Tile(data, self.header.encoding)

    def _leaf(self, offset: int, length: int) -> Directory:
        with self._lock:
            found = self._leaves.get(offset)
            if found is not None:
                self._leaves.move_to_end(offset)
                return found
        directory = self._read_directory(offset, length)
        with self._lock:
            self._leaves[offset] = directory
            if len(self._leaves) > LEAVES_KEPT:
                self._leaves.popitem(last=False)
        return directory

    def _read_header(self) -> Header:
        head = self._read(0, HEADER_BYTES, short="it is shorter than the header of a PMTiles file")
        if head[:8] != MAGIC:
            raise self._damaged("it is not a PMTiles file of version 3")
        told = struct.unpack_from("<11Q", head, 8)
        west, south, east, north = (value / 1e7 for value in struct.unpack_from("<4i", head, 102))
        ends = [told[at] + told[at + 1] for at in (0, 2, 4, 6)]
        size = self._stamp[0]
        if max(ends) > size:
            raise self._damaged(f"it is truncated: it has {size} of {max(ends)} bytes")
        if head[97] not in {1, 2} or head[98] not in {0, 1, 2}:
            raise self._damaged("it is compressed with something other than gzip, which not every browser can read")
        if head[99] not in SUFFIXES or not head[100] <= head[101] <= 30:
            raise self._damaged(f"its tiles are of an unknown kind ({head[99]}) or zoom ({head[100]} to {head[101]})")
        return Header(
            root=(told[0], told[1]),
            metadata=(told[2], told[3]),
            leaves=(told[4], told[5]),
            data=(told[6], told[7]),
            tiles=told[8],
            directories_are_gzip=head[97] == 2,
            encoding="gzip" if head[98] == 2 else "",
            suffix=SUFFIXES[head[99]],
            min_zoom=head[100],
            max_zoom=head[101],
            box=(south, west, north, east),
        )

    def _read_metadata(self) -> Mapping[str, object]:
        try:
            told = json.loads(self._unpack(self._read(*self.header.metadata)) or b"{}")
        except ValueError as error:
            raise self._damaged("its metadata is not valid JSON") from error
        return told if isinstance(told, dict) else {}

    def _read_directory(self, offset: int, length: int) -> Directory:
        try:
            return unpack_directory(self._unpack(self._read(offset, length)))
        except (ValueError, IndexError, OverflowError) as error:
            raise self._damaged("a directory in it is malformed") from error

    def _unpack(self, packed: bytes) -> bytes:
        if not self.header.directories_are_gzip:
            return packed
        try:
            return unpack(packed, most=MOST_UNPACKED)
        except ValueError as error:
            raise self._damaged(f"of a part of it, {error}") from error

    def _read(self, offset: int, length: int, *, short: str = "a part of it is missing") -> bytes:
        try:
            data = read_at(self._file, offset, length, self._lock)
        except (OSError, OverflowError) as error:
            raise self._damaged(f"it cannot be read ({error})") from error
        if len(data) != length:
            raise self._damaged(short)
        return data

    def _stat(self) -> tuple[int, int]:
        found = os.fstat(self._file)
        return found.st_size, found.st_mtime_ns

    def _damaged(self, what: str) -> DamagedArchiveError:
        return DamagedArchiveError(f"The tiles in {self.path} cannot be served: {what}.")


def read_at(file: int, offset: int, length: int, lock: threading.Lock) -> bytes:
    """Read bytes at an offset of a file. Where there is no `pread` (Windows), seek and read under the lock."""
    if hasattr(os, "pread"):
        return os.pread(file, length, offset)
    with lock:
        os.lseek(file, offset, os.SEEK_SET)
        return os.read(file, length)


def tile_id(address: TileAddress) -> int:
    """Return the ID of a tile: lower zoom levels come first, tiles of one zoom level are ordered on a Hilbert curve."""
    x, y, side = address.x, address.y, 1 << address.z
    number = ((1 << 2 * address.z) - 1) // 3
    half = side >> 1
    while half:
        right, lower = (1 if x & half else 0), (1 if y & half else 0)
        number += half * half * ((3 * right) ^ lower)
        x, y = x & (half - 1), y & (half - 1)
        if not lower:
            if right:
                x, y = half - 1 - x, half - 1 - y
            x, y = y, x
        half >>= 1
    return number


def unpack_directory(data: bytes) -> Directory:
    """Decode a directory: a count, then that many differences of IDs, runs, lengths and offsets, all as varints."""
    numbers = unpack_varints(data)
    count = int(numbers[0])
    if len(numbers) != 1 + 4 * count or count == 0:
        raise ValueError("a directory has four numbers for each entry")
    ids, runs, lengths, told = numbers[1:].reshape(4, count)
    if told[0] == 0:
        raise ValueError("the first entry has no offset")
    begins = np.flatnonzero(told)  # 0 means: directly after the previous entry
    before = np.cumsum(lengths) - lengths
    group = np.repeat(begins, np.diff(np.append(begins, count)))
    offsets = told[group] - np.uint64(1) + before - before[group]
    return Directory(*(memoryview(np.ascontiguousarray(part)) for part in (np.cumsum(ids), runs, lengths, offsets)))


def unpack_varints(data: bytes) -> npt.NDArray[np.uint64]:
    """Decode all varints: seven bits per byte, least significant first; the top bit is set on all bytes but the last."""
    parts = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(parts < 128)
    if len(parts) == 0 or len(ends) == 0 or ends[-1] != len(parts) - 1:
        raise ValueError("the varints are truncated")
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    if int(lengths.max()) > 10:
        raise ValueError("a varint has ten bytes at most")
    shifts = (np.arange(len(parts)) - np.repeat(starts, lengths)) * 7
    return np.add.reduceat((parts & 127).astype(np.uint64) << shifts.astype(np.uint64), starts)
