"""Reading the overlays of a snapshot, and their shared styles, from JSON (contract §6.3)."""

from collections.abc import Sequence

from polyline_rs import decode_latlon

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Point
from trigpoint.maps.snapshots.colours import Colour, read_colour
from trigpoint.maps.snapshots.queries import (
    FillRule,
    LineCap,
    LineJoin,
    Overlay,
    OverlayKind,
    OverlayStyle,
)
from trigpoint.wire.parameters import read_point
from trigpoint.wire.snapshot_members import COLOUR, Members, as_whole, read_items

MAX_OVERLAYS = 100
MAX_POINTS = 5_000
"""Most points of all overlays together."""
MAX_RADIUS_M = 20_000_000
MAX_WIDTH_PX = 100
MAX_DASHES = 20
MAX_STOPS = 100
SHORTEST = {OverlayKind.POLYGON: 3, OverlayKind.POLYLINE: 2}
EXAMPLE = '[{"points":["47.1410,9.5215","47.1500,9.5300"],"strokeColor":"ff0000","lineWidth":3}]'
STYLES_EXAMPLE = '[{"strokeColor":"ff0000","lineWidth":3}]'
POINTS_EXAMPLE = '["47.1410,9.5215","47.1500,9.5300"]'

Given = dict[str, object]
"""The given members of a style, by the field names of OverlayStyle."""


def read_overlays(overlays: str | None, styles: str | None) -> tuple[Overlay, ...]:
    """Read both parameters; raises InvalidError.

    A `styleIdx` after the last shared style is ignored, because an example of Apple has one.
    """
    shared = [_style(one) for one in read_items("overlayStyles", styles, at_most=MAX_OVERLAYS, example=STYLES_EXAMPLE)]
    found: list[Overlay] = []
    room = MAX_POINTS
    for members in read_items("overlays", overlays, at_most=MAX_OVERLAYS, example=EXAMPLE):
        overlay = _overlay(members, shared, room)
        room -= len(overlay.points)
        found.append(overlay)
    return tuple(found)


def _overlay(members: Members, shared: Sequence[Given], room: int) -> Overlay:
    index = members.whole("styleIdx", lowest=0, highest=1_000_000, example="0")
    given = {**(shared[index] if index is not None and index < len(shared) else {}), **_style(members)}
    if "gradient" in _style(members):
        given.pop("gradient_by_index", None)
    kind = members.choice("type", OverlayKind)
    if kind is None:
        kind = OverlayKind.POLYGON if given.keys() & {"fill_color", "fill_opacity"} else OverlayKind.POLYLINE
    style = OverlayStyle(**given)  # type: ignore[arg-type]  # each reader gives the type of its field
    if kind is OverlayKind.CIRCLE:
        radius = members.number("radius", lowest=0, highest=MAX_RADIUS_M, example="500", unit=" metres")
        if radius is None:
            raise members.refusal("radius", "the circle's radius in metres", example="500")
        return Overlay(kind=kind, points=(members.point("center"),), radius_m=radius, style=style)
    points = _points(members, room)
    if len(points) < SHORTEST[kind]:
        rule = f"at least {SHORTEST[kind]} points for a {kind}"
        received = "1 point" if len(points) == 1 else f"{len(points)} points"
        raise members.refusal("points", rule, example=POINTS_EXAMPLE, received=received)
    return Overlay(kind=kind, points=points, style=style)


def _points(members: Members, room: int) -> tuple[Point, ...]:
    rule = f"coordinates or an Encoded Polyline, at most {MAX_POINTS:,} points in all overlays"
    value = members.value("points")
    if isinstance(value, str) and value:
        return _decoded(members, value, rule, room)
    items = members.items("points", at_most=room, rule=rule, example=POINTS_EXAMPLE)
    if items is None:
        raise members.refusal("points", rule, example=POINTS_EXAMPLE)
    points = []
    for index, item in enumerate(items):
        name = f"{members.name}.points[{index}]"
        if not isinstance(item, str):
            raise InvalidError(name, "text: 'latitude,longitude'", example="47.1410,9.5215", received=str(item)[:80])
        points.append(read_point(name, item))
    return tuple(points)


def _decoded(members: Members, encoded: str, rule: str, room: int) -> tuple[Point, ...]:
    """Decode Google's Encoded Polyline Algorithm Format, five decimals."""
    try:
        found = decode_latlon(encoded, 0)
    except (ValueError, OverflowError):
        raise members.refusal("points", rule, example=POINTS_EXAMPLE) from None
    if len(found) > room:
        raise members.refusal("points", rule, example=POINTS_EXAMPLE, received=f"{len(found):,} more points")
    points = tuple(Point(latitude / 1e5, longitude / 1e5) for latitude, longitude in found)
    if not all(abs(point.latitude) <= 90 and abs(point.longitude) <= 180 for point in points):
        raise members.refusal("points", rule, example=POINTS_EXAMPLE)
    return points


def _style(members: Members) -> Given:
    """Read the given members of a style."""
    given: Given = {
        "stroke_color": members.colour("strokeColor"),
        "stroke_opacity": members.number("strokeOpacity", lowest=0, highest=1, example="0.8"),
        "line_width": members.number("lineWidth", lowest=0, highest=MAX_WIDTH_PX, example="2", unit=" pixels"),
        "line_dash": _dash(members),
        "line_dash_offset": members.whole("lineDashOffset", lowest=-10_000, highest=10_000, example="0"),
        "line_cap": members.choice("lineCap", LineCap),
        "line_join": members.choice("lineJoin", LineJoin),
        "gradient": _gradient(members),
        "gradient_by_index": _gradient_by_index(members),
        "fill_color": members.colour("fillColor"),
        "fill_opacity": members.number("fillOpacity", lowest=0, highest=1, example="0.3"),
        "fill_rule": members.choice("fillRule", FillRule),
    }
    if given["gradient"] and given["gradient_by_index"]:
        rule = "left out if 'lineGradient' is given"
        raise members.refusal("lineGradientIndexes", rule, example='"lineGradient":{"0":"green","1":"blue"} alone')
    return {key: value for key, value in given.items() if value is not None}


def _dash(members: Members) -> tuple[int, ...] | None:
    rule, example = f"an array of at most {MAX_DASHES} whole numbers from 0 to 1,000", "[4,8]"
    items = members.items("lineDash", at_most=MAX_DASHES, rule=rule, example=example)
    if items is None:
        return None
    found = [as_whole(item) for item in items]
    lengths = tuple(length for length in found if length is not None and 0 <= length <= 1000)
    if len(lengths) != len(items):
        raise members.refusal("lineDash", rule, example=example)
    return lengths if any(lengths) else ()


def _gradient(members: Members) -> tuple[tuple[float, Colour], ...] | None:
    rule = f"at most {MAX_STOPS} colours by their offsets from 0 to 1, as an object"
    example = '{"0":"green","1":"blue"}'
    stops = []
    for key, colour in _stops(members, "lineGradient", rule, example):
        try:
            offset = float(key) if len(key) <= 40 else 2.0
        except ValueError:
            offset = 2.0
        if not 0 <= offset <= 1:
            raise members.refusal("lineGradient", rule, example=example)
        stops.append((offset, colour))
    return tuple(sorted(stops)) or None


def _gradient_by_index(members: Members) -> tuple[tuple[int, Colour], ...] | None:
    rule = f"at most {MAX_STOPS} colours by the index of a point, as an object"
    example = '{"1":"blue","5":"red"}'
    stops = []
    for key, colour in _stops(members, "lineGradientIndexes", rule, example):
        index = as_whole(key)
        if index is None or index < 0:
            raise members.refusal("lineGradientIndexes", rule, example=example)
        stops.append((index, colour))
    return tuple(sorted(stops)) or None


def _stops(members: Members, name: str, rule: str, example: str) -> list[tuple[str, Colour]]:
    value = members.value(name)
    if value is None or value == "":
        return []
    if not isinstance(value, dict) or len(value) > MAX_STOPS:
        raise members.refusal(name, rule, example=example)
    stops = []
    for key, text in value.items():
        colour = read_colour(text) if isinstance(text, str) and len(text) <= 64 else None
        if colour is None:
            raise InvalidError(
                f"{members.name}.{name}['{key[:20]}']", COLOUR, example="449944", received=str(text)[:80]
            )
        stops.append((key, colour))
    return stops
