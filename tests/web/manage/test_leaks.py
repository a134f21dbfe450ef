"""Reporting a leak: the credential is the proof, and whose it is stays within its team."""

from trigpoint.credentials.roles import Role
from trigpoint.credentials.services import Service
from web.manage.callers import Caller, World


def test_a_reported_token_is_suspended_whoever_reports_it(world: World) -> None:
    issued = world.authority.maps_tokens.create(
        world.operator, team_id=world.team, service=Service.MAPKIT_JS, origins=None
    )
    stranger = world.caller(Role.VIEWER, team=world.other_team)
    answer = stranger.post("leaks", {"text": f"<script>\n{issued.text}", "where": "https://example.org"})
    assert answer.status_code == 200
    assert answer.json() == {"leaks": [{"what": "Maps token", "line": 2, "known": True, "suspended": True}]}
    assert world.authority.maps_tokens.get(world.operator, issued.record.token_id).state == "suspended"
    again = world.caller(Role.VIEWER).post("leaks", {"text": issued.text}).json()["leaks"][0]
    assert (again["subject"], again["teamId"]) == (issued.record.token_id, world.team)
    assert again["suspended"] is False


def test_a_text_without_a_credential_is_refused(world: World) -> None:
    assert world.caller(Role.VIEWER).post("leaks", {"text": "nothing"}).status_code == 400


def test_a_choice_for_leaked_keys_is_read_with_the_team(world: World, admin: Caller) -> None:
    assert admin.get(f"teams/{world.team}").json()["suspendsLeakedKeys"] is False
    chosen = admin.ask("PUT", f"teams/{world.team}/leaked-keys", {"suspend": True})
    assert (chosen.status_code, chosen.json()["suspendsLeakedKeys"]) == (200, True)
    assert world.caller(Role.VIEWER).get(f"teams/{world.team}").json()["suspendsLeakedKeys"] is True
