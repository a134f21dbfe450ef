"""`trigpoint tiles`: what it prints, and how it ends when something is wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from small_map import a_town
from tile_archives import TileType, layers, put_in_service, write_archive, write_mbtiles
from trigpoint.base.errors import InvalidError, NotFoundError, UnavailableError
from trigpoint.cli.app import build
from trigpoint.engines.tiles.importing import reading

TILE = {(0, 0, 0): b"tile"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    for name in ("TILES", "MAP_LANGUAGES"):
        monkeypatch.delenv(f"TRIGPOINT_{name}", raising=False)
    return tmp_path / "home"


def test_build_prints_one_json_object_and_status_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIGPOINT_MAP_LANGUAGES", "ja,zh-Hant")
    file = a_town().write(tmp_path / "town.osm")
    done = CliRunner().invoke(build(), ["tiles", "build", str(file), "--json"])
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["files"], told["inService"], told["zoom"]) == (["town.osm"], True, "0 to 14")
    assert told["attribution"] == "© OpenStreetMap contributors"
    assert {"en", "de", "ja", "zh-Hant"} <= set(told["languages"])
    assert told["features"] > 20
    assert told["tiles"] > 14
    assert "Building tiles: reading town.osm…" in done.stderr
    seen = CliRunner().invoke(build(), ["tiles", "status", "--json"])
    assert json.loads(seen.stdout) == told


def test_a_large_file_is_read_with_its_nodes_on_disk(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = a_town().write(tmp_path / "town.osm")
    in_memory = CliRunner().invoke(build(), ["tiles", "build", str(file), "--json"])
    monkeypatch.setattr(reading, "IN_MEMORY_BELOW", 0)
    on_disk = CliRunner().invoke(build(), ["tiles", "build", str(file), "--json"])
    assert json.loads(on_disk.stdout)["features"] == json.loads(in_memory.stdout)["features"]
    left = [path.suffix for path in (home / "tiles").rglob("*") if path.is_file()]
    assert sorted(left) == ["", ".json", ".json", ".lock", ".pmtiles", ".pmtiles"]


def test_status_without_tiles_says_what_to_do() -> None:
    done = CliRunner().invoke(build(), ["tiles", "status"])
    assert isinstance(done.exception, NotFoundError)
    assert "trigpoint tiles build FILE" in str(done.exception)


def test_status_of_a_damaged_map_says_so(home: Path) -> None:
    path = put_in_service(home, TILE)
    path.write_bytes(path.read_bytes()[:150])
    done = CliRunner().invoke(build(), ["tiles", "status"])
    assert isinstance(done.exception, UnavailableError)
    assert "map.pmtiles cannot be served: it is truncated" in str(done.exception)
    (path.parent / "about.json").write_text("{}")
    assert "about.json cannot be read. Build them again" in str(
        CliRunner().invoke(build(), ["tiles", "status"]).exception
    )


@pytest.mark.parametrize("arguments", [[], ["--sample", "x.osm.pbf"]])
def test_build_needs_files_or_the_sample(arguments: list[str]) -> None:
    done = CliRunner().invoke(build(), ["tiles", "build", *arguments])
    assert isinstance(done.exception, InvalidError)
    assert "one or more files, or --sample alone" in str(done.exception)


def test_tiles_of_a_given_file_are_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_mbtiles(tmp_path / "planet.mbtiles", TILE, minzoom="0", maxzoom="14")
    monkeypatch.setenv("TRIGPOINT_TILES", str(path))
    done = CliRunner().invoke(build(), ["tiles", "status", "--json"])
    told = json.loads(done.stdout)
    assert (told["source"], told["schema"], told["zoom"]) == (str(path), "shortbread", "0 to 14")


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("nowhere.pmtiles", "nowhere.pmtiles cannot be read: No such file or directory"),
        ("pictures.pmtiles", "are pictures: they are imagery"),
        ("trees.pmtiles", "The layers found are: trees"),
        ("http://127.0.0.1:9/{z}/{x}/{y}?key=secret", "The tile server 127.0.0.1:9 does not respond"),
    ],
)
def test_a_tile_file_that_cannot_be_opened_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, told: str
) -> None:
    write_archive(tmp_path / "pictures.pmtiles", TILE, kind=TileType.PNG)
    write_archive(tmp_path / "trees.pmtiles", TILE, metadata=layers("trees"))
    monkeypatch.setenv("TRIGPOINT_TILES", where if "://" in where else str(tmp_path / where))
    done = CliRunner().invoke(build(), ["tiles", "status"])
    assert isinstance(done.exception, UnavailableError)
    assert told in str(done.exception)
    assert "secret" not in str(done.exception)


def test_with_a_given_tile_file_an_import_builds_no_tiles_and_a_build_warns(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIGPOINT_TILES", str(write_archive(tmp_path / "planet.pmtiles", TILE)))
    monkeypatch.setattr("trigpoint.cli.region_work.is_installed", lambda: False)
    file = a_town().write(tmp_path / "town.osm")
    done = CliRunner().invoke(build(), ["import", str(file), "--json"])
    assert json.loads(done.stdout).keys() == {"places"}
    assert "Tiles were not built: the map uses those of TRIGPOINT_TILES." in done.stderr
    assert not (home / "tiles").exists()
    built = CliRunner().invoke(build(), ["tiles", "build", str(file)])
    assert "TRIGPOINT_TILES is set: the map uses those tiles" in built.stderr
