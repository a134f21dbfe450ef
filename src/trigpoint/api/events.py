"""JSON types of the ledger's events and its verification, and of webhooks and their deliveries."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta

from trigpoint.api.shape import Moment, Shape, TeamIdText, to_moment, word_of
from trigpoint.credentials import webhook as webhooks
from trigpoint.credentials.ledger import Entry

if TYPE_CHECKING:
    from trigpoint.authority import audit


class Event(Shape):
    """An entry of the ledger. `previous` is the hash of the entry before it; `hash` covers the whole entry with `previous`."""

    sequence: int
    at: Moment
    actor: str
    kind: str
    subject: str
    details: dict[str, str | int | bool | None]
    previous: str
    hash: str
    team_id: TeamIdText | None = None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Show an entry of the ledger."""
        return cls(
            sequence=entry.sequence,
            at=to_moment(entry.at),
            actor=entry.actor,
            kind=entry.kind,
            subject=entry.subject,
            details=dict(entry.details),
            previous=entry.previous,
            hash=entry.hash,
            team_id=entry.team_id,
        )


class Verification(Shape):
    """The result of verifying the whole ledger. Keep `head` in another place, and pass it to a later verification."""

    holds: bool
    entries: int
    head: Annotated[str, Meta(description="Number and hash of the last entry.")]
    sequence: int | None = None
    fault: Literal["altered", "missing", "reordered", "contradicted"] | None = None
    detail: str | None = None

    @classmethod
    def of(cls, found: "audit.Verification") -> Self:
        """Show what a verification found."""
        fault = found.fault
        return cls(
            holds=found.holds,
            entries=found.entries,
            head=f"{found.head.sequence}:{found.head.hash}",
            sequence=None if fault is None else fault.sequence,
            fault=None if fault is None else word_of(fault.fault),
            detail=None if fault is None else fault.detail,
        )


class Webhook(Shape):
    """A webhook, without its secret. Without `teamId`, it receives the events of the whole installation."""

    webhook_id: str
    url: str
    events: list[str]
    description: str
    state: Annotated[
        Literal["active", "disabled"],
        Meta(description="Disabled: it accepted no message for too long, or answered 410. A replay makes it active."),
    ]
    created_at: Moment
    created_by: str
    team_id: TeamIdText | None = None
    disabled_because: str | None = None
    last_success_at: Moment | None = None
    old_secret_until: (
        Annotated[Moment, Meta(description="Until then, messages are signed with the previous secret, too.")] | None
    ) = None

    @classmethod
    def of(cls, webhook: webhooks.Webhook) -> Self:
        """Show a webhook."""
        return cls(
            webhook_id=webhook.webhook_id,
            url=webhook.url,
            events=list(webhook.events),
            description=webhook.description,
            state=word_of(webhook.state),
            created_at=to_moment(webhook.created_at),
            created_by=webhook.created_by,
            team_id=webhook.team_id,
            disabled_because=webhook.disabled_because,
            last_success_at=to_moment(webhook.last_success_at),
            old_secret_until=to_moment(webhook.old_secret_until),
        )


class CreatedWebhook(Webhook, kw_only=True):
    """A webhook with its new secret. `secret` is returned only once."""

    secret: Annotated[str, Meta(description="Verifies the messages: `whsec_…`, in the format of Standard Webhooks.")]


class Delivery(Shape):
    """A message to a webhook. It carries the event of the ledger that has the number `sequence`."""

    message_id: str
    webhook_id: str
    sequence: int
    kind: str
    state: Annotated[
        Literal["waiting", "delivered", "failed"],
        Meta(description="Failed: it is not tried again, unless you replay it."),
    ]
    attempts: int
    created_at: Moment
    next_at: Annotated[Moment, Meta(description="The time of the next attempt.")] | None = None
    last_at: Moment | None = None
    last_status: Annotated[int, Meta(description="The HTTP status of the last response.")] | None = None
    last_error: str | None = None

    @classmethod
    def of(cls, delivery: webhooks.Delivery) -> Self:
        """Show a message to a webhook."""
        waiting = delivery.state is webhooks.DeliveryState.WAITING
        return cls(
            message_id=delivery.delivery_id,
            webhook_id=delivery.webhook_id,
            sequence=delivery.sequence,
            kind=delivery.kind,
            state=word_of(delivery.state),
            attempts=delivery.attempts,
            created_at=to_moment(delivery.created_at),
            next_at=to_moment(delivery.next_at) if waiting else None,
            last_at=to_moment(delivery.last_at),
            last_status=delivery.last_status,
            last_error=delivery.last_error,
        )
