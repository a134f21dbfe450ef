"""Starting a map: the script tag, init, the token, and the messages when it is refused."""

import json

import pytest
from playwright.sync_api import Route

from browser.maps.conftest import Maps, Open, make_key

pytestmark = pytest.mark.xdist_group("maps")

CORE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><script>VALUES</script>
<script>window.initMapKit = () => { window.called = mapkit.loadedLibraries; };</script>
<script async crossorigin src="HOST_URL/mk/6/mapkit.core.js" data-callback="initMapKit" data-language="de"
  data-libraries="map,annotations" data-token="TOKEN_TEXT"></script></head><body><div id="map"></div>
<script>SCRIPT</script></body></html>"""


def test_a_map_created_before_the_bootstrap_is_drawn_afterwards(open_page: Open) -> None:
    opened = open_page(
        """const map = new mapkit.Map("map");
        map.region = CENTRE;
        window.early = { center: map.center.latitude, delta: map.region.span.latitudeDelta, bootstrapped: seen.length };"""
    )
    early = opened.run("early")
    assert early["bootstrapped"] == 0
    assert early["center"] == pytest.approx(60.1699, abs=1e-4)
    assert early["delta"] == pytest.approx(0.006, abs=2e-3)
    opened.wait_until_drawn()
    assert opened.run("seen") == ["Initialized"]
    assert opened.run("mapkit.version") == "5.81.0"
    opened.wait("() => map._stage.gl.queryRenderedFeatures().some(f => f.properties.name === 'Kaivokatu')")
    assert opened.page.locator(".mk-credit").first.inner_text() == "© OpenStreetMap contributors"
    opened.do("dispatchEvent(new Event('beforeprint'))")
    colours = "new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size"
    assert opened.run(f"(c => {colours})(document.querySelector('.mk-print'))") > 50, "a copy of the map is printed"
    opened.do("dispatchEvent(new Event('afterprint'))")
    assert opened.page.locator(".mk-print").count() == 0
    opened.run("mapkit.init({ authorizationCallback: done => done('x') })")
    assert "[MapKit] mapkit.init() was called already; this call is ignored." in opened.said
    opened.do("window.gl = map._stage.gl.getCanvas().getContext('webgl2').getExtension('WEBGL_lose_context')")
    opened.do("gl.loseContext()")  # as the browser does if there are too many maps
    opened.wait("() => document.querySelector('canvas.mk-lost')")
    assert [line for line in opened.said if "The browser no longer draws a map" in line]
    opened.do("gl.restoreContext()")
    opened.wait("() => !document.querySelector('canvas.mk-lost')")


def test_core_loads_the_libraries_that_the_tag_names_and_reports_missing_ones(open_page: Open) -> None:
    opened = open_page(html=CORE)
    opened.wait("() => window.called")
    assert opened.run("called") == ["map", "annotations"]
    assert opened.run("[mapkit.version, mapkit.language]") == ["6.0.0", "de"]
    assert opened.run("[typeof mapkit.Search, mapkit.Search ? 'loaded' : 'not yet']") == ["undefined", "not yet"]
    hints = [line for line in opened.said if 'mapkit.Search is not loaded: await mapkit.load("services") first' in line]
    assert len(hints) == 1, "said once for each member"
    opened.run("mapkit.load('services')")
    assert opened.run("[typeof mapkit.Search, mapkit.loadedLibraries.join()]") == [
        "function",
        "map,annotations,services",
    ]
    refused = opened.run("mapkit.load('nothing').then(() => '', error => error.message)")
    assert "a library is one of services, full-map, map" in refused
    shared = opened.run(
        "new mapkit.MarkerAnnotation(new mapkit.Coordinate(1, 2)).coordinate instanceof mapkit.Coordinate"
    )
    assert shared is True


MODULE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><script>VALUES</script></head><body><div id="map"></div>
<script type="module">import "HOST_URL/mk/5.x.x/mapkit.js"; mapkit.init({ authorizationCallback: done => done(TOKEN) });
mapkit.addEventListener("configuration-change", ({ status }) => window.status_ = status); new mapkit.Map("map");</script></body></html>"""


def test_a_module_that_imports_the_script_uses_the_server_it_came_from(open_page: Open) -> None:
    opened = open_page(html=MODULE)
    opened.wait("() => window.status_ && mapkit.maps[0]._stage.gl")
    assert opened.run("[status_, mapkit.version]") == ["Initialized", "5.81.0"]


@pytest.mark.parametrize(
    ("callback", "said"),
    [
        ("done => done('')", "is invalid: a token has three parts with dots between them; this text has 1."),
        ("async done => done(await Promise.resolve('a.b.c'))", "is invalid: its header or its claims are not JSON."),
    ],
)
def test_a_malformed_token_is_refused_with_the_servers_message(open_page: Open, callback: str, said: str) -> None:
    html = f"""<!doctype html><title>x</title><script src="HOST_URL/mk/5.x.x/mapkit.js"></script><script>
    mapkit.addEventListener("error", function (event) {{ this.heard = [event.status, event.message]; }}, window);
    mapkit.init({{ authorizationCallback: {callback} }});</script>"""
    opened = open_page(html=html)
    opened.wait("() => window.heard")
    status, message = opened.run("heard")
    assert status == "Unauthorized"
    assert message.startswith("Initialization failed because the authorization token is invalid. ")
    assert len(message) > 100, "the server's own sentence is behind it"
    assert f"[MapKit] Authorization token {said}" in opened.said
    assert f"[MapKit] {message}" in opened.said


def test_a_revoked_key_stops_an_open_map_and_the_event_says_why(maps: Maps, open_page: Open, tmp_path) -> None:  # noqa: ANN001 (pytest's)
    signer = make_key(maps.server, maps.team_id, tmp_path, "To be revoked")
    opened = open_page('const map = new mapkit.Map("map", { region: CENTRE });', token=signer.auth_token())
    opened.wait_until_drawn()
    before = opened.run("map.annotations.length + map._stage.gl.queryRenderedFeatures().length")
    done = maps.server.trigpoint("key", "revoke", signer.key_id, "--reason", "compromised", "--yes")
    assert done.returncode == 0, done.stderr
    with opened.page.expect_response(lambda answer: "/ti/osm/" in answer.url and answer.status == 401):
        opened.do("map.setCenterAnimated(at(60.1599, 24.9244), false)")
    opened.wait("() => seen.length > 1")
    status, message = opened.run("seen[1]")
    assert status == "Unauthorized"
    assert "revoked" in message
    assert before > 0
    assert opened.run("document.querySelectorAll('canvas.rt-root.syrup-canvas').length") == 1, "what is drawn stays"


def test_a_refused_tile_causes_one_bootstrap_and_is_requested_again(open_page: Open) -> None:
    opened = open_page("const later = () => new mapkit.Map('map', { region: CENTRE });")
    refused: list[str] = []

    def refuse_first(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(route.request.url)
        route.fulfill(status=401, headers={"access-control-allow-origin": "*"}, body="{}")

    opened.wait("() => seen.length === 1")
    opened.page.route("**/ti/osm/**", refuse_first)
    with opened.page.expect_request(
        lambda request: "/ma/bootstrap" in request.url and request.method == "GET"
    ) as asked:
        opened.run("void later()")
    assert asked.value.headers["x-maps-access-token"].startswith("Bearer eyJ")
    opened.wait("() => seen.length === 2")
    assert opened.run("seen") == ["Initialized", "Refreshed"]
    opened.wait_until_drawn()
    assert len(refused) == 1


def test_maps_work_under_a_strict_content_security_policy(open_page: Open, maps: Maps, site) -> None:  # noqa: ANN001 (a fixture)
    host = maps.url
    policy = (
        f"default-src 'none'; script-src 'nonce-n' {host}; connect-src {host}; img-src 'self' {host} data: blob:; "
        f"font-src {host}; worker-src blob: {host}; style-src 'nonce-n'"
    )
    html = """<!doctype html><html lang="en"><head><title>x</title><style nonce="n">#map { height: 400px }</style></head>
    <body><div id="map"></div><script nonce="n">VALUES</script><script src="HOST_URL/mk/5.x.x/mapkit.js"></script>
    <script nonce="n">mapkit.init({ authorizationCallback: done => done(TOKEN) });
    const map = new mapkit.Map("map", { center: new mapkit.Coordinate(60.1699, 24.9444), cameraDistance: 2000 });
    map.addAnnotation(new mapkit.MarkerAnnotation(map.center, { title: "A" }));
    const tiles = map.addTileOverlay(new mapkit.TileOverlay("/tile.svg"));
    let missing = 0;
    tiles.addEventListener("tile-error", () => missing++);</script></body></html>"""
    tile = b"<svg xmlns='http://www.w3.org/2000/svg' width='256' height='256'><rect width='99' height='99'/></svg>"
    site.headers["content-security-policy"] = policy
    try:
        opened = open_page(html=html, files={"/tile.svg": tile})
        opened.wait_until_drawn()
        opened.wait("() => map._stage.gl.isSourceLoaded(tiles._id)")
    finally:
        site.headers.clear()
    assert [line for line in opened.said if "Content Security Policy" in line or "violates" in line] == []
    assert opened.run("missing") == 0, "tiles of the page are pictures, which connect-src need not allow"
    assert opened.run("getComputedStyle(document.querySelector('.mk-marker')).width") == "40px"
    assert json.dumps(opened.said).count("uncaught") == 0
