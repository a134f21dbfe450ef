"""Brands that are known in the whole world, by their spellings in other scripts: `スターバックス` is Starbucks."""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from unicodedata import normalize

FIRST_LETTER = "\u0370"
"""All letters of other scripts come after this one."""

_DENSE = re.compile(r"[぀-ヿ一-鿿가-힯฀-๿]")
"""A character of a script in which words are not parted, or words are joined with particles."""


def with_latin_brands(text: str, is_kept: Callable[[str], bool] = lambda _spelling: False) -> str | None:
    """Return the text with the first brand in it in Latin letters; None if it has none, or `is_kept` is true for its spelling."""
    if text.isascii() or max(text) < FIRST_LETTER:
        return None
    plain = normalize("NFKC", text).casefold()
    found = _any_brand().search(plain)
    if found is None or is_kept(found[0]):
        return None
    return " ".join(f"{plain[: found.start()]} {_brands()[found[0]]} {plain[found.end() :]}".split())


@cache
def _brands() -> Mapping[str, str]:
    table: dict[str, list[str]] = tomllib.loads((files(__package__) / "brands.toml").read_text(encoding="utf-8"))
    return {normalize("NFKC", spelling).casefold(): brand for brand, all_ in table.items() for spelling in all_}


@cache
def _any_brand() -> re.Pattern[str]:
    spellings = sorted(_brands(), key=len, reverse=True)
    dense = [re.escape(one) for one in spellings if _DENSE.search(one)]
    parted = [re.escape(one) for one in spellings if not _DENSE.search(one)]
    return re.compile(rf"{'|'.join(dense)}|(?<!\w)(?:{'|'.join(parted)})(?!\w)")
