"""Snapshot queries, after parsing: places may still be texts, and images still URLs (contract §6)."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from trigpoint.base.geo import Point
from trigpoint.maps.queries import DEFAULT_LANG
from trigpoint.maps.snapshots.colours import Colour

MIN_ZOOM, MAX_ZOOM, DEFAULT_ZOOM = 3.0, 20.0, 12.0
MIN_SIDE, MAX_SIDE = 50, 640
DEFAULT_SIZE = (600, 400)
MAX_SCALE = 3
MAX_IMAGES = 10
BLUE = Colour("#007aff")
"""The default colour of overlays."""


class MapType(StrEnum):
    """The map type: standard, hybrid (imagery with names), satellite (imagery alone), or muted standard."""

    STANDARD = "standard"
    HYBRID = "hybrid"
    SATELLITE = "satellite"
    MUTED = "mutedStandard"

    @property
    def style(self) -> str:
        """The name of the map's style, one of `maps.style.STYLES`."""
        return "muted" if self is MapType.MUTED else self.value


class ColorScheme(StrEnum):
    """Light or dark; only the standard maps have a dark scheme."""

    LIGHT = "light"
    DARK = "dark"


class MarkerStyle(StrEnum):
    """The shape of an annotation. `img` is an image from the request."""

    BALLOON = "balloon"
    DOT = "dot"
    LARGE = "large"
    IMAGE = "img"


class OverlayKind(StrEnum):
    """The type of an overlay."""

    POLYGON = "polygon"
    POLYLINE = "polyline"
    CIRCLE = "circle"


class LineCap(StrEnum):
    """How a line ends, as in SVG."""

    ROUND = "round"
    BUTT = "butt"
    SQUARE = "square"


class LineJoin(StrEnum):
    """How the parts of a line meet, as in SVG."""

    ROUND = "round"
    BEVEL = "bevel"
    MITER = "miter"


class FillRule(StrEnum):
    """How the inside of a polygon is determined, as in SVG."""

    NONZERO = "nonzero"
    EVENODD = "evenodd"


class Keyword(Enum):
    """Keywords in place of a coordinate: AUTO (fit everything), and the centre of the map."""

    AUTO = "auto"
    CENTER = "center"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The appearance of an annotation. Image indexes refer to the request's images; offsets are in CSS pixels.

    `offset` is (x, y) from the bottom centre of an `img`: it moves the image to the left by x and up by y.
    """

    style: MarkerStyle = MarkerStyle.BALLOON
    color: Colour | None = None
    glyph_text: str | None = None
    glyph_color: Colour | None = None
    glyph_image: int | None = None
    image: int | None = None
    offset: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A marker at a coordinate, at a place named by a text, or at the centre of the map."""

    point: Point | str | Keyword
    marker: Marker


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayStyle:
    """How an overlay is drawn, with the shared style merged in, and defaults for what was not given.

    Lengths are CSS pixels, opacities 0 to 1. `gradient` has colours by fraction of the line's length (0 to 1),
    `gradient_by_index` by the index of a point; both are ascending, and at most one of them is set.
    """

    stroke_color: Colour = BLUE
    stroke_opacity: float = 1.0
    line_width: float = 1.0
    line_dash: tuple[int, ...] = ()
    line_dash_offset: int = 0
    line_cap: LineCap = LineCap.ROUND
    line_join: LineJoin = LineJoin.ROUND
    gradient: tuple[tuple[float, Colour], ...] = ()
    gradient_by_index: tuple[tuple[int, Colour], ...] = ()
    fill_color: Colour = BLUE
    fill_opacity: float = 0.1
    fill_rule: FillRule = FillRule.NONZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A line or an area on the map. `points` of a circle is its centre alone; `radius_m` is in metres."""

    kind: OverlayKind
    points: tuple[Point, ...]
    radius_m: float = 0.0
    style: OverlayStyle


@dataclass(frozen=True, slots=True)
class ImageSource:
    """The URL of an image (http, https or data:), and its size on the map in CSS pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotQuery:
    """A parsed snapshot request. It is hashable: equal queries give the same picture of the same map.

    `span` (degrees of latitude and longitude) takes precedence over `zoom`; both are ignored if `center` is AUTO.
    `size` is width and height in CSS pixels; the picture is `scale` times as wide and high in pixels.
    """

    center: Point | str | Keyword
    zoom: float = DEFAULT_ZOOM
    span: tuple[float, float] | None = None
    size: tuple[int, int] = DEFAULT_SIZE
    scale: int = 1
    map_type: MapType = MapType.STANDARD
    color_scheme: ColorScheme = ColorScheme.LIGHT
    shows_points_of_interest: bool = True
    shows_labels: bool = True
    lang: str = DEFAULT_LANG
    annotations: tuple[Annotation, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    images: tuple[ImageSource, ...] = ()
