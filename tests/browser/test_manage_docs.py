"""The page of the management API in a browser: an operation is tried from its form, and axe finds nothing serious."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage

from browser.chromium import violations
from running import a_running_app
from trigpoint.authority.opening import open_authority
from trigpoint.credentials.roles import Actor, Role
from trigpoint.web.manage.app import build_manage
from web.manage.callers import World, a_world

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    authority = open_authority(home=tmp_path / "home")
    yield a_world(build_manage(authority), authority, Actor.as_operator("test"))
    authority.close()


@pytest.fixture
def docs(world: World) -> Iterator[str]:
    with a_running_app(world.app) as port:
        yield f"http://127.0.0.1:{port}/manage/docs"


def note(told: list[str], message: ConsoleMessage) -> None:
    if message.type == "error":
        told.append(message.text)


def test_an_operation_is_tried_from_its_form(world: World, docs: str, chromium: Browser) -> None:
    page = chromium.new_page()
    told: list[str] = []
    page.on("console", partial(note, told))
    token = world.caller(Role.ADMIN).token
    assert token is not None
    page.goto(f"{docs}#register_maps_id")
    form = page.locator("#register_maps_id")
    page.locator("#token").fill(token)
    form.get_by_label("team_id").fill(world.team)
    form.get_by_label("Body").fill('{"mapsId": "maps.com.tried", "description": "Tried"}')
    form.get_by_role("button", name="Do it").click()
    form.locator(".answer strong").wait_for()
    assert "201" in form.locator(".answer strong").inner_text()
    assert '"mapsId": "maps.com.tried"' in form.locator(".answer pre").inner_text()
    curl = form.locator(".curl").inner_text()
    assert curl.startswith("curl -X POST ")
    assert "$TRIGPOINT_API_TOKEN" in curl
    assert token not in page.content()
    assert told == []
    page.close()
    assert world.authority.maps_ids.get(world.operator, "maps.com.tried").description == "Tried"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_page_has_no_serious_violation_and_is_not_cut_off(
    docs: str, chromium: Browser, width: int, scheme: str
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=False)
    page = context.new_page()
    page.goto(docs)
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    context.close()
