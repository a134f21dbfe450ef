"""Items of a map: annotations, callouts, clusters, overlays, tile overlays, GeoJSON."""

import json

import pytest

from browser.chromium import violations
from browser.maps.conftest import Open

pytestmark = pytest.mark.xdist_group("maps")

ANNOTATIONS = """const map = new mapkit.Map("map", { region: CENTRE });
const accessory = () => Object.assign(document.createElement("button"), { textContent: "i", ariaLabel: "Details" });
const station = new mapkit.MarkerAnnotation(at(60.1712, 24.9414), { title: "Station", subtitle: "Trains", glyphText: "S", data: { id: 7 } });
const cafe = new mapkit.MarkerAnnotation({ latitude: 60.169, longitude: 24.9474 }, { title: "Café", draggable: true,
  callout: { calloutRightAccessoryForAnnotation: accessory } });
const own = new mapkit.Annotation(at(60.1685, 24.94), (coordinate, options) => {
  const element = document.createElement("div"); element.className = "own"; element.textContent = options.title; return element;
}, { title: "Own", callout: { calloutElementForAnnotation: a => Object.assign(document.createElement("p"), { className: "call", textContent: a.title }) } });
const image = new mapkit.ImageAnnotation(at(60.1685, 24.948), { url: { 1: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'><rect width='20' height='20'/></svg>" }, title: "Square" });
map.addAnnotations([station, cafe, own, image]);
for (const target of [map, cafe]) for (const type of ["select", "deselect", "drag-start", "dragging", "drag-end"])
  target.addEventListener(type, event => seen.push([target === map ? "map" : "cafe", type, event.annotation?.title ?? null]));"""


def test_annotations_are_selected_by_pointer_and_keyboard_and_dragged(open_page: Open) -> None:
    opened = open_page(ANNOTATIONS)
    opened.wait("() => document.querySelectorAll('.mk-annotation').length === 4")
    page = opened.page
    assert page.get_by_role("button", name="Station", exact=True).count() == 1
    page.get_by_role("button", name="Station", exact=True).click()
    assert opened.run("map.selectedAnnotation === station && station.selected") is True
    assert page.locator(".mk-callout").count() == 0, "a marker without a delegate shows its words below itself"
    page.get_by_role("button", name="Café").focus()
    page.keyboard.press("Enter")
    assert page.locator(".mk-callout-title").inner_text() == "Café"
    assert page.get_by_role("button", name="Details").is_visible()
    assert opened.run("seen.filter(Array.isArray)") == [
        ["map", "select", "Station"],
        ["map", "deselect", "Station"],
        ["cafe", "select", "Café"],
        ["map", "select", "Café"],
    ]
    page.keyboard.press("Escape")
    assert page.locator(".mk-callout").count() == 0
    page.locator(".own").click()
    assert page.locator(".call").inner_text() == "Own"
    opened.run("seen.length = 0; map.selectedAnnotation = null; seen.length = 0")
    box = page.get_by_role("button", name="Café").bounding_box()
    assert box is not None
    before = opened.run("cafe.coordinate.longitude")
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 40, steps=3)
    page.mouse.up()
    types = [type_ for who, type_, _ in opened.run("seen.filter(Array.isArray)") if who == "cafe"]
    assert types[0] == "drag-start"
    assert types[-1] == "drag-end"
    assert "dragging" in types
    assert opened.run("cafe.coordinate.longitude") > before
    assert opened.run("cafe.selected") is False, "a drag is no tap"
    moved = opened.run(
        "[map.convertCoordinateToPointOnPage(cafe.coordinate).x, cafe.element.getBoundingClientRect().x + 20]"
    )
    assert moved[0] == pytest.approx(moved[1], abs=1)


def test_properties_can_be_set_deleted_and_read_again(open_page: Open) -> None:
    opened = open_page(ANNOTATIONS)
    opened.wait("() => document.querySelectorAll('.mk-annotation').length === 4")
    found = opened.run("""() => {
      delete cafe.callout; delete map.pointOfInterestFilter; delete map.annotationForCluster;
      cafe.color = "rgb(1, 2, 3)"; cafe.glyphText = "12"; station.visible = false; own.anchorOffset = new DOMPoint(10, -5);
      map.selectedAnnotation = cafe;
      const more = new mapkit.MarkerAnnotation(at(60.17, 24.945), { title: "More", selected: true });
      map.annotations = [cafe, more, own];
      return [cafe.data, station.map, station.data.id, map.annotations.length, more.selected, cafe.selected, map.selectedAnnotation.title,
        map.annotationsInMapRect(map.visibleMapRect).length, map.showItems([cafe, more], { padding: new mapkit.Padding(20) }).length];
    }""")
    assert found == [{}, None, 7, 3, True, False, "More", 3, 2]
    opened.wait(
        "() => cafe.element.isConnected && map.selectedAnnotation.element.isConnected && !station.element.isConnected"
    )
    boxes = opened.run("[cafe, map.selectedAnnotation].map(a => a.element.getBoundingClientRect().toJSON())")
    assert all(box["left"] >= 0 and box["right"] <= 640 and box["top"] >= 0 and box["bottom"] <= 420 for box in boxes)
    assert opened.run("getComputedStyle(cafe.element.querySelector('.mk-body')).fill") == "rgb(1, 2, 3)"
    for wrong, said in (
        ("map.addAnnotation({})", "Map.addAnnotation: an Annotation is expected; got an object of Object."),
        ("new mapkit.MarkerAnnotation('here')", "Annotation: location must be a Coordinate"),
        ("new mapkit.Map('nowhere')", 'there is no element with the id "nowhere" in this page.'),
    ):
        assert said in opened.run(f"(() => {{ try {{ {wrong} }} catch (error) {{ return error.message }} }})()")
    assert opened.said == [] or "uncaught" not in json.dumps(opened.said)


def test_overlapping_annotations_are_clustered_and_less_important_ones_hidden(open_page: Open) -> None:
    opened = open_page("""const map = new mapkit.Map("map", { region: CENTRE });
    map.annotationForCluster = cluster => { cluster.color = "navy"; cluster.title = `${cluster.memberAnnotations.length} trees`; };
    const trees = Array.from({ length: 40 }, (_, i) => new mapkit.MarkerAnnotation(at(60.1695 + (i % 8) * 1e-5, 24.9444 + i * 1e-6), { title: `Tree ${i}`, clusteringIdentifier: "tree" }));
    const low = new mapkit.MarkerAnnotation(at(60.1712, 24.94), { title: "Low", displayPriority: 250 });
    const high = new mapkit.MarkerAnnotation(at(60.17121, 24.94001), { title: "High", displayPriority: mapkit.Annotation.DisplayPriority.High });
    map.addAnnotations([...trees, low, high]);""")
    opened.wait_until_drawn()
    page = opened.page
    page.get_by_role("button", name="40 trees").click()
    assert opened.run("map.selectedAnnotation.memberAnnotations.length") == 40
    assert opened.run("map.annotations.length") == 42
    assert page.locator(".mk-marker:visible").count() == 2, "one cluster, and the more important of two"
    assert page.get_by_role("button", name="High").is_visible()
    opened.do(
        "map.selectedAnnotation = null; map.region = new CoordinateRegion(at(60.16953, 24.94442), new CoordinateSpan(0.0001, 0.0001))"
    )
    opened.wait("() => document.querySelectorAll('.mk-annotation').length > 2")
    opened.do("map.removeAnnotations(map.annotations)")
    opened.wait("() => document.querySelectorAll('.mk-annotation').length === 0")
    opened.run("""map.annotationForCluster = ({ coordinate }) => new mapkit.Annotation(coordinate, () => document.createElement("hr"));
    map.region = CENTRE; map.addAnnotations(trees)""")
    page.locator("hr").click(force=True)
    assert opened.run("map.selectedAnnotation.memberAnnotations.length") == 40, "of an annotation of the page, too"


OVERLAYS = """const map = new mapkit.Map("map", { region: CENTRE });
const circle = new mapkit.CircleOverlay(at(60.1699, 24.94), 60, { style: new mapkit.Style({ fillColor: "red", fillOpacity: 0.5, lineWidth: 3 }) });
const line = new mapkit.PolylineOverlay([{ latitude: 60.168, longitude: 24.94 }, { latitude: 60.168, longitude: 24.949 }], { style: new mapkit.Style({ lineWidth: 8, strokeColor: "teal", lineGradient: new mapkit.LineGradient({ 0: "red", 1: "blue" }), strokeStart: 0.25 }) });
const ring = [at(60.172, 24.945), at(60.172, 24.949), at(60.170, 24.949), at(60.170, 24.945)];
const area = new mapkit.PolygonOverlay([ring, ring.map(({ latitude, longitude }) => at(60.171 + (latitude - 60.171) / 3, 24.947 + (longitude - 24.947) / 3))], { style: new mapkit.Style({ lineDash: [6, 3], lineDashOffset: 4, fillOpacity: 0.4, fillRule: "evenodd" }) });
map.addOverlays([circle, line, area]);
const drawn = overlay => map._stage.gl.queryRenderedFeatures(undefined, { layers: map._stage.gl.getStyle().layers.filter(l => l.id.startsWith(overlay._id + "-")).map(l => l.id) }).length > 0;
const page = (latitude, longitude) => map.convertCoordinateToPointOnPage(at(latitude, longitude));
map.addEventListener("select", event => seen.push(event.overlay === circle ? "circle" : event.overlay === area ? "area" : "other"));
map.addEventListener("deselect", event => seen.push("deselect"));"""


def test_overlays_are_drawn_selected_changed_and_kept_when_the_style_changes(open_page: Open) -> None:
    opened = open_page(OVERLAYS)
    opened.wait_until_drawn()
    opened.wait("() => [circle, line, area].every(drawn)")
    hits = opened.run("""() => ({ circle: map.topOverlayAtPoint(page(60.1699, 24.94)) === circle, hole: map.topOverlayAtPoint(page(60.171, 24.947)),
      area: map.overlaysAtPoint(page(60.1718, 24.9485)).length, line: map.topOverlayAtPoint(page(60.168, 24.946)) === line,
      trimmed: map.topOverlayAtPoint(page(60.168, 24.941)) })""")
    assert hits == {"circle": True, "hole": None, "area": 1, "line": True, "trimmed": None}
    for overlay, expected in (("60.1699, 24.94", "circle"), ("60.1718, 24.9485", "area")):
        point = opened.run(f"(() => {{ const {{ x, y }} = page({overlay}); return [x, y] }})()")
        opened.page.mouse.click(*point)
        assert opened.run("seen.at(-1)") == expected
    assert opened.run("[circle.selected, area.selected, map.selectedOverlay === area]") == [False, True, True]
    opened.run(
        "circle.radius = 1; circle.coordinate = at(60.1712, 24.94); line.style.lineWidth = 2; area.visible = false; map.mapType = 'mutedStandard'"
    )
    opened.wait_until_drawn()
    opened.wait("() => drawn(circle) && drawn(line) && !drawn(area)")
    order = opened.run("map._stage.gl.getStyle().layers.map(l => l.id).filter(id => id.startsWith('mk-overlay'))")
    assert [name.split("-")[2] for name in order] == sorted(name.split("-")[2] for name in order)
    opened.do("map.removeOverlay(circle); map.overlays = [line]")
    assert opened.run("[circle.map, map.overlays.length, drawn(circle)]") == [None, 1, False]
    assert not [line for line in opened.said if "uncaught" in line or "Map:" in line]


def test_many_overlays_are_drawn_together_and_change_one_by_one(open_page: Open) -> None:
    opened = open_page("""const map = new mapkit.Map("map", { region: CENTRE });
    const areas = Array.from({ length: 70 }, (_, i) => { const [a, b] = [60.1675 + (i % 7) * 7e-4, 24.94 + Math.floor(i / 7) * 9e-4];
      return new mapkit.PolygonOverlay([at(a, b), at(a + 5e-4, b), at(a + 5e-4, b + 7e-4), at(a, b + 7e-4)]); });
    areas.forEach(area => map.addOverlay(area));
    map.addOverlay(new mapkit.PolylineOverlay([at(60.168, 24.94), at(60.172, 24.949)], { style: { lineDash: [4, 2] } }));
    const alone = () => map._stage.gl.getStyle().layers.filter(({ id }) => id.startsWith("mk-overlay")).length;
    const look = id => { const found = map._stage.gl.queryRenderedFeatures({ layers: ["mk-batch-fill"] }).find(one => one.id === id);
      return found && { ...found.properties, ...found.state }; };""")
    opened.wait_until_drawn()
    opened.wait("() => look(1) && look(70) && alone() === 1")
    opened.run("areas[0].style.fillColor = 'black'; areas[1].visible = false; areas[2].style.lineDash = [2, 2]")
    opened.wait("() => look(1)?.fill === '#000000' && alone() === 3")
    opened.wait("() => look(2)?.fillOpacity === 0 && look(2)?.isArea")
    opened.do("areas[0].points = [[at(60.172, 24.94), at(60.1725, 24.94), at(60.1725, 24.941)]]")
    x, y = opened.run("(({ x, y }) => [x, y])(map.convertCoordinateToPointOnPage(at(60.1724, 24.9402)))")
    opened.page.mouse.click(x, y)
    assert opened.run("map.selectedOverlay === areas[0]") is True
    opened.run("map.mapType = 'mutedStandard'")
    opened.wait(
        "() => map._stage.gl.getStyle()?.metadata?.['trigpoint:style'] !== 'standard' && look(1)?.fill === '#000000'"
    )
    opened.do("map.overlays = areas.slice(0, 2)")
    opened.wait("() => alone() === 4 && !look(1)")


def test_tiles_of_the_page_come_from_templates_and_functions(open_page: Open) -> None:
    tile = b"<svg xmlns='http://www.w3.org/2000/svg' width='256' height='256'><rect width='256' height='256' fill='lime'/></svg>"
    opened = open_page(
        """const map = new mapkit.Map("map", { region: CENTRE });
    const canvas = () => { const c = document.createElement("canvas"); c.width = c.height = 256; c.getContext("2d").fillRect(0, 0, 256, 256); return c; };
    const asked = [];
    const drawn = new mapkit.TileOverlay((x, y, z, scale, data) => (asked.push([x, y, z, scale, data.name]), canvas()), { opacity: 0.5, data: { name: "n" } });
    const named = new mapkit.TileOverlay("/tile-{kind}.png?{z}/{x}/{y}", { data: { kind: "missing" } });
    named.addEventListener("tile-error", ({ tileUrl }) => seen.push(tileUrl));
    map.addTileOverlays([drawn, named]);""",
        files={"/tile.svg": tile},
    )
    opened.wait("() => asked.length > 0 && seen.length > 1")
    x, y, z, scale, name = opened.run("asked[0]")
    assert (scale, name) == (1, "n")
    assert 0 <= x < 2**z
    assert 0 <= y < 2**z
    assert opened.run("seen[1]").startswith("/tile-missing.png?")
    opened.do("asked.length = 0; drawn.reload()")
    opened.wait("() => asked.length > 0")
    opened.do("map.tileOverlays = []")
    assert opened.run("[drawn.map, map._stage.gl.getStyle().layers.some(l => l.type === 'raster')]") == [None, False]


def test_geojson_is_fetched_and_shown(open_page: Open) -> None:
    features = [
        {"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Point", "coordinates": [24.94, 60.17]}},
        {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "LineString", "coordinates": [[24.94, 60.17], [24.95, 60.171]]},
        },
    ]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    opened = open_page(
        """const map = new mapkit.Map("map");
    mapkit.importGeoJSON("/data.json", { styleForOverlay: () => new mapkit.Style({ strokeColor: "red" }),
      geoJSONDidComplete: result => { map.showItems(result.getFlattenedItemList()); window.result = result; } });
    mapkit.importGeoJSON("/nothing.json", (error, data) => window.failed = error.message);""",
        files={"/data.json": data},
    )
    opened.wait("() => window.result && window.failed")
    assert opened.run(
        "[map.annotations[0].data.properties.name, map.overlays[0].style.strokeColor, result.items.length]"
    ) == [
        "A",
        "red",
        2,
    ]
    assert opened.run("map.region.center.longitude") == pytest.approx(24.945, abs=2e-3)
    assert "responded with 404" in opened.run("failed")


def test_a_page_with_a_map_has_no_serious_accessibility_violation(open_page: Open) -> None:
    opened = open_page(ANNOTATIONS + "map.selectedAnnotation = cafe;")
    opened.wait_until_drawn()
    assert violations(opened.page) == []
    label = opened.run("document.querySelector('canvas.rt-root').getAttribute('aria-label')")
    assert label == "Map"
    opened.run("document.documentElement.dir = 'rtl'")
    assert opened.run("getComputedStyle(document.querySelector('.mk-credit')).direction") == "ltr", (
        "© stands before the name"
    )
