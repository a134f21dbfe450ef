"""Rewriting notations that people type, but that no data uses, before a query is split into words."""

# ruff: noqa: RUF001 (letters that look alike are what this file is about)

import re
from collections.abc import Callable

from trigpoint.engines.embedded.text.house_numbers import HALVES, join_fraction
from trigpoint.engines.embedded.text.normalize import fold, has_digit, shorten_word

RUSSIAN = {
    "б-р": "бульвар", "бр-р": "бульвар", "пр-д": "проезд", "пр-зд": "проезд", "пр-т": "проспект", "пр-кт": "проспект",
    "ш-се": "шоссе", "пл-дь": "площадь", "наб-я": "набережная", "пер-к": "переулок", "р-н": "район", "р-он": "район",
    "мкр-н": "микрорайон", "б-р.": "бульвар",
}  # fmt: skip
"""Russian abbreviations with a hyphen."""

RUSSIAN_SHORT = re.compile(rf"\b({'|'.join(map(re.escape, RUSSIAN))})(?=[\s.,]|$)", re.IGNORECASE)
RUSSIAN_DISTRICTS = re.compile(
    r"(?:^|(?<=[\s,]))(?:цфо|сзфо|юфо|скфо|пфо|урфо|сфо|дфо|цао|сао|свао|вао|ювао|юао|юзао|зао|сзао|зелао|тинао)(?=[\s,]|$)",
    re.IGNORECASE,
)
"""Russia's federal districts and Moscow's administrative ones, which are in registers, but not in the data's addresses."""

RUSSIAN_MUNICIPALITY = re.compile(
    r"(?:вн\.?\s?тер\.?\s?г\.?\s*|внутригородская\s+территория(?:\s+города)?\s*)?"
    r"(?:муниципальный\s+округ|мун\.?\s?округ|поселение)\s+[^,\d]{3,40}(?=,)|вн\.?\s?тер\.?\s?г\.?\s*[^,\d]{3,40}(?=,)",
    re.IGNORECASE,
)
"""The municipality in addresses of Russia's register, which the data does not have: `вн.тер.г. муниципальный округ Бутырский`."""

NUMBER_SIGN = re.compile(r"(?<=[дк])(ом|орп|орпус|в|вартира)?\.?\s*№\s*(?=\d)", re.IGNORECASE)
"""The sign for "number" between the word for a house or a flat and its number."""

CYRILLIC_AND_LATER = re.compile("[\u0400-\U0010ffff]")
"""The first Cyrillic code point. Texts with only lower ones (Latin, Greek) need none of the rules for other scripts."""

HAN_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
HAN_TENS = {"十": 10, "百": 100, "千": 1_000}
HAN_NUMBER = re.compile(rf"[{''.join([*HAN_DIGITS, *HAN_TENS])}]+(?=[号號弄室楼樓栋棟番丁])")

ORDINAL_STREET = re.compile(
    r"(?<![\w.-])(\d{1,5}\s+(?:north|south|east|west|[ns][ew]?|[ew])\.?\s+|\d{1,4}\s+(?=\d+\s+\w+\.?\s*(?:,|$)))"
    r"(\d{1,3})(?=\s+(?:st|street|ave|av|avenue)\b)",
    re.IGNORECASE,
)
"""A house number and a street whose name is a plain number: `203 W 10 Ave` is on 10th Avenue."""

STREET_AND_NUMBER = re.compile(
    r"((?<![^\W\d_])[A-Za-z\u00c0-\u04ff]{4,}|(?<=\w\w)(?:str|weg|tie))(?=\d{1,4}[a-z\u0430-\u044f]?\b)", re.IGNORECASE
)
"""A street and its number without a blank: `Hauptstraße11a`, `Rue de Millo15`. Names with a number, `Pier39`, are found in two words too."""

LETTER_AND_DIGIT = re.compile(r"[A-Za-z\u00c0-\u04ff]{3}\d")
"""Prefilter for the pattern above."""

RUN_TOGETHER = re.compile(r"(?<=[a-z\u00df-\u00ff]{2})(?=[A-Z\u00c0-\u00de][a-z\u00df-\u00ff]{2})")
"""Where words were joined that begin with capitals: `RafflesBoulevard`, but not `McDonald`."""

NUMERO = re.compile(r"(?<!\w)n[º°]\.?\s*(?=\d)", re.IGNORECASE)
"""The sign for "number" before that of a house: `nº 87`."""

CALLE = re.compile(r"(?:^|(?<=[\s,]))c/\.?(?!\s?o\b)\s*", re.IGNORECASE)
"""What Spain and Catalonia write before the name of a street."""

CALLE_WORDS = "calle", "carrer"
"""What it stands for."""

VEIEN = re.compile(r"(?<=[^\W\d_]{3})vn\.|(?<=[^\W\d_]{2}[^\W\d_aeiouyæøå])vn\b", re.IGNORECASE)
"""How Norwegians shorten the ending of most names of streets."""

GATE = re.compile(r"(?<=[a-zæøå]s\s)(?:gt\b\.?|g(?:\.|(?=\s*(?:$|,|\d))))", re.IGNORECASE)
"""The Norwegian short words for a street behind a genitive: `Karl Johans gt.`, `Karl Johans g. 5`."""

VEI = re.compile(r"(?<=[a-zæøå]s\s)v(?:\.|(?=\s*(?:$|,|\d)))", re.IGNORECASE)
"""The Norwegian short word for a road behind a genitive: `Tormods v. 3`."""

RUE = re.compile(r"(?:^|(?<=[\s,]))r(?:\.\s*|\s+)(?=(?:d[eou]s?|das?|la|les?)\s|[dl]['’])", re.IGNORECASE)
"""The short word for a street, French rue and Portuguese rua, before "of": `R. de la Source`."""

PASEO = re.compile(r"(?:^|(?<=[\s,]))p[º°]\.?\s*(?=[^\W\d])", re.IGNORECASE)
"""The Spanish and Catalan short word for a promenade: `Pº Valira`."""

HAN_COUNTRY = re.compile(r"^\s*(?:中华人民共和国|中華人民共和國)(?=\S\S)")
HAN_UNIT = re.compile(
    r"(?<=[号號])\s*[\dA-Z一二三四五六七八九十]{1,4}(?:[号號]?[楼樓]|栋|棟|幢|单元|單元|室|层|層|座|户)[\dA-Z号號楼樓栋棟幢单單元室层層座户]*"
)
"""The building, the staircase and the flat behind the number of a house in Chinese."""

NUMBER_AND_STREET = re.compile(r"\d\s+(?:st|av)", re.IGNORECASE)
"""Prefilter for the pattern above."""


METRO = re.compile(r"(?:^|(?<=[\s,]))(?:ст(?:анция|\.)?\s*)?м(?:\.\s*|\s+)(?=[А-ЯЁ])")
"""The Russian short word for the metro before the name of a station: `м. ВДНХ`."""

UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
"""Letters of Ukrainian that Russian does not have; there the same short word is that for a city: `м. Київ`."""

EXITS = frozenset(
    {
        "exit", "ausfahrt", "anschlussstelle", "sortie", "salida", "sortida", "uscita", "avkjørsel", "avkjorsel", "avfart", "afrit",
        "liittymä", "liittyma", "съезд", "junction", "jct",
    }
)  # fmt: skip
EXIT = re.compile(
    rf"[\s,]*(?<!\w)(?:{'|'.join(sorted(EXITS))})"
    r"(?:\s*(?:no\.?|nr\.?|#))?\s*\d{1,4}[a-z]?(?![\w-])",
    re.IGNORECASE,
)
"""The exit of a motorway, which the data of the road does not tell: `I-270 exit 17`."""

PARTED_CODE = re.compile(r"((?:^|,)\s*(?:[A-Z]{1,2}[\s-])?\d{2})\s(?=\d{3}\s+[^\W\d_]+(?:[\s-][^\W\d_]+)?\s*(?:,|$))")
"""A postal code of five digits with a blank, before a town: `98 000 Monaco`."""

INITIALS = re.compile(r"^\s*((?:[A-Z]\.\s?){2,4})\s*(?=,|$)")
"""Initials with full stops as the whole text, or before a comma: `L.A., California`."""

NUMBER_SIGN_ALONE = re.compile(r"№\s*(?=\d)")


def write_calle_out(text: str, frequency: Callable[[str], int]) -> str:
    """Write `c/` out as the word that more names of the data have, by their index terms: Catalan carrer or Spanish calle."""
    if CALLE.search(text) is None:
        return text
    most, word = max((frequency(shorten_word(word)), word) for word in CALLE_WORDS)
    return CALLE.sub(f"{word} ", text) if most else text


def may_be_run_together(text: str) -> bool:
    """Tell whether words of a text may have been joined: it has capitals within words, perhaps."""
    return not (text.istitle() or text.islower() or text.isupper())


def keep_together(text: str, is_word: Callable[[str], bool]) -> str:
    """Write words with capitals within in small letters where that is a word of names, so that they are not parted."""
    if RUN_TOGETHER.search(text) is None:
        return text
    return " ".join(word.lower() if _is_one(word, is_word) else word for word in text.split(" "))


def _is_one(word: str, is_word: Callable[[str], bool]) -> bool:
    """Tell whether a word with capitals within is a word of names; none is with a part that is abbreviated, as `Street`."""
    parts = [fold(part) for part in RUN_TOGETHER.split(word.strip(",;.()"))]
    return len(parts) > 1 and is_word("".join(parts)) and all(shorten_word(part) == part for part in parts)


def rewrite(text: str) -> str:
    """Rewrite a query to the data's notation: Russian abbreviations, Han numerals, halves, numbered streets."""
    if may_be_run_together(text):
        text = RUN_TOGETHER.sub(" ", text)
    if has_digit(text):
        text = _rewrite_numbers(text)
    text = _rewrite_latin(text)
    if text.isascii() or CYRILLIC_AND_LATER.search(text) is None:
        return text
    text = METRO.sub("метро " if UKRAINIAN.search(text) is None else "", text)
    text = RUSSIAN_SHORT.sub(lambda word: f"{RUSSIAN[word[1].casefold()]} ", text)
    text = RUSSIAN_DISTRICTS.sub(" ", text)
    if "окр" in text or "тер" in text or "посел" in text:
        text = RUSSIAN_MUNICIPALITY.sub(" ", text)
    return HAN_NUMBER.sub(
        lambda number: str(read_han(number.group())), HAN_UNIT.sub(" ", HAN_COUNTRY.sub("中国 ", text))
    )


def _rewrite_latin(text: str) -> str:
    """Write short words for streets out that only some languages have, or that need the words around them."""
    if "/" in text:
        text = CALLE.sub("", text) or text
    if "vn" in text:
        text = VEIEN.sub("veien", text)
    if "s g" in text:
        text = GATE.sub("gate", text)
    if "s v" in text:
        text = VEI.sub("vei", text)
    if text[:1] in "rR" or " r" in text or " R" in text:
        text = RUE.sub("rue ", text)
    if text[1:2] == ".":
        text = INITIALS.sub(lambda found: found[1].replace(".", "").replace(" ", ""), text)
    if "º" in text or "°" in text:
        text = PASEO.sub("ps ", text)
    if "yezd" in text:  # as maps in English spell the Russian word
        text = text.replace("royezd", "roezd")
    return text


def _rewrite_numbers(text: str) -> str:
    if HALVES.search(text) is not None:
        text = join_fraction(text)
    if NUMBER_AND_STREET.search(text) is not None:
        text = ORDINAL_STREET.sub(lambda found: found[1] + ordinal(int(found[2])), text)
    if PARTED_CODE.search(text) is not None:
        text = PARTED_CODE.sub(r"\1", text)
    if LETTER_AND_DIGIT.search(text) is not None:
        text = STREET_AND_NUMBER.sub(r"\1 ", text)
    if "º" in text or "°" in text:
        text = NUMERO.sub("no ", text)
    if text.count(" ") > 1 and not EXITS.isdisjoint(text.casefold().replace(",", " ").split()):
        rest = EXIT.sub("", text, count=1)
        text = rest if has_digit(rest) else text
    if "№" in text:
        text = NUMBER_SIGN_ALONE.sub(" no ", NUMBER_SIGN.sub(r"\1 ", text))
    return text


def ordinal(number: int) -> str:
    """Return an English ordinal: 1st, 2nd, 11th."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def read_han(number: str) -> int:
    """Parse a number in Han numerals, digit by digit or with tens: 九九, 九十九, 一百二十."""
    if not any(sign in HAN_TENS for sign in number):
        return int("".join(str(HAN_DIGITS[sign]) for sign in number[:9]))
    total = digit = 0
    for sign in number:
        if sign in HAN_TENS:
            total += max(1, digit) * HAN_TENS[sign]
            digit = 0
        else:
            digit = HAN_DIGITS[sign]
    return total + digit
