"""Events of the ledger are delivered to webhooks, signed, once each, and retried after failures."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from authority.webhooks.causing import cause_an_event
from conftest import NOON, FixedClock
from receiving import Receiver
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.webhooks import IssuedWebhook
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.team import Team
from trigpoint.credentials.webhook import WAITS_S, DeliveryState, WebhookState
from trigpoint.store.tables import webhooks


def test_an_event_is_delivered_signed_and_once(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    cause_an_event(authority, operator, team)
    authority.teams.create(operator, "Another")
    assert authority.deliverer.tick() == 1
    assert authority.deliverer.tick() == 0
    [(headers, body)] = receiver.heard
    assert json.loads(body)["type"] == "maps_id.registered"
    assert json.loads(body)["data"]["subject"] == "maps.com.one"
    assert headers["content-type"] == "application/json"
    key = base64.b64decode(issued.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(NOON))
    [delivery] = authority.webhooks.deliveries(operator, issued.record.webhook_id)
    assert delivery.state is DeliveryState.DELIVERED
    assert delivery.delivery_id == headers["webhook-id"]
    assert delivery.last_status == 204


def test_the_secret_is_sealed_and_shown_once(authority: Authority, operator: Actor, issued: IssuedWebhook) -> None:
    assert issued.secret not in repr(issued)
    with authority._store._engine.connect() as connection:
        sealed = connection.execute(select(webhooks.c.sealed)).scalar_one()
    assert base64.b64decode(issued.secret.removeprefix("whsec_")) not in sealed
    assert issued.secret.encode() not in sealed
    assert issued.secret not in str(authority.audit.events(operator))


def test_events_from_before_the_webhook_are_not_sent(
    authority: Authority, operator: Actor, team: Team, receiver: Receiver
) -> None:
    cause_an_event(authority, operator, team)
    authority.webhooks.add(operator, url=receiver.url, team_id=team.team_id)
    assert authority.deliverer.tick() == 0
    cause_an_event(authority, operator, team, "two")
    authority.deliverer.tick()
    assert receiver.kinds == ["maps_id.registered"]


def test_a_webhook_of_the_installation_receives_events_of_every_team(
    authority: Authority, operator: Actor, receiver: Receiver
) -> None:
    authority.webhooks.add(operator, url=receiver.url)
    authority.teams.create(operator, "One")
    authority.teams.create(operator, "Two")
    authority.signing_secrets.rotate(Actor.as_operator("test"))
    authority.deliverer.tick()
    assert receiver.kinds == ["team.created", "team.created", "signing_secret.rotated"]


def test_a_failed_message_is_retried_with_the_same_id(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.status = 503
    cause_an_event(authority, operator, team)
    assert authority.deliverer.tick() == 1
    [waiting] = authority.webhooks.deliveries(operator, issued.record.webhook_id)
    assert (waiting.state, waiting.attempts, waiting.last_status) == (DeliveryState.WAITING, 1, 503)
    assert waiting.last_error == "The status of the response was 503, not 2xx."
    clock.now += 4
    assert authority.deliverer.tick() == 0
    receiver.status = 200
    clock.now += 2
    assert authority.deliverer.tick() == 1
    first, second = receiver.heard
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert int(second[0]["webhook-timestamp"]) == int(first[0]["webhook-timestamp"]) + 6
    assert authority.webhooks.deliveries(operator, issued.record.webhook_id, state=DeliveryState.DELIVERED)


def test_a_redirect_is_a_failure(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    receiver.status = 302
    cause_an_event(authority, operator, team)
    authority.deliverer.tick()
    [waiting] = authority.webhooks.deliveries(operator, issued.record.webhook_id)
    assert waiting.last_error == "The status of the response was 302, not 2xx."


def test_after_the_last_attempt_the_webhook_is_disabled_and_the_message_can_be_replayed(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.status = 500
    cause_an_event(authority, operator, team)
    for wait in (*WAITS_S, 0):
        assert authority.deliverer.tick() == 1
        clock.now += wait * 1.1 + 1
    assert authority.deliverer.tick() == 0
    webhook_id = issued.record.webhook_id
    [failed] = authority.webhooks.deliveries(operator, webhook_id, state=DeliveryState.FAILED)
    assert failed.attempts == len(WAITS_S) + 1
    [webhook] = authority.webhooks.list(operator)
    assert webhook.state is WebhookState.DISABLED
    assert webhook.disabled_because == "All attempts have failed: The status of the response was 500, not 2xx."
    assert authority.audit.events(operator, kind=EventKind.WEBHOOK_DISABLED)[0].subject == webhook_id

    receiver.status = 200
    assert [one.state for one in authority.webhooks.replay_failed(operator, webhook_id)] == [DeliveryState.WAITING]
    assert authority.webhooks.list(operator)[0].state is WebhookState.ACTIVE
    assert authority.deliverer.tick() == 1
    assert receiver.heard[-1][0]["webhook-id"] == failed.delivery_id


def test_a_delivered_message_can_be_replayed(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    cause_an_event(authority, operator, team)
    authority.deliverer.tick()
    [delivery] = authority.webhooks.deliveries(operator, issued.record.webhook_id)
    authority.webhooks.replay(operator, delivery.delivery_id)
    assert authority.deliverer.tick() == 1
    assert receiver.heard[0][1] == receiver.heard[1][1]
    with pytest.raises(NotFoundError, match="There is no message with the ID msg_none"):
        authority.webhooks.replay(operator, "msg_none")


def test_events_while_it_is_paused_are_not_sent(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    webhook_id = issued.record.webhook_id
    cause_an_event(authority, operator, team, "before")
    paused = authority.webhooks.pause(operator, webhook_id)
    assert (paused.state, paused.disabled_because) == (WebhookState.DISABLED, "Paused by operator:test.")
    assert authority.webhooks.get(operator, webhook_id) == paused
    with pytest.raises(ConflictError, match="is disabled already: Paused by operator:test"):
        authority.webhooks.pause(operator, webhook_id)
    cause_an_event(authority, operator, team, "meanwhile")
    assert authority.deliverer.tick() == 0

    resumed = authority.webhooks.resume(operator, webhook_id)
    assert authority.webhooks.get(operator, webhook_id) == resumed
    with pytest.raises(ConflictError, match="is active"):
        authority.webhooks.resume(operator, webhook_id)
    cause_an_event(authority, operator, team, "after")
    authority.deliverer.tick()
    subjects = [json.loads(body)["data"]["subject"] for _, body in receiver.heard]
    assert subjects == ["maps.com.before", "maps.com.after"]
    kinds = [entry.kind for entry in authority.audit.events(operator, subject=webhook_id)]
    assert kinds == ["webhook.resumed", "webhook.paused", "webhook.added"]


def test_an_edit_applies_to_later_events(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    webhook = issued.record
    cause_an_event(authority, operator, team, "before")
    after = authority.webhooks.edit(operator, webhook.webhook_id, events=["webhook.tested"], edition=webhook.edition)
    assert authority.webhooks.get(operator, webhook.webhook_id) == after
    assert (after.url, after.description) == (webhook.url, webhook.description)
    with pytest.raises(StaleError, match="edited by somebody else meanwhile"):
        authority.webhooks.edit(operator, webhook.webhook_id, description="Late", edition=webhook.edition)
    assert authority.webhooks.edit(operator, webhook.webhook_id, events=["webhook.tested"]) == after
    cause_an_event(authority, operator, team, "after")
    authority.webhooks.test(operator, webhook.webhook_id)
    authority.deliverer.tick()
    assert receiver.kinds == ["maps_id.registered", "webhook.tested"]
    assert len(authority.audit.events(operator, kind=EventKind.WEBHOOK_EDITED)) == 1
    for wrong in ({"url": "https://10.0.0.1/"}, {"events": ["nothing"]}, {"description": "x" * 201}):
        with pytest.raises(InvalidError):
            authority.webhooks.edit(operator, webhook.webhook_id, **wrong)  # type: ignore[arg-type]


def test_a_test_message_is_sent_to_a_webhook_of_other_events(
    authority: Authority, operator: Actor, issued: IssuedWebhook, receiver: Receiver
) -> None:
    delivery = authority.webhooks.test(operator, issued.record.webhook_id)
    assert (delivery.kind, delivery.state) == ("webhook.tested", DeliveryState.WAITING)
    assert authority.deliverer.tick() == 1
    assert receiver.kinds == ["webhook.tested"]
    assert receiver.heard[0][0]["webhook-id"] == delivery.delivery_id
    authority.webhooks.pause(operator, issued.record.webhook_id)
    with pytest.raises(ConflictError, match=r"is disabled\. Resume it, then test it\."):
        authority.webhooks.test(operator, issued.record.webhook_id)


def test_a_webhook_of_all_events_receives_its_test_message_once(
    authority: Authority, operator: Actor, team: Team, receiver: Receiver
) -> None:
    webhook = authority.webhooks.add(operator, url=receiver.url, team_id=team.team_id).record
    authority.webhooks.test(operator, webhook.webhook_id)
    assert authority.deliverer.tick() == 1
    assert receiver.kinds == ["webhook.tested"]


def test_a_member_who_may_not_change_webhooks_can_neither_pause_nor_test_them(
    authority: Authority, team: Team, issued: IssuedWebhook
) -> None:
    developer = Actor("jo@example.com", roles={team.team_id: Role.DEVELOPER})
    desk = authority.webhooks
    for act in (desk.pause, desk.resume, desk.test, desk.renew_secret):
        with pytest.raises(NotFoundError, match="There is no webhook with the ID"):
            act(developer, issued.record.webhook_id)


def test_a_410_response_disables_the_webhook_at_once(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    del issued
    receiver.status = 410
    cause_an_event(authority, operator, team)
    authority.deliverer.tick()
    [webhook] = authority.webhooks.list(operator)
    assert (webhook.state, webhook.disabled_because) == (WebhookState.DISABLED, "It responded with 410 Gone.")
    cause_an_event(authority, operator, team, "two")
    assert authority.deliverer.tick() == 0
    receiver.status = 204
    [refused] = authority.webhooks.replay_failed(operator, webhook.webhook_id)
    assert authority.deliverer.tick() == 1  # the first event again, and not the second, which happened meanwhile
    assert receiver.heard[-1][0]["webhook-id"] == refused.delivery_id


def test_a_private_address_is_refused_when_it_is_added(home: Path, operator: Actor, clock: FixedClock) -> None:
    authority = open_authority(home=home, clock=clock)
    try:
        with pytest.raises(InvalidError, match="must be at a public address, or at one that TRIGPOINT_WEBHOOK_NETWO"):
            authority.webhooks.add(operator, url="https://127.0.0.1/hook")
        with pytest.raises(InvalidError, match="must be an https URL"):
            authority.webhooks.add(operator, url="http://example.com/hook")
        assert authority.webhooks.list(operator) == []
    finally:
        authority.close()


def test_no_name_is_resolved_for_an_actor_who_may_not_add_a_webhook(
    authority: Authority, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    monkeypatch.setattr(authority.webhooks, "_require_public", looked_up.append)
    viewer = Actor("vi@example.com", roles={team.team_id: Role.VIEWER})
    with pytest.raises(ForbiddenError):
        authority.webhooks.add(viewer, url="https://inner.example.com/", team_id=team.team_id)
    assert looked_up == []


def test_a_network_that_is_no_longer_allowed_is_not_called(
    authority: Authority,
    database_url: str | None,
    home: Path,
    operator: Actor,
    team: Team,
    issued: IssuedWebhook,
    receiver: Receiver,
    clock: FixedClock,
) -> None:
    cause_an_event(authority, operator, team)
    strict = open_authority(home=home, database_url=database_url, clock=clock)
    try:
        assert strict.deliverer.tick() == 1
    finally:
        strict.close()
    assert receiver.heard == []
    [waiting] = authority.webhooks.deliveries(operator, issued.record.webhook_id)
    assert "has the address 127.0.0.1, which is not public" in (waiting.last_error or "")


def test_which_roles_may_change_webhooks(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    admin = Actor("jo@example.com", roles={team.team_id: Role.ADMIN})
    developer = Actor("al@example.com", roles={team.team_id: Role.DEVELOPER})
    stranger = Actor("eve@example.com")
    webhook_id = issued.record.webhook_id
    of_all = authority.webhooks.add(operator, url=receiver.url).record
    assert [one.webhook_id for one in authority.webhooks.list(admin)] == [webhook_id]
    assert authority.webhooks.list(developer) == []
    with pytest.raises(ForbiddenError, match="The role Developer may not see, add or remove webhooks"):
        authority.webhooks.add(developer, url=receiver.url, team_id=team.team_id)
    with pytest.raises(ForbiddenError, match="The role Developer may not see, add or remove webhooks"):
        authority.webhooks.list(developer, team_id=team.team_id)
    with pytest.raises(ForbiddenError, match="Only the operator may add a webhook for the whole installation"):
        authority.webhooks.add(admin, url=receiver.url)
    with pytest.raises(NotFoundError, match="There is no webhook with the ID"):
        authority.webhooks.remove(stranger, webhook_id)
    with pytest.raises(NotFoundError):
        authority.webhooks.deliveries(admin, of_all.webhook_id)
    authority.webhooks.remove(admin, webhook_id)
    assert [one.webhook_id for one in authority.webhooks.list(operator)] == [of_all.webhook_id]


def test_a_removed_webhook_receives_nothing_more(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    receiver.status = 500
    cause_an_event(authority, operator, team)
    authority.deliverer.tick()
    authority.webhooks.remove(operator, issued.record.webhook_id)
    assert authority.deliverer.tick() == 0
    assert len(receiver.heard) == 1
