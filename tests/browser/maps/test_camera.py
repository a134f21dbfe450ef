"""The camera of a map: region, rotation, distance, limits, conversions; pointer, keyboard and wheel."""

import pytest

from browser.maps.conftest import Open

pytestmark = pytest.mark.xdist_group("maps")

MAP = """const map = new mapkit.Map("map", { region: CENTRE, showsScale: "visible", isRotationEnabled: true });
for (const type of ["region-change-start", "region-change-end", "zoom-start", "zoom-end", "scroll-start", "scroll-end",
  "rotation-start", "rotation-end", "map-type-change", "single-tap", "double-tap", "long-press"])
  map.addEventListener(type, event => seen.push([event.type, event.pointOnPage?.x, event.domEvents?.length]));
const took = () => { const types = seen.splice(0).map(([type]) => type); return [...new Set(types)]; };"""


def test_properties_of_the_camera_read_back_as_set(open_page: Open) -> None:
    opened = open_page(MAP)
    opened.wait_until_drawn()
    found = opened.run("""() => {
      const near = (a, b, by) => Math.abs(a - b) <= by;
      const found = {};
      map.region = { center: { latitude: 60.17, longitude: 24.94 }, span: { latitudeDelta: 0.01, longitudeDelta: 0.01 } };
      found.region = near(map.region.span.latitudeDelta, 0.01, 1e-6) && near(map.region.center.latitude, 60.17, 1e-6);
      map.center = { latitude: 60.165, longitude: 24.95 };
      found.center = near(map.center.longitude, 24.95, 1e-9);
      map.cameraDistance = 3000;
      found.distance = near(map.cameraDistance, 3000, 1e-3);
      map.rotation = 90;
      found.rotation = [map.rotation, map._stage.gl.getBearing()];
      const north = map.convertCoordinateToPointOnPage(at(60.166, 24.95)), middle = map.convertCoordinateToPointOnPage(map.center);
      found.north = north.x > middle.x && near(north.y, middle.y, 1e-6);
      map.setRotationAnimated(0, false);
      const point = new DOMPoint(123, 234), back = map.convertCoordinateToPointOnPage(map.convertPointOnPageToCoordinate(point));
      found.convert = near(back.x, 123, 1e-6) && near(back.y, 234, 1e-6);
      const gl = map._stage.gl.project([24.951, 60.166]), ours = map.convertCoordinateToPointOnPage(at(60.166, 24.951));
      found.agree = near(gl.x, ours.x, 0.01) && near(gl.y, ours.y, 0.01);
      map.padding = new mapkit.Padding(0, 0, 0, 300);
      map.region = CENTRE;
      found.padded = map.convertCoordinateToPointOnPage(CENTRE.center).x;
      map.padding = null;
      map.cameraZoomRange = new mapkit.CameraZoomRange(1000, 4000);
      map.cameraDistance = 100;
      found.nearest = Math.round(map.cameraDistance);
      map.cameraDistance = 1e6;
      found.farthest = Math.round(map.cameraDistance);
      map.cameraZoomRange = null;
      map.cameraBoundary = CENTRE;
      map.center = at(60.3, 24.9444);
      found.bounded = map.center.latitude;
      map.cameraBoundary = null;
      map.visibleMapRect = new mapkit.MapRect(0.5, 0.25, 0.01, 0.01);
      found.rect = near(map.visibleMapRect.midX(), 0.505, 1e-9);
      map.setVisibleMapRectAnimated(CENTRE.toMapRect(), false).setCenterAnimated(at(60.17, 24.94), false);
      return found;
    }""")
    assert found.pop("nearest") == pytest.approx(1000, abs=2)
    assert found.pop("farthest") == pytest.approx(4000, abs=2)
    assert found.pop("bounded") == pytest.approx(60.1729, abs=1e-4)
    assert found.pop("padded") == pytest.approx(470, abs=0.1)
    assert found.pop("rotation") == [90, -90]
    assert all(found.values()), found


def test_two_quick_taps_far_apart_are_two_and_two_fingers_on_a_touchpad_move_the_map(open_page: Open) -> None:
    opened = open_page(MAP)
    opened.wait_until_drawn()
    opened.run("took()")
    opened.page.mouse.click(100, 100)
    opened.page.mouse.click(200, 200)
    opened.wait("() => seen.length > 1")
    assert opened.run("seen") == [["single-tap", 100, 2], ["single-tap", 200, 2]]
    zoom, _ = opened.run("[map._stage.camera.zoom, took()]")
    fingers = "dispatchEvent(new WheelEvent('wheel', { deltaX: 3, deltaY: 2, shiftKey: true, bubbles: true, cancelable: true }))"
    assert opened.run(f"[1, 2].map(() => document.querySelector('canvas').{fingers})") == [False, False]
    opened.wait("() => seen.some(([type]) => type === 'region-change-end')")
    assert opened.run("took()") == ["region-change-start", "scroll-start", "scroll-end", "region-change-end"]
    assert opened.run("map._stage.camera.zoom") == zoom, "two fingers on a touchpad move the map"


def test_gestures_move_the_map_and_events_report_it(open_page: Open) -> None:
    opened = open_page(MAP)
    opened.wait_until_drawn()
    mouse, keyboard = opened.page.mouse, opened.page.keyboard
    opened.run("took()")
    mouse.click(300, 200)
    assert opened.run("seen") == [], "it may be the first of two"
    opened.wait("() => seen.length > 0")
    assert opened.run("seen.splice(0)") == [["single-tap", 300, 2]]
    mouse.move(300, 200)
    mouse.down()
    mouse.move(340, 230, steps=3)
    mouse.up()
    opened.wait("() => !map._stage.gl.isMoving() && seen.some(([type]) => type === 'scroll-end')")
    took = [type_ for type_ in opened.run("took()") if type_ != "long-press"]  # a busy machine's hand rests
    assert took == ["region-change-start", "scroll-start", "scroll-end", "region-change-end"]
    mouse.down()
    opened.wait("() => seen.length > 0")
    mouse.up()
    assert opened.run("took()") == ["long-press"]
    mouse.dblclick(200, 200)
    opened.wait("() => !map._stage.gl.isMoving() && seen.some(([type]) => type === 'zoom-end')")
    took = opened.run("took()")
    assert {"zoom-start", "zoom-end"} <= set(took)
    assert not {"single-tap", "double-tap"} & set(took), "a tap that zooms is no other tap"
    opened.run("map.isZoomEnabled = false")
    mouse.dblclick(200, 200)
    assert opened.run("took()") == ["single-tap", "double-tap"]
    opened.run("map.isZoomEnabled = true")
    zoom = opened.run("map._stage.camera.zoom")
    mouse.wheel(0, -200)
    assert opened.run("map._stage.camera.zoom") == zoom, "the page keeps the wheel"
    opened.run("map._allowWheelToZoom = true")
    mouse.wheel(0, -200)
    opened.wait(f"() => map._stage.camera.zoom > {zoom} && !map._stage.gl.isMoving()")
    zoom = opened.run("map._allowWheelToZoom = false, map._stage.camera.zoom")
    keyboard.down("Shift")
    mouse.wheel(-200, 0)  # as browsers turn it
    keyboard.up("Shift")
    opened.wait(f"() => map._stage.camera.zoom > {zoom} && !map._stage.gl.isMoving()")
    opened.page.locator("canvas.rt-root").focus()
    center = opened.run("map.center.longitude")
    keyboard.press("ArrowRight")
    opened.wait(f"() => map.center.longitude > {center} && !map._stage.gl.isMoving()")
    opened.run("map.isScrollEnabled = map.isZoomEnabled = false; took()")
    keyboard.press("ArrowRight")
    mouse.move(300, 200)
    mouse.down()
    mouse.move(340, 230, steps=3)
    mouse.up()
    assert "region-change-start" not in opened.run("took()")


def test_controls_are_buttons_with_names_that_do_what_they_say(open_page: Open) -> None:
    opened = open_page(MAP)
    opened.wait_until_drawn()
    page = opened.page
    distance = opened.run("map.cameraDistance")
    page.get_by_role("button", name="Zoom in").click()
    opened.wait(f"() => map.cameraDistance < {distance} * 0.6")
    assert page.get_by_role("button", name="Turn north up").count() == 1, "who has a mouse always sees the compass"
    opened.run("map.rotation = 40")
    page.get_by_role("button", name="Turn north up").click()
    opened.wait("() => map.rotation === 0")
    page.get_by_role("button", name="Map type").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert opened.run("map.mapType") == "mutedStandard"
    assert "map-type-change" in opened.run("took()")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Map type"
    opened.run("mapkit.language = 'de'")
    assert page.get_by_role("button", name="Vergrößern").count() == 1
    opened.run(
        "map.showsZoomControl = false; map.showsMapTypeControl = false; map.showsScale = map.showsCompass = mapkit.FeatureVisibility.Hidden"
    )
    assert page.locator(".mk-button:visible").count() == 0
    opened.run("map.padding = new mapkit.Padding(30, 0, 40, 50); map.showsZoomControl = true")
    edges = opened.run("['.mk-credits', '.mk-zoom'].map(name => document.querySelector(name).getBoundingClientRect())")
    assert edges[0]["left"] >= 50, "the controls are within the padding"
    assert max(edge["bottom"] for edge in edges) <= 380
    touch = "map._stage.gl.getCanvasContainer().style.touchAction"
    assert opened.run(touch) == "none"
    fixed = "map.isScrollEnabled = map.isZoomEnabled = false"
    assert opened.run(f"{fixed}, {touch}") == "pan-x pan-y", "a finger scrolls the page, two turn the map"
    handlers = "(({ _touchZoom, _touchRotate }) => [_touchZoom, _touchRotate].map(one => one.isEnabled()))"
    assert opened.run(f"{handlers}(map._stage.gl.touchZoomRotate)") == [False, True]
    assert opened.run(f"map.isRotationEnabled = false, {touch}") == "auto"
    opened.run("map.padding = null; map.isScrollEnabled = map.isZoomEnabled = map.isRotationEnabled = true")
    assert opened.run(f"{handlers}(map._stage.gl.touchZoomRotate)") == [True, True]
    opened.run("map.colorScheme = mapkit.Map.ColorSchemes.Dark")
    opened.wait("() => map._stage.gl.getStyle()?.metadata?.['trigpoint:scheme'] === 'dark'")
    opened.run("map.colorScheme = mapkit.ColorScheme.Adaptive")
    opened.wait("() => map._stage.gl.getStyle()?.metadata?.['trigpoint:scheme'] === 'light'")
    page.emulate_media(color_scheme="dark")
    opened.wait("() => map._stage.gl.getStyle()?.metadata?.['trigpoint:scheme'] === 'dark'")
