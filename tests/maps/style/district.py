"""A drawn district by the sea, with a little of everything that the style draws, and its tiles on a server."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from drawn_tiles import build
from maps.style.sets import OPENSTREETMAP
from small_map import At, SmallMap
from trigpoint.engines.tiles.pmtiles import Archive
from trigpoint.maps.style import build_style
from trigpoint.maps.tiles import OSM, Schema, TileAddress, TileSet

STATIC = Path(__file__).resolve().parents[3] / "src" / "trigpoint" / "web" / "mapkit" / "static"
SCRIPTS = STATIC / "script" / "assets"
MIDDLE: At = (60.0, 25.0)
MIME = {".png": "image/png", ".json": "application/json", ".woff2": "font/woff2", ".mjs": "text/javascript"}
PAGE = """<!doctype html><title>Map</title><div id="view"></div>
<script type="module" nonce="page">
for (const one of [document.documentElement, document.body, document.getElementById("view")])
  Object.assign(one.style, {margin: 0, width: "100%", height: "100%"});
import * as maplibre from "/script/MAPLIBRE";
maplibre.setWorkerUrl("/script/WORKER");
window.problems = [];
window.show = (style, center, zoom) => new Promise(resolve => {
  window.map?.remove();
  const map = window.map = new maplibre.Map({container: "view", style, center, zoom, fadeDuration: 0,
    attributionControl: false, canvasContextAttributes: {preserveDrawingBuffer: true}});
  map.on("error", event => window.problems.push(String(event.error?.message ?? event)));
  map.on("styleimagemissing", event => window.problems.push("no image " + event.id));
  map.once("idle", () => resolve(window.problems.splice(0)));
});
</script>"""


def a_district() -> SmallMap:
    """Draw streets in a grid, a motorway, a railway, a wood, a park, a lake, a bay, houses and things to find."""
    town = SmallMap()

    def at(north: float, east: float) -> At:
        """A point some hundred metres from the middle."""
        return MIDDLE[0] + north * 0.0009, MIDDLE[1] + east * 0.0018

    def area(south: float, west: float, north: float, east: float, **tags: str) -> None:
        corners = [town.node(at(*corner)) for corner in ((south, west), (south, east), (north, east), (north, west))]
        town.way([*corners, corners[0]], **tags)

    def street(*points: tuple[float, float], **tags: str) -> None:
        town.way([at(*point) for point in points], **tags)

    town.node(at(0.4, 0.3), place="town", name="Mitford", population="9000", name__ru="Митфорд")
    town.node(at(-2.4, -3.2), place="suburb", name="Southside")
    town.node(at(4.2, 5.5), natural="peak", name="Beacon Hill", ele="212")
    area(-5, -8, 5, 2.5, landuse="residential")
    area(-1.0, -1.2, 1.0, 1.2, landuse="retail")
    area(1.5, 3, 6, 8, landuse="forest", name="Beacon Wood")
    area(-5, 3, 1, 8, landuse="farmland")
    area(1.3, -5.2, 2.8, -3.2, leisure="park", name="Old Park", wikidata="Q1")
    area(1.5, -5.0, 2.1, -4.2, leisure="pitch", sport="soccer")
    area(-4.0, 4.0, -2.8, 6.2, natural="water", name="Mill Pond")
    area(-2.4, 0.4, -1.3, 2.2, amenity="hospital", name="Mitford Hospital")
    area(-4.2, -5.4, -3.2, -4.0, amenity="school", name="Mitford School")
    for row in range(-4, 4):
        for column in range(-6, 2):
            area(row + 0.25, column + 0.2, row + 0.6, column + 0.55, building="yes")
    for row in range(-4, 5, 2):
        street((row, -7), (row, 2.4), highway="residential", name=f"{'ABCDE'[(row + 4) // 2]} Street")
    for column in range(-6, 2, 2):
        street((-5, column), (5, column), highway="residential", oneway="yes" if column % 4 else "no")
    street((0, -9), (0, 9), highway="primary", name="Main Road", ref="12")
    street((-6, -1), (6, -1), highway="secondary", name="Long Lane")
    street((-6, 2.8), (6, 2.8), highway="motorway", oneway="yes", ref="E 18;M 1", name="Coast Motorway")
    street((-6, 3.05), (6, 3.05), highway="motorway", oneway="yes", ref="E 18;M 1")
    street((1, 3), (2.4, 5.2), (3.6, 7), highway="path", name="Beacon Path")
    street((-6, -7.4), (6, -6.6), railway="rail")
    street((-3, 8), (-1, 6.5), (-0.5, 3.4), (-1.2, -9), waterway="river", name="Mit")
    street((0.7, 1.4), (0.7, 2.4), highway="pedestrian", name="Market Row")
    for place, tags in {
        (0.5, -0.5): {"amenity": "restaurant", "name": "The Swan"},
        (-0.5, -0.6): {"amenity": "cafe", "name": "Café Ruth"},
        (0.5, 0.9): {"amenity": "pharmacy", "name": "Pharmacy"},
        (-0.5, 0.7): {"shop": "supermarket", "name": "Grocer"},
        (1.4, -1.7): {"tourism": "hotel", "name": "Hotel Mit"},
        (-1.6, -1.6): {"tourism": "museum", "name": "Museum of Maps"},
        (2.5, -0.4): {"amenity": "place_of_worship", "religion": "christian", "name": "St Mary"},
        (0.2, -6.9): {"railway": "station", "name": "Mitford"},
        (-2.6, -0.6): {"historic": "memorial", "name": "War Memorial"},
    }.items():
        town.node(at(*place), **tags)
    for number in range(1, 12):
        town.node(at(0.3, -6 + number * 0.7), addr__housenumber=str(number), addr__street="Main Road")
    shore = [at(-8, 8.4), at(-5, 8.2), at(-3, 8.6), at(0, 8.1), at(3, 8.7), at(6, 8.3), at(8, 8.5)]
    town.way(shore, natural="coastline")
    return town


def a_set(archive: Archive) -> TileSet:
    """Describe the district's tiles."""
    return TileSet(
        name=OSM, schema=Schema.SHORTBREAD, suffix="mvt", version="1", min_zoom=0, max_zoom=14,
        box=archive.header.box, attributions=(OPENSTREETMAP,), languages=("en", "ru"),
    )  # fmt: skip


@contextmanager
def a_map_server(folder: Path) -> Iterator[str]:
    """Build the district's tiles below a folder and serve them with MapLibre, fonts and sprites; yield the URL."""
    archive = Archive(build(folder / "home", a_district(), languages=("ru",)).path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(archive))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        archive.close()


def _handler(archive: Archive) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = answer(archive, self.path, f"http://{self.headers['host']}")
            self.send_response(204 if found is None else 200)
            body, mime, encoding = found or (b"", "text/plain", "")
            self.send_header("content-type", mime)
            self.send_header("content-length", str(len(body)))
            self.send_header("access-control-allow-origin", "*")
            if self.path.startswith("/elsewhere"):
                self.send_header("content-security-policy", unquote(urlsplit(self.path).query))
            if encoding:
                self.send_header("content-encoding", encoding)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def answer(archive: Archive, address: str, base_url: str) -> tuple[bytes, str, str] | None:
    """Give the body, the type and the encoding of what stands under an address; None for nothing."""
    parts = urlsplit(address)
    found: tuple[bytes, str, str] | None = None
    match parts.path.strip("/").split("/"):
        case ["ti", "osm", z, x, y]:
            tile = archive.find(TileAddress(int(z), int(x), int(y.removesuffix(".mvt"))))
            found = None if tile is None else (tile.data, "application/vnd.mapbox-vector-tile", tile.encoding)
        case ["ti", "style", name]:
            style, scheme = name.removesuffix(".json").split("-")
            language = parse_qs(parts.query)["lang"][0]
            made = build_style(
                style=style,
                scheme=scheme,
                sets=(a_set(archive),),
                language=language,
                base_url=base_url,
                access_key="key",
            )
            found = json.dumps(made).encode(), "application/json", ""
        case ["ti", kind, name]:
            found = (STATIC / kind / name).read_bytes(), MIME[Path(name).suffix], ""
        case ["script", name]:
            found = (SCRIPTS / name).read_bytes(), MIME[Path(name).suffix], ""
        case ["kept", name]:
            found = (Path(__file__).parent / "pictures" / name).read_bytes(), "image/webp", ""
        case [""]:
            found = page(base_url).encode(), "text/html; charset=utf-8", ""
        case ["elsewhere"]:
            found = page(base_url.replace("localhost", "127.0.0.1")).encode(), "text/html; charset=utf-8", ""
    return found


def page(url: str) -> str:
    """The page that shows a map, with the files of MapLibre that are vendored; they come from the server at `url`."""
    worker = next(SCRIPTS.glob("maplibre-worker-*.mjs")).name
    maplibre = next(path.name for path in SCRIPTS.glob("maplibre-*.mjs") if path.name != worker)
    return PAGE.replace("/script/MAPLIBRE", f"{url}/script/{maplibre}").replace(
        "/script/WORKER", f"{url}/script/{worker}"
    )
