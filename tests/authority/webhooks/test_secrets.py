"""The secrets of a webhook: sealed, renewed, and each message signed with those of the last day."""

import base64
import hashlib
import hmac

import pytest
from sqlalchemy import select

from conftest import NOON, FixedClock
from receiving import Receiver
from trigpoint.authority.opening import Authority
from trigpoint.authority.webhooks import IssuedWebhook
from trigpoint.base.errors import ConflictError
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.webhook import OLD_SECRETS, OVERLAP_S
from trigpoint.store.tables import old_secrets


def secrets_that_signed(headers: dict[str, str], body: bytes, secrets: list[str]) -> list[int]:
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
        return secrets_that_signed(*receiver.heard[-1], secrets)

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


def test_after_several_renewals_all_secrets_of_the_last_day_are_valid(
    authority: Authority, operator: Actor, issued: IssuedWebhook, receiver: Receiver, clock: FixedClock
) -> None:
    """A renewal whose answer was lost takes nothing from the receiver, which has the first secret still."""
    webhook_id = issued.record.webhook_id
    secrets = [issued.secret]
    for _ in range(OLD_SECRETS):
        secrets.append(authority.webhooks.renew_secret(operator, webhook_id).secret)
        clock.now += 60
    with pytest.raises(ConflictError, match=r"The secret was renewed 5 times within a day\. Try again tomorrow\."):
        authority.webhooks.renew_secret(operator, webhook_id)
    authority.webhooks.test(operator, webhook_id)
    authority.deliverer.tick()
    assert secrets_that_signed(*receiver.heard[-1], secrets) == [5, 4, 3, 2, 1, 0]
    clock.now = NOON + OVERLAP_S
    secrets.append(authority.webhooks.renew_secret(operator, webhook_id).secret)
    with authority._store._engine.connect() as connection:
        assert len(connection.execute(select(old_secrets)).all()) == 5  # the first is forgotten
    authority.webhooks.remove(operator, webhook_id)
    with authority._store._engine.connect() as connection:
        assert connection.execute(select(old_secrets)).all() == []


def test_old_secrets_are_sealed_for_their_own_webhook(
    authority: Authority, operator: Actor, issued: IssuedWebhook, receiver: Receiver
) -> None:
    other = authority.webhooks.add(operator, url=receiver.url, events=["webhook.tested"])
    authority.webhooks.renew_secret(operator, issued.record.webhook_id)
    with authority._store._engine.connect() as connection:
        sealed = connection.execute(select(old_secrets.c.sealed)).scalar_one()
    assert base64.b64decode(issued.secret.removeprefix("whsec_")) not in sealed
    authority.webhooks.test(operator, other.record.webhook_id)
    authority.deliverer.tick()
    assert secrets_that_signed(*receiver.heard[-1], [other.secret]) == [0]
