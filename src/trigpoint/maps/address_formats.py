"""Each country's address format: its lines, and the position of the house number; read from `address_formats.toml`."""

import tomllib
from importlib.resources import files
from typing import Any

_DATA: dict[str, Any] = tomllib.loads((files(__package__) / "address_formats.toml").read_text(encoding="utf-8"))

USUAL: str = _DATA["usual"]
LINES: dict[str, str] = {country: lines for lines, countries in _DATA["lines"].items() for country in countries.split()}
NATIVE: dict[str, str] = _DATA["native"]
NUMBER_FIRST = frozenset[str](_DATA["number_first"])
COMMA_BEFORE_NUMBER = frozenset[str](_DATA["comma_before_number"])
