"""`trigpoint usage` prints what was counted as a table, JSON or CSV."""

import time
from pathlib import Path

import pytest

from commands import trigpoint
from known_keys import known
from trigpoint.authority.opening import open_authority
from trigpoint.credentials.call import Call
from trigpoint.credentials.services import Service


@pytest.fixture
def team(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    home = tmp_path / "home"
    monkeypatch.setenv("TRIGPOINT_HOME", str(home))
    team_id = str(trigpoint("team", "create", "My Company", "--json").json["teamId"])
    trigpoint("maps-id", "register", "maps.com.a", "--team", team_id, "--description", "A")
    key_id = trigpoint("key", "create", "K", "--team", team_id, "--maps-id", "maps.com.a", "--json").json["keyId"]
    authority = open_authority(home=home)
    call = Call(Service.SERVER_API, "https://a.example", time.time(), "192.0.2.1")
    authority._tally.count(known(authority, key_id), call, 200)
    authority._tally.count(known(authority, key_id), call, 404)
    authority._tally.note_use(known(authority, key_id), call)
    authority._tally.count_refusal(known(authority, key_id), call, "TOKEN_EXPIRED")
    authority._tally.flush()
    authority.close()
    return team_id


def test_calls_are_shown_as_a_table_json_and_csv(team: str) -> None:
    show = ("usage", "show", "--team", team, "--by", "status", "--by", "origin")
    assert trigpoint(*show, "--json").json == [
        {"status": "200", "origin": "https://a.example", "calls": 1},
        {"status": "404", "origin": "https://a.example", "calls": 1},
    ]
    assert "https://a.example" in trigpoint(*show).out
    told = trigpoint(*show, "--csv")
    assert told.out.splitlines() == ["status,origin,calls", "200,https://a.example,1", "404,https://a.example,1"]
    assert trigpoint(*show, "--csv", "--json").code == 2


def test_refusals_and_last_uses_are_shown(team: str) -> None:
    assert trigpoint("usage", "refusals", "--json").json == [{"reason": "TOKEN_EXPIRED", "calls": 1}]
    trigpoint("maps-token", "create", "--team", team, "--type", "server_api")
    rows = trigpoint("usage", "last-used", "--team", team, "--json").json
    assert [(row["kind"], row.get("network")) for row in rows] == [
        ("mapsId", "192.0.2.0/24"),
        ("key", "192.0.2.0/24"),
        ("mapsToken", None),
    ]


def test_a_period_without_calls_is_reported(team: str) -> None:
    told = trigpoint("usage", "show", "--team", team, "--until", "2020-01-01")
    assert (told.code, told.out) == (0, "")
    assert "No calls in this period." in told.err
    table = trigpoint("usage", "show", "--team", team, "--until", "2020-01-01", "--per", "day", "--by", "key", "--csv")
    assert table.out == "start,key,calls\n"
