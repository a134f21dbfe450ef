"""Webhooks: a secret that is returned once, messages in pages, and replay."""

from dataclasses import replace

import pytest

from trigpoint.credentials.webhook import DeliveryState
from web.manage.callers import Caller, World

NEW = {"url": "https://1.1.1.1/new", "events": ["key.*"], "description": "Pager"}
ONCE = {"idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def test_a_webhook_is_added_and_its_secret_returned_once(world: World, admin: Caller) -> None:
    answer = admin.post(f"teams/{world.team}/webhooks", NEW, headers=ONCE)
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/manage/v1/webhooks/{made['webhookId']}"
    assert made["secret"].startswith("whsec_")
    assert {name: made[name] for name in NEW} == NEW
    assert (made["teamId"], made["state"]) == (world.team, "active")
    again = admin.post(f"teams/{world.team}/webhooks", NEW, headers=ONCE)
    assert (again.status_code, again.json()["subject"]) == (409, made["webhookId"])
    assert made["secret"] not in again.text
    assert admin.get(f"webhooks/{made['webhookId']}").json() == {k: v for k, v in made.items() if k != "secret"}
    listed = admin.get(f"teams/{world.team}/webhooks")
    assert [row["webhookId"] for row in listed.json()["items"]].count(made["webhookId"]) == 1
    assert "secret" not in listed.text


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"url": "http://example.com/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "url"),
        ({"events": ["key.revokd"]}, "events"),
        ({"description": "x" * 201}, "description"),
        ({"description": "a\0b"}, "description"),
    ],
)
def test_an_invalid_webhook_is_refused(world: World, admin: Caller, change: dict[str, str], name: str) -> None:
    answer = admin.post(f"teams/{world.team}/webhooks", NEW | change)
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, name)
    assert len(admin.get(f"teams/{world.team}/webhooks").json()["items"]) == 1


def test_an_edited_webhook_keeps_its_secret(world: World, admin: Caller) -> None:
    path = f"webhooks/{world.webhook}"
    read = admin.get(path)
    body = {"events": ["key.*", "leak.*"], "description": "Pager"}
    edited = admin.ask("PATCH", path, body, headers={"if-match": read.headers["etag"]})
    assert edited.json() == read.json() | body
    assert edited.headers["etag"] not in {read.headers["etag"], ""}
    assert admin.get(path).headers["etag"] == edited.headers["etag"]
    late = admin.ask("PATCH", path, {"url": "https://1.1.1.1/late"}, headers={"if-match": read.headers["etag"]})
    assert (late.status_code, late.json()["type"]) == (412, "/manage/docs#problem-stale")
    assert admin.get(path).json() == edited.json()
    everything = admin.ask("PATCH", path, {"events": []}, headers={"if-match": "*"})
    assert everything.json()["events"] == ["*"]
    assert "secret" not in everything.text


def test_an_edit_of_nothing_changes_nothing_and_is_no_event(world: World, admin: Caller) -> None:
    read = admin.get(f"webhooks/{world.webhook}")
    head = world.authority.audit.verify().head
    same = admin.ask("PATCH", f"webhooks/{world.webhook}", {}, headers={"if-match": read.headers["etag"]})
    assert (same.json(), same.headers["etag"]) == (read.json(), read.headers["etag"])
    assert world.authority.audit.verify().head == head


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_a_pause_does_not_conflict_with_an_edit(world: World, admin: Caller, act: str) -> None:
    path = f"webhooks/{world.webhook}"
    if act == "resume":
        admin.post(f"{path}/pause")
    tag = admin.get(path).headers["etag"]
    assert admin.post(f"{path}/{act}").headers["etag"] == tag
    assert admin.ask("PATCH", path, {"description": "Pager"}, headers={"if-match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("if_match", "status"),
    [(None, 428), ("*", 200), ('"0123456789abcdef"', 412), ('"1"', 412), ("1", 400), ('W/"1"', 400), ("", 400)],
)
def test_an_edit_needs_the_version_that_was_read(
    world: World, admin: Caller, if_match: str | None, status: int
) -> None:
    headers = {} if if_match is None else {"if-match": if_match}
    answer = admin.ask("PATCH", f"webhooks/{world.webhook}", {"description": "Pager"}, headers=headers)
    assert answer.status_code == status
    assert (admin.get(f"webhooks/{world.webhook}").json()["description"] == "Pager") is (status == 200)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"events": ["key.revokd"]}, "events"),
        ({"description": "x" * 201}, "description"),
        ({"secret": "whsec_mine"}, ""),
    ],
)
def test_an_invalid_edit_is_refused(world: World, admin: Caller, change: dict[str, str], name: str) -> None:
    read = admin.get(f"webhooks/{world.webhook}").json()
    answer = admin.ask("PATCH", f"webhooks/{world.webhook}", change, headers={"if-match": "*"})
    assert answer.status_code == 400
    assert not name or answer.json()["errors"][0]["name"] == name
    assert admin.get(f"webhooks/{world.webhook}").json() == read


def test_a_secret_is_renewed_and_returned_once(world: World, admin: Caller) -> None:
    path = f"webhooks/{world.webhook}"
    tag = admin.get(path).headers["etag"]
    answer = admin.post(f"{path}/renew-secret", headers=ONCE)
    assert (answer.status_code, answer.headers["etag"]) == (200, tag)
    secret = answer.json().pop("secret")
    assert secret.startswith("whsec_")
    read = admin.get(path)
    assert read.json() == {name: value for name, value in answer.json().items() if name != "secret"}
    assert read.json()["oldSecretUntil"] == "2027-01-16T08:00:00Z"
    again = admin.post(f"{path}/renew-secret", headers=ONCE)
    assert (again.status_code, again.json()["subject"]) == (409, world.webhook)
    assert "whsec_" not in again.text
    assert admin.post(f"{path}/renew-secret").json()["secret"] != secret


def test_only_a_webhook_of_the_installation_receives_events_of_every_team(world: World, admin: Caller) -> None:
    installation = world.installation()
    made = installation.post("webhooks", NEW).json()
    assert "teamId" not in made
    every = [row["webhookId"] for row in installation.get("webhooks").json()["items"]]
    assert sorted(every) == sorted([world.webhook, made["webhookId"]])
    assert admin.get(f"webhooks/{made['webhookId']}").status_code == 404
    assert [row["webhookId"] for row in admin.get(f"teams/{world.team}/webhooks").json()["items"]] == [world.webhook]


def test_a_removed_webhook_is_404(world: World, admin: Caller) -> None:
    assert admin.ask("DELETE", f"webhooks/{world.webhook}").status_code == 204
    assert admin.ask("DELETE", f"webhooks/{world.webhook}").status_code == 404
    assert admin.get(f"webhooks/{world.webhook}/messages").status_code == 404


def test_messages_are_read_in_pages_the_newest_first(world: World, admin: Caller) -> None:
    for number in range(3):
        world.authority.maps_ids.register(
            world.operator, team_id=world.team, identifier=f"maps.com.n{number}", description="New"
        )
    world.authority._store.deliveries.fan_out(at=0)
    path = f"webhooks/{world.webhook}/messages"
    first = admin.get(path, params={"limit": 2}).json()
    second = admin.get(path, params={"limit": 200, "cursor": first["nextCursor"]}).json()
    assert "nextCursor" not in second
    rows = first["items"] + second["items"]
    assert [row["kind"] for row in rows[:3]] == ["maps_id.registered"] * 3
    assert [row["sequence"] for row in rows] == sorted({row["sequence"] for row in rows}, reverse=True)
    assert len(rows) == len(admin.get(path).json()["items"])
    assert {row["state"] for row in rows} == {"waiting"}
    assert admin.get(path, params={"state": "failed"}).json() == {"items": []}


def give_up(world: World) -> None:
    """Let every message be given up and the webhook disabled, as after 30 hours without an answer."""
    world.authority._store.deliveries.fan_out(at=0)
    with world.authority._store.change() as change:
        change.webhooks.disable(world.webhook, because="It took no message.")
    for message in world.authority.webhooks.deliveries(world.operator, world.webhook):
        world.authority._store.deliveries.note(replace(message, state=DeliveryState.FAILED, attempts=8))


def test_one_message_or_all_failed_ones_are_replayed(world: World, admin: Caller) -> None:
    give_up(world)
    failed = admin.get(f"webhooks/{world.webhook}/messages", params={"state": "failed"}).json()["items"]
    assert len(failed) > 1
    assert admin.get(f"webhooks/{world.webhook}").json()["state"] == "disabled"
    one = admin.post(f"webhooks/{world.webhook}/messages/{world.message}/replay").json()
    assert (one["messageId"], one["state"], one["attempts"]) == (world.message, "waiting", 0)
    assert admin.get(f"webhooks/{world.webhook}").json()["state"] == "active"
    assert admin.post(f"webhooks/{world.webhook}/replay").json() == {"replayed": len(failed) - 1}
    assert admin.post(f"webhooks/{world.webhook}/replay").json() == {"replayed": 0}


def test_a_webhook_is_paused_resumed_and_tested(world: World, admin: Caller) -> None:
    path = f"webhooks/{world.webhook}"
    paused = admin.post(f"{path}/pause").json()
    assert (paused["state"], paused["disabledBecause"][:9]) == ("disabled", "Paused by")
    assert [admin.post(f"{path}/{what}").status_code for what in ("pause", "test")] == [409, 409]
    assert admin.post(f"{path}/resume").json()["state"] == "active"
    assert admin.post(f"{path}/resume").status_code == 409
    tested = admin.post(f"{path}/test").json()
    assert (tested["kind"], tested["state"]) == ("webhook.tested", "waiting")


def test_a_message_belongs_to_one_webhook(world: World, admin: Caller) -> None:
    other = admin.post(f"teams/{world.team}/webhooks", NEW).json()["webhookId"]
    assert admin.post(f"webhooks/{other}/messages/{world.message}/replay").status_code == 404
    unknown = admin.post(f"webhooks/{world.webhook}/messages/msg_{world.webhook}999999/replay")
    assert unknown.status_code == 404
    assert "messages are kept for 30 days" in unknown.json()["detail"]
