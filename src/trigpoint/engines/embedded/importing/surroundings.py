"""Settings and vicinities, which many records share, and which are written once each.

Each process of an import numbers the ones that it uses, and reports each once (`News`). Here these numbers are mapped to
the file's IDs.
"""

import sys
from array import array
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from trigpoint.engines.embedded.importing.areas import Areas
from trigpoint.engines.embedded.importing.features import spellings_of
from trigpoint.engines.embedded.importing.staging import encode
from trigpoint.engines.embedded.index.data_writer import DataWriter
from trigpoint.engines.embedded.index.entries import clean_words
from trigpoint.engines.embedded.index.memory import Memory
from trigpoint.engines.embedded.index.records import Names, Setting, Vicinity
from trigpoint.engines.embedded.text.normalize import split, variants

WORD_LANGS = (
    "", "en", "de", "fr", "es", "it", "pt", "nl", "ru", "uk", "zh", "ja", "ko", "ar", "fi", "sv", "pl", "tr", "ca", "el",
)  # fmt: skip
MOST_WORDS = 48
MOST_SETTINGS_IN_MEMORY = 8_192
MOST_MET = 8_192


class NewSetting(NamedTuple):
    """A setting that a process uses for the first time. `outer` are areas, `nearby` the names of settlements."""

    country: str
    state: Names
    state_code: str | None
    county: Names
    locality: Names
    quarter: Names
    outer: tuple[int, ...]
    nearby: tuple[str, ...]


class Keys:
    """Makes compact keys of settings, by which equal ones are recognised; names in them are replaced by numbers.

    Of names and settings only digests are kept, as a country has a million of them.
    """

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._met: Memory[int, tuple[Names, int]] = Memory(MOST_MET)

    def number(self, names: Names) -> int:
        """Return the number of a set of names in all languages."""
        met = self._met.get(id(names))
        if met is not None:
            return met[1]
        number = self._numbers.setdefault(_digest(names), len(self._numbers))
        self._met[id(names)] = names, number  # kept with the names, so that no others get their place in memory
        return number

    def key(self, new: NewSetting) -> bytes:
        """Return the key of a setting."""
        number = self.number
        names = (number(new.state), number(new.county), number(new.locality), number(new.quarter))
        return _digest((new.country, new.state_code, names, new.outer, new.nearby))


def _digest(content: object) -> bytes:
    return blake2b(encode(content), digest_size=16).digest()


class News(NamedTuple):
    """The new settings and vicinities of a process, in the order of its numbers, which begin at 0 and at 1."""

    settings: list[NewSetting]
    vicinities: list[Vicinity]


class Surroundings:
    """Writes settings and vicinities, and maps the numbers of each process to their IDs."""

    def __init__(self, areas: Areas, data: DataWriter) -> None:
        self._areas = areas
        self._data = data
        self._keys = Keys()
        self._ids: dict[bytes, int] = {}
        self._countries: list[str] = [""]
        self._settings_of: dict[int, array[int]] = {}
        self._vicinities_of: dict[int, array[int]] = {}
        self._near = lru_cache(maxsize=MOST_SETTINGS_IN_MEMORY)(self._near_of)

    def learn(self, who: int, news: News) -> None:
        """Write the new settings and vicinities of a process, unless another process has reported them before."""
        settings, vicinities = self.numbers_of(who)
        for new in news.settings:
            key = self._keys.key(new)
            if key not in self._ids:
                self._ids[key] = self.add(self._setting(new))
            settings.append(self._ids[key])
        vicinities.extend(map(self._data.add_vicinity, news.vicinities))

    def add(self, setting: Setting) -> int:
        """Write a setting; return its ID."""
        self._countries.append(sys.intern(setting.country_code))
        return self._data.add_setting(setting)

    def numbers_of(self, who: int) -> "tuple[array[int], array[int]]":
        """Return the IDs of the settings and of the vicinities of a process, by its own numbers."""
        if who not in self._settings_of:
            self._settings_of[who], self._vicinities_of[who] = array("q"), array("q", [0])
        return self._settings_of[who], self._vicinities_of[who]

    def country(self, setting: int) -> str:
        """Return the country of a setting."""
        return self._countries[setting]

    def words(self, setting: int) -> list[str]:
        """Return the words of a setting."""
        return self._near(setting).split()

    def near(self, settings: list[int], own: list[str]) -> str:
        """Return the words of a record's surroundings: those of its settings, then its own (from `clean_words`)."""
        if len(settings) > 1:
            return " ".join(clean_words([*(word for setting in settings for word in self.words(setting)), *own]))
        text = self._near(settings[0])
        more = [word for word in own if f" {word} " not in f" {text} "]
        return " ".join([text, *more]) if text and more else text or " ".join(more)

    def _near_of(self, setting: int) -> str:
        """Return the words of a setting as one text, which takes a tenth of the memory of a list."""
        return " ".join(clean_words(self.setting(setting).words))

    def setting(self, setting: int) -> Setting:
        """Read a setting that was written."""
        return self._data.read_setting(setting)

    def _setting(self, new: NewSetting) -> Setting:
        return Setting(
            country_code=new.country,
            administrative_area=new.state,
            administrative_area_code=new.state_code,
            sub_administrative_area=new.county,
            locality=new.locality,
            sub_locality=new.quarter,
            words=self._words([new.locality, new.quarter, new.state, new.county], new),
        )

    def _words(self, parts: list[Names], new: NewSetting) -> list[str]:
        """Return the words of the surroundings for matching, the most likely first."""
        texts = [names[lang] for lang in WORD_LANGS for names in parts if lang in names]
        for at in new.outer:
            area = self._areas.areas[at]
            if area.admin_level != 2:
                texts += spellings_of(area.tags, {lang: area.names[lang] for lang in WORD_LANGS if lang in area.names})
        texts += new.nearby
        words: dict[str, None] = {}
        if new.state_code:
            words[new.state_code.lower()] = None
        for text in texts:
            own = split(text)
            words.update(dict.fromkeys(own + variants(own, text)))
        return list(words)[:MOST_WORDS]
