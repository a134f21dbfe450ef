"""Measure how often the embedded engine finds what people mean, on real extracts, and write docs/quality.md.

    python bench/places_quality.py FOLDER [--limit N] [--results KEPT] [--write docs/quality.md]

Every address of an extract is asked back in five spellings and every named point of interest with and without a
location. The questions and the truth are read from the file itself, not from our index. With `--results` what was
measured of each extract is kept in a folder, so that they can be measured one at a time; the page is made of them all.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import osmium

from trigpoint.base.geo import Point
from trigpoint.engines.embedded.gazetteer import ensure_gazetteer
from trigpoint.engines.embedded.generations import folder_in_service, read_about
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.importing.reading import sort_file
from trigpoint.engines.embedded.places import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.words import split
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, SearchQuery

POI_KEYS = (
    "amenity", "shop", "tourism", "leisure", "office", "railway", "aeroway", "historic", "public_transport", "craft",
    "healthcare",
)  # fmt: skip
NEAR_M = 50.0
SPELLINGS = ("as is", "reordered", "without accents", "one typo", "prefix of 8")
SUFFIXES = (".osm.pbf", ".osm", ".osm.gz")


@dataclass
class Thing:
    """An object of the file: where it is, and how large."""

    text: str
    at: Point
    reach: float = 0.0
    tags: dict[str, str] = field(default_factory=dict)

    def is_at(self, point: Point) -> bool:
        return self.at.distance_to(point) <= NEAR_M + self.reach


@dataclass
class Score:
    """Counts of one kind of question."""

    asked: int = 0
    first: int = 0
    five: int = 0
    misses: list[tuple[str, str]] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0

    def add(self, place: int | None, *, question: str, told: str, seconds: float) -> None:
        self.asked += 1
        self.first += place == 0
        self.five += place is not None and place < 5
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)
        if place != 0:
            self.misses.append((question, told))

    def cells(self) -> str:
        if not self.asked:
            return "0 | none | none"
        return f"{self.asked} | {100 * self.first / self.asked:.1f} % | {100 * self.five / self.asked:.1f} %"


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
            addresses.append(Thing(address_text(street, tags), middle, min(reach, 60), tags))
        if "name" in tags and any(key in tags and tags[key] != "no" for key in POI_KEYS):
            pois.append(Thing(tags["name"], middle, reach, tags))
    return addresses, pois


def street_and_number(thing: Thing) -> tuple[str, ...]:
    street = thing.tags.get("addr:street") or thing.tags["addr:place"]
    return (street.casefold(), thing.tags["addr:housenumber"].casefold())


def agrees(asked: Thing, other: Thing) -> bool:
    """Tell whether an object is an answer too: its postal code and town are not others than those asked for."""
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
            scores[name].add(place, question=text, told=told, seconds=seconds)
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
        scores["prefix of 8"].add(place, question=f"{prefix}… ({street})", told=told, seconds=seconds)
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
            scores[name].add(place, question=thing.text, told=told, seconds=seconds)
    return scores


def measure(path: Path, gazetteer: Path, limit: int) -> dict[str, Score]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "gazetteer").symlink_to(gazetteer)
        import_files(home / "places", [path], progress=lambda _step, _share: None)
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
    """Read what was kept."""
    return {kind: Score(**score) for kind, score in json.loads(file.read_text()).items()}


def write_page(measured: dict[str, dict[str, Score]], page: Path, remarks: str) -> None:
    lines = [
        "# How well places are found",
        "",
        "Made by `bench/places_quality.py`; run it with a folder of extracts to measure again.",
        "",
        "Each address of an extract that names a street or place is asked back in five spellings, each named object",
        f"with one of the keys {', '.join(f'`{key}`' for key in POI_KEYS)} by its name.",
        "A find is right within 50 m of the object, or of another one that the question fits as well (the same street and",
        "number, and no other postal code or town; the same name, where no location is given);",
        "for a prefix, when the row names the street. The share that is right is found first, or among the first five.",
        "The questions come from the files themselves. The world gazetteer is loaded beside each extract.",
        "",
        "| extract | question | asked | first | first five |",
        "|---|---|---|---|---|",
    ]
    for name, scores in measured.items():
        lines += [f"| {name} | {question} | {score.cells()} |" for question, score in scores.items()]
    lines += ["", remarks.rstrip(), "", "## The ten worst misses of each", ""]
    for name, scores in measured.items():
        lines += [f"### {name}", ""]
        misses = worst(scores)
        lines += [f"- {kind}: “{question}” → {told}" for kind, question, told in misses] or ["None."]
        lines += [""]
    page.write_text("\n".join(lines).rstrip() + "\n")


def worst(scores: dict[str, Score]) -> list[tuple[str, str, str]]:
    """Choose ten misses, the most different: the plainest question first, each answer and question once."""
    chosen: dict[str, tuple[str, str, str]] = {}
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
        for question, told in scores[kind].misses if kind in scores else []:
            chosen.setdefault(question.split(",")[0].rstrip("0123456789abc ").casefold(), (kind, question, told))
            if len(chosen) >= 10:
                return list(chosen.values())
    return list(chosen.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--remarks", type=Path, help="a text that is put between the table and the misses")
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
                    for question, told in score.misses[: arguments.misses]:
                        print(f"    {kind}: {question} → {told}")
    if arguments.results:
        measured = {path.stem: read_kept(path) for path in sorted(arguments.results.glob("*.json"))}
    if arguments.write:
        write_page(measured, arguments.write, arguments.remarks.read_text() if arguments.remarks else "")


if __name__ == "__main__":
    main()
