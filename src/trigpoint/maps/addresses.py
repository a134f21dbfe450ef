"""Addresses as people of a country write them, each line in one language."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from trigpoint.maps.address_formats import COMMA_BEFORE_NUMBER, LINES, NATIVE, NUMBER_FIRST, USUAL
from trigpoint.maps.languages import LOCAL, Names, name_alone, name_in, names_in_one_language, translated_name
from trigpoint.maps.places import StructuredAddress

_PART = re.compile(r"([^{}]*)\{(\w+)\}")
_EAST_ASIAN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_PART_NAMES = {
    "street": "thoroughfare",
    "sub": "sub_locality",
    "city": "locality",
    "county": "sub_administrative_area",
    "state": "administrative_area",
}
Line = tuple[tuple[str, str], ...]
"""A line of an address format: pairs of a separator and the part that follows it."""
_AREAS = ("state", "county", "city", "sub")
_OWN_LANGUAGES = {
    "CN": ("zh-Hans", "zh"),
    "HK": ("zh-Hant", "zh"),
    "JP": ("ja",),
    "KP": ("ko",),
    "KR": ("ko",),
    "MO": ("zh-Hant", "zh"),
    "TW": ("zh-Hant", "zh"),
}
_HOUSE_MARKS = {"CN": "号", "HK": "號", "MO": "號", "TW": "號"}

Parts = tuple[str, ...]
"""Parts of an address that stand on one line."""

ChosenNames = Mapping[str, str | None]
"""The name chosen for each part."""


STREET_ALONE: tuple[Parts, ...] = (("thoroughfare",),)
"""The street is alone on its line, as in most countries."""


class _Groups(NamedTuple):
    """The parts of an address by line: those on the street's line, and those of the other lines."""

    of_street: tuple[Parts, ...]
    of_areas: tuple[Parts, ...]


class AddressNames(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The parts of an address, each with its names in all languages."""

    administrative_area: Names = {}
    administrative_area_code: str | None = None
    sub_administrative_area: Names = {}
    locality: Names = {}
    post_code: str | None = None
    sub_locality: Names = {}
    thoroughfare: Names = {}
    sub_thoroughfare: str | None = None
    areas_of_interest: tuple[Names, ...] = ()
    dependent_localities: tuple[Names, ...] = ()


def address_in(
    names: AddressNames, lang: str, *, country_code: str | None, areas: ChosenNames | None = None
) -> StructuredAddress:
    """Choose a name for each part, so that parts on one line of the country's format are in the same language.

    `areas` may be an earlier result of `areas_in` for the same areas.
    """
    chosen = areas or areas_in(names, lang, country_code=country_code)
    of_street = _groups(country_code).of_street
    if of_street == STREET_ALONE and country_code not in NATIVE:
        street = name_alone(names.thoroughfare, lang) if names.thoroughfare else None
    else:
        chosen = {**chosen}
        for line in of_street:
            chosen.update(_choose(names, line, lang, country_code=country_code))
        street = chosen["thoroughfare"]
    return StructuredAddress(
        administrative_area=chosen["administrative_area"],
        administrative_area_code=names.administrative_area_code,
        sub_administrative_area=chosen["sub_administrative_area"],
        locality=chosen["locality"],
        post_code=names.post_code,
        sub_locality=chosen["sub_locality"],
        thoroughfare=street,
        sub_thoroughfare=names.sub_thoroughfare,
        full_thoroughfare=full_thoroughfare(street, names.sub_thoroughfare, country_code=country_code),
        areas_of_interest=_all_in(names.areas_of_interest, lang),
        dependent_localities=_all_in(names.dependent_localities, lang),
    )


def areas_in(names: AddressNames, lang: str, *, country_code: str | None) -> ChosenNames:
    """Choose the names of the areas on other lines than the street's. They are equal for all addresses of a town."""
    chosen: dict[str, str | None] = {}
    is_native = country_code in NATIVE
    for line in _groups(country_code).of_areas:
        if len(line) > 1 or is_native:
            chosen.update(_choose(names, line, lang, country_code=country_code))
        else:
            of_part = getattr(names, line[0])
            chosen[line[0]] = name_alone(of_part, lang) if of_part else None
    return chosen


def _choose(names: AddressNames, line: Parts, lang: str, *, country_code: str | None) -> ChosenNames:
    """Choose the names of the parts of one line."""
    group = [getattr(names, part) for part in line]
    if not any(group):
        return dict.fromkeys(line)
    if len(line) == 1 and country_code not in NATIVE:
        return {line[0]: name_alone(group[0], lang)}
    if country_code in NATIVE:
        group = [_with_native_name(part, country_code) for part in group]
    return dict(zip(line, names_in_one_language(group, lang), strict=True))


def full_thoroughfare(street: str | None, number: str | None, *, country_code: str | None) -> str | None:
    """Format a street with its house number in the country's order; a number without a street is given alone."""
    if not street or not number:
        return street or number or None
    country = country_code or ""
    if country in NATIVE and country not in {"KR", "KP"} and _EAST_ASIAN.search(street):
        return f"{street}{number}{_HOUSE_MARKS.get(country, '') if number[-1].isdigit() else ''}"
    if country in NUMBER_FIRST and not _EAST_ASIAN.search(street):
        return f"{number} {street}"
    return f"{street}{', ' if country in COMMA_BEFORE_NUMBER else ' '}{number}"


def format_lines(address: StructuredAddress, *, country_code: str | None, country: str | None) -> tuple[str, ...]:
    """Format an address as lines, without the name of the place; the country is the last line, or the first."""
    code, parts = country_code or "", _parts(address)
    native = code in NATIVE and any(_EAST_ASIAN.search(text) for text in parts.values())
    lines = _parsed(NATIVE[code] if native else LINES.get(code, USUAL))
    if "street" not in parts and "sub" in parts and not any(part == "sub" for line in lines for _, part in line):
        parts["street"] = parts["sub"]
    output = _write_lines(lines, parts, first=_take_foreign(parts) if native else [])
    if country:
        output.insert(0 if native else len(output), country)
    return tuple(output)


def _write_lines(lines: Sequence[Line], parts: Mapping[str, str], *, first: Sequence[str]) -> list[str]:
    """Return the lines that are not empty, after those in `first`, without duplicates."""
    output = list(first)
    for line in lines:
        text = _write(line, parts, without=output)
        if text and text not in output:
            output.append(text)
    return output


def _take_foreign(parts: dict[str, str]) -> list[str]:
    """Remove the parts in another script from a native address, and return them as lines: no line mixes scripts."""
    foreign = [parts.pop(part) for part in _AREAS if part in parts and not _EAST_ASIAN.search(parts[part])]
    return [", ".join(dict.fromkeys(foreign))] if foreign else []


def _with_native_name(names: Names, country_code: str | None) -> Names:
    """Use the name in the country's own script as the local name, if the local name in the data is romanised."""
    local = names.get(LOCAL)
    if country_code not in NATIVE or not local or _EAST_ASIAN.search(local):
        return names
    native = next(
        (name for lang in _OWN_LANGUAGES[country_code or ""] if (name := translated_name(names, lang))), local
    )
    return {**names, LOCAL: native}


def _write(line: Line, parts: Mapping[str, str], *, without: Sequence[str]) -> str:
    """Join the non-empty parts of a line, without duplicates and those in `without`, with separators only between parts."""
    text = ""
    said = [*without]
    for separator, part in line:
        piece = parts.get(part)
        if piece and piece not in said:
            said.append(piece)
            text += f"{separator}{piece}" if text or separator == "〒" else piece
    return text


def _parts(address: StructuredAddress) -> dict[str, str]:
    """Return the parts by their names in the formats. Without a town, the county or the state takes its place."""
    state, county, city = address.administrative_area, address.sub_administrative_area, address.locality
    code = address.administrative_area_code or state
    if not city:
        city, code = (county, code) if county else (state, None)
    parts: dict[str, str] = {}
    if address.full_thoroughfare:
        parts["street"] = address.full_thoroughfare
    if address.sub_locality:
        parts["sub"] = address.sub_locality
    if city:
        parts["city"] = city
    if county:
        parts["county"] = county
    if state:
        parts["state"] = state
    if code:
        parts["code"] = code
    if address.post_code:
        parts["postcode"] = address.post_code
    return parts


@lru_cache(maxsize=128)
def _parsed(lines: str) -> tuple[Line, ...]:
    return tuple(tuple((sep, part) for sep, part in _PART.findall(line)) for line in lines.split("|"))


@lru_cache(maxsize=512)
def _groups(country_code: str | None) -> _Groups:
    """Return the parts grouped by line: those on the street's line, and the others. Uses the native order, if any."""
    groups = _named_lines(country_code or "")
    return _Groups(
        of_street=tuple(line for line in groups if "thoroughfare" in line),
        of_areas=tuple(line for line in groups if "thoroughfare" not in line),
    )


def _named_lines(country: str) -> list[tuple[str, ...]]:
    """Return the parts of each line of a format, then each part that is on no line, alone."""
    lines = _parsed(NATIVE.get(country) or LINES.get(country, USUAL))
    named = [tuple(_PART_NAMES[part] for _, part in line if part in _PART_NAMES) for line in lines]
    used = {part for line in named for part in line}
    rest = [(part,) for part in _PART_NAMES.values() if part not in used]
    return [line for line in [*named, *rest] if line]


def _all_in(many: tuple[Names, ...], lang: str) -> tuple[str, ...]:
    if not many:
        return ()
    return tuple(dict.fromkeys(name for names in many if (name := name_in(names, lang)) is not None))
