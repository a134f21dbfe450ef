"""Details that Apple documents for each member, one page for many of them."""

import pytest

from browser.maps.conftest import Open

pytestmark = pytest.mark.xdist_group("maps")

HOSTILE = """<style>
* { box-sizing: content-box } div, span { border: 3px solid red; padding: 9px; margin: 7px }
main button, [role=button] { min-width: 300px; text-transform: uppercase; background: lime; border-radius: 0; box-shadow: 0 0 9px red }
main svg, main img, main canvas { width: 7px; max-width: 50%; height: auto } main a { display: block; font-size: 40px; letter-spacing: 9px }
</style>"""

MARKERS = """const map = new mapkit.Map("map", { region: CENTRE, showsScale: "visible" });
const square = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'/>";
const call = { calloutElementForAnnotation: () => Object.assign(document.createElement("p"), { className: "call", style: "margin:0;width:100px;height:40px" }) };
const dot = { calloutOffset: new DOMPoint(0, 0), callout: call };
const box = () => Object.assign(document.createElement("div"), { className: "dot", style: "width:20px;height:20px" });
const own = new mapkit.Annotation(CENTRE.center, box, dot);
const pair = new mapkit.MarkerAnnotation(at(60.1712, 24.9414), { title: "Pair", glyphText: "A", glyphImage: { 1: square } });
const lost = new mapkit.ImageAnnotation(at(60.1685, 24.948), { url: { 1: "/lost.png" }, title: "Lost" });
map.addAnnotations([own, pair, lost]);
const edges = selector => { const { left, right, top, bottom } = document.querySelector(selector).getBoundingClientRect(); return [left, right, top, bottom]; };"""


def test_callouts_are_placed_by_their_offsets(open_page: Open) -> None:
    opened = open_page(MARKERS)
    opened.wait("() => document.querySelector('.dot')")
    dot = opened.run("edges('.dot')")
    opened.run("own.selected = true")
    left, right, _, bottom = opened.run("edges('.call')")
    assert ((left + right) / 2, bottom) == pytest.approx(((dot[0] + dot[1]) / 2, dot[2]), abs=1)
    for offset, anchor in (((10, 5), (0, 0)), ((0, 0), (-50, 40)), ((10, -20), (3, 4))):
        opened.run(
            """([x, y, dx, dy]) => { own.selected = false; own.calloutOffset = new DOMPoint(x, y);
            own.callout = { ...call, calloutAnchorOffsetForAnnotation: (_, { width, height }) => (window.size = [width, height], new DOMPoint(dx, dy)) };
            own.selected = true; }""",
            [*offset, *anchor],
        )
        moved = opened.run("edges('.call')")
        shift = (offset[0] + anchor[0], offset[1] + anchor[1])
        assert (left - moved[0], bottom - moved[3]) == pytest.approx(shift, abs=1), "positive is left and up"
    assert opened.run("size") == [100, 40]
    assert (
        opened.run("String([new mapkit.MarkerAnnotation(CENTRE.center).calloutOffset].map(({ x, y }) => [x, y]))")
        == "0,1"
    )
    opened.run(
        "pair.callout = new (class { calloutShouldAppearForAnnotation() { return true; } })(); pair.selected = true"
    )
    assert opened.page.locator(".mk-callout-title").inner_text() == "Pair", "a delegate may be of a class"
    assert opened.run("pair.element.querySelector('.mk-glyph').textContent") == "A", "text is shown before an image"
    opened.wait("() => lost.element.querySelector('.mk-balloon')")


def test_taps_on_overlays_are_no_taps_on_the_map_and_a_page_can_hold_it_still(open_page: Open) -> None:
    opened = open_page("""const map = new mapkit.Map("map", { region: CENTRE });
    const [low, high, off] = [200, 100, 50].map((metres, i) => new mapkit.CircleOverlay(CENTRE.center, metres,
      { enabled: i < 2, style: { fillOpacity: 0, strokeOpacity: 0 } }));
    map.addOverlays([low, high, off]);
    for (const type of ["single-tap", "select", "deselect", "zoom-start"]) map.addEventListener(type, () => seen.push(type));""")
    opened.wait_until_drawn()
    mouse = opened.page.mouse
    opened.run("seen.length = 0")
    assert opened.run("map.overlaysAtPoint(new DOMPoint(320, 210)).map(o => o.radius)") == [200, 100, 50]
    assert opened.run("map.topOverlayAtPoint(new DOMPoint(320, 210)) === off") is True
    mouse.click(320, 210)
    assert opened.run("[high.selected, seen]") == [True, ["select"]], "transparent, and below one that is not enabled"
    mouse.click(20, 20)
    opened.wait("() => seen.length > 2")
    assert opened.run("[map.selectedOverlay, seen.splice(0)]") == [None, ["select", "single-tap", "deselect"]]
    opened.do("map.setCameraDistanceAnimated(4000, false)")
    assert opened.run("seen") == [], "zooming is told only if the user does it"
    opened.page.get_by_role("button", name="Zoom in").click()
    opened.wait("() => seen.length > 0 && !map._stage.gl.isMoving()")
    opened.run(
        "for (const type of ['scroll-start', 'zoom-start']) map.addEventListener(type, event => event.preventDefault())"
    )
    center, zoom = opened.run("[map.center.longitude, map._stage.camera.zoom]")
    mouse.move(300, 200)
    mouse.down()
    mouse.move(305, 200)
    mouse.move(500, 200, steps=4)
    mouse.up()
    opened.page.get_by_role("button", name="Zoom in").click()
    opened.page.wait_for_timeout(100)
    moved = opened.run("map.center.longitude")
    assert abs(moved - center) < 0.25 * 195 / 640 * 0.012, "it stands still as soon as the page has said so"
    assert opened.run("map._stage.camera.zoom") == pytest.approx(zoom, abs=0.1)


def test_following_ends_when_the_map_is_moved_and_a_map_of_the_world_has_no_scale(open_page: Open) -> None:
    opened = open_page(
        'const map = new mapkit.Map("map", { region: CENTRE, tracksUserLocation: true, showsScale: "visible" });',
        geolocation={"latitude": 60.1651, "longitude": 24.951, "accuracy": 40},
        permissions=["geolocation"],
    )
    opened.wait(
        "() => map._stage.gl && map.userLocationAnnotation && Math.abs(map.center.latitude - 60.1651) < 1e-5 && !map._stage.gl.isMoving()"
    )
    assert opened.run("[map.showsUserLocation, map.tracksUserLocation]") == [True, True]
    assert opened.page.locator(".mk-scale").is_visible()
    opened.do("map.setRotationAnimated(20, false)")
    assert opened.run("map.tracksUserLocation") is True, "the user is still in the centre"
    opened.do("map.center = at(60.17, 24.94)")
    assert opened.run("[map.showsUserLocation, map.tracksUserLocation]") == [True, False]
    opened.run("map.cameraDistance = 4e7; map.showsScale = 'sometimes'")
    assert opened.page.locator(".mk-scale").is_hidden()
    assert opened.run("map.showsScale") == "visible"
    assert any("showsScale must be one of mapkit.FeatureVisibility" in line for line in opened.said)


def test_controls_and_balloons_are_the_same_on_a_page_with_its_own_styles_and_arabic(open_page: Open) -> None:
    measure = """() => { pair.selected = true; return [".mk-zoom-in", ".mk-compass svg", ".mk-types", ".mk-marker", ".mk-balloon", "canvas"].flatMap(selector =>
      { const { width, height } = document.querySelector(selector).getBoundingClientRect(); return [Math.round(width), Math.round(height)]; }); }"""
    plain = open_page(MARKERS, reduced_motion="reduce")
    plain.wait("() => map._stage.gl && pair.element.isConnected")
    expected = plain.run(measure)
    opened = open_page(
        f"document.head.insertAdjacentHTML('beforeend', {HOSTILE!r}); {MARKERS}", reduced_motion="reduce"
    )
    opened.wait("() => map._stage.gl && pair.element.isConnected")
    assert opened.run(measure) == expected
    look = "getComputedStyle(document.querySelector('.mk-zoom-in'))"
    assert opened.run("getComputedStyle(document.querySelector('.mk-credit')).letterSpacing") == "normal"
    assert opened.run(f"[{look}.textTransform, {look}.backgroundColor, {look}.boxShadow]") == [
        "none",
        "rgba(0, 0, 0, 0)",
        "none",
    ]
    opened.run("mapkit.language = 'ar'")
    left, right = opened.run("['.mk-bottom-right', '.mk-bottom-left'].map(selector => edges(selector)[0])")
    assert left < 100 < right, "mirrored"
    assert opened.page.get_by_role("button", name="تكبير").count() == 1
    crowd = "[1, 2, 3].map(i => new mapkit.MarkerAnnotation(CENTRE.center, { title: String(i), clusteringIdentifier: 'c', displayPriority: i }))"
    opened.do(f"mapkit.language = 'en'; map.annotations = {crowd}")
    opened.wait("() => document.querySelector('.mk-marker .mk-text')?.textContent === '3'")
    opened.page.locator(".mk-marker").click()
    assert opened.run("[map.selectedAnnotation.title, map.selectedAnnotation.subtitle]") == ["3", "+2 more"]
