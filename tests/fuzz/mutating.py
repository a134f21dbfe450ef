"""Mutated inputs, without a fuzzer: valid ones with changed bits, pieces and numbers."""

import random
from collections.abc import Sequence

ODD = (
    b"",
    b"\x00",
    b"\xff",
    b"\n",
    b"-",
    b".",
    b"=",
    b"0",
    b"[",
    b"{",
    b'"',
    b"\\",
    b"9" * 30,
    b"A" * 300,
    b"\xf0\x9f\x97\xba",
)


def mutate(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Change one of the seeds in a few places, or join two of them."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(data) + 1)
        what = chance.randrange(6)
        if what == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif what == 1:
            data[at:at] = chance.choice(ODD) * chance.choice((1, 1, 3, 40))
        elif what == 2:
            del data[at : at + chance.choice((1, 4, 64))]
        elif what == 3:
            data[at:at] = data[at : at + chance.choice((8, 200))]
        elif what == 4:
            other = chance.choice(seeds)
            data[at:] = other[chance.randrange(len(other) + 1) :]
        elif at < len(data):
            data[at] = chance.randrange(256)
    return bytes(data[:20_000])
