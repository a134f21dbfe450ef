"""Labels along lines: names, road numbers and arrows. The parts of a line from all tiles are joined before labels are placed."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from trigpoint.engines.snapshots.frames import Frame
from trigpoint.engines.snapshots.ground import Shown
from trigpoint.engines.snapshots.labels import BASELINE, Labels, Look, font_of, text_attributes, text_of
from trigpoint.engines.snapshots.layers import PaintedLayer
from trigpoint.engines.snapshots.room import Box, grown
from trigpoint.engines.snapshots.texts import escaped, width_of
from trigpoint.engines.snapshots.vectors import clip

Path = list[tuple[float, float]]
NEAR = 10.0
"""How far outside the image lines are considered, in pixels."""
SHORTEST_ARROW = 30.0
OTHERWISE = (0.5, 0.35, 0.65, 0.25, 0.75, 0.15, 0.85)
"""Fallback positions of a label, as fractions of the line's length, if there is no room at the regular ones."""


@dataclass(slots=True)
class Measured:
    """A line in the image, with the distance of each point from its start, in pixels."""

    points: Path
    lengths: list[float]

    @property
    def length(self) -> float:
        """The whole length in pixels."""
        return self.lengths[-1]

    def at(self, length: float) -> tuple[float, float, float]:
        """Return the x and y at a distance from the start, and the angle of the line there in degrees."""
        index = min(max(bisect_right(self.lengths, length), 1), len(self.points) - 1)
        (x, y), (next_x, next_y) = self.points[index - 1], self.points[index]
        whole = self.lengths[index] - self.lengths[index - 1]
        part = (length - self.lengths[index - 1]) / whole if whole else 0.0
        angle = math.degrees(math.atan2(next_y - y, next_x - x))
        return x + (next_x - x) * part, y + (next_y - y) * part, angle

    def cut(self, begin: float, end: float) -> Path:
        """Return the part of the line between two distances from its start."""
        inner = [point for point, length in zip(self.points, self.lengths, strict=True) if begin < length < end]
        return [self.at(begin)[:2], *inner, self.at(end)[:2]]


def add_lines(labels: Labels, layer: PaintedLayer, tiles: Sequence[Shown]) -> None:
    """Place the labels of a layer along its lines, those of the most important lines first."""
    found = [(look, line) for look, lines in _lines_of(layer, tiles, labels.frame).values() for line in _joined(lines)]
    found.sort(key=lambda one: (cast("float", one[0]["symbol-sort-key"]), -len(one[1])))
    parts: list[str] = []
    for look, points in found:
        for seen in _inside(points, labels.frame):
            parts += _along(labels, look, measure(seen))
    labels.parts += reversed(parts)


def _lines_of(layer: PaintedLayer, tiles: Sequence[Shown], frame: Frame) -> dict[object, tuple[Look, list[Path]]]:
    """Group the lines of a layer by their style values. Each is clipped at the edge of its tile, where the next tile continues it."""
    gathered: dict[object, tuple[Look, list[Path]]] = {}
    for shown in tiles:
        found = shown.tile.layer(layer.source_layer)
        if found is None:
            continue
        scale, place = shown.place.side / found.extent, shown.place
        for feature in found.features:
            if feature.kind != "LineString":
                continue
            look = layer.look(feature.properties)
            if look is None:
                continue
            box = feature.shape()[1]
            if (
                place.x + box[2] * scale < -NEAR
                or place.x + box[0] * scale > frame.width + NEAR
                or place.y + box[3] * scale < -NEAR
                or place.y + box[1] * scale > frame.height + NEAR
            ):
                continue
            text = text_of(look)
            if not text and look["text-field"]:
                continue
            _, lines = gathered.setdefault((text, str(look["icon-image"])), (look, []))
            for line in feature.lines():
                for piece in clip(line, found.extent):
                    lines.append([(round(place.x + x * scale, 1), round(place.y + y * scale, 1)) for x, y in piece])
    return gathered


def _joined(lines: list[Path]) -> list[Path]:
    """Join lines where one ends and the other starts, if they continue in about the same direction."""
    begins: dict[tuple[int, int], list[int]] = {}
    for index, line in enumerate(lines):
        begins.setdefault(_spot(line[0]), []).append(index)
    done = [False] * len(lines)
    ends = {_spot(line[-1]) for line in lines}
    order = sorted(range(len(lines)), key=lambda index: _spot(lines[index][0]) in ends)
    joined = []
    for index in order:
        if done[index]:
            continue
        done[index] = True
        path = list(lines[index])
        while True:
            after = next((one for one in begins.get(_spot(path[-1]), ()) if not done[one]), None)
            if after is None:
                break
            done[after] = True
            path += lines[after][1:]
        joined.append(path)
    return joined


def _spot(point: tuple[float, float]) -> tuple[int, int]:
    return round(point[0]), round(point[1])


def _inside(points: Path, frame: Frame) -> Iterator[Path]:
    """Yield the parts of a line that are inside the image."""
    stretch: Path = []
    for one, other in pairwise(points):
        if _crosses(one, other, frame):
            if not stretch:
                stretch = [one]
            stretch.append(other)
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _crosses(one: tuple[float, float], other: tuple[float, float], frame: Frame) -> bool:
    return (
        max(one[0], other[0]) >= -NEAR
        and min(one[0], other[0]) <= frame.width + NEAR
        and max(one[1], other[1]) >= -NEAR
        and min(one[1], other[1]) <= frame.height + NEAR
    )


def measure(points: Path) -> Measured:
    """Compute the lengths of a line. Consecutive equal points are merged."""
    kept, lengths = [points[0]], [0.0]
    for point in points[1:]:
        step = math.dist(kept[-1], point)
        if step > 0.05:
            kept.append(point)
            lengths.append(lengths[-1] + step)
    if len(kept) == 1:
        kept.append((kept[0][0] + 0.01, kept[0][1]))
        lengths.append(0.01)
    return Measured(kept, lengths)


def _along(labels: Labels, look: Look, line: Measured) -> Iterator[str]:
    """Place labels on one line: one in the middle, others at the layer's spacing on both sides."""
    text = text_of(look)
    size = cast("float", look["text-size"])
    spacing = cast("float", look["text-letter-spacing"]) * size
    width = width_of(font_of(look), text) * size + spacing * len(text) if text else 0.0
    upright = look["text-rotation-alignment"] == "viewport" and bool(text)
    needed = 4.0 if upright else width + size if text else SHORTEST_ARROW
    gap = max(cast("float", look["symbol-spacing"]), width + 20)
    count = 0
    for number, middle in enumerate(_middles(line, gap, needed)):
        if count and number >= _regular(line, gap, needed):
            return
        if upright:
            parts = list(_sign(labels, look, line, middle, text))
        elif text:
            parts = list(_name(labels, look, line, (middle - width / 2, middle + width / 2), text))
        else:
            parts = list(_arrow(labels, look, line, middle))
        count += len(parts)
        yield from parts


def _regular(line: Measured, gap: float, needed: float) -> int:
    """Return how many labels fit on a line at a distance of `gap` pixels, at least 1."""
    return max(1, int((line.length - needed) // gap) + 1)


def _middles(line: Measured, gap: float, needed: float) -> Iterator[float]:
    """Yield positions of labels on a line, in pixels from its start: `gap` apart around the middle, then the fallback ones."""
    if line.length < needed:
        return
    count = _regular(line, gap, needed)
    begin = line.length / 2 - gap * (count - 1) / 2
    for index in sorted(range(count), key=lambda one: abs(one - (count - 1) / 2)):
        yield begin + gap * index
    for part in OTHERWISE:
        if line.length * min(part, 1 - part) > needed / 2:
            yield line.length * part


def _name(labels: Labels, look: Look, line: Measured, span: tuple[float, float], text: str) -> Iterator[str]:
    """Write a name along a part of a line, if the line does not bend too much there."""
    size = cast("float", look["text-size"])
    begin, end = span
    path = line.cut(begin - size / 2, end + size / 2) if begin >= size / 2 else line.cut(max(0.0, begin), end)
    if not _is_smooth(path, cast("float", look["text-max-angle"])):
        return
    count = max(2, math.ceil((end - begin) / (size * 0.9)))
    places = [line.at(begin + (end - begin) * index / (count - 1)) for index in range(count)]
    half = size * 0.6
    boxes: list[Box] = [(x - half, y - half, x + half, y + half) for x, y, _ in places]
    if not all(labels.room.shows(grown(box, -1.0)) for box in boxes):
        return
    padded = [grown(box, cast("float", look["text-padding"]) / 2) for box in boxes]
    x, y, _ = places[count // 2]
    if not all(map(labels.room.is_free, padded)) or not labels.note(text, x, y):
        return
    labels.room.take_all(padded)
    labels.boxes += boxes
    if places[-1][0] < places[0][0]:
        path = path[::-1]
    path = rounded(path)
    lead = (measure(path).length - (end - begin)) / 2
    spacing = cast("float", look["text-letter-spacing"]) * size
    attributes = text_attributes(look, font_of(look), text, spacing)
    labels.count += 1
    data = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in path)
    yield (
        f'<path id="t{labels.count}" fill="none" d="{data}"/>'
        f'<text {attributes}><textPath xlink:href="#t{labels.count}" startOffset="{max(0.0, lead):.1f}">'
        f'<tspan dy="{BASELINE * size:.1f}">{escaped(text)}</tspan></textPath></text>'
    )


def rounded(path: Path) -> Path:
    """Round the corners of a line (two passes of Chaikin's algorithm), so that letters do not overlap there."""
    for _ in range(2):
        if len(path) < 3:
            break
        corners: Path = [path[0]]
        for (x, y), (next_x, next_y) in pairwise(path):
            corners.append((0.75 * x + 0.25 * next_x, 0.75 * y + 0.25 * next_y))
            corners.append((0.25 * x + 0.75 * next_x, 0.25 * y + 0.75 * next_y))
        path = [*corners, path[-1]]
    return path


def _is_smooth(path: Path, most: float) -> bool:
    """Whether a path turns by at most `most` degrees at every point, and by less than 100 degrees in total."""
    angles = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in pairwise(path) if a != b]
    turns = [abs((after - before + math.pi) % (2 * math.pi) - math.pi) for before, after in pairwise(angles)]
    return all(turn <= math.radians(most) for turn in turns) and sum(turns) < math.radians(100)


def _sign(labels: Labels, look: Look, line: Measured, middle: float, text: str) -> Iterator[str]:
    """Draw a road number on its shield, upright."""
    icon = labels.icons.find(look["icon-image"])
    if icon is None:
        return
    x, y, _ = line.at(middle)
    size = cast("float", look["text-size"])
    wide = max(icon.height, width_of(font_of(look), text) * size + 11)
    box = (x - wide / 2, y - icon.height / 2, x + wide / 2, y + icon.height / 2)
    padded = grown(box, cast("float", look["icon-padding"]))
    if not labels.room.shows(box) or not labels.room.is_free(padded) or not labels.note(f"sign {text}", x, y):
        return
    labels.room.take(padded)
    attributes = text_attributes(look, font_of(look), text, 0.0)
    labels.boxes.append(box)
    yield (
        labels.icons.sign(icon, x, y, wide)
        + f'<text x="{x:.1f}" y="{y + BASELINE * size:.1f}" text-anchor="middle" {attributes}>{escaped(text)}</text>'
    )


def _arrow(labels: Labels, look: Look, line: Measured, middle: float) -> Iterator[str]:
    icon = labels.icons.find(look["icon-image"])
    if icon is None:
        return
    x, y, angle = line.at(middle)
    scale = cast("float", look["icon-size"])
    half = icon.width * scale / 2
    if not labels.room.take_all([grown((x - half, y - half, x + half, y + half), cast("float", look["icon-padding"]))]):
        return
    turned = angle + cast("float", look["icon-rotate"])
    yield labels.icons.use(icon, x, y, scale, angle=turned, opacity=cast("float", look["icon-opacity"]))
