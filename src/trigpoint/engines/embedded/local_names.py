"""Which of a town's many names is the one in the script of its country; GeoNames lists them without a language."""

import re
from collections.abc import Iterable
from contextlib import suppress

_HAN = re.compile(r"[一-鿿]+")
_HANGUL = re.compile(r"[가-힣]+")
_CYRILLIC = re.compile(r"[Ѐ-ӿ\s-]+")
_GREEK = re.compile(r"[Ͱ-Ͽἀ-῿\s-]+")
_ARABIC = re.compile(r"[؀-ۿ\s]+")
_HEBREW = re.compile(r"[֐-׿\s-]+")
_THAI = re.compile(r"[฀-๿]+")
_GEORGIAN = re.compile(r"[ა-ჺ\s-]+")
_ARMENIAN = re.compile(r"[԰-֏\s-]+")

SCRIPTS: dict[str, tuple[str, re.Pattern[str], str]] = {
    "CN": ("zh", _HAN, "gb2312"), "TW": ("zh-Hant", _HAN, "big5"), "HK": ("zh-Hant", _HAN, "big5"),
    "JP": ("ja", _HAN, "shift_jis"), "KR": ("ko", _HANGUL, "utf-8"), "RU": ("ru", _CYRILLIC, "cp1251"),
    "UA": ("uk", _CYRILLIC, "cp1251"), "BY": ("be", _CYRILLIC, "cp1251"), "BG": ("bg", _CYRILLIC, "cp1251"),
    "RS": ("sr", _CYRILLIC, "cp1251"), "MK": ("mk", _CYRILLIC, "cp1251"), "GR": ("el", _GREEK, "iso8859_7"),
    "IL": ("he", _HEBREW, "utf-8"), "TH": ("th", _THAI, "utf-8"), "GE": ("ka", _GEORGIAN, "utf-8"),
    "AM": ("hy", _ARMENIAN, "utf-8"), "IR": ("fa", _ARABIC, "utf-8"),
    **dict.fromkeys(("EG", "SA", "AE", "IQ", "JO", "SY", "LB", "YE", "OM", "QA", "KW", "BH", "LY", "SD", "PS"),
                    ("ar", _ARABIC, "cp1256")),
}  # fmt: skip
"""For each country: its language, its script, and an encoding that holds no letters but those of that language."""


def local_name(country_code: str, names: Iterable[str]) -> tuple[str, str] | None:
    """Give the language and the name in the script of the country; None where that is Latin, or no name is."""
    if country_code not in SCRIPTS:
        return None
    lang, script, encoding = SCRIPTS[country_code]
    for name in names:
        if script.fullmatch(name):
            with suppress(UnicodeEncodeError):
                name.encode(encoding)
                return lang, name
    return None
