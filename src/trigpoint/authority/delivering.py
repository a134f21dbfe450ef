"""Delivering: events of the ledger become messages, and messages are sent, off the request's way.

One process at a time holds a lease and delivers. It may die at any moment: what it had not noted as delivered is sent
again, under the same id (at least once, as every webhook).
"""

import logging
import secrets
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from trigpoint.authority.outside import Outside, UnreachableError
from trigpoint.authority.vault import Vault
from trigpoint.authority.webhooks import secret_purpose
from trigpoint.base.clock import Clock
from trigpoint.base.errors import UnavailableError
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.roles import SYSTEM
from trigpoint.credentials.webhook import (
    Delivery,
    DeliveryState,
    Webhook,
    WebhookState,
    render_message,
    sign_message,
    wait_after,
)
from trigpoint.store.opening import Store

LEASE_S = 90
AT_ONCE = 8
"""Webhooks that are called at the same time."""
BATCH = 100
GONE = 410
USER_AGENT = "Trigpoint-Webhooks/1 (+https://www.standardwebhooks.com)"
_LOG = logging.getLogger("trigpoint.webhooks")


@dataclass(frozen=True, slots=True)
class _Message:
    delivery: Delivery
    webhook: Webhook
    sealed: Sequence[bytes]
    entry: Entry


class Deliverer:
    """Sends what is due. `tick` is called about once a second, by every process."""

    def __init__(self, store: Store, vault: Vault, clock: Clock, outside: Outside) -> None:
        self._store = store
        self._queue = store.deliveries
        self._vault = vault
        self._clock = clock
        self._outside = outside
        self._name = secrets.token_hex(8)
        self._busy = threading.Lock()
        self._stopping = False

    def tick(self) -> int:
        """Send what is due, if this process has the lease; give how many attempts were made."""
        with self._busy:
            return 0 if self._stopping else self._deliver()

    def stop(self) -> None:
        """Hang up on calls that are under way, and wait until nothing is being sent; their messages stay due."""
        self._stopping = True
        self._outside.hang_up()
        with self._busy:
            self._queue.let_go(self._name)

    def _deliver(self) -> int:
        at = self._now()
        if not self._queue.has_work(at=at) or not self._queue.hold(self._name, at=at, until=at + LEASE_S * 1000):
            return 0
        self._queue.fan_out(at=at)
        due = [_Message(*parts) for parts in self._queue.due(at=at, limit=BATCH)]
        lines: dict[str, list[_Message]] = {}
        for message in due:
            lines.setdefault(message.webhook.webhook_id, []).append(message)
        if not lines:
            return 0
        with ThreadPoolExecutor(min(AT_ONCE, len(lines)), thread_name_prefix="webhook") as threads:
            return sum(threads.map(self._send_line, lines.values()))

    def _send_line(self, messages: Sequence[_Message]) -> int:
        """Send the messages of one webhook in order, up to the first that fails: the others wait for the next tick."""
        for number, message in enumerate(messages, 1):
            if self._stopping or self._attempt(message).state is not DeliveryState.DELIVERED:
                return number
        return len(messages)

    def _attempt(self, message: _Message) -> Delivery:
        at = self._now()
        body = render_message(message.entry)
        delivery = replace(message.delivery, attempts=message.delivery.attempts + 1, last_at=at)
        try:
            purpose = secret_purpose(message.webhook.webhook_id)
            secrets_of_now = [self._vault.open(sealed, purpose).decode("ascii") for sealed in message.sealed]
            signed = sign_message(secrets_of_now, message=delivery.delivery_id, at=at // 1000, body=body)
            headers = {"content-type": "application/json", "user-agent": USER_AGENT, **signed}
            status: int | None = self._outside.post(message.webhook.url, body, headers)
            error = None if status is not None and 200 <= status < 300 else f"The answer was {status}, not 2xx."
        except (UnreachableError, UnavailableError) as trouble:
            status, error = None, str(trouble)
        if self._stopping and status is None:
            return delivery
        after = self._judge(replace(delivery, last_status=status, last_error=error))
        self._queue.note(after)
        if status == GONE:
            self._disable(message.webhook, "It answered 410 Gone.")
        elif after.state is DeliveryState.FAILED:
            self._disable_silent(message.webhook, after)
        return after

    def _judge(self, delivery: Delivery) -> Delivery:
        """Say what becomes of a message after an attempt."""
        if delivery.last_error is None:
            return replace(delivery, state=DeliveryState.DELIVERED)
        wait = None if delivery.last_status == GONE else wait_after(delivery.attempts, delivery.delivery_id)
        if wait is None:
            return replace(delivery, state=DeliveryState.FAILED)
        return replace(delivery, next_at=self._now() + wait * 1000)

    def _disable_silent(self, webhook: Webhook, delivery: Delivery) -> None:
        """Disable a webhook that has taken nothing since the message that was given up was made."""
        with self._store.read() as reader:
            found = reader.webhooks.find(webhook.webhook_id)
        if found is not None and (found.last_success_at or 0) < delivery.created_at:
            self._disable(webhook, f"It took no message for so long: {delivery.last_error}")

    def _disable(self, webhook: Webhook, because: str) -> None:
        with self._store.change() as change:
            found = change.webhooks.find(webhook.webhook_id)
            if found is None or found.state is WebhookState.DISABLED:
                return
            change.webhooks.disable(webhook.webhook_id, because=because)
            details: Details = {"url": webhook.url, "because": because}
            event = Event(EventKind.WEBHOOK_DISABLED, SYSTEM.name, webhook.team_id, webhook.webhook_id, details)
            change.append(event, at=self._now())
        _LOG.warning("The webhook %s is disabled: %s", webhook.webhook_id, because)

    def _now(self) -> int:
        return int(self._clock() * 1000)
