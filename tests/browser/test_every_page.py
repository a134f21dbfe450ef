"""Every page, in light and dark, wide and narrow: axe finds nothing serious, and nothing is cut off at 360 px."""

import json
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage

from browser.chromium import violations
from browser.take_screenshots import STATE, fill
from served import Served

pytestmark = pytest.mark.xdist_group("browser")


def note_error(broken: list[str], message: ConsoleMessage) -> None:
    """Keep what the console complains about, such as a script that the policy refused."""
    if message.type == "error":
        broken.append(message.text)


def test_no_page_has_a_serious_violation_or_is_cut_off(server: Served, chromium: Browser, tmp_path: Path) -> None:
    url = server.url.replace("127.0.0.1", "localhost")
    found: dict[str, list[str]] = {}
    pages = fill(server, chromium, tmp_path)
    assert len(pages) > 20
    for width, scheme in ((1280, "light"), (360, "dark")):
        signed_in = chromium.new_context(
            storage_state=STATE["path"], color_scheme=scheme, viewport={"width": width, "height": 800}
        )
        stranger = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
        broken: list[str] = []
        pages_of = [context.new_page() for context in (signed_in, stranger)]  # each new one costs as much as axe does
        for page in pages_of:
            page.on("console", partial(note_error, broken))
        for name, (path, token) in pages.items():
            page = pages_of[name in {"sign-in", "invitation"}]
            page.goto(url + path)
            if token:
                page.get_by_label("Token or URL").fill(token)
                page.get_by_role("button", name="Check it").click()
            page.wait_for_load_state("networkidle")
            told = violations(page)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                told.append(f"cut off at {width} px")
            if told:
                found[f"{name} {width} {scheme}"] = told
        refusals = [text for text in broken if "404" not in text]  # one of the pages is one that is not there
        assert refusals == []
        signed_in.close()
        stranger.close()
    assert found == {}, json.dumps(found, indent=1)
