"""The system's Chromium, driven by Playwright; and axe, which it runs in a page."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

FOR_PAGES = "chromium-headless-shell"
"""Chromium without windows: it draws pages by the same code, and starts none of the processes of menus and tabs."""
WITH_WINDOWS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WEBGL = (
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-gpu-compositing",
)
"""With these it draws maps without a graphics card, and only the maps: the page around them is put together without WebGL."""
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SERIOUS = ["serious", "critical"]
FIND_VIOLATIONS = """serious => axe.run(document, {resultTypes: ['violations']})
.then(({violations}) => violations.filter(({impact}) => serious.includes(impact)))"""
"""Runs every rule; the rules that the page keeps, 50 kB of them, are not brought here."""
ENDED = """Promise.allSettled(document.getAnimations().filter(one => one instanceof CSSTransition).map(one => one.finished))
.then(() => null)"""
"""Waits until the transitions that have begun have ended: half way, a button's colours have too little contrast."""
PASSWORD = "a heron stood there 7"


def find_chromium(*, with_windows: bool = False) -> str:
    """Find the system's Chromium: preferably the one for pages only, unless it is to be the one that people use.

    In CI there must be one; elsewhere the test is skipped without it.
    """
    for name in WITH_WINDOWS if with_windows else (FOR_PAGES, *WITH_WINDOWS):
        found = shutil.which(name)
        if found is not None:
            return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI has no Chromium: install the package '{FOR_PAGES}'.")
    pytest.skip(f"no Chromium here: install the package '{FOR_PAGES}' or 'chromium' to run the tests in a browser")


@contextmanager
def a_chromium(*, webgl: bool = False, with_windows: bool = False) -> Iterator[Browser]:
    """Run a Chromium."""
    path = find_chromium(with_windows=with_windows)
    flags = [flag for flag in FLAGS if flag != "--disable-gpu"] + list(WEBGL) if webgl else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags, headless=True)
        try:
            yield browser
        finally:
            browser.close()


def violations(page: Page) -> list[str]:
    """Run axe over a page at rest, and name each serious violation with where it is."""
    page.emulate_media(reduced_motion="reduce")  # no transition begins any more
    page.evaluate(ENDED)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(FIND_VIOLATIONS, SERIOUS)
    page.emulate_media(reduced_motion="no-preference")
    return [
        f"{one['id']}: {one['help']} at {node['target']}: {node.get('failureSummary', '')}"
        for one in found
        for node in one["nodes"]
    ]


def set_up(page: Page, link: str, *, email: str = "ada@example.com") -> None:
    """Make the first account with the set-up link."""
    page.goto(link)
    assert violations(page) == []
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Name of your team").fill("My Company")
    page.get_by_role("button", name="Create the account").click()
    page.get_by_role("heading", name="My Company").wait_for()


def register_maps_id(page: Page, identifier: str, description: str) -> None:
    """Walk through Identifiers to a Maps ID."""
    page.get_by_role("link", name="Identifiers", exact=True).click()
    page.get_by_role("link", name=re.compile("Maps ID$")).first.click()
    page.get_by_label("Description").fill(description)
    page.get_by_label("Identifier", exact=True).fill(identifier)
    page.get_by_text(f"{identifier} is available.").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Review the Maps ID").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Register").click()
    page.get_by_text("The Maps ID is registered.").wait_for()
