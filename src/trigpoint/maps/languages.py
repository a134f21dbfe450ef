"""Choosing a name by language: the requested language first, then its fallbacks, then the local name."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

LOCAL = ""
"""The key of the local name (`name` in OpenStreetMap), in whatever language that is."""

Names = Mapping[str, str]
"""Names by language tag as OpenStreetMap writes it (`name:zh-Hant` is under `zh-Hant`), and under `LOCAL`."""

_SCRIPT_OF_REGION = {"zh-TW": "zh-Hant", "zh-HK": "zh-Hant", "zh-MO": "zh-Hant", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans"}
_NEARLY = {"nb": "no", "nn": "no", "no": "nb", "yue": "zh-Hant", "iw": "he", "he": "iw", "in": "id", "tl": "fil"}


@lru_cache(maxsize=1024)
def language_chain(lang: str) -> tuple[str, ...]:
    """Return the language tags to try for a language, best first: `zh-TW`, `zh-Hant`, `zh`."""
    parts = lang.split("-")
    chain = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    if len(parts) > 2 and len(parts[1]) == 4:
        chain.insert(-1, f"{parts[0]}-{parts[2]}")
    for tag in tuple(chain):
        if tag in _SCRIPT_OF_REGION:
            chain.insert(chain.index(tag) + 1, _SCRIPT_OF_REGION[tag])
    nearly = _NEARLY.get(parts[0])
    if nearly is not None:
        chain += [nearly, nearly.split("-")[0]]
    return tuple(dict.fromkeys(chain))


def translated_name(names: Names, lang: str) -> str | None:
    """Return the name in the requested language; None if the data has none."""
    if names:
        for tag in language_chain(lang):
            if tag in names:
                return names[tag]
    return None


def name_in(names: Names, lang: str) -> str | None:
    """Return the name in the requested language, else the local one; None if there is no name at all."""
    return translated_name(names, lang) or names.get(LOCAL)


def name_alone(names: Names, lang: str) -> str | None:
    """Return what `names_in_one_language` does for one thing that has names."""
    for tag in language_chain(lang):
        if tag in names:
            return names[tag]
    return names.get(LOCAL) or None


def names_in_one_language(group: Sequence[Names], lang: str) -> tuple[str | None, ...]:
    """Name several things on one line: all in the requested language, or else all by their local names.

    A thing without any name is None, and does not count for this choice.
    """
    chain = language_chain(lang)
    wanted: list[str | None] = []
    for names in group:
        found = None
        for tag in chain:
            if tag in names:
                found = names[tag]
                break
        wanted.append(found)
    if None in wanted:
        for name, names in zip(wanted, group, strict=True):
            if name is None and names:  # one thing has no name in the language, so all get their local names
                return tuple([names.get(LOCAL) or name for name, names in zip(wanted, group, strict=True)])
    return tuple(wanted)
