"""Identifiers: registering a Maps ID, editing and removing it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.roles import Actor, Role
from web.portal.browsing import Browser, Page
from web.portal.conftest import sign_in

IDENTIFIER = "maps.com.mycompany.mywebsite"


def register(browser: Browser, base: str, identifier: str = IDENTIFIER) -> Page:
    form = browser.open(f"{base}/identifiers/new")
    review = browser.press(form, "/review", description="My website", identifier=identifier)
    assert "Review the Maps ID" in review.text
    return browser.press(review, "/identifiers", "Register")


def test_a_maps_id_is_registered_step_by_step(ada: Browser, base: str) -> None:
    empty = ada.open(f"{base}/identifiers")
    assert "No Maps ID yet" in empty.text
    form = ada.open(f"{base}/identifiers/new")
    assert ("identifier", "maps.") in form.form("/review").fields
    page = register(ada, base)
    assert page.path == f"{base}/identifiers/{IDENTIFIER}"
    assert "The Maps ID is registered." in page.text
    assert IDENTIFIER in ada.open(f"{base}/identifiers").text.replace(" ", "")


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ("maps.com", "three or four fields separated by dots"),
        ("com.mycompany.mywebsite", "the first of them 'maps'"),
        ("maps.com.my_company", "digits and hyphens"),
        (IDENTIFIER.upper().replace("MAPS", "maps"), "is registered already, by your team"),
    ],
)
def test_the_rule_is_shown_while_typing_and_at_review(ada: Browser, base: str, identifier: str, told: str) -> None:
    register(ada, base)
    check = ada.open(f"{base}/identifiers/check?identifier={identifier}")
    assert told in check.text
    form = ada.open(f"{base}/identifiers/new")
    again = ada.press(form, "/review", description="My website", identifier=identifier)
    assert (again.status, told in again.text) == (400, True)
    assert ("identifier", identifier) in again.form("/review").fields


def test_a_free_identifier_is_shown_as_available(ada: Browser, base: str) -> None:
    assert f"{IDENTIFIER} is available." in ada.open(f"{base}/identifiers/check?identifier={IDENTIFIER}").text


def test_back_keeps_what_was_typed(ada: Browser, base: str) -> None:
    form = ada.open(f"{base}/identifiers/new")
    review = ada.press(form, "/review", description="My website", identifier=IDENTIFIER)
    again = ada.press(review, "/identifiers", "Back")
    assert {("description", "My website"), ("identifier", IDENTIFIER)} <= set(again.form("/review").fields)


def test_a_double_click_registers_once(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    form = ada.open(f"{base}/identifiers/new")
    review = ada.press(form, "/review", description="My website", identifier=IDENTIFIER)
    target, sent = review.form("/identifiers").fill({}, button="Register")
    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda _: ada.post(target, sent), range(2)))
    assert {page.path for page in pages} == {f"{base}/identifiers/{IDENTIFIER}"}
    assert sorted("nothing was created twice" in page.text for page in pages) == [False, True]
    assert len(authority.maps_ids.list(operator, team_id=team_id)) == 1


def test_search_and_filter(ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId) -> None:
    register(ada, base)
    register(ada, base, "maps.org.other")
    authority.keys.create(operator, team_id=team_id, name="One", maps_id=IDENTIFIER)
    found = ada.open(f"{base}/identifiers?q=OTHER").answer.text
    assert ("maps.org.other" in found, IDENTIFIER in found) == (True, False)
    used = ada.open(f"{base}/identifiers?show=used").answer.text
    assert (f"identifiers/{IDENTIFIER}" in used, "identifiers/maps.org.other" in used) == (True, False)
    assert "No Maps ID matches" in ada.open(f"{base}/identifiers?q=nothing").text


def test_concurrent_edits_are_refused_instead_of_lost(
    ada: Browser, base: str, as_role: Callable[[Role], Browser]
) -> None:
    register(ada, base)
    bob = as_role(Role.ADMIN)
    path = f"{base}/identifiers/{IDENTIFIER}"
    of_ada, of_bob = ada.open(path), bob.open(path)
    assert "The description was changed" in ada.press(of_ada, "", description="Ada's words").text
    refused = bob.press(of_bob, "", description="Bob's words")
    assert refused.status == 409
    assert "Somebody else has changed the description. It is now: Ada's words" in refused.text
    assert ("description", "Bob's words") in refused.form("").fields
    assert "The description was changed" in bob.press(refused, "", description="Both").text


def test_removal_is_refused_with_the_keys_that_use_it(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    register(ada, base)
    path = f"{base}/identifiers/{IDENTIFIER}/remove"
    asked = ada.open(path)
    key = authority.keys.create(operator, team_id=team_id, name="Website", maps_id=IDENTIFIER)
    refused = ada.press(asked, "")
    assert refused.status == 409
    assert "It cannot be removed, because it has 1 live key" in refused.text
    assert key.key_id in refused.text


def test_a_maps_id_is_removed(ada: Browser, base: str) -> None:
    register(ada, base)
    page = ada.press(ada.open(f"{base}/identifiers/{IDENTIFIER}/remove"), "", "Remove")
    assert "The Maps ID was removed." in page.text
    assert ada.open(f"{base}/identifiers/{IDENTIFIER}").status == 404


WRITES = ("review", "", f"{IDENTIFIER}", f"{IDENTIFIER}/remove")


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VIEWER])
@pytest.mark.parametrize("path", WRITES)
def test_lower_roles_see_and_change_nothing(
    ada: Browser, base: str, as_role: Callable[[Role], Browser], role: Role, path: str
) -> None:
    register(ada, base)
    low = as_role(role)
    assert low.open(f"{base}/identifiers/{IDENTIFIER}").status == 200
    assert "/identifiers/new" not in low.open(f"{base}/identifiers").answer.text
    token = dict(low.open("/account").form("/account/name").fields)["form_token"]
    fields = {"form_token": token, "identifier": "maps.org.new", "description": "New", "version": "1"}
    refused = low.post(f"{base}/identifiers/{path}".rstrip("/"), fields)
    assert refused.status == 403
    assert f"The role {role.words} may not register, edit or remove Maps IDs" in refused.text


def test_a_person_outside_the_team_finds_nothing(
    ada: Browser, base: str, authority: Authority, operator: Actor
) -> None:
    register(ada, base)
    other = authority.teams.create(operator, "Other")
    link = authority.members.invite(operator, team_id=other.team_id, role=Role.ADMIN, email="eve@example.com")
    eve = authority.people.join(link.secret, name="Eve", password="a heron stood there 7")
    browser = sign_in(Browser(authority), eve.email)
    for path in (base, f"{base}/identifiers", f"{base}/identifiers/{IDENTIFIER}", f"{base}/keys", f"{base}/activity"):
        assert browser.open(path).status == 404
    own = f"/teams/{other.team_id}/identifiers/{IDENTIFIER}"
    assert browser.open(own).status == 404


def test_a_visitor_without_a_session_is_sent_to_sign_in(authority: Authority, ada: Browser, base: str) -> None:
    register(ada, base)
    assert Browser(authority).open(f"{base}/identifiers").path == "/sign-in"
