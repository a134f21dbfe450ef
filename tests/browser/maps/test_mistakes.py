"""Mistakes of a page, each with a clear message; and a server or a network that fails for a moment."""

import re

import pytest
from playwright.sync_api import Route

from browser.maps.conftest import Open

pytestmark = pytest.mark.xdist_group("maps")

MISTAKES = [
    ("new mapkit.Annotation(CENTRE.center)", "Annotation: factory must be a function that returns an element; got undefined."),
    ("map.addAnnotations(marker)", "Map.addAnnotations: an array is expected, for example [item]; got an object of MarkerAnnotation."),
    ("map.addAnnotations([{ lat: 1, lng: 2 }])", "an Annotation is expected at index 0; got an object with lat, lng."),
    ("map.annotations = marker", "Map.annotations: an array is expected"),
    ("map.addOverlays([circle, marker])", "Map.addOverlays: an Overlay is expected at index 1"),
    ("map.addTileOverlays([circle])", "Map.addTileOverlays: a TileOverlay is expected at index 0"),
    ("map.addOverlay(mapkit.CircleOverlay)", "got mapkit.CircleOverlay."),
    ("new mapkit.Coordinate(CENTRE.center, 2)", "got an object of Coordinate."),
    ("new mapkit.MapPoint(() => 1, 2)", "got a function."),
    ("map.showItems(null)", "Map.showItems: annotations and overlays are expected; got null."),
    ("new mapkit.PlaceDetail('nowhere', null)", 'PlaceDetail: there is no element with the id "nowhere" in this page.'),
    ("new mapkit.PlaceDetail(null, null)", "PlaceDetail: parent must be an element or its id; got null."),
    ("new mapkit.LookAround(5)", "LookAround: parent must be an element or its id; got 5."),
    ("map.addItems([marker, undefined])", "Map.addItems: annotations and overlays are expected; got undefined."),
]  # fmt: skip


def test_invalid_items_are_refused_with_a_message_and_leave_the_map_unchanged(open_page: Open) -> None:
    opened = open_page("""const map = new mapkit.Map("map", { region: CENTRE, zoomLevel: 12, tintColor: "red" }), other = new mapkit.Map(null, null);
    const marker = new mapkit.MarkerAnnotation(at(60.17, 24.94)), circle = new mapkit.CircleOverlay(at(60.17, 24.94), 50);
    new mapkit.Style({ strokeColour: "red" }); mapkit.importGeoJSON({ type: "Shape" });""")
    for wrong, sentence in MISTAKES:
        said = opened.run(f"(() => {{ try {{ {wrong} }} catch (error) {{ return error.message }} }})()")
        assert str(said).startswith("[MapKit] ")
        assert sentence in str(said)
    assert opened.run("[map.annotations.length, map.overlays.length]") == [0, 0]
    assert '[MapKit] Map: the option "zoomLevel" is unknown and ignored.' in opened.said
    assert '[MapKit] Style: the option "strokeColour" is unknown and ignored.' in opened.said
    assert any('A type of GeoJSON is expected, for example "Feature"; got "Shape"' in line for line in opened.said)
    assert not [line for line in opened.said if "tintColor" in line]


NO_ELEMENT = (
    '[MapKit] The annotation "No return" is not shown: Annotation: the factory must return an element, for example a div; '
    "got undefined."
)


def test_an_annotation_whose_factory_fails_is_left_out_and_the_map_is_drawn(open_page: Open) -> None:
    opened = open_page("""const map = new mapkit.Map("map", { region: CENTRE });
    map.annotationForCluster = () => { throw new Error("no cluster today"); };
    const marker = title => new mapkit.MarkerAnnotation(at(60.17, 24.945), { title, clusteringIdentifier: "c" });
    map.addAnnotations([new mapkit.Annotation(CENTRE.center, () => {}, { title: "No return" }), marker("A"), marker("B")]);""")
    opened.wait_until_drawn()
    assert opened.page.locator(".mk-annotation").count() == 1
    said = [line for line in opened.said if "not shown" in line or "annotationForCluster" in line]
    assert sorted(said) == [
        NO_ELEMENT,
        "[MapKit] annotationForCluster failed, and the cluster is shown as usual: no cluster today",
    ]


def test_a_failed_chunk_and_failed_tiles_and_styles_are_requested_again_until_they_load(open_page: Open) -> None:
    opened = open_page("const later = () => new mapkit.Map('map', { region: CENTRE });")
    away = {"style": 1, "osm": 3, "maplibre": 2}

    def fail_first(route: Route) -> None:
        kind = next(kind for kind in away if kind in route.request.url)
        away[kind] -= 1
        if away[kind] < 0:
            route.continue_()
        elif away[kind] == 1:
            route.fulfill(status=503, headers={"access-control-allow-origin": "*"}, body="{}")
        else:
            route.abort("connectionrefused")

    opened.wait("() => seen.length === 1")
    opened.page.route("**/ti/osm/**", fail_first)
    opened.page.route("**/ti/style/**", fail_first)
    opened.page.route(re.compile(r"/mk/assets/maplibre-\d"), fail_first)
    opened.page.reload()  # the script asks for MapLibre at once
    opened.run("void later()")
    opened.wait_until_drawn()
    opened.wait("() => mapkit.maps[0]._stage.gl.queryRenderedFeatures().some(f => f.properties.name === 'Kaivokatu')")
    assert away["osm"] < 0
    assert [line for line in opened.said if line.startswith("[MapKit] The map cannot be drawn: ")]
    assert opened.page.locator(".mk-failure").count() == 0, "it was shown until MapLibre came"
    assert [line for line in opened.said if "What is missing is asked for again until it comes" in line]


def test_two_taps_of_a_finger_are_a_double_tap(open_page: Open) -> None:
    opened = open_page("""const map = new mapkit.Map("map", { region: CENTRE, isZoomEnabled: false });
    map.addEventListener("double-tap", ({ pointOnPage }) => seen.push([pointOnPage.x, pointOnPage.y]));
    const tap = (clientX, pointerType = "touch") => {
      const event = { clientX, clientY: 200, pointerType, bubbles: true, composed: true };
      for (const type of ["pointerdown", "pointerup"]) map.element.dispatchEvent(new PointerEvent(type, event));
    };""")
    opened.wait("() => map._stage.gl")
    opened.run("[100, 110, 120, 300].forEach(x => tap(x)); [400, 400].forEach(x => tap(x, 'mouse'))")
    assert opened.run("seen.filter(Array.isArray)") == [[110, 200]]
    # If they zoom, the browser sends no click after the second, and the first is no single tap either.
    opened.do("""map.isZoomEnabled = true; window.taps = [];
    map.addEventListener("single-tap", ({ pointOnPage }) => taps.push(pointOnPage.x));
    const click = clientX => map.element.dispatchEvent(new MouseEvent("click", { clientX, clientY: 200, bubbles: true, composed: true }));
    tap(100), click(100), tap(110), tap(300), click(300);""")
    opened.wait("() => taps.length > 0")
    assert opened.run("taps") == [300]
