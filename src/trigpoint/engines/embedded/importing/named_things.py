"""Making entries of named things that are neither streets nor areas: settlements, points of interest, natural features."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from trigpoint.engines.embedded.importing.features import Tags, kind_of, names_of, spellings_of
from trigpoint.engines.embedded.importing.ground import Ground
from trigpoint.engines.embedded.importing.hierarchy import Found, Hierarchy
from trigpoint.engines.embedded.importing.staging import decode_tags, encode
from trigpoint.engines.embedded.importing.surroundings import News
from trigpoint.engines.embedded.index.entries import Entry, clean_words, make_document, make_entry, name_words
from trigpoint.engines.embedded.index.records import Kind, OsmBox, Record, pack_names, spell, tie_break
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.maps.contacts import telephone_of, urls_of
from trigpoint.maps.kinds import kinds_of
from trigpoint.maps.poi_tags import category_of

NamedRow = tuple[int, float, float, float | None, float | None, float | None, float | None, bytes]
"""A named thing as it was read: ref, latitude, longitude, its south, west, north and east if it has an extent, tags."""


class NamedEntry(NamedTuple):
    """The entry of a named thing. `is_on_ground`: it is in the spatial index of points."""

    entry: Entry
    is_on_ground: bool


class NamedThings(NamedTuple):
    """The result of a chunk, and the number of things in it."""

    news: News
    things: list[NamedEntry]
    done: int

    def __reduce__(self) -> tuple[Callable[[bytes], "NamedThings"], tuple[bytes]]:
        """Pickle the result for the first process: msgpack takes a third of the time of pickling every entry."""
        return _unpack, (encode((self.news, self.things, self.done)),)


_decode = msgspec.msgpack.Decoder(tuple[News, list[NamedEntry], int]).decode


def _unpack(packed: bytes) -> NamedThings:
    return NamedThings(*_decode(packed))


@dataclass(frozen=True, slots=True)
class NamedWork:
    """Makes entries of named things, one chunk at a time."""

    hierarchy: Hierarchy
    ground: Ground

    def __call__(self, chunk: list[NamedRow]) -> NamedThings:
        """Make the entries of some things."""
        tags = [decode_tags(row[7]) for row in chunk]
        points = [(row[1], row[2]) for row in chunk]
        settled = self.hierarchy.settle(points, tags)
        kinds = [_kept_as(own) for own in tags]
        asked = [at for at, kept in enumerate(kinds) if kept and kept.kind is Kind.POI and not _street(tags[at])]
        near = dict(zip(asked, self.ground.names_near([points[at] for at in asked]), strict=True))
        things = [
            _entry(row, own, kept, found, _street(own) or near.get(at))
            for at, (row, own, kept, found) in enumerate(zip(chunk, tags, kinds, settled, strict=True))
            if kept is not None
        ]
        return NamedThings(self.hierarchy.take_news(), things, len(chunk))


class _Kept(NamedTuple):
    kind: Kind
    level: int
    rank: float
    category: str | None


def _kept_as(tags: Tags) -> _Kept | None:
    """Return the kind of a thing. A beach is both a natural feature and a POI, and is imported as a POI."""
    kept = kind_of(tags)
    if kept is None:
        return None
    kind, level, rank = kept
    category = category_of(tags) if kind in {Kind.POI, Kind.NATURAL} else None
    return _Kept(kind if category is None else Kind.POI, level, rank, None if category is None else category.value)


def _street(tags: Tags) -> str | None:
    return tags.get("addr:street") or tags.get("addr:place")


def _entry(row: NamedRow, tags: Tags, kept: _Kept, found: Found, street: str | None) -> NamedEntry:
    box: OsmBox | None = None if row[3] is None else (row[3], row[4], row[5], row[6])  # type: ignore[assignment] # all or none
    names = names_of(tags)
    spellings = spellings_of(tags, names)
    postcode = tags.get("addr:postcode") or found.postcode
    record = Record(
        kind=kept.kind,
        ref=row[0],
        packed_names=pack_names(names),
        spelled=spell(map(split, spellings)),
        latitude=row[1],
        longitude=row[2],
        setting=found.setting,
        box=box,
        rank=kept.rank + tie_break(row[0]),
        level=kept.level,
        category=kept.category,
        number=tags.get("addr:housenumber"),
        street=street,
        postcodes=(postcode,) if postcode else (),
        telephone=telephone_of(tags),
        urls=tuple(urls_of(tags)),
        country=found.country,
        vicinity=found.vicinity,
    )
    near = clean_words(word for text in (street, record.number, postcode) if text for word in split(text))
    kinds = kinds_of(tags) if kept.kind is Kind.POI else ()
    document = make_document(record, name_words(spellings), near, kinds=kinds)
    return NamedEntry(make_entry(record, document), kept.kind in {Kind.POI, Kind.NATURAL})
