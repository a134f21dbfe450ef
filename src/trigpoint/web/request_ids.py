"""The id of a request: a UUID (RFC 9562, version 8) of 74 random bits for the process and a counter of 48 bits.

One is needed for every answer, and nobody may guess anything from it but the order of one process's answers: so it is
counted, which costs a tenth of drawing 16 random bytes and spelling them.
"""

import itertools
import os
from collections.abc import Callable


def request_ids() -> Callable[[], bytes]:
    """Make the function that gives the next id. A worker process is spawned, so that each has its own random part."""
    digits = os.urandom(10).hex()
    variant = "89ab"[int(digits[11], 16) & 3]
    prefix = f"{digits[:8]}-{digits[8:12]}-8{digits[12:15]}-{variant}{digits[15:18]}-".encode()
    count = itertools.count(int.from_bytes(os.urandom(5))).__next__

    def next_request_id() -> bytes:
        return b"%b%012x" % (prefix, count())

    return next_request_id


next_request_id = request_ids()
