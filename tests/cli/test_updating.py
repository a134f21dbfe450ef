"""`trigpoint update` puts the changes of OpenStreetMap into service, or leaves the old data there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import Told, trigpoint
from replicating import Replication, as_extract, replicating
from small_map import a_town
from trigpoint.cli import region_work, updating
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.generations import folder_in_service
from trigpoint.engines.regions import region_at
from trigpoint.maps.queries import GeocodeQuery, Hints

DAY_4, DAY_5, DAY_6 = (f"2026-11-{day}T21:21:12Z" for day in ("24", "25", "26"))


def house(number: int, street: str, house_number: str) -> str:
    tags = {"addr:street": street, "addr:housenumber": house_number, "addr:postcode": "9490", "addr:city": "Vaduz"}
    told = "".join(f"<tag k='{key}' v='{value}'/>" for key, value in tags.items())
    return f"<node id='{number}' version='2' lat='47.1402' lon='9.5185'>{told}</node>"


NEW_HOUSE = f"<create>{house(9001, 'Landstrasse', '27')}</create>"
DELETED_HOUSE = "<delete><node id='6002' version='2' lat='47.1402' lon='9.516'/></delete>"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    for name in ("TRIGPOINT_VALHALLA_URL", "TRIGPOINT_TILES", "TRIGPOINT_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(region_work, "is_installed", lambda: False)
    return tmp_path / "home"


@pytest.fixture
def server() -> Iterator[Replication]:
    with replicating() as told:
        told.last = 4
        told.put_state(4, at=DAY_4)
        yield told


@pytest.fixture
def extract(tmp_path: Path, server: Replication) -> Path:
    named = {"base_url": server.url, "sequence_number": "4", "timestamp": DAY_4}
    return as_extract(a_town().write(tmp_path / "town.osm"), tmp_path / "town.osm.pbf", **named)


def numbers_at(home: Path, *houses: str) -> list[str]:
    """Give those of the houses of Landstrasse that are found."""
    engine = open_embedded(home)
    try:
        found = []
        for number in houses:
            query = GeocodeQuery(text=f"Landstrasse {number}, 9490 Vaduz", hints=Hints(), lang="en")
            lines = [place.address_lines[0] for place in asyncio.run(engine.geocode(query)) if place.address_lines]
            found += [number] if f"Landstrasse {number}" in lines or f"{number} Landstrasse" in lines else []
        return found
    finally:
        engine.close()


def on_one_line(told: Told) -> str:
    return " ".join(told.err.split())


def service(home: Path) -> tuple[Path | None, Path | None, str]:
    """Return the places and tiles in service, and the record."""
    record = home / "regions" / ".default" / "region.json"
    return folder_in_service(home / "places"), folder_in_service(home / "tiles"), record.read_text()


def test_a_new_address_is_found_and_a_deleted_one_is_not(home: Path, server: Replication, extract: Path) -> None:
    assert trigpoint("import", extract).code == 0
    assert numbers_at(home, "2", "27") == ["2"]
    server.publish(NEW_HOUSE, at=DAY_5)
    server.publish(DELETED_HOUSE, at=DAY_6)
    told = trigpoint("update", "--json")
    assert told.code == 0, told.err
    assert told.json["regions"] == [{"name": "default", "result": "updated", "changes": 2, "dataAsOf": DAY_6}]
    assert told.json["tiles"]["dataAsOf"] == DAY_6
    assert numbers_at(home, "2", "27") == ["27"]
    before = service(home)
    again = trigpoint("update", "--json")
    assert (again.code, again.json) == (
        0,
        {"regions": [{"name": "default", "result": "current", "changes": 0, "dataAsOf": DAY_6}]},
    )
    assert service(home) == before
    assert "Everything is up to date: nothing was built." in on_one_line(trigpoint("update"))
    assert [one.name for one in (home / "regions" / ".default" / "files").rglob("*.osm*")] == ["town.osm.pbf"]


def test_a_region_is_updated_alone(home: Path, server: Replication, extract: Path) -> None:
    for name in ("vaduz", "schaan"):
        assert trigpoint("import", "--region", name, extract, "--places-only").code == 0
    other = folder_in_service(home / "regions" / "schaan" / "places")
    server.publish(NEW_HOUSE, at=DAY_5)
    told = trigpoint("region", "update", "vaduz", "--places-only", "--json")
    assert told.json == {"regions": [{"name": "vaduz", "result": "updated", "changes": 1, "dataAsOf": DAY_5}]}
    assert folder_in_service(home / "regions" / "schaan" / "places") == other
    assert numbers_at(home, "2", "27") == ["2", "27"]
    unknown = trigpoint("update", "--region", "malbun")
    assert (unknown.code, "Imported: schaan, vaduz." in on_one_line(unknown)) == (3, True)


def test_the_replication_server_is_remembered(home: Path, server: Replication, tmp_path: Path) -> None:
    extract = as_extract(a_town().write(tmp_path / "town.osm"), tmp_path / "town.osm.pbf", timestamp=DAY_4)
    assert trigpoint("import", "--region", "vaduz", extract, "--places-only").code == 0
    server.publish_days(20, 21, 22, 23, 24)
    unknown = trigpoint("update", "--places-only")
    assert (unknown.code, "Set it once with --server URL" in on_one_line(unknown)) == (3, True)
    wrong = trigpoint("update", "--server", "file:///etc")
    assert (wrong.code, "the http or https URL" in on_one_line(wrong)) == (2, True)
    server.publish(NEW_HOUSE, at=DAY_5)
    assert trigpoint("update", "--places-only", "--server", server.url).code == 0
    assert region_at(home, "vaduz").record().server == server.url
    server.publish(DELETED_HOUSE, at=DAY_6)
    (told,) = trigpoint("update", "--places-only", "--json").json["regions"]
    assert (told["result"], told["changes"]) == ("updated", 1)
    assert trigpoint("region", "list", "--json").json[0]["server"] == server.url


def test_the_replication_server_is_forgotten_with_its_extract(
    home: Path, server: Replication, extract: Path, tmp_path: Path
) -> None:
    assert trigpoint("import", extract, "--places-only").code == 0
    assert trigpoint("update", "--places-only", "--server", server.url).code == 0
    assert trigpoint("import", extract, "--places-only").code == 0
    assert region_at(home, "default").record().server == server.url
    cut = tmp_path / "cut.osm"
    cut.write_text((tmp_path / "town.osm").read_text()[:900])
    assert trigpoint("import", cut, "--places-only", "--replace").code == 2
    assert region_at(home, "default").record().server == server.url
    other = as_extract(tmp_path / "town.osm", tmp_path / "other.osm.pbf", timestamp=DAY_4)
    assert trigpoint("import", other, "--places-only", "--replace").code == 0
    assert region_at(home, "default").record().server is None
    server.publish(NEW_HOUSE, at=DAY_5)
    told = trigpoint("update", "--places-only")
    assert (told.code, "Set it once with --server URL" in on_one_line(told)) == (3, True)
    assert numbers_at(home, "2", "27") == ["2"]


def test_the_replication_server_belongs_to_one_file(extract: Path, server: Replication) -> None:
    for name in ("vaduz", "schaan"):
        trigpoint("import", "--region", name, extract, "--places-only")
    told = trigpoint("update", "--server", server.url)
    assert (told.code, "used for one region with one file" in on_one_line(told)) == (2, True)


@pytest.mark.parametrize("step", ["download", "exchange", "import"])
def test_an_interrupted_update_leaves_the_old_data_in_service(
    home: Path, server: Replication, extract: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    assert trigpoint("import", extract).code == 0
    before = service(home)
    server.publish(NEW_HOUSE, at=DAY_5)

    def interrupt(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if step == "download":
            patch.setattr("trigpoint.engines.replication._write", interrupt)
        elif step == "exchange":
            patch.setattr(updating, "announce", interrupt)
        else:
            patch.setattr(updating, "import_kept", interrupt)
        told = trigpoint("update")
    assert told.code == 130
    assert service(home) == before
    assert numbers_at(home, "2", "27") == ["2"]
    assert len(list((home / "regions" / ".default" / "files").iterdir())) == 1
    assert trigpoint("update").code == 0
    assert numbers_at(home, "2", "27") == ["2", "27"]


def test_routes_and_tiles_left_out_of_date_by_an_interrupted_update_are_built_by_the_next(
    home: Path, server: Replication, extract: Path
) -> None:
    assert trigpoint("import", extract).code == 0
    tiles = folder_in_service(home / "tiles")
    server.publish(NEW_HOUSE, at=DAY_5)
    assert trigpoint("update", "--places-only").code == 0
    assert folder_in_service(home / "tiles") == tiles
    told = trigpoint("update")
    assert (told.code, "Tiles were rebuilt." in on_one_line(told)) == (0, True)
    assert folder_in_service(home / "tiles") != tiles


def test_tiles_built_from_other_files_stay(home: Path, server: Replication, extract: Path, tmp_path: Path) -> None:
    assert trigpoint("import", extract, "--places-only").code == 0
    assert trigpoint("tiles", "build", a_town().write(tmp_path / "other.osm")).code == 0
    tiles = folder_in_service(home / "tiles")
    server.publish(NEW_HOUSE, at=DAY_5)
    told = trigpoint("update")
    assert (
        told.code,
        "Tiles in service were built from other files than those of the regions, and are not replaced."
        in on_one_line(told),
    ) == (
        0,
        True,
    )
    assert folder_in_service(home / "tiles") == tiles


def test_one_region_that_cannot_be_updated_stops_no_other(server: Replication, extract: Path, tmp_path: Path) -> None:
    with replicating() as gone:
        named = {"base_url": gone.url, "sequence_number": "4", "timestamp": DAY_4}
        other = as_extract(tmp_path / "town.osm", tmp_path / "other.osm.pbf", **named)
    for name, file in (("a", other), ("b", extract)):
        assert trigpoint("import", "--region", name, file, "--places-only").code == 0
    server.publish(NEW_HOUSE, at=DAY_5)
    told = trigpoint("update", "--places-only", "--json")
    assert told.code == 5
    assert [one["result"] for one in told.json["regions"]] == ["failed", "updated"]
    assert "The region a was not updated, for the reason below; its current data stays in service." in on_one_line(told)
    assert f"Error: The replication server {gone.url}/ does not respond (ConnectError)." in on_one_line(told)


def test_an_update_without_any_import_is_refused(home: Path, extract: Path) -> None:
    told = trigpoint("update")
    assert (told.code, "There is nothing to update." in on_one_line(told)) == (3, True)
    trigpoint("import", "--region", "vaduz", extract, "--places-only")
    (home / "regions" / "vaduz" / "region.json").unlink()  # as a bundle brings it
    told = trigpoint("update", "--region", "vaduz")
    assert (told.code, "not kept here. Import it again, or fetch a newer bundle." in on_one_line(told)) == (3, True)


def test_a_file_of_another_format_is_kept_as_pbf_and_counts_as_the_same(
    home: Path, server: Replication, tmp_path: Path
) -> None:
    drawn = a_town().write(tmp_path / "town.osm")
    drawn.write_text(drawn.read_text().replace('version="1" ', f'version="1" timestamp="{DAY_4}" '))
    assert trigpoint("import", drawn, "--places-only").code == 0
    server.publish_days(20, 21, 22, 23, 24)
    server.publish(NEW_HOUSE, at=DAY_5)
    told = trigpoint("update", "--places-only", "--server", server.url)
    assert told.code == 0, told.err
    assert trigpoint("places", "status", "--json").json["files"] == ["town.osm.pbf"]
    assert trigpoint("import", drawn, "--places-only").code == 0
    assert len(list((home / "regions" / ".default" / "files").iterdir())) == 1
