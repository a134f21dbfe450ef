"""Events of the ledger reach webhooks signed, once each, and again when they failed."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from conftest import NOON, FixedClock
from receiving import Receiver
from trigpoint.authority import delivering
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.webhooks import IssuedWebhook
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.team import Team
from trigpoint.credentials.webhook import OLD_SECRETS, OVERLAP_S, WAITS_S, DeliveryState, WebhookState
from trigpoint.store.tables import old_secrets, webhooks


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def authority(database_url: str | None, home: Path, clock: FixedClock) -> Iterator[Authority]:
    opened = open_authority(home=home, database_url=database_url, clock=clock, webhook_networks="127.0.0.0/8")
    yield opened
    opened.close()


@pytest.fixture
def other(authority: Authority, database_url: str | None, home: Path, clock: FixedClock) -> Iterator[Authority]:
    """Another process of the same installation."""
    del authority
    opened = open_authority(home=home, database_url=database_url, clock=clock, webhook_networks="127.0.0.0/8")
    yield opened
    opened.close()


@pytest.fixture
def team(authority: Authority, operator: Actor) -> Team:
    return authority.teams.create(operator, "My Company")


@pytest.fixture
def issued(authority: Authority, operator: Actor, team: Team, receiver: Receiver) -> IssuedWebhook:
    return authority.webhooks.add(operator, url=receiver.url, team_id=team.team_id, events=["maps_id.*"])


def cause_an_event(authority: Authority, operator: Actor, team: Team, name: str = "one") -> None:
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=f"maps.com.{name}", description="Site")


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


def test_a_webhook_of_the_installation_hears_of_every_team(
    authority: Authority, operator: Actor, receiver: Receiver
) -> None:
    authority.webhooks.add(operator, url=receiver.url)
    authority.teams.create(operator, "One")
    authority.teams.create(operator, "Two")
    authority.signing_secrets.rotate(Actor.as_operator("test"))
    authority.deliverer.tick()
    assert receiver.kinds == ["team.created", "team.created", "signing_secret.rotated"]


def test_a_failed_message_is_tried_again_with_the_same_id(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver, clock: FixedClock
) -> None:
    receiver.status = 503
    cause_an_event(authority, operator, team)
    assert authority.deliverer.tick() == 1
    [waiting] = authority.webhooks.deliveries(operator, issued.record.webhook_id)
    assert (waiting.state, waiting.attempts, waiting.last_status) == (DeliveryState.WAITING, 1, 503)
    assert waiting.last_error == "The answer was 503, not 2xx."
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
    assert waiting.last_error == "The answer was 302, not 2xx."


def test_after_the_last_attempt_it_is_given_up_disabled_and_can_be_replayed(
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
    assert webhook.disabled_because == "It took no message for so long: The answer was 500, not 2xx."
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
    with pytest.raises(NotFoundError, match="There is no message with the id msg_none"):
        authority.webhooks.replay(operator, "msg_none")


def test_what_happens_while_it_is_paused_is_not_sent(
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


def test_an_edit_holds_for_what_happens_afterwards(
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


def signers_of(headers: dict[str, str], body: bytes, secrets: list[str]) -> list[int]:
    """Tell which secrets made the signatures of a message, in their order: as a receiver verifies them."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = []
    for secret in secrets:
        digest = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
        made.append("v1," + base64.b64encode(digest).decode())
    return [made.index(signature) for signature in headers["webhook-signature"].split(" ")]


def test_for_a_day_after_a_renewal_both_secrets_verify_a_message(
    authority: Authority, operator: Actor, issued: IssuedWebhook, receiver: Receiver, clock: FixedClock
) -> None:
    webhook_id = issued.record.webhook_id

    def who_signs(secrets: list[str]) -> list[int]:
        authority.webhooks.test(operator, webhook_id)
        assert authority.deliverer.tick() == 1
        return signers_of(*receiver.heard[-1], secrets)

    renewed = authority.webhooks.renew_secret(operator, webhook_id)
    assert renewed.secret != issued.secret
    assert renewed.secret not in repr(renewed)
    assert renewed.record.old_secret_until == (NOON + OVERLAP_S) * 1000
    assert authority.webhooks.get(operator, webhook_id) == renewed.record
    assert renewed.record.edition == issued.record.edition
    secrets = [issued.secret, renewed.secret]
    assert who_signs(secrets) == [1, 0]
    clock.now += OVERLAP_S - 1
    assert who_signs(secrets) == [1, 0]
    clock.now += 1
    assert who_signs(secrets) == [1]
    event = authority.audit.events(operator, kind=EventKind.WEBHOOK_SECRET_RENEWED)[0]
    assert (event.actor, event.subject) == ("operator:test", webhook_id)
    assert not [secret for secret in secrets if secret in str(authority.audit.events(operator))]


def test_a_secret_that_is_renewed_again_leaves_all_of_the_last_day_valid(
    authority: Authority, operator: Actor, issued: IssuedWebhook, receiver: Receiver, clock: FixedClock
) -> None:
    """A renewal whose answer was lost takes nothing from the receiver, which has the first secret still."""
    webhook_id = issued.record.webhook_id
    secrets = [issued.secret]
    for _ in range(OLD_SECRETS):
        secrets.append(authority.webhooks.renew_secret(operator, webhook_id).secret)
        clock.now += 60
    with pytest.raises(ConflictError, match=r"The secret was renewed 5 times within a day\. Renew it tomorrow\."):
        authority.webhooks.renew_secret(operator, webhook_id)
    authority.webhooks.test(operator, webhook_id)
    authority.deliverer.tick()
    assert signers_of(*receiver.heard[-1], secrets) == [5, 4, 3, 2, 1, 0]
    clock.now = NOON + OVERLAP_S
    secrets.append(authority.webhooks.renew_secret(operator, webhook_id).secret)
    with authority._store._engine.connect() as connection:
        assert len(connection.execute(select(old_secrets)).all()) == 5  # the first is forgotten
    authority.webhooks.remove(operator, webhook_id)
    with authority._store._engine.connect() as connection:
        assert connection.execute(select(old_secrets)).all() == []


def test_old_secrets_are_sealed_and_of_their_own_webhook(
    authority: Authority, operator: Actor, issued: IssuedWebhook, receiver: Receiver
) -> None:
    other = authority.webhooks.add(operator, url=receiver.url, events=["webhook.tested"])
    authority.webhooks.renew_secret(operator, issued.record.webhook_id)
    with authority._store._engine.connect() as connection:
        sealed = connection.execute(select(old_secrets.c.sealed)).scalar_one()
    assert base64.b64decode(issued.secret.removeprefix("whsec_")) not in sealed
    authority.webhooks.test(operator, other.record.webhook_id)
    authority.deliverer.tick()
    assert signers_of(*receiver.heard[-1], [other.secret]) == [0]


def test_a_test_message_reaches_a_webhook_that_wants_other_kinds(
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


def test_a_webhook_that_wants_everything_hears_of_its_test_once(
    authority: Authority, operator: Actor, team: Team, receiver: Receiver
) -> None:
    webhook = authority.webhooks.add(operator, url=receiver.url, team_id=team.team_id).record
    authority.webhooks.test(operator, webhook.webhook_id)
    assert authority.deliverer.tick() == 1
    assert receiver.kinds == ["webhook.tested"]


def test_whoever_may_not_change_webhooks_pauses_and_tests_none(
    authority: Authority, team: Team, issued: IssuedWebhook
) -> None:
    developer = Actor("jo@example.com", roles={team.team_id: Role.DEVELOPER})
    desk = authority.webhooks
    for act in (desk.pause, desk.resume, desk.test, desk.renew_secret):
        with pytest.raises(NotFoundError, match="There is no webhook with the id"):
            act(developer, issued.record.webhook_id)


def test_410_gone_disables_at_once(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    del issued
    receiver.status = 410
    cause_an_event(authority, operator, team)
    authority.deliverer.tick()
    [webhook] = authority.webhooks.list(operator)
    assert (webhook.state, webhook.disabled_because) == (WebhookState.DISABLED, "It answered 410 Gone.")
    cause_an_event(authority, operator, team, "two")
    assert authority.deliverer.tick() == 0
    receiver.status = 204
    [refused] = authority.webhooks.replay_failed(operator, webhook.webhook_id)
    assert authority.deliverer.tick() == 1  # the first event again, and not the second, which happened meanwhile
    assert receiver.heard[-1][0]["webhook-id"] == refused.delivery_id


def test_one_process_at_a_time_delivers(
    authority: Authority,
    other: Authority,
    operator: Actor,
    team: Team,
    issued: IssuedWebhook,
    receiver: Receiver,
    clock: FixedClock,
) -> None:
    del issued
    receiver.block = threading.Event()
    cause_an_event(authority, operator, team)
    sending = threading.Thread(target=authority.deliverer.tick)
    sending.start()
    assert receiver.called.wait(10)
    assert other.deliverer.tick() == 0
    receiver.block.set()
    sending.join()
    assert len(receiver.heard) == 1

    cause_an_event(authority, operator, team, "two")
    assert other.deliverer.tick() == 0  # the lease stands
    clock.now += 91
    assert other.deliverer.tick() == 1  # its holder has died
    assert authority.deliverer.tick() == 0


def test_a_process_that_stops_hangs_up_and_leaves_its_messages_to_others(
    authority: Authority, other: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    receiver.block = threading.Event()
    cause_an_event(authority, operator, team)
    sending = threading.Thread(target=authority.deliverer.tick)
    sending.start()
    assert receiver.called.wait(10)
    authority.deliverer.stop()
    sending.join()
    [waiting] = authority.webhooks.deliveries(operator, issued.record.webhook_id)
    assert (waiting.state, waiting.attempts) == (DeliveryState.WAITING, 0)
    receiver.block.set()
    assert other.deliverer.tick() == 1


def test_a_slow_receiver_makes_nobody_wait_but_itself(
    authority: Authority, other: Authority, operator: Actor, team: Team, receiver: Receiver, clock: FixedClock
) -> None:
    slow = Receiver()
    slow.block = threading.Event()
    quick_team = authority.teams.create(operator, "Quick")
    for number in range(delivering.TEAM_AT_ONCE + 2):  # more than may be called at once
        authority.webhooks.add(operator, url=f"{slow.url}/{number}", team_id=team.team_id, events=["maps_id.*"])
    authority.webhooks.add(operator, url=receiver.url, team_id=quick_team.team_id, events=["maps_id.*"])
    for number in range(delivering.LINE * 2):
        cause_an_event(authority, operator, team, f"slow{number}")
    cause_an_event(authority, operator, quick_team, "quick")
    begun = time.monotonic()
    assert authority.deliverer.tick() == 1
    assert receiver.kinds == ["maps_id.registered"]
    cause_an_event(authority, operator, quick_team, "again")
    clock.now += 89
    assert authority.deliverer.tick() == 1  # which keeps the lease, too
    clock.now += 89
    assert other.deliverer.tick() == 0
    assert len(receiver.heard) == 2
    assert time.monotonic() - begun < 10  # a call may take 20 seconds
    assert len(slow.heard) == delivering.TEAM_AT_ONCE
    slow.block.set()
    authority.deliverer.stop()
    slow.close()


def test_a_long_line_of_one_webhook_leaves_room_for_another(
    authority: Authority, operator: Actor, team: Team, receiver: Receiver
) -> None:
    hooks = [
        authority.webhooks.add(
            operator, url=f"{receiver.url}/{kind}", team_id=team.team_id, events=[f"{kind}.*"]
        ).record
        for kind in ("maps_id", "leak")
    ]
    for number in range(delivering.LINE + 1):
        cause_an_event(authority, operator, team, f"site{number}")
    authority.leaks.choose_for_keys(operator, team.team_id, suspend=True)
    authority._store.deliveries.fan_out(at=int(NOON * 1000))
    found = authority._store.deliveries.due(at=int(NOON * 1000), limit=delivering.LINE)
    counts = [sum(delivery.webhook_id == one.webhook_id for delivery, *_ in found) for one in hooks]
    assert counts[0] == delivering.LINE
    assert counts[1] >= 1
    assert authority._store.deliveries.due(at=int(NOON * 1000), limit=1, but=[one.webhook_id for one in hooks]) == []


def test_a_server_delivers_by_itself(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    del issued

    async def live() -> None:
        await authority.start()
        await asyncio.to_thread(cause_an_event, authority, operator, team)
        assert await asyncio.to_thread(receiver.called.wait, 10)
        await authority.stop()

    asyncio.run(live())
    assert receiver.kinds == ["maps_id.registered"]


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


def test_no_name_is_looked_up_for_somebody_who_may_not_add_a_webhook(
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


def test_who_may_change_webhooks(
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
    with pytest.raises(NotFoundError, match="There is no webhook with the id"):
        authority.webhooks.remove(stranger, webhook_id)
    with pytest.raises(NotFoundError):
        authority.webhooks.deliveries(admin, of_all.webhook_id)
    authority.webhooks.remove(admin, webhook_id)
    assert [one.webhook_id for one in authority.webhooks.list(operator)] == [of_all.webhook_id]


def test_a_removed_webhook_hears_nothing_more(
    authority: Authority, operator: Actor, team: Team, issued: IssuedWebhook, receiver: Receiver
) -> None:
    receiver.status = 500
    cause_an_event(authority, operator, team)
    authority.deliverer.tick()
    authority.webhooks.remove(operator, issued.record.webhook_id)
    assert authority.deliverer.tick() == 0
    assert len(receiver.heard) == 1
