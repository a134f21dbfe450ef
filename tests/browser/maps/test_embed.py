"""Embedded maps in real frames: on a site that the token allows, on one that it does not, and after the key's end."""

import json
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Frame, Page

from browser.maps.conftest import Maps, Open, make_key
from browser.maps.site import Site
from patience import PATIENCE_S

pytestmark = pytest.mark.xdist_group("maps")

OWN = "127.0.0.1"
"""The host of the site in these tests."""


@pytest.fixture(scope="module")
def places(maps: Maps) -> dict[str, str]:
    """Place IDs of the sample, by name."""
    access = json.loads(maps.server.get("/v1/token", maps.signer.auth_token()).text)["accessToken"]
    found = {}
    for name in ("Ateneum", "Stockmann"):
        answer = maps.server.get(f"/v1/search?q={name}", access).json()
        found[name] = str(answer["results"][0]["id"])
    return found


def frame_of(opened_page: Page) -> Frame:
    frames = [frame for frame in opened_page.frames if frame.parent_frame is not None]
    assert len(frames) == 1
    return frames[0]


def iframe(address: str, *, size: tuple[int, int] = (600, 400)) -> str:
    source = address.replace("&", "&amp;").replace('"', "&quot;")
    width, height = size
    return f'<!doctype html><title>A blog</title><iframe title="Map" width="{width}" height="{height}" src="{source}"></iframe>'


DRAWN = (
    "() => { const gl = window.mapkit?.maps[0]?._stage.gl; return gl && gl.getStyle()?.layers.length > 9"
    " && gl.loaded() && gl.areTilesLoaded() && gl.queryRenderedFeatures().length > 0; }"
)


def test_a_place_in_a_frame_of_a_site_that_the_token_allows(
    maps: Maps, open_page: Open, places: dict[str, str]
) -> None:
    token = replace(maps.signer, scope="embed_api", origin=OWN).sign()
    foreign: list[str] = []
    opened = open_page(html=iframe(f"{maps.url}/embed/v1/place?place={places['Ateneum']}&token={token}"))
    opened.page.on("request", lambda request: foreign.append(request.url))
    frame = frame_of(opened.page)
    frame.wait_for_function(DRAWN)
    assert frame.locator("h1").inner_text() == "Ateneum"
    assert frame.locator(".kind").inner_text().lower() == "museum"
    assert frame.evaluate("mapkit.maps[0].selectedAnnotation.title") == "Ateneum"
    assert [url for url in foreign if not url.startswith((maps.url, "blob:", "data:"))] == []
    assert opened.said == [] or all("favicon" in line or "404" in line for line in opened.said)


def test_a_small_dark_frame_shows_several_pins_with_one_selected(
    maps: Maps, open_page: Open, places: dict[str, str]
) -> None:
    token = replace(maps.signer, scope="embed_api", origin=OWN).sign()
    pins = quote(json.dumps([{"place": places["Ateneum"]}, {"place": places["Stockmann"], "selected": 1}]))
    address = f"{maps.url}/embed/v1/embed?annotations={pins}&colorScheme=adaptive&token={token}"
    opened = open_page(html=iframe(address, size=(300, 200)), color_scheme="dark")
    frame = frame_of(opened.page)
    frame.wait_for_function(DRAWN)
    assert frame.evaluate("mapkit.maps[0].annotations.map(one => one.title)") == ["Ateneum", "Stockmann"]
    assert frame.evaluate("mapkit.maps[0].selectedAnnotation.title") == "Stockmann"
    assert frame.evaluate("mapkit.maps[0].element.classList.contains('mk-dark')") is True
    inside = (
        "one => { const box = one.element.getBoundingClientRect(); return box.top > 0 && box.bottom < innerHeight }"
    )
    assert frame.evaluate(f"mapkit.maps[0].annotations.every({inside})") is True


def test_a_website_that_the_token_does_not_name_gets_the_reason_and_cannot_hide_its_origin(
    maps: Maps, site: Site, drawing: Browser, places: dict[str, str]
) -> None:
    token = replace(maps.signer, scope="embed_api", origin="blog.example").sign()
    address = f"{maps.url}/embed/v1/place?place={places['Ateneum']}&token={token}"
    hidden = iframe(address).replace("<iframe", '<iframe referrerpolicy="no-referrer"')
    site.pages |= {"/told.html": iframe(address).encode(), "/hidden.html": hidden.encode()}
    context = drawing.new_context()
    try:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{site.url}/told.html")
        frame = frame_of(page)
        assert frame.locator("h1").inner_text() == "This map cannot be shown"
        assert (
            f"The request's Origin is '{site.url}'; the token allows 'blog.example'."
            in frame.locator("main").inner_text()
        )
        said.clear()
        page.goto(f"{site.url}/hidden.html")
        deadline = time.monotonic() + PATIENCE_S
        while not any("frame-ancestors" in line for line in said):
            assert time.monotonic() < deadline, said
            page.wait_for_timeout(40)
    finally:
        context.close()


def test_an_embedded_map_says_when_its_key_has_ended(
    maps: Maps, open_page: Open, places: dict[str, str], tmp_path: Path
) -> None:
    signer = make_key(maps.server, maps.team_id, tmp_path, "An embedding blog")
    token = replace(signer, scope="embed_api", origin=OWN).sign()
    opened = open_page(html=iframe(f"{maps.url}/embed/v1/place?place={places['Stockmann']}&token={token}"))
    frame = frame_of(opened.page)
    frame.wait_for_function(DRAWN)
    maps.server.trigpoint("key", "revoke", signer.key_id, "--reason", "compromised", "--yes").check_returncode()
    frame.evaluate("void mapkit.maps[0].setCenterAnimated(new mapkit.Coordinate(60.1599, 24.9244), false)")
    frame.locator("#trouble").wait_for(state="visible")
    assert frame.locator("#trouble").inner_text() == "This map cannot be shown any longer: its token is now refused."


def test_without_javascript_the_place_card_and_a_link_are_shown(
    maps: Maps, open_page: Open, places: dict[str, str]
) -> None:
    token = replace(maps.signer, scope="embed_api", origin=OWN).sign()
    opened = open_page(
        html=iframe(f"{maps.url}/embed/v1/place?place={places['Ateneum']}&token={token}"), java_script_enabled=False
    )
    frame = frame_of(opened.page)
    assert "Kaivokatu 2" in frame.locator("#card").inner_text()
    link = frame.locator("noscript a, .note a").first
    assert str(link.get_attribute("href")).startswith("https://www.openstreetmap.org/?mlat=60.1")
