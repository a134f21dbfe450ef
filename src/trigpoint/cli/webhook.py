"""`trigpoint webhook`: send events to a URL, list the messages and their state, and send them again."""

from typing import TYPE_CHECKING, Annotated

import typer

from trigpoint.api.events import CreatedWebhook, Delivery, Webhook
from trigpoint.api.shape import widen
from trigpoint.base.clock import Milliseconds, to_seconds, to_words
from trigpoint.base.errors import InvalidError
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.cli.labels import DELIVERY_COLUMNS, WEBHOOK_COLUMNS
from trigpoint.credentials.webhook import DeliveryState

if TYPE_CHECKING:
    from trigpoint.authority.webhooks import IssuedWebhook

app = typer.Typer(no_args_is_help=True, help="Webhooks: events of the ledger, sent signed to a URL.")

WebhookIdArgument = Annotated[str, typer.Argument(metavar="ID", help="The ID of the webhook.")]


@app.command(epilog="Example: trigpoint webhook add https://example.com/trigpoint --team K5GNLXS2QT --event 'key.*'")
def add(
    url: Annotated[str, typer.Argument(help="The URL to which messages are posted.")],
    team: Annotated[
        str | None, typer.Option("--team", help="The Team ID; without it, events of the whole installation.")
    ] = None,
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event", help="A kind of event such as key.revoked, or key.*; may be repeated; without it, all."
        ),
    ] = None,
    description: Annotated[str, typer.Option("--description", help="What it is for.")] = "",
    as_json: output.Json = False,
) -> None:
    """Add a webhook. Its secret is shown once, on standard output, and stored encrypted."""
    with open_desk() as (authority, actor):
        issued = authority.webhooks.add(actor, url=url, team_id=team, events=event or [], description=description)
    show_issued(issued, as_json=as_json, note=f"The webhook's ID is {issued.record.webhook_id}.")


@app.command("list", epilog="Example: trigpoint webhook list --team K5GNLXS2QT")
def list_(
    team: Annotated[str | None, typer.Option("--team", help="Only those of this team (Team ID).")] = None,
    as_json: output.Json = False,
) -> None:
    """List webhooks, never their secrets."""
    with open_desk() as (authority, actor):
        rows = [Webhook.of(webhook) for webhook in authority.webhooks.list(actor, team_id=team)]
    empty = "There are no webhooks. Add one: trigpoint webhook add URL"
    output.show_list(rows, as_json=as_json, columns=WEBHOOK_COLUMNS, empty=empty)


@app.command(epilog="Example: trigpoint webhook edit 4D5N8H2K7C --event 'key.*' --event 'leak.*'")
def edit(
    webhook_id: WebhookIdArgument,
    url: Annotated[str | None, typer.Option("--url", help="The new URL.")] = None,
    event: Annotated[
        list[str] | None,
        typer.Option("--event", help="A kind of event, instead of the current ones; may be repeated; '*' for all."),
    ] = None,
    description: Annotated[str | None, typer.Option("--description", help="What it is for.")] = None,
    as_json: output.Json = False,
) -> None:
    """Change the URL, the kinds of events or the description, for events from now on. The secret stays the same."""
    with open_desk() as (authority, actor):
        webhook = authority.webhooks.edit(actor, webhook_id, url=url, events=event, description=description)
    output.show_one(Webhook.of(webhook), as_json=as_json, labels=WEBHOOK_COLUMNS)


@app.command("renew-secret", epilog="Example: trigpoint webhook renew-secret 4D5N8H2K7C")
def renew_secret(webhook_id: WebhookIdArgument, as_json: output.Json = False) -> None:
    """Sign with a new secret, which is shown once, on standard output. For 24 hours, messages are also signed with the old one."""
    with open_desk() as (authority, actor):
        issued = authority.webhooks.renew_secret(actor, webhook_id)
    until = to_seconds(issued.record.old_secret_until or Milliseconds(0))
    show_issued(issued, as_json=as_json, note=f"Messages are also signed with the old one until {to_words(until)}.")


@app.command("test", epilog="Example: trigpoint webhook test 4D5N8H2K7C")
def send_test(webhook_id: WebhookIdArgument, as_json: output.Json = False) -> None:
    """Send a message of the kind webhook.tested, even if the webhook does not receive this kind. A running server sends it."""
    with open_desk() as (authority, actor):
        delivery = authority.webhooks.test(actor, webhook_id)
    output.show_one(Delivery.of(delivery), as_json=as_json, labels=DELIVERY_COLUMNS)
    if not as_json:
        output.say(f"See the result: trigpoint webhook deliveries {webhook_id}", style="dim")


@app.command(epilog="Example: trigpoint webhook pause 4D5N8H2K7C")
def pause(webhook_id: WebhookIdArgument, as_json: output.Json = False) -> None:
    """Send nothing until the webhook is resumed. Events that happen meanwhile are not sent later."""
    with open_desk() as (authority, actor):
        webhook = authority.webhooks.pause(actor, webhook_id)
    output.show_one(Webhook.of(webhook), as_json=as_json, labels=WEBHOOK_COLUMNS)


@app.command(epilog="Example: trigpoint webhook resume 4D5N8H2K7C")
def resume(webhook_id: WebhookIdArgument, as_json: output.Json = False) -> None:
    """Resume a webhook that was paused or disabled: send waiting messages, and events from now on."""
    with open_desk() as (authority, actor):
        webhook = authority.webhooks.resume(actor, webhook_id)
    output.show_one(Webhook.of(webhook), as_json=as_json, labels=WEBHOOK_COLUMNS)


@app.command(epilog="Example: trigpoint webhook remove 4D5N8H2K7C --yes")
def remove(webhook_id: WebhookIdArgument, yes: output.Yes = False, as_json: output.Json = False) -> None:
    """Remove a webhook. Its waiting messages and its secret are deleted."""
    output.confirm(f"Remove the webhook {webhook_id}?", yes=yes)
    with open_desk() as (authority, actor):
        removed = authority.webhooks.remove(actor, webhook_id)
    if as_json:
        output.show_json(Webhook.of(removed))
        return
    output.say(f"The webhook {removed.webhook_id} to {removed.url} is removed.")


@app.command(epilog="Example: trigpoint webhook deliveries 4D5N8H2K7C --state failed")
def deliveries(
    webhook_id: WebhookIdArgument,
    state: Annotated[str | None, typer.Option("--state", help="waiting, delivered or failed.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="The most messages to show.")] = 100,
    as_json: output.Json = False,
) -> None:
    """List the messages of the last 30 days, the newest first."""
    chosen = read_state(state) if state is not None else None
    with open_desk() as (authority, actor):
        found = authority.webhooks.deliveries(actor, webhook_id, state=chosen, limit=limit)
        rows = [Delivery.of(one) for one in found]
    output.show_list(rows, as_json=as_json, columns=DELIVERY_COLUMNS, empty="There are no messages.")


@app.command(epilog="Example: trigpoint webhook replay msg_4D5N8H2K7C42")
def replay(
    message: Annotated[str | None, typer.Argument(metavar="MESSAGE", help="The ID of one message.")] = None,
    failed: Annotated[
        str | None, typer.Option("--failed", metavar="ID", help="Every failed message of this webhook.")
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Send messages again, with the same IDs. A running server sends them; a disabled webhook becomes active."""
    if (message is None) is (failed is None):
        raise InvalidError("MESSAGE", "given, or --failed with a webhook's id", example="msg_4D5N8H2K7C42")
    with open_desk() as (authority, actor):
        if failed is not None:
            found = authority.webhooks.replay_failed(actor, failed)
        else:
            found = [authority.webhooks.replay(actor, message or "")]
    rows = [Delivery.of(one) for one in found]
    output.show_list(rows, as_json=as_json, columns=DELIVERY_COLUMNS, empty="There are no failed messages.")


def show_issued(issued: "IssuedWebhook", *, as_json: bool, note: str) -> None:
    """Show a new secret, alone on standard output."""
    if as_json:
        output.show_json(widen(CreatedWebhook, Webhook.of(issued.record), secret=issued.secret))
        return
    output.show_value(issued.secret)
    output.say(f"The secret is not shown again. {note}")


def read_state(text: str) -> DeliveryState:
    """Read a state of messages."""
    try:
        return DeliveryState(text)
    except ValueError:
        rule = "one of " + ", ".join(DeliveryState)
        raise InvalidError("--state", rule, example=DeliveryState.FAILED, received=text) from None
