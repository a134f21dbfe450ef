"""`trigpoint maps-token`: issue, list, copy, revoke; and the tester of origins."""

from pathlib import Path

import pytest

from commands import trigpoint


@pytest.fixture
def team(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRIGPOINT_TIME_ZONE", "America/Los_Angeles")
    return str(trigpoint("team", "create", "My Company", "--json").json["teamId"])


def test_a_token_is_issued_listed_copied_and_revoked(team: str) -> None:
    create = ("maps-token", "create", "--team", team, "--type", "mapkit_js")
    told = trigpoint(*create, "--origins", "*.example.com", "--expires", "90d")
    token = told.out.strip()
    assert token.count(".") == 2
    assert "every subdomain of example.com" in told.err
    (row,) = trigpoint("maps-token", "list", "--team", team, "--json").json
    assert (row["state"], row["restriction"], row["origin"]) == ("active", "Domain", "*.example.com")
    assert trigpoint("maps-token", "copy", row["tokenId"]).out.strip() == token
    assert trigpoint("maps-token", "revoke", row["tokenId"], "--yes", "--json").json["state"] == "revoked"
    assert trigpoint("maps-token", "show", row["tokenId"], "--json").json["revokedBy"].startswith("operator:")
    assert trigpoint("maps-token", "revoke", row["tokenId"], "--yes").code == 4


def test_a_token_for_everyone_ends_at_the_end_of_a_day_where_the_installation_is(team: str) -> None:
    told = trigpoint("maps-token", "create", "--team", team, "--type", "server_api", "--json").json
    assert told["restriction"] == "None"
    assert told["expiresAt"][11:] in {"06:59:59Z", "07:59:59Z"}


def test_the_tester_needs_no_server_and_tells_by_its_exit_code() -> None:
    told = trigpoint("maps-token", "test-origin", "example.com,*.example.com", "https://www.example.com/map", "--json")
    assert (told.code, told.json["passes"], told.json["by"]) == (0, True, "*.example.com")
    assert trigpoint("maps-token", "test-origin", "example.com", "https://www.example.com").code == 1
    assert trigpoint("maps-token", "test-origin", "example.com/", "https://example.com").code == 2


def test_ceilings_of_a_key_are_set(team: str) -> None:
    trigpoint("maps-id", "register", "maps.com.a", "--team", team, "--description", "A")
    key = trigpoint("key", "create", "K", "--team", team, "--maps-id", "maps.com.a", "--json").json["keyId"]
    told = trigpoint(
        "key", "ceilings", key, "--scope", "mapkit_js", "--lifetime", "30d", "--origins", "*.a.example", "--json"
    )
    assert told.json["ceilingScopes"] == ["mapkit_js"]
    assert (told.json["ceilingLifetime"], told.json["ceilingOrigins"]) == (2_592_000, "*.a.example")
    assert trigpoint("key", "resume", key).code == 4
