"""Request IDs: a UUID (RFC 9562, version 8) of 48 random bits, 26 random bits of the process, and a counter of 48 bits.

Anyone with the request ID can look up why a call was refused whose token names no known key. So IDs of other calls must not
be guessable. The counter makes IDs unique, and shows the order of the responses of a process.
"""

import itertools
import os
from collections.abc import Callable

AT_ONCE = 256
"""Number of random parts that are drawn at once: one call each would take several times as long as the rest."""


def _draw_parts() -> list[bytes]:
    digits = os.urandom(6 * AT_ONCE).hex().encode()
    return [digits[at : at + 8] + b"-" + digits[at + 8 : at + 12] for at in range(0, len(digits), 12)]


def request_ids() -> Callable[[], bytes]:
    """Make the function that gives the next ID. Worker processes are spawned, so each has its own random part."""
    digits = os.urandom(4).hex()
    variant = "89ab"[int(digits[6], 16) & 3]
    middle = f"-8{digits[:3]}-{variant}{digits[3:6]}-".encode()
    count = itertools.count(int.from_bytes(os.urandom(5))).__next__
    drawn: list[bytes] = []
    draw = drawn.pop  # atomic: no part is used by two threads

    def next_request_id() -> bytes:
        if not drawn:
            drawn.extend(_draw_parts())
        try:
            return b"%b%b%012x" % (draw(), middle, count())
        except IndexError:  # another thread took the last one
            return next_request_id()

    return next_request_id


next_request_id = request_ids()
