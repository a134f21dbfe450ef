"""States and provinces of the world: their names by language, by country and GeoNames' code."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from babel.languages import get_official_languages

from trigpoint.engines.embedded.gazetteer.towns import american_states
from trigpoint.engines.embedded.index.records import Names
from trigpoint.engines.embedded.text.normalize import split
from trigpoint.maps.subdivisions import subdivision_code

RegionKey = tuple[str, str]
"""A country, and GeoNames' code of a region in it."""


@lru_cache(maxsize=1)
def regions() -> Mapping[RegionKey, Names]:
    """Return the names of all regions that are known; under "" is the English one, as it is for towns."""
    text = (files(__package__) / "data/regions.toml").read_text(encoding="utf-8")
    listed = {
        (country, code): {"": names["en"], **names}
        for country, named in tomllib.loads(text).items()
        for code, names in named.items()
    }
    return listed | {("US", code): {"": name, "en": name} for code, name in american_states().items()}


CODED = frozenset({"US", "CA", "AU", "BR"})
"""Countries where people write the codes of ISO 3166-2 into addresses; Mexico has others, such as CDMX."""


def code_of(country: str, names: Names) -> str | None:
    """Return the short code that a region has in addresses; None where there is no such habit."""
    if country not in CODED:
        return None
    return next((code for name in names.values() if (code := subdivision_code(country, name))), None)


def words_of(country: str, names: Names) -> list[str]:
    """Return the words by which a town is known to lie in a region."""
    code = code_of(country, names)
    words = [word for name in names.values() for word in split(name)]
    return list(dict.fromkeys([*words, *([code.lower()] if code else [])]))


def spoken_in(country: str, names: Names) -> list[str]:
    """Return the names of a region in English and in the languages of its country."""
    spoken = get_official_languages(country, regional=True, de_facto=True)
    return list(dict.fromkeys([names[""], *(names[lang] for lang in spoken if lang in names)]))
