"""Rotation over HTTP: one successor, use of the old key, its expiry, and credentials that expire soon."""

from typing import Any

import pytest

from conftest import NOON
from known_keys import granted
from trigpoint.credentials import keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.roles import Role
from trigpoint.credentials.services import Service
from web.manage.callers import MAPS_ID, Caller, World

ONCE = {"idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
ANY = {"if-match": "*"}


def rotate(admin: Caller, world: World, **body: Any) -> dict[str, Any]:
    answer = admin.post(f"keys/{world.key}/rotate", body)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


def test_a_successor_has_a_private_key_and_the_services_and_maps_id_of_the_old_key(world: World, admin: Caller) -> None:
    admin.ask("PUT", f"keys/{world.key}/ceilings", {"lifetime": 3600}, headers=ANY)
    body = {"limit": 60, "keyId": world.key, "period": "minute"}
    admin.ask("PUT", f"teams/{world.team}/quotas/service_calls", body)
    made = rotate(admin, world, revokeAt="2027-02-01T00:00:00Z")
    assert keypair.read_private_key(made["privateKey"]).public.pem() == made["publicKey"]
    assert (made["name"], made["mapsId"], made["ceilingLifetime"]) == ("Website 2", MAPS_ID, 3600)
    limits = admin.get(f"teams/{world.team}/quotas").json()["items"]
    assert {row["keyId"]: row["limit"] for row in limits if "keyId" in row} == {world.key: 60, made["keyId"]: 60}
    old = admin.get(f"keys/{world.key}").json()
    assert (old["state"], old["expiresAt"]) == ("active", "2027-02-01T00:00:00Z")


def test_a_repeated_rotation_creates_no_third_key(world: World, admin: Caller) -> None:
    first, second = (admin.post(f"keys/{world.key}/rotate", {}, headers=ONCE) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["subject"] == first.json()["keyId"]
    assert len(admin.get(f"teams/{world.team}/keys").json()["items"]) == 2


def test_a_successor_can_be_downloaded_later(world: World, admin: Caller) -> None:
    first, second = (admin.post(f"keys/{world.key}/rotate", {"download": False}, headers=ONCE) for _ in range(2))
    assert first.json()["keyId"] == second.json()["keyId"]
    assert first.json()["privateHalf"] == "waiting"
    assert "privateKey" not in first.json()


@pytest.mark.parametrize(
    ("body", "status"),
    [({"revokeAt": "2027-01-15T08:00:00Z"}, 400), ({"name": "!"}, 400), ({"name": "Website"}, 409)],
)
def test_a_refused_rotation_creates_nothing(world: World, admin: Caller, body: dict[str, str], status: int) -> None:
    assert admin.post(f"keys/{world.key}/rotate", body).status_code == status
    [only] = admin.get(f"teams/{world.team}/keys").json()["items"]
    assert (only["keyId"], only["version"]) == (world.key, 1)


def test_the_traffic_of_each_key_says_which_is_safe_to_revoke(world: World, admin: Caller) -> None:
    new = rotate(admin, world)["keyId"]
    authority = world.authority
    authority._memory.refresh()
    for _ in range(3):
        authority._tally.settle(granted(authority, new, Call(Service.SERVER_API, None, NOON)), 200)
    authority._tally.flush()
    rows = {row["keyId"]: row for row in admin.get(f"keys/{world.key}/traffic").json()}
    assert {key: (row["calls"], row["share"], row["safeToRevoke"]) for key, row in rows.items()} == {
        world.key: (0, 0.0, True),
        new: (3, 100.0, False),
    }
    assert rows[world.key]["why"] == "Nobody has used it yet."


def test_the_expiry_of_a_key_is_set_changed_and_removed(world: World, admin: Caller) -> None:
    path = f"keys/{world.key}/end"
    tag = admin.get(f"keys/{world.key}").headers["etag"]
    assert admin.ask("PUT", path, {"expiresAt": "2027-03-01T00:00:00Z"}).status_code == 428
    first = admin.ask("PUT", path, {"expiresAt": "2027-03-01T00:00:00+01:00"}, headers={"if-match": tag})
    assert (first.json()["expiresAt"], first.headers["etag"]) == ("2027-02-28T23:00:00Z", '"2"')
    assert admin.ask("PUT", path, {"expiresAt": None}, headers={"if-match": tag}).status_code == 412
    cancelled = admin.ask("PUT", path, {"expiresAt": None}, headers={"if-match": '"2"'})
    assert "expiresAt" not in cancelled.json()
    past = admin.ask("PUT", path, {"expiresAt": "2027-01-15T08:00:00Z"}, headers=ANY)
    assert (past.status_code, past.json()["errors"][0]["name"]) == (400, "expiresAt")
    admin.post(f"keys/{world.key}/revoke", {"reason": "superseded"})
    assert admin.ask("PUT", path, {"expiresAt": None}, headers=ANY).status_code == 409


def test_ceilings_are_read_with_the_key_and_set_all_at_once(world: World, admin: Caller) -> None:
    path = f"keys/{world.key}/ceilings"
    tag = admin.get(f"keys/{world.key}").headers["etag"]
    body = {"scopes": ["mapkit_js"], "lifetime": 86_400, "origins": "*.example.com"}
    changed = admin.ask("PUT", path, body, headers={"if-match": tag})
    found = admin.get(f"keys/{world.key}").json()
    assert changed.json() == found
    assert [found[name] for name in ("ceilingScopes", "ceilingLifetime", "ceilingOrigins")] == list(body.values())
    assert admin.ask("PUT", path, {}, headers={"if-match": tag}).status_code == 412
    removed = admin.ask("PUT", path, {}, headers={"if-match": changed.headers["etag"]}).json()
    assert not [name for name in removed if name.startswith("ceiling")]


@pytest.mark.parametrize(
    "body", [{"scopes": []}, {"scopes": ["maps"]}, {"lifetime": 59}, {"origins": "*"}, {"life": 60}]
)
def test_a_wrong_ceiling_is_refused(world: World, admin: Caller, body: dict[str, Any]) -> None:
    assert admin.ask("PUT", f"keys/{world.key}/ceilings", body, headers=ANY).status_code == 400


def test_credentials_that_expire_soon_are_listed_in_pages(world: World, admin: Caller) -> None:
    end = {"expiresAt": "2027-02-04T08:00:00Z"}
    admin.ask("PUT", f"keys/{world.key}/end", end, headers=ANY)
    token = admin.post(f"teams/{world.team}/maps-tokens", {"type": "mapkit_js"}).json()["tokenId"]
    path = f"teams/{world.team}/endings"
    first = admin.get(path, params={"limit": 1}).json()
    second = admin.get(path, params={"limit": 1, "cursor": first["nextCursor"]}).json()
    rows = first["items"] + second["items"]
    assert [(row["kind"], row["subject"], row["days"]) for row in rows] == [
        ("maps_token", token, 7),
        ("key", world.key, 20),
    ]
    assert "nextCursor" not in second
    assert len(admin.get(path, params={"days": 10}).json()["items"]) == 1
    assert admin.get("endings").json()["items"] == rows
    assert world.caller(Role.ADMIN, team=world.other_team).get("endings").json() == {"items": []}
