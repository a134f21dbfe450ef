"""The view of a picture: a centre and a zoom that show a span, or all annotations and overlays."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trigpoint.base.geo import METRES_PER_DEGREE, Point
from trigpoint.maps.snapshots.queries import MAX_ZOOM, MIN_ZOOM

TILE_PX = 256
"""The width of the world at zoom 0, in CSS pixels: the zoom of snapshots is that of tiles of 256 pixels."""
MAX_LATITUDE = 85.0511
"""The northern limit of the Web Mercator map, in degrees."""
PADDING = 0.1
"""Margin at each edge of a fitted view, as a fraction of the shorter side."""
MARKER_ABOVE_PX = 44
"""Height that a balloon needs above its point, in CSS pixels."""
ALONE_ZOOM = 15.0
"""The zoom of a view that shows a single point."""


@dataclass(frozen=True, slots=True)
class View:
    """The centre of a picture, and its zoom (of tiles of 256 pixels)."""

    center: Point
    zoom: float

    @property
    def world_px(self) -> float:
        """The width of the whole world in CSS pixels."""
        return TILE_PX * math.exp2(self.zoom)


def project(point: Point) -> tuple[float, float]:
    """Project a point to Web Mercator: x from the west and y from the north, each from 0 to 1."""
    latitude = max(-MAX_LATITUDE, min(MAX_LATITUDE, point.latitude))
    sine = math.sin(math.radians(latitude))
    return (point.longitude + 180) / 360, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def unproject(x: float, y: float) -> Point:
    """Return the point of a Web Mercator position; x wraps around at the antimeridian."""
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
    return Point(latitude, (x * 360) % 360 - 180)


def show_span(center: Point, span: tuple[float, float], size: tuple[int, int]) -> View:
    """Return the view around a centre that shows the whole span (degrees of latitude and longitude)."""
    latitude, longitude = span
    north = project(Point(min(MAX_LATITUDE, center.latitude + latitude / 2), center.longitude))[1]
    south = project(Point(max(-MAX_LATITUDE, center.latitude - latitude / 2), center.longitude))[1]
    return View(center, _zoom_for(longitude / 360, south - north, size))


def fit(points: Iterable[Point], size: tuple[int, int], *, markers: bool) -> View:
    """Return the view that shows all points (at least one) with a margin; `markers` adds room for balloons above.

    If the points lie on both sides of the antimeridian, the view crosses it if that is the shorter way.
    """
    places = [project(point) for point in points]
    left, right = _around([x for x, _ in places])
    top, bottom = min(y for _, y in places), max(y for _, y in places)
    margin = PADDING * min(size)
    above = MARKER_ABOVE_PX if markers else 0
    room = (max(20, int(size[0] - 2 * margin)), max(20, int(size[1] - 2 * margin - above)))
    zoom = _zoom_for(right - left, bottom - top, room)
    if max(right - left, bottom - top) < 1e-11:  # a millimetre
        zoom = ALONE_ZOOM
    raised = above / 2 / (TILE_PX * 2**zoom)
    return View(unproject((left + right) / 2, min(1.0, max(0.0, (top + bottom) / 2 - raised))), zoom)


def points_of_circle(center: Point, radius_m: float) -> tuple[Point, ...]:
    """Return the northernmost, easternmost, southernmost and westernmost points of a circle on the ground."""
    up = radius_m / METRES_PER_DEGREE
    across = min(180.0, up / max(1e-6, math.cos(math.radians(center.latitude))))
    return (
        Point(min(90.0, center.latitude + up), center.longitude),
        Point(center.latitude, (center.longitude + across + 180) % 360 - 180),
        Point(max(-90.0, center.latitude - up), center.longitude),
        Point(center.latitude, (center.longitude - across + 180) % 360 - 180),
    )


def _zoom_for(width: float, height: float, size: tuple[int, int]) -> float:
    """Return the zoom at which fractions of the world's width and height fill a size, clamped to the allowed zooms."""
    zooms = [
        math.log2(side / (TILE_PX * part)) for part, side in zip((width, height), size, strict=True) if part > 1e-12
    ]
    return max(MIN_ZOOM, min([MAX_ZOOM, *zooms]))


def _around(xs: Sequence[float]) -> tuple[float, float]:
    """Return the shortest interval around the world that contains all positions; its right end may be above 1."""
    ordered = sorted(x % 1.0 for x in xs)
    gaps = [(after - before, after) for before, after in pairwise(ordered)]
    widest, begins = max([*gaps, (ordered[0] + 1 - ordered[-1], ordered[0])])
    return begins, begins + 1 - widest
