"""Place labels: icons and names at points, and names along lines, without overlaps.

As in MapLibre, labels of upper layers are placed first, and within a layer those with the smaller sort key.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from trigpoint.engines.snapshots.expressions import PLACE, Section, to_text
from trigpoint.engines.snapshots.frames import Frame
from trigpoint.engines.snapshots.ground import Shown, colour_of
from trigpoint.engines.snapshots.icons import IconBox
from trigpoint.engines.snapshots.layers import PaintedLayer
from trigpoint.engines.snapshots.room import Box, Room, grown
from trigpoint.engines.snapshots.texts import Block, break_lines, can_draw, escaped, face, family_for
from trigpoint.engines.snapshots.vectors import Feature

Look = Mapping[str, object]
ANCHORS = {"center": (0.0, 0.0), "top": (0.0, 1.0), "bottom": (0.0, -1.0), "left": (1.0, 0.0), "right": (-1.0, 0.0)}
"""Offset of the centre of a text from its anchor, in halves of its width and height."""
BASELINE = 0.36
"""Distance of the baseline below the middle of a line of text, in ems."""
OVERHANG = 24.0
"""Distance in pixels outside the image up to which labels are placed, so that they are cut at the edge as in a browser."""


@dataclass(slots=True)
class Candidate:
    """A candidate label at a point of the image."""

    look: Look
    x: float
    y: float


@dataclass(slots=True)
class Labels:
    """The labels of one image, in reverse order of painting."""

    frame: Frame
    room: Room
    icons: IconBox
    parts: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    """The boxes of the texts that were written, for tests."""
    count: int = 0
    """Number of labels along lines, for the IDs of their paths."""
    _names: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def add_points(self, candidates: Sequence[Candidate]) -> None:
        """Place the labels of a layer of points."""
        parts: list[str] = []
        for one in sorted(candidates, key=lambda one: cast("float", one.look["symbol-sort-key"])):
            output = self._place(one)
            if output:
                parts.append(output)
        self.parts += reversed(parts)

    def note(self, text: str, x: float, y: float, *, apart: float = 150.0) -> bool:
        """Record a name along a line. False if the same name is already within `apart` pixels, so that it need not be repeated."""
        others = self._names.setdefault(text, [])
        if any(math.dist((x, y), other) < apart for other in others):
            return False
        others.append((x, y))
        return True

    def _place(self, one: Candidate) -> str:
        """Write a label if there is room for it; empty otherwise."""
        look = one.look
        icon = self.icons.find(look["icon-image"])
        if look["icon-image"] and icon is None and not look["text-field"]:
            return ""
        scale = cast("float", look["icon-size"])
        icon_box: Box | None = None
        if icon is not None:
            half_w, half_h = icon.width * scale / 2, icon.height * scale / 2
            icon_box = grown(
                (one.x - half_w, one.y - half_h, one.x + half_w, one.y + half_h), cast("float", look["icon-padding"])
            )
            if not self.room.is_free(icon_box):
                return ""
        text = text_of(look)
        found = self._stand(one, text) if text else None
        if text and found is None and (icon is None or not look["text-optional"]):
            return ""
        output = ""
        if icon is not None and icon_box is not None:
            self.room.take(icon_box)
            output = self.icons.use(icon, one.x, one.y, scale, opacity=cast("float", look["icon-opacity"]))
        if found is not None:
            svg, box, padded = found
            self.room.take(padded)
            self.boxes.append(box)
            output += svg
        return output

    def _stand(self, one: Candidate, text: str) -> tuple[str, Box, Box] | None:
        """Write a text at the first anchor of the layer at which it has room. None if there is none.

        Returns the SVG, the box of the text, and that box with its padding.
        """
        look = one.look
        size = cast("float", look["text-size"])
        font = font_of(look)
        spacing = cast("float", look["text-letter-spacing"]) * size
        block = break_lines(font, text, size, cast("float", look["text-max-width"]) * size, spacing)
        line_height = cast("float", look["text-line-height"]) * size
        height = line_height * len(block.lines)
        padding = cast("float", look["text-padding"])
        for anchor, offset in _anchors(look):
            right, down = ANCHORS[anchor]
            middle_x = one.x + offset[0] * size + right * block.width / 2
            middle_y = one.y + offset[1] * size + down * height / 2
            box = (
                middle_x - block.width / 2,
                middle_y - height / 2,
                middle_x + block.width / 2,
                middle_y + height / 2,
            )
            padded = grown(box, padding)
            if self.room.shows(box) and self.room.is_free(padded):
                justify = {"left": "start", "right": "end"}.get(anchor, "middle")
                x = {"start": box[0], "end": box[2]}.get(justify, middle_x)
                return _write(look, block, (x, box[1]), justify, line_height), box, padded
        return None


def point_candidates(layer: PaintedLayer, tiles: Sequence[Shown], frame: Frame) -> Iterator[Candidate]:
    """Yield the points of a layer that are in the frame or within `OVERHANG` of its edge."""
    for shown in tiles:
        found = shown.tile.layer(layer.source_layer)
        if found is None:
            continue
        for feature in found.features:
            if feature.kind != "LineString":
                yield from _of_feature(layer, shown, feature, found.extent, frame)


def _of_feature(layer: PaintedLayer, shown: Shown, feature: Feature, extent: int, frame: Frame) -> Iterator[Candidate]:
    look: Look | None = None
    scale = shown.place.side / extent
    if not layer.needs_place:
        look = layer.look(feature.properties)
        if look is None:
            return
    for line in feature.lines():
        column, row = line[0]
        x, y = shown.place.x + column * scale, shown.place.y + row * scale
        if not (0 <= column < extent and 0 <= row < extent and _is_near(x, y, frame)):
            continue
        if layer.needs_place:
            ground = frame.ground(x, y)
            look = layer.look({**feature.properties, PLACE: (ground.longitude, ground.latitude)})
        if look is not None:
            yield Candidate(look, x, y)
        if feature.kind == "Polygon":
            break


def _is_near(x: float, y: float, frame: Frame) -> bool:
    return -OVERHANG <= x <= frame.width + OVERHANG and -OVERHANG <= y <= frame.height + OVERHANG


def text_of(look: Look) -> str:
    """Return the text of a label as it is drawn; empty if it has none, or if a character is in no font."""
    field_ = look["text-field"]
    if isinstance(field_, tuple):
        text = "".join(section.text for section in field_ if isinstance(section, Section))
    else:
        text = to_text(field_)
    text = text.strip()
    if look["text-transform"] == "uppercase":
        text = text.upper()
    return text if len(text) <= 200 and can_draw(text) else ""


def font_of(look: Look) -> str:
    """Return the name of a label's font."""
    names = look["text-font"]
    return str(names[0]) if isinstance(names, tuple) and names else "Inter Regular"


def text_attributes(look: Look, font: str, text: str, spacing: float) -> str:
    """Write the SVG attributes of a text: font, colour, and the halo behind the letters."""
    attributes = face(font).attributes
    family = family_for(text)
    if family is not None:
        attributes = attributes.replace('font-family="Inter"', f'font-family="{family}"')
    colour, _ = colour_of(look["text-color"])
    output = f'{attributes} font-size="{cast("float", look["text-size"]):.2f}" fill="{colour}"'
    halo = cast("float", look["text-halo-width"])
    halo_colour, strength = colour_of(look["text-halo-color"])
    if halo and strength > 0.01:
        output += f' stroke="{halo_colour}" stroke-width="{2 * halo:g}" stroke-linejoin="round" paint-order="stroke"'
        output += f' stroke-opacity="{strength:.2f}"' if strength < 0.97 else ""
    return output + (f' letter-spacing="{spacing:.2f}"' if spacing else "")


def _write(look: Look, block: Block, corner: tuple[float, float], justify: str, line_height: float) -> str:
    size = cast("float", look["text-size"])
    x, top = corner
    spacing = cast("float", look["text-letter-spacing"]) * size
    baselines = [top + line_height * (index + 0.5) + BASELINE * size for index in range(len(block.lines))]
    anchor = "" if justify == "start" else f' text-anchor="{justify}"'
    attributes = text_attributes(look, font_of(look), "".join(block.lines), spacing)
    sizes = _sizes(look, block, size)
    if len(block.lines) == 1:
        return f'<text x="{x:.1f}" y="{baselines[0]:.1f}"{anchor} {attributes}>{escaped(block.lines[0])}</text>'
    inner = "".join(
        f'<tspan x="{x:.1f}" y="{y:.1f}" font-size="{one:.2f}">{escaped(line)}</tspan>'
        for line, y, one in zip(block.lines, baselines, sizes, strict=True)
    )
    return f"<text{anchor} {attributes}>{inner}</text>"


def _sizes(look: Look, block: Block, size: float) -> list[float]:
    """Return the font size of each line: the second section of a formatted text, on its own line, may be smaller."""
    sections = look["text-field"]
    if isinstance(sections, tuple) and len(sections) > 1 and len(block.lines) > 1:
        last = cast("Section", sections[-1])
        if block.lines[-1] == last.text.strip():
            return [*[size] * (len(block.lines) - 1), size * last.scale]
    return [size] * len(block.lines)


def _anchors(look: Look) -> Sequence[tuple[str, Sequence[float]]]:
    several = look["text-variable-anchor-offset"]
    if isinstance(several, (list, tuple)) and several:
        return [(str(name), offset) for name, offset in zip(several[::2], several[1::2], strict=True)]
    return [(str(look["text-anchor"]), cast("Sequence[float]", look["text-offset"]))]
