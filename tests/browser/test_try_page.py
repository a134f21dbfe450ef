"""The page Try it in a real browser: a token, search while typing, directions, the address of a click, each call shown."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.chromium import a_chromium, set_up, violations

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A Chromium that has WebGL."""
    with a_chromium(webgl=True) as browser:
        yield browser


def test_everything_can_be_tried_on_one_page_and_every_call_is_shown(page: Page, set_up_link: str) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    set_up(page, set_up_link)
    page.get_by_role("link", name="Map", exact=True).click()
    page.get_by_role("link", name=re.compile("^Try it")).click()
    page.get_by_role("button", name="Create a Maps token for seven days").click()
    page.locator("#try-map canvas.rt-root").wait_for()
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("kiasm", delay=30)
    page.get_by_role("option").first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.get_by_role("button", name=re.compile("Kiasma")).first.wait_for()
    why = page.get_by_role("link", name="Why these places?")
    expect(why).to_have_attribute("href", re.compile(r"/map/why\?q=[^&]*Kiasma[^&]*&near=60\.\d+%2C2\d\."))
    calls = page.locator(".try-call")
    expect(calls.first).to_contain_text("/v1/search ")
    expect(calls.first).to_contain_text("200")
    command = page.locator(".try-command code").first.inner_text()
    assert command.startswith('curl -H "Authorization: Bearer $TOKEN" \'http')
    assert violations(page) == []
    page.get_by_label("From").fill("Ateneum, Helsinki")
    page.get_by_label("To", exact=True).fill("60.1668, 24.9430")
    page.get_by_label("Transport type").select_option(label="On foot")
    page.get_by_role("button", name="Directions").click()
    expect(page.locator("#try-told")).to_have_text(re.compile(r"^[\d.]+ k?m, \d+ min"))
    assert page.locator("#try-found li").count() > 1
    expect(calls.first).to_contain_text("/v1/directions")
    page.locator("#try-map canvas.rt-root").click(position={"x": 250, "y": 300})  # beside icons and routes
    expect(page.locator("#try-told")).to_have_text(re.compile(r"^\d+\.\d+, \d+\.\d+: "))
    page.set_viewport_size({"width": 360, "height": 740})
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert refused == []
