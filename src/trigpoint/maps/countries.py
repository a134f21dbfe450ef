"""Countries: their codes, and their names in the requested language (Unicode CLDR, through Babel)."""

from collections.abc import Mapping
from functools import cache, lru_cache

from babel.core import Locale, UnknownLocaleError, get_global

# CLDR's territories also contain UN regions, exceptionally reserved codes, and codes for tests.
_NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


@cache
def country_codes() -> frozenset[str]:
    """Return every ISO 3166-1 alpha-2 code in use, and XK, the code commonly used for Kosovo."""
    territories = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha()) - _NOT_COUNTRIES


@cache
def countries_by_alpha3() -> Mapping[str, str]:
    """Return the alpha-2 code of every ISO 3166-1 alpha-3 code (`NOR`: `NO`), from CLDR."""
    aliases = get_global("territory_aliases")
    found = {
        str(code): str(to[0]) for code, to in aliases.items() if len(code) == 3 and code.isalpha() and len(to) == 1
    }
    return {code: country for code, country in found.items() if country in country_codes()}


@lru_cache(maxsize=4096)
def country_name(code: str, lang: str) -> str:
    """Return the name of a country in a language (BCP 47), else its English name, else its code."""
    for locale in (_locale(lang), _locale("en")):
        name = locale.territories.get(code.upper()) if locale is not None else None
        if name is not None:
            return str(name)
    return code.upper()


@lru_cache(maxsize=1024)
def _locale(lang: str) -> Locale | None:
    """Find the closest locale: `zh-Hant-TW`, else `zh-Hant`, else `zh`."""
    parts = lang.replace("-", "_").split("_")
    for length in range(len(parts), 0, -1):
        try:
            return Locale.parse("_".join(parts[:length]))
        except (UnknownLocaleError, ValueError):
            continue
    return None
