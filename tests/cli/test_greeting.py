"""The commands that `trigpoint serve` prints at its start can be used as printed."""

import re
from pathlib import Path

import pytest

from commands import trigpoint
from small_map import a_town
from trigpoint.cli.greeting import greet
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.settings import read_settings


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRIGPOINT_GAZETTEER", "0")


def test_without_a_team_the_first_steps_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    greet(read_settings())
    told = capsys.readouterr().err
    assert 'team create "My team"' in told
    assert "--team TEAMID --private-key" in told
    assert "nobody has an account yet" in told


def test_the_set_up_link_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reads the log of a server could make the first account with it."""
    greet(read_settings())
    told = capsys.readouterr().err
    assert "/set-up/" not in told
    assert re.search(r"with the link of:\n  \S+ person set-up-link", told)


def test_the_set_up_link_is_printed_on_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trigpoint.cli.output.is_watched", lambda: True)
    greet(read_settings())
    assert re.search(r"^  http://127\.0\.0\.1:8060/set-up/[\w-]{32,}$", capsys.readouterr().err, re.MULTILINE)


def test_the_printed_command_names_the_only_team(capsys: pytest.CaptureFixture[str]) -> None:
    team_id = trigpoint("team", "create", "My Company", "--json").json["teamId"]
    greet(read_settings())
    told = capsys.readouterr().err
    assert f"--team {team_id} --private-key" in told
    assert "team create" not in told


@pytest.mark.parametrize(("port", "option"), [(8060, ""), (8061, " --server http://127.0.0.1:8061")])
def test_the_printed_exchange_goes_to_this_server(port: int, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Another terminal knows the settings, and not the options that this server was started with."""
    greet(read_settings(port=port))
    assert f"token exchange{option})" in capsys.readouterr().err


def test_the_printed_call_geocodes_something_in_the_imported_region(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_town().write(tmp_path / "town.osm")
    import_files(tmp_path / "home" / "places", [file], progress=lambda _done, _step: None)
    greet(read_settings())
    assert "/v1/geocode?q=Landstrasse+2,+9490+Vaduz'" in capsys.readouterr().err


def test_without_an_import_the_printed_call_geocodes_a_town_of_the_world(capsys: pytest.CaptureFixture[str]) -> None:
    greet(read_settings())
    assert "/v1/geocode?q=Paris'" in capsys.readouterr().err


def test_under_uvx_the_printed_commands_work_in_another_shell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.prefix", "/home/ann/.cache/uv/archive-v0/q7dSL-fJiQahBsWN")
    greet(read_settings())
    assert """  uvx --from 'trigpoint[all]' trigpoint team create "My team"\n""" in capsys.readouterr().err
