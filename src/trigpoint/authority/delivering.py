"""Delivering webhooks: messages are made from events of the ledger, and sent in the background.

One process at a time delivers; it holds a lease for that. If it is killed, messages that were not recorded as delivered are
sent again, with the same ID: each is delivered at least once. The messages of each webhook are sent in a thread of their
own, so that a slow receiver does not delay others.
"""

import logging
import secrets
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trigpoint.authority.outside import Outside, UnreachableError
from trigpoint.authority.vault import Vault
from trigpoint.authority.webhooks import secret_purpose
from trigpoint.base.clock import Clock, Milliseconds, later, now_ms, to_ms, to_seconds
from trigpoint.base.errors import UnavailableError
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.roles import SYSTEM
from trigpoint.credentials.webhook import (
    Delivery,
    DeliveryState,
    Webhook,
    WebhookState,
    origin_of,
    render_message,
    sign_message,
    wait_after,
)
from trigpoint.store.opening import Store

if TYPE_CHECKING:
    from trigpoint.base.ids import TeamId

LEASE_S = 90
"""Lifetime of the lease, unless it is renewed."""
AT_ONCE = 32
"""Webhooks that are called at the same time, and how many of them may belong to one team."""
TEAM_AT_ONCE = 4
LINE = 50
"""Most messages that are sent to a webhook in one tick."""
LINE_S = 30.0
"""Seconds after which a webhook gives its thread to others."""
WAIT_S = 1.0
"""Longest time that a tick waits for calls, in seconds; longer calls continue during the next ticks."""
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
    """Sends due messages. Every process calls `tick` about once a second; each call renews the lease."""

    def __init__(self, store: Store, vault: Vault, clock: Clock, outside: Outside) -> None:
        self._store = store
        self._queue = store.deliveries
        self._vault = vault
        self._clock = clock
        self._outside = outside
        self._name = secrets.token_hex(8)
        self._busy = threading.Lock()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._running: dict[str, tuple[TeamId | None, Future[int]]] = {}
        self._ended_at: dict[str, float] = {}
        self._holds_lease = False
        self._stopping = False

    def tick(self) -> int:
        """Start sending due messages, if this process has the lease; give the number of attempts that ended in a second."""
        with self._busy:
            begun = [] if self._stopping else self._begin()
        return sum(line.result() for line in wait(begun, timeout=WAIT_S).done)

    def stop(self) -> None:
        """Cancel all calls, and wait until they have ended; their messages stay due."""
        self._stopping = True
        with self._busy:
            lines = [line for _, line in self._running.values()]
            waits = True
            while waits:
                self._outside.hang_up()
                waits = bool(wait(lines, timeout=0.05).not_done)
            self._threads.shutdown()
            self._queue.let_go(self._name)

    def _begin(self) -> Sequence[Future[int]]:
        """Start a thread for each webhook with due messages that is not being called, up to the limits on threads."""
        at = self._now()
        self._running = {name: one for name, one in self._running.items() if not one[1].done()}
        has_work = self._queue.has_work(at=at)
        if not has_work and not self._running:
            return []
        self._holds_lease = self._queue.hold(self._name, at=at, until=later(at, to_ms(LEASE_S)))
        if not has_work or not self._holds_lease:
            return []
        self._queue.fan_out(at=at)
        lines: dict[str, list[_Message]] = {}
        for parts in self._queue.due(at=at, limit=LINE, but=list(self._running)):
            message = _Message(*parts)
            lines.setdefault(message.webhook.webhook_id, []).append(message)
        begun = []
        for webhook_id, line in sorted(lines.items(), key=lambda one: self._ended_at.get(one[0], 0.0)):
            team = line[0].webhook.team_id
            of_team = sum(other == team for other, _ in self._running.values())
            if len(self._running) < AT_ONCE and of_team < TEAM_AT_ONCE:
                begun.append(self._threads.submit(self._send_line, webhook_id, line))
                self._running[webhook_id] = (team, begun[-1])
        return begun

    def _send_line(self, webhook_id: str, messages: Sequence[_Message]) -> int:
        """Send messages to one webhook in order, up to the first that fails; the others wait for a later tick."""
        begun, number = time.monotonic(), 0
        try:
            for message in messages:
                if self._stopping or not self._holds_lease or time.monotonic() - begun > LINE_S:
                    break
                number += 1
                if self._attempt(message).state is not DeliveryState.DELIVERED:
                    break
        except UnavailableError as error:
            _LOG.warning("Messages to the webhook %s are delayed: %s", webhook_id, error)
        except Exception:  # noqa: BLE001 (the thread has no caller; the messages stay due)
            _LOG.exception("Messages to the webhook %s are delayed.", webhook_id)
        finally:
            self._ended_at[webhook_id] = time.monotonic()
        return number

    def _attempt(self, message: _Message) -> Delivery:
        at = self._now()
        body = render_message(message.entry)
        delivery = replace(message.delivery, attempts=message.delivery.attempts + 1, last_at=at)
        try:
            purpose = secret_purpose(message.webhook.webhook_id)
            secrets_of_now = [self._vault.open(sealed, purpose).decode("ascii") for sealed in message.sealed]
            signed = sign_message(secrets_of_now, message=delivery.delivery_id, at=int(to_seconds(at)), body=body)
            headers = {"content-type": "application/json", "user-agent": USER_AGENT, **signed}
            status: int | None = self._outside.post(message.webhook.url, body, headers)
            error = (
                None
                if status is not None and 200 <= status < 300
                else f"The status of the response was {status}, not 2xx."
            )
        except (UnreachableError, UnavailableError) as trouble:
            status, error = None, str(trouble)
        if self._stopping and status is None:
            return delivery
        after = self._judge(replace(delivery, last_status=status, last_error=error))
        self._queue.note(after)
        if status == GONE:
            self._disable(message.webhook, "It responded with 410 Gone.")
        elif after.state is DeliveryState.FAILED:
            self._disable_silent(message.webhook, after)
        return after

    def _judge(self, delivery: Delivery) -> Delivery:
        """Give the next state of a message after an attempt."""
        if delivery.last_error is None:
            return replace(delivery, state=DeliveryState.DELIVERED)
        wait = None if delivery.last_status == GONE else wait_after(delivery.attempts, delivery.delivery_id)
        if wait is None:
            return replace(delivery, state=DeliveryState.FAILED)
        return replace(delivery, next_at=later(self._now(), to_ms(wait)))

    def _disable_silent(self, webhook: Webhook, delivery: Delivery) -> None:
        """Disable a webhook that has accepted nothing since the failed message was created."""
        with self._store.read() as reader:
            found = reader.webhooks.find(webhook.webhook_id)
        if found is not None and (found.last_success_at or 0) < delivery.created_at:
            self._disable(webhook, f"All attempts have failed: {delivery.last_error}")

    def _disable(self, webhook: Webhook, because: str) -> None:
        with self._store.change() as change:
            found = change.webhooks.find(webhook.webhook_id)
            if found is None or found.state is WebhookState.DISABLED:
                return
            change.webhooks.disable(webhook.webhook_id, because=because)
            details: Details = {"url": origin_of(webhook.url), "because": because}
            event = Event(EventKind.WEBHOOK_DISABLED, SYSTEM.name, webhook.team_id, webhook.webhook_id, details)
            change.append(event, at=self._now())
        _LOG.warning("The webhook %s is disabled: %s", webhook.webhook_id, because)

    def _now(self) -> Milliseconds:
        return now_ms(self._clock)
