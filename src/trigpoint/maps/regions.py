"""Regions of results: the smallest box around several boxes, also across the antimeridian."""

from collections.abc import Iterable

from trigpoint.base.geo import Box, region_around
from trigpoint.maps.queries import Hints

WORLD = Box(south=-90.0, west=-180.0, north=90.0, east=180.0)


def box_around(boxes: Iterable[Box]) -> Box | None:
    """Return the smallest box that contains all boxes; None if there are none."""
    parts = list(boxes)
    if not parts:
        return None
    south, north = min(box.south for box in parts), max(box.north for box in parts)
    west, east = _arc_around(parts)
    return Box(south=south, west=west, north=north, east=east)


def halves_of(box: Box) -> tuple[Box, ...]:
    """Split a box at the antimeridian, for engines that cannot handle a box across it."""
    if box.west <= box.east:
        return (box,)
    west = Box(south=box.south, west=box.west, north=box.north, east=180.0)
    return west, Box(south=box.south, west=-180.0, north=box.north, east=box.east)


def region_of_answer(boxes: Iterable[Box], hints: Hints) -> Box:
    """Return the region of a search result: around the places found, else the region searched, else the world."""
    found = box_around(boxes) or hints.search_region
    if found is not None:
        return found
    return region_around(hints.focus) if hints.focus is not None else WORLD


def _arc_around(boxes: list[Box]) -> tuple[float, float]:
    """Return west and east of the shortest arc that contains all boxes: the circle without its widest gap."""
    arcs = sorted((box.west, 360.0 if box.east == box.west + 360 else (box.east - box.west) % 360) for box in boxes)
    reach = max(left + length for left, length in arcs) - 360
    gap, west, east = 0.0, -180.0, 180.0
    for left, length in arcs:
        if left - reach > gap:
            gap, west, east = left - reach, left, reach
        reach = max(reach, left + length)
    return west, east if east == 180 else 180 - (180 - east) % 360
