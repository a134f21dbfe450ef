"""The Snapshot studio in a real browser: a snapshot composed on the map, painted, and signed in the browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from browser.chromium import a_chromium, set_up, violations
from served import Served

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A Chromium that has WebGL."""
    with a_chromium(webgl=True) as browser:
        yield browser


def a_key_of_the_team(server: Served, team_id: str, folder: Path) -> Path:
    maps_id = ("maps-id", "register", "maps.com.studio", "--team", team_id, "--description", "Studio")
    server.trigpoint(*maps_id).check_returncode()
    key = ("key", "create", "Studio", "--team", team_id, "--maps-id", "maps.com.studio", "--out", str(folder))
    server.trigpoint(*key).check_returncode()
    return next(folder.glob("AuthKey_*.p8"))


def test_a_snapshot_is_composed_painted_and_signed_in_the_browser(
    page: Page, set_up_link: str, server: Served, tmp_path: Path
) -> None:
    said: list[str] = []
    sent: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    set_up(page, set_up_link)
    page.get_by_role("link", name="Map", exact=True).click()
    team_id = re.search(r"/teams/([A-Z0-9]{10})", page.url)
    assert team_id is not None
    file = a_key_of_the_team(server, team_id[1], tmp_path)
    page.get_by_role("link", name="Snapshot studio").click()
    page.get_by_role("button", name="Create a Maps token for seven days").click()
    page.locator("#s-map canvas.rt-root").wait_for()
    image = page.locator("#s-picture")
    image.wait_for(state="visible")
    assert page.evaluate("document.getElementById('s-picture').naturalWidth") == 1200
    page.locator("#s-map canvas.rt-root").click(position={"x": 150, "y": 200})
    expect(page.locator("#s-items li")).to_have_count(1)
    page.get_by_label("A click on the map adds").select_option(label="a point of a line")
    page.locator("#s-map canvas.rt-root").click(position={"x": 120, "y": 120})
    page.locator("#s-map canvas.rt-root").click(position={"x": 220, "y": 160})
    expect(page.locator("#s-items li")).to_have_count(2)
    expect(page.locator("#s-items")).to_contain_text("2 points")  # a tap counts once no second one can follow
    page.get_by_label("Scale").select_option("1")
    page.get_by_role("button", name="Update the preview").click()
    expect(page.locator("#s-size")).to_contain_text(re.compile("^600 . 400 pixels"))
    command = page.locator("#s-command").inner_text()
    assert command.startswith(f"trigpoint snapshot sign --team {team_id[1]} --private-key {file.name} 'http")
    assert page.locator("#s-string").inner_text().startswith("/api/v1/snapshot?center=60.")
    assert violations(page) == []
    page.locator("#s-file").set_input_files(file)
    signed = page.locator("#s-signed")
    signed.wait_for(state="visible")
    answer = httpx.get(signed.inner_text(), timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    secret = file.read_text().splitlines()[1]
    assert not [line for line in sent if secret[:30] in line], "the key stays in the browser"
    foreign = tmp_path / "AuthKey_AAAAAAAAAA.p8"
    foreign.write_text(file.read_text())
    page.locator("#s-file").set_input_files(foreign)
    expect(page.locator("#s-wrong")).to_have_text(
        "The file has the key AAAAAAAAAA, which is not a live key of this team for snapshots."
    )
    page.set_viewport_size({"width": 360, "height": 740})
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert said == []
