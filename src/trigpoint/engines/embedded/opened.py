"""One generation, open for reading: its data file and its index of words."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import tantivy

from trigpoint.engines.embedded.datafile import DataFile
from trigpoint.engines.embedded.generations import DATA, TEXT, About, read_about
from trigpoint.engines.embedded.records import Kind, Level, Record
from trigpoint.engines.embedded.textindex import make_schema, open_index
from trigpoint.engines.embedded.words import allowed_edits, begins, distance, letters_of, may_be_alike
from trigpoint.maps.places import Completion


@dataclass(slots=True, eq=False)
class Opened:
    """What one thread reads from. `total` is the number of records that can be found by words.

    `rows`, `candidates` and `completed` remember, for as long as the generation is in service, what completions asked before.
    """

    folder: Path
    about: About
    data: DataFile
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    total: int
    country_records: dict[str, Record]
    country_phrases: dict[tuple[str, ...], str]
    is_nearly_near: Callable[[str, int], bool]
    is_begun_near: Callable[[str, int], bool]
    rows: dict[tuple[int, int, str], Completion] = field(default_factory=dict)
    candidates: dict[Hashable, list[int]] = field(default_factory=dict)
    completed: dict[Hashable, tuple[Completion, ...]] = field(default_factory=dict)

    def close(self) -> None:
        """Let go of the files."""
        self.data.close()


def open_generation(folder: Path) -> Opened:
    """Open a generation that is whole."""
    data = DataFile(folder / DATA)
    searcher = open_index(folder / TEXT).searcher()
    countries = _countries(data, searcher)
    return Opened(
        folder=folder,
        about=read_about(folder),
        data=data,
        searcher=searcher,
        schema=make_schema(),
        total=max(1, searcher.num_docs),
        country_records=countries,
        country_phrases={tuple(form): code for code, record in countries.items() for form in record.forms},
        is_nearly_near=lru_cache(maxsize=50_000)(_nearly_near(data)),
        is_begun_near=lru_cache(maxsize=50_000)(lambda word, setting: begins(word, data.setting_words(setting))),
    )


def _countries(data: DataFile, searcher: tantivy.Searcher) -> dict[str, Record]:
    """Read the countries that the data holds, by code."""
    schema = make_schema()
    query = tantivy.Query.range_query(schema, "kind", tantivy.FieldType.Unsigned, int(Kind.AREA), int(Kind.AREA))
    found = searcher.search(query, limit=400, weight_by_field="rank", count=False).hits
    ids = searcher.fast_field_values("id", [address for _, address in found])
    records = [data.record(int(record_id or 0)) for record_id in ids]
    return {record.country: record for record in reversed(records) if record.level == Level.COUNTRY and record.country}


def _nearly_near(data: DataFile) -> Callable[[str, int], bool]:
    """Make the test whether a word, with typing errors, is one of the surroundings' words."""

    def test(word: str, setting: int) -> bool:
        edits = allowed_edits(word)
        if not edits:
            return False
        letters = letters_of(word)
        return any(
            may_be_alike(letters, others, edits) and distance(word, other) <= edits
            for other, others in data.setting_letters(setting)
        )

    return test
