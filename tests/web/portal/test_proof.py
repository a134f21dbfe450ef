"""Changes of rights need a recent confirmation of identity, so a stolen session cannot make them."""

from collections.abc import Callable

import pytest

from authority.people_builders import PASSWORD
from conftest import FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.session import PROOF_LIMIT_S
from web.portal.browsing import Browser

State = Callable[[], object]


@pytest.fixture
def ids(authority: Authority, operator: Actor, team_id: TeamId, as_role: Callable[[Role], Browser]) -> dict[str, str]:
    """Somebody to change, an API token and a webhook to end."""
    as_role(Role.VIEWER)
    members = authority.members.list(operator, team_id=team_id)
    (viewer,) = [one for one in members if one.membership.role is Role.VIEWER]
    token = authority.api_tokens.create(operator, name="Deployment", team_id=team_id, role=Role.ADMIN)
    active, paused = (
        authority.webhooks.add(operator, url="https://1.1.1.1/", team_id=team_id).record.webhook_id for _ in range(2)
    )
    authority.webhooks.pause(operator, paused)
    return {
        "PERSON": viewer.person.person_id,
        "TOKEN": token.record.token_id,
        "WEBHOOK": active,
        "PAUSED": paused,
    }


CHANGES = {
    "members/invite": {"email": "eve@example.com", "role": "admin"},
    "members/PERSON/role": {"role": "admin", "version": "1"},
    "members/PERSON/remove": {},
    "api-tokens/TOKEN/revoke": {},
    "webhooks/WEBHOOK/pause": {},
    "webhooks/PAUSED/resume": {},
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_identity_must_be_confirmed_after_ten_minutes(
    ada: Browser, base: str, ids: dict[str, str], clock: FixedClock, authority: Authority, operator: Actor, change: str
) -> None:
    path = f"{base}/{change}"
    for word, value in ids.items():
        path = path.replace(word, value)
    fields = dict(ada.open(f"{base}/membership").form("/membership/leaks").fields)
    before = authority.audit.events(operator)[0].sequence
    clock.now += PROOF_LIMIT_S
    asked = ada.post(path, {"form_token": fields["form_token"]} | CHANGES[change])
    assert "Confirm your identity" in asked.text
    assert authority.audit.events(operator)[0].sequence == before  # nothing has happened yet
    wrong = ada.press(asked, asked.forms[-1].action, password_again="not the password")
    assert (wrong.status, authority.audit.events(operator)[0].sequence) == (403, before)
    ada.press(asked, asked.forms[-1].action, password_again=PASSWORD)
    assert authority.audit.events(operator)[0].sequence > before


def test_leaving_a_team_needs_no_confirmation(as_role: Callable[[Role], Browser], base: str, clock: FixedClock) -> None:
    viewer = as_role(Role.VIEWER)
    page = viewer.open(f"{base}/members")
    clock.now += PROOF_LIMIT_S
    person = page.answer.text.split("/members/")[1].split("/")[0]
    left = viewer.press(viewer.open(f"{base}/members/{person}/remove"), "", "Leave")
    assert left.status == 200
    assert viewer.open(base).status == 404
