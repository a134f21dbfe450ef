"""A picture that is ready to be painted: all places are coordinates, and all images were fetched or failed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trigpoint.base.geo import Point
from trigpoint.maps.snapshots.queries import (
    ColorScheme,
    Keyword,
    MapType,
    Marker,
    Overlay,
    OverlayKind,
    SnapshotQuery,
)
from trigpoint.maps.snapshots.views import View, fit, points_of_circle, show_span


@dataclass(frozen=True, slots=True)
class PlacedMarker:
    """A marker with its coordinate."""

    point: Point
    marker: Marker


@dataclass(frozen=True, slots=True)
class LoadedImage:
    """The bytes of an image as they were fetched (untrusted, not decoded), and its size on the map in CSS pixels."""

    unverified_data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that a painter needs besides the map data. `images` has None for those that could not be fetched."""

    view: View
    size: tuple[int, int]
    scale: int
    map_type: MapType
    color_scheme: ColorScheme
    shows_points_of_interest: bool
    shows_labels: bool
    lang: str
    markers: tuple[PlacedMarker, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    images: tuple[LoadedImage | None, ...] = ()


def compose(
    query: SnapshotQuery,
    *,
    center: Point | None,
    points: Sequence[Point | None],
    images: Sequence[LoadedImage | None] = (),
) -> Picture:
    """Make a picture from a query and the coordinates and images found for it.

    `center` is the coordinate of the query's centre, None if it is AUTO. `points` has the coordinate of each annotation
    in order; None means the centre.
    """
    ground = [point for point in points if point is not None]
    view = _view(query, center, ground)
    return Picture(
        view=view,
        size=query.size,
        scale=query.scale,
        map_type=query.map_type,
        color_scheme=query.color_scheme,
        shows_points_of_interest=query.shows_points_of_interest,
        shows_labels=query.shows_labels,
        lang=query.lang,
        markers=tuple(
            PlacedMarker(view.center if point is None else point, annotation.marker)
            for annotation, point in zip(query.annotations, points, strict=True)
        ),
        overlays=query.overlays,
        images=tuple(images),
    )


def _view(query: SnapshotQuery, center: Point | None, points: Sequence[Point]) -> View:
    if query.center is Keyword.AUTO or center is None:
        return fit([*points, *_ends(query.overlays)], query.size, markers=bool(points))
    if query.span is not None:
        return show_span(center, query.span, query.size)
    return View(center, query.zoom)


def _ends(overlays: Sequence[Overlay]) -> Iterator[Point]:
    for overlay in overlays:
        if overlay.kind is OverlayKind.CIRCLE:
            yield from points_of_circle(overlay.points[0], overlay.radius_m)
        else:
            yield from overlay.points
