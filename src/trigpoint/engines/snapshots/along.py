"""Names, numbers and arrows along lines: the pieces of a line from all tiles are joined, then labels are laid on them."""

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
"""How far beyond the picture's edge a line is looked at."""
SHORTEST_ARROW = 30.0
OTHERWISE = (0.5, 0.35, 0.65, 0.25, 0.75, 0.15, 0.85)
"""Where along a line a label may stand that has no room at the regular places."""


@dataclass(slots=True)
class Measured:
    """A line of the picture with the length from its beginning to each point."""

    points: Path
    lengths: list[float]

    @property
    def length(self) -> float:
        """The whole length in pixels."""
        return self.lengths[-1]

    def at(self, length: float) -> tuple[float, float, float]:
        """Give the place at a length from the beginning, and the angle of the line there in degrees."""
        index = min(max(bisect_right(self.lengths, length), 1), len(self.points) - 1)
        (x, y), (next_x, next_y) = self.points[index - 1], self.points[index]
        whole = self.lengths[index] - self.lengths[index - 1]
        part = (length - self.lengths[index - 1]) / whole if whole else 0.0
        angle = math.degrees(math.atan2(next_y - y, next_x - x))
        return x + (next_x - x) * part, y + (next_y - y) * part, angle

    def cut(self, begin: float, end: float) -> Path:
        """Give the stretch between two lengths."""
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
    """Gather the lines of a layer by their looks, each cut at its tile's edge, where the next tile goes on."""
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
    """Join lines that begin where another ends, as long as they go on in much the same direction."""
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
    """Give the stretches of a line that are in the picture."""
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
    """Measure a line; points that coincide are one."""
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
    """Lay labels on one line: one in its middle, others a spacing away on both sides."""
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
    """Give how many labels a line has that stand a gap apart."""
    return max(1, int((line.length - needed) // gap) + 1)


def _middles(line: Measured, gap: float, needed: float) -> Iterator[float]:
    """Give where labels may stand: a gap apart around the middle, and then other places, where none of these has room."""
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
    """Write a name along a stretch of a line that does not bend too much."""
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
    """Round the corners of a line, so that letters do not run into each other there (Chaikin's way, twice)."""
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
    """Tell whether a path turns nowhere by more than so many degrees, and not about more than a right angle in all."""
    angles = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in pairwise(path) if a != b]
    turns = [abs((after - before + math.pi) % (2 * math.pi) - math.pi) for before, after in pairwise(angles)]
    return all(turn <= math.radians(most) for turn in turns) and sum(turns) < math.radians(100)


def _sign(labels: Labels, look: Look, line: Measured, middle: float, text: str) -> Iterator[str]:
    """Draw a road's number on its sign, upright."""
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
