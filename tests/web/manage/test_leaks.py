"""Reporting a leak: the credential itself is the proof, and its team is not revealed."""

import pytest

from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.roles import Role
from trigpoint.credentials.services import Service
from web.manage.callers import Caller, World


@pytest.fixture
def stranger(world: World) -> Caller:
    return world.caller(Role.VIEWER, team=world.other_team)


def a_maps_token(world: World, origins: str | None = None) -> str:
    return world.authority.maps_tokens.create(
        world.operator, team_id=world.team, service=Service.MAPKIT_JS, origins=origins
    ).text


def reports(world: World) -> list[Entry]:
    return list(world.authority.audit.events(world.operator, team_id=world.team, kind="leak.reported"))


def report(caller: Caller, text: str, where: str = "https://example.org") -> dict[str, object]:
    answer = caller.post("leaks", {"text": text, "where": where})
    assert answer.status_code == 200
    (leak,) = answer.json()["leaks"]
    return dict(leak)


def test_a_token_that_its_team_reports_is_suspended(world: World) -> None:
    text = a_maps_token(world)
    told = report(world.caller(Role.VIEWER), f"<script>\n{text}")
    assert (told["what"], told["line"], told["known"], told["suspended"]) == ("Maps token", 2, True, True)
    assert world.authority.maps_tokens.get(world.operator, str(told["subject"])).state == "suspended"
    assert report(world.caller(Role.VIEWER), text)["suspended"] is False


def test_a_report_by_another_team_suspends_nothing_and_is_recorded_once(world: World, stranger: Caller) -> None:
    world.authority.leaks.choose_for_keys(world.operator, world.team, suspend=True)
    pem = world.authority.keys.download(world.operator, world.key).pem.decode()
    for text in (a_maps_token(world), pem):
        for number in range(3):
            told = report(stranger, text, where=f"https://example.org/{number}")
            assert told == {"what": told["what"], "line": 1, "known": True, "suspended": False}
    assert [(entry.details["what"], entry.details["where"]) for entry in reports(world)] == [
        ("private key", "https://example.org/0"),
        ("Maps token", "https://example.org/0"),
    ]
    assert world.authority.keys.get(world.operator, world.key).state is KeyState.ACTIVE


def test_a_token_of_a_page_is_no_leak_for_any_reporter(world: World, stranger: Caller) -> None:
    text = a_maps_token(world, origins="example.com")
    for caller in (stranger, world.caller(Role.ADMIN), world.installation()):
        told = report(caller, text)
        assert (told["known"], told["suspended"]) == (True, False)
    assert reports(world) == []


def test_a_key_is_suspended_only_for_a_report_with_its_private_half(world: World) -> None:
    world.authority.leaks.choose_for_keys(world.operator, world.team, suspend=True)
    pem = world.authority.keys.download(world.operator, world.key).pem
    now = int(world.authority.clock())
    signed = {
        lifetime: auth_token.sign(
            keypair.read_private_key(pem),
            key_id=world.key,
            team_id=world.team,
            issued_at=now - 7200,
            expires_at=now + lifetime,
        )
        for lifetime in (3600, -3600)
    }
    member = world.caller(Role.ADMIN)
    assert report(member, signed[3600])["suspended"] is False
    assert report(member, signed[-3600])["suspended"] is False
    assert len(reports(world)) == 1  # the expired one opens nothing: no leak
    assert report(member, pem.decode())["suspended"] is True
    assert world.authority.keys.get(world.operator, world.key).state is KeyState.SUSPENDED


def test_a_report_by_its_own_team_is_recorded_once_for_each_place(world: World) -> None:
    text = a_maps_token(world)
    member = world.caller(Role.VIEWER)
    for where in ("a.js", "a.js", "b.js", "a.js"):
        report(member, text, where=where)
    assert [entry.details["where"] for entry in reports(world)] == ["b.js", "a.js"]


def test_a_text_without_a_credential_is_refused(world: World) -> None:
    assert world.caller(Role.VIEWER).post("leaks", {"text": "nothing"}).status_code == 400


def test_the_choice_for_leaked_keys_is_a_member_of_the_team(world: World, admin: Caller) -> None:
    assert admin.get(f"teams/{world.team}").json()["suspendsLeakedKeys"] is False
    chosen = admin.ask("PUT", f"teams/{world.team}/leaked-keys", {"suspend": True})
    assert (chosen.status_code, chosen.json()["suspendsLeakedKeys"]) == (200, True)
    assert world.caller(Role.VIEWER).get(f"teams/{world.team}").json()["suspendsLeakedKeys"] is True
