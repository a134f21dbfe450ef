"""The fonts of the map: which file has which characters. A browser fetches a file when it first needs a character of it.

`tools/build_fonts.py` fetches the files of this table. Characters in none of them (Han, Hangul, Kana) are drawn with the
browser's fonts.
"""

from dataclasses import dataclass

FACES = {
    "Inter Regular": ("400-normal", "400-normal"),
    "Inter Medium": ("500-normal", "600-normal"),
    "Inter Semibold": ("600-normal", "600-normal"),
    "Inter Italic": ("500-italic", "400-normal"),
}
"""Font names that layers use, each with the weights of Inter, and of Noto for other scripts."""


@dataclass(frozen=True, slots=True)
class Script:
    """The characters of one set of font files: the prefix of the file names, and the ranges in CSS `unicode-range` form."""

    files: str
    ranges: str


INTER = (
    Script("inter-latin", "20-FF 131 152-153 2C6 2DA 2DC 2002-200A 2010-2027 2030-205E 20AC 2116 2122 2212"),
    Script("inter-latin-ext", "100-2BA 2BD-2C5 2C7-2CC 1D00-1DBF 1E00-1E9F 1EF2-1EFF 20A0-20AB 20AD-20C0 2C60-2C7F"),
    Script("inter-vietnamese", "300-309 323 329 1EA0-1EF1"),
    Script("inter-cyrillic", "400-45F 490-491 4B0-4B1"),
    Script("inter-cyrillic-ext", "460-48F 492-4AF 4B2-52F 1C80-1C8A 2DE0-2DFF A640-A69F"),
    Script("inter-greek", "370-3FF"),
    Script("inter-greek-ext", "1F00-1FFF"),
)
NOTO = (
    Script("noto-sans-armenian-armenian", "530-58F FB13-FB17"),
    Script("noto-sans-hebrew-hebrew", "590-5FF FB1D-FB4F"),
    Script("noto-sans-arabic-arabic", "600-6FF 750-77F 870-8FF FB50-FDFF FE70-FEFC"),
    Script("noto-sans-devanagari-devanagari", "900-97F 1CD0-1CF9 A8E0-A8FF"),
    Script("noto-sans-bengali-bengali", "980-9FE"),
    Script("noto-sans-gurmukhi-gurmukhi", "A00-A7F"),
    Script("noto-sans-gujarati-gujarati", "A80-AFF"),
    Script("noto-sans-tamil-tamil", "B80-BFF"),
    Script("noto-sans-telugu-telugu", "C00-C7F"),
    Script("noto-sans-kannada-kannada", "C80-CFF"),
    Script("noto-sans-malayalam-malayalam", "D00-D7F"),
    Script("noto-sans-sinhala-sinhala", "D80-DFF"),
    Script("noto-sans-thai-thai", "E01-E5B"),
    Script("noto-sans-lao-lao", "E81-EDF"),
    Script("noto-sans-myanmar-myanmar", "1000-109F A9E0-A9FE AA60-AA7F"),
    Script("noto-sans-georgian-georgian", "10A0-10FF 1C90-1CBF 2D00-2D2F"),
    Script("noto-sans-ethiopic-ethiopic", "1200-1399 2D80-2DDE AB01-AB2E"),
    Script("noto-sans-khmer-khmer", "1780-17FF 19E0-19FF"),
)


def file_names() -> tuple[str, ...]:
    """Return the names of all font files."""
    inter = {weight for weight, _ in FACES.values()}
    noto = {weight for _, weight in FACES.values()}
    scripts = [(script, inter) for script in INTER] + [(script, noto) for script in NOTO]
    return tuple(f"{script.files}-{weight}.woff2" for script, weights in scripts for weight in sorted(weights))


def font_faces(base_url: str, query: str) -> dict[str, object]:
    """Return the style's `font-faces`; `query` is appended to every URL (`?accessKey=…`), or empty."""
    faces: dict[str, object] = {}
    for face, (inter, noto) in FACES.items():
        files = [(script, inter) for script in INTER] + [(script, noto) for script in NOTO]
        faces[face] = [
            {
                "url": f"{base_url}/ti/fonts/{script.files}-{weight}.woff2{query}",
                "unicode-range": [f"U+{signs}" for signs in script.ranges.split()],
            }
            for script, weight in files
        ]
    return faces
