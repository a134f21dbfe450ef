"""Converts the map's fonts and icons for the snapshot painter: TrueType files, a table of glyph widths, and SVG icons.

    PYTHONPATH=src uv run --no-project --python 3.13 --with resvg-py --with pillow --with fonttools --with brotli \
        python tools/build_painter.py

The fonts are those of `tools/build_fonts.py`, unpacked from WOFF2; the subsets of Inter are merged into one file for each
weight. The icons are those of `tools/build_sprites.py` (which needs npm), as SVG instead of pixels.
"""

import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from build_sprites import MAKI, TEMAKI, draw_all, fetch
from fontTools.merge import Merger  # type: ignore[import-not-found]  # the first lines say how it comes here
from fontTools.subset import Options, Subsetter  # type: ignore[import-not-found]  # the same
from fontTools.ttLib import TTFont  # type: ignore[import-not-found]  # the same

from trigpoint.maps.style.fonts import FACES, INTER, NOTO
from trigpoint.maps.style.palettes import DARK, LIGHT

ROOT = Path(__file__).resolve().parent.parent
WOFF2 = ROOT / "src/trigpoint/web/mapkit/static/fonts"
FOLDER = ROOT / "src/trigpoint/engines/snapshots/assets"
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl"]


def main() -> None:
    """Write the fonts, the table of widths, and the icons of both colour schemes."""
    os.environ["SOURCE_DATE_EPOCH"] = "1795766400"  # the same files each time
    fonts = FOLDER / "fonts"
    shutil.rmtree(fonts, ignore_errors=True)
    fonts.mkdir(parents=True)
    widths: dict[str, dict[str, object]] = {}
    for weight in sorted({inter for inter, _ in FACES.values()}):
        merge_inter(weight, fonts / f"inter-{weight}.ttf")
    for script in NOTO:
        for weight in sorted({noto for _, noto in FACES.values()}):
            font = TTFont(WOFF2 / f"{script.files}-{weight}.woff2")
            font.flavor = None
            font.save(fonts / f"{script.files}-{weight}.ttf")
    for path in sorted(fonts.glob("*.ttf")):
        widths[path.name] = measure(TTFont(path))
    shutil.copy(WOFF2 / "LICENSE.txt", fonts / "LICENSE.txt")
    write(FOLDER / "widths.json", widths)
    with tempfile.TemporaryDirectory() as scratch:
        folders = {"maki": fetch(MAKI, Path(scratch)), "temaki": fetch(TEMAKI, Path(scratch))}
        for scheme, palette in (("light", LIGHT), ("dark", DARK)):
            images = draw_all(palette, folders, dark=scheme == "dark")
            drawn = {name: drawing(one.svg) | one.more for name, one in images.items()}
            write(FOLDER / f"icons-{scheme}.json", drawn)


def merge_inter(weight: str, path: Path) -> None:
    """Merge the subsets of one weight, without the OpenType features that a map does not use."""
    options = Options()
    options.layout_features, options.hinting, options.notdef_outline = FEATURES, False, True
    options.name_IDs = ["*"]
    with tempfile.TemporaryDirectory() as scratch:
        parts = []
        for script in INTER:
            font = TTFont(WOFF2 / f"{script.files}-{weight}.woff2")
            font.flavor = None
            subsetter = Subsetter(options)
            subsetter.populate(unicodes=font.getBestCmap().keys())
            subsetter.subset(font)
            parts.append(f"{scratch}/{script.files}.ttf")
            font.save(parts[-1])
        Merger().merge(parts).save(path)


def measure(font: TTFont) -> dict[str, object]:
    """Give a font's family, weight and style, its characters as one text, and their advance widths in 1/1000 em."""
    signs = {code: name for code, name in font.getBestCmap().items() if code >= 0x20}
    em, advances = font["head"].unitsPerEm, font["hmtx"]
    return {
        "family": font["name"].getDebugName(16) or font["name"].getDebugName(1),
        "weight": font["OS/2"].usWeightClass,
        "italic": bool(font["OS/2"].fsSelection & 1),
        "signs": "".join(map(chr, signs)),
        "advances": [round(advances[name][0] * 1000 / em) for name in signs.values()],
    }


def drawing(svg: str) -> dict[str, object]:
    """Give the contents of an SVG document."""
    found = re.fullmatch(r'<svg [^>]*width="([\d.]+)" height="([\d.]+)"[^>]*>(.*)</svg>', svg, re.DOTALL)
    if found is None:
        raise ValueError(svg)
    inner = re.sub(r"\s+", " ", re.sub(r">\s+<", "><", found[3])).strip()
    return {"width": float(found[1]), "height": float(found[2]), "svg": inner}


def write(path: Path, told: dict[str, dict[str, object]]) -> None:
    """Write an object with a line for each member."""
    lines = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(told.items())]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(path.relative_to(ROOT), path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
