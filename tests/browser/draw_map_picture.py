"""Draw the pictures of maps that README.md and docs show, from the sample: `python tests/browser/draw_map_picture.py`.

Four looks of the centre of Helsinki in one WebP, and a page with items of its own as JPEG, by mapkit.js from a real
server. Needs Chromium, as the browser tests do.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests")]

from bench_first_map import sign  # noqa: E402 (found by the path above)

from browser.chromium import a_chromium  # noqa: E402 (found by the path above)
from browser.maps.site import a_site  # noqa: E402 (found by the path above)
from served import a_server  # noqa: E402 (found by the path above)

PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT, GAP = 800, 550, 8
PANELS = (
    ("light", "standard", 60.1688, 24.9450, 900),
    ("dark", "standard", 60.1688, 24.9450, 900),
    ("light", "standard", 60.1687, 24.9478, 380),
    ("light", "mutedStandard", 60.1694, 24.9450, 900),
)
"""Colours, type, centre and how far the camera is, in metres."""
PAGE = f"""<!doctype html><meta charset="utf-8"><style>body {{ margin: 0 }} div.map {{ width: {WIDTH}px; height: {HEIGHT}px }}</style>
<div class="map" id="map"></div><script src="BASE/mk/6/mapkit.js"></script><script>
mapkit.init({{ authorizationCallback: done => done("TOKEN"), language: "en" }});
const map = new mapkit.Map("map", {{ colorScheme: "SCHEME", mapType: "TYPE", showsZoomControl: false, showsMapTypeControl: false,
  showsCompass: "hidden", center: new mapkit.Coordinate(LATITUDE, LONGITUDE), cameraDistance: DISTANCE }});</script>"""
WITH_ITEMS = """<!doctype html><meta charset="utf-8"><style>body { margin: 0 } #map { width: 1080px; height: 600px }
button.more { margin: 0 14px 0 0; padding: 8px 12px; border: 0; border-radius: 8px; font: 600 13px system-ui, sans-serif; color: #fff; background: #0a6cdf }</style>
<div id="map"></div><script src="BASE/mk/6/mapkit.js"></script><script>
mapkit.init({ authorizationCallback: done => done("TOKEN"), language: "en-GB" });
const at = (latitude, longitude) => new mapkit.Coordinate(latitude, longitude);
const map = new mapkit.Map("map", { showsScale: "visible", distances: "metric", showsUserLocationControl: true, center: at(60.16985, 24.9447), cameraDistance: 1450 });
const marker = (where, options) => new mapkit.MarkerAnnotation(where, options);
const [station, lunch, hotel] = [at(60.17115, 24.9414), at(60.16825, 24.9446), at(60.16905, 24.9503)];
const style = options => new mapkit.Style(options);
map.addOverlay(new mapkit.PolylineOverlay([station, at(60.17055, 24.942), at(60.1706, 24.94395), at(60.1693, 24.9441), lunch, at(60.1683, 24.9477), hotel],
  { style: style({ lineWidth: 6, strokeOpacity: 0.9, lineGradient: new mapkit.LineGradient({ 0: "#0a6cdf", 1: "#c2589b" }) }) }));
map.addOverlay(new mapkit.PolygonOverlay([at(60.17245, 24.9441), at(60.1726, 24.9463), at(60.1714, 24.9472), at(60.1711, 24.9443)],
  { style: style({ fillColor: "#28a745", fillOpacity: 0.18, strokeColor: "#1f8f3a", lineWidth: 2, lineDash: [8, 5] }) }));
const more = () => Object.assign(document.createElement("button"), { className: "more", textContent: "Details" });
map.addAnnotations([
  marker(station, { title: "Central Station", subtitle: "Platform 4, 14:05", color: "#0a6cdf", glyphText: "1", selected: true, callout: { calloutRightAccessoryForAnnotation: more } }),
  marker(lunch, { title: "Lunch", color: "#ee8f2d", glyphText: "2" }),
  marker(hotel, { title: "Hotel", color: "#8b63d6", glyphText: "H" }),
]);</script>"""
DRAWN = (
    "() => { const gl = window.mapkit?.maps[0]?._stage.gl; return gl && gl.getStyle()?.layers.length > 9 && gl.loaded()"
    " && gl.areTilesLoaded() && gl.queryRenderedFeatures().length > 0; }"
)
AT_REST = """() => new Promise(resolve => { const { gl } = mapkit.maps[0]._stage; gl.once("idle", resolve); gl.triggerRepaint(); })"""
JOIN = """async ([pictures, width, height, gap]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width + gap, height: 2 * height + gap });
  const pen = canvas.getContext("2d");
  for (const [i, picture] of pictures.entries()) {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    pen.drawImage(image, (i % 2) * (width + gap), Math.floor(i / 2) * (height + gap));
  }
  return canvas.toDataURL("image/webp", 0.82).split(",")[1];
}"""


def draw() -> tuple[bytes, bytes]:
    """Draw the pictures: a WebP of four looks, and a JPEG of a page with items."""
    with (
        tempfile.TemporaryDirectory() as folder,
        a_server(Path(folder) / "home") as server,
        a_site() as site,
        a_chromium(webgl=True) as browser,
    ):
        given = {"BASE": server.url, "TOKEN": sign(server, Path(folder))}
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})

        def show(text: str, values: dict[str, str]) -> None:
            for name, value in (given | values).items():
                text = text.replace(name, value)
            site.pages["/map.html"] = text.encode()
            page.goto(f"{site.url}/map.html")
            page.wait_for_function(DRAWN, timeout=60_000)
            page.evaluate(AT_REST)

        pictures = []
        for scheme, kind, latitude, longitude, distance in PANELS:
            values = {"SCHEME": scheme, "TYPE": kind, "LATITUDE": str(latitude), "LONGITUDE": str(longitude)}
            show(PAGE, values | {"DISTANCE": str(distance)})
            pictures.append(base64.b64encode(page.screenshot()).decode())
        looks = base64.b64decode(page.evaluate(JOIN, [pictures, WIDTH, HEIGHT, GAP]))
        page.set_viewport_size({"width": 1080, "height": 600})
        show(WITH_ITEMS, {})
        return looks, page.screenshot(type="jpeg", quality=85)


if __name__ == "__main__":
    looks, items = draw()
    (PICTURES / "map.webp").write_bytes(looks)
    (PICTURES / "mapkit.jpg").write_bytes(items)
