"""A server with a map, a site with pages on another origin, and a Chromium that draws: for pages of mapkit.js."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from browser.chromium import FLAGS, WEBGL, find_chromium
from browser.maps.site import Site, a_site
from patience import PATIENCE_S
from script_places import SOURCES, find_node
from served import Served, a_server
from trigpoint.client import Signer

DRAWING = (*WEBGL, "--js-flags=--expose-gc")
VIEW = {"width": 640, "height": 420}


@dataclass
class Maps:
    """The server, a key of it, and how tokens for pages are signed."""

    server: Served
    team_id: str
    signer: Signer

    @property
    def url(self) -> str:
        return self.server.url


MAPS_ID = "maps.com.example.pages"


def make_key(server: Served, team_id: str, folder: Path, name: str) -> Signer:
    """Make a key by the command line: what signs with it."""
    made = server.trigpoint(
        "key", "create", name, "--team", team_id, "--maps-id", MAPS_ID, "--out", str(folder), "--json"
    )
    key_id = json.loads(made.stdout)["keyId"]
    return Signer.from_file(folder / f"AuthKey_{key_id}.p8", team_id=team_id)


@pytest.fixture(scope="session")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maps]:
    folder = tmp_path_factory.mktemp("maps")
    with a_server(folder / "home", TRIGPOINT_EXPLAIN="1") as server:
        team_id = json.loads(server.trigpoint("team", "create", "Pages", "--json").stdout)["teamId"]
        server.trigpoint("maps-id", "register", MAPS_ID, "--team", team_id, "--description", "Pages")
        yield Maps(server, team_id, make_key(server, team_id, folder, "Page"))


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with a_site() as running:
        yield running


@pytest.fixture(scope="module")
def drawing() -> Iterator[Browser]:
    """A Chromium with WebGL, by software."""
    path = find_chromium()
    flags = [flag for flag in FLAGS if flag != "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*flags, *DRAWING], headless=True)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page, and what its console said."""

    page: Page
    said: list[str]

    def run(self, script: str, argument: object = None) -> object:
        return self.page.evaluate(script, argument)

    def hear(self, text: str) -> None:
        """Keep what the console says, but not that the pictures of a map are read back: see WEBGL."""
        if "GPU stall due to ReadPixels" not in text:
            self.said.append(text)

    def do(self, statements: str) -> None:
        """Run statements, and leave their value in the page: to bring a map or its items here takes a second or two."""
        self.page.evaluate(f"() => {{ {statements} }}")

    def wait(self, condition: str) -> None:
        """Poll from outside the page, as a strict policy forbids evaluation in it."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.page.evaluate(f"Promise.resolve(({condition})()).then(Boolean)"):
            assert time.monotonic() < deadline, f"never true: {condition}; the console: {self.said}"
            self.page.wait_for_timeout(40)

    def wait_until_drawn(self) -> None:
        """Wait until the first map has its style, its tiles, and stands still."""
        self.wait(
            "() => { const gl = window.mapkit?.maps[0]?._stage.gl; return gl && gl.getStyle()?.layers.length > 9"
            " && gl.loaded() && gl.areTilesLoaded() && !gl.isMoving() && gl.queryRenderedFeatures().length > 0; }"
        )


Open = Callable[..., Opened]


@pytest.fixture
def open_page(maps: Maps, site: Site, drawing: Browser) -> Iterator[Open]:
    """Open a page with `script` in it, after our script tag and `mapkit.init`; `html` replaces that whole."""
    contexts = []

    def open_it(
        script: str = "",
        *,
        html: str | None = None,
        token: str | None = None,
        files: dict[str, bytes] | None = None,
        **context: object,
    ) -> Opened:
        values = {"HOST": maps.url, "TOKEN": maps.signer.auth_token() if token is None else token}
        site.pages["/page.html"] = (
            (html or PAGE)
            .replace("SCRIPT", script)
            .replace("VALUES", f"Object.assign(window, {json.dumps(values)})")
            .replace("HOST_URL", maps.url)
            .replace("TOKEN_TEXT", values["TOKEN"])
            .encode()
        )
        site.pages.update(files or {})
        made = drawing.new_context(**{"viewport": VIEW, "locale": "en-GB", **context})  # type: ignore[arg-type] # options of Playwright
        contexts.append(made)
        made.set_default_timeout(PATIENCE_S * 1000)
        opened = Opened(made.new_page(), [])
        opened.page.on("console", lambda message: opened.hear(message.text))
        opened.page.on("pageerror", lambda error: opened.said.append(f"uncaught: {error}"))
        opened.page.goto(f"{site.url}/page.html")
        return opened

    yield open_it
    for made in contexts:
        made.close()


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A page with a map</title>
<style>html, body { margin: 0; height: 100% } #map { width: 640px; height: 420px }</style>
<script>VALUES</script></head>
<body><main><div id="map"></div></main>
<script src="HOST_URL/mk/5.x.x/mapkit.js"></script>
<script>
const { Coordinate, CoordinateRegion, CoordinateSpan } = mapkit;
const at = (latitude, longitude) => new Coordinate(latitude, longitude);
const CENTRE = new CoordinateRegion(at(60.1699, 24.9444), new CoordinateSpan(0.006, 0.012));
const seen = [];
mapkit.addEventListener("configuration-change", ({ status }) => seen.push(status));
mapkit.addEventListener("error", ({ status, message }) => seen.push([status, message]));
mapkit.init({ authorizationCallback: done => done(TOKEN), language: "en" });
SCRIPT
</script></body></html>
"""
"""A page in the way of most: the script, `init`, and a map at once, before any answer."""


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """Bundle one of script/pages with the packages of the lock, as their users do."""
    folder, node = tmp_path_factory.mktemp("bundles"), find_node()

    def bundle_it(name: str) -> bytes:
        out = folder / f"{name}.js"
        command = [
            node,
            "node_modules/esbuild/bin/esbuild",
            f"pages/{name}",
            "--bundle",
            "--format=esm",
            "--jsx=automatic",
        ]
        define = "--define:process.env.NODE_ENV='production'"
        subprocess.run([*command, define, f"--outfile={out}"], cwd=SOURCES, check=True, capture_output=True)
        return out.read_bytes()

    return bundle_it
