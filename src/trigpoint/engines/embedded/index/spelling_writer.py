"""Writing the file of spellings, after the text index was finished: see `spellings`."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt

from trigpoint.engines.embedded.index.room import take_room
from trigpoint.engines.embedded.index.spellings import (
    HEAD,
    HEADER_BYTES,
    LEAST,
    VERSION,
    Header,
    Part,
    layout_of,
    weights_of,
)

AT_ONCE = 16_384
"""Number of words that are processed at once."""

IN_A_BUCKET = 4
"""Lowest average number of entries per bucket."""

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]


def write_spellings(path: Path, fields: Mapping[str, Iterable[str]]) -> None:
    """Write the file. Each field's iterable must yield all of its terms once, in the same order every time."""
    parts: dict[str, Part] = {}
    with path.open("w+b") as file:
        file.write(bytes(HEADER_BYTES))
        for field, words in fields.items():
            parts[field] = _Field(words).write(file, path)
        file.seek(0)
        file.write(msgspec.json.encode(Header(VERSION, parts)))


class _Field:
    """The terms of a field as arrays: `heads` are their first code points, padded with 0; `letters` is UTF-8."""

    def __init__(self, words: Iterable[str]) -> None:
        chunks = list(_chunks(word for word in words if len(word) >= LEAST[1]))
        self._heads: Codes = np.concatenate([np.empty((0, HEAD), np.uint32), *[chunk[0] for chunk in chunks]])
        self._masks: Codes = np.concatenate([np.empty(0, np.uint32), *[chunk[1] for chunk in chunks]])
        self._lengths = np.concatenate([np.empty(0, np.uint8), *[chunk[2] for chunk in chunks]])
        self._sizes = np.concatenate([np.empty(0, np.uint32), *[chunk[3] for chunk in chunks]])
        self._letters = b"".join([chunk[4] for chunk in chunks])

    def write(self, file: BinaryIO, path: Path) -> Part:
        """Append the field to the file; return its header."""
        entries = sum(len(numbers) * len(weights) for _, weights, numbers in self._groups())
        bits = max(1, (entries // IN_A_BUCKET).bit_length() - 1)
        part = Part(file.seek(0, 2), len(self._masks), entries, bits, len(self._letters))
        lies = layout_of(part)
        take_room(file, part.at + lies.end)
        starts = self._starts(bits)
        ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(self._sizes, dtype=np.int64)])
        for at, column in (
            (lies.starts, starts.astype("<u4")),
            (lies.masks, self._masks.astype("<u4")),
            (lies.ends, ends.astype("<u4")),
            (lies.lengths, self._lengths),
        ):
            file.seek(part.at + at)
            file.write(column.tobytes())
        file.seek(part.at + lies.letters)
        file.write(self._letters)
        file.flush()
        if entries:
            target = np.memmap(path, dtype="<u4", mode="r+", offset=part.at + lies.entries, shape=(entries,))
            self._place(target, starts, bits)
            target.flush()
        return part

    def _groups(self) -> Iterator[tuple[int, npt.NDArray[np.uint64], Integers]]:
        """Yield groups of words by how many letters may be deleted: that number, the weights, and the indices of the words."""
        for length in range(LEAST[1], HEAD + 1):
            numbers = np.flatnonzero(np.minimum(self._lengths, HEAD) == length)
            yield length, weights_of(length, 2 if length >= LEAST[2] else 1), numbers

    def _buckets(self, bits: int) -> Iterator[tuple[Integers, Integers]]:
        """Yield all entries in batches: their buckets and their words."""
        for length, weights, all_numbers in self._groups():
            for first in range(0, len(all_numbers), AT_ONCE):
                numbers = all_numbers[first : first + AT_ONCE]
                sums = self._heads[numbers, :length].astype(np.uint64) @ weights.T
                buckets = (sums >> np.uint64(64 - bits)).astype(np.int64)
                yield buckets.ravel(), np.repeat(numbers, len(weights))

    def _starts(self, bits: int) -> Integers:
        counts = np.zeros((1 << bits) + 1, dtype=np.int64)
        for buckets, _ in self._buckets(bits):
            counts[1:] += np.bincount(buckets, minlength=1 << bits)
        return np.cumsum(counts)

    def _place(self, target: npt.NDArray[np.uint32], starts: Integers, bits: int) -> None:
        """Write each word into its buckets."""
        following = starts[:-1].copy()
        for buckets, numbers in self._buckets(bits):
            order = np.argsort(buckets, kind="stable")
            ordered = buckets[order]
            first = np.flatnonzero(np.diff(ordered, prepend=-1))
            runs = np.diff(first, append=len(ordered))
            within = np.arange(len(ordered)) - np.repeat(first, runs)
            target[following[ordered] + within] = numbers[order]
            following[ordered[first]] += runs


def _chunks(words: Iterator[str]) -> Iterator[tuple[Codes, Codes, npt.NDArray[np.uint8], Codes, bytes]]:
    """Yield words as arrays, in batches: their first letters, masks, lengths, sizes in bytes, and all their letters."""
    while some := list(islice(words, AT_ONCE)):
        lengths = np.array([len(word) for word in some])
        codes = np.array(some).view(np.uint32).reshape(len(some), -1)
        heads = np.zeros((len(some), HEAD), dtype=np.uint32)
        heads[:, : min(HEAD, codes.shape[1])] = codes[:, :HEAD]
        marks = np.where(codes, np.uint32(1) << (codes & 31), 0).astype(np.uint32)
        encoded = [word.encode() for word in some]
        yield (
            heads,
            np.bitwise_or.reduce(marks, axis=1),
            np.minimum(lengths, 255).astype(np.uint8),
            np.array([len(one) for one in encoded], dtype=np.uint32),
            b"".join(encoded),
        )
