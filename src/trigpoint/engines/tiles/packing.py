"""Decompress gzip up to a size limit: a small file can decompress to a very large one."""

import zlib


def unpack(packed: bytes, *, most: int) -> bytes:
    """Decompress gzip. Raises ValueError if it is damaged or truncated, or decompresses to more than `most` bytes."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        data = unpacking.decompress(packed, most)
    except zlib.error as error:
        raise ValueError("it cannot be decompressed") from error
    if not unpacking.eof:
        raise ValueError("it is truncated, or decompresses to too much")
    return data
