"""The atlas finds the places of a snapshot, has its images loaded, and lets the engine paint."""

import asyncio
from dataclasses import replace

import pytest

from places_fakes import FakePlaces, a_place
from snapshots_fakes import PNG, FakeSnapshots
from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.base.geo import Point
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.snapshots.pictures import Picture
from trigpoint.maps.snapshots.queries import (
    Annotation,
    ImageSource,
    Keyword,
    Marker,
    Overlay,
    OverlayKind,
    OverlayStyle,
    SnapshotQuery,
)

VADUZ = Point(47.141, 9.5215)
HERE = Annotation(Keyword.CENTER, Marker())
PIN = ImageSource("https://example.com/pin.png", 20, 30)


def painted(query: SnapshotQuery, places: FakePlaces | None = None) -> Picture:
    engine = FakeSnapshots()
    assert asyncio.run(Atlas(places=places, snapshots=engine).snapshot(query)) == PNG
    (picture,) = engine.painted
    return picture


def test_a_coordinate_needs_no_place_engine_and_annotations_can_refer_to_the_center() -> None:
    picture = painted(SnapshotQuery(center=VADUZ, zoom=14.0, annotations=(HERE,)))
    assert (picture.view.center, picture.view.zoom) == (VADUZ, 14.0)
    assert [marker.point for marker in picture.markers] == [VADUZ]


def test_an_address_is_geocoded_by_the_place_engine() -> None:
    annotations = (Annotation("Main St", Marker()), Annotation(VADUZ, Marker()))
    picture = painted(SnapshotQuery(center="Main St", annotations=annotations), FakePlaces())
    there = a_place().coordinate
    assert picture.view.center == there
    assert [marker.point for marker in picture.markers] == [there, VADUZ]


def test_auto_fits_annotations_and_overlays() -> None:
    line = Overlay(kind=OverlayKind.POLYLINE, points=(Point(46, 9), Point(48, 9)), style=OverlayStyle())
    circle = Overlay(kind=OverlayKind.CIRCLE, points=(Point(47, 9),), radius_m=200_000, style=OverlayStyle())
    fitted = painted(SnapshotQuery(center=Keyword.AUTO, overlays=(line,)))
    assert fitted.view.center.latitude == pytest.approx(47, abs=0.05)
    wider = painted(SnapshotQuery(center=Keyword.AUTO, overlays=(line, circle)))
    assert wider.view.zoom < fitted.view.zoom
    raised = painted(SnapshotQuery(center=Keyword.AUTO, overlays=(line,), annotations=(Annotation(VADUZ, Marker()),)))
    assert raised.view.center.latitude > fitted.view.center.latitude


def test_a_span_takes_precedence_over_the_zoom() -> None:
    asked = SnapshotQuery(center=VADUZ, zoom=20.0, span=(1.0, 1.0))
    assert painted(asked).view.zoom < 11
    assert painted(replace(asked, span=None)).view.zoom == 20.0


def test_images_are_loaded_and_passed_to_the_engine() -> None:
    picture = painted(SnapshotQuery(center=VADUZ, images=(PIN,)))
    assert [(image.width, image.height) for image in picture.images if image is not None] == [(20, 30)]


def test_an_address_that_is_not_found_is_named_in_the_error() -> None:
    atlas = Atlas(places=FakePlaces(places=()), snapshots=FakeSnapshots())
    with pytest.raises(InvalidError, match="'center' must be an address or a place that is known here"):
        asyncio.run(atlas.snapshot(SnapshotQuery(center="Nowhere")))
    asked = SnapshotQuery(center=VADUZ, annotations=(HERE, Annotation("Nowhere", Marker())))
    with pytest.raises(InvalidError, match=r"'annotations\[1\]\.point' must be .* got 'Nowhere'"):
        asyncio.run(atlas.snapshot(asked))


def test_without_an_engine_the_error_says_what_is_missing() -> None:
    with pytest.raises(UnavailableError, match="No engine for snapshots is configured"):
        asyncio.run(Atlas().snapshot(SnapshotQuery(center=VADUZ)))
