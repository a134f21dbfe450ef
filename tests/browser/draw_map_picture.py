"""Draw the picture of the map that README.md and docs/map.md show, from the sample: `python tests/browser/draw_map_picture.py`.

Four looks of the centre of Helsinki, by mapkit.js from a real server, in one WebP. Needs Chromium, as the browser tests do.
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

OUT = ROOT / "docs" / "pictures" / "map.webp"
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
DRAWN = (
    "() => { const gl = window.mapkit?.maps[0]?._stage.gl; return gl && gl.getStyle()?.layers.length > 9 && gl.loaded()"
    " && gl.areTilesLoaded() && gl.queryRenderedFeatures().length > 0; }"
)
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


def draw() -> bytes:
    """Draw the picture; a WebP."""
    with (
        tempfile.TemporaryDirectory() as folder,
        a_server(Path(folder) / "home") as server,
        a_site() as site,
        a_chromium(webgl=True) as browser,
    ):
        token = sign(server, Path(folder))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        pictures = []
        for scheme, kind, latitude, longitude, distance in PANELS:
            values = {"BASE": server.url, "TOKEN": token, "SCHEME": scheme, "TYPE": kind}
            values |= {"LATITUDE": str(latitude), "LONGITUDE": str(longitude), "DISTANCE": str(distance)}
            text = PAGE
            for name, value in values.items():
                text = text.replace(name, value)
            site.pages["/map.html"] = text.encode()
            page.goto(f"{site.url}/map.html")
            page.wait_for_function(DRAWN, timeout=30_000)
            page.wait_for_timeout(1_500)
            pictures.append(base64.b64encode(page.screenshot()).decode())
        joined = page.evaluate(JOIN, [pictures, WIDTH, HEIGHT, GAP])
        return base64.b64decode(joined)


if __name__ == "__main__":
    OUT.write_bytes(draw())
