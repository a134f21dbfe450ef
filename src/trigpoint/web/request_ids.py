"""The id of a request: a random UUID (RFC 9562 version 4), made in blocks because one is needed for every answer."""

import os
from collections.abc import Iterator

_BLOCK = 256


def _generate() -> Iterator[bytes]:
    while True:
        digits = os.urandom(16 * _BLOCK).hex()
        for start in range(0, 32 * _BLOCK, 32):
            text = digits[start : start + 32]
            variant = "89ab"[int(text[16], 16) & 3]
            yield f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}".encode()


next_request_id = _generate().__next__
"""Give the next id. Each worker process has its own generator; after a fork it would repeat, and we spawn."""
