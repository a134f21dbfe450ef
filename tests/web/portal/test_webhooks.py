"""Webhooks in the portal: added with a secret that is shown once, tested, paused, removed; messages replayed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from authority.people_builders import PASSWORD, a_member
from conftest import NOON, FixedClock
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.session import PROOF_LIMIT_S
from trigpoint.credentials.webhook import OLD_SECRETS, OVERLAP_S, DeliveryState, Webhook, WebhookState
from trigpoint.web.portal.events.webhooks import EVENT_GROUPS, PAGE
from web.portal import browsing
from web.portal.browsing import Browser
from web.portal.conftest import sign_in

URL = "https://127.0.0.1:9/hook"
CHANGES = ("edit", "test", "pause", "resume", "replay", "renew", "remove")
NOT_OF_A_TEAM = {"person", "operator", "password", "passkey", "second_factor", "session", "backup", "signing_secret"}


@pytest.fixture
def authority(home: Path, clock: FixedClock) -> Iterator[Authority]:
    """An installation that allows webhooks to this machine: no name has to be looked up."""
    opened = open_authority(home=home, clock=clock, webhook_networks="127.0.0.0/8")
    yield opened
    opened.close()


@pytest.fixture
def webhook(authority: Authority, operator: Actor, team_id: TeamId) -> Webhook:
    return authority.webhooks.add(operator, url=URL, team_id=team_id, events=["maps_id.*"], description="Pager").record


@pytest.fixture
def path(base: str, webhook: Webhook) -> str:
    return f"{base}/webhooks/{webhook.webhook_id}"


def add(browser: Browser, base: str, *, events: tuple[str, ...] = (), **values: str) -> browsing.Page:
    form = browser.open(f"{base}/webhooks").form("/webhooks")
    action, fields = form.fill({"url": URL} | values)
    return browser.post(action, [*fields, *(("event", event) for event in events)])


def cause(authority: Authority, operator: Actor, team_id: TeamId, *names: str) -> None:
    """Let events happen, and turn them into messages."""
    for name in names:
        authority.maps_ids.register(operator, team_id=team_id, identifier=f"maps.com.{name}", description="Site")
    authority._store.deliveries.fan_out(at=int(NOON * 1000))


def give_up(authority: Authority, operator: Actor, webhook: Webhook) -> None:
    for message in authority.webhooks.deliveries(operator, webhook.webhook_id):
        failed = replace(message, state=DeliveryState.FAILED, attempts=8, last_at=int(NOON * 1000), last_status=500)
        authority._store.deliveries.note(replace(failed, last_error="The answer was 500, not 2xx."))
    with authority._store.change() as change:
        change.webhooks.disable(webhook.webhook_id, because="It took no message for so long.")


def test_every_kind_of_event_of_a_team_can_be_chosen() -> None:
    offered = {kind for group in EVENT_GROUPS for kind in group.kinds}
    assert {kind.value for kind in EventKind} - offered == {
        kind.value for kind in EventKind if kind.value.split(".")[0] in NOT_OF_A_TEAM
    }
    assert all(group.kinds for group in EVENT_GROUPS)


def test_a_webhook_is_added_and_its_secret_shown_once(
    ada: Browser, base: str, authority: Authority, operator: Actor
) -> None:
    page = add(ada, base, description="Pager")
    found = re.search(r'<pre id="secret" tabindex="0">(whsec_[^<]+)</pre>', page.answer.text)
    assert found
    (webhook,) = authority.webhooks.list(operator)
    assert (webhook.url, webhook.events, webhook.description) == (URL, ("*",), "Pager")
    for address in (f"{base}/webhooks", f"{base}/webhooks/{webhook.webhook_id}"):
        shown = ada.open(address)
        assert URL in shown.text
        assert "everything" in shown.text
        assert "whsec_" not in shown.answer.text


def test_kinds_and_patterns_are_chosen(ada: Browser, base: str, authority: Authority, operator: Actor) -> None:
    page = add(ada, base, events=("key.*", "leak.reported"), which="some", patterns="*.suspended, quota.alarm  key.*")
    assert "The webhook was added" in page.text
    (webhook,) = authority.webhooks.list(operator)
    assert webhook.events == ("key.*", "leak.reported", "*.suspended", "quota.alarm")


@pytest.mark.parametrize(
    ("values", "events", "said"),
    [
        (
            {"url": "https://10.0.0.1/hook"},
            (),
            "It must be at a public address, or at one that TRIGPOINT_WEBHOOK_NETWO",
        ),
        ({"url": "https://[::ffff:10.0.0.1]/"}, (), "It must be at a public address"),
        ({"url": "ftp://example.com"}, (), "It must be an https or http URL without user and fragment"),
        ({"url": "https://a:b@example.com/"}, (), "without user and fragment"),
        ({"which": "some"}, (), "Choose at least one kind of event, or everything."),
        (
            {"which": "some", "patterns": "nothing.*"},
            ("key.*",),
            "It must be a kind of event, or a pattern such as key.*",
        ),
        ({"description": "x" * 201}, (), "It must be at most 200 printable characters"),
    ],
)
def test_an_invalid_form_is_shown_again_with_its_error(
    ada: Browser,
    base: str,
    authority: Authority,
    operator: Actor,
    values: dict[str, str],
    events: tuple[str, ...],
    said: str,
) -> None:
    page = add(ada, base, events=events, **values)
    assert (page.status, said in page.text) == (400, True)
    typed = values.items() | {("event", event) for event in events}
    assert typed <= set(page.form("/webhooks").fields)
    assert authority.webhooks.list(operator) == []


def test_a_webhook_is_edited(ada: Browser, path: str, webhook: Webhook, authority: Authority, operator: Actor) -> None:
    authority.webhooks.edit(operator, webhook.webhook_id, events=["maps_id.*", "key.revoked", "*.suspended"])
    asked = ada.open(f"{path}/edit")
    assert {("which", "some"), ("event", "maps_id.*"), ("event", "key.revoked"), ("patterns", "*.suspended")} <= set(
        asked.form("/edit").fields
    )
    done = ada.press(asked, "/edit", url=f"{URL}/2", description="On call", patterns="*.suspended,leak.*")
    assert "The webhook was changed." in done.text
    found = authority.webhooks.get(operator, webhook.webhook_id)
    assert (found.url, found.description) == (f"{URL}/2", "On call")
    assert set(found.events) == {"maps_id.*", "key.revoked", "*.suspended", "leak.*"}
    assert "everything" in ada.press(ada.open(f"{path}/edit"), "/edit", which="all").text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"url": "https://10.0.0.1/hook"}, "It must be at a public address"),
        ({"which": "some", "patterns": "nothing"}, "It must be a kind of event"),
        ({"description": "x" * 201}, "It must be at most 200 printable characters"),
    ],
)
def test_an_invalid_edit_is_shown_again_with_its_error(
    ada: Browser, path: str, webhook: Webhook, authority: Authority, operator: Actor, values: dict[str, str], said: str
) -> None:
    page = ada.press(ada.open(f"{path}/edit"), "/edit", **values)
    assert (page.status, said in page.text) == (400, True)
    assert set(values.items()) <= set(page.form("/edit").fields)
    assert authority.webhooks.get(operator, webhook.webhook_id) == webhook


def test_concurrent_edits_are_refused_instead_of_lost(
    ada: Browser, path: str, as_role: Callable[[Role], Browser]
) -> None:
    bob = as_role(Role.ADMIN)
    of_ada, of_bob = ada.open(f"{path}/edit"), bob.open(f"{path}/edit")
    ada.press(of_ada, "/edit", description="Ada's")
    refused = bob.press(of_bob, "/edit", description="Bob's")
    said = f"Somebody else has changed the webhook. It now sends maps_id.* to {URL}"
    assert (refused.status, said in refused.text) == (409, True)
    assert ("description", "Bob's") in refused.form("/edit").fields
    assert "The webhook was changed." in bob.press(refused, "/edit").text


def test_a_double_click_adds_one_webhook(ada: Browser, base: str, authority: Authority, operator: Actor) -> None:
    form = ada.open(f"{base}/webhooks")
    assert "The webhook was added" in ada.press(form, "/webhooks", url=URL).text
    again = ada.press(form, "/webhooks", url=URL)
    assert "was added a moment ago, and its secret was shown" in again.text
    assert len(authority.webhooks.list(operator)) == 1


SHOWN = re.compile(r'<pre id="secret" tabindex="0">(whsec_[^<]+)</pre>')


def test_a_secret_is_renewed_and_shown_once(ada: Browser, path: str, authority: Authority, operator: Actor) -> None:
    assert "Old secret" not in ada.open(path).text
    asked = ada.press(ada.open(f"{path}/renew"), "/renew", "Renew the secret")
    assert "The secret was renewed" in asked.text
    assert "every message is also signed with the old secret" in asked.text
    assert SHOWN.search(asked.answer.text)
    page = ada.open(path)
    assert "Old secretalso signs messages, until 16 January 2027, 08:00:00 UTC" in page.text
    assert "whsec_" not in page.answer.text
    event = authority.audit.events(operator, kind=EventKind.WEBHOOK_SECRET_RENEWED)[0]
    assert event.actor == "ada@example.com"
    assert "ada@example.com renewed the secret of the webhook" in ada.open(path.partition("/webhooks")[0]).text


def test_a_double_click_renews_a_secret_once(ada: Browser, path: str, authority: Authority, operator: Actor) -> None:
    form = ada.open(f"{path}/renew")
    ada.press(form, "/renew", "Renew the secret")
    again = ada.press(form, "/renew", "Renew the secret")
    assert "The secret was renewed and shown a moment ago." in again.text
    assert len(authority.audit.events(operator, kind=EventKind.WEBHOOK_SECRET_RENEWED)) == 1


def test_a_secret_renewed_too_often_is_not_renewed_again(ada: Browser, path: str, clock: FixedClock) -> None:
    for _ in range(OLD_SECRETS):
        assert ada.press(ada.open(f"{path}/renew"), "/renew", "Renew the secret").status == 200
    refused = ada.press(ada.open(f"{path}/renew"), "/renew", "Renew the secret")
    assert (refused.status, "The secret was renewed 5 times within a day." in refused.text) == (409, True)
    clock.now += OVERLAP_S - 1
    assert "Old secret" in ada.open(path).text
    clock.now += 1
    assert "Old secret" not in ada.open(path).text


@pytest.mark.usefixtures("webhook")
def test_messages_are_listed_by_state_and_in_pages(
    ada: Browser, path: str, webhook: Webhook, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    assert "No message yet" in ada.open(path).text
    cause(authority, operator, team_id, *(f"n{number}" for number in range(PAGE + 2)))
    first = ada.open(path)
    ids = re.findall(r"msg_\w+", first.answer.text.split('id="messages"')[1])
    assert len(set(ids)) == PAGE
    assert 'hx-trigger="every 2s"' in first.answer.text
    older = re.search(r"before=(\d+)", first.answer.text)
    assert older
    second = ada.open(f"{path}?before={older[1]}")
    assert len(set(re.findall(r"msg_\w+", second.answer.text)) - set(ids)) == 2
    assert "No message is failed." in ada.open(f"{path}?show=failed").text
    give_up(authority, operator, webhook)
    page = ada.open(f"{path}?show=failed")
    assert "500 The answer was 500, not 2xx." in page.text
    assert "It took no message for so long." in page.text
    assert "every 2s" not in page.answer.text


def test_one_message_or_all_failed_ones_are_replayed(
    ada: Browser, path: str, webhook: Webhook, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    def waiting() -> int:
        return len(authority.webhooks.deliveries(operator, webhook.webhook_id, state=DeliveryState.WAITING))

    cause(authority, operator, team_id, "one", "two", "three")
    give_up(authority, operator, webhook)
    every, single = [form for form in ada.open(path).forms if form.action.endswith("/replay")][:2]
    assert "are being sent again. The webhook is active." in ada.post(single.action, single.fields).text
    assert waiting() == 1
    give_up(authority, operator, webhook)
    ada.post(every.action, every.fields)
    assert waiting() == 3
    assert authority.webhooks.get(operator, webhook.webhook_id).state is WebhookState.ACTIVE


def test_a_message_of_another_webhook_is_not_found(
    ada: Browser, path: str, webhook: Webhook, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    other = authority.webhooks.add(operator, url=URL, team_id=team_id, events=["maps_id.*"]).record
    cause(authority, operator, team_id, "one")
    (message,) = authority.webhooks.deliveries(operator, other.webhook_id)
    token = dict(ada.open(path).form("/test").fields)["form_token"]
    for wrong in (message.delivery_id, f"msg_{webhook.webhook_id}999", "x"):
        assert ada.post(f"{path}/replay", {"form_token": token, "message": wrong}).status == 404


def test_a_webhook_is_tested_paused_resumed_and_removed(
    ada: Browser, base: str, path: str, webhook: Webhook, authority: Authority, operator: Actor
) -> None:
    active = ada.open(path)
    tested = ada.press(active, "/test")
    assert "A test message is being sent." in tested.text
    assert "webhook.tested" in tested.text
    paused = ada.press(active, "/pause")
    assert "Nothing is sent" in paused.text
    assert "Paused by ada@example.com." in paused.text
    assert "when it is resumed" in paused.text
    assert "Paused by ada@example.com." in ada.open(f"{base}/webhooks").text
    assert "is paused" in ada.press(active, "/pause").text  # twice is as once
    refused = ada.press(active, "/test")
    assert (refused.status, "Resume it, then test it." in refused.text) == (409, True)
    assert "The webhook is active." in ada.press(paused, "/resume").text
    assert "The webhook is active." in ada.press(paused, "/resume").text
    asked = ada.open(f"{path}/remove")
    assert authority.webhooks.get(operator, webhook.webhook_id)
    assert "The webhook was removed." in ada.press(asked, "/remove", "Remove").text
    assert authority.webhooks.list(operator) == []
    assert ada.press(asked, "/remove", "Remove").status == 404


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VIEWER])
def test_lower_roles_see_and_change_none(base: str, path: str, as_role: Callable[[Role], Browser], role: Role) -> None:
    low = as_role(role)
    assert f"{base}/webhooks" not in low.open(base).answer.text
    assert low.open(f"{base}/webhooks").status == low.open(path).status == 403
    token = dict(low.open("/account").form("/account/name").fields)["form_token"]
    assert low.post(f"{base}/webhooks", {"form_token": token, "url": URL}).status == 403
    for change in CHANGES:
        assert low.post(f"{path}/{change}", {"form_token": token}).status == 403


def test_for_a_person_outside_the_team_the_webhook_does_not_exist(
    base: str, path: str, webhook: Webhook, authority: Authority, operator: Actor
) -> None:
    other = authority.teams.create(operator, "Other").team_id
    eve = sign_in(Browser(authority), a_member(authority, other, Role.ADMIN, email="eve@example.com").email)
    for address in (f"{base}/webhooks", path, f"/teams/{other}/webhooks/{webhook.webhook_id}"):
        assert eve.open(address).status == 404
    token = dict(eve.open("/account").form("/account/name").fields)["form_token"]
    assert eve.post(f"{base}/webhooks", {"form_token": token, "url": URL}).status == 404
    for change in CHANGES:
        assert eve.post(f"{path}/{change}", {"form_token": token}).status == 404


def test_a_webhook_of_the_whole_installation_is_not_shown(
    ada: Browser, base: str, authority: Authority, operator: Actor
) -> None:
    whole = authority.webhooks.add(operator, url=URL).record
    assert "No webhook yet." in ada.open(f"{base}/webhooks").text
    assert ada.open(f"{base}/webhooks/{whole.webhook_id}").status == 404


@pytest.mark.parametrize("change", ["add", "renew", "remove"])
def test_the_identity_must_be_confirmed_after_ten_minutes(
    ada: Browser, base: str, path: str, clock: FixedClock, change: str
) -> None:
    clock.now += PROOF_LIMIT_S
    if change == "add":
        asked, action = add(ada, base, events=("key.*", "leak.*"), which="some"), "/webhooks"
    else:
        button = {"renew": "Renew the secret", "remove": "Remove"}[change]
        asked, action = ada.press(ada.open(f"{path}/{change}"), f"/{change}", button), f"/{change}"
    assert "Confirm your identity" in asked.text
    done = ada.press(asked, action, password_again=PASSWORD)
    said = {"add": "Eventskey.*, leak.*", "renew": "The secret was renewed", "remove": "The webhook was removed."}
    assert said[change] in done.text
