"""Pages of webhooks: list, add, edit, pause, test, renew the secret, remove; and their messages, with replay."""

from dataclasses import dataclass

from litestar import Response
from litestar.params import FromPath, FromQuery

from trigpoint.authority.webhooks import IssuedWebhook
from trigpoint.base.clock import now_ms
from trigpoint.base.errors import ConflictError, InvalidError, NotFoundError, StaleError
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.roles import Permission
from trigpoint.credentials.webhook import EVERYTHING, Delivery, DeliveryState, Webhook, WebhookState
from trigpoint.web.portal.frame.forms import Form, PostedForm, say_rule
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit

PAGE = 50
SOON_MS = 60_000
"""While a message is due within this time, its page reloads the list of messages."""
NO_EVENTS = {"events": "Choose at least one kind of event, or everything."}
GROUPS = {
    "key": "Keys",
    "maps_token": "Maps tokens",
    "leak": "Leaks",
    "quota": "Quotas",
    "maps_id": "Maps IDs",
    "member": "Members",
    "invitation": "Invitations",
    "api_token": "API tokens",
    "team": "Team",
    "webhook": "Webhooks",
}
"""Labels for the nouns of events that concern a team; other events concern a person or the installation."""


@dataclass(frozen=True, slots=True)
class EventGroup:
    """The kinds of events of one noun, with the pattern for all of them."""

    label: str
    pattern: str
    kinds: tuple[str, ...]


EVENT_GROUPS = tuple(
    EventGroup(label, f"{noun}.*", tuple(kind.value for kind in EventKind if kind.value.split(".")[0] == noun))
    for noun, label in GROUPS.items()
)


@get("/teams/{team_id:str}/webhooks")
def list_webhooks(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """List the webhooks of the team."""
    return _list_page(visit, team_id, Form())


@post("/teams/{team_id:str}/webhooks")
def add_webhook(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Add a webhook, and show its secret, once."""
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_WEBHOOKS, team.team_id)
    events = _read_events(form)
    if events is None:
        return _list_page(visit, team_id, form, errors=NO_EVENTS, status=400)
    visit.require_proof(form)
    try:
        issued = visit.authority.webhooks.add(
            visit.actor,
            url=form.text("url"),
            team_id=team.team_id,
            events=events,
            description=form.text("description"),
            once=visit.once(form),
        )
    except RepeatedError as error:
        return go_to(f"/teams/{team_id}/webhooks/{error.subject}", notice="webhook-again")
    except InvalidError as error:
        return _list_page(visit, team_id, form, errors=_tell(error), status=400)
    return _secret_page(visit, issued, title="The webhook was added")


@get("/teams/{team_id:str}/webhooks/{webhook_id:str}")
def show_webhook(
    visit: HereVisit,
    team_id: FromPath[str],
    webhook_id: FromPath[str],
    show: FromQuery[str] = "",
    before: FromQuery[int | None] = None,
) -> Response[bytes]:
    """Show one webhook and its messages, the newest first."""
    return _webhook_page(visit, _find(visit, team_id, webhook_id), show=show, before=before)


@get("/teams/{team_id:str}/webhooks/{webhook_id:str}/edit")
def show_form(visit: HereVisit, team_id: FromPath[str], webhook_id: FromPath[str]) -> Response[bytes]:
    """Show the form to edit a webhook."""
    webhook = _find(visit, team_id, webhook_id)
    return _edit_page(visit, webhook, _form_of(webhook))


@post("/teams/{team_id:str}/webhooks/{webhook_id:str}/edit")
def edit_webhook(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], webhook_id: FromPath[str]
) -> Response[bytes]:
    """Change URL, events and description, unless somebody else has changed them since."""
    webhook = _find(visit, team_id, webhook_id)
    events = _read_events(form)
    if events is None:
        return _edit_page(visit, webhook, form, errors=NO_EVENTS, status=400)
    visit.require_proof(form)
    try:
        visit.authority.webhooks.edit(
            visit.actor,
            webhook.webhook_id,
            url=form.text("url"),
            events=events,
            description=form.text("description"),
            edition=form.text("edition"),
        )
    except InvalidError as error:
        return _edit_page(visit, webhook, form, errors=_tell(error), status=400)
    except StaleError:
        words = "everything" if webhook.events == (EVERYTHING,) else ", ".join(webhook.events)
        wrong = {"webhook": f"Somebody else has changed the webhook. It now sends {words} to {webhook.url}"}
        fresh = Form((*form.without(("edition",)).fields, ("edition", webhook.edition)))
        return _edit_page(visit, webhook, fresh, errors=wrong, status=409)
    return go_to(_address_of(webhook), notice="webhook-edited")


@post("/teams/{team_id:str}/webhooks/{webhook_id:str}/test")
def send_test(visit: HereVisit, team_id: FromPath[str], webhook_id: FromPath[str]) -> Response[bytes]:
    """Send a test message."""
    webhook = _find(visit, team_id, webhook_id)
    try:
        visit.authority.webhooks.test(visit.actor, webhook.webhook_id)
    except ConflictError as error:
        return _webhook_page(visit, webhook, wrong=str(error), status=409)
    return go_to(_address_of(webhook), notice="webhook-tested")


@post("/teams/{team_id:str}/webhooks/{webhook_id:str}/pause")
def pause_webhook(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], webhook_id: FromPath[str]
) -> Response[bytes]:
    """Pause the webhook: nothing is sent until it is resumed."""
    webhook = _find(visit, team_id, webhook_id)
    visit.require_proof(form)
    if webhook.state is WebhookState.ACTIVE:
        visit.authority.webhooks.pause(visit.actor, webhook.webhook_id)
    return go_to(_address_of(webhook), notice="webhook-paused")


@post("/teams/{team_id:str}/webhooks/{webhook_id:str}/resume")
def resume_webhook(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], webhook_id: FromPath[str]
) -> Response[bytes]:
    """Resume the webhook: send waiting messages, and events from now on."""
    webhook = _find(visit, team_id, webhook_id)
    visit.require_proof(form)
    if webhook.state is WebhookState.DISABLED:
        visit.authority.webhooks.resume(visit.actor, webhook.webhook_id)
    return go_to(_address_of(webhook), notice="webhook-resumed")


@post("/teams/{team_id:str}/webhooks/{webhook_id:str}/replay")
def replay(visit: HereVisit, form: PostedForm, team_id: FromPath[str], webhook_id: FromPath[str]) -> Response[bytes]:
    """Send one message again, or, if none is named, all failed messages."""
    webhook = _find(visit, team_id, webhook_id)
    message = form.text("message")
    if not message:
        visit.authority.webhooks.replay_failed(visit.actor, webhook.webhook_id)
    elif message.startswith(f"msg_{webhook.webhook_id}"):
        visit.authority.webhooks.replay(visit.actor, message)
    else:
        raise NotFoundError(f"This webhook has no message with the ID {message}.")
    return go_to(_address_of(webhook), notice="webhook-replayed")


@get("/teams/{team_id:str}/webhooks/{webhook_id:str}/renew")
def ask_before_renewal(visit: HereVisit, team_id: FromPath[str], webhook_id: FromPath[str]) -> Response[bytes]:
    """Explain a renewal, and ask for confirmation before the secret is renewed."""
    return _renewal_page(visit, _find(visit, team_id, webhook_id))


@post("/teams/{team_id:str}/webhooks/{webhook_id:str}/renew")
def renew_secret(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], webhook_id: FromPath[str]
) -> Response[bytes]:
    """Renew the secret, and show the new one, once. For a day, messages are also signed with the old one."""
    webhook = _find(visit, team_id, webhook_id)
    visit.require_proof(form)
    try:
        issued = visit.authority.webhooks.renew_secret(visit.actor, webhook.webhook_id, once=visit.once(form))
    except RepeatedError:
        return go_to(_address_of(webhook), notice="webhook-renewed-again")
    except ConflictError as error:
        return _renewal_page(visit, webhook, wrong=str(error), status=409)
    return _secret_page(visit, issued, title="The secret was renewed")


@get("/teams/{team_id:str}/webhooks/{webhook_id:str}/remove")
def ask_before_removal(visit: HereVisit, team_id: FromPath[str], webhook_id: FromPath[str]) -> Response[bytes]:
    """Ask for confirmation before a webhook is removed."""
    webhook = _find(visit, team_id, webhook_id)
    return visit.page(
        "webhooks/remove.html", title="Remove the webhook", team=visit.find_team(team_id), webhook=webhook
    )


@post("/teams/{team_id:str}/webhooks/{webhook_id:str}/remove")
def remove_webhook(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], webhook_id: FromPath[str]
) -> Response[bytes]:
    """Remove a webhook with its messages."""
    webhook = _find(visit, team_id, webhook_id)
    visit.require_proof(form)
    visit.authority.webhooks.remove(visit.actor, webhook.webhook_id)
    return go_to(f"/teams/{team_id}/webhooks", notice="webhook-removed")


def _read_events(form: Form) -> list[str] | None:
    """Read the chosen kinds and patterns; an empty list means all events, None that nothing is chosen."""
    if form.text("which") != "some":
        return []
    return [*form.all("event"), *form.text("patterns").replace(",", " ").split()] or None


def _tell(error: InvalidError) -> dict[str, str]:
    received = f" Got '{error.received}'." if error.name == "events" else ""
    return {error.name: say_rule(error, with_example=True) + received}


def _form_of(webhook: Webhook) -> Form:
    """Fill the form with a webhook: kinds without a checkbox go into the field for patterns."""
    boxes = {name for group in EVENT_GROUPS for name in (group.pattern, *group.kinds)}
    events = () if webhook.events == (EVERYTHING,) else webhook.events
    return Form(
        (
            ("url", webhook.url),
            ("description", webhook.description),
            ("which", "some" if events else "all"),
            *(("event", one) for one in events if one in boxes),
            ("patterns", " ".join(one for one in events if one not in boxes)),
            ("edition", webhook.edition),
        )
    )


def _find(visit: Visit, team_id: str, webhook_id: str) -> Webhook:
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_WEBHOOKS, team.team_id)
    webhook = visit.authority.webhooks.get(visit.actor, webhook_id)
    if webhook.team_id != team.team_id:
        raise NotFoundError(f"There is no webhook with the ID {webhook_id} in this team.")
    return webhook


def _address_of(webhook: Webhook) -> str:
    return f"/teams/{webhook.team_id}/webhooks/{webhook.webhook_id}"


def _is_due(delivery: Delivery, now: int) -> bool:
    return delivery.state is DeliveryState.WAITING and delivery.next_at <= now + SOON_MS


def _edit_page(
    visit: Visit, webhook: Webhook, form: Form, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response[bytes]:
    return visit.page(
        "webhooks/edit.html",
        title="Edit the webhook",
        team=visit.find_team(webhook.team_id or ""),
        webhook=webhook,
        form=form,
        groups=EVENT_GROUPS,
        errors=errors or {},
        status=status,
    )


def _secret_page(visit: Visit, issued: IssuedWebhook, *, title: str) -> Response[bytes]:
    return visit.page(
        "webhooks/secret.html",
        title=title,
        team=visit.find_team(issued.record.team_id or ""),
        webhook=issued.record,
        secret=issued.secret,
    )


def _renewal_page(visit: Visit, webhook: Webhook, *, wrong: str = "", status: int = 200) -> Response[bytes]:
    return visit.page(
        "webhooks/renew.html",
        title="Renew the secret",
        team=visit.find_team(webhook.team_id or ""),
        webhook=webhook,
        wrong=wrong,
        status=status,
    )


def _webhook_page(
    visit: Visit, webhook: Webhook, *, show: str = "", before: int | None = None, wrong: str = "", status: int = 200
) -> Response[bytes]:
    desk, actor = visit.authority.webhooks, visit.actor
    now = now_ms(visit.authority.clock)
    wanted = next((one for one in DeliveryState if one.value == show), None)
    found = desk.deliveries(actor, webhook.webhook_id, state=wanted, before=before, limit=PAGE + 1)
    is_active = webhook.state is WebhookState.ACTIVE
    return visit.page(
        "webhooks/one.html",
        title="Webhook",
        team=visit.find_team(webhook.team_id or ""),
        webhook=webhook,
        is_active=is_active,
        messages=found[:PAGE],
        older=found[PAGE - 1].sequence if len(found) > PAGE else None,
        has_failed=bool(desk.deliveries(actor, webhook.webhook_id, state=DeliveryState.FAILED, limit=1)),
        follows=is_active and before is None and any(_is_due(one, now) for one in found),
        states=list(DeliveryState),
        show=show,
        before=before,
        wrong=wrong,
        status=status,
    )


def _list_page(
    visit: Visit, team_id: str, form: Form, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response[bytes]:
    team = visit.find_team(team_id)
    return visit.page(
        "webhooks/list.html",
        title="Webhooks",
        team=team,
        webhooks=visit.authority.webhooks.list(visit.actor, team_id=team.team_id),
        form=form,
        groups=EVENT_GROUPS,
        errors=errors or {},
        status=status,
    )


HANDLERS = (
    list_webhooks,
    add_webhook,
    show_webhook,
    show_form,
    edit_webhook,
    send_test,
    pause_webhook,
    resume_webhook,
    replay,
    ask_before_renewal,
    renew_secret,
    ask_before_removal,
    remove_webhook,
)
