"""Renders the map's sprite sheets (light and dark, for pixel ratios 1 and 2) from the icons of Maki and Temaki.

    PYTHONPATH=src uv run --no-project --python 3.13 --with resvg-py --with pillow python tools/build_sprites.py

Needs npm, which downloads both icon sets. The tables in `src/trigpoint/maps/style` have the icons and their colours.
"""

import io
import json
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import resvg_py
from PIL import Image  # type: ignore[import-not-found]  # the first lines say how it comes here

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from trigpoint.maps.style.colours import mixed, recoloured  # noqa: E402 -- found by the line above
from trigpoint.maps.style.palettes import DARK, LIGHT, POINTS, Palette  # noqa: E402 -- the same
from trigpoint.maps.style.points import GROUPS, icons  # noqa: E402 -- the same

FOLDER = ROOT / "src/trigpoint/web/mapkit/static/sprites"
MAKI, TEMAKI = "@mapbox/maki@8.2.0", "@rapideditor/temaki@5.13.0"
GLYPHS = {
    "aerialway": "maki/aerialway",
    "amusement-park": "maki/amusement-park",
    "artwork": "temaki/sculpture",
    "atm": "temaki/money_hand",
    "bar": "maki/bar",
    "beer": "maki/beer",
    "books": "temaki/book_store",
    "bottles": "temaki/bottles",
    "bottles-shop": "maki/alcohol-shop",
    "bowling": "maki/bowling-alley",
    "buddhist": "maki/religious-buddhist",
    "bus-station": "maki/bus",
    "butcher": "temaki/meat",
    "car-dealer": "maki/car",
    "charging": "maki/charging-station",
    "christian": "maki/religious-christian",
    "climbing": "temaki/climbing",
    "clinic": "maki/doctor",
    "clothes": "maki/clothing-store",
    "convention": "maki/commercial",
    "dot": "maki/circle",
    "electronics": "maki/mobile-phone",
    "fairground": "maki/attraction",
    "fishing": "temaki/fishing_pier",
    "fortress": "temaki/domed_tower",
    "gallery": "maki/art-gallery",
    "gate": "temaki/plane_taxiing",
    "gym": "maki/fitness-centre",
    "hiking": "temaki/pedestrian",
    "hindu": "temaki/hinduism",
    "hotel": "maki/lodging",
    "jewelry": "maki/jewelry-store",
    "jewish": "maki/religious-jewish",
    "kayaking": "temaki/kayaking",
    "kindergarten": "temaki/school",
    "kiosk": "maki/convenience",
    "landmark": "maki/attraction",
    "mailbox": "temaki/letter_box",
    "mall": "maki/shop",
    "marina": "maki/harbor",
    "memorial": "maki/monument",
    "metro": "maki/rail-metro",
    "mini-golf": "maki/golf",
    "monument": "temaki/obelisk",
    "musical-shop": "maki/music",
    "muslim": "maki/religious-muslim",
    "national-park": "temaki/tree_needleleaved",
    "noodle": "maki/restaurant-noodle",
    "perfume": "temaki/perfume",
    "pet-shop": "maki/dog-park",
    "pizza": "maki/restaurant-pizza",
    "planetarium": "temaki/telescope",
    "restroom": "maki/toilet",
    "ruins": "temaki/ruins",
    "rv-park": "temaki/camper_trailer",
    "seafood": "maki/restaurant-seafood",
    "seafood-shop": "maki/restaurant-seafood",
    "shinto": "maki/religious-shinto",
    "shoes": "maki/shoe",
    "skating": "temaki/ice_skating",
    "spa": "temaki/spa",
    "sports-shop": "maki/soccer",
    "surfing": "temaki/surfing",
    "sushi": "maki/restaurant-sushi",
    "terminal": "maki/airport",
    "tower": "maki/observation-tower",
    "tram": "temaki/tram",
    "university": "maki/college",
    "winery": "temaki/grapes",
    "worship": "maki/place-of-worship",
}
"""The glyph of each icon; for others, the Maki icon of the same name."""
SQUARE = frozenset({"rail", "metro", "tram", "bus", "bus-station", "ferry", "aerialway"})
"""Icons on rounded squares: stops and stations. All others are on discs."""


@dataclass(frozen=True)
class Picture:
    """An image of the sheet, with its metadata for MapLibre."""

    svg: str
    more: dict[str, object]


def main() -> None:
    """Write the four sheets."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folders = {"maki": fetch(MAKI, Path(scratch)), "temaki": fetch(TEMAKI, Path(scratch))}
        for scheme, palette in (("light", LIGHT), ("dark", DARK)):
            images = draw_all(palette, folders, dark=scheme == "dark")
            for ratio in (1, 2):
                write_sheet(images, scheme, ratio)
            print(scheme, len(images), "images")


def fetch(package: str, scratch: Path) -> Path:
    """Fetch a package with npm, and give its folder of icons."""
    folder = scratch / package.split("/")[1]
    folder.mkdir()
    packed = subprocess.run(
        [shutil.which("npm") or "npm", "pack", "--silent", package],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    with tarfile.open(folder / packed.stdout.strip()) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package" / "icons"


def draw_all(palette: Palette, folders: dict[str, Path], *, dark: bool) -> dict[str, Picture]:
    """Draw every picture, by name."""
    images: dict[str, Picture] = {}
    for name, group in icons().items():
        source, glyph = GLYPHS.get(name, f"maki/{name}").split("/")
        colour = POINTS[group] if not dark else mixed(recoloured(POINTS[group], saturation=0.9), "#1d2025", 0.12)
        draw = square if name in SQUARE else disc
        images[name] = Picture(draw(read_glyph(folders[source] / f"{glyph}.svg"), colour, dark=dark), {})
    for group in GROUPS:
        images[f"dot-{group}"] = Picture(dot(POINTS[group], palette.halo[:7]), {})
    images |= {
        "city": Picture(town(palette.text, palette.halo[:7], inner=False), {}),
        "capital": Picture(town(palette.text, palette.halo[:7], inner=True), {}),
        "peak": Picture(peak(palette.text_soft, palette.halo[:7]), {}),
        "arrow": Picture(arrow(palette.arrow), {}),
        "canopy": Picture(canopy(dark=dark), {}),
    }
    return images | shields(dark=dark)


def read_glyph(path: Path) -> str:
    """Give the SVG contents of an icon of 15 by 15 points, to be filled with one colour."""
    text = path.read_text(encoding="utf-8")
    found = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    if found is None:
        raise ValueError(f"{path} is not an icon")
    scale = 15 / float(size[1]) if size is not None else 1
    return f'<g transform="scale({scale:.4f})">{found[1]}</g>'


def svg(width: float, height: float, inner: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"{inner}</svg>"
    )


def disc(glyph: str, colour: str, *, dark: bool) -> str:
    ring, strength = ("#15171a", 0.75) if dark else ("#ffffff", 0.95)
    return svg(
        24,
        24,
        f'<circle cx="12" cy="12" r="11.3" fill="{ring}" fill-opacity="{strength}"/>'
        f'<circle cx="12" cy="12" r="10.2" fill="{colour}"/>'
        f'<g fill="#fff" transform="translate(5.1 5.1) scale(.92)">{glyph}</g>',
    )


def square(glyph: str, colour: str, *, dark: bool) -> str:
    ring, strength = ("#15171a", 0.75) if dark else ("#ffffff", 0.95)
    return svg(
        24,
        24,
        f'<rect x="1" y="1" width="22" height="22" rx="6.6" fill="{ring}" fill-opacity="{strength}"/>'
        f'<rect x="2.1" y="2.1" width="19.8" height="19.8" rx="5.6" fill="{colour}"/>'
        f'<g fill="#fff" transform="translate(5.1 5.1) scale(.92)">{glyph}</g>',
    )


def dot(colour: str, ring: str) -> str:
    return svg(
        9, 9, f'<circle cx="4.5" cy="4.5" r="4.2" fill="{ring}"/><circle cx="4.5" cy="4.5" r="3.1" fill="{colour}"/>'
    )


def town(colour: str, ring: str, *, inner: bool) -> str:
    """Draw the dot of a town; a capital has a ring around it."""
    body = f'<circle cx="5.5" cy="5.5" r="5" fill="{ring}"/>'
    if inner:
        body += f'<circle cx="5.5" cy="5.5" r="3.6" fill="none" stroke="{colour}" stroke-width="1.1"/>'
        body += f'<circle cx="5.5" cy="5.5" r="1.7" fill="{colour}"/>'
    else:
        body += f'<circle cx="5.5" cy="5.5" r="2.6" fill="{ring}" stroke="{colour}" stroke-width="1.3"/>'
    return svg(11, 11, body)


def peak(colour: str, ring: str) -> str:
    return svg(
        11,
        10,
        f'<path d="M5.5 1 10 9H1z" fill="{colour}" stroke="{ring}" stroke-width="1.6" stroke-linejoin="round" '
        'paint-order="stroke"/>',
    )


def arrow(colour: str) -> str:
    return svg(
        16,
        9,
        f'<path d="M1.5 4.5H13M9.6 1.4 13.4 4.5 9.6 7.6" fill="none" stroke="{colour}" stroke-width="1.5" '
        'stroke-linecap="round" stroke-linejoin="round"/>',
    )


def canopy(*, dark: bool) -> str:
    """Draw a seamless pattern of tree-tops: soft spots that darken and lighten the ground."""
    chance = random.Random(17)  # noqa: S311 -- the same spots each time, and no secret
    size, spots = 96, []
    for _ in range(170):
        x, y, r = chance.uniform(0, size), chance.uniform(0, size), chance.uniform(1.2, 3.0)
        colour, strength = (
            ("#ffffff", 0.03 if dark else 0.2) if chance.random() < 0.4 else ("#0e2a12", 0.16 if dark else 0.05)
        )
        for dx in (-size, 0, size):
            spots += [
                f'<circle cx="{x + dx:.1f}" cy="{y + dy:.1f}" r="{r:.1f}" fill="{colour}" opacity="{strength}"/>'
                for dy in (-size, 0, size)
                if -r <= x + dx <= size + r and -r <= y + dy <= size + r
            ]
    return svg(size, size, "".join(spots))


def shields(*, dark: bool) -> dict[str, Picture]:
    """Draw road shields, which can be stretched in the middle."""
    plain, line = ("#2f3238", "#6c7078") if dark else ("#ffffff", "#a9a49b")
    looks = {
        "motorway": ("#2f6fc4" if not dark else "#2b5c9e", "#ffffff"),
        "expressway": ("#1f8a4c" if not dark else "#1d6e40", "#ffffff"),
        "euro": ("#2f9e57" if not dark else "#277a46", "#ffffff"),
        "trunk": ("#ffefb8" if not dark else "#4a4028", "#d4ab4c" if not dark else "#8d6f36"),
        "road": (plain, line),
        "state": ("#ffffff" if not dark else "#d5d6d8", "#6f6b66"),
    }
    images = {}
    for name, (fill, edge) in looks.items():
        radius = 7.2 if name == "state" else 3.4
        body = (
            f'<rect x=".5" y=".5" width="23" height="17" rx="{radius + 0.6}" fill="{plain if dark else "#ffffff"}"/>'
            f'<rect x="1.3" y="1.3" width="21.4" height="15.4" rx="{radius}" fill="{fill}" stroke="{edge}" '
            'stroke-width="1.1"/>'
        )
        images[f"shield-{name}"] = Picture(svg(24, 18, body), stretch(24, 18, 8, 5))
    route = "M4 1.5h16l3 4c-1.6 2.6-1 5.2-.4 7-3 1.2-7.6 2-10.6 4-3-2-7.6-2.8-10.6-4 .6-1.800 1.2-4.400-.4-7z"
    white, ink = ("#d5d6d8", "#3a3d42") if dark else ("#ffffff", "#4a4a4a")
    images["shield-us"] = Picture(
        svg(24, 18, f'<path d="{route}" fill="{white}" stroke="{ink}" stroke-width="1.1" stroke-linejoin="round"/>'),
        stretch(24, 18, 8, 6),
    )
    crest = "M2.500 1.500c2 1 4.600 1 6.500 0 2 .8 4 .8 6 0 2 1 4.500 1 6.500 0 2.800 6.500.8 12-9.500 15.500-10.300-3.500-12.300-9-9.500-15.500z"
    blue, red = ("#2a4f86", "#8d3237") if dark else ("#2d5ea8", "#c2383f")
    images["shield-interstate"] = Picture(
        svg(
            24,
            18,
            f'<defs><clipPath id="c"><path d="{crest}"/></clipPath></defs><g clip-path="url(#c)">'
            f'<rect width="24" height="18" fill="{blue}"/><rect width="24" height="4.600" fill="{red}"/></g>'
            f'<path d="{crest}" fill="none" stroke="{"#c9ccd0" if dark else "#ffffff"}" stroke-width="1.2"/>',
        ),
        stretch(24, 18, 8, 7),
    )
    return images


def stretch(width: int, height: int, side: int, top: int) -> dict[str, object]:
    """Give the stretchable part of a shield, and the box for its number."""
    return {
        "stretchX": [[side, width - side]],
        "stretchY": [[top, height - top]],
        "content": [4, 3, width - 4, height - 3],
    }


def write_sheet(images: dict[str, Picture], scheme: str, ratio: int) -> None:
    """Arrange the images in rows, the tallest first, and write the sheet with its index."""
    drawn = {}
    for name, image in images.items():
        data = bytes(resvg_py.svg_to_bytes(svg_string=image.svg, zoom=ratio, skip_system_fonts=True))
        drawn[name] = Image.open(io.BytesIO(data)).convert("RGBA")
    width, index = 384 * ratio, {}
    x = y = row = 0
    for name in sorted(drawn, key=lambda one: (-drawn[one].height, one)):
        picture = drawn[name]
        if x + picture.width > width:
            x, y, row = 0, y + row + ratio, 0
        more = {key: _scaled(value, ratio) for key, value in images[name].more.items()}
        index[name] = {"x": x, "y": y, "width": picture.width, "height": picture.height, "pixelRatio": ratio} | more
        x, row = x + picture.width + ratio, max(row, picture.height)
    sheet = Image.new("RGBA", (width, y + row))
    for name, place in index.items():
        sheet.paste(drawn[name], (place["x"], place["y"]))
    suffix = "" if ratio == 1 else f"@{ratio}x"
    few_colours(sheet).save(FOLDER / f"{scheme}{suffix}.png", optimize=True)
    (FOLDER / f"{scheme}{suffix}.json").write_text(json.dumps(dict(sorted(index.items())), indent=0) + "\n")


def few_colours(sheet: Image.Image) -> Image.Image:
    """Reduce the sheet to its 256 most frequent colours; other pixels, mostly at edges, get the nearest of them."""
    counted = sorted(sheet.getcolors(sheet.width * sheet.height), reverse=True)
    kept = [colour for _, colour in counted[:256]]
    nearest = {colour: place for place, colour in enumerate(kept)}
    for _, colour in counted[256:]:
        nearest[colour] = min(range(len(kept)), key=lambda place: _distance(colour, kept[place]))
    small = Image.new("P", sheet.size)
    small.putpalette([part for colour in kept for part in colour], "RGBA")
    small.putdata([nearest[colour] for colour in sheet.get_flattened_data()])
    return small


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Give the distance of two colours, weighted by opacity."""
    seen = [(colour[0] * colour[3], colour[1] * colour[3], colour[2] * colour[3]) for colour in (one, other)]
    parts: float = sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) / 255**2
    transparent: float = 3 * (one[3] - other[3]) ** 2
    return parts + transparent


def _scaled(value: object, ratio: int) -> object:
    return [_scaled(one, ratio) for one in value] if isinstance(value, list) else int(str(value)) * ratio


if __name__ == "__main__":
    main()
