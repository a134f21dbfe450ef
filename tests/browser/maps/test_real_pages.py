"""Pages as they are: packages from npm, shadow roots, hidden maps, several maps, and maps that come and go."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Route

from browser.maps.conftest import Maps, Open

pytestmark = pytest.mark.xdist_group("maps")

MODULE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><script>VALUES</script>HEAD
<style>html, body { margin: 0; height: 100% } #root, #map { height: 420px }</style></head>
<body><div id="root"></div><div id="map"></div><script type="module" src="/bundle.js"></script></body></html>"""
LOADER_TAG = """<script async crossorigin src="HOST_URL/mk/6/mapkit.core.js" data-callback="initMapKitLoaderV2"
data-libraries="map,annotations" data-token="TOKEN_TEXT"></script>"""


def test_mapkit_react_shows_its_components(open_page: Open, bundle: Callable[[str], bytes]) -> None:
    opened = open_page(html=MODULE.replace("HEAD", ""), files={"/bundle.js": bundle("mapkit_react.jsx")})
    opened.wait_until_drawn()
    page = opened.page
    assert opened.run("[mapkit.maps[0].annotations.length, mapkit.maps[0].overlays.length]") == [3, 2]
    page.get_by_role("button", name="Station").click()
    assert opened.run("seen.includes('select')") is True
    page.get_by_role("button", name="Called").click()
    assert page.get_by_text("A callout of the page").is_visible()
    assert opened.run("seen.includes('deselect')") is True
    opened.run("setDark(true)")
    opened.wait("() => mapkit.maps[0]._stage.gl.getStyle()?.metadata?.['trigpoint:scheme'] === 'dark'")
    opened.run("setMarkers(false)")
    opened.wait("() => mapkit.maps[0].annotations.length === 0")
    assert not [line for line in opened.said if "uncaught" in line or "Error" in line]


def test_apples_loader_takes_the_tag_in_the_head(open_page: Open, bundle: Callable[[str], bytes]) -> None:
    opened = open_page(html=MODULE.replace("HEAD", LOADER_TAG), files={"/bundle.js": bundle("loader.js")})
    opened.wait("() => window.geocoder && document.querySelector('#map canvas.rt-root')")
    assert opened.run("geocoder") == "undefined"
    assert [
        line for line in opened.said if 'mapkit.Geocoder is not loaded: await mapkit.load("services") first' in line
    ]
    assert opened.run("loaded") == {"version": "6.0.0", "libraries": ["map", "annotations"]}
    assert opened.run("document.querySelectorAll('script[data-callback]').length") == 1
    assert opened.run("map.center.latitude") == pytest.approx(60.17, abs=1e-9)
    assert not [line for line in opened.said if "uncaught" in line or "Error" in line]


def test_react_mapkit_works_when_apples_host_resolves_to_ours(
    maps: Maps, open_page: Open, bundle: Callable[[str], bytes]
) -> None:
    def answer(route: Route) -> None:
        request = route.request
        kept = {"authorization", "x-maps-access-token", "origin", "access-control-request-headers"}
        headers = {name: value for name, value in request.headers.items() if name in kept}
        found = httpx.request(
            request.method, request.url.replace("https://cdn.apple-mapkit.com", maps.url), headers=headers
        )
        left_out = {"content-encoding", "content-length"}
        route.fulfill(
            status=found.status_code,
            headers={n: v for n, v in found.headers.items() if n not in left_out},
            body=found.content,
        )

    opened = open_page(html=MODULE.replace("HEAD", ""), files={"/bundle.js": b""})
    opened.page.route("https://cdn.apple-mapkit.com/**", answer)
    opened = reload_with(opened, bundle("react_mapkit.jsx"))
    opened.wait("() => window.mapkit?.maps.length === 2 && document.querySelectorAll('.mk-marker').length === 2")
    opened.run("setRotation(50)")
    assert opened.run("[map.rotation, mapkit.language]") == [50, "de"]
    assert not [line for line in opened.said if "uncaught" in line or "Error" in line]


def reload_with(opened, body: bytes):  # noqa: ANN001, ANN201 (of the fixture's type)
    opened.page.route("**/bundle.js", lambda route: route.fulfill(body=body, content_type="text/javascript"))
    opened.said.clear()
    opened.page.reload()
    return opened


def test_maps_stand_in_shadow_roots_and_wait_in_hidden_elements(open_page: Open) -> None:
    opened = open_page("""const root = document.getElementById("map").attachShadow({ mode: "open" });
    const inner = Object.assign(document.createElement("div"), { style: "height: 200px" });
    root.append(inner);
    const map = new mapkit.Map(inner, { region: CENTRE, annotations: [new mapkit.MarkerAnnotation(CENTRE.center, { title: "In a shadow" })] });
    const hidden = document.body.appendChild(Object.assign(document.createElement("div"), { style: "display: none; width: 300px; height: 200px" }));
    const late = new mapkit.Map(hidden);
    late.region = CENTRE;
    const loose = new mapkit.Map(null, { region: CENTRE });""")
    opened.wait_until_drawn()
    found = opened.run("""() => ({
      styled: getComputedStyle(root.querySelector(".mk-marker")).width,
      kept: [late.region.center.latitude, late.region.span.latitudeDelta],
      maps: mapkit.maps.length, loose: loose.element.isConnected,
    })""")
    assert found == {
        "styled": "40px",
        "kept": [pytest.approx(60.1699, abs=1e-9), pytest.approx(0.006, abs=1e-9)],
        "maps": 3,
        "loose": False,
    }
    opened.run(
        "hidden.style.display = 'block'; document.body.append(loose.element); loose.element.style.height = '150px'"
    )
    opened.wait("() => late._stage.hasSize && loose._stage.hasSize")
    assert opened.run("late.region.span.latitudeDelta") == pytest.approx(0.006, abs=1e-6)
    assert opened.run("loose.center.latitude") == pytest.approx(60.1699, abs=1e-3)
    opened.run(
        "const element = map.element; element.remove(); document.body.prepend(element); element.style.height = '180px'"
    )
    opened.wait("() => map._stage.frame.height === 180")
    assert opened.run("getComputedStyle(document.querySelector('.mk-marker')).width") == "40px"


def test_destroyed_maps_leave_nothing_behind(open_page: Open) -> None:
    opened = open_page("const first = new mapkit.Map('map', { region: CENTRE });")
    fonts = "[...document.fonts].filter(({ family }) => family.startsWith('maplibre')).length"
    opened.wait(f"() => {fonts} > 0")
    left = opened.run("""async () => {
      const refs = [];
      const host = document.getElementById("map");
      for (let i = 0; i < 100; i++) {
        let map = new mapkit.Map(host, { region: CENTRE, showsUserLocation: false });
        map.addAnnotation(new mapkit.MarkerAnnotation(CENTRE.center, { title: "x" }));
        map.addOverlay(new mapkit.CircleOverlay(CENTRE.center, 50));
        if (i % 25 === 0) await new Promise(resolve => { const wait = () => (map._stage.gl ? resolve() : setTimeout(wait, 10)); wait(); });
        refs.push(new WeakRef(map));
        map.destroy();
        map = null;
      }
      first.destroy();
      for (let i = 0; i < 200 && refs.some(ref => ref.deref()); i++) { await new Promise(resolve => setTimeout(resolve, 50)); gc(); }
      return [refs.filter(ref => ref.deref()).length, mapkit.maps.length, host.children.length, document.querySelectorAll("canvas").length];
    }""")
    alive, *rest = left
    assert rest == [0, 0, 0]
    assert opened.run(fonts) == 0
    assert alive <= 1, f"{alive} of 100 maps are still in memory"
