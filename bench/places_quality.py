"""Measures how often the embedded engine finds the right place, on real extracts, for docs/quality.md.

    python bench/places_quality.py FOLDER [--limit N] [--results KEPT] [--write docs/quality.md]

It asks for every address of an extract in five forms, and for every named point of interest with and without a location. The
questions and the right answers come from the file itself, not from our index. With `--results`, the results of each extract
are stored in a folder, so that extracts can be measured one at a time; the page is made from all of them. Each miss gets a
`Reason`. The prose of the page between the figures is written by hand, and kept.
"""

import argparse
import asyncio
import json
import random
import re
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

import osmium
from report import write_section

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.gazetteer.service import ensure_gazetteer
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.index.generation import read_about
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.engines.extracts import sort_file
from trigpoint.engines.generations import folder_in_service
from trigpoint.maps.places import Place, PlaceKind
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, SearchQuery

POI_KEYS = (
    "amenity", "shop", "tourism", "leisure", "office", "railway", "aeroway", "historic", "public_transport", "craft",
    "healthcare",
)  # fmt: skip
NEAR_M, MOST_REACH_M = 50.0, 60.0
SPELLINGS = ("as is", "reordered", "without accents", "one typo", "prefix of 8")
MOST_MISSES = 10
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
UNIT = re.compile(r"#|\b(?:level|floor|krs)\b|\d-[a-z]", re.IGNORECASE)
"""Matches a flat or a floor in a street or a house number."""

SUFFIXES = (".osm.pbf", ".osm", ".osm.gz")


@dataclass
class Thing:
    """An object of the file: its position, the additional tolerance for a result, and its extent."""

    text: str
    at: Point
    reach: float = 0.0
    extent: float = 0.0
    tags: dict[str, str] = field(default_factory=dict)

    def is_at(self, point: Point) -> bool:
        return self.at.distance_to(point) <= NEAR_M + self.reach


class Reason(StrEnum):
    """Why another result came first; docs/quality.md explains each."""

    LARGER = "a larger place of the same name"
    TWICE = "several objects of one name"
    ADDRESS = "a name that is an address"
    CONTRADICTION = "contradictory data"
    SAME_GROUND = "far from the object's centre"
    NO_TOWN = "a query without a town"
    OTHER_NAME = "the typo is another name"
    PREFIX = "an ambiguous prefix"
    UNKNOWN = "not explained"


@dataclass
class Miss:
    """A question whose right answer was not first. `place` is its position, from 0; None if it is missing."""

    question: str
    told: str
    reason: str
    place: int | None = None

    def line(self) -> str:
        where = "missing" if self.place is None else _ordinal(self.place)
        return f"“{self.question}” → {self.told}; the expected place is {where} ({self.reason})"


@dataclass
class Score:
    """Counts of one kind of question."""

    asked: int = 0
    first: int = 0
    five: int = 0
    misses: list[Miss] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0

    def add(self, place: int | None, *, question: str, told: str, reason: Reason, seconds: float) -> None:
        self.asked += 1
        self.first += place == 0
        self.five += place is not None and place < 5
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)
        if place != 0:
            self.misses.append(Miss(question, told, reason.value, place))

    def cells(self) -> str:
        if not self.asked:
            return "0 | none | none"
        return f"{self.asked} | {100 * self.first / self.asked:.1f} % | {100 * self.five / self.asked:.1f} %"


def _ordinal(place: int) -> str:
    return ORDINALS[place] if place < len(ORDINALS) else f"as number {place + 1}"


def why_not_the_address(thing: Thing, same: Sequence[Thing], found: Sequence[Place]) -> Reason:
    """Say why another place than an address came first; `same` are the addresses of its street and number."""
    street, number = thing.tags.get("addr:street") or thing.tags["addr:place"], thing.tags["addr:housenumber"]
    if found and thing.at.distance_to(found[0].coordinate) <= thing.extent:
        return Reason.SAME_GROUND
    if UNIT.search(f"{street} {number}") or not all(agrees(thing, other) for other in same):
        return Reason.CONTRADICTION
    if "addr:city" not in thing.tags and "addr:postcode" not in thing.tags:
        return Reason.NO_TOWN
    if found and split(found[0].address.thoroughfare or "") != split(street):
        return Reason.OTHER_NAME
    return Reason.UNKNOWN


def why_not_the_poi(found: Sequence[Place]) -> Reason:
    """Say why another place than a named object came first."""
    if not found:
        return Reason.UNKNOWN
    if found[0].kind == PlaceKind.ADDRESS:
        return Reason.ADDRESS
    if found[0].kind in {PlaceKind.POI, PlaceKind.PHYSICAL_FEATURE}:
        return Reason.TWICE
    return Reason.LARGER


def read_things(path: Path) -> tuple[list[Thing], list[Thing]]:
    """Read the addresses and the named points of interest of a file."""
    addresses, pois = [], []
    processor = osmium.FileProcessor(str(path)).with_locations().with_areas()
    for item in processor.with_filter(osmium.filter.KeyFilter("addr:housenumber", "name")):
        if item.is_relation() or (item.is_area() and item.from_way()):
            continue
        points = list(points_of(item))
        if not points:
            continue
        tags = dict(item.tags)
        south, north = min(p[0] for p in points), max(p[0] for p in points)
        west, east = min(p[1] for p in points), max(p[1] for p in points)
        middle = Point((south + north) / 2, (west + east) / 2)
        reach = Point(south, west).distance_to(Point(north, east)) / 2
        street = tags.get("addr:street") or tags.get("addr:place")
        if street and "addr:housenumber" in tags:
            addresses.append(Thing(address_text(street, tags), middle, min(reach, MOST_REACH_M), reach, tags))
        if "name" in tags and any(key in tags and tags[key] != "no" for key in POI_KEYS):
            pois.append(Thing(tags["name"], middle, reach, reach, tags))
    return addresses, pois


def street_and_number(thing: Thing) -> tuple[str, ...]:
    street = thing.tags.get("addr:street") or thing.tags["addr:place"]
    return (street.casefold(), thing.tags["addr:housenumber"].casefold())


def agrees(asked: Thing, other: Thing) -> bool:
    """Tell whether an object is a right answer, too: it has no other postal code or town than those of the question."""
    keys = ("addr:postcode", "addr:city")
    return all(asked.tags.get(key) in {None, other.tags.get(key)} or key not in other.tags for key in keys)


def points_of(item: object) -> Iterator[tuple[float, float]]:
    if item.is_node():
        yield item.lat, item.lon
        return
    rings = [item.nodes] if item.is_way() else item.outer_rings()
    for ring in rings:
        yield from ((node.lat, node.lon) for node in ring if node.location.valid())


def address_text(street: str, tags: dict[str, str]) -> str:
    tail = " ".join(tags[key] for key in ("addr:postcode", "addr:city") if key in tags)
    return f"{street} {tags['addr:housenumber']}" + (f", {tail}" if tail else "")


def reordered(thing: Thing) -> str:
    street = thing.tags.get("addr:street") or thing.tags["addr:place"]
    tail = " ".join(thing.tags[key] for key in ("addr:city", "addr:postcode") if key in thing.tags)
    return f"{tail} {thing.tags['addr:housenumber']} {street}".strip()


def without_accents(text: str) -> str:
    plain = text.replace("ß", "ss").replace("ø", "o").replace("ł", "l")
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c)).lower()


def with_typo(thing: Thing, chance: random.Random) -> str:
    """Misspell the longest word of the street: two letters swapped, one left out, doubled or wrong."""
    street = thing.tags.get("addr:street") or thing.tags["addr:place"]
    word = max(street.split(), key=len)
    if len(word) < 5:
        return thing.text
    at = chance.randrange(1, len(word) - 2)
    kind = chance.randrange(4)
    changed = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if kind == 0
        else word[:at] + word[at + 1 :]
        if kind == 1
        else word[:at] + word[at] + word[at:]
        if kind == 2
        else word[:at] + chance.choice("aeinrst") + word[at + 1 :]
    )
    return thing.text.replace(word, changed, 1)


async def measure_addresses(
    engine: EmbeddedPlaces, things: Sequence[Thing], everything: Sequence[Thing]
) -> dict[str, Score]:
    scores = {name: Score() for name in SPELLINGS}
    same: dict[tuple[str, ...], list[Thing]] = defaultdict(list)
    for thing in everything:
        same[street_and_number(thing)].append(thing)
    chance = random.Random(4)
    for thing in things:
        right = [other for other in same[street_and_number(thing)] if agrees(thing, other)]
        asked = {
            "as is": thing.text,
            "reordered": reordered(thing),
            "without accents": without_accents(thing.text),
            "one typo": with_typo(thing, chance),
        }
        for name, text in asked.items():
            started = time.perf_counter()
            found = await engine.geocode(GeocodeQuery(text=text))
            seconds = time.perf_counter() - started
            place = next((at for at, one in enumerate(found) if any(it.is_at(one.coordinate) for it in right)), None)
            told = f"{found[0].name}, {', '.join(found[0].address_lines[1:])}" if found else "nothing"
            reason = why_not_the_address(thing, same[street_and_number(thing)], found)
            scores[name].add(place, question=text, told=told, reason=reason, seconds=seconds)
        street = thing.tags.get("addr:street") or thing.tags["addr:place"]
        prefix = f"{street} {thing.tags['addr:housenumber']}"[:8]
        started = time.perf_counter()
        rows = await engine.autocomplete(AutocompleteQuery(text=prefix, hints=Hints(search_location=thing.at)))
        seconds = time.perf_counter() - started
        wanted = split(street)
        place = next(
            (at for at, row in enumerate(rows) if set(wanted) <= set(split(" ".join(row.display_lines)))), None
        )
        told = rows[0].display_lines[0] if rows else "nothing"
        asked_for = f"{prefix}… ({street})"
        scores["prefix of 8"].add(place, question=asked_for, told=told, reason=Reason.PREFIX, seconds=seconds)
    return scores


async def measure_pois(
    engine: EmbeddedPlaces, things: Sequence[Thing], everything: Sequence[Thing]
) -> dict[str, Score]:
    scores = {"POI by name": Score(), "POI by name with a location": Score()}
    same: dict[str, list[Thing]] = defaultdict(list)
    for thing in everything:
        same[thing.text.casefold()].append(thing)
    for thing in things:
        for name, hints, right in (
            ("POI by name", Hints(), same[thing.text.casefold()]),
            ("POI by name with a location", Hints(search_location=thing.at), [thing]),
        ):
            started = time.perf_counter()
            found = (await engine.search(SearchQuery(text=thing.text, hints=hints))).places
            seconds = time.perf_counter() - started
            place = next((at for at, one in enumerate(found) if any(it.is_at(one.coordinate) for it in right)), None)
            told = f"{found[0].name} ({found[0].kind.value})" if found else "nothing"
            reason = why_not_the_poi(found)
            scores[name].add(place, question=thing.text, told=told, reason=reason, seconds=seconds)
    return scores


def measure(path: Path, gazetteer: Path, limit: int) -> dict[str, Score]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "gazetteer").symlink_to(gazetteer)
        import_files(home / "places", [path], progress=lambda _done, _step: None)
        in_service = folder_in_service(home / "places")
        assert in_service is not None
        print(path.name, read_about(in_service).counts, flush=True)
        engine = open_embedded(home)
        try:
            addresses, pois = read_things(path)
        except RuntimeError:  # its objects are not in order
            sort_file(path, home / "sorted.osm.pbf")
            addresses, pois = read_things(home / "sorted.osm.pbf")
        chance = random.Random(7)
        some, others = (chance.sample(things, min(limit or len(things), len(things))) for things in (addresses, pois))
        scores = asyncio.run(measure_addresses(engine, some, addresses)) | asyncio.run(
            measure_pois(engine, others, pois)
        )
        engine.close()
        for name, score in scores.items():
            mean = 1000 * score.seconds / max(1, score.asked)
            print(
                f"  {name:28} {score.cells():32} mean {mean:.1f} ms, slowest {1000 * score.slowest:.0f} ms", flush=True
            )
        return scores


def keep(scores: dict[str, Score], file: Path) -> None:
    """Keep the results of an extract."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({kind: asdict(score) for kind, score in scores.items()}, ensure_ascii=False))


def read_kept(file: Path) -> dict[str, Score]:
    """Read the stored results."""
    scores = {kind: Score(**score) for kind, score in json.loads(file.read_text()).items()}
    for score in scores.values():
        score.misses = [Miss(**miss) for miss in score.misses]
    return scores


def write_page(measured: dict[str, dict[str, Score]], page: Path) -> None:
    """Put the table, how often each reason was met, and the worst misses into the page."""
    table = ["| extract | question | asked | first | first five |", "|---|---|---|---|---|"]
    reasons: dict[str, int] = defaultdict(int)
    misses: list[str] = []
    for name, scores in measured.items():
        table += [f"| {name} | {question} | {score.cells()} |" for question, score in scores.items()]
        misses += ["", f"### {name}", ""]
        misses += [f"- {kind}: {miss.line()}" for kind, miss in worst(scores)] or ["None."]
        for score in scores.values():
            for miss in score.misses:
                reasons[miss.reason] += 1
    write_section(page, "figures", table)
    counts = [f"| {reason.value} | {reasons[reason.value]:,} |" for reason in Reason]
    write_section(page, "reasons", ["| reason | misses, of all questions and extracts |", "|---|---|", *counts])
    write_section(page, "misses", misses)


def worst(scores: dict[str, Score]) -> list[tuple[str, Miss]]:
    """Choose ten misses, the most different: the plainest question first, each answer and question once."""
    chosen: dict[str, tuple[str, Miss]] = {}
    order = (
        "as is",
        "POI by name with a location",
        "reordered",
        "without accents",
        "one typo",
        "POI by name",
        "prefix of 8",
    )
    for kind in order:
        for miss in scores[kind].misses if kind in scores else []:
            chosen.setdefault(miss.question.split(",")[0].rstrip("0123456789abc ").casefold(), (kind, miss))
            if len(chosen) >= MOST_MISSES:
                return list(chosen.values())
    return list(chosen.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--results", type=Path, help="a folder where the results of each extract are kept")
    parser.add_argument("--gazetteer", type=Path, help="a folder that holds a gazetteer already, to save building it")
    arguments = parser.parse_args()
    measured = {}
    with tempfile.TemporaryDirectory() as scratch:
        home = arguments.gazetteer or Path(scratch)
        ensure_gazetteer(home)
        for path in sorted(arguments.folder.iterdir()):
            if path.name.endswith(SUFFIXES) and arguments.only in path.name:
                measured[path.name] = measure(path, (home / "gazetteer").resolve(), arguments.limit)
                if arguments.results:
                    keep(measured[path.name], arguments.results / f"{path.name}.json")
                for kind, score in measured[path.name].items():
                    for miss in score.misses[: arguments.misses]:
                        print(f"    {kind}: {miss.line()}")
    if arguments.results:
        measured = {path.stem: read_kept(path) for path in sorted(arguments.results.glob("*.json"))}
    if arguments.write:
        write_page(measured, arguments.write)


if __name__ == "__main__":
    main()
