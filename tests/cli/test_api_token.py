"""`trigpoint api-token`: the tokens of the management API at the command line."""

from pathlib import Path

import pytest

from commands import trigpoint
from trigpoint.credentials.api_token import is_api_token


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))


@pytest.fixture
def team() -> str:
    return str(trigpoint("team", "create", "My Company", "--json").json["teamId"])


def test_a_token_is_printed_alone_and_once(team: str) -> None:
    told = trigpoint("api-token", "create", "Deploy", "--team", team, "--role", "admin")
    assert told.code == 0
    assert is_api_token(told.out.removesuffix("\n"))
    assert "It is not shown again." in told.err
    listed = trigpoint("api-token", "list", "--json")
    assert [(row["name"], row["role"], row["state"]) for row in listed.json] == [("Deploy", "admin", "active")]
    assert told.out.strip() not in listed.out
    assert listed.json[0]["start"] == told.out[:7]


def test_json_has_the_token_and_its_record(team: str) -> None:
    made = trigpoint(
        "api-token", "create", "CI", "--team", team, "--role", "viewer", "--expires-in", "7d", "--json"
    ).json
    assert is_api_token(made["token"])
    assert (made["teamId"], made["role"], made["state"]) == (team, "viewer", "active")


def test_a_revoked_token_is_shown_as_revoked(team: str) -> None:
    made = trigpoint("api-token", "create", "CI", "--team", team, "--role", "viewer", "--json").json
    revoked = trigpoint("api-token", "revoke", made["apiTokenId"], "--yes", "--json")
    assert revoked.json["state"] == "revoked"
    again = trigpoint("api-token", "revoke", made["apiTokenId"], "--yes")
    assert (again.code, again.out) == (4, "")
    assert trigpoint("api-token", "revoke", "ZZZZZZZZZZ", "--yes").code == 3


def test_a_token_of_the_installation_acts_as_the_operator() -> None:
    made = trigpoint("api-token", "create", "Terraform", "--installation", "--json").json
    assert made["role"] == "operator"
    assert "teamId" not in made


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ([], "'--team' must be given together with --role, or else --installation alone"),
        (["--installation", "--team", "K5GNLXS2QT"], "'--team' must be given together with --role"),
        (["--team", "K5GNLXS2QT"], "'--role' must be given"),
        (["--role", "admin"], "'--team' must be given"),
        (["--team", "K5GNLXS2QT", "--role", "owner"], "'--role' must be one of account_holder"),
        (["--installation", "--expires-in", "367d"], "'--expires-in' must be in the future, at most 366 days from now"),
    ],
)
def test_contradictory_options_for_team_and_person_are_reported(options: list[str], named: str) -> None:
    told = trigpoint("api-token", "create", "X", *options)
    assert (told.code, told.out) == (2, "")
    assert named in told.err
