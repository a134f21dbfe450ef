"""Overlays of an image: areas, lines and circles, clipped near the edges of the image before they are rendered."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from trigpoint.base.geo import EARTH_RADIUS_M, Point
from trigpoint.engines.snapshots.clipping import part_inside
from trigpoint.engines.snapshots.frames import Frame
from trigpoint.maps.snapshots.colours import Colour
from trigpoint.maps.snapshots.queries import FillRule, Overlay, OverlayKind, OverlayStyle
from trigpoint.maps.snapshots.views import project
from trigpoint.maps.style.colours import mixed

Spot = tuple[float, float]
MARGIN = 300.0
"""Distance in pixels outside the image at which overlays are clipped."""
CIRCLE_POINTS = 128
PIECE = 4.0
"""Length in pixels of the segments of a gradient, each in one colour."""
MOST_PIECES = 6000
"""Limit of gradient segments per image; if there would be more, the segments are longer."""
MOST_DASHES = 20_000
"""Limit of dashes per image; a line with more than its share is drawn solid."""


@dataclass(frozen=True, slots=True)
class _Share:
    """The share of each overlay in the limits: rendering time grows with every segment and every dash."""

    pieces: int
    dashes: int


def paint_overlays(overlays: Sequence[Overlay], frame: Frame) -> str:
    """Paint the overlays; later ones are above earlier ones."""
    graded = sum(1 for one in overlays if one.style.gradient or one.style.gradient_by_index)
    dashed = sum(1 for one in overlays if one.style.line_dash)
    share = _Share(MOST_PIECES // max(1, graded), MOST_DASHES // max(1, dashed))
    return "".join(_paint(one, frame, share) for one in overlays)


def _paint(overlay: Overlay, frame: Frame, share: _Share) -> str:
    closed = overlay.kind is not OverlayKind.POLYLINE
    points = _circle(overlay) if overlay.kind is OverlayKind.CIRCLE else overlay.points
    spots = _unrolled(points, frame)
    if closed and spots[0] != spots[-1]:
        spots.append(spots[0])
    output = ""
    for shift in _copies(spots, frame):
        moved = [(x + shift, y) for x, y in spots]
        if closed:
            output += _area(moved, overlay.style, frame)
        output += _line(moved, overlay.style, frame, share, closed=closed)
    return output


def _unrolled(points: Sequence[Point], frame: Frame) -> list[Spot]:
    """Return the positions of points in the image, each by the shorter way around the world from the previous one."""
    x, y = project(points[0])
    start_x, start_y = frame.place_projected(x, y)
    spots = [(start_x, start_y)]
    for point in points[1:]:
        next_x, next_y = project(point)
        step = (next_x - x + 0.5) % 1.0 - 0.5
        spots.append((spots[-1][0] + step * frame.world_px, next_y * frame.world_px - frame.top))
        x = next_x
    return spots


def _copies(spots: Sequence[Spot], frame: Frame) -> Iterator[float]:
    """Yield the horizontal offset for each copy of the world in which the shape is visible."""
    left, right = min(x for x, _ in spots), max(x for x, _ in spots)
    for world in (-1, 0, 1):
        shift = world * frame.world_px
        if right + shift >= -MARGIN and left + shift <= frame.width + MARGIN:
            yield shift


def _circle(overlay: Overlay) -> list[Point]:
    """Return points on a circle: at the radius of the overlay around its centre."""
    (centre,) = overlay.points
    far = min(math.pi * 0.999, overlay.radius_m / EARTH_RADIUS_M)
    latitude, longitude = math.radians(centre.latitude), math.radians(centre.longitude)
    points = []
    for index in range(CIRCLE_POINTS):
        course = 2 * math.pi * index / CIRCLE_POINTS
        up = math.asin(
            min(
                1.0,
                max(-1.0, math.sin(latitude) * math.cos(far) + math.cos(latitude) * math.sin(far) * math.cos(course)),
            )
        )
        across = math.atan2(
            math.sin(course) * math.sin(far) * math.cos(latitude), math.cos(far) - math.sin(latitude) * math.sin(up)
        )
        points.append(Point(math.degrees(up), (math.degrees(longitude + across) + 540) % 360 - 180))
    return points


def _area(spots: list[Spot], style: OverlayStyle, frame: Frame) -> str:
    if style.fill_opacity <= 0:
        return ""
    ring = _clip_ring(spots, frame)
    if len(ring) < 3:
        return ""
    rule = ' fill-rule="evenodd"' if style.fill_rule is FillRule.EVENODD else ""
    return f'<path fill="{style.fill_color}" fill-opacity="{style.fill_opacity:g}"{rule} d="{_data(ring)}Z"/>'


def _line(spots: list[Spot], style: OverlayStyle, frame: Frame, share: _Share, *, closed: bool) -> str:
    if style.stroke_opacity <= 0 or style.line_width <= 0:
        return ""
    stretches = list(_clip_line(spots, frame))
    seen = sum(_length(stretch) for _, stretch in stretches)
    if style.line_dash and seen * len(style.line_dash) / sum(style.line_dash) > 2 * share.dashes:
        style = replace(style, line_dash=())
    stops = _stops(spots, style)
    if stops:
        step = max(PIECE, seen / share.pieces)
        pieces = "".join(_pieces(stretches, (_length(spots), step), stops, style))
        return f'<g fill="none" opacity="{style.stroke_opacity:g}">{pieces}</g>' if pieces else ""
    output = []
    for begins, stretch in stretches:
        is_whole = closed and len(stretch) == len(spots)
        output.append(
            f'<path fill="none" stroke="{style.stroke_color}" stroke-opacity="{style.stroke_opacity:g}"'
            f'{_stroke(style, begins)} d="{_data(stretch[:-1]) + "Z" if is_whole else _data(stretch)}"/>'
        )
    return "".join(output)


def _stroke(style: OverlayStyle, begins: float) -> str:
    """Write the SVG attributes of a line. `begins` is the distance from the start of the whole line, for the phase of its dashes."""
    dash = ""
    if style.line_dash:
        period = sum(style.line_dash) * (1 + len(style.line_dash) % 2)
        offset = (style.line_dash_offset + begins) % period
        dash = f' stroke-dasharray="{" ".join(map(str, style.line_dash))}" stroke-dashoffset="{offset:.2f}"'
    return f' stroke-width="{style.line_width:g}" stroke-linecap="{style.line_cap}" stroke-linejoin="{style.line_join}"{dash}'


def _stops(spots: Sequence[Spot], style: OverlayStyle) -> list[tuple[float, Colour]]:
    """Return the colour stops of a gradient by fraction of the line's length."""
    if not style.gradient_by_index:
        return list(style.gradient)
    lengths = [0.0]
    for one, other in pairwise(spots):
        lengths.append(lengths[-1] + math.dist(one, other))
    whole = lengths[-1] or 1.0
    return [(lengths[min(index, len(lengths) - 1)] / whole, colour) for index, colour in style.gradient_by_index]


def _pieces(
    stretches: Sequence[tuple[float, list[Spot]]],
    lengths: tuple[float, float],
    stops: Sequence[tuple[float, Colour]],
    style: OverlayStyle,
) -> Iterator[str]:
    """Draw a line in segments, each in the colour of its middle. `lengths` are those of the whole line and of a segment."""
    whole, step = lengths
    for begins, stretch in stretches:
        at, piece, colour, length = begins, [stretch[0]], "", 0.0
        for one, other in pairwise(stretch):
            distance = math.dist(one, other)
            count = max(1, math.ceil(distance / step))
            for index in range(count):
                part = (index + 1) / count
                spot = (one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part)
                now = _colour_at((at + distance * (part - 0.5 / count)) / (whole or 1.0), stops)
                if now != colour and len(piece) > 1:
                    yield _piece(piece, colour, style, begins + length)
                    length = at + distance * index / count - begins
                    piece = [piece[-1]]
                colour = now
                piece.append(spot)
            at += distance
        yield _piece(piece, colour, style, begins + length)


def _piece(piece: Sequence[Spot], colour: str, style: OverlayStyle, begins: float) -> str:
    return f'<path stroke="{colour}"{_stroke(style, begins)} d="{_data(piece)}"/>'


def _colour_at(fraction: float, stops: Sequence[tuple[float, Colour]]) -> str:
    if fraction <= stops[0][0]:
        return stops[0][1]
    for (begin, one), (end, other) in pairwise(stops):
        if fraction < end:
            return mixed(one, other, round((fraction - begin) / (end - begin), 2))
    return stops[-1][1]


def _data(spots: Sequence[Spot]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)


def _length(spots: Sequence[Spot]) -> float:
    return sum(math.dist(one, other) for one, other in pairwise(spots))


def _clip_line(spots: Sequence[Spot], frame: Frame) -> Iterator[tuple[float, list[Spot]]]:
    """Yield the parts of a line inside the clipping rectangle, each with its distance from the start of the line."""
    at, begins = 0.0, 0.0
    around = (-MARGIN, -MARGIN, frame.width + MARGIN, frame.height + MARGIN)
    stretch: list[Spot] = []
    for one, other in pairwise(spots):
        distance = math.dist(one, other)
        inside = part_inside(one, other, around)
        if inside is None:
            if stretch:
                yield begins, stretch
            stretch = []
        else:
            enters, leaves = inside
            if enters > 0 and stretch:
                yield begins, stretch
                stretch = []
            if not stretch:
                begins = at + distance * enters
                stretch = [_between(one, other, enters)]
            stretch.append(_between(one, other, leaves))
            if leaves < 1:
                yield begins, stretch
                stretch = []
        at += distance
    if stretch:
        yield begins, stretch


def _between(one: Spot, other: Spot, part: float) -> Spot:
    return one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part


def _clip_ring(spots: Sequence[Spot], frame: Frame) -> list[Spot]:
    """Clip a ring to the clipping rectangle (algorithm of Sutherland and Hodgman)."""
    ring = list(spots)
    for axis, limit, sign in (
        (0, -MARGIN, 1),
        (0, frame.width + MARGIN, -1),
        (1, -MARGIN, 1),
        (1, frame.height + MARGIN, -1),
    ):
        kept: list[Spot] = []
        for one, other in zip(ring, [*ring[1:], *ring[:1]], strict=True):
            before, after = (one[axis] - limit) * sign, (other[axis] - limit) * sign
            if before >= 0:
                kept.append(one)
            if (before < 0) is not (after < 0):
                kept.append(_between(one, other, before / (before - after)))
        ring = kept
    return ring
