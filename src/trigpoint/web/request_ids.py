"""Request IDs: a UUID (RFC 9562, version 8) of 48 random bits, 26 random bits of the process, and a counter of 48 bits.

Anyone with the request ID can look up why a call was refused whose token names no known key. So IDs of other calls must not
be guessable. The counter makes IDs unique, and shows the order of the responses of a process.
"""

import itertools
import os
from collections.abc import Callable

AT_ONCE = 256
"""Number of IDs that are made at once: one system call and one number in hexadecimal each would take much longer."""
_LAST_DIGITS = [b"%02x" % number for number in range(AT_ONCE)]


def request_ids() -> Callable[[], bytes]:
    """Make the function that gives the next ID. Worker processes are spawned, so each has its own random part."""
    digits = os.urandom(4).hex()
    variant = "89ab"[int(digits[6], 16) & 3]
    middle = f"-8{digits[:3]}-{variant}{digits[3:6]}-".encode()
    count = itertools.count(int.from_bytes(os.urandom(4))).__next__
    ready: list[bytes] = []
    take = ready.pop  # atomic: no ID is given to two threads

    def next_request_id() -> bytes:
        while True:
            try:
                return take()
            except IndexError:
                ready.extend(_make_ids(middle, count()))

    return next_request_id


def _make_ids(middle: bytes, block: int) -> list[bytes]:
    """Make the IDs of a block of the counter, the last one first."""
    random = os.urandom(6 * AT_ONCE).hex().encode()
    between = b"%b%010x" % (middle, block)
    ids = [
        b"%b-%b%b%b" % (random[at : at + 8], random[at + 8 : at + 12], between, last)
        for at, last in zip(range(0, len(random), 12), _LAST_DIGITS, strict=True)
    ]
    return ids[::-1]


next_request_id = request_ids()
