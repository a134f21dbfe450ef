"""Paint areas and lines, layer by layer, as SVG paths."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from trigpoint.engines.snapshots.frames import Frame, Placed
from trigpoint.engines.snapshots.icons import IconBox
from trigpoint.engines.snapshots.layers import PaintedLayer
from trigpoint.engines.snapshots.vectors import VectorTile

CLEAR = 0.004
"""A lower opacity is treated as invisible."""
EXTENT = 4096
"""Coordinate units of a path per side of a tile."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A decoded tile and its position in the image."""

    place: Placed
    tile: VectorTile


@dataclass(slots=True)
class _Group:
    """Features with the same style: one path, so that overlapping transparent features do not add up."""

    look: Mapping[str, object]
    parts: list[str] = field(default_factory=list)


def paint_layer(layer: PaintedLayer, tiles: Sequence[Shown], frame: Frame, icons: IconBox) -> str:
    """Paint a layer of areas or lines."""
    groups: dict[int, _Group] = {}
    for shown in tiles:
        _collect(layer, shown, tiles[0].place, frame, groups)
    if not groups:
        return ""
    ordered = list(groups.values())
    if layer.kind == "line":
        ordered.sort(key=lambda group: cast("float", group.look["line-sort-key"]))
    corner = tiles[0].place
    scale = corner.side / EXTENT
    pattern = layer.properties.get("fill-pattern")
    if pattern is not None and pattern.value is not None:
        icons.use_pattern(str(pattern.value), 1 / scale)
    return "".join(
        write_path(layer.kind, group.look, "".join(group.parts), (corner.x, corner.y), scale) for group in ordered
    )


def _collect(layer: PaintedLayer, shown: Shown, corner: Placed, frame: Frame, groups: dict[int, _Group]) -> None:
    """Add the features of one tile that are visible in the frame."""
    found, place = shown.tile.layer(layer.source_layer), shown.place
    if found is None:
        return
    extent = found.extent
    scale = place.side / extent
    margin = 30 / scale
    west, north = -place.x / scale - margin, -place.y / scale - margin
    east, south = (frame.width - place.x) / scale + margin, (frame.height - place.y) / scale + margin
    across = (place.column - corner.column) * extent
    down = (place.address.y - corner.address.y) * extent
    begin = f"M{across} {down}"
    wanted = {"Polygon"} if layer.kind == "fill" else {"Polygon", "LineString"}
    look = layer.look
    for feature in found.features:
        if feature.kind not in wanted:
            continue
        seen = look(feature.properties)
        if seen is None:
            continue
        path, box = feature.shape()
        if box[0] > east or box[2] < west or box[1] > south or box[3] < north:
            continue
        group = groups.get(id(seen))
        if group is None:
            group = groups[id(seen)] = _Group(seen)
        group.parts.append(begin + path)


def write_path(kind: str, look: Mapping[str, object], path: str, corner: tuple[float, float], scale: float) -> str:
    """Write one SVG path with the style properties of its layer. One unit of the path is `scale` pixels."""
    at = f'transform="translate({corner[0]:.2f} {corner[1]:.2f}) scale({scale:.6g})" d="{path}"'
    if kind == "fill":
        colour, strength = colour_of(look["fill-color"], cast("float", look["fill-opacity"]))
        if strength < CLEAR:
            return ""
        if look["fill-pattern"] is not None:
            return f'<path fill="url(#pattern-{look["fill-pattern"]})"{_faint("fill-opacity", strength)} {at}/>'
        edge = ""
        if look["fill-outline-color"] is not None:
            edge_colour, edge_strength = colour_of(look["fill-outline-color"], cast("float", look["fill-opacity"]))
            edge = f' stroke="{edge_colour}" stroke-width="{0.6 / scale:.4g}"{_faint("stroke-opacity", edge_strength)}'
        return f'<path fill="{colour}"{_faint("fill-opacity", strength)}{edge} {at}/>'
    width = cast("float", look["line-width"])
    colour, strength = colour_of(look["line-color"], cast("float", look["line-opacity"]))
    if strength < CLEAR or width <= 0:
        return ""
    dashes = look["line-dasharray"]
    dash = ""
    if dashes is not None:
        lengths = " ".join(f"{length * width / scale:.4g}" for length in cast("Sequence[float]", dashes))
        dash = f' stroke-dasharray="{lengths}"'
    cap = "" if look["line-cap"] == "butt" or width < 1 else f' stroke-linecap="{look["line-cap"]}"'
    join = "" if look["line-join"] == "miter" or width < 1 else f' stroke-linejoin="{look["line-join"]}"'
    return (
        f'<path fill="none" stroke="{colour}" stroke-width="{width / scale:.5g}"'
        f"{_faint('stroke-opacity', strength)}{dash}{cap}{join} {at}/>"
    )


def colour_of(value: object, opacity: float = 1.0) -> tuple[str, float]:
    """Split `#rrggbb` or `#rrggbbaa` into `#rrggbb` and an opacity, multiplied by `opacity`."""
    text = str(value)
    return text[:7], opacity * (int(text[7:9], 16) / 255 if len(text) == 9 else 1.0)


def _faint(name: str, strength: float) -> str:
    return "" if strength > 0.996 else f' {name}="{strength:.3g}"'
