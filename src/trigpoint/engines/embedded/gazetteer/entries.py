"""The gazetteer's entries for towns, states and countries: records, and all texts by which they can be found."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.core import Locale

from trigpoint.engines.embedded.gazetteer.city_names import names_by_language, spoken_names
from trigpoint.engines.embedded.gazetteer.local_names import local_name
from trigpoint.engines.embedded.gazetteer.official_names import official_names
from trigpoint.engines.embedded.gazetteer.regions import RegionKey, code_of, spoken_in
from trigpoint.engines.embedded.gazetteer.towns import City
from trigpoint.engines.embedded.index.records import Kind, Level, Names, OsmBox, Record, pack_names, ref_of, spell
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.maps.han import simplified
from trigpoint.maps.place_ids import NUMBER_BITS, Source, country_ref

HAN_ENDINGS = ("市", "府", "都")
"""Optional endings of city names: 广州市 is 广州."""

LARGEST = 40_000_000

USUAL_NAMES = 20
"""How many names, in all languages and spellings, make a town as important as its population alone says."""

FAME, LEAST_FAME = 0.17, -0.05
"""Importance for ten times as many names, and the least for few of them."""

LARGE_CITY = 500_000
"""Lowest population of a city that is known by its initials."""

STATE_RANK, LESS_THAN_TOWN = 0.85, 0.1
"""The importance of a state of the United States, and what a region of another country is less important than a town."""

Entry = tuple[Record, list[str]]
"""A record, and all texts by which it can be found, its main name first."""


@dataclass(slots=True)
class Extent:
    """The extent of the towns of a country or a state."""

    people: float = 0.0
    population: int = 0
    latitude: float = 0.0
    longitude: float = 0.0
    box: OsmBox = (90.0, 180.0, -90.0, -180.0)

    @property
    def middle(self) -> tuple[float, float]:
        """Latitude and longitude of the centre of its population."""
        return self.latitude / self.people, self.longitude / self.people

    def add(self, latitude: float, longitude: float, population: int) -> None:
        """Add a town."""
        self.population += population
        weight = math.sqrt(population + 1)
        self.people += weight
        self.latitude += weight * latitude
        self.longitude += weight * longitude
        south, west, north, east = self.box
        self.box = min(south, latitude), min(west, longitude), max(north, latitude), max(east, longitude)


def town_entry(city: City, setting_id: int, *, langs: Sequence[str] = ()) -> Entry:
    """Make the entry of a town, with its names in some languages."""
    name = city.name
    spellings = [name, *_names_of(city)]
    names = len(spellings)
    local = local_name(city.countrycode, spellings, zone=city.timezone)
    by_language = names_by_language(city.countrycode, name, zone=city.timezone, langs=langs)
    chiefs = [name, *([local[1]] if local is not None else spoken_names(city.countrycode, name, by_language))]
    spellings = list(dict.fromkeys([*chiefs, *spellings, *by_language.values()]))
    spellings += _in_other_han(spellings)
    forms = [form for form in dict.fromkeys(tuple(split(text)) for text in spellings) if form]
    record = Record(
        kind=Kind.SETTLEMENT,
        ref=ref_of(Source.GEONAMES, city.geonameid),
        packed_names=pack_names(
            {"": name, "en": name} | by_language | ({local[0]: local[1]} if local is not None else {})
        ),
        spelled=spell(forms),
        chiefs=len(dict.fromkeys(tuple(split(text)) for text in chiefs)),
        latitude=city.latitude,
        longitude=city.longitude,
        setting=setting_id,
        box=_box_of_town(city.latitude, city.longitude, city.population),
        rank=_rank(city.population, names=names),
        level=Level.LOCALITY,
        country=city.countrycode,
    )
    return record, spellings


def _in_other_han(spellings: Sequence[str]) -> list[str]:
    """Return names in simplified characters, and those in Han characters without their endings."""
    others = [simple for text in spellings if not text.isascii() and (simple := simplified(text)) != text]
    return others + [text[:-1] for text in [*spellings, *others] if len(text) > 2 and text.endswith(HAN_ENDINGS)]


def _rank(people: int, *, names: int) -> float:
    """Return the importance of a town, from 0 to 1, by its population and by how many names it has.

    A well-known town has names in many languages: Valencia in Spain has more than the larger one in Venezuela,
    and Venice in Italy more than a tenth of its people would let expect.
    """
    by_names = FAME * math.log10((names + 1) / USUAL_NAMES)
    return min(0.98, _by_people(people) + max(LEAST_FAME, by_names))


def _by_people(people: float) -> float:
    return 0.3 + 0.65 * math.log10(people + 10) / math.log10(LARGEST)


def _is_name(text: str) -> bool:
    """Tell names from codes of airports and the like, which are three capital letters."""
    return bool(text) and not (len(text) <= 4 and text.isascii() and text.isupper())


def _names_of(city: City) -> list[str]:
    """Return the other names of a city, and its initials if it has them as a name."""
    short = _initials(city)
    return [other for other in city.other_names if _is_name(other) or other == short]


def _initials(city: City) -> str:
    """Return the initials of a city of several words, which people use for large ones: LA, SF, NYC, KL; "" for others."""
    words = city.name.split()
    return "".join(word[0] for word in words) if len(words) > 1 and city.population >= LARGE_CITY else ""


def _box_of_town(latitude: float, longitude: float, people: int) -> OsmBox:
    """Estimate the extent of a town from the square root of its population."""
    half = min(0.3, 0.008 + math.sqrt(people) / 12_000)
    wide = half / max(0.1, math.cos(math.radians(latitude)))
    return latitude - half, longitude - wide, latitude + half, longitude + wide


def region_entry(key: RegionKey, names: Names, extent: Extent, *, setting: int) -> Entry:
    """Make the entry of a state or province. It is less important than a town of as many people: Salzburg is the town."""
    country, code = key
    number = int.from_bytes(f"{country}-{code}".encode()) & ((1 << NUMBER_BITS) - 1)
    latitude, longitude = extent.middle
    chiefs = spoken_in(country, names)
    short = code_of(country, names)
    spellings = list(dict.fromkeys([*chiefs, *names.values(), *([short] if short else [])]))
    record = Record(
        kind=Kind.AREA,
        ref=ref_of(Source.COUNTRY, number),
        packed_names=pack_names(names),
        spelled=spell(map(split, spellings)),
        chiefs=len({tuple(split(name)) for name in chiefs}),
        latitude=latitude,
        longitude=longitude,
        setting=setting,
        box=extent.box,
        rank=STATE_RANK if country == "US" else _by_people(extent.population) - LESS_THAN_TOWN,
        level=Level.ADMINISTRATIVE_AREA,
        country=country,
    )
    return record, spellings


WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def _countrys_spellings(names: Sequence[str]) -> list[str]:
    """Return the names of a country, also with umlauts written out (Oesterreich), and with "and" for its sign."""
    others = [other for name in names for other in (name.translate(WRITTEN_OUT), name.replace(" & ", " and "))]
    return list(dict.fromkeys([*names, *others]))


def country_entry(code: str, extent: Extent, *, locales: Mapping[str, Locale], setting: int) -> Entry:
    """Make the entry of a country, with its names in all languages."""
    names = {lang: str(locale.territories[code]) for lang, locale in locales.items() if code in locale.territories}
    names[""] = names["en"]
    spellings = _countrys_spellings([*names.values(), *official_names(code)])
    ref = country_ref(code)
    latitude, longitude = extent.middle
    record = Record(
        kind=Kind.AREA,
        ref=ref_of(ref.source, ref.number),
        packed_names=pack_names(names),
        spelled=spell(map(split, spellings)),
        latitude=latitude,
        longitude=longitude,
        setting=setting,
        box=extent.box,
        rank=1.0,
        level=Level.COUNTRY,
        country=code,
    )
    return record, spellings
