"""The attribution that licences require, in the lower right corner of every image."""

from collections.abc import Sequence

from trigpoint.engines.snapshots.room import Box
from trigpoint.engines.snapshots.texts import escaped, face, width_of
from trigpoint.maps.tiles import OSM, TileSet

FONT = "Inter Medium"
SIZE, SMALLEST = 8.5, 5.0
EDGE = 4.0
SHORTER = (("© OpenStreetMap contributors", "© OpenStreetMap"), ("© OpenStreetMap", "© OSM"))
"""Shorter texts for narrow images."""


def words_of(sets: Sequence[TileSet]) -> tuple[str, ...]:
    """Return the attributions of the tile sets without duplicates, those of the map first."""
    ordered = sorted(sets, key=lambda one: one.name != OSM)
    return tuple(dict.fromkeys(words.text for one in ordered for words in one.attributions))


def write_credits(words: Sequence[str], size: tuple[int, int], *, dark: bool) -> tuple[str, Box]:
    """Write the attribution as large as it fits, at most `SIZE` pixels. Returns the SVG and its bounding box."""
    room = size[0] - 2 * EDGE
    line = " · ".join(words)
    if width_of(FONT, line) * SMALLEST > room and words:
        for longer, shorter in SHORTER:
            line = line.replace(longer, shorter)
            if width_of(FONT, line) * SMALLEST <= room:
                break
    wide = width_of(FONT, line)
    px = min(SIZE, room / wide) if wide else SIZE
    box = (size[0] - EDGE - wide * px, size[1] - EDGE - px * 1.15, size[0] - EDGE, size[1] - EDGE + 1)
    ink, halo = ("#d9dbdf", "#15171a") if dark else ("#4a4a4d", "#ffffff")
    svg = (
        f'<text x="{size[0] - EDGE:.1f}" y="{size[1] - EDGE - px * 0.15:.1f}" text-anchor="end" {face(FONT).attributes}'
        f' font-size="{px:.2f}" fill="{ink}" stroke="{halo}" stroke-opacity=".85" stroke-width="2.2"'
        f' stroke-linejoin="round" paint-order="stroke">{escaped(line)}</text>'
    )
    return (svg if line else "", box)
