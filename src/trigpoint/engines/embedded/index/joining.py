"""Joining several open generations, so that queries are answered as from one index with all of their data."""

from collections.abc import Sequence

import tantivy

from trigpoint.engines.embedded.index.datafile import DataFile
from trigpoint.engines.embedded.index.generation import TEXT, About
from trigpoint.engines.embedded.index.joined_data import JoinedData
from trigpoint.engines.embedded.index.reader import IndexReader, make_reader
from trigpoint.engines.embedded.index.records import OsmBox
from trigpoint.engines.embedded.index.spellings import sought
from trigpoint.engines.embedded.index.textindex import Hit, TextIndex, open_together, search
from trigpoint.engines.embedded.index.twins import SHIFT, Part, Shared


class JoinedIndex(TextIndex):
    """The text indexes of several parts as one; `bases` are the offsets of record IDs, by segment."""

    def __init__(
        self, whole: tantivy.Searcher, bases: Sequence[int], alone: Sequence[TextIndex], data: JoinedData
    ) -> None:
        super().__init__(whole, min((one.order for one in alone), key=bool))
        self._bases = bases
        told = [one.spellings for one in alone if one.spellings is not None]
        self._told = told if len(told) == len(alone) else []
        self._alone = [one.searcher for one in alone]
        self._data = data

    def nearly(self, field: str, word: str, edits: int, *, is_prefix: bool = False) -> list[str] | None:
        """Return the terms of all parts within an edit distance of a word, or with such a prefix; None if a part cannot look them up."""
        asked = sought(word, edits, is_prefix=is_prefix)
        if asked is None or not self._told:
            return None
        found: set[str] = set()
        for spellings in self._told:
            words = spellings.nearly(field, asked)
            if words is None:
                return None
            found.update(words)
        return sorted(found)

    def find(
        self, query: tantivy.Query, *, count: int, weight: str | None = None, box: OsmBox | None = None
    ) -> list[Hit]:
        """List the records that a query finds with their scores, the best first, each thing once; see `TextIndex`."""
        parts = self._data.meeting(box) if box is not None else None
        wanted = count
        while True:
            if parts is None or len(parts) == len(self._alone):
                hits = search(self.searcher, query, wanted, weight, self._bases)
            else:
                hits = self._search_parts(parts, query, wanted, weight)
            found: dict[int, float] = {}
            for score, one in hits:
                found.setdefault(self._data.choose(one), score)
            if len(found) >= count or len(hits) < wanted:
                return [(score, one) for one, score in found.items()][:count]
            wanted *= 2  # some results were copies of one object

    def look_up(
        self, query: tantivy.Query, *, count: int, weight: str | None = None, box: OsmBox | None = None
    ) -> list[int]:
        """List the IDs of the records that `find` finds."""
        return [one for _, one in self.find(query, count=count, weight=weight, box=box)]

    def _search_parts(self, parts: Sequence[int], query: tantivy.Query, count: int, weight: str | None) -> list[Hit]:
        hits = [
            (score, part << SHIFT | one)
            for part in parts
            for score, one in search(self._alone[part], query, count, weight)
        ]
        return sorted(hits, key=lambda hit: -hit[0])[:count] if len(parts) > 1 else hits


def join(readers: Sequence[IndexReader], shared: Shared) -> IndexReader:
    """Join the readers of several generations; `shared` caches which records they share.

    The caller closes them. Raises OSError or ValueError if one of them was deleted meanwhile.
    """
    parts = [part_of(reader) for reader in readers]
    data = JoinedData(parts, shared.find_twins(parts))
    whole, numbers = open_together([reader.folder / TEXT for reader in readers])
    index = JoinedIndex(whole, [number << SHIFT for number in numbers], [one.index for one in readers], data)
    return make_reader(readers[0].folder, _about(readers, data), data, index)


def part_of(reader: IndexReader) -> Part:
    """Return the reader of a single generation as a part."""
    if not isinstance(reader.data, DataFile):
        raise TypeError("only generations are joined, not what has been joined")
    as_of = max((file.timestamp for file in reader.about.files if file.timestamp), default="")
    return Part(reader.folder, reader.data, reader.about.box or reader.data.extent(), as_of)


def _about(readers: Sequence[IndexReader], data: JoinedData) -> About:
    """Return the facts of the joined generations; numbers of records are in the parts' facts."""
    abouts = [reader.about for reader in readers]
    return About(
        made_at=max(about.made_at for about in abouts),
        seconds=sum(about.seconds for about in abouts),
        bytes=sum(about.bytes for about in abouts),
        counts={},
        files=[file for about in abouts for file in about.files],
        box=data.extent(),
    )
