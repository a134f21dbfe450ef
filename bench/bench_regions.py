"""Compares regions side by side with one merged import of the same files: every answer, and the time of each kind of question.

    python bench/bench_regions.py FOLDER [--gazetteer HOME] [--cases FILE] [--limit N] [--kept HOME] [--write docs/performance.md]

Each extract of FOLDER is imported as a region of its own, and all of them once more as one import; with `--kept` both stay
in a folder for the next run. The questions are those of `places_quality.py` (addresses in five spellings, points of interest
with and without a location), the points, prefixes, kinds, crossings, roads, pages and IDs made of the same things, and the
questions of FILE, one JSON object with `endpoint` and `params` a line. Each is asked of both in turns; answers that differ
are printed, and the processor time of both is compared by its median.
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from places_quality import SUFFIXES, Thing, read_things, reordered, with_typo, without_accents
from report import write_section

from trigpoint.base.geo import Box, Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.gazetteer.service import ensure_gazetteer
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.extracts import sort_file
from trigpoint.engines.generations import folder_in_service
from trigpoint.home import DataFolder
from trigpoint.maps.categories import PoiCategory, ResultType
from trigpoint.maps.queries import AutocompleteQuery, Filters, GeocodeQuery, Hints, ReverseQuery, SearchQuery
from trigpoint.wire import geocode, reverse_geocode, search, search_autocomplete
from trigpoint.wire.parameters import Parameters

KINDS = ("restaurant", "cafe", "Apotheke", "pharmacie", "supermarket", "hotel", "school", "парк", "bank")
LANGS = ("en-US", "de", "fr", "ru", "fi", "zh-Hans")
MOST_SHOWN = 12

Answer = object
Ask = Callable[[EmbeddedPlaces], Awaitable[Answer]]


class Question(NamedTuple):
    """One query: its kind, its text, and the call."""

    kind: str
    text: str
    ask: Ask


@dataclass
class Compared:
    """One kind of question: how many answers are the same, and the processor time of each, merged and side by side."""

    same: int = 0
    differing: list[str] = field(default_factory=list)
    merged: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return statistics.median(self.beside) / statistics.median(self.merged)

    def row(self, kind: str) -> str:
        medians = [statistics.median(took) for took in (self.merged, self.beside)]
        asked = self.same + len(self.differing)
        return f"| {kind} | {asked:,} | {self.same:,} | {medians[0]:.2f} | {medians[1]:.2f} | {self.ratio:.2f} |"


def geocoded(kind: str, text: str, hints: Hints | None = None, lang: str = "en-US") -> Question:
    query = GeocodeQuery(text=text, hints=hints or Hints(), lang=lang)
    return Question(kind, text, lambda engine: engine.geocode(query))


def explained(text: str) -> Question:
    return Question("explain", text, lambda engine: engine.explain(GeocodeQuery(text=text)))


def searched(kind: str, query: SearchQuery) -> Question:
    return Question(kind, query.text, lambda engine: engine.search(query))


def completed(kind: str, query: AutocompleteQuery) -> Question:
    return Question(kind, query.text, lambda engine: engine.autocomplete(query))


def reversed_at(point: Point, lang: str) -> Question:
    return Question("reverse", str(point), lambda engine: engine.reverse(ReverseQuery(point=point, lang=lang)))


def by_id(text: str) -> Question:
    """Ask for what a geocode finds once more by its IDs, and for its other IDs."""

    async def ask(engine: EmbeddedPlaces) -> Answer:
        ids = [place.id for place in await engine.geocode(GeocodeQuery(text=text))]
        return await engine.find_places(ids, lang="de"), await engine.find_alternate_ids(ids)

    return Question("by ID, other IDs", text, ask)


def paged(text: str, hints: Hints) -> Question:
    """Ask for three pages of a search."""

    async def ask(engine: EmbeddedPlaces) -> Answer:
        pages = [SearchQuery(text=text, hints=hints, page=page, page_size=7) for page in (1, 2, 3)]
        return [await engine.search(page) for page in pages]

    return Question("pages of a search", text, ask)


def questions_of(path: Path, limit: int, chance: random.Random) -> Iterator[Question]:
    """Make the questions about an extract."""
    addresses, pois = things_of(path)
    some, others = (chance.sample(things, min(limit, len(things))) for things in (addresses, pois))
    for thing in some:
        yield from of_address(thing, chance)
    for one, other in pairwise(some):
        yield from of_streets(one, other)
    for thing in others:
        yield from of_poi(thing, chance)


def things_of(path: Path) -> tuple[list[Thing], list[Thing]]:
    try:
        return read_things(path)
    except RuntimeError:  # its objects are not in order
        with tempfile.TemporaryDirectory() as folder:
            ordered = Path(folder) / "sorted.osm.pbf"
            sort_file(path, ordered)
            return read_things(ordered)


def of_address(thing: Thing, chance: random.Random) -> Iterator[Question]:
    street = thing.tags.get("addr:street") or thing.tags["addr:place"]
    town, code = thing.tags.get("addr:city", ""), thing.tags.get("addr:postcode", "")
    lang, near = chance.choice(LANGS), Hints(search_location=thing.at)
    beside = Point(thing.at.latitude + chance.uniform(-4e-4, 4e-4), thing.at.longitude + chance.uniform(-4e-4, 4e-4))
    yield geocoded("address as is", thing.text)
    yield geocoded("address reordered", reordered(thing), lang=lang)
    yield geocoded("address without accents", without_accents(thing.text))
    yield geocoded("address with a typing error", with_typo(thing, chance))
    yield geocoded("street alone", street)
    yield geocoded("street near a point", street, near)
    yield explained(thing.text)
    yield by_id(thing.text)
    yield reversed_at(thing.at, lang)
    yield reversed_at(beside, lang)
    yield completed(
        "prefix near a point", AutocompleteQuery(text=f"{street} {thing.tags['addr:housenumber']}"[:8], hints=near)
    )
    yield completed("prefix anywhere", AutocompleteQuery(text=street[: chance.randint(1, 9)].strip() or "a"))
    if code:
        yield geocoded("postal code", f"{code} {town}".strip())
        yield completed("postal code typed", AutocompleteQuery(text=code[:3]))
    if town:
        kind = chance.choice(KINDS)
        yield searched("kind in a town", SearchQuery(text=f"{kind} in {town}"))
        yield completed("kind in a town typed", AutocompleteQuery(text=f"{kind} in {town[:3]}"))


def of_streets(one: Thing, other: Thing) -> Iterator[Question]:
    streets = [thing.tags.get("addr:street") or thing.tags["addr:place"] for thing in (one, other)]
    yield geocoded("crossing", " & ".join(streets))
    yield completed("crossing typed", AutocompleteQuery(text=f"{streets[0]} & {streets[1][:4]}"))


def of_poi(thing: Thing, chance: random.Random) -> Iterator[Question]:
    near = Hints(search_location=thing.at)
    south, west = thing.at.latitude - 0.01, thing.at.longitude - 0.01
    region = Hints(search_region=Box(south, west, south + 0.02, west + 0.02), region_required=True)
    kind = chance.choice(KINDS)
    yield searched("POI by name", SearchQuery(text=thing.text))
    yield searched("POI near a point", SearchQuery(text=thing.text, hints=near))
    yield searched("kind near a point", SearchQuery(text=kind, hints=near))
    yield searched("kind in a region", SearchQuery(text=kind, hints=region))
    yield searched(
        "POI with filters", SearchQuery(text=thing.text[:12], filters=Filters(result_types=frozenset({ResultType.POI})))
    )
    yield searched(
        "POI with filters", SearchQuery(text=thing.text, filters=Filters(exclude_poi=frozenset({PoiCategory.CAFE})))
    )
    yield paged(kind, near)
    yield paged(thing.text.split()[0], Hints())
    yield completed("POI typed", AutocompleteQuery(text=thing.text[: chance.randint(1, 6)].strip() or "a", hints=near))
    yield completed("kind typed", AutocompleteQuery(text=kind[: chance.randint(2, 5)], hints=near))
    yield completed("kind typed", AutocompleteQuery(text=kind[: chance.randint(2, 5)]))


def questions_in(path: Path) -> Iterator[Question]:
    """Read queries in the form of HTTP requests; directions are skipped."""
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        parameters, endpoint = (
            Parameters({name: [str(value)] for name, value in case["params"].items()}),
            case["endpoint"],
        )
        text = json.dumps(case["params"], ensure_ascii=False)
        if endpoint == "geocode":
            query = geocode.parse(parameters)
            yield Question("cases", text, lambda engine, query=query: engine.geocode(query))
        elif endpoint == "search":
            found = search.parse(parameters)
            yield Question("cases", text, lambda engine, query=found: engine.search(query))
        elif endpoint == "searchAutocomplete":
            typed = search_autocomplete.parse(parameters)
            yield Question("cases", text, lambda engine, query=typed: engine.autocomplete(query))
        elif endpoint == "reverseGeocode":
            point = reverse_geocode.parse(parameters)
            yield Question("cases", text, lambda engine, query=point: engine.reverse(query))


async def compare(asked: Sequence[Question], merged: EmbeddedPlaces, beside: EmbeddedPlaces) -> dict[str, Compared]:
    results: dict[str, Compared] = defaultdict(Compared)
    for at, question in enumerate(asked):
        answers, took = {}, {}
        for name in ("merged", "beside") if at % 2 else ("beside", "merged"):
            started = time.process_time_ns()
            answers[name] = await question.ask(merged if name == "merged" else beside)
            took[name] = (time.process_time_ns() - started) / 1e6
        compared = results[question.kind]
        compared.merged.append(took["merged"])
        compared.beside.append(took["beside"])
        if answers["merged"] == answers["beside"]:
            compared.same += 1
        else:
            compared.differing.append(f"{question.text}\n{difference(answers['merged'], answers['beside'])}")
    return results


def difference(one: Answer, other: Answer) -> str:
    """Show where two answers part."""
    texts = [repr(one), repr(other)]
    at = next((at for at, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), 0)
    return "\n".join(
        f"    {name:7} …{text[max(0, at - 150) : at + 250]}"
        for name, text in zip(("merged", "beside"), texts, strict=True)
    )


def import_both(files: Sequence[Path], home: Path, world: Path) -> tuple[Path, Path]:
    """Import each file as a region and all as one, unless that was done before."""
    merged, beside = home / "merged", home / "beside"
    for file in files:
        put(DataFolder(beside).places_of(file.name.partition(".")[0]), [file])
    put(DataFolder(merged).places, files)
    for one in (merged, beside):
        shelf = DataFolder(one).gazetteer
        if not shelf.exists():
            shelf.symlink_to(DataFolder(world).gazetteer.resolve())
    return merged, beside


def put(shelf: Path, files: Sequence[Path]) -> None:
    if folder_in_service(shelf) is None:
        import_files(shelf, files, progress=lambda _done, _step: None)


def run(arguments: argparse.Namespace, home: Path) -> dict[str, Compared]:
    files = sorted(
        path for path in arguments.folder.iterdir() if path.name.endswith(SUFFIXES) and path.name != arguments.without
    )
    world = arguments.gazetteer or home
    ensure_gazetteer(world)
    merged, beside = import_both(files, home, world)
    chance = random.Random(22)
    asked = [question for path in files for question in questions_of(path, arguments.limit, chance)]
    if arguments.cases:
        asked += questions_in(arguments.cases)
    chance.shuffle(asked)
    print(f"{len(files)} regions, {len(asked):,} questions", flush=True)
    with closing(open_embedded(merged)) as one, closing(open_embedded(beside)) as many:
        return asyncio.run(compare(asked, one, many))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", default="", help="a file that is left out")
    parser.add_argument("--gazetteer", type=Path)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--limit", type=int, default=60)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        results = run(arguments, arguments.kept or Path(temporary))
    whole = Compared()
    for kind, compared in sorted(results.items()):
        whole.same += compared.same
        whole.differing += compared.differing
        whole.merged += compared.merged
        whole.beside += compared.beside
        for text in compared.differing[:MOST_SHOWN]:
            print(f"{kind}: {text}")
    lines = [
        "| question | asked | same answer | merged, ms | side by side, ms | ratio |",
        "|---|---:|---:|---:|---:|---:|",
        *[compared.row(kind) for kind, compared in sorted(results.items())],
        whole.row("**all**"),
    ]
    print("\n".join(lines))
    if arguments.write:
        write_section(arguments.write, "bench_regions", lines)


if __name__ == "__main__":
    main()
