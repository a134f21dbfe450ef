"""Webhooks in the database: their settings, the queue of messages, and the lease of the process that delivers."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    Select,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from trigpoint.base.clock import Milliseconds, days, to_ms
from trigpoint.base.ids import TeamId
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.webhook import WAITS_S, Delivery, DeliveryState, Webhook, WebhookState, message_id
from trigpoint.store.outages import reporting_outages
from trigpoint.store.rows import entry_of, to_bigint
from trigpoint.store.tables import deliveries, feed, ledger, old_secrets, webhooks

PAGE = 1000
KEPT_MS = days(30)
"""Retention of messages that were delivered or given up, in milliseconds."""


class WebhooksReader:
    """Queries for webhooks and their messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, team_id: TeamId | None = None) -> list[Webhook]:
        """The webhooks of a team, or all, the oldest first."""
        question = select(webhooks).order_by(webhooks.c.created_at, webhooks.c.webhook_id)
        if team_id is not None:
            question = question.where(webhooks.c.team_id == team_id)
        return [_webhook_of(row) for row in self._connection.execute(question).mappings()]

    def find(self, webhook_id: str) -> Webhook | None:
        """One webhook."""
        question = select(webhooks).where(webhooks.c.webhook_id == webhook_id)
        row = self._connection.execute(question).mappings().first()
        return None if row is None else _webhook_of(row)

    def count_old_secrets(self, webhook_id: str, *, at: Milliseconds) -> int:
        """Count the replaced secrets that still sign messages at a time."""
        here = (old_secrets.c.webhook_id == webhook_id) & (old_secrets.c.until > at)
        return int(self._connection.execute(select(func.count()).select_from(old_secrets).where(here)).scalar_one())

    def deliveries(
        self, webhook_id: str, *, state: DeliveryState | None = None, before: int | None = None, limit: int = 100
    ) -> list[Delivery]:
        """The messages to a webhook, the newest first; with `before`, those of events before that ledger sequence."""
        question = select(deliveries).where(deliveries.c.webhook_id == webhook_id)
        if before is not None:
            question = question.where(deliveries.c.sequence < to_bigint(before))
        if state is not None:
            question = question.where(deliveries.c.state == state.value)
        rows = self._connection.execute(question.order_by(deliveries.c.sequence.desc()).limit(limit))
        return [_delivery_of(row) for row in rows.mappings()]

    def delivery(self, delivery_id: str) -> Delivery | None:
        """One message."""
        question = select(deliveries).where(deliveries.c.delivery_id == delivery_id)
        row = self._connection.execute(question).mappings().first()
        return None if row is None else _delivery_of(row)


class WebhooksWriter(WebhooksReader):
    """Changes to webhooks."""

    def add(self, webhook: Webhook, sealed: bytes) -> None:
        """Write a new webhook with its sealed secret."""
        row = {
            "webhook_id": webhook.webhook_id,
            "team_id": webhook.team_id,
            "url": webhook.url,
            "events": " ".join(webhook.events),
            "description": webhook.description,
            "sealed": sealed,
            "created_at": webhook.created_at,
            "created_by": webhook.created_by,
            "since": webhook.since,
            "state": webhook.state.value,
        }
        self._connection.execute(insert(webhooks), row)

    def edit(self, webhook: Webhook) -> None:
        """Write the URL, events, description and first event of a webhook."""
        here = webhooks.c.webhook_id == webhook.webhook_id
        values = {
            "url": webhook.url,
            "events": " ".join(webhook.events),
            "description": webhook.description,
            "since": webhook.since,
        }
        self._connection.execute(update(webhooks).where(here).values(values))

    def renew_secret(self, webhook: Webhook, sealed: bytes, *, sequence: int, at: Milliseconds) -> None:
        """Replace the secret. The replaced one also signs until `webhook.old_secret_until`.

        Deletes replaced secrets whose time is over. `sequence` is that of the renewal in the ledger.
        """
        here = webhooks.c.webhook_id == webhook.webhook_id
        before = self._connection.execute(select(webhooks.c.sealed).where(here)).scalar_one()
        self._connection.execute(delete(old_secrets).where(old_secrets.c.until <= at))
        row = {
            "webhook_id": webhook.webhook_id,
            "sequence": sequence,
            "sealed": before,
            "until": webhook.old_secret_until,
        }
        self._connection.execute(insert(old_secrets), row)
        values = {"sealed": sealed, "old_secret_until": webhook.old_secret_until}
        self._connection.execute(update(webhooks).where(here).values(values))

    def disable(self, webhook_id: str, *, because: str) -> None:
        """Disable a webhook: nothing more is sent to it."""
        here = webhooks.c.webhook_id == webhook_id
        values = {"state": WebhookState.DISABLED.value, "disabled_because": because}
        self._connection.execute(update(webhooks).where(here).values(values))

    def enable(self, webhook_id: str, *, since: int) -> None:
        """Enable a webhook for events after the ledger sequence `since`. Earlier events are not sent."""
        here = webhooks.c.webhook_id == webhook_id
        values = {"state": WebhookState.ACTIVE.value, "disabled_because": None, "since": since}
        self._connection.execute(update(webhooks).where(here).values(values))

    def add_messages(self, webhook: Webhook, *, at: Milliseconds) -> None:
        """Create messages for those events up to now that the feed has not turned into messages yet."""
        position = self._connection.execute(select(feed.c.position)).scalar_one()
        later = ledger.c.sequence > max(position, webhook.since)
        entries = [entry_of(row) for row in self._connection.execute(select(ledger).where(later)).mappings()]
        for entry in entries:
            if webhook.wants(entry):
                self.add_message(webhook, entry, at=at)

    def add_message(self, webhook: Webhook, entry: Entry, *, at: Milliseconds) -> Delivery:
        """Create the message of one event to a webhook, if there is none yet; return it."""
        row = _new_row(webhook, entry, at)
        make = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        self._connection.execute(make(deliveries).on_conflict_do_nothing(), row)
        here = deliveries.c.delivery_id == row["delivery_id"]
        return _delivery_of(self._connection.execute(select(deliveries).where(here)).mappings().one())

    def remove(self, webhook_id: str) -> None:
        """Remove a webhook with its messages and secrets."""
        self._connection.execute(delete(old_secrets).where(old_secrets.c.webhook_id == webhook_id))
        self._connection.execute(delete(deliveries).where(deliveries.c.webhook_id == webhook_id))
        self._connection.execute(delete(webhooks).where(webhooks.c.webhook_id == webhook_id))

    def send_again(self, delivery_id: str, *, at: Milliseconds) -> None:
        """Put a message back into the queue, with no attempts counted."""
        here = deliveries.c.delivery_id == delivery_id
        values = {"state": DeliveryState.WAITING.value, "attempts": 0, "next_at": at}
        self._connection.execute(update(deliveries).where(here).values(values))


class DeliveryQueue:
    """The queue of messages to deliver. They are no part of the ledger; each is created from one of its events."""

    def __init__(self, engine: Engine, reading: Engine) -> None:
        self._engine = engine
        self._reading = reading
        self._insert = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    def has_work(self, *, at: Milliseconds) -> bool:
        """Tell whether there are events to turn into messages, or messages that are due. Only reads."""
        with reporting_outages(), self._reading.begin() as connection:
            active = select(webhooks.c.webhook_id).where(webhooks.c.state == WebhookState.ACTIVE.value).limit(1)
            if connection.execute(active).first() is None:
                return False
            head = connection.execute(select(func.max(ledger.c.sequence))).scalar_one() or 0
            if head > connection.execute(select(feed.c.position)).scalar_one():
                return True
            return connection.execute(_due(at).limit(1)).first() is not None

    def hold(self, holder: str, *, at: Milliseconds, until: int) -> bool:
        """Take or renew the lease, as one process delivers at a time; return whether `holder` has it.

        A lease that lasts twice as long as this one would is free, too: a clock was ahead when it was taken.
        """
        is_odd = feed.c.held_until > until + (until - at)
        free = (feed.c.held_until < at) | (feed.c.holder == holder) | is_odd
        with reporting_outages(), self._engine.begin() as connection:
            taken = connection.execute(update(feed).where(free).values(holder=holder, held_until=until))
            return taken.rowcount == 1

    def let_go(self, holder: str) -> None:
        """Release the lease, so that another process can continue at once."""
        with reporting_outages(), self._reading.begin() as connection:
            held = connection.execute(select(feed.c.holder)).scalar_one()
        if held == holder:
            with reporting_outages(), self._engine.begin() as connection:
                connection.execute(update(feed).where(feed.c.holder == holder).values(held_until=0))

    def fan_out(self, *, at: Milliseconds) -> int:
        """Create messages for new events; return how many. Deletes messages whose retention is over."""
        with reporting_outages(), self._engine.begin() as connection:
            position = connection.execute(select(feed.c.position).with_for_update()).scalar_one()
            active = [one for one in WebhooksReader(connection).all() if one.state is WebhookState.ACTIVE]
            start = max(position, min((one.since for one in active), default=position))
            question = select(ledger).where(ledger.c.sequence > start).order_by(ledger.c.sequence).limit(PAGE)
            entries = [entry_of(row) for row in connection.execute(question).mappings()]
            rows = [_new_row(webhook, entry, at) for entry in entries for webhook in active if webhook.wants(entry)]
            if rows:
                connection.execute(self._insert(deliveries).on_conflict_do_nothing(), rows)
            end = entries[-1].sequence if entries else start
            connection.execute(update(feed).values(position=end))
            done = deliveries.c.state != DeliveryState.WAITING.value
            connection.execute(delete(deliveries).where(done, deliveries.c.created_at < at - KEPT_MS))
            return len(rows)

    def due(
        self, *, at: Milliseconds, limit: int, but: Collection[str] = ()
    ) -> list[tuple[Delivery, Webhook, Sequence[bytes], Entry]]:
        """The messages that are due, each with its webhook, the webhook's sealed secrets (the newest first), and the event.

        At most `limit` messages of each webhook, so that none delays the others. Webhooks in `but` are left out.
        """
        place = func.row_number().over(
            partition_by=deliveries.c.webhook_id, order_by=(deliveries.c.next_at, deliveries.c.sequence)
        )
        ranked = _due(at).where(deliveries.c.webhook_id.not_in(but)).add_columns(place.label("place")).subquery()
        question = select(ranked).where(ranked.c.place <= limit).order_by(ranked.c.next_at, ranked.c.sequence)
        with reporting_outages(), self._reading.begin() as connection:
            found = [_delivery_of(row) for row in connection.execute(question).mappings()]
            hooks = {
                row["webhook_id"]: (_webhook_of(row), [bytes(row["sealed"])])
                for row in connection.execute(select(webhooks)).mappings()
            }
            older = select(old_secrets).where(old_secrets.c.until > at).order_by(old_secrets.c.sequence.desc())
            for row in connection.execute(older).mappings():
                hooks[row["webhook_id"]][1].append(bytes(row["sealed"]))
            events = ledger.c.sequence.in_({one.sequence for one in found})
            entries = {
                row["sequence"]: entry_of(row) for row in connection.execute(select(ledger).where(events)).mappings()
            }
            return [(one, *hooks[one.webhook_id], entries[one.sequence]) for one in found if one.sequence in entries]

    def note(self, delivery: Delivery) -> None:
        """Write the result of an attempt."""
        values = {
            "state": delivery.state.value,
            "attempts": delivery.attempts,
            "next_at": delivery.next_at,
            "last_at": delivery.last_at,
            "last_status": delivery.last_status,
            "last_error": delivery.last_error,
        }
        here = deliveries.c.delivery_id == delivery.delivery_id
        with reporting_outages(), self._engine.begin() as connection:
            connection.execute(update(deliveries).where(here).values(values))
            if delivery.state is DeliveryState.DELIVERED:
                hook = webhooks.c.webhook_id == delivery.webhook_id
                connection.execute(update(webhooks).where(hook).values(last_success_at=delivery.last_at))


def _due(at: Milliseconds) -> Select[tuple[object, ...]]:
    active = deliveries.join(webhooks, webhooks.c.webhook_id == deliveries.c.webhook_id)
    question: Select[tuple[object, ...]] = (
        select(deliveries).select_from(active).where(webhooks.c.state == WebhookState.ACTIVE.value)
    )
    is_odd = deliveries.c.next_at > at + to_ms(2 * max(WAITS_S))  # a clock was ahead at the last attempt
    is_due = (deliveries.c.next_at <= at) | is_odd
    return question.where((deliveries.c.state == DeliveryState.WAITING.value) & is_due)


def _new_row(webhook: Webhook, entry: Entry, at: Milliseconds) -> Mapping[str, object]:
    return {
        "delivery_id": message_id(webhook.webhook_id, entry),
        "webhook_id": webhook.webhook_id,
        "sequence": entry.sequence,
        "kind": entry.kind,
        "created_at": at,
        "next_at": at,
        "state": DeliveryState.WAITING.value,
        "attempts": 0,
    }


def _webhook_of(row: RowMapping) -> Webhook:
    team = row["team_id"]
    return Webhook(
        webhook_id=row["webhook_id"],
        team_id=None if team is None else TeamId(team),
        url=row["url"],
        events=tuple(row["events"].split()),
        description=row["description"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        since=row["since"],
        state=WebhookState(row["state"]),
        disabled_because=row["disabled_because"],
        last_success_at=row["last_success_at"],
        old_secret_until=row["old_secret_until"],
    )


def _delivery_of(row: RowMapping) -> Delivery:
    return Delivery(
        delivery_id=row["delivery_id"],
        webhook_id=row["webhook_id"],
        sequence=row["sequence"],
        kind=row["kind"],
        created_at=row["created_at"],
        next_at=row["next_at"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        last_at=row["last_at"],
        last_status=row["last_status"],
        last_error=row["last_error"],
    )
