"""Unpacking gzip, up to a limit: a small file can unpack to a very large one."""

import zlib


def unpack(packed: bytes, *, most: int) -> bytes:
    """Unpack gzip. Raises ValueError where it is damaged, cut short, or unpacks to more than `most` bytes."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        data = unpacking.decompress(packed, most)
    except zlib.error as error:
        raise ValueError("it cannot be unpacked") from error
    if not unpacking.eof:
        raise ValueError("it is cut short, or unpacks to too much")
    return data
