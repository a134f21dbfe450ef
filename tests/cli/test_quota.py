"""`trigpoint quota` shows and sets limits, and refuses invalid ones with a message."""

from pathlib import Path

import pytest

from commands import trigpoint

MAPS_ID = "maps.com.example.app"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))


@pytest.fixture
def team() -> str:
    team_id = str(trigpoint("team", "create", "My Company", "--json").json["teamId"])
    trigpoint("maps-id", "register", MAPS_ID, "--team", team_id, "--description", "My app")
    return team_id


def test_a_new_team_has_apples_limits(team: str) -> None:
    rows = trigpoint("quota", "show", "--team", team, "--json").json
    assert [(row["meter"], row["limit"], row["taken"], row["isDefault"]) for row in rows] == [
        ("service_calls", 25_000, 0, True),
        ("map_views", 250_000, 0, True),
        ("snapshots", 25_000, 0, True),
    ]


def test_limits_are_set_for_a_team_a_maps_id_and_a_key(team: str) -> None:
    key = trigpoint("key", "create", "Web", "--team", team, "--maps-id", MAPS_ID, "--json").json["keyId"]
    trigpoint("quota", "set", "--team", team, "--service-calls", "100,000", "--map-views", "5", "--snapshots", "6")
    trigpoint("quota", "set", "--team", team, "--service-calls", 70, "--maps-id", MAPS_ID)
    told = trigpoint("quota", "set", "--team", team, "--calls-a-minute", 60, "--key", key, "--json")
    assert {(row["holder"], row["meter"], row["period"], row["limit"]) for row in told.json} == {
        ("team", "service_calls", "day", 100_000),
        ("team", "map_views", "day", 5),
        ("team", "snapshots", "day", 6),
        (MAPS_ID, "service_calls", "day", 70),
        (key, "service_calls", "minute", 60),
    }
    told = trigpoint("quota", "set", "--team", team, "--service-calls", "none")
    assert "25000" in told.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Parameter '--service-calls' must be given"),
        (["--service-calls", "many"], "Parameter '--service-calls' must be a number of calls, or 'none'"),
        (["--calls-a-minute", "5"], "Parameter '--key' must be given with --calls-a-minute"),
        (["--service-calls", "5", "--key", "2X9R4HXF34", "--maps-id", MAPS_ID], "given without --maps-id"),
    ],
)
def test_invalid_limits_are_refused(team: str, options: list[str], words: str) -> None:
    told = trigpoint("quota", "set", "--team", team, *options)
    assert told.code == 2
    assert words in told.err


def test_an_unknown_team_is_not_found() -> None:
    assert trigpoint("quota", "show", "--team", "K5GNLXS2QT").code == 3
