"""`trigpoint import --region` and `trigpoint region`: several regions, replaced and removed one by one."""

import asyncio
import json
from pathlib import Path

import pytest

from commands import Told, trigpoint
from forking import start_script
from made_towns import EAST, WEST, split_at_the_border, write_towns
from small_map import a_town
from trigpoint.cli import region_work
from trigpoint.engines.embedded.sample import ensure_sample
from trigpoint.engines.generations import folder_in_service
from trigpoint.engines.regions import find_regions, locked, region_at
from trigpoint.engines.valhalla.configuration import is_installed
from trigpoint.engines.valhalla.opening import open_routes
from trigpoint.maps.routes import RouteQuery
from trigpoint.settings import read_settings
from trigpoint.wiring.engines import ensure_sample as ensure_sample_of_server

needs_valhalla = pytest.mark.skipif(
    not is_installed(), reason="Valhalla has no wheel for this Python (3.12 or later has)"
)
pytestmark = pytest.mark.xdist_group("valhalla")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    for name in ("TRIGPOINT_VALHALLA_URL", "TRIGPOINT_TILES", "TRIGPOINT_DATA"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return a_town().write(tmp_path / "town.osm")


def an_import(name: str, file: Path, *options: str) -> Told:
    return trigpoint("import", "--region", name, file, "--places-only", *options)


def names(home: Path) -> list[str]:
    return [one.name for one in find_regions(home)]


def told_on_one_line(told: Told) -> str:
    return " ".join(told.err.split())


def test_regions_exist_side_by_side_with_the_default_one(home: Path, town: Path, tmp_path: Path) -> None:
    assert an_import("vaduz", town).code == 0
    assert an_import("schaan", a_town().write(tmp_path / "schaan.osm")).code == 0
    plain = trigpoint("import", a_town().write(tmp_path / "plain.osm"), "--places-only")
    assert (plain.code, names(home)) == (0, ["default", "schaan", "vaduz"])
    assert "Unchanged: regions schaan, vaduz." in told_on_one_line(plain)
    for name in ("schaan", "vaduz"):
        assert folder_in_service(home / "regions" / name / "places") is not None


def test_the_list_shows_files_age_and_size(town: Path) -> None:
    assert trigpoint("region", "list").err.strip() == (
        "No region has been imported. Import one with 'trigpoint import --region NAME FILE'."
    )
    assert trigpoint("region", "list", "--json").json == []
    an_import("vaduz", town)
    (told,) = trigpoint("region", "list", "--json").json
    assert (told["name"], told["files"], told["filesKept"]) == ("vaduz", ["town.osm"], True)
    assert told["filesBytes"] == town.stat().st_size
    assert told["placesBytes"] > 0
    status = trigpoint("places", "status")
    assert (status.code, "'trigpoint region list' has the others." in told_on_one_line(status)) == (3, True)
    table = trigpoint("region", "list").out
    assert "Region" in table.splitlines()[0]
    assert "town.osm" in table


def test_a_region_is_replaced_without_a_question_and_the_others_stay(home: Path, town: Path, tmp_path: Path) -> None:
    an_import("vaduz", town)
    an_import("schaan", town)
    others = folder_in_service(home / "regions" / "schaan" / "places")
    assert an_import("vaduz", a_town().write(tmp_path / "newer.osm")).code == 0
    assert folder_in_service(home / "regions" / "schaan" / "places") == others
    assert [one["files"] for one in trigpoint("region", "list", "--json").json] == [["town.osm"], ["newer.osm"]]


def test_an_import_without_a_region_asks_about_its_own_files_only(home: Path, town: Path, tmp_path: Path) -> None:
    an_import("vaduz", town)
    assert trigpoint("import", town, "--places-only").code == 0
    told = trigpoint("import", a_town().write(tmp_path / "other.osm"), "--places-only")
    assert told.code == 4
    assert "This would drop what was imported before: places of town.osm. Nothing was changed." in told_on_one_line(
        told
    )
    assert "import these as another region with --region NAME" in told_on_one_line(told)
    assert trigpoint("import", tmp_path / "other.osm", "--places-only", "--replace").code == 0
    assert names(home) == ["default", "vaduz"]


@pytest.mark.parametrize(("name", "rule"), [("Vaduz", "1 to 63 of the letters"), ("default", "a name other than")])
def test_an_invalid_region_name_is_refused_before_anything_is_read(
    home: Path, town: Path, name: str, rule: str
) -> None:
    told = an_import(name, town)
    assert (told.code, rule in told_on_one_line(told)) == (2, True)
    assert not home.exists()


def test_a_failed_import_leaves_the_old_region_in_service(home: Path, town: Path, tmp_path: Path) -> None:
    an_import("vaduz", town)
    before = (
        folder_in_service(home / "regions" / "vaduz" / "places"),
        (home / "regions/vaduz/region.json").read_text(),
    )
    cut = tmp_path / "cut.osm"
    cut.write_text(town.read_text()[:900])
    told = an_import("vaduz", cut)
    assert (told.code, "OpenStreetMap file" in told_on_one_line(told)) == (2, True)
    after = (folder_in_service(home / "regions" / "vaduz" / "places"), (home / "regions/vaduz/region.json").read_text())
    assert before == after
    assert len(list((home / "regions" / "vaduz" / "files").iterdir())) == 1


def test_two_imports_of_one_region_at_once_are_refused(home: Path, town: Path) -> None:
    an_import("vaduz", town)
    with locked(home, region_at(home, "vaduz")):
        told = an_import("vaduz", town)
        assert (told.code, "'vaduz' is being changed by another process" in told_on_one_line(told)) == (4, True)
        assert an_import("schaan", town).code == 0


def test_a_region_is_removed_after_confirmation(home: Path, town: Path) -> None:
    an_import("vaduz", town)
    an_import("schaan", town)
    unknown = trigpoint("region", "remove", "malbun", "--yes")
    assert (unknown.code, "Imported: schaan, vaduz." in told_on_one_line(unknown)) == (3, True)
    unasked = trigpoint("region", "remove", "vaduz")
    assert (unasked.code, "--yes" in unasked.err, names(home)) == (2, True, ["schaan", "vaduz"])
    done = trigpoint("region", "remove", "vaduz", "--yes", "--places-only", "--json")
    assert (done.code, done.json, names(home)) == (0, {"removed": "vaduz"}, ["schaan"])
    assert not (home / "regions" / "vaduz").exists()


def test_a_removal_keeps_the_routes_of_regions_whose_files_were_not_kept(home: Path, town: Path) -> None:
    an_import("vaduz", town)
    trigpoint("places", "import", town)
    (home / "regions" / ".default" / "region.json").unlink()  # as an import of an earlier version left it
    told = trigpoint("region", "remove", "vaduz", "--yes")
    assert (told.code, "would lose the region default" in told_on_one_line(told)) == (4, True)
    assert names(home) == ["default", "vaduz"]


def test_the_first_region_replaces_the_sample_for_good(home: Path, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_sample(home, progress=lambda _done, _step: None)
    assert names(home) == ["default"]
    an_import("vaduz", town)
    assert names(home) == ["vaduz"]
    monkeypatch.setattr(
        "trigpoint.wiring.engines.ensure_sample_places", lambda *_given, **_named: pytest.fail("imported")
    )
    ensure_sample_of_server(read_settings(), lambda _part, _done, _step: None)
    assert names(home) == ["vaduz"]


@needs_valhalla
def test_routes_and_map_cover_all_regions_across_their_borders(home: Path, tmp_path: Path) -> None:
    write_towns(tmp_path / "towns.osm.pbf", towns=("West", "East"))
    west, east = tmp_path / "west.osm.pbf", tmp_path / "east.osm.pbf"
    split_at_the_border(tmp_path / "towns.osm.pbf", west, east)
    assert an_import("west", west).code == 0
    told = trigpoint("import", "--region", "east", east, "--json")
    assert told.code == 0, told.err
    assert told.json["region"] == "east"
    for part in ("routes", "tiles"):
        assert sorted(told.json[part]["files"]) == ["east.osm.pbf", "west.osm.pbf"]

    async def ride() -> list[str]:
        engine = open_routes(home / "routes", processes=1)
        try:
            return [route.name for route in await engine.routes(RouteQuery(origin=WEST, destination=EAST))]
        finally:
            await engine.close()

    assert asyncio.run(ride())
    networks = folder_in_service(home / "routes"), folder_in_service(home / "tiles")
    again = trigpoint("region", "build", "--json")
    assert (
        again.code,
        "Routes and tiles are up to date: they were built from exactly these files." in told_on_one_line(again),
    ) == (
        0,
        True,
    )
    assert (folder_in_service(home / "routes"), folder_in_service(home / "tiles")) == networks
    assert trigpoint("region", "remove", "west", "--yes").code == 0
    assert trigpoint("routes", "status", "--json").json["files"] == ["east.osm.pbf"]
    assert trigpoint("region", "remove", "east", "--yes").code == 0
    assert [trigpoint(part, "status").code for part in ("routes", "tiles")] == [3, 3]
    assert not [*(home / "tiles").glob("*/"), *(home / "routes").glob("*/")]


def test_of_imports_that_end_together_one_builds_routes_and_map_for_all(
    home: Path, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[int] = []
    monkeypatch.setattr(region_work, "is_installed", lambda: False)

    def draw(files: list[Path], progress: region_work.Progress) -> None:
        del progress
        built.append(len(files))

    monkeypatch.setattr(region_work.tiles, "build_in_home", draw)
    an_import("vaduz", town)
    an_import("schaan", a_town().write(tmp_path / "schaan.osm"))
    killed = home / "tiles" / "new-20261128T041252Z-41abec"
    killed.mkdir(parents=True)
    for _import in range(3):
        done = region_work.build_all(["tiles"], lambda _part: lambda _done, _step: None)
    assert (built, done.same) == ([2], ("tiles",))
    assert not killed.exists()  # of a build that was killed, and needs no other
    assert json.loads((home / "regions" / ".built.json").read_text()).keys() == {"tiles"}


def test_regions_can_be_imported_in_parallel(home: Path, town: Path) -> None:
    code = "from trigpoint.cli.app import run; run()"
    running = [start_script(code, "import", str(town), "--places-only", "--region", name) for name in ("a", "b", "c")]
    printed = [one.finish() for one in running]
    assert [one.process.returncode for one in running] == [0, 0, 0], printed
    assert names(home) == ["a", "b", "c"]


def test_tiles_built_from_other_files_stay_unless_replacement_is_requested(
    home: Path, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(region_work, "is_installed", lambda: False)
    nothing = trigpoint("region", "build")
    assert (nothing.code, "No region has been imported whose files are kept." in told_on_one_line(nothing)) == (3, True)
    an_import("vaduz", town)
    assert trigpoint("tiles", "build", a_town().write(tmp_path / "other.osm")).code == 0
    tiles = folder_in_service(home / "tiles")
    refused = trigpoint("region", "build")
    assert (refused.code, "tiles of other.osm" in told_on_one_line(refused)) == (4, True)
    removed = trigpoint("region", "remove", "vaduz", "--yes")
    assert (removed.code, "Tiles in service were built from other files" in told_on_one_line(removed)) == (0, True)
    assert folder_in_service(home / "tiles") == tiles
    an_import("vaduz", town)
    assert trigpoint("region", "build", "--replace").code == 0
    assert trigpoint("tiles", "status", "--json").json["files"] == ["town.osm"]


def test_timetables_stay_in_routes_when_another_region_is_imported(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[tuple[list[str], list[str]]] = []

    def build(files: list[Path], timetables: list[Path], progress: region_work.Progress) -> None:
        assert progress
        built.append(([path.name for path in files], [path.read_text() for path in timetables]))

    feed = tmp_path / "bus.zip"
    feed.write_text("stops")
    monkeypatch.setattr(region_work, "parts_to_build", lambda: ["routes"])
    monkeypatch.setattr("trigpoint.cli.imports.parts_to_build", lambda: ["routes"])
    monkeypatch.setattr("trigpoint.engines.valhalla.transit.check_timetable", lambda _path: None)
    monkeypatch.setattr(region_work.routes, "build_in_home", build)
    assert trigpoint("import", "--region", "vaduz", town, "--gtfs", feed).code == 0
    feed.unlink()
    assert trigpoint("import", "--region", "schaan", town).code == 0
    assert built == [(["town.osm"], ["stops"]), (["town.osm", "town.osm"], ["stops"])]
    assert trigpoint("region", "list", "--json").json[1]["files"] == ["town.osm", "bus.zip"]


@pytest.mark.parametrize("feed", [".", "..", "trips/..", "../bus"])
def test_a_timetable_that_is_a_folder_is_kept_under_its_own_name_wherever_the_command_runs(
    home: Path, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, feed: str
) -> None:
    (tmp_path / "bus" / "trips").mkdir(parents=True)
    (tmp_path / "bus" / "stops.txt").write_text("stops")
    monkeypatch.setattr("trigpoint.engines.valhalla.transit.check_timetable", lambda _path: None)
    monkeypatch.chdir(tmp_path / "bus" / ("trips" if feed == ".." else ""))
    assert an_import("vaduz", town, "--gtfs", feed).code == 0
    extract, timetable = region_at(home, "vaduz").kept() or ()
    assert (extract.name, timetable.name, timetable.kind) == ("town.osm", "bus", "timetable")
    assert (region_at(home, "vaduz").path_of(timetable) / "stops.txt").read_text() == "stops"


def test_places_are_imported_again_from_the_kept_files(home: Path, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_work, "is_installed", lambda: False)
    monkeypatch.setenv("TRIGPOINT_TILES", str(town.with_name("planet.pmtiles")))
    an_import("vaduz", town)
    trigpoint("places", "import", town)
    town.unlink()
    for shelf in (home / "places", home / "regions" / "vaduz" / "places"):
        about = (folder_in_service(shelf) or shelf) / "about.json"
        about.write_text(about.read_text().replace('"format": ', '"format": 1'))  # as another version wrote it
    broken = trigpoint("places", "status")
    assert "or all that are kept with 'trigpoint region build --places'." in told_on_one_line(broken)
    told = trigpoint("region", "build", "--places")
    assert (told.code, "The places of default, vaduz were imported again." in told_on_one_line(told)) == (0, True)
    assert trigpoint("places", "status", "--json").json["files"] == ["town.osm"]
    assert [one["filesKept"] for one in trigpoint("region", "list", "--json").json] == [True, True]
