"""Paint one image from its tiles to PNG: areas and lines, overlays, labels, markers, attribution."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, cast

import resvg_py

from trigpoint.engines.snapshots.along import add_lines
from trigpoint.engines.snapshots.credits import words_of, write_credits
from trigpoint.engines.snapshots.frames import Frame, frame_of
from trigpoint.engines.snapshots.ground import Shown, colour_of, paint_layer
from trigpoint.engines.snapshots.icons import IconBox
from trigpoint.engines.snapshots.images import prepare, read_size
from trigpoint.engines.snapshots.inline import area_of, points_of
from trigpoint.engines.snapshots.jobs import Job, SentTile
from trigpoint.engines.snapshots.labels import Labels, point_candidates
from trigpoint.engines.snapshots.layers import PaintedLayer, read_layers
from trigpoint.engines.snapshots.markers import boxes_of, paint_markers
from trigpoint.engines.snapshots.overlays import paint_overlays
from trigpoint.engines.snapshots.room import Box, Room, grown
from trigpoint.engines.snapshots.texts import drawable_language, font_files
from trigpoint.engines.snapshots.vectors import DamagedTileError, VectorTile, read_tile
from trigpoint.maps.snapshots.pictures import Picture
from trigpoint.maps.snapshots.queries import ColorScheme
from trigpoint.maps.style import build_style
from trigpoint.maps.style.pen import Role
from trigpoint.maps.tiles import IMAGERY, TileSet


@dataclass(slots=True)
class Drawing:
    """An image as SVG, and the boxes of its labels."""

    svg: str
    label_boxes: list[Box] = field(default_factory=list)


@lru_cache(96)
def _tile(data: bytes, encoding: str) -> VectorTile | None:
    """Decode a tile. Cached: different views of one town use the same tiles."""
    try:
        return read_tile(data, encoding)
    except DamagedTileError:
        return None


@lru_cache(32)
def _style(style: str, scheme: str, sets: tuple[TileSet, ...], language: str) -> Mapping[str, object]:
    return build_style(style=style, scheme=scheme, sets=sets, language=language, base_url="", access_key=None)


class Mapper(Protocol):
    """Another renderer of the map: everything below markers and attribution."""

    def draw(self, job: Job, style: Mapping[str, object], frame: Frame) -> bytes:
        """Return the map as a PNG of `size` times `scale` pixels."""
        ...


def paint(job: Job, mapper: Mapper | None = None) -> bytes:
    """Paint an image as PNG."""
    drawing = draw(job, mapper)
    data = resvg_py.svg_to_bytes(
        svg_string=drawing.svg, zoom=job.picture.scale, skip_system_fonts=True, font_files=font_files()
    )
    return bytes(data)


def draw(job: Job, mapper: Mapper | None = None) -> Drawing:
    """Draw an image as SVG. The map of a `mapper` is embedded as PNG; it is not used with overlays, which are below the labels."""
    picture = job.picture
    frame = frame_of(picture.view, picture.size)
    style = _style(picture.map_type.style, picture.color_scheme, job.sets, drawable_language(picture.lang))
    dark = picture.color_scheme is ColorScheme.DARK
    sources = cast("Mapping[str, Mapping[str, object]]", style["sources"])
    images = tuple(prepare(one) for one in picture.images)
    pictured = IMAGERY in sources
    icons = IconBox("dark" if dark or pictured else "light")
    words, words_box = write_credits(words_of(job.sets), picture.size, dark=dark or pictured)
    labels = Labels(frame, Room(frame.width, frame.height), icons)
    if mapper is not None and not picture.overlays:
        below = [_whole(mapper.draw(job, style, frame), frame)]
    else:
        labels.room.take(grown(words_box, 2))
        for box in boxes_of(picture.markers, images, frame):
            labels.room.take(box)
        below = _paint_map(job, style, labels)
    inner = [*below, paint_markers(picture.markers, images, frame), words]
    definitions = icons.definitions()
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{frame.width}" height="{frame.height}" viewBox="0 0 {frame.width} {frame.height}">'
        f"<defs>{definitions}</defs>{''.join(inner)}</svg>"
    )
    return Drawing(svg, labels.boxes)


def _paint_map(job: Job, style: Mapping[str, object], labels: Labels) -> list[str]:
    """Paint areas, lines, overlays, and labels where there is room for them."""
    picture = job.picture
    sources = cast("Mapping[str, Mapping[str, object]]", style["sources"])
    layers = [layer for layer in read_layers(style, labels.frame.zoom) if _is_wanted(layer, picture)]
    shown = _shown(job.tiles)
    ground = [_paint_ground(layer, labels, shown, sources, job.tiles) for layer in layers if layer.kind != "symbol"]
    for layer in reversed(layers):
        if layer.kind == "symbol":
            _add_labels(labels, layer, shown, sources)
    return [*ground, paint_overlays(picture.overlays, labels.frame), *reversed(labels.parts)]


def _whole(png: bytes, frame: Frame) -> str:
    """Embed an image that fills the frame, pixel by pixel."""
    url = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return f'<image width="{frame.width}" height="{frame.height}" image-rendering="optimizeSpeed" xlink:href="{url}"/>'


def _is_wanted(layer: PaintedLayer, picture: Picture) -> bool:
    if layer.role is Role.POI:
        return picture.shows_points_of_interest and picture.shows_labels
    return layer.role is not Role.LABEL or picture.shows_labels


def _shown(tiles: Sequence[SentTile]) -> dict[str, list[Shown]]:
    shown: dict[str, list[Shown]] = {}
    for sent in tiles:
        if sent.set_name != IMAGERY:
            decoded = _tile(sent.tile.data, sent.tile.encoding)
            if decoded is not None:
                shown.setdefault(sent.set_name, []).append(Shown(sent.place, decoded))
    return shown


def _paint_ground(
    layer: PaintedLayer,
    labels: Labels,
    shown: Mapping[str, Sequence[Shown]],
    sources: Mapping[str, Mapping[str, object]],
    tiles: Sequence[SentTile],
) -> str:
    frame = labels.frame
    if layer.kind == "background":
        colour, _ = colour_of(layer.constant("background-color"))
        return f'<rect width="{frame.width}" height="{frame.height}" fill="{colour}"/>'
    if layer.kind == "raster":
        return "".join(_raster(sent) for sent in tiles if sent.set_name == layer.source)
    if sources[layer.source]["type"] == "geojson":
        return area_of(layer, sources[layer.source]["data"], frame)
    found = shown.get(layer.source)
    return paint_layer(layer, found, frame, labels.icons) if found else ""


def _raster(sent: SentTile) -> str:
    """Draw a raster tile, half a pixel larger, so that no seams are visible."""
    size = read_size(sent.tile.data)
    kind = size[0] if size is not None else "image/webp"
    url = f"data:{kind};base64,{base64.b64encode(sent.tile.data).decode()}"
    return (
        f'<image x="{sent.place.x:.2f}" y="{sent.place.y:.2f}" width="{sent.place.side + 0.5:.2f}"'
        f' height="{sent.place.side + 0.5:.2f}" preserveAspectRatio="none" xlink:href="{url}"/>'
    )


def _add_labels(
    labels: Labels,
    layer: PaintedLayer,
    shown: Mapping[str, Sequence[Shown]],
    sources: Mapping[str, Mapping[str, object]],
) -> None:
    if sources[layer.source]["type"] == "geojson":
        labels.add_points(list(points_of(layer, sources[layer.source]["data"], labels.frame)))
        return
    tiles = shown.get(layer.source, ())
    if layer.properties["symbol-placement"].value == "line":
        add_lines(labels, layer, tiles)
    else:
        labels.add_points(list(point_candidates(layer, tiles, labels.frame)))
