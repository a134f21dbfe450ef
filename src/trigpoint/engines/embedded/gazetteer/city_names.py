"""The names of a city by language: of CLDR for cities that time zones are named after, else of `data/city_names.toml`."""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from babel.core import Locale
from babel.languages import get_official_languages

from trigpoint.engines.embedded.index.records import Names
from trigpoint.engines.embedded.text.normalize import fold

LISTED: dict[str, dict[str, dict[str, str]]] = tomllib.loads(
    (files(__package__) / "data/city_names.toml").read_text(encoding="utf-8")
)


def names_by_language(country_code: str, name: str, *, zone: str, langs: Sequence[str]) -> Names:
    """Return the names of a city that differ from its first one, by language; those spoken there come first."""
    listed = LISTED.get(country_code, {}).get(name)
    if listed is not None:
        return listed
    if fold(zone.rpartition("/")[2].replace("_", " ")) != fold(name).removesuffix(" city"):
        return {}
    spoken = [lang for lang in get_official_languages(country_code, de_facto=True) if lang in langs]
    return {
        lang.replace("_", "-"): found
        for lang in dict.fromkeys((*spoken, *langs))
        if (found := city_of_zone(lang, zone))
    }


def spoken_names(country_code: str, name: str, names: Names) -> list[str]:
    """Return, of a city's names by language, those of its own people, which are as good as the first: Roma, Bruxelles."""
    spoken = [lang.replace("_", "-") for lang in get_official_languages(country_code, de_facto=True)]
    own = [names[lang] for lang in spoken if lang in names]
    if name in LISTED.get(country_code, {}):
        return [next(iter(names.values())), *([names["en"]] if "en" in names else []), *own]
    return own


@lru_cache(maxsize=32_768)
def city_of_zone(lang: str, zone: str) -> str | None:
    """Return the name of the city of a time zone in a language; None if CLDR has none, or it is the English one."""
    name = _zones(lang).get(zone, {}).get("city")
    return str(name) if name else None


@lru_cache(maxsize=128)
def _zones(lang: str) -> dict[str, dict[str, str]]:
    return dict(Locale.parse(lang).time_zones)
