"""Distances in plain arithmetic, for the few points of one request."""

import math
from collections.abc import Sequence
from itertools import pairwise

from trigpoint.base.geo import MEAN_RADIUS_M, ROUND_METRES_PER_DEGREE, great_circle_m

METRES_PER_DEGREE = ROUND_METRES_PER_DEGREE


def metres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the distance of two points in metres, exact enough for ranking."""
    lng = abs(longitude - other_longitude)
    if lng > 180:
        lng = 360 - lng
    if lng > 5 or abs(latitude - other_latitude) > 5:
        return great_circle_m(latitude, other_latitude, lng, radius_m=MEAN_RADIUS_M)
    north = (latitude - other_latitude) * METRES_PER_DEGREE
    east = lng * METRES_PER_DEGREE * math.cos(math.radians((latitude + other_latitude) / 2))
    return math.hypot(north, east)


def nearest_on_line(
    latitude: float, longitude: float, line: Sequence[tuple[float, float]]
) -> tuple[float, tuple[float, float], float]:
    """Find the nearest point on a line of (longitude, latitude).

    Returns the distance in metres, the point as (latitude, longitude), and on which side of the line, in its drawing
    direction, the given point lies: positive is left, negative is right.
    """
    shrink = math.cos(math.radians(latitude))
    best = (math.inf, (latitude, longitude), 0.0)
    for (lng1, lat1), (lng2, lat2) in pairwise(line):
        ax, ay = (lng1 - longitude) * shrink, lat1 - latitude
        dx, dy = (lng2 - lng1) * shrink, lat2 - lat1
        length = dx * dx + dy * dy
        share = 0.0 if length == 0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / length))
        x, y = ax + share * dx, ay + share * dy
        distance = math.hypot(x, y) * METRES_PER_DEGREE
        if distance < best[0]:
            side = dx * -ay - dy * -ax
            best = (distance, (latitude + y, longitude + (x / shrink if shrink > 1e-9 else 0.0)), side)
    return best


def crossing(
    first: Sequence[tuple[float, float]], second: Sequence[tuple[float, float]]
) -> tuple[float, tuple[float, float]]:
    """Find where two lines come closest: the distance in metres, and the point as (latitude, longitude)."""
    best = (math.inf, (0.0, 0.0))
    for line, other in ((first, second), (second, first)):
        for longitude, latitude in line:
            distance, point, _ = nearest_on_line(latitude, longitude, other)
            if distance < best[0]:
                best = (distance, point)
    return best


def box_of(line: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return the south, west, north and east of a line of (longitude, latitude)."""
    longitudes, latitudes = zip(*line, strict=True)
    return min(latitudes), min(longitudes), max(latitudes), max(longitudes)
