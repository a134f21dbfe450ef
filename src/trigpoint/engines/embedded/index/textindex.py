"""The text index (tantivy): its fields, and how it is written and opened.

Words are already normalized (see `text.normalize`), so the index's own tokenizer only splits at spaces.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import tantivy

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.index.cells import SIZES
from trigpoint.engines.embedded.index.entries import Document, clean_words, make_document
from trigpoint.engines.embedded.index.records import OsmBox, Record
from trigpoint.engines.embedded.index.spelling_writer import write_spellings
from trigpoint.engines.embedded.index.spellings import FILE, Spellings, sought

TOKENIZER = "spaces"
ORDER = "order"
META, MANAGED = "meta.json", ".managed.json"
"""tantivy's list of the segments of an index, and its list of files that it may delete."""

MISTYPED = ("name", "near")
"""The fields of an extract that are searched with typing errors."""

NO_ROOM = "Set TMPDIR to a folder that this process may write to."
REMOVALS = 5
"""Number of attempts to delete a private folder; a remaining one only has a lock file, and does no harm."""
HEAP_BYTES = 64_000_000
"""Memory that is used before a segment is written. Every query reads every segment, so few are better."""


def make_schema() -> tantivy.Schema:
    """Describe the fields.

    `name`: words of every name, also joined in pairs and in Latin. `near`: words of the surroundings, the street, the
    number and the postal code. `edge`: the first letters of name words. `cell`: its grid cells (see `cells`). `main`: words of the chief name,
    only written where names in many languages would make a search with typing errors slow. `category`: kinds of
    place (`maps.kinds`). `rank`: importance, by which scores can be multiplied. `order`: almost 1, the
    factor where importance does not count, which breaks ties; earlier indexes lack it.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, fast=True)
    for field in ("name", "near", "edge", "main", "category", "country", "cell"):
        builder.add_text_field(field, tokenizer_name=TOKENIZER, index_option="basic")
    builder.add_unsigned_field("kind", indexed=True, fast=True)
    for field in ("lat", "lng", "rank", ORDER):
        builder.add_float_field(field, fast=True)
    return builder.build()


def register(index: tantivy.Index) -> tantivy.Index:
    """Register our tokenizer, which is not stored in the index."""
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(TOKENIZER, analyzer)
    return index


def open_index(folder: Path) -> tantivy.Searcher:
    """Open a finished index for reading. Nothing is written to its folder, which may be read-only or another user's.

    tantivy creates a lock file in the folder of an index. So the index is opened through a temporary folder of links,
    which is deleted once every file is mapped. Raises UnavailableError without a temporary folder, ValueError if the
    index is damaged.
    """
    with _private_folder() as private:
        _link(folder, private)
        (private / META).symlink_to((folder / META).absolute())
        return _open(private)


def open_together(folders: Sequence[Path]) -> tuple[tantivy.Searcher, list[int]]:
    """Open several finished indexes as one. Also returns, for each segment, the number of its folder.

    An index is a list of segments, all of which a query reads. So the list of all segments behaves like one index with
    all data, also for the term frequencies in scores. A segment in two folders, one of which is a copy of the other, is
    used once. Raises as `open_index` does.
    """
    told = [json.loads((folder / META).read_bytes()) for folder in folders]
    least = min(told, key=lambda one: len(one["schema"]))  # fields that only some indexes have are not used
    if any(one["schema"][: len(least["schema"])] != least["schema"] for one in told):
        raise ValueError("the indexes have different fields")
    segments = {
        segment["segment_id"]: (number, segment)
        for number, one in reversed([*enumerate(told)])
        for segment in one["segments"]
    }
    ordered = sorted(segments.values(), key=itemgetter(0))
    with _private_folder() as private:
        for folder in folders:
            _link(folder, private)
        whole = {**least, "segments": [segment for _, segment in ordered], "opstamp": max(map(_opstamp, told))}
        (private / META).write_text(json.dumps(whole))
        return _open(private), [number for number, _ in ordered]


def order_of(folder: Path) -> str | None:
    """Return the field of an index that breaks ties; None if it was written without one."""
    fields = json.loads((folder / META).read_bytes())["schema"]
    return ORDER if any(field["name"] == ORDER for field in fields) else None


def _opstamp(told: Mapping[str, int]) -> int:
    return told["opstamp"]


def _link(folder: Path, private: Path) -> None:
    for file in folder.iterdir():
        if file.suffix != ".lock" and file.name not in {META, MANAGED}:
            with suppress(FileExistsError):  # a copy of another
                (private / file.name).symlink_to(file.absolute())


def _open(folder: Path) -> tantivy.Searcher:
    index = register(tantivy.Index.open(str(folder)))
    index.config_reader(reload_policy="manual")
    index.reload()
    return index.searcher()


@contextmanager
def _private_folder() -> Iterator[Path]:
    """Yield a temporary folder. Deleting it is retried, as a thread of tantivy may still create its lock file there."""
    try:
        made = Path(tempfile.mkdtemp(prefix="trigpoint-index-"))
    except OSError as error:
        raise UnavailableError(f"There is no temporary folder for opening the text index. {NO_ROOM}") from error
    try:
        yield made
    finally:
        for _ in range(REMOVALS):
            shutil.rmtree(made, ignore_errors=True)
            if not made.exists():
                break


Hit = tuple[float, int]
"""A score, and the ID of a record."""


class TextIndex:
    """A finished index, open for reading. `searcher` gives its term statistics; `order` is the field of `order_of`.

    `spellings` is its spellings file, if there is one.
    """

    def __init__(self, searcher: tantivy.Searcher, order: str | None, spellings: Spellings | None = None) -> None:
        self.searcher = searcher
        self.order = order
        self.spellings = spellings

    def nearly(self, field: str, word: str, edits: int, *, is_prefix: bool = False) -> list[str] | None:
        """Return the terms of a field within an edit distance of a word, or with such a prefix; None if that would need a scan of all terms."""
        asked = sought(word, edits, is_prefix=is_prefix)
        return self.spellings.nearly(field, asked) if asked is not None and self.spellings is not None else None

    def find(
        self,
        query: tantivy.Query,
        *,
        count: int,
        weight: str | None = None,
        box: OsmBox | None = None,  # noqa: ARG002 (an index of several parts chooses by it)
    ) -> list[Hit]:
        """List the records that a query finds with their scores, the best first; scores are multiplied by the field `weight`.

        With a `box`, the query must match nothing outside of it, and no score may depend on term frequencies; so other
        regions need not be searched.
        """
        return search(self.searcher, query, count, weight)

    def look_up(
        self,
        query: tantivy.Query,
        *,
        count: int,
        weight: str | None = None,
        box: OsmBox | None = None,  # noqa: ARG002 (as for `find`)
    ) -> list[int]:
        """List the IDs of the records that a query finds, the best first; see `find`."""
        hits = self.searcher.search(query, limit=count, count=False, weight_by_field=weight).hits
        if not hits:
            return []
        _, addresses = zip(*hits, strict=True)
        return [int(one or 0) for one in self.searcher.fast_field_values("id", list(addresses))]


def search(
    searcher: tantivy.Searcher, query: tantivy.Query, count: int, weight: str | None, bases: Sequence[int] = ()
) -> list[Hit]:
    """Search an index; `bases` are the offsets of record IDs by segment, by default 0."""
    found = searcher.search(query, limit=count, count=False, weight_by_field=weight).hits
    values = searcher.fast_field_values("id", [address for _, address in found])
    if not bases:
        return [(score, int(value or 0)) for (score, _), value in zip(found, values, strict=True)]
    return [
        (score, bases[address.segment_ord] | int(value or 0))
        for (score, address), value in zip(found, values, strict=True)
    ]


class TextWriter:
    """Writes a new index; `mistyped` are the fields that are searched with typing errors."""

    def __init__(
        self,
        folder: Path,
        *,
        sizes: Sequence[int] = range(len(SIZES)),
        heap_bytes: int = HEAP_BYTES,
        mistyped: Sequence[str] = MISTYPED,
    ) -> None:
        folder.mkdir(parents=True)
        self.sizes = sizes
        self._schema = make_schema()
        self._index = register(tantivy.Index(self._schema, path=str(folder)))
        self._writer = self._index.writer(heap_size=heap_bytes, num_threads=1)
        self._folder = folder
        self._mistyped = mistyped
        self._initials: set[str] = set()

    def add(self, record_id: int, document: Document, near: str) -> None:
        """Index one record; `near` are all words of its surroundings."""
        found = tantivy.Document()
        found.add_unsigned("id", record_id)
        found.add_text("name", document.name)
        if near:
            found.add_text("near", near)
        found.add_text("edge", document.edge)
        found.add_text("cell", document.cell)
        if document.main:
            found.add_text("main", document.main)
        found.add_unsigned("kind", document.kind)
        found.add_float("lat", document.latitude)
        found.add_float("lng", document.longitude)
        found.add_float("rank", document.rank)
        found.add_float(ORDER, document.order)
        if document.category:
            found.add_text("category", document.category)
        if document.country:
            found.add_text("country", document.country)
        self._writer.add_document(found)
        self._initials.update([word[0] for word in document.name.split()])

    def finish(self) -> None:
        """Commit, wait until the index is complete, and write the spellings file."""
        write_words(self.commit())

    def commit(self) -> "Words":
        """Commit, and wait until the index is complete. `write_words` must follow, in any process."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        return Words(self._folder, sorted(self._initials), tuple(self._mistyped))

    def abandon(self) -> None:
        """Abandon an unfinished index: nothing more is written to its folder."""
        with suppress(ValueError):  # without memory for its threads; what went wrong is raised by the caller
            self._writer.rollback()
            self._writer.wait_merging_threads()


class Words(NamedTuple):
    """The words of a complete index for its spellings file: its folder, the first letters of all names, and the fields."""

    folder: Path
    initials: list[str]
    fields: tuple[str, ...]

    def of(self, searcher: tantivy.Searcher, field: str) -> Iterator[str]:
        """Yield the terms of a field; of names, which are many, those with the same first letter are in memory at once."""
        for initial in self.initials if field == "name" else [""]:
            yield from [word for word, _ in searcher.terms_with_prefix(field, initial)]


def write_words(words: Words) -> None:
    """Write the spellings file of an index."""
    searcher = _open(words.folder)
    write_spellings(words.folder / FILE, {field: words.of(searcher, field) for field in words.fields})


def index_record(
    text: TextWriter,
    record_id: int,
    record: Record,
    name: list[str],
    near: list[str],
    *,
    main: Sequence[str] | None = None,
    kinds: Sequence[str] = (),
) -> None:
    """Index a record by the words of its names (`name_words`), those of its surroundings, and its kinds of place."""
    document = make_document(record, name, clean_words(near), main=main, kinds=kinds, sizes=text.sizes)
    text.add(record_id, document, " ".join(document.near))
