"""Compares mapkit.js with plain MapLibre GL JS, in one Chromium with software rendering, in one run.

    .venv/bin/python bench/bench_script.py

1. script tag to first drawn map, over a bare MapLibre page with the same style: at most 1.15;
2. adding 1,000 marker annotations until they are laid out, over 1,000 of MapLibre's own markers: at most 1.5;
3. frames a second while the map pans with 1,000 of ours, beside 1,000 of MapLibre's and none: at least 30 where bare
   MapLibre reaches them;
4. 10,000 annotations as clusters: milliseconds until they are laid out.
Rounds alternate, and the median counts, so that other work on the machine affects both sides.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from browser.chromium import FLAGS, find_chromium
from browser.maps.conftest import DRAWING, MAPS_ID, make_key
from browser.maps.site import Site, a_site
from served import Served, a_server

ROUNDS = 5
MOST_FIRST_MAP = 1.15
MOST_ADDING = 1.5
LEAST_FRAMES = 30

HEAD = """<!doctype html><html><head><meta charset="utf-8">
<style>html, body {{ margin: 0 }} #map {{ width: 900px; height: 600px }}</style></head><body><div id="map"></div>"""
OURS = (
    HEAD
    + """<script>const begun = performance.now();</script><script src="{host}/mk/5.x.x/mapkit.js"></script><script>
mapkit.init({{ authorizationCallback: done => done("{token}") }});
const map = new mapkit.Map("map", {{ center: new mapkit.Coordinate(60.1699, 24.9444), cameraDistance: 4000 }});
window.gl = () => map._stage.gl;
</script></body></html>"""
)
BARE = (
    HEAD
    + """<script>const begun = performance.now();</script><script type="module">
const [{{ Map: GlMap, Marker, setWorkerUrl }}, answer] = await Promise.all([
  import("{host}/mk/assets/{maplibre}"),
  fetch("{host}/ma/bootstrap?apiVersion=2", {{ headers: {{ Authorization: "Bearer {token}" }} }}).then(r => r.json()),
]);
setWorkerUrl("{host}/mk/assets/{worker}");
window.Marker = Marker;
const style = answer.styleUrl.replace("{{style}}", "standard").replace("{{scheme}}", "light").replace("{{lang}}", "en");
const map = new GlMap({{ container: "map", style, center: [24.9444, 60.1699], zoom: {zoom}, maxPitch: 0 }});
window.gl = () => map;
</script></body></html>"""
)
DRAWN = """() => new Promise(resolve => { const wait = () => { const gl = window.gl?.();
  if (gl && gl.getStyle()?.layers.length > 9 && gl.loaded() && gl.areTilesLoaded() && gl.queryRenderedFeatures().length > 0) resolve(performance.now() - begun);
  else setTimeout(wait, 5); }; wait(); })"""
PLACES = """const places = count => Array.from({ length: count }, (_, i) => ({ latitude: 60.160 + (i % 40) * 5e-4, longitude: 24.925 + Math.floor(i / 40) * (40 / count) }));
const laidOut = () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => { document.body.offsetHeight; resolve(); })));
const frames = async () => { const gl = window.gl(); let count = 0; const until = performance.now() + 1500;
  gl.panBy([300, 0], { duration: 1500, easing: t => t, essential: true });
  while (performance.now() < until) { await new Promise(requestAnimationFrame); count++; }
  gl.jumpTo({ center: [24.9444, 60.1699] }); return count / 1.5; };"""
ADD_OURS = """async count => { const list = places(count).map((place, i) => new mapkit.MarkerAnnotation(place, { title: `Place ${i}`, animates: false CLUSTER }));
  const start = performance.now(); map.addAnnotations(list); await laidOut(); const took = performance.now() - start; window.list = list; return took; }"""
REMOVE_OURS = "map.removeAnnotations(window.list)"
ADD_THEIRS = """async count => { const list = places(count); const start = performance.now();
  window.list = list.map(({ latitude, longitude }) => new Marker().setLngLat([longitude, latitude]).addTo(window.gl())); await laidOut(); return performance.now() - start; }"""
REMOVE_THEIRS = "window.list.forEach(marker => marker.remove())"


def main() -> int:
    with tempfile.TemporaryDirectory() as name, a_site() as site, sync_playwright() as playwright:
        folder = Path(name)
        with a_server(folder / "home", forked=False) as server:
            write_pages(server, site, folder)
            flags = [flag for flag in FLAGS if flag != "--disable-gpu"]
            browser = playwright.chromium.launch(
                executable_path=find_chromium(with_windows=True), args=[*flags, *DRAWING], headless=True
            )
            first = measure_first_map(browser, site)
            adding, ours, bare = measure_markers(browser, site)
            browser.close()
    good = first <= MOST_FIRST_MAP and adding <= MOST_ADDING and (ours >= LEAST_FRAMES or bare < LEAST_FRAMES)
    return 0 if good else 1


def write_pages(server: Served, site: Site, folder: Path) -> None:
    """Put both pages on the site."""
    team_id = json.loads(server.trigpoint("team", "create", "Bench", "--json").stdout)["teamId"]
    server.trigpoint("maps-id", "register", MAPS_ID, "--team", team_id, "--description", "Bench")
    token = make_key(server, team_id, folder, "Bench").auth_token()
    assets = Path(__file__).parents[1] / "src/trigpoint/web/mapkit/static/script/assets"
    chunk, worker = (next(assets.glob(f"maplibre-{pattern}.mjs")).name for pattern in ("[0-9]*", "worker-*"))
    values = {"host": server.url, "token": token, "maplibre": chunk, "worker": worker, "zoom": 14.26}
    site.pages["/ours.html"] = OURS.format(**values).encode()
    site.pages["/bare.html"] = BARE.format(**values).encode()


def measure_first_map(browser: Browser, site: Site) -> float:
    """Open both pages alternately, each in a fresh profile."""
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(ROUNDS):
        for name, found in times.items():
            context = browser.new_context(viewport={"width": 900, "height": 600})
            page = context.new_page()
            page.goto(f"{site.url}/{name}.html")
            found.append(page.evaluate(DRAWN))
            context.close()
    ours, bare = (statistics.median(found) for found in times.values())
    print(f"first map: {ours:.0f} ms, bare MapLibre {bare:.0f} ms: {ours / bare:.2f} (at most {MOST_FIRST_MAP})")
    return ours / bare


def measure_markers(browser: Browser, site: Site) -> tuple[float, float, float]:
    """Add markers and pan on both pages alternately."""
    pages = {}
    for name in ("ours", "bare"):
        pages[name] = browser.new_page(viewport={"width": 900, "height": 600})
        pages[name].goto(f"{site.url}/{name}.html")
        pages[name].evaluate(DRAWN)
        pages[name].add_script_tag(content=PLACES)
    adding: dict[str, list[float]] = {"ours": [], "bare": []}
    panning: dict[str, list[float]] = {"ours": [], "bare": [], "none": []}
    for _ in range(ROUNDS):
        for name, add, remove in (
            ("ours", ADD_OURS.replace("CLUSTER", ""), REMOVE_OURS),
            ("bare", ADD_THEIRS, REMOVE_THEIRS),
        ):
            page = pages[name]
            page.bring_to_front()
            if name == "bare":
                panning["none"].append(page.evaluate("frames()"))
            adding[name].append(page.evaluate(add, 1000))
            panning[name].append(page.evaluate("frames()"))
            page.evaluate(remove)
            page.evaluate("laidOut()")
    pages["ours"].bring_to_front()
    clustered = pages["ours"].evaluate(ADD_OURS.replace("CLUSTER", ", clusteringIdentifier: 'c'"), 10_000)
    shown = pages["ours"].evaluate("document.querySelectorAll('.mk-annotation').length")
    ours, bare = (statistics.median(adding[name]) for name in ("ours", "bare"))
    frames = {name: statistics.median(found) for name, found in panning.items()}
    print(f"1,000 markers added: {ours:.0f} ms, MapLibre's {bare:.0f} ms: {ours / bare:.2f} (at most {MOST_ADDING})")
    print(
        f"panned: {frames['ours']:.0f} frames a second, MapLibre's {frames['bare']:.0f}, without markers {frames['none']:.0f}"
    )
    print(f"10,000 clustered: {clustered:.0f} ms, {shown} balloons")
    return ours / bare, frames["ours"], frames["none"]


if __name__ == "__main__":
    sys.exit(main())
