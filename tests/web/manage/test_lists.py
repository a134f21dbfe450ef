"""Lists: pages without gaps or duplicates, filters, and the ledger."""

from typing import Any

import pytest

from trigpoint.authority.audit import Verification
from trigpoint.authority.opening import Authority
from trigpoint.credentials.ledger import Head
from trigpoint.credentials.roles import Actor, Role
from web.manage.callers import MAPS_ID, Caller, World


def walk(caller: Caller, path: str, **params: Any) -> list[list[dict[str, Any]]]:
    """Follow the cursors to the end; give the pages."""
    pages = []
    while True:
        found = caller.get(path, params=params).json()
        pages.append(found["items"])
        if "nextCursor" not in found:
            return pages
        params["cursor"] = found["nextCursor"]


def register(world: World, *identifiers: str) -> None:
    for identifier in identifiers:
        world.authority.maps_ids.register(
            world.operator, team_id=world.team, identifier=identifier, description=f"About {identifier[-1]}"
        )


def test_pages_give_each_item_once(world: World, admin: Caller) -> None:
    register(world, "maps.com.a", "maps.com.B", "maps.com.c")
    pages = walk(admin, f"teams/{world.team}/maps-ids", limit=2)
    assert [[row["mapsId"] for row in page] for page in pages] == [
        ["maps.com.a", "maps.com.B"],
        ["maps.com.c", MAPS_ID],
    ]


def test_additions_and_removals_between_pages_affect_no_other_item(world: World, admin: Caller) -> None:
    register(world, "maps.com.a", "maps.com.c")
    first = admin.get(f"teams/{world.team}/maps-ids", params={"limit": 1}).json()
    world.authority.maps_ids.remove(world.operator, "maps.com.a")
    register(world, "maps.com.b")
    rest = walk(admin, f"teams/{world.team}/maps-ids", limit=1, cursor=first["nextCursor"])
    assert [page[0]["mapsId"] for page in rest] == ["maps.com.b", "maps.com.c", MAPS_ID]


@pytest.mark.parametrize(
    "cursor", ["x", "WyJ", "bnVsbA", "W10", "WzFd", "WyJhIiwiYiJd", "WyJtYXBzLmNvbSJd=", "é", "[]"]
)
def test_a_cursor_of_another_list_is_refused(world: World, admin: Caller, cursor: str) -> None:
    answer = admin.get(f"teams/{world.team}/keys", params={"cursor": cursor})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["rule"] == "must be a nextCursor of the same list"


def test_maps_ids_are_searched_by_identifier_and_description(world: World, admin: Caller) -> None:
    register(world, "maps.com.shop")
    for search, found in [("SHOP", ["maps.com.shop"]), ("about P", ["maps.com.shop"]), ("site", [MAPS_ID]), ("zz", [])]:
        rows = admin.get(f"teams/{world.team}/maps-ids", params={"search": search}).json()["items"]
        assert [row["mapsId"] for row in rows] == found


def test_keys_are_filtered(world: World, admin: Caller) -> None:
    register(world, "maps.com.b")
    admin.post(f"teams/{world.team}/keys", {"name": "B", "mapsId": "maps.com.b", "services": ["server_api"]})
    admin.post(f"keys/{world.key}/revoke", {"reason": "superseded"})

    def names(**params: str) -> list[str]:
        return [row["name"] for row in admin.get(f"teams/{world.team}/keys", params=params).json()["items"]]

    assert sorted(names()) == ["B", "Website"]
    assert names(state="active") == ["B"]
    assert names(state="revoked") == ["Website"]
    assert names(mapsId=MAPS_ID) == ["Website"]
    assert names(service="mapkit_js") == ["Website"]
    assert names(service="server_api", state="active") == ["B"]


def test_a_token_lists_the_teams_it_has_access_to(world: World, admin: Caller) -> None:
    assert [team["teamId"] for team in admin.get("teams").json()["items"]] == [world.team]
    everything = walk(world.installation(), "teams", limit=1)
    assert [page[0]["name"] for page in everything] == ["My Company", "Other Company"]


def test_members_are_listed_with_their_roles(world: World, admin: Caller) -> None:
    rows = admin.get(f"teams/{world.team}/members").json()["items"]
    assert [(row["name"], row["email"], row["role"]) for row in rows] == [("Ada", "ada@example.com", "viewer")]


def test_a_developer_sees_no_api_tokens_of_others(world: World) -> None:
    rows = world.caller(Role.DEVELOPER).get(f"teams/{world.team}/api-tokens").json()["items"]
    assert rows == []
    assert len(world.caller(Role.ADMIN).get(f"teams/{world.team}/api-tokens").json()["items"]) == 3


def test_the_ledger_is_read_newest_first_and_filtered(world: World, admin: Caller) -> None:
    admin.post(f"keys/{world.key}/revoke", {"reason": "superseded"})
    events = [event for page in walk(admin, f"teams/{world.team}/ledger", limit=2) for event in page]
    assert events[0]["kind"] == "key.revoked"
    assert [event["sequence"] for event in events] == sorted((event["sequence"] for event in events), reverse=True)
    assert {event["teamId"] for event in events} == {world.team}
    of_key = admin.get(f"teams/{world.team}/ledger", params={"subject": world.key}).json()["items"]
    assert [event["kind"] for event in of_key] == ["key.revoked", "key.created"]
    revoked = admin.get(f"teams/{world.team}/ledger", params={"kind": "key.revoked"}).json()["items"]
    assert [event["details"]["reason"] for event in revoked] == ["superseded"]


def test_the_ledger_is_verified_against_an_earlier_head(world: World, admin: Caller) -> None:
    kept = admin.get("ledger/verification").json()
    assert kept["holds"] is True
    admin.post(f"keys/{world.key}/revoke", {"reason": "superseded"})
    later = admin.get("ledger/verification", params={"head": kept["head"]}).json()
    assert (later["holds"], later["entries"]) == (True, kept["entries"] + 1)
    number, _, digest = kept["head"].partition(":")
    forged = f"{number}:{digest[::-1]}"
    found = admin.get("ledger/verification", params={"head": forged}).json()
    assert (found["holds"], found["fault"], found["sequence"]) == (False, "altered", int(number))
    assert admin.get("ledger/verification", params={"head": "7"}).status_code == 400


def test_one_verification_at_a_time_leaves_room_for_others(
    admin: Caller, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, answers = authority.audit._verify, []

    def verify_while_another_asks(actor: Actor, expected: Head | None) -> Verification:
        answers.append(admin.get("ledger/verification"))
        return verify(actor, expected)

    monkeypatch.setattr(authority.audit, "_verify", verify_while_another_asks)
    assert admin.get("ledger/verification").json()["holds"] is True
    assert [answer.status_code for answer in answers] == [503]
    assert "Another verification is running" in answers[0].json()["detail"]
    monkeypatch.undo()
    assert admin.get("ledger/verification").status_code == 200
