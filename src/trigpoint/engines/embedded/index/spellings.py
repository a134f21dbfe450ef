"""Looking up the terms of the index within an edit distance of a word, by symmetric deletes of their first letters.

If two words are n edits apart, deleting at most n letters from each can make them equal, and the same is true for their
first letters. So each term is stored under its first six letters with none, one or two of them deleted; candidates
that are found there are compared letter by letter. tantivy scans the terms of every segment instead, which takes a
millisecond for each long query word in an index of a million records.

A prefix of a term is found in the same way. If it is shorter than the first six letters of the term, the letters after it
are deleted as well: one edit in a prefix of at least five letters needs at most two deletions, as many as are stored.
"""

import mmap
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

FILE = "spellings"
VERSION = 1
HEADER_BYTES, ALIGNMENT = 1_024, 64
HEAD: Final = 6
"""Number of first letters that are used for the lookup."""

LEAST = {1: 3, 2: HEAD}
"""Lowest length of a word by the number of letters that are deleted."""

LEAST_PREFIX = HEAD - 1
"""Lowest length of a prefix that is looked up."""

MOST_LIKE_PREFIX = 256
"""Highest number of terms with a similar prefix that are listed; a query for more takes longer than a scan."""

MULTIPLIERS = np.frombuffer(blake2b(b"spellings", digest_size=8 * HEAD).digest(), dtype="<u8").astype(np.uint64) | 1
"""Multipliers of a hash function: the highest bits of the sum of the products with the letters choose the bucket."""

Numbers = npt.NDArray[np.uint32]
Wide = npt.NDArray[np.uint64]


class Part(msgspec.Struct, frozen=True):
    """The words of one field: their offset in the file, their number, and the number of their entries.

    There are 2 to the power of `bits` buckets; `letters` is the size of all words in bytes.
    """

    at: int
    words: int
    entries: int
    bits: int
    letters: int


class Header(msgspec.Struct, frozen=True):
    """The header of the file."""

    version: int
    parts: dict[str, Part]


class Layout(NamedTuple):
    """The offsets of the arrays of a part, in bytes from its start, and its end.

    `starts` say where each bucket begins among the `entries`, which are numbers of words. Of each word there are its
    `masks` (see `mask_of`), where it ends in `letters`, which are UTF-8, and its number of letters in `lengths`.
    """

    starts: int
    entries: int
    masks: int
    ends: int
    lengths: int
    letters: int
    end: int


def layout_of(part: Part) -> Layout:
    """Return the offsets of the arrays of a part."""
    buckets, words = 1 << part.bits, part.words
    places = [0]
    for size in (4 * (buckets + 1), 4 * part.entries, 4 * words, 4 * (words + 1), words, part.letters):
        places.append(-(-(places[-1] + size) // ALIGNMENT) * ALIGNMENT)
    return Layout(*places)


@lru_cache(maxsize=32)
def weights_of(length: int, most: int) -> Wide:
    """Return the multipliers of first letters: a row for each choice of at most `most` letters to delete."""
    rows = []
    for less in range(min(most, length - 1) + 1):
        for kept in combinations(range(length), length - less):
            row = np.zeros(length, dtype=np.uint64)
            row[list(kept)] = MULTIPLIERS[: len(kept)]
            rows.append(row)
    return np.array(rows)


def mask_of(word: str) -> int:
    """Return a 32-bit set of the letters of a word; one edit changes at most two bits."""
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) & 31)
    return mask


class Sought(NamedTuple):
    """A word to look up, the highest edit distance, and the values to compare: `sums` choose its buckets.

    With `is_prefix`, a prefix of a term may be the neighbour.
    """

    word: str
    edits: int
    sums: Wide
    mask: np.uint32
    is_prefix: bool = False


def sought(word: str, edits: int, *, is_prefix: bool = False) -> Sought | None:
    """Prepare the lookup of a word; None if it is too short, or if the edit distance is not 1 or 2."""
    if edits not in LEAST or len(word) - edits < LEAST[edits] or (is_prefix and len(word) < LEAST_PREFIX):
        return None
    head = np.array([ord(letter) for letter in word[:HEAD]], dtype=np.uint64)
    return Sought(word, edits, weights_of(len(head), edits) @ head, np.uint32(mask_of(word)), is_prefix)


class Spellings:
    """The spellings file of a finished index, open for reading."""

    def __init__(self, path: Path) -> None:
        """Open a file. Raises OSError, or ValueError if it is damaged."""
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header = msgspec.json.decode(data[:HEADER_BYTES].rstrip(b"\0"), type=Header)
        if header.version != VERSION:
            raise ValueError(f"{path.name} is of version {header.version}; this version reads {VERSION}")
        if any(part.at + layout_of(part).end > len(data) for part in header.parts.values()):
            raise ValueError(f"{path.name} has {len(data)} bytes, which are too few")
        self._fields = {field: _Words(data, part) for field, part in header.parts.items()}

    def nearly(self, field: str, sought: Sought) -> list[str] | None:
        """List the words of a field within an edit distance of a word; None if the field was not written, or for too many words.

        The edit distance is that of `text.normalize.distance`. Raises msgspec.DecodeError if the file is damaged.
        """
        words = self._fields.get(field)
        if words is None:
            return None
        try:
            return words.with_prefix_like(sought) if sought.is_prefix else words.nearly(sought)
        except (IndexError, ValueError) as error:
            raise msgspec.DecodeError(f"{FILE}: {error}") from error


class _Words:
    """The terms of one field."""

    def __init__(self, data: mmap.mmap, part: Part) -> None:
        lies = layout_of(part)

        def numbers(at: int, count: int) -> Numbers:
            return np.frombuffer(data, dtype="<u4", count=count, offset=part.at + at)

        self._starts = numbers(lies.starts, (1 << part.bits) + 1)
        self._entries = numbers(lies.entries, part.entries)
        self._masks = numbers(lies.masks, part.words)
        self._ends = numbers(lies.ends, part.words + 1)
        self._lengths = np.frombuffer(data, dtype=np.uint8, count=part.words, offset=part.at + lies.lengths)
        self._letters = memoryview(data)[part.at + lies.letters : part.at + lies.letters + part.letters]
        self._shift = np.uint64(64 - part.bits)

    def nearly(self, sought: Sought) -> list[str]:
        """Return the terms within an edit distance of a word."""
        word, edits, mask = sought.word, sought.edits, sought.mask
        found = self._entries_of(sought)
        found = found[np.bitwise_count(self._masks[found] ^ mask) <= 2 * edits]
        shortest = np.uint8(max(0, len(word) - edits))
        found = found[(self._lengths[found] - shortest) <= 2 * edits]
        if not found.size:
            return []
        words = map(self._word, sorted(set(found.tolist())))
        return [other for other in words if OSA.distance(word, other, score_cutoff=edits) <= edits]

    def with_prefix_like(self, sought: Sought) -> list[str] | None:
        """Return the terms with a prefix within an edit distance of a word; None for very many."""
        edits, shortest = sought.edits, len(sought.word) - sought.edits
        found = self._entries_of(sought)
        found = found[np.bitwise_count(sought.mask & ~self._masks[found]) <= edits]  # letters that the term lacks
        found = found[self._lengths[found] >= min(shortest, 255)]
        terms = []
        for term in map(self._word, sorted(set(found.tolist()))):
            for length in range(shortest, min(len(sought.word) + edits, len(term)) + 1):
                if OSA.distance(sought.word, term[:length], score_cutoff=edits) <= edits:
                    terms.append(term)
                    break
            if len(terms) > MOST_LIKE_PREFIX:
                return None
        return terms

    def _entries_of(self, sought: Sought) -> Numbers:
        """Return the numbers of the words in the buckets of a word."""
        entries, buckets = self._entries, (sought.sums >> self._shift).astype(np.intp)
        starts, ends = self._starts[buckets].tolist(), self._starts[1:][buckets].tolist()
        return np.concatenate([entries[start:end] for start, end in zip(starts, ends, strict=True)])

    def _word(self, number: int) -> str:
        start, end = self._ends[number : number + 2].tolist()
        return str(self._letters[start:end], "utf-8")


def open_spellings(folder: Path) -> Spellings | None:
    """Open the spellings file of an index; None if there is none. Raises as `Spellings` does."""
    path = folder / FILE
    return Spellings(path) if path.exists() else None
