"""An edit of an older version is refused."""

import pytest

from trigpoint.credentials.roles import Role
from web.manage.callers import MAPS_ID, Caller, World


def test_concurrent_edits_are_refused_instead_of_lost(world: World, admin: Caller) -> None:
    other = world.caller(Role.ADMIN)
    tags = [caller.get(f"maps-ids/{MAPS_ID}").headers["etag"] for caller in (admin, other)]
    first = admin.ask("PATCH", f"maps-ids/{MAPS_ID}", {"description": "One"}, headers={"if-match": tags[0]})
    second = other.ask("PATCH", f"maps-ids/{MAPS_ID}", {"description": "Two"}, headers={"if-match": tags[1]})
    assert (first.status_code, first.headers["etag"], first.json()["description"]) == (200, '"2"', "One")
    assert (second.status_code, second.json()["type"]) == (412, "/manage/docs#problem-stale")
    assert admin.get(f"maps-ids/{MAPS_ID}").json()["description"] == "One"
    again = other.ask("PATCH", f"maps-ids/{MAPS_ID}", {"description": "Two"}, headers={"if-match": '"2"'})
    assert again.json()["description"] == "Two"


@pytest.mark.parametrize(
    ("if_match", "status"),
    [
        (None, 428),
        ("*", 200),
        ('"1"', 200),
        (' "1" ', 200),
        ('"2"', 412),
        ('"x"', 412),
        ('"1", "2"', 412),
        ("1", 400),
        ('W/"1"', 400),
        ("", 400),
    ],
)
def test_an_edit_needs_the_version_that_was_read(
    world: World, admin: Caller, if_match: str | None, status: int
) -> None:
    headers = {} if if_match is None else {"if-match": if_match}
    answer = admin.ask("PATCH", f"keys/{world.key}", {"name": "Renamed"}, headers=headers)
    assert answer.status_code == status
    name = admin.get(f"keys/{world.key}").json()["name"]
    assert name == ("Renamed" if status == 200 else "Website")


def test_a_change_of_a_role_needs_the_version_that_was_read(world: World, admin: Caller) -> None:
    path = f"teams/{world.team}/members/{world.person}"
    tag = admin.get(path).headers["etag"]
    changed = admin.ask("PATCH", path, {"role": "developer"}, headers={"if-match": tag})
    assert (changed.json()["role"], changed.headers["etag"]) == ("developer", '"2"')
    assert admin.ask("PATCH", path, {"role": "admin"}, headers={"if-match": tag}).status_code == 412


def test_a_revocation_has_a_reason_and_cannot_be_repeated(world: World, admin: Caller) -> None:
    body = {"reason": "compromised", "note": "found in a repository"}
    revoked = admin.post(f"keys/{world.key}/revoke", body).json()
    assert (revoked["state"], revoked["revocationReason"], revoked["revocationNote"]) == ("revoked", *body.values())
    again = admin.post(f"keys/{world.key}/revoke", body)
    assert again.status_code == 409
    assert "was revoked already on 15 January 2027" in again.json()["detail"]


def test_a_maps_id_in_use_is_not_removed(world: World, admin: Caller) -> None:
    answer = admin.ask("DELETE", f"maps-ids/{MAPS_ID}")
    assert answer.status_code == 409
    assert f"in use by the live key {world.key} ('Website')" in answer.json()["detail"]
    admin.post(f"keys/{world.key}/revoke", {"reason": "superseded"})
    assert admin.ask("DELETE", f"maps-ids/{MAPS_ID}").status_code == 204
    assert admin.get(f"maps-ids/{MAPS_ID}").status_code == 404


def test_limits_of_a_team_are_set_by_the_operator(world: World, admin: Caller) -> None:
    answer = world.installation().ask("PUT", f"teams/{world.team}/quotas/service_calls", {"limit": 5})
    assert answer.status_code == 200
    limits = {quota["meter"]: quota["limit"] for quota in admin.get(f"teams/{world.team}/quotas").json()["items"]}
    assert limits == {"service_calls": 5, "map_views": 250_000, "snapshots": 25_000}


def test_limits_within_a_team_are_set_by_its_admins(world: World, admin: Caller) -> None:
    path = f"teams/{world.team}/quotas/service_calls"
    for name, value in (("mapsId", MAPS_ID), ("keyId", world.key)):
        rows = admin.ask("PUT", path, {"limit": 7, name: value}).json()["items"]
        assert [(row["limit"], row["holder"], row[name]) for row in rows] == [(7, value, value)]
        assert admin.ask("PUT", path, {"limit": None, name: value}).json()["items"] == []
    assert admin.ask("PUT", path, {"limit": -1, "keyId": world.key}).status_code == 400
