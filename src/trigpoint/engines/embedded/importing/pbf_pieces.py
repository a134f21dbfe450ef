"""A `.osm.pbf` file cut into pieces that processes read one by one, and what each of its blobs holds.

The file is a row of blobs, each a few thousand objects packed by themselves, of one kind as a rule but in any order
(https://wiki.openstreetmap.org/wiki/PBF_Format). osmium reads a file from front to back only, so pieces of it are handed
to osmium as small files: the first blob, which describes the whole, and some of the others.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

NODES, WAYS, RELATIONS = 1, 2, 4
"""Kinds of objects; a blob may hold several."""

ANY = NODES | WAYS | RELATIONS
KIND_OF_GROUP = {1: NODES, 2: NODES, 3: WAYS, 4: RELATIONS}
"""Kinds by the number of the field in a `PrimitiveGroup`, whose members are all of one kind."""

PIECE_BYTES = 1_000_000
"""About how many bytes of a file are read at a time: as many objects as keep a process busy for half a second."""

MOST_HEADER_BYTES, MOST_BLOCK_BYTES = 64 << 10, 32 << 20
"""Limits of the format."""

VARINT, EIGHT_BYTES, COUNTED, FOUR_BYTES = 0, 1, 2, 5
"""How protocol buffers pack a field."""

BLOCK, DATA_SIZE, RAW, ZLIB, GROUP = 1, 3, 1, 3, 2
"""Numbers of fields: a blob header's kind and size, a blob's content as it is or compressed, a block's groups."""

DATA, HEADER = b"OSMData", b"OSMHeader"


class Span(NamedTuple):
    """Where blobs that follow each other lie in the file."""

    start: int
    size: int


Piece = list[Span]


@dataclass(frozen=True, slots=True)
class PbfFile:
    """A file, and where its first blob lies."""

    path: Path
    header: Span

    def pieces(self) -> Iterator[Piece]:
        """Yield all blobs but the first, some at a time, each with a span of its own. Raises ValueError if one is cut short."""
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
        """Read blobs as they are."""
        with self.path.open("rb") as file:
            file.seek(span.start)
            return file.read(span.size)

    def as_file(self, parts: Iterable[bytes]) -> bytes:
        """Put blobs together as a file of their own."""
        return b"".join([self.read(self.header), *parts])


def open_pbf(path: Path) -> PbfFile:
    """Find the first blob of a file. Raises ValueError if it is not the one that describes the file."""
    kind, span = next(spans_of(path), (b"", Span(0, 0)))
    if kind != HEADER:
        raise ValueError("PBF error: no header at the beginning")
    return PbfFile(path, span)


def spans_of(path: Path) -> Iterator[tuple[bytes, Span]]:
    """Yield the kind of each blob and where it lies with its header."""
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            length = int.from_bytes(file.read(4))
            if length > MOST_HEADER_BYTES:
                raise ValueError("PBF error: invalid BlobHeader size")
            kind, data = _header_of(memoryview(file.read(length)))
            whole = 4 + length + data
            if at + whole > size:
                raise ValueError("PBF error: unexpected end of the file")
            yield kind, Span(at, whole)
            at += whole


def _header_of(header: memoryview) -> tuple[bytes, int]:
    """Give the kind and the size in bytes that the header of a blob tells."""
    fields = dict(fields_of(header))
    match fields.get(BLOCK), fields.get(DATA_SIZE):
        case memoryview() as kind, int(size):
            return bytes(kind), size
        case _:
            raise ValueError("PBF error: invalid BlobHeader")


def block_of(blob: bytes) -> memoryview | None:
    """Unpack what a blob with its header holds; None if it is compressed in another way than most are."""
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
        raise ValueError("PBF error: a blob is larger than the format allows, or truncated")
    return block


def kinds_of(block: memoryview) -> int:
    """Tell which kinds of objects a block holds."""
    kinds = 0
    for number, group in fields_of(block):
        if number == GROUP and isinstance(group, memoryview) and len(group):
            kinds |= KIND_OF_GROUP.get(group[0] >> 3, 0)
    return kinds


def as_blob(block: memoryview) -> bytes:
    """Pack a block as a blob that is not compressed."""
    head = bytes([RAW << 3 | COUNTED]) + _varint(len(block))
    size = len(head) + len(block)
    header = bytes([BLOCK << 3 | COUNTED, len(DATA)]) + DATA + bytes([DATA_SIZE << 3 | VARINT]) + _varint(size)
    return b"".join([len(header).to_bytes(4), header, head, block])


def fields_of(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the number and the content of each field of a protocol buffer. Raises ValueError if it is none."""
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
    """Read a number of seven bits a byte, and where it ends."""
    number = shift = 0
    while at < len(message) and shift < 64:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
    raise ValueError("PBF error: truncated number")


def _varint(number: int) -> bytes:
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
