"""The portal's own map in a real browser: it is drawn under the portal's policy, in light and dark, for everyone."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.chromium import a_chromium, set_up, violations

pytestmark = pytest.mark.xdist_group("browser")
DRAWN = "#map[data-state=idle]"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A Chromium that has WebGL."""
    with a_chromium(webgl=True) as browser:
        yield browser


def test_the_map_is_drawn_in_light_and_dark_and_ends_with_the_session(page: Page, set_up_link: str) -> None:
    asked: list[tuple[int, str]] = []
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: asked.append((answer.status, answer.url)))
    set_up(page, set_up_link)
    page.get_by_role("link", name="Map", exact=True).click()
    page.locator(DRAWN).wait_for(timeout=90_000)
    assert violations(page) == []
    for part in ("/ti/style/standard-light.json", "/ti/osm/", "/ti/world/", "/ti/fonts/", "/ti/sprites/"):
        assert any(part in address for _, address in asked), part
    with page.expect_response("**/ti/style/standard-dark.json*"):
        page.get_by_label("Dark").check()
    with page.expect_response("**/ti/style/muted-dark.json*"):
        page.get_by_label("Muted").check()
    page.set_viewport_size({"width": 360, "height": 740})
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("region", name="Map. Arrow keys move it").focus()
    code = page.locator("#code-center")
    before = code.inner_text()
    assert before.startswith("60.1"), "the centre of the streets, not that of the box of tiles"
    page.keyboard.press("ArrowLeft")
    expect(code).not_to_have_text(before)
    page.get_by_role("link", name="© OpenStreetMap contributors").wait_for()
    assert refused == []
    assert {status for status, _ in asked} <= {200, 204, 303, 304}
    access = page.locator("#map").get_attribute("data-access")
    renewing = f"fetch({json.dumps(access)}, {{redirect: 'manual'}}).then(answer => answer.ok)"
    assert page.evaluate(renewing) is True
    page.context.clear_cookies()
    assert page.evaluate(renewing) is False
