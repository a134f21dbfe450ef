"""One Chromium for all tests here; a fresh server and a fresh profile for each test that needs them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.chromium import a_chromium
from patience import PATIENCE_S
from served import Served, a_server

expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(scope="module")  # while it runs, its loop is in the way of every test with a loop of its own
def chromium() -> Iterator[Browser]:
    with a_chromium() as browser:
        yield browser


@pytest.fixture
def server(tmp_path: Path, chromium: Browser) -> Iterator[Served]:
    assert chromium.is_connected()
    with a_server(tmp_path / "home") as served:
        yield served


@pytest.fixture
def url(server: Served) -> str:
    """The server's address with a name, which cookies and passkeys need."""
    return server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def set_up_link(server: Served, url: str) -> str:
    """The link for the first account; the log of a server does not have it."""
    return url + server.set_up_path()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(accept_downloads=True, locale="en-GB", timezone_id="Europe/Helsinki")
    context.set_default_timeout(PATIENCE_S * 1000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
