"""The steps of an import after reading: streets, areas, then addresses without a street and named things; all in parallel."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, groupby, islice, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol, TypeVar

from trigpoint.engines.embedded.importing.areas import Interests
from trigpoint.engines.embedded.importing.ground import Ground
from trigpoint.engines.embedded.importing.hierarchy import Hierarchy, load_hierarchy
from trigpoint.engines.embedded.importing.import_progress import NAMES, STREETS
from trigpoint.engines.embedded.importing.index_writer import IndexWriter
from trigpoint.engines.embedded.importing.loose_houses import LooseWork
from trigpoint.engines.embedded.importing.named_things import NamedRow, NamedThings, NamedWork
from trigpoint.engines.embedded.importing.places import AreaMaker
from trigpoint.engines.embedded.importing.sharing import Helpers, Step
from trigpoint.engines.embedded.importing.staging import Staging, StagingReader
from trigpoint.engines.embedded.importing.streets import HouseRow, Named, Streets, StreetWork
from trigpoint.engines.embedded.importing.surroundings import Surroundings
from trigpoint.engines.embedded.index.data_writer import DataWriter
from trigpoint.engines.embedded.index.textindex import TextWriter, Words, write_words
from trigpoint.engines.progress import Progress, of_step, within
from trigpoint.maps.place_ids import Source

CHUNK = 1_000
"""Approximate number of ways, addresses or things in a chunk for one process."""

EARLY_SHARE = 8
"""The other processes get an eighth of the chunks of a step early, while the first still does something else."""

IS_INTERPOLATED = f"(ref & 7) = {Source.INTERPOLATION.value}"
"""Sort key by which mapped addresses come before interpolated ones."""

HOUSES = (
    "SELECT key, ref, lat, lng, tags FROM house WHERE key IS NOT NULL ORDER BY key, " + IS_INTERPOLATED + ", ref"  # noqa: S608 (a number of ours)
)
LOOSE = "SELECT ref, lat, lng, tags FROM house WHERE key IS NULL ORDER BY " + IS_INTERPOLATED + ", ref"  # noqa: S608 (a number of ours)
WAYS = "SELECT key, ref, tags, shape, is_thing FROM street ORDER BY key, ref"
NAMED = (
    "SELECT ref, lat, lng, south, west, north, east, tags FROM named"
    " WHERE NOT EXISTS (SELECT 1 FROM written WHERE written.ref = named.ref) ORDER BY ref"
)

Row = TypeVar("Row")


class Done(Protocol):
    """The result of a chunk."""

    @property
    def done(self) -> int:
        """The number of things in the chunk."""


Result = TypeVar("Result", bound=Done)


@dataclass(frozen=True, slots=True)
class Made:
    """The numbers of records by kind, the areas of interest, and the ID of the first record of a named thing."""

    counts: dict[str, int]
    interests: Interests
    first_named: int


@dataclass(frozen=True, slots=True)
class Making:
    """Makes all records of an index from the staging tables; `path` is the path of the data file."""

    staging: Staging
    path: Path
    helpers: Helpers
    progress: Progress

    def make_records(self, data: DataWriter, text: TextWriter) -> Made:
        """Write streets with their houses, then areas, names and postal codes. Outlines must have been cut (`outlines_cut`)."""
        self.helpers.prepare(partial(_hierarchy, self.staging.path))
        # The first chunks are sorted while the others load the hierarchy, and done while this process does.
        chunks = named_chunks(self.staging)
        make: Callable[[], StreetWork] = partial(_street_work, self.staging.path)
        step: Step[list[Named], Streets] = self.helpers.begin(make, chunks, early=self._early("street", "house"))
        hierarchy = load_hierarchy(self.staging)
        index = IndexWriter(self.staging, data, text, Surroundings(hierarchy.areas, data))
        ends = [data.records]
        last_house = self._make_streets(step, hierarchy, index)
        ends.append(data.records)
        maker = AreaMaker(self.staging, hierarchy, index)
        maker.make_areas()
        ends.append(data.records)
        self._make_named(hierarchy, index)
        ends.append(data.records)
        maker.make_postcodes(last_house)
        ends.append(data.records)
        counts = zip(("streets", "areas", "named", "postcodes"), pairwise(ends), strict=True)
        numbers = {"addresses": data.houses} | {what: end - start for what, (start, end) in counts}
        return Made(numbers, hierarchy.interests, first_named=ends[2] + 1)

    def _make_streets(self, step: Step[list[Named], Streets], hierarchy: Hierarchy, index: IndexWriter) -> int:
        """Write streets with their houses, then addresses without a street; return the ID of the last house that names its street."""
        total = self.staging.count("street") + self.staging.count("house")
        progress = of_step(within(self.progress, STREETS), "Joining streets and addresses")
        done = self._write(step.results(StreetWork(hierarchy)), index.write_streets, total, progress)
        last_house = index.data.houses
        index.data.open_ground()
        with closing(Ground(self.path)) as ground:
            make: Callable[[], LooseWork] = partial(_loose_work, self.staging.path, self.path)
            chunks: Iterator[list[HouseRow]] = in_chunks(self.staging.rows(LOOSE))
            made = self.helpers.share(LooseWork(hierarchy, ground), make, chunks)
            self._write(made, index.write_loose, total, progress, done=done)
        index.data.count_houses_from(last_house + 1)
        return last_house

    def _make_named(self, hierarchy: Hierarchy, index: IndexWriter) -> None:
        """Write named things that are neither streets nor areas."""
        self.staging.flush()
        with closing(Ground(self.path)) as ground:
            make: Callable[[], NamedWork] = partial(_named_work, self.staging.path, self.path)
            chunks: Iterator[list[NamedRow]] = in_chunks(self.staging.rows(NAMED))
            step: Step[list[NamedRow], NamedThings] = self.helpers.begin(make, chunks, early=self._early("named"))
            progress = of_step(within(self.progress, NAMES), "Placing names")
            besides = chain(index.data.complete_segments(), index.data.complete_houses())
            made = step.results(NamedWork(hierarchy, ground), besides=besides)
            self._write(made, index.write_named, self.staging.count("named"), progress)
        progress(1.0)

    def _early(self, *tables: str) -> int:
        """Return how many chunks of some tables the others may have before this process does any: not most of a few."""
        return sum(map(self.staging.count, tables)) // (EARLY_SHARE * CHUNK)

    def _write(
        self,
        made: Iterable[tuple[int, Result]],
        write: Callable[[int, Result], None],
        total: int,
        progress: Callable[[float], None],
        *,
        done: int = 0,
    ) -> int:
        """Write the results of a step, and report progress; return the number of things."""
        for who, one in made:
            write(who, one)
            done += one.done
            progress(done / max(1, total))
        return done


def finish_text(text: TextWriter, helpers: Helpers) -> None:
    """Finish the index of words; another process writes the file of spellings, as that holds the interpreter's lock."""
    helpers.prepare(_hierarchy.cache_clear)  # its memory is given back while this process commits
    for _ in helpers.share(write_words, _words_work, [text.commit()]):
        pass


def add_outlines(data: DataWriter, made: Made) -> None:
    """Write the outlines of named things that have one. The index of words is complete, and can be finished meanwhile."""
    data.index_records()
    refs = made.interests.refs
    for at, box, shape in made.interests.pieces():
        record_id = data.record_of(int(refs[at]), made.first_named)
        if record_id:
            data.add_piece(record_id, box, shape)


def named_chunks(staging: Staging) -> Iterator[list[Named]]:
    """Yield names with their ways and addresses, in chunks."""
    chunk: list[Named] = []
    size = 0
    for named in _names(staging):
        chunk.append(named)
        size += len(named.ways) + len(named.houses)
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _names(staging: Staging) -> Iterator[Named]:
    """Yield all names in order, each with its ways and its addresses."""
    none: tuple[str | None, Iterator[Any]] = None, iter(())
    all_ways, all_houses = (groupby(staging.rows(sql), key=itemgetter(0)) for sql in (WAYS, HOUSES))
    of_ways, ways = next(all_ways, none)
    of_houses, houses = next(all_houses, none)
    while of_ways is not None or of_houses is not None:
        key = min(key for key in (of_ways, of_houses) if key is not None)
        named = Named(key, [], [])
        if of_ways == key:
            named.ways.extend([row[1:] for row in ways])
            of_ways, ways = next(all_ways, none)
        if of_houses == key:
            named.houses.extend([row[1:] for row in houses])
            of_houses, houses = next(all_houses, none)
        yield named


def in_chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Yield rows in chunks."""
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


@lru_cache(maxsize=1)
def _hierarchy(staging: Path) -> Hierarchy:
    """Read outlines and settlements once for all steps, so that the numbers of a process stay the same in every step."""
    with closing(StagingReader(staging)) as reader:
        return load_hierarchy(reader)


def _street_work(staging: Path) -> StreetWork:
    return StreetWork(_hierarchy(staging))


def _loose_work(staging: Path, data: Path) -> LooseWork:
    return LooseWork(_hierarchy(staging), Ground(data))


def _named_work(staging: Path, data: Path) -> NamedWork:
    return NamedWork(_hierarchy(staging), Ground(data))


def _words_work() -> Callable[[Words], None]:
    return write_words
