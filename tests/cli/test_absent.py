"""Something that does not exist is an error with what to do: an ID of another kind is named, or the list of what there is."""

from pathlib import Path

import pytest

from cli.offline import TEAM
from commands import Told, trigpoint
from trigpoint.credentials.keypair import generate

OTHER = "ZZZZZZZZZZ"


def told_on_one_line(told: Told) -> str:
    return " ".join(told.err.split())


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("team", "show", OTHER), "Hint: All teams: trigpoint team list"),
        (("key", "show", OTHER), "Hint: All keys: trigpoint key list"),
        (("maps-id", "show", "maps.com.b"), "To register one: trigpoint maps-id register maps.com.b --team"),
        (("key", "create", "B", "--team", TEAM, "--maps-id", "maps.com.b"), "register maps.com.b --team"),
        (("key", "show", TEAM), f"{TEAM} is the Team ID of 'Company'. All keys: trigpoint key list --team {TEAM}"),
    ],
    ids=lambda words: " ".join(words[:2]) if isinstance(words, tuple) else "",
)
def test_what_does_not_exist_comes_with_what_to_do(key: str, words: tuple[str, ...], hint: str) -> None:
    assert key
    told = trigpoint(*words)
    assert (told.code, told.out) == (3, "")
    assert hint in told_on_one_line(told)


def test_a_key_id_in_place_of_a_team_id_is_named_with_its_team(key: str) -> None:
    told = trigpoint("key", "list", "--team", key)
    assert told.code == 3
    assert f"{key} is a Key ID. The key 'Web' has the Team ID {TEAM} and the Maps ID maps.com.a." in told_on_one_line(
        told
    )


def test_no_token_and_no_snapshot_is_signed_with_the_key_id_as_team(tmp_path: Path) -> None:
    file = tmp_path / f"AuthKey_{OTHER}.p8"
    file.write_bytes(generate().pem())
    for words in (("token", "create"), ("snapshot", "sign", "https://a.example/api/v1/snapshot?center=1,1")):
        told = trigpoint(*words, "--private-key", file, "--team", OTHER)
        assert (told.code, told.out) == (2, "")
        assert "Parameter '--team' must be the Team ID, which is not the Key ID of the private key" in told_on_one_line(
            told
        )


def test_a_restore_asks_nothing_about_a_file_that_does_not_exist(tmp_path: Path) -> None:
    told = trigpoint("restore", tmp_path / "none.tpb")
    assert told.code == 3
    assert "No such file" in told.err
