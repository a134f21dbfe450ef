"""The map of a snapshot by MapLibre Native, if the package mapli is installed and finds an EGL to draw with.

It takes a fifth of the CPU time. Its labels are placed by its own rules, and some are missing. Overlays are below the
labels, so snapshots with overlays are painted by our painter alone; markers and attribution always are.
Tiles, fonts and icons are passed in memory; nothing is fetched.
"""

import copy
import json
import os
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import resvg_py

from trigpoint.engines.snapshots.frames import Frame, tiles_in
from trigpoint.engines.snapshots.icons import icons
from trigpoint.engines.snapshots.jobs import Job
from trigpoint.engines.snapshots.texts import FONTS
from trigpoint.engines.snapshots.vectors import MOST_BYTES
from trigpoint.maps.snapshots.pictures import Picture
from trigpoint.maps.style.fonts import FACES, INTER, NOTO
from trigpoint.maps.style.pen import Role
from trigpoint.maps.tiles import Tile

SCHEME = "trigpoint"
MOST_STYLES = 6
"""Number of styles for which a renderer is kept; each caches its tiles."""
COLUMNS = 16
_PROBE = {"version": 8, "sources": {}, "layers": [{"id": "a", "type": "background"}]}
Address = tuple[str, int, int, int]


class NativeMap:
    """Draws maps. Raises an error of mapli's, or ImportError, if that is not possible."""

    def __init__(self) -> None:
        os.environ.setdefault("EGL_PLATFORM", "surfaceless")
        import mapli

        self._mapli: Any = mapli
        self._tiles: dict[Address, Tile] = {}
        self._looked_for: set[Address] = set()
        self._names: dict[str, str] = {}
        self._empty: set[Address] = set()
        self._empties: dict[str, set[Address]] = {}
        """For each style, the tiles that are empty for the renderer, because a snapshot did not send them."""
        self._count = 0
        mapli.register_scheme_handler(SCHEME, self._answer)
        self._pool: Any = mapli.RenderPool(workers=1, max_renderers_per_worker=MOST_STYLES)
        self._pool.register_style("probe", json=_PROBE)
        self._pool.render("probe", lon=0, lat=0, zoom=1, width=8, height=8)

    def draw(self, job: Job, style: Mapping[str, object], frame: Frame) -> bytes:
        """Draw the map as a PNG of `size` times `scale` pixels."""
        self._tiles = {
            (sent.set_name, sent.place.address.z, sent.place.address.x, sent.place.address.y): sent.tile
            for sent in job.tiles
        }
        self._looked_for = {
            (one.name, place.address.z, place.address.x, place.address.y)
            for one in job.sets
            for place in tiles_in(frame, one)
        }
        native_style = json.dumps(for_native(style, job.picture), sort_keys=True)
        if self._empties.get(native_style, set()) & self._tiles.keys():
            self._names.pop(native_style, None)
        name = self._name_of(native_style)
        self._empty = self._empties[native_style]
        center = frame.ground(frame.width / 2, frame.height / 2)
        png: bytes = self._pool.render(
            name,
            lon=center.longitude,
            lat=center.latitude,
            zoom=frame.zoom,
            width=frame.width,
            height=frame.height,
            pixel_ratio=job.picture.scale,
        )
        return png

    def _name_of(self, native_style: str) -> str:
        """Return the name under which a style is registered in the renderer."""
        if native_style not in self._names:
            if len(self._names) >= MOST_STYLES:
                self._empties.pop(next(iter(self._names)))
                self._names.pop(next(iter(self._names)))
            self._count += 1
            self._empties[native_style] = set()
            self._names[native_style] = str(self._count)
            self._pool.register_style(str(self._count), json=native_style)
        return self._names[native_style]

    def _answer(self, request: Any) -> Any:
        """Respond to a request of the renderer: with a tile of the job, a font, or the sprite."""
        kind, *parts = request.url.partition("?")[0].partition("://")[2].split("/")
        if kind == "sprites":
            return sheet(*_parted(parts[-1]))
        if kind == "fonts":
            return (FONTS / parts[-1]).read_bytes()
        if kind == "glyphs":
            return self._mapli.Response.no_content()
        address = (kind, int(parts[0]), int(parts[1]), int(parts[2].partition(".")[0]))
        tile = self._tiles.get(address)
        if tile is None:
            if address not in self._looked_for:
                self._empty.add(address)
            return self._mapli.Response.no_content()
        return unpacked(tile)


def for_native(style: Mapping[str, object], picture: Picture) -> dict[str, Any]:
    """Return a style with internal URLs, without the layers that a snapshot does not show."""
    native_style: dict[str, Any] = copy.deepcopy(dict(style))
    hidden = {Role.LABEL, Role.POI} if not picture.shows_labels else set()
    hidden |= {Role.POI} if not picture.shows_points_of_interest else set()
    native_style["layers"] = [one for one in native_style["layers"] if one["metadata"]["trigpoint:role"] not in hidden]
    for name, source in native_style["sources"].items():
        if "tiles" in source:
            version = source["tiles"][0].partition("?")[2]
            source["tiles"] = [f"{SCHEME}://{name}/{{z}}/{{x}}/{{y}}.t?{version}"]
    native_style["sprite"] = f"{SCHEME}://sprites/{str(native_style['sprite']).rpartition('/')[2]}"
    native_style["glyphs"] = f"{SCHEME}://glyphs/{{fontstack}}/{{range}}"
    native_style["font-faces"] = {
        face: [
            {"url": f"{SCHEME}://fonts/{file}.ttf", "unicode-range": [f"U+{signs}" for signs in ranges]}
            for file, ranges in _files_of(inter, noto)
        ]
        for face, (inter, noto) in FACES.items()
    }
    return native_style


def _files_of(inter: str, noto: str) -> list[tuple[str, list[str]]]:
    every = [signs for script in INTER for signs in script.ranges.split()]
    return [(f"inter-{inter}", every), *((f"{script.files}-{noto}", script.ranges.split()) for script in NOTO)]


def _parted(name: str) -> tuple[str, int, str]:
    """Split the name of a sprite file into colour scheme, pixel ratio and extension."""
    stem, _, ending = name.partition(".")
    scheme, _, double = stem.partition("@")
    return scheme, 2 if double else 1, ending


@cache
def sheet(scheme: str, ratio: int, ending: str) -> bytes:
    """Return the sprite with all icons in rows, or its index."""
    known = sorted(icons(scheme).values(), key=lambda icon: icon.name)
    index, drawings, x, y, row = {}, [], 0, 0, 0
    for number, icon in enumerate(known):
        width, height = int(icon.width), int(icon.height)
        if number % COLUMNS == 0:
            x, y, row = 0, y + row + 1, 0
        place = {"x": x * ratio, "y": y * ratio, "width": width * ratio, "height": height * ratio}
        index[icon.name] = {**place, "pixelRatio": ratio, **_scaled(icon.stretching, ratio)}
        drawings.append(f'<svg x="{x}" y="{y}" width="{width}" height="{height}">{icon.drawing}</svg>')
        x, row = x + width + 1, max(row, height)
    if ending == "json":
        return json.dumps(index).encode()
    size = f'width="{COLUMNS * 120}" height="{y + row + 1}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(drawings)}</svg>'
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=ratio, skip_system_fonts=True))


def _scaled(stretching: Mapping[str, object], ratio: int) -> dict[str, object]:
    """Return the stretchable parts of a shield, in pixels of the sprite."""

    def scaled(value: object) -> object:
        return [scaled(one) for one in value] if isinstance(value, list) else int(str(value)) * ratio

    return {name: scaled(value) for name, value in stretching.items()}


def unpacked(tile: Tile) -> bytes:
    """Return the bytes of a tile, decompressed for the renderer."""
    if tile.data[:2] != b"\x1f\x8b":
        return tile.data
    return zlib.decompressobj(wbits=31).decompress(tile.data, MOST_BYTES)
