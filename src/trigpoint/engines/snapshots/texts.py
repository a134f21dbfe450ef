"""Fonts and text layout of the painter: the width of a text, its font family, and line breaks."""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from trigpoint.maps.style.fonts import FACES

ASSETS = Path(__file__).parent / "assets"
FONTS = ASSETS / "fonts"
HAN_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
"""Paths of system fonts for Han, Kana and Hangul. Such fonts are too large for this package."""
HAN = ((0x1100, 0x11FF), (0x2E80, 0xD7AF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))
HAN_LANGUAGES = {"ja", "ko", "yue", "zh"}
UNITS_PER_EM = 1_000
UNKNOWN_ADVANCE = 600
BASELINE_OF_CAPITALS = 0.364
"""Distance of the baseline below the middle of a capital letter, in ems."""


@dataclass(frozen=True, slots=True)
class Face:
    """One of the style's fonts: its SVG attributes, and the advance widths of its characters in thousandths of the font size."""

    attributes: str
    advances: dict[str, int]


@dataclass(frozen=True, slots=True)
class Block:
    """A text broken into lines: the width of each line in pixels, and of the widest."""

    lines: tuple[str, ...]
    widths: tuple[float, ...]
    width: float


@cache
def font_files() -> list[str]:
    """List the font files that the renderer loads: those of this package, and the system's font for Han if there is one."""
    return [*(str(path) for path in sorted(FONTS.glob("*.ttf"))), *([han] if (han := find_han_font()) else [])]


@cache
def find_han_font() -> str | None:
    """Find a system font for Han, Kana and Hangul, or None."""
    return next((path for path in HAN_FONTS if Path(path).is_file()), None)


def drawable_language(language: str) -> str:
    """Return `language`, or English if no font here has its script: names in it would be left out."""
    is_drawable = language.split("-", maxsplit=1)[0].lower() not in HAN_LANGUAGES or find_han_font() is not None
    return language if is_drawable else "en"


@cache
def face(name: str) -> Face:
    """Return a font of the style by its name; the regular one for an unknown name."""
    inter, noto = FACES.get(name, FACES["Inter Regular"])
    widths = json.loads((ASSETS / "widths.json").read_text(encoding="utf-8"))
    advances: dict[str, int] = {}
    families = []
    for file, font in widths.items():
        if file.endswith(f"-{noto}.ttf") and not file.startswith("inter"):
            advances |= dict(zip(font["signs"], font["advances"], strict=True))
            families.append(font["family"])
    own = widths[f"inter-{inter}.ttf"]
    advances |= dict(zip(own["signs"], own["advances"], strict=True))
    style = ' font-style="italic"' if own["italic"] else ""
    return Face(f'font-family="{own["family"]}" font-weight="{own["weight"]}"{style}', advances)


@cache
def _families() -> tuple[tuple[frozenset[str], str], ...]:
    """Return the characters that only a Noto font has, with its font family."""
    widths = json.loads((ASSETS / "widths.json").read_text(encoding="utf-8"))
    own = set(widths["inter-400-normal.ttf"]["signs"])
    fonts = [font for file, font in widths.items() if file.endswith("-400-normal.ttf") and not file.startswith("inter")]
    return tuple((frozenset(set(font["signs"]) - own), font["family"]) for font in fonts)


@lru_cache(4096)
def family_for(text: str) -> str | None:
    """Return the font family that a text needs besides Inter: that of the first character that Inter lacks."""
    for sign in text:
        if ord(sign) > 0x52F:
            for signs, family in _families():
                if sign in signs:
                    return family
    return None


@lru_cache(8192)
def can_draw(text: str) -> bool:
    """Whether there is a font for every character. Placeholder boxes are never drawn."""
    known = face("Inter Regular").advances
    has_han = find_han_font() is not None
    return all(sign in known or sign in "\n\t" or (has_han and is_han(sign)) for sign in text)


def is_han(sign: str) -> bool:
    """Whether a character is Han, Kana or Hangul."""
    return any(first <= ord(sign) <= last for first, last in HAN)


@lru_cache(16384)
def width_of(font: str, text: str) -> float:
    """Return the width of a text at font size 1."""
    advances = face(font).advances
    return sum([advances.get(sign, UNITS_PER_EM if is_han(sign) else UNKNOWN_ADVANCE) for sign in text]) / UNITS_PER_EM


@lru_cache(8192)
def break_lines(font: str, text: str, size: float, max_width: float, spacing: float) -> Block:
    """Break a text into lines of similar length, none longer than `max_width` unless a single word is."""
    lines: list[str] = []
    for part in text.split("\n"):
        lines += _balanced(font, part, size, max_width, spacing)
    widths = tuple(width_of(font, line) * size + spacing * len(line) for line in lines)
    return Block(tuple(lines), widths, max(widths, default=0.0))


def _balanced(font: str, text: str, size: float, max_width: float, spacing: float) -> list[str]:
    whole = width_of(font, text) * size + spacing * len(text)
    words = [*text] if any(map(is_han, text)) and " " not in text else text.split()
    glue = "" if words and len(words) == len(text) and len(text) > 1 else " "
    if whole <= max_width or len(words) < 2:
        return [text.strip()] if text.strip() else []
    wanted = whole / -(-whole // max_width)
    lines, line = [], words[0]
    for word in words[1:]:
        longer = line + glue + word
        now = width_of(font, line) * size + spacing * len(line)
        then = width_of(font, longer) * size + spacing * len(longer)
        if then <= wanted or (then <= max_width and then - wanted < wanted - now):
            line = longer
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def escaped(text: str) -> str:
    """Escape a text as the content of an XML element. Characters that XML does not allow are removed."""
    return escape(
        "".join(
            sign
            for sign in text
            if (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign < "\ufffe") or sign > "\uffff"
        )
    )
