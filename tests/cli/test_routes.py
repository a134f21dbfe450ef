"""`trigpoint routes` and `trigpoint import`: what they print, and how they end when something is wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from made_towns import write_towns
from small_map import a_town
from trigpoint.base.errors import InvalidError, NotFoundError, UnavailableError
from trigpoint.cli.app import build
from trigpoint.engines.valhalla import configuration
from trigpoint.engines.valhalla.extracts import BuildError

needs_valhalla = pytest.mark.skipif(
    not configuration.is_installed(), reason="Valhalla has no wheel for this Python (3.12 or later has)"
)
pytestmark = pytest.mark.xdist_group("valhalla")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TRIGPOINT_VALHALLA_URL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    write_towns(tmp_path / "towns.osm.pbf", towns=("West",))
    return tmp_path / "towns.osm.pbf"


@needs_valhalla
def test_build_prints_one_json_object_and_status_the_same(towns: Path) -> None:
    done = CliRunner().invoke(build(), ["routes", "build", str(towns), "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["files"], told["inService"], told["attribution"]) == (
        ["towns.osm.pbf"],
        True,
        "© OpenStreetMap contributors",
    )
    assert "timetables" not in told
    assert "Building routes: reading ways…" in done.stderr
    seen = CliRunner().invoke(build(), ["routes", "status", "--json"])
    assert json.loads(seen.stdout) == told


def test_status_without_routes_says_what_to_do() -> None:
    done = CliRunner().invoke(build(), ["routes", "status"])
    assert isinstance(done.exception, NotFoundError)
    assert "trigpoint routes build FILE" in str(done.exception)


def test_status_names_the_configured_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIGPOINT_VALHALLA_URL", "http://127.0.0.1:8002")
    done = CliRunner().invoke(build(), ["routes", "status", "--json"])
    assert json.loads(done.stdout) == {"inService": True, "service": "http://127.0.0.1:8002"}


@pytest.mark.parametrize("arguments", [[], ["--sample", "x.osm.pbf"]])
def test_build_needs_files_or_the_sample(arguments: list[str]) -> None:
    done = CliRunner().invoke(build(), ["routes", "build", *arguments])
    assert isinstance(done.exception, InvalidError)
    assert "one or more files, or --sample alone" in str(done.exception)


def test_without_valhalla_a_build_says_what_to_install(towns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.cli.routes.is_installed", lambda: False)
    done = CliRunner().invoke(build(), ["routes", "build", str(towns)])
    assert isinstance(done.exception, UnavailableError)
    assert "Python 3.12 or later" in str(done.exception)


@needs_valhalla
def test_import_builds_places_routes_and_tiles(tmp_path: Path) -> None:
    file = a_town().write(tmp_path / "town.osm")
    done = CliRunner().invoke(build(), ["import", str(file), "--json"])
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert [told[part]["files"] for part in ("places", "routes", "tiles")] == [["town.osm"]] * 3
    steps = ("places, reading town.osm", "routes, reading ways", "tiles, reading town.osm", "tiles, writing tiles")
    places = [done.stderr.index(f"Importing: {step}…") for step in steps]
    assert places == sorted(places)


@needs_valhalla
def test_import_says_what_stays_in_service_when_routes_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise BuildError("'town.osm' gave no tiles: it has no usable roads.")

    monkeypatch.setattr("trigpoint.cli.routes.build_in_home", fail)
    file = a_town().write(tmp_path / "town.osm")
    done = CliRunner().invoke(build(), ["import", str(file)])
    assert isinstance(done.exception, BuildError)
    assert "Places and tiles are in service; routes failed, for the reason below." in done.stderr


def test_import_without_valhalla_builds_the_rest_and_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trigpoint.cli.region_work.is_installed", lambda: False)
    file = a_town().write(tmp_path / "town.osm")
    done = CliRunner().invoke(build(), ["import", str(file), "--json"])
    assert json.loads(done.stdout).keys() == {"places", "tiles"}
    assert "Routes were not built." in done.stderr


@needs_valhalla
@pytest.mark.parametrize(
    ("name", "feed"), [("towns.shp", None), ("TOWNS.OSM", "no-feed.txt"), ("TOWNS.OSM", "gone.zip")]
)
def test_import_refuses_a_file_or_a_timetable_before_any_part_begins(
    tmp_path: Path, home: Path, name: str, feed: str | None
) -> None:
    file = a_town().write(tmp_path / name)
    (tmp_path / "no-feed.txt").write_text("no feed")
    more = ["--gtfs", str(tmp_path / feed)] if feed is not None else []
    done = CliRunner().invoke(build(), ["import", str(file), *more])
    assert isinstance(done.exception, InvalidError | BuildError | FileNotFoundError)
    assert not (home / "places").exists()
