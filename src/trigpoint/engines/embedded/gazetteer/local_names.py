"""Finding the local name of a town among its many names, which GeoNames lists without languages."""

# ruff: noqa: RUF001 (letters that look alike are what this file is about)

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache

from babel.core import Locale
from rapidfuzz.distance import OSA

from trigpoint.engines.embedded.text.latin import to_latin
from trigpoint.engines.embedded.text.normalize import fold

_HAN = re.compile(r"[一-鿿]+")
_HANGUL = re.compile(r"[가-힣]+")
_RUSSIAN = re.compile(r"[А-Яа-яЁё\s-]+")
_UKRAINIAN = re.compile(r"[А-ЩЬЮЯа-щьюяЄєІіЇїҐґ'’\s-]+")
_BELARUSIAN = re.compile(r"[А-ЗЙ-ШЫ-Яа-зй-шы-яЁёІіЎў'’\s-]+")
_BULGARIAN = re.compile(r"[А-ЪЬЮЯа-ъьюя\s-]+")
_SERBIAN = re.compile(r"[А-ИК-Ша-ик-шЂђЈјЉљЊњЋћЏџ\s-]+")
_MACEDONIAN = re.compile(r"[А-ИК-Ша-ик-шЃѓЅѕЈјЉљЊњЌќЏџ\s-]+")
_GREEK = re.compile(r"[Ͱ-Ͽἀ-῿\s-]+")
_ARABIC = re.compile(r"[؀-ۿ\s]+")
_HEBREW = re.compile(r"[֐-׿\s-]+")
_THAI = re.compile(r"[฀-๿]+")
_GEORGIAN = re.compile(r"[ა-ჺ\s-]+")
_ARMENIAN = re.compile(r"[԰-֏\s-]+")

SCRIPTS: dict[str, tuple[str, re.Pattern[str], str]] = {
    "CN": ("zh", _HAN, "gb2312"), "TW": ("zh-Hant", _HAN, "big5"), "HK": ("zh-Hant", _HAN, "big5"),
    "JP": ("ja", _HAN, "shift_jis"), "KR": ("ko", _HANGUL, "utf-8"), "RU": ("ru", _RUSSIAN, "cp1251"),
    "UA": ("uk", _UKRAINIAN, "cp1251"), "BY": ("be", _BELARUSIAN, "cp1251"), "BG": ("bg", _BULGARIAN, "cp1251"),
    "RS": ("sr", _SERBIAN, "cp1251"), "MK": ("mk", _MACEDONIAN, "cp1251"), "GR": ("el", _GREEK, "iso8859_7"),
    "IL": ("he", _HEBREW, "utf-8"), "TH": ("th", _THAI, "utf-8"), "GE": ("ka", _GEORGIAN, "utf-8"),
    "AM": ("hy", _ARMENIAN, "utf-8"), "IR": ("fa", _ARABIC, "utf-8"),
    **dict.fromkeys(("EG", "SA", "AE", "IQ", "JO", "SY", "LB", "YE", "OM", "QA", "KW", "BH", "LY", "SD", "PS"),
                    ("ar", _ARABIC, "cp1256")),
}  # fmt: skip
"""For each country: its language, its script, and an encoding that only has the characters of that language."""

ALPHABETS = (
    _RUSSIAN, _UKRAINIAN, _BELARUSIAN, _BULGARIAN, _SERBIAN, _MACEDONIAN, _GREEK, _GEORGIAN, _ARMENIAN,
)  # fmt: skip
"""Scripts that `to_latin` can transliterate."""


def local_name(country_code: str, names: Iterable[str], *, zone: str = "") -> tuple[str, str] | None:
    """Return the language and the name in the script of the country; None if that is Latin, or if there is no such name.

    The first of the names is the Latin one. For a city that a time zone is named after, the name comes from CLDR. Else,
    of several possible local names, such as Скопје and its Serbian form, the one whose transliteration is most similar to
    the Latin name is chosen, if its script can be transliterated.
    """
    if country_code not in SCRIPTS:
        return None
    lang, script, encoding = SCRIPTS[country_code]
    spellings = list(names)
    if zone.endswith("/" + spellings[0].replace(" ", "_")):
        name = _city_of_zone(lang, zone)
        if name is not None and script.fullmatch(name):
            return lang, name
    found = [name for name in spellings if script.fullmatch(name) and _is_encodable(name, encoding)]
    if not found:
        return None
    latin = fold(spellings[0])
    if script not in ALPHABETS:
        return lang, found[0]
    return lang, min(found, key=lambda name: (OSA.distance(to_latin(fold(name)), latin), -len(name)))


@lru_cache(maxsize=1_024)
def _city_of_zone(lang: str, zone: str) -> str | None:
    name = Locale.parse(lang, sep="-").time_zones.get(zone, {}).get("city")
    return str(name) if name else None


def _is_encodable(name: str, encoding: str) -> bool:
    with suppress(UnicodeEncodeError):
        name.encode(encoding)
        return True
    return False
