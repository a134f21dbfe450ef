"""`trigpoint places`: what it prints, and how it ends when something is wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

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


def test_status_without_data_says_what_to_do() -> None:
    done = CliRunner().invoke(app, ["status"])
    assert isinstance(done.exception, NotFoundError)
    assert "trigpoint places import FILE" in str(done.exception)


@pytest.mark.parametrize("arguments", [[], ["--sample", "x.osm.pbf"]])
def test_import_wants_files_or_the_sample(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, ["import", *arguments])
    assert isinstance(done.exception, InvalidError)
    assert "one or more files, or --sample alone" in str(done.exception)
