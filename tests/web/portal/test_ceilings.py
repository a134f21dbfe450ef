"""The ceilings of a key in the portal, and the explanation and test of a list of origins."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from authority.people_builders import PASSWORD
from conftest import FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.ceilings import Ceilings
from trigpoint.credentials.key import Key, RevocationReason
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.session import PROOF_LIMIT_S
from web.portal.browsing import Browser, Page


@pytest.fixture
def key(authority: Authority, operator: Actor, team_id: TeamId) -> Key:
    authority.maps_ids.register(operator, team_id=team_id, identifier="maps.com.example", description="Site")
    return authority.keys.create(operator, team_id=team_id, name="Website", maps_id="maps.com.example")


@pytest.fixture
def path(base: str, key: Key) -> str:
    return f"{base}/keys/{key.key_id}/ceilings"


def save(browser: Browser, page: Page, *, scopes: tuple[str, ...] | None = None, **values: str) -> Page:
    """Press Save, with these scopes ticked (None: as they are)."""
    action, fields = page.form("/ceilings").fill(values)
    if scopes is not None:
        fields = [one for one in fields if one[0] != "scope"] + [("scope", scope) for scope in scopes]
    return browser.post(action, fields)


def test_a_key_without_ceilings_says_so(ada: Browser, path: str) -> None:
    page = ada.open(path)
    fields = page.form("/ceilings").fields
    assert {value for name, value in fields if name == "scope"} == set(Service)
    assert {("lifetime", ""), ("websites", ""), ("minute", "")} <= set(fields)
    assert ada.open(path.removesuffix("/ceilings")).text.count("no ceiling") == 3


def test_ceilings_are_set_shown_and_removed(
    ada: Browser, path: str, key: Key, authority: Authority, operator: Actor
) -> None:
    done = save(
        ada,
        ada.open(path),
        scopes=("mapkit_js",),
        lifetime="30",
        unit="days",
        websites="Example.com, *.example.com",
        minute="600",
    )
    assert "The ceilings were set." in done.text
    assert authority.keys.get(operator, key.key_id).ceilings == Ceilings(
        frozenset({Service.MAPKIT_JS}), 30 * 86_400, "example.com,*.example.com"
    )
    assert authority.quotas.calls_a_minute(operator, key.key_id) == 600
    for words in ("30 days at most", "600 at most", "Pages on every subdomain of example.com, at any depth"):
        assert words in done.text
    again = ada.open(path)
    assert {("lifetime", "30"), ("unit", "days"), ("websites", "example.com, *.example.com"), ("minute", "600")} <= set(
        again.form("/ceilings").fields
    )
    everything = tuple(sorted(Service))
    save(ada, again, scopes=everything, lifetime="", websites="", minute="")
    assert authority.keys.get(operator, key.key_id).ceilings == Ceilings()
    assert authority.quotas.calls_a_minute(operator, key.key_id) is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"lifetime": "x"}, "It must be a whole number, or empty for no ceiling."),
        ({"lifetime": "59", "unit": "seconds"}, "It must be a lifetime from 60 seconds to ten years"),
        ({"lifetime": "999999999999"}, "It must be a lifetime from 60 seconds to ten years"),
        ({"minute": "-1"}, "It must be a whole number, or empty for no limit."),
        ({"websites": "https://example.com/"}, "It must be origins without a path"),
        ({"websites": "exa mple.com"}, "It must be made of host names"),
    ],
)
def test_an_invalid_form_is_shown_again_with_its_error(
    ada: Browser, path: str, key: Key, authority: Authority, operator: Actor, values: dict[str, str], said: str
) -> None:
    page = save(ada, ada.open(path), **values)
    assert (page.status, said in page.text) == (400, True)
    assert set(values.items()) <= set(page.form("/ceilings").fields)
    assert authority.keys.get(operator, key.key_id) == key


def test_a_key_needs_at_least_one_scope(ada: Browser, path: str) -> None:
    page = save(ada, ada.open(path), scopes=())
    assert (page.status, "Choose at least one." in page.text) == (400, True)
    assert not [name for name, _ in page.form("/ceilings").fields if name == "scope"]


def test_concurrent_changes_of_ceilings_are_refused_instead_of_lost(
    ada: Browser, path: str, key: Key, as_role: Callable[[Role], Browser], authority: Authority, operator: Actor
) -> None:
    bob = as_role(Role.ADMIN)
    of_ada, of_bob = ada.open(path), bob.open(path)
    save(ada, of_ada, lifetime="7", minute="60")
    refused = save(bob, of_bob, lifetime="14")
    assert (refused.status, "Somebody else has changed this key." in refused.text) == (409, True)
    assert ("lifetime", "14") in refused.form("/ceilings").fields
    assert "The ceilings were set." in save(bob, refused).text
    assert authority.keys.get(operator, key.key_id).ceilings.lifetime_s == 14 * 86_400


def test_concurrent_changes_of_the_limit_per_minute_are_refused_too(
    ada: Browser, path: str, key: Key, authority: Authority, operator: Actor
) -> None:
    page = ada.open(path)
    authority.quotas.set_calls_a_minute(operator, key.key_id, most=60)
    refused = save(ada, page, minute="90")
    assert refused.status == 409
    assert {("minute", "90"), ("minute_before", "60")} <= set(refused.form("/ceilings").fields)
    assert authority.quotas.calls_a_minute(operator, key.key_id) == 60
    assert save(ada, page, lifetime="9").status == 200  # who did not touch the limit leaves it alone
    assert authority.quotas.calls_a_minute(operator, key.key_id) == 60


def test_a_revoked_key_has_no_ceilings_to_change(
    ada: Browser, path: str, key: Key, authority: Authority, operator: Actor
) -> None:
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED)
    assert ada.open(path).status == 409


def test_the_identity_must_be_confirmed_after_ten_minutes(ada: Browser, path: str, clock: FixedClock) -> None:
    clock.now += PROOF_LIMIT_S
    asked = save(ada, ada.open(path), scopes=("mapkit_js", "embed_api"), lifetime="7")
    assert "Confirm your identity" in asked.text
    done = ada.press(asked, "/ceilings", password_again=PASSWORD)
    assert "The ceilings were set." in done.text
    assert "ScopesMapKit JS, Maps Embed API Token lifetime7 days at most" in done.text


def test_an_origin_is_tested_without_javascript_and_nothing_is_saved(
    ada: Browser, path: str, key: Key, authority: Authority, operator: Actor
) -> None:
    typed = {"websites": "example.com:8443,*.example.com", "page": "https://www.example.com/map?x=1"}
    _, fields = ada.open(path).form("/ceilings").fill(typed, button="Test")
    page = ada.post(path, fields)
    assert page.status == 200
    assert "https://www.example.com/map?x=1 would be accepted, because of the entry *.example.com" in page.text
    assert "Pages on example.com, on port 8443 only; not on its subdomains." in page.text
    assert ("websites", "example.com:8443,*.example.com") in page.form("/ceilings").fields
    assert authority.keys.get(operator, key.key_id) == key


@pytest.mark.parametrize(
    ("websites", "page", "said"),
    [
        ("example.com", "https://example.com", "would be accepted, because of the entry example.com"),
        ("example.com", "www.example.com", "would be refused: no entry covers it"),
        ("*.example.com", "https://example.com", "would be refused"),
        ("localhost", "http://127.0.0.1:5173", "would be accepted, because of the entry localhost"),
        ("deploy-*--site.example.app", "https://deploy-7--site.example.app", "would be accepted"),
        ("deploy-*--site.example.app", "https://a.deploy-7--site.example.app", "would be refused"),
        (
            "example.com/,other.example",
            "https://other.example",
            "would be accepted, because of the entry other.example",
        ),
        ("example.com/", "", "Entries must be origins without a path"),
        ("example.com", "no page", "It must be the address of a page"),
        ("<b>", "https://<b>", "Entries must be made of host names"),
        ("", "https://example.com", ""),
    ],
)
def test_while_typing_each_entry_is_explained_and_the_origin_tested(
    ada: Browser, base: str, websites: str, page: str, said: str
) -> None:
    told = ada.open(f"{base}/origins?{urlencode({'websites': websites, 'page': page})}", **{"hx-request": "true"})
    assert told.status == 200
    assert said in told.text
    assert "<b>" not in told.answer.text


def test_the_explanation_is_for_the_team_only(base: str, authority: Authority) -> None:
    assert Browser(authority).open(f"{base}/origins").path == "/sign-in"
