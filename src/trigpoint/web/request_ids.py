"""The id of a request: a UUID (RFC 9562, version 8) of 48 random bits, 26 more for the process, and a counter of 48 bits.

By its id, members of a team find why a call was refused whose token named no key of anybody's: so nobody may guess the id of
somebody else's call. The counter keeps ids apart, and shows the order of one process's answers.
"""

import itertools
import os
from collections.abc import Callable

AT_ONCE = 256
"""How many random parts are drawn at once: one by one, that would cost several times the rest."""


def _draw_parts() -> list[bytes]:
    digits = os.urandom(6 * AT_ONCE).hex().encode()
    return [digits[at : at + 8] + b"-" + digits[at + 8 : at + 12] for at in range(0, len(digits), 12)]


def request_ids() -> Callable[[], bytes]:
    """Make the function that gives the next id. A worker process is spawned, so that each has its own random part."""
    digits = os.urandom(4).hex()
    variant = "89ab"[int(digits[6], 16) & 3]
    middle = f"-8{digits[:3]}-{variant}{digits[3:6]}-".encode()
    count = itertools.count(int.from_bytes(os.urandom(5))).__next__
    drawn: list[bytes] = []
    draw = drawn.pop  # in one step, whatever the other threads do: no part is given twice

    def next_request_id() -> bytes:
        if not drawn:
            drawn.extend(_draw_parts())
        try:
            return b"%b%b%012x" % (draw(), middle, count())
        except IndexError:  # another thread took the last one
            return next_request_id()

    return next_request_id


next_request_id = request_ids()
