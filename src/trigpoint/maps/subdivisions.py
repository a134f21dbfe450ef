"""States and provinces with a short code in addresses; read from `subdivisions.toml`."""

import tomllib
from importlib.resources import files

_NAMES: dict[str, dict[str, str]] = tomllib.loads(
    (files(__package__) / "subdivisions.toml").read_text(encoding="utf-8")
)
_CODES = {country: {name.casefold(): code for code, name in names.items()} for country, names in _NAMES.items()}


def subdivision_code(country_code: str, name_or_code: str) -> str | None:
    """Return the code of a state by its name in the country's language, or by its code in any case; None if unknown."""
    code = name_or_code.upper()
    if code in _NAMES.get(country_code, {}):
        return code
    return _CODES.get(country_code, {}).get(name_or_code.casefold())
