"""Split a `.osm.pbf` file into pieces that can be read in parallel, and find which kinds of objects each blob holds.

The file is a sequence of blobs. Each is compressed separately and holds some thousand objects, usually of one kind
(https://wiki.openstreetmap.org/wiki/PBF_Format). osmium can only read a file from start to end, so each piece is given
to osmium as a small file of its own: the header blob of the whole file, then the blobs of the piece.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

NODES, WAYS, RELATIONS = 1, 2, 4
"""Bit flags of the kinds of objects; a blob may hold several kinds."""

ANY = NODES | WAYS | RELATIONS
KIND_OF_GROUP = {1: NODES, 2: NODES, 3: WAYS, 4: RELATIONS}
"""Kind of object by field number of a `PrimitiveGroup`. All objects of a group are of one kind."""

PIECE_BYTES = 500_000
"""Approximate size of a piece in bytes: about a quarter of a second of work for one process."""

MOST_HEADER_BYTES, MOST_BLOB_BYTES, MOST_BLOCK_BYTES = 64 << 10, 32 << 20, 32 << 20
"""Size limits of the format, in bytes: of the header of a blob, of the blob, and of the block after decompression."""

VARINT, EIGHT_BYTES, COUNTED, FOUR_BYTES = 0, 1, 2, 5
"""Wire types of protocol buffers: varint, 64-bit, length-delimited, 32-bit."""

BLOCK, DATA_SIZE, RAW, ZLIB, GROUP, WAY, WAY_ID = 1, 3, 1, 3, 2, 3, 1
"""Field numbers: `BlobHeader.type` and `datasize`, `Blob.raw` and `zlib_data`, `PrimitiveBlock.primitivegroup`,
`PrimitiveGroup.ways`, `Way.id`."""

LONGEST_VARINT = 10
"""Bytes of the longest varint, of 64 bits."""

DATA, HEADER = b"OSMData", b"OSMHeader"


class Span(NamedTuple):
    """A range of bytes of the file that holds one or more whole blobs."""

    start: int
    size: int


Piece = list[Span]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PbfFile:
    """A `.osm.pbf` file and the range of its header blob."""

    path: Path
    header: Span

    def pieces(self) -> Iterator[Piece]:
        """Yield all blobs but the header, grouped into pieces, one span per blob. Raises ValueError if one is truncated."""
        piece: Piece = []
        filled = 0
        for kind, span in spans_of(self.path):
            if kind == DATA:
                piece.append(span)
                filled += span.size
            if filled >= PIECE_BYTES:
                yield piece
                piece, filled = [], 0
        if piece:
            yield piece

    def read(self, span: Span) -> bytes:
        """Read the bytes of a span, still compressed."""
        with self.path.open("rb") as file:
            file.seek(span.start)
            return file.read(span.size)

    def as_file(self, parts: Iterable[bytes]) -> bytes:
        """Return a complete `.osm.pbf` file: the header blob, then the given blobs."""
        return b"".join([self.read(self.header), *parts])


def open_pbf(path: Path) -> PbfFile:
    """Open a file and find its header blob. Raises ValueError if the first blob is not an `OSMHeader`."""
    kind, span = next(spans_of(path), (b"", Span(0, 0)))
    if kind != HEADER:
        raise ValueError("PBF error: no header at the beginning")
    return PbfFile(path, span)


def spans_of(path: Path) -> Iterator[tuple[bytes, Span]]:
    """Yield the type of each blob and its span, with its header. Raises ValueError if the file is malformed or truncated."""
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            length = int.from_bytes(file.read(4))
            if length > MOST_HEADER_BYTES:
                raise ValueError("PBF error: invalid BlobHeader size")
            kind, data = _header_of(memoryview(file.read(length)))
            if data > MOST_BLOB_BYTES:
                raise ValueError("PBF error: a blob is larger than the format allows")
            whole = 4 + length + data
            if at + whole > size:
                raise ValueError("PBF error: unexpected end of the file")
            yield kind, Span(at, whole)
            at += whole


def _header_of(header: memoryview) -> tuple[bytes, int]:
    """Return the type of a blob and its size in bytes, from its header."""
    fields = dict(fields_of(header))
    match fields.get(BLOCK), fields.get(DATA_SIZE):
        case memoryview() as kind, int(size):
            return bytes(kind), size
        case _:
            raise ValueError("PBF error: invalid BlobHeader")


def block_of(blob: bytes) -> memoryview | None:
    """Decompress the block of a blob (given with its header). None if it is compressed with something else than zlib."""
    start = 4 + int.from_bytes(blob[:4])
    for number, content in fields_of(memoryview(blob)[start:]):
        if isinstance(content, memoryview) and number == RAW:
            return content
        if isinstance(content, memoryview) and number == ZLIB:
            return memoryview(_inflated(content))
    return None


def _inflated(packed: memoryview) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        block = unpacker.decompress(packed, MOST_BLOCK_BYTES)
    except zlib.error as error:
        raise ValueError(f"PBF error: {error}") from error
    if not unpacker.eof:
        what = "larger than the format allows" if len(block) == MOST_BLOCK_BYTES else "truncated"
        raise ValueError(f"PBF error: a blob is {what}")
    return block


def kinds_of(block: memoryview) -> int:
    """Return the bit flags of the kinds of objects that a block holds."""
    kinds = 0
    for number, group in fields_of(block):
        if number == GROUP and isinstance(group, memoryview) and len(group):
            kinds |= KIND_OF_GROUP.get(group[0] >> 3, 0)
    return kinds


def as_blob(block: bytes | memoryview) -> bytes:
    """Write a block as an uncompressed blob, with its header."""
    head = _head_of(RAW, len(block))
    header = _head_of(BLOCK, len(DATA)) + DATA + _varint(DATA_SIZE << 3 | VARINT) + _varint(len(head) + len(block))
    return b"".join([len(header).to_bytes(4), header, head, block])


def only_ways(block: memoryview, wanted: Numbers) -> bytes | None:
    """Return a block with only the ways whose IDs are in `wanted` (ascending); None if it has none of them."""
    parts: list[bytes | memoryview] = []
    is_empty = True
    for number, content in fields_of(block):
        if isinstance(content, int):
            parts += [_varint(number << 3 | VARINT), _varint(content)]
        elif number != GROUP:
            parts += [_head_of(number, len(content)), content]
        elif len(content) and KIND_OF_GROUP.get(content[0] >> 3) == WAYS and (ways := _ways_of(content, wanted)):
            parts += [_head_of(GROUP, sum(map(len, ways))), *ways]
            is_empty = False
    return None if is_empty else b"".join(parts)


def _ways_of(group: memoryview, wanted: Numbers) -> list[bytes]:
    """Return the ways of a group whose IDs are in `wanted`, each with the head of its field."""
    octets = bytes(group)
    starts, bodies, at, end = [], [], 0, len(octets)
    while at < end:
        if octets[at] != WAY << 3 | COUNTED:
            raise ValueError("PBF error: invalid group of ways")
        size, body = octets[at + 1] if at + 1 < end else 0x80, at + 2
        if size >= 0x80:
            size, body = _varint_at(group, at + 1)
        starts.append(at)
        bodies.append(body)
        at = body + size
    if at > end:
        raise ValueError("PBF error: truncated field")
    ends = [*starts[1:], end]
    ids = _way_ids(octets, bodies, ends)
    places = np.searchsorted(wanted, ids)
    places[places == len(wanted)] = 0
    chosen = np.flatnonzero(wanted[places] == ids).tolist() if len(wanted) else []
    return [octets[starts[way] : ends[way]] for way in chosen]


def _way_ids(octets: bytes, bodies: list[int], ends: list[int]) -> Numbers:
    """Read the IDs of the ways of a group, given the start and end of their messages."""
    table, at = np.frombuffer(octets + bytes(LONGEST_VARINT + 1), dtype=np.uint8), np.array(bodies, dtype=np.int64)
    if (table[at] != WAY_ID << 3 | VARINT).any():  # not as every known program writes it, but allowed
        ids = [_way_id(memoryview(octets)[body:end]) for body, end in zip(bodies, ends, strict=True)]
        return np.array(ids, dtype=np.int64)
    numbers, goes_on = np.zeros(len(at), dtype=np.int64), np.ones(len(at), dtype=np.bool_)
    for place in range(LONGEST_VARINT):
        octet = table[at + 1 + place].astype(np.int64)
        numbers |= np.where(goes_on, (octet & 0x7F) << 7 * place, 0)
        goes_on &= octet >= 0x80
    return numbers


def _way_id(way: memoryview) -> int:
    match dict(fields_of(way)).get(WAY_ID):
        case int(number):
            return number - (number >> 63 << 64)  # a negative number is written as its two's complement
        case _:
            raise ValueError("PBF error: a way without an ID")


def fields_of(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the number and the content of each field of a protocol buffer message. Raises ValueError if it is malformed."""
    at, end = 0, len(message)
    while at < end:
        tag, at = _varint_at(message, at)
        packing = tag & 7
        if packing == VARINT:
            number, at = _varint_at(message, at)
            yield tag >> 3, number
            continue
        if packing == COUNTED:
            size, at = _varint_at(message, at)
        elif packing in {EIGHT_BYTES, FOUR_BYTES}:
            size = 8 if packing == EIGHT_BYTES else 4
        else:
            raise ValueError("PBF error: unknown field type")
        if at + size > end:
            raise ValueError("PBF error: truncated field")
        yield tag >> 3, message[at : at + size]
        at += size


def _varint_at(message: memoryview, at: int) -> tuple[int, int]:
    """Read a varint (seven bits per byte). Returns its value and the position after it."""
    number = shift = 0
    while at < len(message) and shift < 64:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
    raise ValueError("PBF error: truncated number")


def _head_of(number: int, size: int) -> bytes:
    """Return the tag and length that precede the content of a length-delimited field."""
    return _varint(number << 3 | COUNTED) + _varint(size)


def _varint(number: int) -> bytes:
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
