"""Limits over HTTP: of a team, its Maps IDs and its keys, a day and a minute."""

from typing import Any

import pytest

from trigpoint.credentials.roles import Role
from web.manage.callers import MAPS_ID, Caller, World


def test_every_kind_of_limit_is_read_set_and_removed(world: World, admin: Caller) -> None:
    calls, views = (f"teams/{world.team}/quotas/{meter}" for meter in ("service_calls", "map_views"))
    for path, holder in [
        (calls, {"keyId": world.key}),
        (calls, {"mapsId": MAPS_ID}),
        (calls, {"keyId": world.key, "period": "minute"}),
        (views, {"keyId": world.key}),
        (views, {"mapsId": MAPS_ID}),
    ]:
        [row] = admin.ask("PUT", path, {"limit": 9} | holder).json()["items"]
        listed = admin.get(f"teams/{world.team}/quotas").json()["items"]
        assert [one for one in listed if not one["isDefault"]] == [row]
        expected = {"limit": 9, "period": "day", "meter": path.rpartition("/")[2]} | holder
        assert {name: row[name] for name in expected} == expected
        assert admin.ask("PUT", path, {"limit": None} | holder).json() == {"items": []}
    own = world.installation().ask("PUT", views, {"limit": 9}).json()["items"]
    assert [(row["limit"], row["isDefault"]) for row in own if row["meter"] == "map_views"] == [(9, False)]


def test_limits_are_read_in_pages_the_teams_own_first(world: World, admin: Caller) -> None:
    path = f"teams/{world.team}/quotas"
    for meter, body in [
        ("service_calls", {"keyId": world.key, "period": "minute"}),
        ("map_views", {"keyId": world.key}),
        ("service_calls", {"keyId": world.key}),
        ("snapshots", {"keyId": world.key}),
        ("service_calls", {"mapsId": MAPS_ID}),
    ]:
        last = admin.ask("PUT", f"{path}/{meter}", {"limit": 9} | body)
    rows, cursor = [], None
    while cursor is not None or not rows:
        page = admin.get(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        assert len(page["items"]) == 2
        rows, cursor = [*rows, *page["items"]], page.get("nextCursor")
    assert [(row["holder"], row["meter"], row["period"]) for row in rows] == [
        ("team", "service_calls", "day"),
        ("team", "map_views", "day"),
        ("team", "snapshots", "day"),
        (world.key, "service_calls", "day"),
        (world.key, "service_calls", "minute"),
        (world.key, "map_views", "day"),
        (world.key, "snapshots", "day"),
        (MAPS_ID, "service_calls", "day"),
    ]
    assert last.json()["items"] == rows[7:]
    of_key = admin.ask("PUT", f"{path}/map_views", {"limit": 9, "keyId": world.key}).json()["items"]
    assert of_key == rows[3:7]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 5, "period": "minute"},
        {"limit": 5, "period": "minute", "mapsId": MAPS_ID},
        {"limit": 5, "period": "hour"},
        {"limit": 5, "mapsId": MAPS_ID, "keyId": "..."},
    ],
)
def test_an_unknown_kind_of_limit_is_refused(world: World, admin: Caller, body: dict[str, Any]) -> None:
    asked = body | ({"keyId": world.key} if "keyId" in body else {})
    assert admin.ask("PUT", f"teams/{world.team}/quotas/service_calls", asked).status_code == 400


def test_a_limit_per_minute_needs_a_key_of_the_team(world: World) -> None:
    stranger = world.caller(Role.ADMIN, team=world.other_team)
    body = {"limit": 5, "period": "minute", "keyId": world.key}
    assert stranger.ask("PUT", f"teams/{world.other_team}/quotas/service_calls", body).status_code == 404
    installation = world.installation()
    assert installation.ask("PUT", f"teams/{world.other_team}/quotas/service_calls", body).status_code == 404
    views = installation.ask("PUT", f"teams/{world.team}/quotas/map_views", body)
    assert views.json()["errors"][0]["name"] == "period"
