"""Abbreviations in addresses, each with one canonical short form; read from `data/addresses.toml`."""

import tomllib
from importlib.resources import files
from typing import Any

_DATA: dict[str, Any] = tomllib.loads((files(__package__) / "data/addresses.toml").read_text(encoding="utf-8"))

SHORT: dict[str, str] = {}
"""The canonical short form of each word; the first one if there are several."""

for _short, _longer in _DATA["short"].items():
    for _word in (_short, *_longer):
        SHORT.setdefault(_word, _short)

ENDINGS: tuple[tuple[str, str, int], ...] = tuple(
    (ending["long"], ending["short"], ending["least"]) for ending in _DATA["endings"]
)
"""Endings of compound street names, each with its short form and the lowest number of letters before it."""

LONG: dict[str, tuple[str, ...]] = {}
"""The long forms of each short form."""

for _long, _short in SHORT.items():
    if _long != _short and len(_long) > 3:
        LONG[_short] = (*LONG.get(_short, ()), _long)

TYPED: dict[str, str] = {word: name for name, words in _DATA["typed"].items() for word in words}
"""Short words that people type, but no data has, each with the word that the index has."""

LIGHT = frozenset[str](_DATA["words"]["light"])
"""Stop words: they have a low weight."""

UNIT_WORDS = frozenset[str](_DATA["words"]["units"])
"""Words before the number of a flat, a floor or a room, which is not needed to find an address."""

FLOOR_WORDS = frozenset[str](_DATA["words"]["floors"])
"""Words for a floor, which may come after its number: "2. krs", "3e étage"."""

NUMBER_WORDS = frozenset[str](_DATA["words"]["numbers"])
"""Words before a house number."""
