"""Annotations of an image: balloons, dots and images, in the order of the request, above everything else."""

from collections.abc import Sequence

from trigpoint.engines.snapshots.frames import Frame
from trigpoint.engines.snapshots.images import DrawableImage
from trigpoint.engines.snapshots.room import Box
from trigpoint.engines.snapshots.texts import BASELINE_OF_CAPITALS, escaped, face
from trigpoint.maps.snapshots.colours import Colour
from trigpoint.maps.snapshots.pictures import PlacedMarker
from trigpoint.maps.snapshots.queries import Marker, MarkerStyle

RED, WHITE = Colour("#ff5b40"), Colour("#ffffff")
SCALES = {MarkerStyle.BALLOON: 0.8, MarkerStyle.LARGE: 1.3}
WIDTH, HEIGHT = 40.0, 48.0
GLYPH_MIDDLE = 23.9
"""Distance of the centre of a balloon's disc from the top of the balloon, in its own units."""
GLYPH_PX = 21.0
OUTLINE = (
    "M20 6.9C10.6 6.9 3 14.5 3 23.9c0 8.3 5.9 14.4 12.6 16.4 1.7.5 2.4 1.4 2.8 2.9.2.9.9 1.3 1.6 1.3s1.4-.4 1.6-1.3"
    "c.4-1.5 1.1-2.4 2.8-2.9C31.1 38.3 37 32.2 37 23.9 37 14.5 29.4 6.9 20 6.9z"
)
"""A disc of 34 pixels that runs out into a short tip: the balloon of our mapkit.js."""
SHINE = (
    '<linearGradient id="shine" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity=".22"/>'
    '<stop offset=".6" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-opacity=".08"/></linearGradient>'
)
DOT_RADIUS = 6.5


def paint_markers(markers: Sequence[PlacedMarker], images: Sequence[DrawableImage | None], frame: Frame) -> str:
    """Paint the markers; later ones are above earlier ones."""
    parts = [f"<defs>{SHINE}</defs>"] if markers else []
    for index, placed in enumerate(markers):
        x, y = frame.place(placed.point)
        if -100 <= x <= frame.width + 1100 and -1100 <= y <= frame.height + 1100:
            parts.append(_paint(placed.marker, images, x, y, index))
    return "".join(parts)


def boxes_of(markers: Sequence[PlacedMarker], images: Sequence[DrawableImage | None], frame: Frame) -> list[Box]:
    """Return the boxes of the markers, which labels must not overlap."""
    boxes: list[Box] = []
    for placed in markers:
        x, y = frame.place(placed.point)
        marker = placed.marker
        image = _image(marker.image, images) if marker.style is MarkerStyle.IMAGE else None
        if image is not None:
            left, bottom = x - marker.offset[0] - image.width / 2, y - marker.offset[1]
            boxes.append((left, bottom - image.height, left + image.width, bottom))
        elif marker.style is MarkerStyle.DOT:
            boxes.append((x - DOT_RADIUS, y - DOT_RADIUS, x + DOT_RADIUS, y + DOT_RADIUS))
        else:
            scale = SCALES.get(marker.style, SCALES[MarkerStyle.BALLOON])
            boxes.append((x - WIDTH / 2 * scale, y - 41 * scale, x + WIDTH / 2 * scale, y + 2))
    return [box for box in boxes if box[2] > 0 and box[3] > 0 and box[0] < frame.width and box[1] < frame.height]


def _paint(marker: Marker, images: Sequence[DrawableImage | None], x: float, y: float, index: int) -> str:
    if marker.style is MarkerStyle.IMAGE:
        image = _image(marker.image, images)
        if image is not None:
            return _picture(image, x - marker.offset[0] - image.width / 2, y - marker.offset[1] - image.height)
        return _balloon(Marker(), images, x, y, index)  # its image could not be loaded
    if marker.style is MarkerStyle.DOT:
        return (
            f'<g transform="translate({x:.1f} {y:.1f})"><circle cy=".8" r="{DOT_RADIUS + 0.9}" fill-opacity=".18"/>'
            f'<circle r="{DOT_RADIUS}" fill="#fff"/><circle r="{DOT_RADIUS - 1.8}" fill="{marker.color or RED}"/></g>'
        )
    return _balloon(marker, images, x, y, index)


def _balloon(marker: Marker, images: Sequence[DrawableImage | None], x: float, y: float, index: int) -> str:
    scale = SCALES.get(marker.style, SCALES[MarkerStyle.BALLOON])
    return (
        f'<g transform="translate({x:.1f} {y:.1f}) scale({scale:g}) translate({-WIDTH / 2:g} -46.6)">'
        '<ellipse cx="20" cy="46.6" rx="3.4" ry="1.3" fill-opacity=".22"/>'
        f'<path d="{OUTLINE}" transform="translate(0 1.2)" fill="none" stroke="#000" stroke-opacity=".1" stroke-width="3.6"/>'
        f'<path d="{OUTLINE}" fill="{marker.color or RED}" stroke="#fff" stroke-width="1.4" paint-order="stroke"/>'
        f'<path d="{OUTLINE}" fill="url(#shine)"/>{_glyph(marker, images, index)}</g>'
    )


def _glyph(marker: Marker, images: Sequence[DrawableImage | None], index: int) -> str:
    """Draw the glyph: a letter, the image as a mask in the glyph's colour, or a dot."""
    colour = marker.glyph_color or WHITE
    if marker.glyph_text is not None:
        return (
            f'<text x="20" y="{GLYPH_MIDDLE + BASELINE_OF_CAPITALS * 19:.1f}" text-anchor="middle" font-size="19"'
            f' {face("Inter Semibold").attributes} fill="{colour}">{escaped(marker.glyph_text)}</text>'
        )
    image = _image(marker.glyph_image, images)
    if image is None:
        return f'<circle cx="20" cy="{GLYPH_MIDDLE}" r="6" fill="{colour}"/>'
    scale = min(GLYPH_PX / image.width, GLYPH_PX / image.height)
    width, height = image.width * scale, image.height * scale
    left, top = 20 - width / 2, GLYPH_MIDDLE - height / 2
    return (
        f'<mask id="glyph{index}" mask-type="alpha" style="mask-type:alpha" maskUnits="userSpaceOnUse" x="0" y="0"'
        f' width="{WIDTH}" height="{HEIGHT}">'
        f'<image x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" xlink:href="{image.url}"/></mask>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colour}" mask="url(#glyph{index})"/>'
    )


def _picture(image: DrawableImage, left: float, top: float) -> str:
    return (
        f'<image x="{left:.1f}" y="{top:.1f}" width="{image.width}" height="{image.height}" preserveAspectRatio="none"'
        f' xlink:href="{image.url}"/>'
    )


def _image(index: int | None, images: Sequence[DrawableImage | None]) -> DrawableImage | None:
    return images[index] if index is not None and index < len(images) else None
