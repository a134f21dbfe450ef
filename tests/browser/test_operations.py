"""Rotation in a browser from the first key to the revocation; origins tested while typing; a webhook that is tested."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.chromium import register_maps_id, set_up, violations
from browser.test_article import begin_key, exchange_and_geocode, team_id_of
from patience import PATIENCE_S
from receiving import Receiver
from served import Served, a_server

pytestmark = pytest.mark.xdist_group("browser")
IDENTIFIER = "maps.com.mycompany.mywebsite"


def download(page: Page, folder: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("button", name="Download").click()
    file = folder / started.value.suggested_filename
    started.value.save_as(file)
    return file


def wait_for_traffic(page: Page, words: str) -> None:
    """Load a key's page until the counters of the last second are written."""
    deadline = time.monotonic() + PATIENCE_S
    while words not in (told := page.locator("#safe").inner_text()):
        assert time.monotonic() < deadline, told
        page.wait_for_timeout(250)
        page.reload()


def test_a_key_is_rotated_downloaded_watched_and_revoked(
    page: Page, server: Served, set_up_link: str, tmp_path: Path
) -> None:
    set_up(page, set_up_link)
    team_id = team_id_of(page)
    register_maps_id(page, IDENTIFIER, "My website")
    begin_key(page, "Website", "On the server")
    page.get_by_role("button", name="Register").click()
    old = download(page, tmp_path)
    old_token, _ = exchange_and_geocode(server, old, team_id)
    page.goto(re.sub(r"/registered.*", "", page.url))
    address = page.url
    wait_for_traffic(page, "Not safe to revoke yet. It made every call of its Maps ID in the last 24 hours")
    assert violations(page) == []

    page.get_by_role("link", name="Rotate").click()
    page.get_by_role("heading", name="Rotate Website").wait_for()
    assert violations(page) == []
    expect(page.get_by_label("Name of the new key")).to_have_value("Website 2")
    page.get_by_role("button", name="Create the new key").dblclick()
    page.get_by_role("heading", name="Your key is registered").wait_for()
    new = download(page, tmp_path)
    assert new.name != old.name
    new_token, _ = exchange_and_geocode(server, new, team_id)

    page.get_by_role("link", name="the page of Website").click()
    expect(page.locator(".shares tbody tr")).to_have_count(2)  # the double click made one successor
    wait_for_traffic(page, "It made 2 of the 4 calls of its Maps ID")
    expect(page.locator(".shares tbody tr").first).to_contain_text("50.0 %")
    page.get_by_role("link", name="Revoke this key…").click()
    expect(page.get_by_role("note")).to_contain_text("Still in use")
    page.get_by_label("Superseded").check()
    page.get_by_label("Type the name of the key").fill("Website")
    page.get_by_role("button", name="Revoke").click()
    page.get_by_text("The key is revoked.").wait_for()
    assert page.url.split("?")[0] == address
    assert server.get("/v1/token", old_token).status_code == 401
    assert server.get("/v1/token", new_token).status_code == 200


def test_an_operator_sets_the_limit_of_a_team_and_running_servers_follow(
    page: Page, server: Served, set_up_link: str, tmp_path: Path
) -> None:
    set_up(page, set_up_link)
    team_id = team_id_of(page)
    register_maps_id(page, IDENTIFIER, "My website")
    begin_key(page, "Website", "On the server")
    page.get_by_role("button", name="Register").click()
    token, _ = exchange_and_geocode(server, download(page, tmp_path), team_id)
    page.goto(re.sub(r"/keys/.*", "/quotas", page.url))
    expect(page.get_by_text("Only an operator can change the limits of the team")).to_be_visible()
    assert server.trigpoint("person", "operator", "ada@example.com").returncode == 0
    page.reload()
    assert violations(page) == []
    page.get_by_label("At most service calls per day").fill("2")
    page.get_by_role("button", name="Set service calls per day").click()
    page.get_by_text("The limit was set. It applies at once.").wait_for()
    refused = server.get("/v1/token", token)
    assert (refused.status_code, refused.headers["ratelimit"].split(";")[1]) == (429, "r=0")
    assert violations(page) == []
    page.get_by_role("button", name="Reset to the default: 25,000 service calls per day").click()
    page.get_by_text("The limit was reset to the default.").wait_for()
    assert server.get("/v1/token", token).status_code == 200
    assert server.trigpoint("person", "operator", "ada@example.com", "--revoke").returncode == 0
    page.get_by_label("At most map views per day").fill("5")
    page.get_by_role("button", name="Set map views per day").click()
    page.get_by_text("The role Account Holder may not change quotas.").wait_for()


def test_origins_are_explained_and_tested_while_they_are_typed(
    page: Page, chromium: Browser, context: BrowserContext, set_up_link: str
) -> None:
    set_up(page, set_up_link)
    page.get_by_role("link", name="Maps tokens").click()
    page.get_by_label("Websites", exact=True).fill("*.example.com, deploy-*--site.example.app")
    told = page.locator("#origins-told")
    expect(told).to_contain_text("Pages on every subdomain of example.com, at any depth, on any port")
    page.get_by_label("Is a page allowed?").fill("https://deploy-7--site.example.app/map")
    expect(told).to_contain_text("would be accepted, because of the entry deploy-*--site.example.app")
    page.get_by_label("Is a page allowed?").fill("https://example.com")
    expect(told).to_contain_text("https://example.com would be refused: no entry covers it.")
    assert violations(page) == []
    page.get_by_label("Websites", exact=True).press("Enter")  # saves, and does not test
    page.get_by_text("The Maps token was created.").wait_for()
    page.get_by_label("Is a page allowed?").fill("https://a.b.example.com")
    expect(page.locator("#origins-told")).to_contain_text("would be accepted, because of the entry *.example.com")

    plain = chromium.new_context(java_script_enabled=False, storage_state=context.storage_state())
    without = plain.new_page()
    without.goto(page.url)
    without.get_by_label("Is a page allowed?").fill("https://example.com")
    without.get_by_role("button", name="Test").click()
    expect(without.locator("#origins-told")).to_contain_text("would be refused")
    without.get_by_role("link", name="← Maps tokens").click()
    without.get_by_label("Websites", exact=True).fill("localhost")
    without.get_by_label("Is a page allowed?").fill("http://127.0.0.1:5173")
    without.get_by_role("button", name="Test").click()
    expect(without.locator("#origins-told")).to_contain_text("http://127.0.0.1:5173 would be accepted")
    expect(without.get_by_label("Websites", exact=True)).to_have_value("localhost")
    plain.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def test_a_webhook_is_added_and_tested_and_the_result_is_shown(page: Page, receiver: Receiver, tmp_path: Path) -> None:
    with a_server(tmp_path / "inner", TRIGPOINT_WEBHOOK_NETWORKS="127.0.0.0/8") as server:
        set_up(page, server.url.replace("127.0.0.1", "localhost") + server.set_up_path())
        page.get_by_role("link", name="Webhooks").click()
        page.get_by_label("URL").fill("https://10.0.0.1/hook")
        page.get_by_label("Only these").check()
        page.get_by_label("Leaks leak.*").check()
        page.get_by_role("button", name="Add the webhook").click()
        expect(page.get_by_role("alert")).to_contain_text(
            "at a public address, or at one that TRIGPOINT_WEBHOOK_NETWORKS"
        )
        expect(page.get_by_label("Leaks leak.*")).to_be_checked()
        assert violations(page) == []
        page.get_by_label("URL").fill(receiver.url)
        page.get_by_role("button", name="Add the webhook").click()
        expect(page.locator("#secret")).to_contain_text("whsec_")
        assert violations(page) == []
        page.get_by_role("button", name="Send a test message").click()
        row = page.locator("#messages tbody tr")
        expect(row).to_contain_text("webhook.tested")
        expect(row).to_contain_text("delivered")  # the page asks again by itself
        assert receiver.kinds == ["webhook.tested"]
        assert violations(page) == []
        page.get_by_role("link", name="Renew the secret…").click()
        page.get_by_role("heading", name="Renew the secret").wait_for()
        assert violations(page) == []
        page.get_by_role("button", name="Renew the secret").click()
        expect(page.locator("#secret")).to_contain_text("whsec_")
        assert violations(page) == []
        page.get_by_role("button", name="Send a test message").click()
        expect(page.locator("#messages tbody tr").filter(has_text="delivered")).to_have_count(2)
        signatures = [headers["webhook-signature"].split(" ") for headers, _ in receiver.heard]
        assert [len(each) for each in signatures] == [1, 2]
        assert httpx.get(server.url + "/healthz", timeout=30).status_code == 200
