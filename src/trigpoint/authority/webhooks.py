"""The desk of webhooks: adding and changing them, and looking at and repeating their messages."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trigpoint.authority.once import remember_creation, require_first
from trigpoint.authority.outside import Outside, PrivateAddressError, UnreachableError
from trigpoint.authority.teams import find_team
from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Clock, later, now_ms, to_ms
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from trigpoint.base.ids import ENTROPY_BYTES, TeamId, ten_character_id
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.fingerprint import fingerprint
from trigpoint.credentials.once import Once
from trigpoint.credentials.roles import Actor, Permission
from trigpoint.credentials.webhook import (
    OLD_SECRETS,
    OVERLAP_S,
    SECRET_BYTES,
    Delivery,
    DeliveryState,
    Webhook,
    WebhookState,
    encode_secret,
    origin_of,
    read_description,
    read_events,
    read_url,
)
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader
from trigpoint.store.writer import Change

PAGE = 100
"""Messages that a list has by default."""


@dataclass(frozen=True, slots=True)
class IssuedWebhook:
    """A webhook with its new secret, which is not shown again."""

    secret: str
    record: Webhook

    def __repr__(self) -> str:
        """Keep the secret out of logs."""
        return f"IssuedWebhook({self.record.webhook_id})"


def secret_purpose(webhook_id: str) -> str:
    """Give the purpose with which the secret of a webhook is sealed."""
    return f"webhook:{webhook_id}"


class Webhooks:
    """Adds, lists, edits, pauses, tests and removes webhooks, and sends messages again."""

    def __init__(self, store: Store, vault: Vault, clock: Clock, outside: Outside) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._outside = outside

    def add(
        self,
        actor: Actor,
        *,
        url: str,
        team_id: str | None = None,
        events: Sequence[str] = (),
        description: str = "",
        once: Once | None = None,
    ) -> IssuedWebhook:
        """Add a webhook: events are sent to a URL from now on. Without a team, those of the whole installation (operator only).

        Raises `InvalidError` for a host with an address that is neither public nor allowed by the operator. A host without
        an address may be added, because it is resolved again for each message.
        """
        address = read_url(url, plain_allowed=bool(self._outside.allowed.texts))
        kinds, words = read_events(events), read_description(description)
        with self._store.read() as reader:
            _require_reach(reader, actor, team_id)  # before the host is resolved: only for actors who may add a webhook
        self._require_public(address)
        webhook_id = ten_character_id(secrets.token_bytes(ENTROPY_BYTES))
        secret, sealed = self._make_secret(webhook_id)
        at = now_ms(self._clock)
        with self._store.change() as change:
            team = _require_reach(change, actor, team_id)
            require_first(change, once)
            details: Details = {
                "url": origin_of(address),
                "fingerprint": fingerprint(address),
                "events": " ".join(kinds),
                "description": words,
                "secretFingerprint": fingerprint(sealed),
            }
            event = Event(EventKind.WEBHOOK_ADDED, actor.name, team, webhook_id, details)
            since = change.append(event, at=at).sequence
            webhook = Webhook(webhook_id, team, address, kinds, words, at, actor.name, since)
            change.webhooks.add(webhook, sealed)
            remember_creation(change, once, webhook_id, at=at)
        return IssuedWebhook(secret, webhook)

    def list(self, actor: Actor, *, team_id: str | None = None) -> Sequence[Webhook]:
        """List the webhooks of a team, or all that the actor may see, the oldest first."""
        with self._store.read() as reader:
            team = _require_reach(reader, actor, team_id) if team_id is not None else None
            return [webhook for webhook in reader.webhooks.all(team) if _may_see(actor, webhook)]

    def get(self, actor: Actor, webhook_id: str) -> Webhook:
        """Find one webhook."""
        with self._store.read() as reader:
            return find_webhook(reader, actor, webhook_id)

    def edit(
        self,
        actor: Actor,
        webhook_id: str,
        *,
        url: str | None = None,
        events: Sequence[str] | None = None,
        description: str | None = None,
        edition: str | None = None,
    ) -> Webhook:
        """Change URL, events or description of a webhook; None leaves a value unchanged. The secret stays the same.

        Waiting messages are sent to the new URL. With `edition`, raises StaleError if the webhook was edited since then.
        """
        before = self.get(actor, webhook_id)
        address = before.url if url is None else read_url(url, plain_allowed=bool(self._outside.allowed.texts))
        kinds = None if events is None else read_events(events)
        words = None if description is None else read_description(description)
        if address != before.url:
            self._require_public(address)
        at = now_ms(self._clock)
        with self._store.change() as change:
            webhook = find_webhook(change, actor, webhook_id)
            if edition is not None and edition != webhook.edition:
                raise StaleError(f"The webhook {webhook_id} was edited by somebody else meanwhile; read it again.")
            after = replace(
                webhook,
                url=webhook.url if url is None else address,
                events=webhook.events if kinds is None else kinds,
                description=webhook.description if words is None else words,
            )
            if after == webhook:
                return webhook
            if webhook.state is WebhookState.ACTIVE:
                change.webhooks.add_messages(webhook, at=at)  # for events before this edit, by the kinds before it
            details: Details = {
                "url": origin_of(after.url),
                "fingerprint": fingerprint(after.url),
                "events": " ".join(after.events),
                "description": after.description,
            }
            since = change.append(_event(EventKind.WEBHOOK_EDITED, actor, webhook, details), at=at).sequence
            change.webhooks.edit(replace(after, since=since))
        return replace(after, since=since)

    def renew_secret(self, actor: Actor, webhook_id: str, *, once: Once | None = None) -> IssuedWebhook:
        """Create a new secret. For a day, messages are signed with the old secret, too, until the receiver has the new one.

        Raises `ConflictError` if the secret was renewed five times within a day.
        """
        at = now_ms(self._clock)
        with self._store.change() as change:
            webhook = find_webhook(change, actor, webhook_id)
            require_first(change, once)
            if change.webhooks.count_old_secrets(webhook_id, at=at) >= OLD_SECRETS:
                raise ConflictError(f"The secret was renewed {OLD_SECRETS} times within a day. Try again tomorrow.")
            after = replace(webhook, old_secret_until=later(at, to_ms(OVERLAP_S)))
            secret, sealed = self._make_secret(webhook_id)
            details: Details = {
                "url": origin_of(webhook.url),
                "oldSecretUntil": after.old_secret_until,
                "secretFingerprint": fingerprint(sealed),
            }
            entry = change.append(_event(EventKind.WEBHOOK_SECRET_RENEWED, actor, webhook, details), at=at)
            change.webhooks.renew_secret(after, sealed, sequence=entry.sequence, at=at)
            remember_creation(change, once, webhook_id, at=at)
        return IssuedWebhook(secret, after)

    def pause(self, actor: Actor, webhook_id: str) -> Webhook:
        """Pause a webhook until it is resumed. Events from before the pause are sent then; events during it are never sent."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            webhook = find_webhook(change, actor, webhook_id)
            if webhook.state is WebhookState.DISABLED:
                raise ConflictError(f"The webhook {webhook.webhook_id} is disabled already: {webhook.disabled_because}")
            change.webhooks.add_messages(webhook, at=at)
            because = f"Paused by {actor.name}."
            change.webhooks.disable(webhook.webhook_id, because=because)
            change.append(_event(EventKind.WEBHOOK_PAUSED, actor, webhook, {"url": origin_of(webhook.url)}), at=at)
        return replace(webhook, state=WebhookState.DISABLED, disabled_because=because)

    def resume(self, actor: Actor, webhook_id: str) -> Webhook:
        """Send again what waits, and what happens from now on, to a webhook that was paused or disabled."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            webhook = find_webhook(change, actor, webhook_id)
            if webhook.state is WebhookState.ACTIVE:
                raise ConflictError(f"The webhook {webhook.webhook_id} is active.")
            event = _event(EventKind.WEBHOOK_RESUMED, actor, webhook, {"url": origin_of(webhook.url)})
            since = change.append(event, at=at).sequence
            change.webhooks.enable(webhook.webhook_id, since=since)
        return replace(webhook, state=WebhookState.ACTIVE, disabled_because=None, since=since)

    def test(self, actor: Actor, webhook_id: str) -> Delivery:
        """Send a message of the kind `webhook.tested` to a webhook, whichever kinds it has."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            webhook = find_webhook(change, actor, webhook_id)
            if webhook.state is WebhookState.DISABLED:
                raise ConflictError(f"The webhook {webhook.webhook_id} is disabled. Resume it, then test it.")
            entry = change.append(
                _event(EventKind.WEBHOOK_TESTED, actor, webhook, {"url": origin_of(webhook.url)}), at=at
            )
            return change.webhooks.add_message(webhook, entry, at=at)

    def remove(self, actor: Actor, webhook_id: str) -> Webhook:
        """Remove a webhook; its waiting messages are dropped."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            webhook = find_webhook(change, actor, webhook_id)
            change.webhooks.remove(webhook.webhook_id)
            change.append(_event(EventKind.WEBHOOK_REMOVED, actor, webhook, {"url": origin_of(webhook.url)}), at=at)
        return webhook

    def deliveries(
        self,
        actor: Actor,
        webhook_id: str,
        *,
        state: DeliveryState | None = None,
        before: int | None = None,
        limit: int = PAGE,
    ) -> Sequence[Delivery]:
        """List the messages to a webhook of the last 30 days, the newest first; with `before`, those of earlier sequences."""
        with self._store.read() as reader:
            webhook = find_webhook(reader, actor, webhook_id)
            return reader.webhooks.deliveries(webhook.webhook_id, state=state, before=before, limit=limit)

    def replay(self, actor: Actor, delivery_id: str) -> Delivery:
        """Send one message again, with the same ID; a disabled webhook becomes active."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            delivery = change.webhooks.delivery(delivery_id)
            if delivery is None:
                raise _no_delivery(delivery_id)
            try:
                webhook = find_webhook(change, actor, delivery.webhook_id)
            except NotFoundError:
                raise _no_delivery(delivery_id) from None
            change.webhooks.send_again(delivery.delivery_id, at=at)
            self._note_replay(change, actor, webhook, delivery.delivery_id)
            again = change.webhooks.delivery(delivery_id)
            return again or delivery

    def replay_failed(self, actor: Actor, webhook_id: str) -> Sequence[Delivery]:
        """Send all failed messages again, the oldest first; a disabled webhook becomes active."""
        at = now_ms(self._clock)
        with self._store.change() as change:
            webhook = find_webhook(change, actor, webhook_id)
            failed = change.webhooks.deliveries(webhook_id, state=DeliveryState.FAILED, limit=10_000)[::-1]
            for one in failed:
                change.webhooks.send_again(one.delivery_id, at=at)
            self._note_replay(change, actor, webhook, f"{len(failed)} failed")
            return [found for one in failed if (found := change.webhooks.delivery(one.delivery_id)) is not None]

    def _note_replay(self, change: Change, actor: Actor, webhook: Webhook, what: str) -> None:
        event = _event(EventKind.WEBHOOK_REPLAYED, actor, webhook, {"messages": what})
        since = change.append(event, at=now_ms(self._clock)).sequence
        if webhook.state is WebhookState.DISABLED:
            change.webhooks.enable(webhook.webhook_id, since=since)

    def _make_secret(self, webhook_id: str) -> tuple[str, bytes]:
        """Create a secret; give it as text, and sealed."""
        secret = encode_secret(secrets.token_bytes(SECRET_BYTES))
        return secret, self._vault.seal(secret.encode("ascii"), secret_purpose(webhook_id))

    def _require_public(self, url: str) -> None:
        try:
            self._outside.check(url)
        except PrivateAddressError as error:
            rule = "at a public address, or at one that TRIGPOINT_WEBHOOK_NETWORKS allows"
            raise InvalidError("url", rule, example="https://example.com/trigpoint", received=url) from error
        except UnreachableError:
            return


def find_webhook(reader: Reader, actor: Actor, webhook_id: str) -> Webhook:
    """Find a webhook; raise NotFoundError if there is none, or if the actor may not see it."""
    webhook = reader.webhooks.find(webhook_id)
    if webhook is None or not _may_see(actor, webhook):
        raise NotFoundError(f"There is no webhook with the ID {webhook_id}.")
    return webhook


def _event(kind: EventKind, actor: Actor, webhook: Webhook, details: Details) -> Event:
    return Event(kind, actor.name, webhook.team_id, webhook.webhook_id, details)


def _no_delivery(delivery_id: str) -> NotFoundError:
    return NotFoundError(f"There is no message with the ID {delivery_id} (any more): messages are kept for 30 days.")


def _may_see(actor: Actor, webhook: Webhook) -> bool:
    return actor.operator if webhook.team_id is None else actor.may(Permission.CHANGE_WEBHOOKS, webhook.team_id)


def _require_reach(reader: Reader, actor: Actor, team_id: str | None) -> TeamId | None:
    if team_id is None:
        if not actor.operator:
            raise ForbiddenError("Only the operator may add a webhook for the whole installation; name a team.")
        return None
    team = find_team(reader, actor, team_id).team_id
    actor.require(Permission.CHANGE_WEBHOOKS, team)
    return team
