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
        [row] = [row for row in admin.ask("PUT", path, {"limit": 9} | holder).json() if not row["isDefault"]]
        expected = {"limit": 9, "period": "day", "meter": path.rpartition("/")[2]} | holder
        assert {name: row[name] for name in expected} == expected
        assert all(row["isDefault"] for row in admin.ask("PUT", path, {"limit": None} | holder).json())
    own = world.installation().ask("PUT", views, {"limit": 9}).json()
    assert [(row["limit"], row["isDefault"]) for row in own if row["meter"] == "map_views"] == [(9, False)]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 5, "period": "minute"},
        {"limit": 5, "period": "minute", "mapsId": MAPS_ID},
        {"limit": 5, "period": "hour"},
        {"limit": 5, "mapsId": MAPS_ID, "keyId": "..."},
    ],
)
def test_a_limit_that_there_is_not_is_refused(world: World, admin: Caller, body: dict[str, Any]) -> None:
    asked = body | ({"keyId": world.key} if "keyId" in body else {})
    assert admin.ask("PUT", f"teams/{world.team}/quotas/service_calls", asked).status_code == 400


def test_a_limit_a_minute_is_for_a_key_of_the_team(world: World) -> None:
    stranger = world.caller(Role.ADMIN, team=world.other_team)
    body = {"limit": 5, "period": "minute", "keyId": world.key}
    assert stranger.ask("PUT", f"teams/{world.other_team}/quotas/service_calls", body).status_code == 404
    installation = world.installation()
    assert installation.ask("PUT", f"teams/{world.other_team}/quotas/service_calls", body).status_code == 404
    views = installation.ask("PUT", f"teams/{world.team}/quotas/map_views", body)
    assert views.json()["errors"][0]["name"] == "period"
