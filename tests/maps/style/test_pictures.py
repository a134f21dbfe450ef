"""The map as a person sees it, in a real Chromium: each style at two places, compared with kept pictures.

The measure is perceptual: both pictures are made small, and each dot's colours are compared in OKLab, where equal
distances look alike. A mean below ALIKE is the same map for a person; antialiasing, GPUs and a label that found
another place stay far below it, and another palette or a missing layer is far above.

`TRIGPOINT_KEEP_PICTURES=1` takes the pictures anew, to be looked at before they are committed.
"""

import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from browser.chromium import find_chromium
from maps.style.district import MIDDLE, a_map_server
from trigpoint.engines.tiles.importing.writers import find_tippecanoe
from trigpoint.maps.style import SCHEMES

pytestmark = [
    pytest.mark.skipif(find_tippecanoe() is None, reason="needs tippecanoe: pip install cubao-tippecanoe"),
    pytest.mark.xdist_group("pictures"),
]

KEPT = Path(__file__).parent / "pictures"
FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
ALIKE = 0.006
PLACES = {"town": ((MIDDLE[1], MIDDLE[0]), 15.05), "district": ((MIDDLE[1] + 0.002, MIDDLE[0]), 13.2)}
PICTURES = [(style, scheme, place) for style in ("standard", "muted") for scheme in SCHEMES for place in PLACES]
MEASURE = """async ([one, other]) => {
  const [w, h] = [96, 72];
  const dots = await Promise.all([one, other].map(async source => {
    const image = new Image(); image.src = source; await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), {width: w, height: h});
    const context = canvas.getContext("2d"); context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, w, h);
    return context.getImageData(0, 0, w, h).data;
  }));
  const lab = (data, i) => {
    const [r, g, b] = [0, 1, 2].map(k => data[i + k] / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    const l = Math.cbrt(.4122214708 * r + .5363325363 * g + .0514459929 * b);
    const m = Math.cbrt(.2119034982 * r + .6806995451 * g + .1073969566 * b);
    const s = Math.cbrt(.0883024619 * r + .2817188376 * g + .6299787005 * b);
    return [.2104542553 * l + .793617785 * m - .0040720468 * s, 1.9779984951 * l - 2.428592205 * m + .4505937099 * s,
      .0259040371 * l + .7827717662 * m - .808675766 * s];
  };
  let sum = 0;
  for (let i = 0; i < w * h * 4; i += 4) {
    const [a, b] = [lab(dots[0], i), lab(dots[1], i)];
    sum += Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  }
  return sum / (w * h);
}"""

UNTIL_READY = """async () => {
  for (let tries = 0; tries < 200 && !window.show; tries++) await new Promise(done => setTimeout(done, 50));
  return "show" in window;
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of 480 by 360 on the district's server."""
    with a_map_server(tmp_path_factory.mktemp("district")) as url:
        page = chromium.new_page(viewport={"width": 480, "height": 360})
        page.set_default_timeout(60_000)
        page.goto(url)
        assert page.evaluate(UNTIL_READY)
        yield page
        page.close()


def take(page: Page, style: str, scheme: str, place: str, *, language: str = "en") -> str:
    """Show the map, check that MapLibre reports no error, and return the image as a data: URL."""
    center, zoom = PLACES[place]
    address = f"/ti/style/{style}-{scheme}.json?lang={language}"
    problems = page.evaluate("([...given]) => window.show(...given)", [address, list(center), zoom])
    assert problems == []
    drawn = page.evaluate("window.map.getCanvas().toDataURL('image/webp', 0.82)")
    assert isinstance(drawn, str)
    return drawn


@pytest.fixture(scope="module")
def taken(page: Page) -> dict[tuple[str, str, str], str]:
    return {picture: take(page, *picture) for picture in PICTURES}


@pytest.mark.parametrize("picture", PICTURES, ids="-".join)
def test_the_map_looks_as_it_did(
    page: Page, taken: dict[tuple[str, str, str], str], picture: tuple[str, str, str]
) -> None:
    name = "-".join(picture) + ".webp"
    if os.environ.get("TRIGPOINT_KEEP_PICTURES") == "1":
        (KEPT / name).write_bytes(base64.b64decode(taken[picture].partition(",")[2]))
    distance = page.evaluate(MEASURE, [taken[picture], f"/kept/{name}"])
    assert distance < ALIKE, (
        "it looks different: see what is drawn, then keep the new picture (first lines of this file)"
    )


def test_the_measure_tells_styles_and_schemes_apart(page: Page, taken: dict[tuple[str, str, str], str]) -> None:
    standard = taken["standard", "light", "town"]
    assert page.evaluate(MEASURE, [standard, standard]) == 0
    for other in (("muted", "light", "town"), ("standard", "dark", "town"), ("standard", "light", "district")):
        assert page.evaluate(MEASURE, [standard, taken[other]]) > 1.5 * ALIKE, other


def test_a_language_changes_the_names_and_little_else(page: Page, taken: dict[tuple[str, str, str], str]) -> None:
    russian = take(page, "standard", "light", "town", language="ru")
    names = page.evaluate(
        "() => window.map.queryRenderedFeatures({layers: ['osm-town']}).map(one => one.properties.name_ru)"
    )
    assert names == ["Митфорд"]
    assert 0 < page.evaluate(MEASURE, [taken["standard", "light", "town"], russian]) < 3 * ALIKE


def test_a_page_with_the_documented_content_security_policy_shows_the_map(chromium: Browser, page: Page) -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "mapkit.md").read_text(encoding="utf-8")
    written = re.search(r"```\n(script-src[^`]+)```", guide)
    assert written is not None
    server = page.url.rstrip("/")
    policy = " ".join(written[1].split()).replace("https://maps.example.com", server)
    policy = "default-src 'none'; " + policy.replace("script-src", "script-src 'nonce-page'")
    elsewhere = chromium.new_page()
    refused: list[str] = []
    elsewhere.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
    elsewhere.goto(f"{server.replace('127.0.0.1', 'localhost')}/elsewhere?{policy}")
    assert elsewhere.evaluate(UNTIL_READY), refused
    style = f"{server}/ti/style/standard-light.json?lang=en"
    assert elsewhere.evaluate("([...given]) => window.show(...given)", [style, *PLACES["town"]]) == []
    assert elsewhere.evaluate("() => window.map.queryRenderedFeatures({layers: ['osm-town']}).length") == 1
    assert refused == []
    elsewhere.close()
