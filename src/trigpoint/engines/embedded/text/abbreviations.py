"""Words of addresses that people write in several ways, each brought to one short form; read from `data/addresses.toml`."""

import tomllib
from importlib.resources import files
from typing import Any

_DATA: dict[str, Any] = tomllib.loads((files(__package__) / "data/addresses.toml").read_text(encoding="utf-8"))

SHORT: dict[str, str] = {}
"""The short form of a word; of several the first."""

for _short, _longer in _DATA["short"].items():
    for _word in (_short, *_longer):
        SHORT.setdefault(_word, _short)

ENDINGS: tuple[tuple[str, str, int], ...] = tuple(
    (ending["long"], ending["short"], ending["least"]) for ending in _DATA["endings"]
)
"""Endings of compound names of streets, each with its short form, and the fewest letters that must stand before it."""

LONG: dict[str, tuple[str, ...]] = {}
"""The long forms of a short word."""

for _long, _short in SHORT.items():
    if _long != _short and len(_long) > 3:
        LONG[_short] = (*LONG.get(_short, ()), _long)

LIGHT = frozenset[str](_DATA["words"]["light"])
"""Words that carry little: they help when they match and cost little when they do not."""

UNIT_WORDS = frozenset[str](_DATA["words"]["units"])
"""Words before the number of a flat, a floor or a room, which an address on the ground does not need."""

FLOOR_WORDS = frozenset[str](_DATA["words"]["floors"])
"""Words for a floor, before which its number may stand as well: "2. krs", "3e étage"."""

NUMBER_WORDS = frozenset[str](_DATA["words"]["numbers"])
"""Words before a house number."""
