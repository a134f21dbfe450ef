"""The ledger hides from its readers what they may not see elsewhere; the chain can still be verified."""

import json
from dataclasses import replace

import pytest

from conftest import NOON
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.webhook import render_message

SECRET = "T0000/B0000/XXXXXXXXXXXX"
URL = f"https://1.1.1.1:8443/services/{SECRET}?token=abc"
SEES = {Role.ACCOUNT_HOLDER, Role.ADMIN}


@pytest.fixture
def team_id(authority: Authority, operator: Actor) -> TeamId:
    return authority.teams.create(operator, "My Company").team_id


@pytest.fixture
def history(authority: Authority, operator: Actor, team_id: TeamId) -> None:
    """All that happens to a webhook and an invitation, and an entry as it was written before."""
    webhook = authority.webhooks.add(operator, url=URL, team_id=team_id).record.webhook_id
    authority.webhooks.edit(operator, webhook, url=f"{URL}2")
    authority.webhooks.renew_secret(operator, webhook)
    authority.webhooks.test(operator, webhook)
    authority.webhooks.pause(operator, webhook)
    authority.webhooks.resume(operator, webhook)
    authority.webhooks.remove(operator, webhook)
    link = authority.members.invite(operator, team_id=team_id, role=Role.ADMIN, email="eve@example.com").link
    authority.members.withdraw(operator, team_id=team_id, link_id=link.link_id)
    with authority._store.change() as change:
        old = Event(EventKind.WEBHOOK_ADDED, operator.name, team_id, "OLD", {"url": URL, "events": "*"})
        change.append(old, at=int(NOON * 1000))
        change.append(replace(old, kind=EventKind.WEBHOOK_REMOVED, details={}), at=int(NOON * 1000))


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("role", Role)
def test_invited_addresses_are_shown_only_to_those_who_may_see_them(
    authority: Authority, team_id: TeamId, role: Role
) -> None:
    actor = Actor("jo@example.com", roles={team_id: role})
    entries = authority.audit.events(actor, team_id=team_id)
    text = json.dumps([entry.details for entry in entries])
    assert ("eve@example.com" in text) is (role in SEES)
    assert (SECRET in text) is (role in SEES)  # only in the entry of the earlier version
    assert text.count("https://1.1.1.1:8443") == 8
    assert len([entry for entry in entries if entry.kind.startswith("webhook.")]) == 9


@pytest.mark.usefixtures("history")
def test_new_entries_and_messages_have_only_the_origin_of_a_webhook_url(
    authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    entries = authority.audit.events(operator, team_id=team_id)
    with_secret = [entry.subject for entry in entries if SECRET in json.dumps(entry.details)]
    assert with_secret == ["OLD"]
    assert all(SECRET.encode() not in render_message(entry) for entry in entries)
    assert authority.audit.verify().holds
