"""The meaning of OpenStreetMap's `admin_level` in addresses, by country.

From the table "admin_level, 11 levels, by country" of the OpenStreetMap wiki, applied to postal addresses.
"""

from trigpoint.engines.embedded.importing.areas import Area
from trigpoint.engines.embedded.importing.features import SETTLEMENTS
from trigpoint.engines.embedded.index.records import Level

_A, _S, _L, _N = Level.ADMINISTRATIVE_AREA, Level.SUB_ADMINISTRATIVE_AREA, Level.LOCALITY, Level.SUB_LOCALITY

USUAL: dict[int, Level] = {2: Level.COUNTRY, 4: _A, 6: _S, 8: _L, 9: _N, 10: _N}

BY_COUNTRY: dict[str, dict[int, Level]] = {
    "AD": {2: Level.COUNTRY, 7: _A},
    "AU": {2: Level.COUNTRY, 4: _A, 6: _S, 9: _L, 10: _L},
    "BE": {2: Level.COUNTRY, 4: _A, 6: _S, 8: _L, 9: _N},
    "BR": {2: Level.COUNTRY, 4: _A, 8: _L, 9: _N, 10: _N},
    "CN": {2: Level.COUNTRY, 4: _A, 5: _L, 6: _N, 8: _N},
    "CZ": {2: Level.COUNTRY, 6: _A, 7: _S, 8: _L, 10: _N},
    "DK": {2: Level.COUNTRY, 4: _A, 7: _S},
    "EE": {2: Level.COUNTRY, 6: _A, 7: _S, 9: _L, 10: _N},
    "ES": {2: Level.COUNTRY, 4: _A, 6: _S, 8: _L, 9: _N, 10: _N},
    "GB": {2: Level.COUNTRY, 4: _A, 6: _S, 10: _N},
    "GR": {2: Level.COUNTRY, 5: _A, 6: _S, 7: _L, 8: _N},
    "HR": {2: Level.COUNTRY, 6: _A, 7: _S, 8: _L},
    "IE": {2: Level.COUNTRY, 6: _A},
    "IN": {2: Level.COUNTRY, 4: _A, 5: _S, 8: _L, 9: _N, 10: _N},
    "IS": {2: Level.COUNTRY, 5: _A, 6: _L},
    "JP": {2: Level.COUNTRY, 4: _A, 6: _S, 7: _L, 8: _N, 9: _N, 10: _N},
    "KR": {2: Level.COUNTRY, 4: _A, 6: _L, 8: _N, 10: _N},
    "LT": {2: Level.COUNTRY, 4: _A, 5: _S, 8: _L},
    "LV": {2: Level.COUNTRY, 5: _A, 6: _A, 7: _S, 8: _L},
    "MC": {2: Level.COUNTRY, 8: _L, 10: _N},
    "MX": {2: Level.COUNTRY, 4: _A, 6: _L, 8: _N},
    "NL": {2: Level.COUNTRY, 4: _A, 8: _S, 10: _L},
    "NO": {2: Level.COUNTRY, 4: _A, 7: _S},
    "NZ": {2: Level.COUNTRY, 4: _A, 6: _S, 10: _N},
    "PL": {2: Level.COUNTRY, 4: _A, 6: _S, 8: _L, 9: _N, 10: _N},
    "PT": {2: Level.COUNTRY, 4: _A, 6: _A, 7: _L, 8: _N},
    "RO": {2: Level.COUNTRY, 4: _A, 6: _L},
    "RU": {2: Level.COUNTRY, 4: _A, 6: _S, 8: _N, 9: _N},
    "SE": {2: Level.COUNTRY, 4: _A, 7: _S},
    "SK": {2: Level.COUNTRY, 4: _A, 8: _S, 9: _L, 10: _N},
    "TR": {2: Level.COUNTRY, 4: _A, 6: _L, 8: _N},
    "TW": {2: Level.COUNTRY, 4: _A, 7: _L, 8: _L, 9: _N},
    "UA": {2: Level.COUNTRY, 4: _A, 6: _S, 9: _N},
}


def level_of(country_code: str, admin_level: int) -> Level:
    """Return the level of an administrative area in the addresses of its country."""
    return BY_COUNTRY.get(country_code, USUAL).get(admin_level, Level.NONE)


def level_of_area(area: Area, country: str) -> Level:
    """Return the address level of an area; an `admin_level` that its country does not use is judged by size."""
    if area.postcode:
        return Level.POSTAL_CODE
    if area.admin_level == 0:
        return SETTLEMENTS[area.place][0] if area.place in SETTLEMENTS else Level.NONE
    level = level_of(country, area.admin_level)
    if level is not Level.NONE:
        return level
    if area.admin_level <= 4:
        return Level.ADMINISTRATIVE_AREA
    return Level.SUB_ADMINISTRATIVE_AREA if area.admin_level <= 7 else Level.SUB_LOCALITY


def is_quarter(area: Area, country: str) -> bool:
    """Tell whether an area is a part of a town, even if it is smaller than those in addresses of its country."""
    if area.admin_level == 0:
        return level_of_area(area, country) is Level.SUB_LOCALITY
    if level_of(country, area.admin_level) is not Level.NONE:
        return level_of(country, area.admin_level) is Level.SUB_LOCALITY
    return area.admin_level >= 10 and area.admin_level > max(BY_COUNTRY.get(country, USUAL))
