"""Maps in frames of the page's own origin: a page in an iframe, a srcdoc frame, and an about:blank frame that the page fills."""

import pytest

from browser.maps.conftest import Open

pytestmark = pytest.mark.xdist_group("maps")

WHOLE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><script>VALUES</script></head><body>
<main>FRAME</main><script>SCRIPT</script></body></html>"""
INNER = """<!doctype html><style>html, body, #map {{ margin: 0; height: 300px }}</style><div id="map"></div>
<script src="{host}/mk/5.x.x/mapkit.js"></script><script>
mapkit.addEventListener("error", event => (window.refused = event.message));
mapkit.init({{ authorizationCallback: done => done(parent.TOKEN), language: "en" }});
const map = new mapkit.Map("map", {{ center: new mapkit.Coordinate(60.1699, 24.9444), cameraDistance: 2000 }});
map.addAnnotation(new mapkit.MarkerAnnotation(map.center, {{ title: "Inside" }}));</script>"""
DRAWN = """() => { const inside = frames[0]; const gl = inside.mapkit?.maps[0]?._stage.gl;
  return inside.refused || (gl && gl.getStyle()?.layers.length > 9 && gl.loaded() && gl.areTilesLoaded()
    && gl.queryRenderedFeatures().length > 0); }"""
STYLED = "frames[0].getComputedStyle(frames[0].document.querySelector('.mk-marker')).width"


def test_a_page_of_the_same_origin_in_a_frame_has_its_map(open_page: Open, maps) -> None:  # noqa: ANN001 (a fixture)
    inner = INNER.format(host=maps.url).encode()
    opened = open_page(
        html=WHOLE.replace("FRAME", '<iframe title="Map" width="400" height="300" src="/inner.html"></iframe>'),
        files={"/inner.html": inner},
    )
    opened.wait(DRAWN)
    assert opened.run("frames[0].refused ?? null") is None
    assert opened.run(STYLED) == "40px"


def test_a_srcdoc_frame_has_its_map(open_page: Open, maps) -> None:  # noqa: ANN001 (a fixture)
    inner = INNER.format(host=maps.url).replace("&", "&amp;").replace('"', "&quot;")
    opened = open_page(
        html=WHOLE.replace("FRAME", f'<iframe title="Map" width="400" height="300" srcdoc="{inner}"></iframe>')
    )
    opened.wait(DRAWN)
    assert opened.run("frames[0].refused ?? null") is None
    assert opened.run(STYLED) == "40px"


def test_the_page_puts_its_own_map_into_a_blank_frame(open_page: Open) -> None:
    opened = open_page("""const frame = document.body.appendChild(document.createElement("iframe"));
    frame.width = 400; frame.height = 300;
    const host = frame.contentDocument.body.appendChild(frame.contentDocument.createElement("div"));
    host.style.height = "300px";
    const map = new mapkit.Map(host, { region: CENTRE });
    map.addAnnotation(new mapkit.MarkerAnnotation(CENTRE.center, { title: "Inside" }));""")
    opened.wait_until_drawn()
    assert opened.run("map.element.ownerDocument === frame.contentDocument") is True
    assert opened.run(STYLED) == "40px"
    assert opened.run("map.region.span.latitudeDelta") > 0
    opened.do("map.selectedAnnotation = map.annotations[0]")
    opened.wait("() => map.selectedAnnotation?.title === 'Inside'")
    assert not [line for line in opened.said if "uncaught" in line]
