"""Packed records without IDs: any process of an import can make them, and the writing process assigns the IDs.

`setting` and `vicinity` are numbers of the process that made the entry; the writer maps them to its own IDs.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from trigpoint.engines.embedded.index.cells import SIZES, cell_of
from trigpoint.engines.embedded.index.records import MOST_TIE_BREAK, Record, tie_break
from trigpoint.engines.embedded.text.normalize import LONGEST_WORD, is_dense, joined, split, variants

EDGE = 8
"""Longest prefix that is indexed as a term; of a longer prefix the first letters are looked up. A prefix query, which
scans the terms of the index, takes a millisecond in the world gazetteer."""

FEW = 16
"""Array length from which on msgpack needs three bytes instead of one for the length."""

ORDER_SHARE = 0.01
"""Highest share of a retrieval score that comes from `tie_break` alone."""

encode = msgspec.msgpack.Encoder().encode


class Document(NamedTuple):
    """The fields of a record in the text index: see `textindex.make_schema`. `near` lacks the words of its setting."""

    name: str
    near: list[str]
    edge: str
    cell: str
    main: str
    category: str
    country: str
    kind: int
    latitude: float
    longitude: float
    rank: float
    order: float


class Entry(NamedTuple):
    """A packed record without the IDs of its setting, which goes between `head` and `tail`, and vicinity, at the end."""

    ref: int
    head: bytes
    tail: bytes
    setting: int
    vicinity: int
    document: Document
    around: tuple[int, ...]
    """The settings whose words are added to `near`."""

    def packed(self, setting: int, vicinity: int) -> bytes:
        """Return the packed record for the data file; `vicinity` must be 0 if and only if the entry's is."""
        whole = self.head + encode(setting) + self.tail
        return whole + encode(vicinity) if vicinity else whole


class HouseEntry(NamedTuple):
    """An address with a house number, and its lookup keys."""

    ref: int
    number: str
    latitude: float
    longitude: float
    postcode: str | None
    setting: int
    vicinity: int
    keys: list[str]


def make_entry(record: Record, document: Document, around: tuple[int, ...] | None = None) -> Entry:
    """Pack a record. `around` are the settings for `near`, by default the record's own."""
    setting, vicinity = record.setting, record.vicinity
    record.setting, record.vicinity = 0, min(1, vicinity)
    packed = encode(record)
    before = encode((record.kind, record.ref, record.packed_names, record.spelled, record.latitude, record.longitude))
    at = len(before) + (0 if packed[0] & 0xF0 == 0x90 else 2)
    record.setting, record.vicinity = setting, vicinity
    tail = packed[at + 1 : -1] if vicinity else packed[at + 1 :]
    return Entry(record.ref, packed[:at], tail, setting, vicinity, document, around or (setting,))


def make_document(
    record: Record,
    name: list[str],
    near: list[str],
    *,
    main: Sequence[str] | None = None,
    kinds: Sequence[str] = (),
    sizes: Sequence[int] = range(len(SIZES)),
) -> Document:
    """Make the fields for the text index; `name` comes from `name_words`, `sizes` are the sizes of cells to index."""
    return Document(
        name=" ".join(name),
        near=near,
        edge=" ".join(edges_of(name)),
        cell=" ".join([cell_of(record.latitude, record.longitude, size) for size in sizes]),
        main=" ".join(main or ()),
        category=" ".join(kinds),
        country=record.country,
        kind=record.kind,
        latitude=record.latitude,
        longitude=record.longitude,
        rank=0.05 + record.rank,
        order=1 + ORDER_SHARE * tie_break(record.ref) / MOST_TIE_BREAK,
    )


def edges_of(words: Iterable[str], longest: int = EDGE) -> set[str]:
    """Return the prefixes of words that are indexed."""
    edges: set[str] = set()
    for word in words:
        if not is_dense(word):
            edges.update([word[:length] for length in range(1, min(len(word), longest) + 1)])
    return edges


def clean_words(words: Iterable[str]) -> list[str]:
    """Remove duplicates, and words that are too long for a query."""
    return [word for word in dict.fromkeys(words) if len(word) <= LONGEST_WORD * 2]


def name_words(spellings: Iterable[str]) -> list[str]:
    """Return the index words of a record with these names."""
    name: list[str] = []
    for spelling in spellings:
        words = split(spelling)
        name += words + joined(words) + variants(words, spelling)
    return clean_words(name)
