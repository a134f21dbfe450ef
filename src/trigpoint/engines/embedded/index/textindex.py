"""The index of words: which records a text may mean. Its fields, how it is written, and how it is opened.

Words arrive ready made (see `words`), so the index itself only splits at spaces.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.index.cells import SIZES, cell_of
from trigpoint.engines.embedded.index.records import Record
from trigpoint.engines.embedded.text.normalize import LONGEST_WORD, is_dense, joined, split, variants

TOKENIZER = "spaces"
EDGE = 8
"""Prefixes up to this length are indexed as words; of a longer one the first letters are looked up. Looking a prefix up
by walking the index's words takes a millisecond in the whole world, whatever it matches."""

NO_ROOM = "Set TMPDIR to a folder that this process may write to."
REMOVALS = 5
"""How often a private folder is tried to be removed; what is left is empty but for a lock, and harms nobody."""
HEAP_BYTES = 64_000_000
"""How much is held in memory before it is written as a segment; a question looks into each segment."""


def make_schema() -> tantivy.Schema:
    """Describe the fields.

    `name`: words of every name, also joined in pairs and in Latin. `near`: words of the surroundings, the street, the
    number and the postal code. `edge`: the first letters of name words. `cell`: where it lies (see `cells`). `main`: words of the chief name,
    written only where the names of many languages would make typing errors slow to allow for. `category`: kinds of
    place (`maps.kinds`). `rank`: importance, to weight by.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True, fast=True)
    for field in ("name", "near", "edge", "main", "category", "country", "cell"):
        builder.add_text_field(field, tokenizer_name=TOKENIZER, index_option="basic")
    builder.add_unsigned_field("kind", indexed=True, fast=True)
    for field in ("lat", "lng", "rank"):
        builder.add_float_field(field, fast=True)
    return builder.build()


def register(index: tantivy.Index) -> tantivy.Index:
    """Tell an index of our tokenizer, which its file does not remember."""
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(TOKENIZER, analyzer)
    return index


def open_index(folder: Path) -> tantivy.Searcher:
    """Open a finished index for reading; nothing is written into its folder, which may be read-only or another user's.

    tantivy makes a lock file where it opens an index: so it does that in a private folder of links, which is not needed
    any more once every file is mapped. Raises UnavailableError without a temporary folder, ValueError if it is damaged.
    """
    with _private_folder() as private:
        for file in folder.iterdir():
            if file.suffix != ".lock":
                (private / file.name).symlink_to(file.absolute())
        index = register(tantivy.Index.open(str(private)))
        index.config_reader(reload_policy="manual")
        index.reload()
        return index.searcher()


@contextmanager
def _private_folder() -> Iterator[Path]:
    """Give a temporary folder. A thread of tantivy may still make its lock there while it is removed: then once more."""
    try:
        made = Path(tempfile.mkdtemp(prefix="trigpoint-index-"))
    except OSError as error:
        raise UnavailableError(f"There is no temporary folder to open the index of words in. {NO_ROOM}") from error
    try:
        yield made
    finally:
        for _ in range(REMOVALS):
            shutil.rmtree(made, ignore_errors=True)
            if not made.exists():
                break


class TextWriter:
    """Writes a new index."""

    def __init__(self, folder: Path, *, sizes: Sequence[int] = range(len(SIZES)), heap_bytes: int = HEAP_BYTES) -> None:
        folder.mkdir(parents=True)
        self._sizes = sizes
        self._schema = make_schema()
        self._index = register(tantivy.Index(self._schema, path=str(folder)))
        self._writer = self._index.writer(heap_size=heap_bytes, num_threads=1)

    def add(
        self,
        record_id: int,
        record: Record,
        *,
        name: list[str],
        near: list[str],
        main: Sequence[str] | None = None,
        kinds: Sequence[str] = (),
    ) -> None:
        """Index one record under its words."""
        document = tantivy.Document()
        document.add_unsigned("id", record_id)
        document.add_text("name", " ".join(name))
        if near:
            document.add_text("near", " ".join(near))
        edges = edges_of(name)
        document.add_text("edge", " ".join(edges))
        cells = (cell_of(record.latitude, record.longitude, size) for size in self._sizes)
        document.add_text("cell", " ".join(cells))
        if main:
            document.add_text("main", " ".join(main))
        document.add_unsigned("kind", record.kind)
        document.add_float("lat", record.latitude)
        document.add_float("lng", record.longitude)
        document.add_float("rank", 0.05 + record.rank)
        if kinds:
            document.add_text("category", " ".join(kinds))
        if record.country:
            document.add_text("country", record.country)
        self._writer.add_document(document)

    def finish(self) -> None:
        """Write the rest, and wait until the index is whole."""
        self._writer.commit()
        self._writer.wait_merging_threads()


def edges_of(words: Iterable[str], longest: int = EDGE) -> set[str]:
    """Give the first letters of words, as many as are indexed."""
    edges: set[str] = set()
    for word in words:
        if not is_dense(word):
            edges.update([word[:length] for length in range(1, min(len(word), longest) + 1)])
    return edges


def clean_words(words: list[str]) -> list[str]:
    """Drop doubles and what is too long to be asked."""
    return [word for word in dict.fromkeys(words) if len(word) <= LONGEST_WORD * 2]


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
    """Index a record under the words of its names (`name_words`), the words around it, and the kinds of place that it is."""
    text.add(record_id, record, name=name, near=clean_words(near), main=main, kinds=kinds)


def name_words(spellings: Iterable[str]) -> list[str]:
    """List the words under which something of these names is looked up."""
    name: list[str] = []
    for spelling in spellings:
        words = split(spelling)
        name += words + joined(words) + variants(words, spelling)
    return clean_words(name)
