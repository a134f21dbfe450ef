"""Parts of an address that only mail delivery needs: PO boxes, "care of", labels, country prefixes, ZIP+4 digits."""

# ruff: noqa: RUF001 (letters that look alike are what this file is about)

import re
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import msgspec

from trigpoint.maps.countries import countries_by_alpha3, country_codes

CODE_LENGTHS = {
    "A": ("AT", 4), "AT": ("AT", 4), "B": ("BE", 4), "BE": ("BE", 4), "BG": ("BG", 4), "BR": ("BR", 5), "CH": ("CH", 4),
    "CN": ("CN", 6), "CY": ("CY", 4), "CZ": ("CZ", 5), "D": ("DE", 5), "DE": ("DE", 5), "DK": ("DK", 4),
    "BRD": ("DE", 5), "E": ("ES", 5), "EE": ("EE", 5), "ES": ("ES", 5), "F": ("FR", 5), "FI": ("FI", 5),
    "FIN": ("FI", 5), "FL": ("LI", 4), "FR": ("FR", 5), "GER": ("DE", 5), "GR": ("GR", 5), "H": ("HU", 4),
    "HR": ("HR", 5), "HU": ("HU", 4),
    "I": ("IT", 5), "IN": ("IN", 6), "IS": ("IS", 3), "IT": ("IT", 5), "KR": ("KR", 5), "L": ("LU", 4),
    "LI": ("LI", 4), "LIE": ("LI", 4), "LT": ("LT", 5), "LU": ("LU", 4), "LV": ("LV", 4), "MC": ("MC", 5), "MX": ("MX", 5),
    "N": ("NO", 4), "NL": ("NL", 4), "NO": ("NO", 4), "P": ("PT", 4), "PL": ("PL", 5), "PT": ("PT", 4),
    "RO": ("RO", 6), "RS": ("RS", 5), "RU": ("RU", 6), "RUS": ("RU", 6), "S": ("SE", 5), "SE": ("SE", 5),
    "SF": ("FI", 5), "SG": ("SG", 6),
    "SI": ("SI", 4), "SK": ("SK", 5), "SLO": ("SI", 4), "SM": ("SM", 5), "TR": ("TR", 5), "UA": ("UA", 5),
    "US": ("US", 5), "USA": ("US", 5), "V": ("VA", 5), "VA": ("VA", 5),
}  # fmt: skip
"""Country prefixes of postal codes (ISO codes and those of vehicles): the country, and the number of digits."""

_DIGIT = re.compile(r"\d")
_SIGNED = re.compile(
    rf"(?<![\w.-])({'|'.join(sorted(CODE_LENGTHS, key=len, reverse=True))})(\s?[-–]\s?|\s|(?<=[a-z]{{2}}))(\d{{3,6}})(?![\w-])",
    re.IGNORECASE,
)
_SINGAPORE = re.compile(r"(?<!\w)\(?s\)?\s?\(?(\d{6})\)?(?!\w)", re.IGNORECASE)
_SIX_DIGITS = re.compile(r"\d{6}")
_ANDORRA = re.compile(r"(?<!\w)(AD)\s?-?\s?(\d{3})(?!\w)", re.IGNORECASE)
_ZIP_AND_FOUR = re.compile(r"(?<![\w-])(\d{5})[-–]\d{4}(?![\w-])")
_CEDEX = re.compile(r"[\s,]+cedex(?:\s*\d{1,2})?(?!\w)", re.IGNORECASE)
_CODE_WORDS = (
    r"zip[\s-]*codes?|zip|postal[\s-]*code|post[\s-]*code|area[\s-]*code|plz\s?/\s?ort|plz|postleitzahl|code\s+postal|codi\s+postal"
    r"|c[óo]digo\s+postal|c\.?\s?p\.?(?=\s*:?\s*(?:\d{5}|AD[\s-]?\d))|codice\s+(?:di\s+avviamento\s+)?postale|cap(?=\s*:?\s*\d{5})"
    r"|postinumero|postnummer|postnr\.?|postcode|kod\s+pocztowy|ps[čc]|ir[áa]ny[íi]t[óo]sz[áa]m|cep(?=\s*:?\s*\d{5})"
    r"|pin\s*code|eircode|почтовый\s+индекс|индекс|поштовий\s+індекс|邮政编码|邮编|郵便番号|郵遞區號|우편번호|〒|post\s?kodu"
)
_CODE_WORD = re.compile(rf"(?<!\w)(?:{_CODE_WORDS})(?!\w)\.?\s*[:#№]?\s*(?=[\w-]*\d{{3}})", re.IGNORECASE)
_CODE_WORD_BEHIND = re.compile(rf"(?<=\d)\s*(?:{_CODE_WORDS})\s*$", re.IGNORECASE)

_NUMBER = r"\s*(?:nr\.?|no\.?|n°|#|№|:)?\s*\d[\d\s]{0,8}(?!\w)"
_BOX = re.compile(
    r"(?<!\w)(?:p\.?\s?o\.?\s?box|post\s+office\s+box|postfach|bo[iî]te\s+postale|postboks|postilokero|postl[åa]da"
    r"|apartado(?:\s+de\s+correos|\s+postal)?|apartat(?:\s+de\s+correus|\s+postal)?|apt\.?\s+de\s+correus|apdo\.?(?:\s+de\s+correos)?|casella\s+postale|postbus|caixa\s+postal"
    r"|skrytka\s+pocztowa|po[šs]tansk[iy]\s+p[řr]etinac|а/я|абонентский\s+ящик|郵政信箱)" + _NUMBER,
    re.IGNORECASE,
)
_SHORT_BOX = re.compile(
    r"(?:^|(?<=[,\n]))\s*(?:(?:p\.?\s?b\.?|b\.?\s?p\.?|p\.?\s?f\.?|p\.?l\.?|p\.?o\.?b\.?|box|boks)\s*\d{1,5}|c\.?\s?p\.?\s*\d{1,4})\s*(?=[,\n]|\s[-–]\s|$)",
    re.IGNORECASE,
)
"""Short words for a PO box. They have other meanings too, so they only match as a whole part between commas."""

_BOX_OFFICE = re.compile(
    r"(?<!\w)(?:postboks|boks)\s*\d{1,5}\s+[^\W\d_]+(?=\s*[,\n]\s*(?:NO?-)?\d{4}(?!\d))", re.IGNORECASE
)
"""A PO box in Norway, with the name of its post office: `Postboks 100 Sentrum, 0101 Oslo`."""

_BEGUN_CODE = re.compile(
    rf"^\s*(?:({'|'.join(sorted(CODE_LENGTHS, key=len, reverse=True))})\s?[-–]\s?(\d{{1,5}})|(AD)\s?[-–]\s?(\d{{1,2}})|s\s?\((\d{{2,5}}))$",
    re.IGNORECASE,
)

_CARE_OF = re.compile(
    r"(?:^|(?<=[,\n]))\s*(?:c\s?/\s?o|z\.\s?hd\.?|zu\s+h[äa]nden|z\.\s?h\.|attn\.?:?|att\.?:|attention:?"
    r"|[àa]\s+l['’]attention\s+de|a\s+la\s+atenci[óo]n\s+de|all['’]attenzione\s+di|t\.a\.v\.|p/a|для)(?!\w)[^,\n]*(?=[,\n])",
    re.IGNORECASE,
)
_SIGNS_OF_CARE = ("c/o", "c /", "hd.", "nden", "z.h", "z. h", "att", "atenci", "t.a.v", "p/a", "для")
_SIGNS_OF_POST = (
    "box", "post", "cedex", "correus", "apartat", "bo\u00eete", "boite", "apartado", "apdo", "casella", "caixa", "skrytka", "po\u0161", "а/я", "абонент",
    "zip", "plz", "code", "codi", "c\u00f3digo", "c.p", "cp", "c. p", "cap", "psc", "ps\u010d", "kod", "ir\u00e1ny", "irany", "cep", "pin",
    "индекс", "індекс", "邮", "郵", "우편", "〒", "p.o", "po ",
)  # fmt: skip
_SIGNS_OF_BOX = frozenset({"pb", "p.", "bp", "b.", "cp", "c.", "pf", "pl", "po", "bo"})
"""Prefilter: the box patterns are only tried on texts with one of these, which few texts have."""

_MAY_BE_SIGNED = re.compile(r"(?:^|[\s,;(])[A-Za-z]{1,3}(?:\s?[-–]\s?|\s?)\d{3,6}(?![\w-])")

_SIGN = re.compile(
    rf"{'|'.join(re.escape(sign) for sign in (*_SIGNS_OF_CARE, *_SIGNS_OF_POST) if ' ' not in sign)}"
    r"|^/|c\.$|po$|(?:^|[,;(])[a-z]{1,3}[-–]\d{3}|^[a-z]{2}\d{4}|ad-{0,3}\d{3}|^[-–]$"
)
"""Prefilter: matches in a lower-case word for which the patterns must be tried."""

_SIGNS_OF_TWO_WORDS = tuple([sign for sign in (*_SIGNS_OF_CARE, *_SIGNS_OF_POST) if " " in sign])
_LONG_CODE = re.compile(r"\d{5}")
_PLAIN_CODE = re.compile(r"\d{5}[,;.]?")
"""Prefilters of a word for the patterns of codes: ZIP+4, and the country before a code; a plain code has neither."""

_SIGN_BEFORE_CODE = re.compile(r"(?:(?:^|[,;(])[a-z]{1,3}|ad)[-–]*$")
_CODE_BEHIND = re.compile(r"[-–]?\d{3}")
_BOX_WITHIN = re.compile(rf",(?:{'|'.join(map(re.escape, sorted(_SIGNS_OF_BOX)))})")


class _Signs(NamedTuple):
    """Prefilter results of a word: whether it is, begins, precedes or completes something postal, and ends a part."""

    is_sign: bool
    has_code: bool
    is_plain_code: bool
    may_be_box: bool
    is_before_code: bool
    is_code: bool
    ends_part: bool


@lru_cache(maxsize=16_384)
def _signs_of(word: str) -> _Signs:
    return _Signs(
        is_sign=_SIGN.search(word) is not None or _BOX_WITHIN.search(word) is not None,
        has_code=_LONG_CODE.search(word) is not None,
        is_plain_code=_PLAIN_CODE.fullmatch(word) is not None,
        may_be_box=word[:2] in _SIGNS_OF_BOX,
        is_before_code=_SIGN_BEFORE_CODE.search(word) is not None,
        is_code=_CODE_BEHIND.match(word) is not None,
        ends_part=word[-1] == ",",
    )


class _Needs(IntEnum):
    """Which patterns a text must be tried for."""

    NOTHING = 0
    CODES = 1
    EVERYTHING = 2


def _needs_of(small: str) -> _Needs:
    """Tell quickly what the patterns could match in a text: nothing in most texts, only codes in most of the rest."""
    begins_part, after_sign = True, False
    needs, has_code = _Needs.NOTHING, False
    for word in small.split():
        signs = _signs_of(word)
        if signs.is_sign or (begins_part and signs.may_be_box) or (after_sign and signs.is_code):
            return _Needs.EVERYTHING
        if signs.has_code:
            has_code = True
            needs = needs if signs.is_plain_code else _Needs.CODES
        begins_part, after_sign = signs.ends_part, signs.is_before_code
    if has_code and any(sign in small for sign in _SIGNS_OF_TWO_WORDS):
        return _Needs.EVERYTHING
    return needs


def country_of_sign(sign: str, *, is_marked: bool = True) -> str | None:
    """Return the country of an ISO 3166-1 code (two or three letters) or of a vehicle registration code; None for any other.

    A code of three letters that addresses seldom have, such as PAN, is often a word: it counts only where `is_marked`.
    """
    code = sign.upper()
    if len(code) > 1 and code in CODE_LENGTHS:
        return CODE_LENGTHS[code][0]
    if code in country_codes():
        return code
    return countries_by_alpha3().get(code) if is_marked else None


def begun_code(text: str) -> tuple[str, str] | None:
    """Return the country and the digits of an unfinished postal code behind its country prefix, `LI-94`; None for other texts."""
    if not text[-1:].isdigit():
        return None
    found = _BEGUN_CODE.match(text)
    if found is None:
        return None
    if found[3]:
        return "AD", f"AD{found[4]}"
    if found[5]:
        return "SG", found[5]
    country, length = CODE_LENGTHS[found[1].upper()]
    return (country, found[2]) if len(found[2]) < length else None


STATES_OF_FIVE = frozenset({"DE", "IN", "VA"})
"""Country prefixes that are also codes of US states, which stand before ZIP codes."""


class Aside(msgspec.Struct, frozen=True, gc=False):
    """A text without its postal parts, the parts that were removed, and the country that a prefix named."""

    text: str
    left: tuple[str, ...] = ()
    countries: dict[str, str] = {}


def leave_aside(text: str) -> Aside:
    """Remove the parts that only mail delivery needs. If nothing else would be left, the text stays unchanged."""
    if _DIGIT.search(text) is None:
        kept = _CARE_OF.sub(" ", text) if "," in text or "\n" in text else text
        if "edex" in kept or "EDEX" in kept:
            kept = _CEDEX.sub(" ", kept)
        return Aside(kept) if any(character.isalnum() for character in kept) else Aside(text)
    small = text.casefold()
    needs = _needs_of(small)
    if not needs:
        return Aside(text)
    left: list[str] = []
    countries: dict[str, str] = {}

    def drop(found: re.Match[str]) -> str:
        left.append(found.group().strip(" ,\n"))
        return " "

    plain = _drop_all(text, small, drop) if needs is _Needs.EVERYTHING else text
    if not any(character.isalnum() for character in plain):
        return Aside(text)

    return Aside(_read_signs(plain, small, left, countries), tuple(left), countries)


def _read_signs(text: str, small: str, left: list[str], countries: dict[str, str]) -> str:
    """Remove country prefixes and ZIP+4 digits of postal codes from a text, and note them in `left` and `countries`."""

    def sign(found: re.Match[str]) -> str:
        country, length = CODE_LENGTHS[found[1].upper()]
        if len(found[3]) != length or (found[1].upper() in STATES_OF_FIVE and length == 5 and not found[2].strip()):
            return found.group()
        left.append(found[1])
        countries[found[3]] = country
        return found[3]

    def singapore(found: re.Match[str]) -> str:
        countries[found[1]] = "SG"
        return found[1]

    def first_five(found: re.Match[str]) -> str:
        left.append(found.group()[5:])
        return found[1]

    plain = text
    if "-" in plain or "–" in plain:
        plain = _ZIP_AND_FOUR.sub(first_five, plain)
    if "ad" in small:
        plain = _ANDORRA.sub(r"\1\2", plain)
    if _SIX_DIGITS.search(plain) is not None:
        plain = _SINGAPORE.sub(singapore, plain)
    if _MAY_BE_SIGNED.search(plain) is None:
        return plain
    return _SIGNED.sub(sign, plain)


def _drop_all(text: str, small: str, drop: Callable[[re.Match[str]], str]) -> str:
    """Apply the patterns for postal parts whose prefilter matches."""
    plain = text
    if any(sign in small for sign in _SIGNS_OF_CARE):
        plain = _CARE_OF.sub(drop, plain)
    if any(part.lstrip()[:2] in _SIGNS_OF_BOX for part in small.split(",")):
        plain = _SHORT_BOX.sub(drop, plain)
    if any(sign in small for sign in _SIGNS_OF_POST):
        for pattern in (_BOX_OFFICE, _BOX, _CEDEX, _CODE_WORD, _CODE_WORD_BEHIND):
            plain = pattern.sub(drop, plain)
    return plain
