"""Records ready to be written but for their numbers: made by any process of an import, numbered by the one that writes.

`setting` and `vicinity` are numbers of the process that made the entry; the writer knows which of its own they are.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from trigpoint.engines.embedded.index.cells import SIZES, cell_of
from trigpoint.engines.embedded.index.records import MOST_TIE_BREAK, Record, tie_break
from trigpoint.engines.embedded.text.normalize import LONGEST_WORD, is_dense, joined, split, variants

EDGE = 8
"""Prefixes up to this length are indexed as words; of a longer one the first letters are looked up. Looking a prefix up
by walking the index's words takes a millisecond in the whole world, whatever it matches."""

FEW = 16
"""msgpack writes the length of an array of fewer members in one byte, of more in three."""

ORDER_SHARE = 0.01
"""By how much of its score a thing may be ahead of another by its `tie_break` alone, when candidates are chosen."""

encode = msgspec.msgpack.Encoder().encode


class Document(NamedTuple):
    """What the index of words is told of a record: see `textindex.make_schema`. `near` lacks the words of its surroundings."""

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
    """A record, packed, but for its setting, which belongs between `head` and `tail`, and its vicinity, which ends it."""

    ref: int
    head: bytes
    tail: bytes
    setting: int
    vicinity: int
    document: Document
    around: tuple[int, ...]
    """The settings whose words are the words around it."""

    def packed(self, setting: int, vicinity: int) -> bytes:
        """Give the record as the data file holds it; `vicinity` is 0 exactly if the entry's is."""
        whole = self.head + encode(setting) + self.tail
        return whole + encode(vicinity) if vicinity else whole


class HouseEntry(NamedTuple):
    """A numbered address, with the keys of its number."""

    ref: int
    number: str
    latitude: float
    longitude: float
    postcode: str | None
    setting: int
    vicinity: int
    keys: list[str]


def make_entry(record: Record, document: Document, around: tuple[int, ...] | None = None) -> Entry:
    """Pack a record; what lies around it is its setting, unless told otherwise."""
    setting, vicinity = record.setting, record.vicinity
    record.setting, record.vicinity = 0, min(1, vicinity)
    packed = encode(record)
    before = encode((record.kind, record.ref, record.names, record.spelled, record.latitude, record.longitude))
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
    """Put together what the index of words is told; `name` is `name_words`, `sizes` are those of its cells."""
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
    """Give the first letters of words, as many as are indexed."""
    edges: set[str] = set()
    for word in words:
        if not is_dense(word):
            edges.update([word[:length] for length in range(1, min(len(word), longest) + 1)])
    return edges


def clean_words(words: Iterable[str]) -> list[str]:
    """Drop doubles and what is too long to be asked."""
    return [word for word in dict.fromkeys(words) if len(word) <= LONGEST_WORD * 2]


def name_words(spellings: Iterable[str]) -> list[str]:
    """List the words under which something of these names is looked up."""
    name: list[str] = []
    for spelling in spellings:
        words = split(spelling)
        name += words + joined(words) + variants(words, spelling)
    return clean_words(name)
