"""Convert drafts to GeoJSON features in batches of some thousands, with vectorized shapely: much faster than one by one."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from trigpoint.engines.tiles.importing.drafts import Draft, Sized

Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

ENCODER = msgspec.json.Encoder()
EQUATOR_M = 40_075_016.686
PIXEL_ZOOM = 8
"""A tile has 2^8 pixels per side, for deciding what is large enough to be visible."""
LEAST_PIXELS, LEAST_LENGTH = 1.0, 0.25
"""Smallest area of a polygon and smallest length of a line, in pixels; a smaller one appears at a higher zoom only."""
MAX_ZOOM = 14
COVERAGE_ZOOM = 12
"""The area that an extract covers is recorded as tiles of this zoom."""
MOST_LATITUDE = 85.0511
WATER_LABELS = ((2e7, 9), (2e6, 11), (2e5, 12), (5e4, 13))
"""Least area in m² of the Mercator projection, and the first zoom of the label of a body of water of that area."""
BORDER_LABELS = ((2e8, 2), (7e7, 3), (1e7, 4))
"""Least area in hectares of the Mercator projection, and the first zoom of the label of a country of that area."""


@dataclass(slots=True)
class Batch:
    """Shapes of objects (WKB in hexadecimal, or a point), their references, and drafts with the index of their shape."""

    shapes: list[str] = field(default_factory=list)
    points: list[tuple[float, float] | None] = field(default_factory=list)
    refs: list[int] = field(default_factory=list)
    drafts: list[tuple[int, Draft]] = field(default_factory=list)

    def add(self, ref: int, shape: str | tuple[float, float], drafts: list[Draft]) -> None:
        """Add the drafts of one object. `shape` is WKB in hexadecimal, or the longitude and latitude of a node."""
        number = len(self.refs)
        self.refs.append(ref)
        self.drafts += [(number, draft) for draft in drafts]
        if isinstance(shape, str):
            self.shapes.append(shape)
            self.points.append(None)
        else:
            self.shapes.append("")
            self.points.append(shape)


@dataclass(slots=True)
class Shaped:
    """The result of a batch: GeoJSON features, one per line, their counts by layer, and the tiles that they cover."""

    lines: list[bytes]
    counts: Counter[str]
    covered: npt.NDArray[np.int64]


def shape_batch(batch: Batch, drawn: npt.NDArray[np.bool_]) -> Shaped:
    """Convert a batch to features. `drawn` flags the objects that are left out: they came from an earlier file already."""
    geometries = read_shapes(batch)
    wanted = [(number, draft) for number, draft in batch.drafts if geometries[number] is not None and not drawn[number]]
    if not wanted:
        return Shaped([], Counter(), np.empty(0, dtype=np.int64))
    numbers = np.array([number for number, _ in wanted], dtype=np.intp)
    shapes: Geometries = geometries[numbers]
    sized = np.array([draft.sized is not Sized.NOT for _, draft in wanted], dtype=bool)
    sizes = np.zeros(len(wanted))
    sizes[sized] = measure(shapes[sized])
    at_point = np.array([draft.at_point for _, draft in wanted], dtype=bool)
    shapes[at_point] = points_in(shapes[at_point])
    lines: list[bytes] = []
    counts: Counter[str] = Counter()
    for (_, draft), size, shape in zip(wanted, sizes.tolist(), shapely.to_geojson(shapes), strict=True):
        if size or draft.sized is Sized.NOT:
            lines.append(line_of(draft, size, shape))
            counts[draft.layer] += 1
    return Shaped(lines, counts, tiles_of(shapely.get_coordinates(shapes)))


def read_shapes(batch: Batch) -> Geometries:
    """Return the shape of each object, None if its WKB is invalid."""
    shapes: Geometries = np.empty(len(batch.refs), dtype=object)
    is_point = np.array([point is not None for point in batch.points], dtype=bool)
    if is_point.any():
        shapes[is_point] = shapely.points([point for point in batch.points if point is not None])
    if not is_point.all():
        shapes[~is_point] = shapely.from_wkb([shape for shape in batch.shapes if shape], on_invalid="ignore")
    return shapes


def measure(shapes: Geometries) -> Floats:
    """Return the area of polygons and the length of lines, in units of the Mercator square with side 1."""
    projected = shapely.transform(shapes, to_mercator)
    return np.asarray(np.where(shapely.get_dimensions(shapes) == 1, shapely.length(projected), shapely.area(projected)))


def to_mercator(points: Floats) -> Floats:
    """Project longitudes and latitudes to the Mercator square: 0 to 1 from west to east and from north to south."""
    latitudes = np.radians(np.clip(points[:, 1], -MOST_LATITUDE, MOST_LATITUDE))
    return np.column_stack([points[:, 0] / 360 + 0.5, 0.5 - np.arcsinh(np.tan(latitudes)) / (2 * math.pi)])


def points_in(shapes: Geometries) -> Geometries:
    """Return a point inside each area: its centroid if that is inside, otherwise any point on its surface."""
    points = shapely.centroid(shapes)
    outside = ~shapely.contains(shapes, points)
    points[outside] = shapely.point_on_surface(shapes[outside])
    return np.asarray(points)


def tiles_of(points: Floats) -> npt.NDArray[np.int64]:
    """Return the tiles of `COVERAGE_ZOOM` that contain a point, sorted, each as column * 2^zoom + row."""
    side = 1 << COVERAGE_ZOOM
    columns = np.clip(np.floor(to_mercator(points) * side), 0, side - 1).astype(np.int64)
    return np.unique(columns[:, 0] * side + columns[:, 1])


def line_of(draft: Draft, size: float, shape: str) -> bytes:
    """Return a GeoJSON feature with tippecanoe's member for layer and first zoom, as one line. `shape` is GeoJSON."""
    zoom = zoom_of(draft, size)  # adds a property
    feature = {
        "type": "Feature",
        "tippecanoe": {"layer": draft.layer, "minzoom": zoom},
        "properties": draft.properties,
        "geometry": msgspec.Raw(shape.encode()),
    }
    return ENCODER.encode(feature) + b"\n"


def zoom_of(draft: Draft, size: float) -> int:
    """Return the first zoom of a feature. Also sets the property `way_area` if its layer has it."""
    if draft.sized is Sized.NOT:
        return draft.min_zoom
    if draft.sized is Sized.LINE:
        return first_visible(draft.min_zoom, size, LEAST_LENGTH, factor=1)
    if draft.sized is Sized.BOUNDARY_LABEL:
        hectares = size * EQUATOR_M**2 / 10_000
        draft.properties["way_area"] = round(hectares)
        return max(draft.min_zoom, next((zoom for least, zoom in BORDER_LABELS if hectares >= least), 5))
    if draft.sized in {Sized.WATER, Sized.WATER_LABEL}:
        metres = size * EQUATOR_M**2
        draft.properties["way_area"] = round(metres)
        if draft.sized is Sized.WATER_LABEL:
            return max(draft.min_zoom, next((zoom for least, zoom in WATER_LABELS if metres >= least), 14))
    return first_visible(draft.min_zoom, size, LEAST_PIXELS, factor=2)


def first_visible(min_zoom: int, size: float, least: float, *, factor: int) -> int:
    """Return the first zoom at which a size is at least `least` pixels. `factor` is 1 for a length, 2 for an area."""
    pixels = math.log2(max(size, 1e-30) / least) / factor + PIXEL_ZOOM
    return min(MAX_ZOOM, max(min_zoom, math.ceil(-pixels)))


def joined(tiles: Iterator[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """Return the union of sets of tiles."""
    return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *tiles]))
