"""Inline GeoJSON sources of a style: the labels of seas, and the bounds of the operator's own tiles."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from trigpoint.base.geo import Point
from trigpoint.engines.snapshots.frames import Frame
from trigpoint.engines.snapshots.ground import write_path
from trigpoint.engines.snapshots.labels import OVERHANG, Candidate
from trigpoint.engines.snapshots.layers import PaintedLayer
from trigpoint.maps.snapshots.views import project

FAR = 2000.0
"""Distance in pixels outside the image at which areas are clipped."""


def points_of(layer: PaintedLayer, data: object, frame: Frame) -> Iterator[Candidate]:
    """Yield label candidates for the points of a feature collection."""
    features = cast("Sequence[Mapping[str, Mapping[str, object]]]", cast("Mapping[str, object]", data)["features"])
    for feature in features:
        look = layer.look(feature["properties"])
        if look is None:
            continue
        longitude, latitude = cast("Sequence[float]", feature["geometry"]["coordinates"])
        x, y = frame.place(Point(latitude, longitude))
        if -OVERHANG <= x <= frame.width + OVERHANG and -OVERHANG <= y <= frame.height + OVERHANG:
            yield Candidate(look, x, y)


def area_of(layer: PaintedLayer, data: object, frame: Frame) -> str:
    """Fill a rectangle that is bounded by meridians and parallels."""
    look = layer.look({})
    (ring,) = cast("Sequence[Sequence[Sequence[float]]]", cast("Mapping[str, object]", data)["coordinates"])
    if look is None:
        return ""
    west, north = project(Point(max(y for _, y in ring), min(x for x, _ in ring)))
    east, south = project(Point(min(y for _, y in ring), max(x for x, _ in ring)))
    left, top = west * frame.world_px - frame.left, north * frame.world_px - frame.top
    right, bottom = left + (east - west) * frame.world_px, south * frame.world_px - frame.top
    left, right = max(-FAR, left), min(frame.width + FAR, right)
    top, bottom = max(-FAR, top), min(frame.height + FAR, bottom)
    if left >= right or top >= bottom:
        return ""
    path = f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}Z"
    return write_path(layer.kind, look, path, (0.0, 0.0), 1.0)
