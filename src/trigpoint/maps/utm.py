"""Positions in zones of the Universal Transverse Mercator grid: `32T 539530 5221080`, and in its military form `32TNT3953021080`."""

import math
import re

from trigpoint.base.geo import Point

_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_COLUMNS = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")
_GRID = re.compile(
    rf"^\s*(?:utm:?\s*)?(\d{{1,2}})\s?([{_BANDS}])[\s,]+(\d{{6}}(?:\.\d+)?)\s*m?\s*e?[\s,]+(\d{{6,7}}(?:\.\d+)?)\s*m?\s*n?\s*$",
    re.IGNORECASE,
)
_MILITARY = re.compile(
    rf"^\s*(?:mgrs:?\s*)?(\d{{1,2}})\s?([{_BANDS}])\s?([A-HJ-NP-Z])([{_ROWS}])\s?(\d{{6,10}}|\d{{3,5}}\s\d{{3,5}})\s*$",
    re.IGNORECASE,
)

_BEGUN = re.compile(rf"\s*(?:utm|mgrs|\d{{1,2}}\s?[{_BANDS}])", re.IGNORECASE)
"""Prefilter for both patterns."""

_RADIUS, _FLATTENING, _SCALE = 6_378_137.0, 1 / 298.257223563, 0.9996
_N = _FLATTENING / (2 - _FLATTENING)
_MEAN = _RADIUS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_BETA = (_N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96, _N**2 / 48 + _N**3 / 15, 17 * _N**3 / 480)
_DELTA = (2 * _N - 2 * _N**2 / 3 - 2 * _N**3, 7 * _N**2 / 3 - 8 * _N**3 / 5, 56 * _N**3 / 15)
"""The series of Krüger, to the third order: exact to a few millimetres within a zone."""

_FALSE_EAST, _FALSE_NORTH, _ROUND = 500_000.0, 10_000_000.0, 2_000_000.0


def read_utm(text: str) -> Point | None:
    """Parse a position in the grid; None if the text is none, or the position is outside its zone's band."""
    if _BEGUN.match(text) is None:
        return None
    grid = _GRID.match(text)
    if grid is not None:
        zone, band, east, north = int(grid[1]), grid[2].upper(), float(grid[3]), float(grid[4])
    else:
        military = _MILITARY.match(text)
        digits = "".join(military[5].split()) if military is not None else ""
        if military is None or len(digits) % 2:
            return None
        zone, band = int(military[1]), military[2].upper()
        column = _COLUMNS[zone % 3].find(military[3].upper())
        if column < 0:
            return None
        half = len(digits) // 2
        unit = 10.0 ** (5 - half)
        east = (column + 1) * 100_000 + (int(digits[:half]) + 0.5) * unit
        row = (_ROWS.index(military[4].upper()) - (5 if zone % 2 == 0 else 0)) % 20
        north = _lifted(band, row * 100_000 + (int(digits[half:]) + 0.5) * unit)
    return _point(zone, band, east, north) if 1 <= zone <= 60 else None


def _lifted(band: str, north: float) -> float:
    """Return the northing in a band of one that begins anew every 2,000 km."""
    south = -80 + 8 * _BANDS.index(band)
    least = _SCALE * _MEAN * math.radians(south) * 0.9975 + (_FALSE_NORTH if south < 0 else 0) - 50_000
    return north + math.ceil((least - north) / _ROUND) * _ROUND


def _point(zone: int, band: str, east: float, north: float) -> Point | None:
    xi = (north - (_FALSE_NORTH if band < "N" else 0)) / (_SCALE * _MEAN)
    eta = (east - _FALSE_EAST) / (_SCALE * _MEAN)
    pairs = [(2 * order, worth) for order, worth in enumerate(_BETA, 1)]
    xi_there = xi - math.fsum(worth * math.sin(order * xi) * math.cosh(order * eta) for order, worth in pairs)
    eta_there = eta - math.fsum(worth * math.cos(order * xi) * math.sinh(order * eta) for order, worth in pairs)
    conformal = math.asin(math.sin(xi_there) / math.cosh(eta_there))
    latitude = conformal + math.fsum(worth * math.sin(2 * order * conformal) for order, worth in enumerate(_DELTA, 1))
    longitude = 6 * zone - 183 + math.degrees(math.atan2(math.sinh(eta_there), math.cos(xi_there)))
    south = -80 + 8 * _BANDS.index(band)
    if not south - 1 <= math.degrees(latitude) <= south + 13:
        return None
    return Point(math.degrees(latitude), (longitude + 180) % 360 - 180)
