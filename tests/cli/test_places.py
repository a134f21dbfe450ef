"""`trigpoint places`: what it prints, and how it ends when something is wrong."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nominatim_recorded import answer_as_nominatim
from service_fakes import serving
from small_map import a_town
from trigpoint.base.errors import InvalidError, NotFoundError
from trigpoint.cli.places import app


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_import_prints_one_json_object_and_status_the_same_data(tmp_path: Path) -> None:
    file = a_town().write(tmp_path / "town.osm")
    done = CliRunner().invoke(app, ["import", str(file), "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["files"] == ["town.osm"]
    assert (told["addresses"], told["streets"], told["inService"]) == (12, 3, True)
    assert "Importing: Reading town.osm…" in done.stderr
    seen = CliRunner().invoke(app, ["status", "--json"])
    assert json.loads(seen.stdout) == told


def test_what_root_imports_belongs_to_the_owner_of_the_data_folder(tmp_path: Path, home: Path) -> None:
    """A server or a timer that runs as this owner could not replace what `sudo trigpoint import` had written."""
    owner = 65_534 if os.geteuid() == 0 else os.geteuid()
    home.mkdir()
    (home / "trigpoint.toml").touch()
    os.chown(home, owner, -1)
    assert CliRunner().invoke(app, ["import", str(a_town().write(tmp_path / "map.osm")), "--json"]).exit_code == 0
    found = {str(path.relative_to(home)): path.stat().st_uid for path in home.rglob("*")}
    assert found.keys() >= {"places/current", "places/import.lock", "regions/.default/region.json"}
    assert found.pop("trigpoint.toml") == os.geteuid(), "what is not map data stays whose it is"
    assert set(found.values()) == {owner}


def test_status_without_data_says_what_to_do() -> None:
    done = CliRunner().invoke(app, ["status"])
    assert isinstance(done.exception, NotFoundError)
    assert "trigpoint places import FILE" in str(done.exception)


def test_status_and_explain_report_the_configured_services(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answer_as_nominatim) as nominatim:
        monkeypatch.setenv("TRIGPOINT_NOMINATIM_URL", nominatim.url.replace("//", "//maps:swordfish@"))
        seen = CliRunner().invoke(app, ["status", "--json"])
        explained = CliRunner().invoke(app, ["explain", "Landstrasse 19 Vaduz"])
    (detail,) = json.loads(seen.stdout)["services"]
    assert detail.startswith(f"Nominatim 5.3.3 at {nominatim.url} answers, data of 2026-11-26")
    assert "Decided: 'Landstrasse 19', the first result of Nominatim." in explained.stdout


@pytest.mark.parametrize("arguments", [[], ["--sample", "x.osm.pbf"]])
def test_import_needs_files_or_the_sample(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, ["import", *arguments])
    assert isinstance(done.exception, InvalidError)
    assert "one or more files, or --sample alone" in str(done.exception)


def test_explain_shows_the_parsed_query_and_the_parts_of_each_score(tmp_path: Path) -> None:
    file = a_town().write(tmp_path / "town.osm")
    CliRunner().invoke(app, ["import", str(file), "--json"])
    done = CliRunner().invoke(app, ["explain", "Postfach 12, Landstrasse 8, LI-9490 Vaduz"])
    assert done.exit_code == 0, done.output
    assert "Left aside: Postfach 12, LI" in done.stdout
    assert "  landstr          1.00  a name" in done.stdout
    assert "9490 is a postal code of Liechtenstein." in done.stdout
    assert "Landstrasse 8 (address, extract; found by every telling word)" in done.stdout
    assert "Decided: Landstrasse 8: ahead of the next by" in done.stdout


def test_explain_gives_the_same_as_json_and_the_parts_add_up(tmp_path: Path) -> None:
    file = a_town().write(tmp_path / "town.osm")
    CliRunner().invoke(app, ["import", str(file), "--json"])
    done = CliRunner().invoke(app, ["explain", "Landstrasse 8 Vaduz", "--near", "47.14,9.52", "--json"])
    told = json.loads(done.stdout)
    best = told["candidates"][0]
    assert best["name"] == "Landstrasse 8"
    assert best["parts"].keys() == {"cover", "name", "importance", "nearness", "house"}
    assert sum(best["parts"].values()) == pytest.approx(best["score"], abs=0.004)
    assert best["words"]["8"] == 1.0


def test_explain_refuses_an_invalid_coordinate() -> None:
    done = CliRunner().invoke(app, ["explain", "Vaduz", "--near", "here"])
    assert isinstance(done.exception, InvalidError)
    assert "a coordinate" in str(done.exception)
