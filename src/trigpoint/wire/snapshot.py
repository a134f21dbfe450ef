"""`/api/v1/snapshot`: the parameters of the picture (contract §6.1 to §6.3). The credential is not read here."""

import re

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Point
from trigpoint.maps.coordinates import read_coordinates
from trigpoint.maps.snapshots.queries import (
    DEFAULT_SIZE,
    DEFAULT_ZOOM,
    MAX_IMAGES,
    MAX_SCALE,
    MAX_SIDE,
    MAX_ZOOM,
    MIN_SIDE,
    MIN_ZOOM,
    Annotation,
    ColorScheme,
    ImageSource,
    Keyword,
    MapType,
    Marker,
    MarkerStyle,
    SnapshotQuery,
)
from trigpoint.wire.parameters import Parameters, read_point
from trigpoint.wire.snapshot_members import MAX_JSON, NUMBER, Members, read_items
from trigpoint.wire.snapshot_overlays import read_overlays

MAX_ANNOTATIONS = 100
MAX_IMAGE_SIDE = 640
"""Largest width and height of an image on the map, in CSS pixels."""
MAX_OFFSET = 1000
"""Largest offset of a marker, in CSS pixels."""
CENTER = "a coordinate 'latitude,longitude', an address, or 'auto'"
ANNOTATIONS_EXAMPLE = '[{"point":"47.1410,9.5215","color":"449944","glyphText":"a"}]'
IMAGES_EXAMPLE = '[{"url":"https://example.com/pin.png","width":32,"height":32}]'

_LIKE_A_POINT = re.compile(r"\s*[+-]?[0-9.]+\s*,\s*[+-]?[0-9.]+\s*")
_GLYPH = re.compile(r"[A-Za-z0-9]")
_SIZE = re.compile(r"([0-9]{1,5})x([0-9]{1,5})", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s/@?#]+(?:[/?#]\S*)?|data:\S+", re.IGNORECASE)


def parse(parameters: Parameters) -> SnapshotQuery:
    """Read the query; raises InvalidError."""
    images = _images(parameters.text("imgs", max_length=MAX_JSON))
    annotations = tuple(
        _annotation(members, len(images))
        for members in read_items(
            "annotations",
            parameters.text("annotations", max_length=MAX_JSON),
            at_most=MAX_ANNOTATIONS,
            example=ANNOTATIONS_EXAMPLE,
        )
    )
    overlays = read_overlays(
        parameters.text("overlays", max_length=MAX_JSON), parameters.text("overlayStyles", max_length=MAX_JSON)
    )
    center = _place("center", parameters.required_text("center", example="47.1410,9.5215"), Keyword.AUTO)
    if center is Keyword.AUTO:
        _require_something_to_fit(annotations, has_overlays=bool(overlays))
    map_type = parameters.choice("t", MapType, default=MapType.STANDARD)
    scheme = parameters.choice("colorScheme", ColorScheme, default=ColorScheme.LIGHT)
    return SnapshotQuery(
        center=center,
        zoom=_zoom(parameters.text("z")),
        span=_span(parameters.text("spn")),
        size=_size(parameters.text("size")),
        scale=_scale(parameters.text("scale")),
        map_type=map_type,
        color_scheme=scheme if map_type in {MapType.STANDARD, MapType.MUTED} else ColorScheme.LIGHT,
        shows_points_of_interest=parameters.boolean("poi", default=True),
        shows_labels=not parameters.boolean("hideLabels"),
        lang=parameters.lang(),
        annotations=annotations,
        overlays=overlays,
        images=images,
    )


def _place(name: str, text: str, keyword: Keyword) -> Point | str | Keyword:
    """Read a coordinate, the keyword, or an address."""
    if text.lower() == keyword.value:
        return keyword
    if _LIKE_A_POINT.fullmatch(text):
        return read_point(name, text)
    return read_coordinates(text) or text


def _require_something_to_fit(annotations: tuple[Annotation, ...], *, has_overlays: bool) -> None:
    example = "center=auto&annotations=" + ANNOTATIONS_EXAMPLE
    if not annotations and not has_overlays:
        rule = "a coordinate or an address, because there are no 'annotations' or 'overlays' for 'auto' to fit"
        raise InvalidError("center", rule, example="47.1410,9.5215", received="auto")
    for index, annotation in enumerate(annotations):
        if annotation.point is Keyword.CENTER:
            rule = "a coordinate or an address if 'center' is 'auto', because that is computed from the points"
            raise InvalidError(f"annotations[{index}].point", rule, example=example, received="center")


def _zoom(text: str | None) -> float:
    return DEFAULT_ZOOM if text is None else _number("z", text, lowest=MIN_ZOOM, highest=MAX_ZOOM, example="14")


def _span(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    parts = text.split(",")
    numbers = [float(part) for part in parts if NUMBER.fullmatch(part.strip())]
    if len(parts) != 2 or len(numbers) != 2 or numbers[0] > 90 or numbers[1] > 180:
        rule = "'latitudeDelta,longitudeDelta' in degrees, at most 90 and 180"
        raise InvalidError("spn", rule, example="0.05,0.08", received=text)
    return max(0.0, numbers[0]), max(0.0, numbers[1])


def _size(text: str | None) -> tuple[int, int]:
    if text is None:
        return DEFAULT_SIZE
    found = _SIZE.fullmatch(text)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in size):
        rule = f"WIDTHxHEIGHT in pixels, each from {MIN_SIDE} to {MAX_SIDE}"
        raise InvalidError("size", rule, example="600x400", received=text)
    return size


def _scale(text: str | None) -> int:
    if text is None:
        return 1
    number = float(text) if NUMBER.fullmatch(text) else 0.0
    if number not in range(1, MAX_SCALE + 1):
        raise InvalidError("scale", "1, 2 or 3", example="2", received=text)
    return int(number)


def _number(name: str, text: str, *, lowest: float, highest: float, example: str) -> float:
    number = float(text) if NUMBER.fullmatch(text) else None
    if number is None or not lowest <= number <= highest:
        rule = f"a number from {lowest:g} to {highest:g}"
        raise InvalidError(name, rule, example=example, received=text)
    return number


def _annotation(members: Members, images: int) -> Annotation:
    style = members.choice("markerStyle", MarkerStyle) or MarkerStyle.BALLOON
    place = "a coordinate 'latitude,longitude', an address, or 'center'"
    text = members.text("point", rule=place, example="47.1410,9.5215")
    if text is None:
        raise members.refusal("point", place, example="47.1410,9.5215")
    image = _image_index(members, "imgIdx", images)
    if style is MarkerStyle.IMAGE and image is None:
        raise members.refusal("imgIdx", "the index of an image in 'imgs' if 'markerStyle' is 'img'", example="0")
    glyph, glyph_image = _glyph(members), _image_index(members, "glyphImgIdx", images)
    if glyph is not None and glyph_image is not None:
        raise members.refusal("glyphImgIdx", "left out if 'glyphText' is given", example='"glyphText":"a" alone')
    marker = Marker(
        style=style,
        color=members.colour("color"),
        glyph_text=glyph,
        glyph_color=members.colour("glyphColor"),
        glyph_image=glyph_image,
        image=image,
        offset=_offset(members),
    )
    return Annotation(_place(f"{members.name}.point", text, Keyword.CENTER), marker)


def _glyph(members: Members) -> str | None:
    rule = "one letter or figure, a-z, A-Z or 0-9"
    text = members.text("glyphText", rule=rule, example="a", max_length=8)
    if text is not None and not _GLYPH.fullmatch(text):
        raise members.refusal("glyphText", rule, example="a")
    return text


def _image_index(members: Members, key: str, images: int) -> int | None:
    index = members.whole(key, lowest=0, highest=MAX_IMAGES - 1, example="0")
    if index is not None and index >= images:
        came = f"{index}, with {images} images" if images != 1 else f"{index}, with one image"
        raise members.refusal(key, "the index of an image in 'imgs', counted from 0", example="0", received=came)
    return index


def _offset(members: Members) -> tuple[float, float]:
    rule = f"'x,y' in pixels, each from -{MAX_OFFSET} to {MAX_OFFSET}"
    text = members.text("offset", rule=rule, example="0,-5", max_length=64)
    if text is None:
        return 0.0, 0.0
    parts = [part.strip() for part in text.split(",")]
    numbers = [float(part) for part in parts if NUMBER.fullmatch(part)]
    if len(parts) != 2 or len(numbers) != 2 or any(abs(number) > MAX_OFFSET for number in numbers):
        raise members.refusal("offset", rule, example="0,-5")
    return numbers[0], numbers[1]


def _images(text: str | None) -> tuple[ImageSource, ...]:
    found = []
    for members in read_items("imgs", text, at_most=MAX_IMAGES, example=IMAGES_EXAMPLE):
        rule = "the http, https or data: URL of an image, without a user name in it"
        url = members.text("url", rule=rule, example="https://example.com/pin.png", max_length=MAX_JSON)
        if url is None or not _URL.fullmatch(url):
            raise members.refusal("url", rule, example="https://example.com/pin.png")
        sides = [members.whole(key, lowest=1, highest=MAX_IMAGE_SIDE, example="32") for key in ("width", "height")]
        width, height = sides
        if width is None or height is None:
            key = "width" if width is None else "height"
            raise members.refusal(key, "the image's size on the map in pixels", example="32")
        found.append(ImageSource(url, width, height))
    return tuple(found)
