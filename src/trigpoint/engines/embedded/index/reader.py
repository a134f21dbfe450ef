"""The index reader: an open generation, with its data file and its text index."""

import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
import tantivy

from trigpoint.base.errors import UnavailableError, shorten
from trigpoint.base.geo import Point
from trigpoint.engines.embedded.index.datafile import DataFile
from trigpoint.engines.embedded.index.generation import DATA, TEXT, About, damaged, read_whole
from trigpoint.engines.embedded.index.memory import Memory
from trigpoint.engines.embedded.index.place_data import PlaceData
from trigpoint.engines.embedded.index.records import Kind, Level, Record
from trigpoint.engines.embedded.index.spellings import open_spellings
from trigpoint.engines.embedded.index.textindex import Hit, TextIndex, make_schema, open_index, order_of
from trigpoint.engines.embedded.text.normalize import is_nearly_one_of, is_prefix_of_any
from trigpoint.engines.generations import not_readable
from trigpoint.maps.addresses import ChosenNames
from trigpoint.maps.places import Completion

MOST_ROWS, MOST_LOOKED_UP, MOST_AROUND, MOST_ANSWERS = 8_192, 4_096, 1_024, 2_048
MOST_COUNTED, MOST_MISTYPED, MOST_FOCUSED = 16_384, 4_096, 16
"""Sizes of the caches: rows, candidate lists, cells around points, completions, frequencies of words, similar terms and
queries for words, and focus points."""


class Sought(NamedTuple):
    """The queries for a word: in names, in surroundings, and in either; empty or None if no record matches.

    `at_most` is an upper limit of the number of matching records, and `named_at_most` of those that match by name.
    """

    name: tuple[tantivy.Query, ...]
    near: tuple[tantivy.Query, ...]
    either: tantivy.Query | None
    at_most: int
    named_at_most: int


class Nearly(Protocol):
    """Looks up terms as `TextIndex.nearly` does, from a cache if possible."""

    def __call__(self, field: str, word: str, edits: int, *, is_prefix: bool = False) -> list[str] | None: ...


@dataclass(slots=True, eq=False)
class IndexReader:
    """An open generation, or several as one (`joining`), for use by one thread. `name` is that of its folder.

    `total` is the number of records in the text index. `frequency` returns the number of records with a word in a field,
    and `nearly` the terms of a field within an edit distance of a word, if they can be looked up without a scan.
    `first_of_countries` are the first words of the `country_phrases`. `rows`, `candidate_ids`, `anywhere`, `completed`,
    `kinds` and `around` are caches for autocomplete, which live as long as the generation is in service; `nearness` caches
    the distance bonuses of records by focus point, `areas` the names of areas in addresses, and `sought` the queries for words.
    """

    folder: Path
    name: str
    about: About
    data: PlaceData
    index: TextIndex
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    total: int
    frequency: Callable[[str, str], int]
    nearly: Nearly
    country_records: dict[str, Record]
    country_phrases: dict[tuple[str, ...], str]
    first_of_countries: frozenset[str]
    is_nearly_near: Callable[[str, int], bool]
    is_prefix_near: Callable[[str, int], bool]
    rows: Memory[tuple[int, int, str], Completion] = field(default_factory=lambda: Memory(MOST_ROWS))
    candidate_ids: Memory[Hashable, list[int]] = field(default_factory=lambda: Memory(MOST_LOOKED_UP))
    anywhere: Memory[Hashable, list[Hit]] = field(default_factory=lambda: Memory(MOST_LOOKED_UP))
    completed: Memory[Hashable, tuple[Completion, ...]] = field(default_factory=lambda: Memory(MOST_ANSWERS))
    kinds: Memory[Hashable, Point | None] = field(default_factory=lambda: Memory(MOST_ROWS))
    nearness: Memory[Hashable, dict[int, float]] = field(default_factory=lambda: Memory(MOST_FOCUSED))
    areas: Memory[Hashable, ChosenNames] = field(default_factory=lambda: Memory(MOST_ROWS))
    around: Memory[Hashable, tantivy.Query] = field(default_factory=lambda: Memory(MOST_AROUND))
    sought: Memory[Hashable, Sought] = field(default_factory=lambda: Memory(MOST_MISTYPED))

    def close(self) -> None:
        """Close the files."""
        self.data.close()


def open_generation(folder: Path) -> IndexReader:
    """Open a generation. Raises UnavailableError, which says what to do, if it has another format or is damaged."""
    about = read_whole(folder)
    with damage_told(folder, OSError, ValueError, LookupError, TypeError, about=about):
        data = DataFile(folder / DATA)
        try:
            return _open(folder, about, data)
        except BaseException:
            data.close()
            raise


@contextmanager
def damage_told(folder: Path, *kinds: type[Exception], about: About | None = None) -> Iterator[None]:
    """Turn errors from reading a damaged file into UnavailableError: those of SQLite, of decoding, and of `kinds`.

    tantivy panics on some damage; a panic is no Exception, and its class cannot be imported.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, PermissionError):
            raise UnavailableError(not_readable(folder)) from error
        known = isinstance(error, (sqlite3.DatabaseError, msgspec.DecodeError, *kinds))
        if not known and type(error).__name__ != "PanicException":
            raise
        raise UnavailableError(damaged(folder, _first_line(error), about=about)) from error


def _first_line(error: BaseException) -> str:
    return shorten(str(error).partition("\n")[0] or type(error).__name__, limit=160)


def _open(folder: Path, about: About, data: DataFile) -> IndexReader:
    text = folder / TEXT
    return make_reader(folder, about, data, TextIndex(open_index(text), order_of(text), open_spellings(text)))


def make_reader(folder: Path, about: About, data: PlaceData, index: TextIndex) -> IndexReader:
    """Make a reader from its data and index."""
    countries = _countries(data, index)
    phrases = {tuple(form): code for code, record in countries.items() for form in record.forms}
    return IndexReader(
        folder=folder,
        name=folder.name,
        about=about,
        data=data,
        index=index,
        searcher=index.searcher,
        schema=make_schema(),
        total=max(1, index.searcher.num_docs),
        frequency=lru_cache(maxsize=MOST_COUNTED)(index.searcher.doc_freq),
        nearly=lru_cache(maxsize=MOST_MISTYPED)(index.nearly),
        country_records=countries,
        country_phrases=phrases,
        first_of_countries=frozenset(phrase[0] for phrase in phrases if phrase),
        is_nearly_near=lru_cache(maxsize=50_000)(
            lambda word, setting: is_nearly_one_of(word, data.setting_words(setting))
        ),
        is_prefix_near=lru_cache(maxsize=50_000)(
            lambda word, setting: is_prefix_of_any(word, data.setting_words(setting))
        ),
    )


def _countries(data: PlaceData, index: TextIndex) -> dict[str, Record]:
    """Read the records of countries in the data, by code."""
    kinds = int(Kind.AREA), int(Kind.AREA)
    query = tantivy.Query.range_query(make_schema(), "kind", tantivy.FieldType.Unsigned, *kinds)
    records = [data.record(record_id) for record_id in index.look_up(query, count=400, weight="rank")]
    return {record.country: record for record in reversed(records) if record.level == Level.COUNTRY and record.country}
