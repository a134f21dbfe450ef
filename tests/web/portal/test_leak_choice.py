"""The team's choice about leaked keys, on its membership page."""

from collections.abc import Callable

import pytest

from authority.people_builders import PASSWORD, a_member
from conftest import FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.session import PROOF_LIMIT_S
from web.portal.browsing import Browser
from web.portal.conftest import sign_in

ACTION = "/membership/leaks"


def test_an_admin_chooses_and_the_ledger_has_one_entry(
    base: str, as_role: Callable[[Role], Browser], authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    admin = as_role(Role.ADMIN)
    page = admin.open(f"{base}/membership")
    assert ("leaked_keys", "report") in page.form(ACTION).fields
    for _ in range(2):
        saved = admin.press(page, ACTION, leaked_keys="suspend")
        assert "The setting for leaked keys was saved." in saved.text
    assert ("leaked_keys", "suspend") in saved.form(ACTION).fields
    assert authority.teams.get(operator, team_id).suspends_leaked_keys
    (entry,) = authority.audit.events(operator, team_id=team_id, kind="leak.choice_set")
    assert entry.actor == "admin@example.com"
    assert "chose what happens to leaked keys" in admin.open(f"{base}/activity").text


@pytest.mark.parametrize("choice", ["", "both"])
def test_only_the_two_options_are_accepted(ada: Browser, base: str, choice: str) -> None:
    page = ada.press(ada.open(f"{base}/membership"), ACTION, leaked_keys=choice)
    assert (page.status, "suspend or report" in page.text) == (400, True)


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VIEWER])
def test_lower_roles_see_the_choice_only(base: str, as_role: Callable[[Role], Browser], role: Role) -> None:
    low = as_role(role)
    page = low.open(f"{base}/membership")
    assert "A leaked key is only reported. An Admin can change this." in page.text
    token = dict(low.open("/account").form("/account/name").fields)["form_token"]
    assert low.post(f"{base}{ACTION}", {"form_token": token, "leaked_keys": "suspend"}).status == 403


def test_a_person_outside_the_team_cannot_choose(base: str, authority: Authority, operator: Actor) -> None:
    other = authority.teams.create(operator, "Other").team_id
    eve = sign_in(Browser(authority), a_member(authority, other, Role.ADMIN, email="eve@example.com").email)
    token = dict(eve.open("/account").form("/account/name").fields)["form_token"]
    assert eve.post(f"{base}{ACTION}", {"form_token": token, "leaked_keys": "suspend"}).status == 404


def test_the_identity_must_be_confirmed_after_ten_minutes(ada: Browser, base: str, clock: FixedClock) -> None:
    clock.now += PROOF_LIMIT_S
    asked = ada.press(ada.open(f"{base}/membership"), ACTION, leaked_keys="suspend")
    assert "Confirm your identity" in asked.text
    done = ada.press(asked, ACTION, password_again=PASSWORD)
    assert ("leaked_keys", "suspend") in done.form(ACTION).fields
