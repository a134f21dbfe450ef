"""`/manage/v1/…/webhooks`: webhooks, their messages, and sending messages again."""

from typing import Annotated, Literal

from litestar import Response, delete, get, patch, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from trigpoint.api.events import CreatedWebhook, Delivery, Webhook
from trigpoint.api.shape import widen
from trigpoint.authority.webhooks import IssuedWebhook
from trigpoint.base.errors import ForbiddenError, NotFoundError
from trigpoint.credentials.webhook import DeliveryState
from trigpoint.credentials.webhook import Webhook as Record
from trigpoint.web.manage.holders import AtDesk, Desk, IfMatch, OnceKey, TeamPath
from trigpoint.web.manage.operations import act
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, cut_page, read_cursor, write_cursor
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.requests import NewWebhook, WebhookEdit
from trigpoint.web.manage.responses import Page, Replay
from trigpoint.web.manage.versions import etag_of, read_edition

TAGS = ["Webhooks"]
WebhookPath = Annotated[str, PathParameter(description="The ID of the webhook.")]
MessagePath = Annotated[str, PathParameter(description="The ID of the message: its `webhook-id` header.")]
State = Annotated[
    Literal["waiting", "delivered", "failed"] | None,
    QueryParameter(name="state", description="Only messages in this state."),
]


@get("/teams/{team_id:str}/webhooks", sync_to_thread=True, responses=problems(400, 403, 404), tags=TAGS)
def list_team_webhooks(desk: AtDesk, team_id: TeamPath, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[Webhook]:
    """List the webhooks of a team, the oldest first; never their secrets."""
    return list_webhooks(desk, team_id, limit=limit, cursor=cursor)


@post("/teams/{team_id:str}/webhooks", sync_to_thread=True, responses=problems(400, 403, 404, 409, 422), tags=TAGS)
def add_team_webhook(
    desk: AtDesk, team_id: TeamPath, data: JSONBody[NewWebhook], once_key: OnceKey = None
) -> Response[CreatedWebhook]:
    """Send the events of a team to a URL, from now on. `secret`, which signs the messages, is returned only once."""
    return add_webhook(desk, team_id, data, once_key)


@get("/webhooks", sync_to_thread=True, responses=problems(400, 403), tags=TAGS)
def list_all_webhooks(desk: AtDesk, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[Webhook]:
    """List all webhooks, including those of the whole installation. Needs a token of the installation."""
    if not desk.actor.operator:
        raise ForbiddenError("Only a token of the installation may list the webhooks of all teams.")
    return list_webhooks(desk, None, limit=limit, cursor=cursor)


@post("/webhooks", sync_to_thread=True, responses=problems(400, 403, 409, 422), tags=TAGS)
def add_installation_webhook(
    desk: AtDesk, data: JSONBody[NewWebhook], once_key: OnceKey = None
) -> Response[CreatedWebhook]:
    """Send the events of the whole installation to a URL. Needs a token of the installation."""
    return add_webhook(desk, None, data, once_key)


@get("/webhooks/{webhook_id:str}", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def get_webhook(desk: AtDesk, webhook_id: WebhookPath) -> Response[Webhook]:
    """Get one webhook, without its secret. An edit needs its ETag."""
    return show(desk.authority.webhooks.get(desk.actor, webhook_id))


@patch("/webhooks/{webhook_id:str}", sync_to_thread=True, responses=problems(400, 404, 412, 428), tags=TAGS)
def edit_webhook(
    desk: AtDesk, webhook_id: WebhookPath, data: JSONBody[WebhookEdit], if_match: IfMatch = None
) -> Response[Webhook]:
    """Change the URL or the kinds of events, from now on. Waiting messages are sent to the new URL."""
    edition = read_edition(if_match)
    return show(
        desk.authority.webhooks.edit(
            desk.actor, webhook_id, url=data.url, events=data.events, description=data.description, edition=edition
        )
    )


@delete("/webhooks/{webhook_id:str}", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def remove_webhook(desk: AtDesk, webhook_id: WebhookPath) -> None:
    """Remove a webhook; its waiting messages are dropped."""
    desk.authority.webhooks.remove(desk.actor, webhook_id)


@act("/webhooks/{webhook_id:str}/pause", responses=problems(400, 404, 409), tags=TAGS)
def pause_webhook(desk: AtDesk, webhook_id: WebhookPath) -> Response[Webhook]:
    """Pause a webhook. When it is resumed, earlier events are still sent, but events during the pause are not."""
    return show(desk.authority.webhooks.pause(desk.actor, webhook_id))


@act("/webhooks/{webhook_id:str}/resume", responses=problems(400, 404, 409), tags=TAGS)
def resume_webhook(desk: AtDesk, webhook_id: WebhookPath) -> Response[Webhook]:
    """Resume a webhook that was paused or disabled: send waiting messages, and events from now on."""
    return show(desk.authority.webhooks.resume(desk.actor, webhook_id))


@act("/webhooks/{webhook_id:str}/test", responses=problems(400, 404, 409), tags=TAGS)
def test_webhook(desk: AtDesk, webhook_id: WebhookPath) -> Delivery:
    """Send a message of the kind `webhook.tested`, whatever kinds are chosen. List the messages to see the result."""
    return Delivery.of(desk.authority.webhooks.test(desk.actor, webhook_id))


@get("/webhooks/{webhook_id:str}/messages", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_messages(
    desk: AtDesk, webhook_id: WebhookPath, message_state: State = None, limit: Limit = DEFAULT, cursor: Cursor = None
) -> Page[Delivery]:
    """List the messages of the last 30 days, the newest first."""
    before = read_cursor(cursor, like=(1,))[0] if cursor is not None else None
    found = desk.authority.webhooks.deliveries(
        desk.actor,
        webhook_id,
        state=None if message_state is None else DeliveryState(message_state),
        before=before if isinstance(before, int) else None,
        limit=limit + 1,
    )
    more = write_cursor((found[limit - 1].sequence,)) if len(found) > limit else None
    return Page([Delivery.of(one) for one in found[:limit]], more)


@act("/webhooks/{webhook_id:str}/messages/{message_id:str}/replay", responses=problems(400, 404), tags=TAGS)
def replay_message(desk: AtDesk, webhook_id: WebhookPath, message_id: MessagePath) -> Delivery:
    """Send one message again, with the same ID. A disabled webhook becomes active."""
    webhook = desk.authority.webhooks.get(desk.actor, webhook_id)
    if not message_id.startswith(f"msg_{webhook.webhook_id}"):
        raise NotFoundError(f"This webhook has no message with the ID {message_id}.")
    return Delivery.of(desk.authority.webhooks.replay(desk.actor, message_id))


@act("/webhooks/{webhook_id:str}/replay", responses=problems(400, 404), tags=TAGS)
def replay_failed_messages(desk: AtDesk, webhook_id: WebhookPath) -> Replay:
    """Send all failed messages again, the oldest first. A disabled webhook becomes active."""
    return Replay(replayed=len(desk.authority.webhooks.replay_failed(desk.actor, webhook_id)))


@act("/webhooks/{webhook_id:str}/renew-secret", responses=problems(400, 404, 409, 422), tags=TAGS)
def renew_secret(desk: AtDesk, webhook_id: WebhookPath, once_key: OnceKey = None) -> Response[CreatedWebhook]:
    """Sign with a new secret from now on, and until `oldSecretUntil` also with the old one. `secret` is returned only once."""
    once = desk.once(once_key, f"/webhooks/{webhook_id}/renew-secret", None)
    return show_issued(desk.authority.webhooks.renew_secret(desk.actor, webhook_id, once=once))


def list_webhooks(desk: Desk, team_id: str | None, *, limit: int, cursor: str | None) -> Page[Webhook]:
    """Give a page of webhooks."""
    found = desk.authority.webhooks.list(desk.actor, team_id=team_id)
    page, more = cut_page(found, lambda one: (one.created_at, one.webhook_id), cursor=cursor, limit=limit)
    return Page([Webhook.of(one) for one in page], more)


def add_webhook(desk: Desk, team_id: str | None, data: NewWebhook, once_key: str | None) -> Response[CreatedWebhook]:
    """Add a webhook and respond with its secret."""
    path = "/webhooks" if team_id is None else f"/teams/{team_id}/webhooks"
    issued = desk.authority.webhooks.add(
        desk.actor,
        url=data.url,
        team_id=team_id,
        events=data.events,
        description=data.description,
        once=desk.once(once_key, path, data),
    )
    return show_issued(issued, {"Location": f"/manage/v1/webhooks/{issued.record.webhook_id}"})


def show_issued(issued: IssuedWebhook, headers: dict[str, str] | None = None) -> Response[CreatedWebhook]:
    """Respond with a webhook, its secret and its ETag."""
    created = widen(CreatedWebhook, Webhook.of(issued.record), secret=issued.secret)
    return Response(created, headers=etag_of(issued.record.edition) | (headers or {}))


def show(webhook: Record) -> Response[Webhook]:
    """Respond with a webhook and its ETag."""
    return Response(Webhook.of(webhook), headers=etag_of(webhook.edition))


HANDLERS = (
    list_team_webhooks,
    add_team_webhook,
    list_all_webhooks,
    add_installation_webhook,
    get_webhook,
    edit_webhook,
    remove_webhook,
    renew_secret,
    pause_webhook,
    resume_webhook,
    test_webhook,
    list_messages,
    replay_message,
    replay_failed_messages,
)
