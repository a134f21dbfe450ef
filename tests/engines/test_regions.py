"""The registry of regions: names, atomic records, and files that stay while a build uses them."""

import errno
import fcntl
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from trigpoint.base.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from trigpoint.engines import kept_files, region_builds
from trigpoint.engines.generations import folder_in_service, new_generation
from trigpoint.engines.kept_files import keep_files
from trigpoint.engines.region_builds import (
    building_alone,
    fingerprint,
    lend_files,
    note_built,
    read_built,
    without_files,
)
from trigpoint.engines.regions import (
    DEFAULT,
    NAME,
    Kept,
    Record,
    Region,
    announce,
    check_name,
    find_region,
    find_regions,
    locked,
    new_files,
    region_at,
    settle,
    take_out,
    write_record,
)
from trigpoint.engines.sample import SAMPLE


def put_in_service(region: Region, files: Sequence[Kept | tuple[str, int]], *, as_of: str | None = None) -> None:
    """Take places into service that say that they were made from these files."""
    pairs = [(one.name, one.bytes) if isinstance(one, Kept) else one for one in files]
    with new_generation(region.shelf, what="places") as folder:
        told = [{"name": name, "bytes": size, "timestamp": as_of} for name, size in pairs]
        (folder / "about.json").write_text(json.dumps({"files": told}))


def a_file(folder: Path, name: str = "town.osm", text: str = "<osm version='0.6'></osm>") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def an_import(data: Path, name: str, file: Path) -> Region:
    region = region_at(data, name)
    with locked(data, region), new_files(region) as room:
        kept = keep_files([file], [], room, tell=lambda _share: None)
        announce(region, kept)
        put_in_service(region, kept)
    return region


def an_import_that_fails(data: Path, region: Region) -> tuple[Kept, ...] | None:
    """Give the files that are in service while its places are written, which never end."""
    meanwhile = None
    with suppress(UnavailableError), locked(data, region), new_files(region) as room:
        announce(region, keep_files([a_file(data / "new", "new.osm")], [], room, tell=lambda _share: None))
        meanwhile = region.kept()
        raise UnavailableError("The disk is full.")
    return meanwhile


@pytest.mark.parametrize("name", ["a", "0", "liechtenstein", "north-rhine-2", "a" * 63])
def test_a_name_has_lower_case_letters_digits_and_hyphens(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", "-a", ".a", "A", "a_b", "a/b", "..", "ä", "a" * 64, "a\n", "a "])
def test_an_invalid_name_is_refused_with_the_rule(name: str) -> None:
    with pytest.raises(InvalidError, match="1 to 63 of the letters a to z, digits and hyphens") as refused:
        check_name(name)
    assert "'liechtenstein'" in str(refused.value)


def test_an_import_without_a_name_is_called_default_and_listed_first(tmp_path: Path) -> None:
    assert find_regions(tmp_path) == []
    for name in ("monaco", "andorra"):
        an_import(tmp_path, name, a_file(tmp_path / "files"))
    put_in_service(region_at(tmp_path, DEFAULT), [("old.osm", 5)])
    assert [one.name for one in find_regions(tmp_path)] == ["default", "andorra", "monaco"]
    assert find_region(tmp_path, "default").shelf == tmp_path / "places"
    with pytest.raises(NotFoundError, match=r"no region 'malta'\. Imported: default, andorra, monaco\."):
        find_region(tmp_path, "malta")


def test_a_folder_with_a_leading_dot_or_never_in_service_is_no_region(tmp_path: Path) -> None:
    put_in_service(Region("x", tmp_path, tmp_path / "regions" / ".removed-x" / "places"), [])
    (tmp_path / "regions" / "empty" / "places").mkdir(parents=True)
    (tmp_path / "regions" / "A_B").mkdir()
    assert find_regions(tmp_path) == []
    with pytest.raises(NotFoundError, match="None has been imported"):
        find_region(tmp_path, "empty")


def test_the_files_are_kept_unchanged_with_the_facts_of_their_headers(tmp_path: Path) -> None:
    file = a_file(tmp_path / "files", text="<osm version='0.6' timestamp='2026-11-20T10:00:00Z'></osm>")
    region = an_import(tmp_path, "town", file)
    (kept,) = region.kept() or ()
    assert region.path_of(kept).read_bytes() == file.read_bytes()
    assert (kept.name, kept.bytes, kept.kind, kept.server) == ("town.osm", file.stat().st_size, "extract", None)
    file.write_text("another week's extract, written over the old one")
    assert "osm version" in region.path_of(kept).read_text()


def test_places_made_from_other_files_have_no_kept_files(tmp_path: Path) -> None:
    region = an_import(tmp_path, "town", a_file(tmp_path / "files"))
    assert without_files([region]) == []
    put_in_service(region, [("fetched.osm", 7)])
    assert region.kept() is None
    assert without_files([region]) == ["town"]


def test_a_failed_import_keeps_the_old_files_and_record(tmp_path: Path) -> None:
    region = an_import(tmp_path, "town", a_file(tmp_path / "files"))
    before = (region.record(), region.kept())
    assert (
        an_import_that_fails(tmp_path, region) == before[1]
    )  # whoever builds meanwhile builds from what is in service
    assert (region.record(), region.kept()) == before
    assert len(list((region.home / "files").iterdir())) == 1


@pytest.mark.parametrize("name", ["town.osm", "new.osm"], ids=["before the exchange", "after it"])
def test_files_that_a_killed_import_left_are_removed_by_the_next(tmp_path: Path, name: str) -> None:
    region = an_import(tmp_path, "town", a_file(tmp_path / "files"))
    room = region.home / "files" / "20260101T000000Z-killed"
    room.mkdir()
    kept = keep_files([a_file(tmp_path / "new", "new.osm")], [], room, tell=lambda _share: None)
    announce(region, kept)
    if name == "new.osm":
        put_in_service(region, kept)
    assert [one.name for one in region.kept() or ()] == [name]
    with locked(tmp_path, region):
        assert [one.name for one in region.record().files] == [name]
        assert region.record().before == ()
        assert len(list((region.home / "files").iterdir())) == 1


def test_the_first_import_of_a_region_leaves_nothing_when_it_fails(tmp_path: Path) -> None:
    region = region_at(tmp_path, "town")
    assert an_import_that_fails(tmp_path, region) is None
    assert not region.home.exists()


def test_a_region_whose_pointer_was_lost_keeps_its_generations(tmp_path: Path) -> None:
    region = an_import(tmp_path, "town", a_file(tmp_path / "files"))
    (region.shelf / "current").unlink()
    settle(region)
    assert list(region.shelf.glob("*/about.json"))


def test_a_lock_prevents_two_changes_of_one_region_but_not_of_two(tmp_path: Path) -> None:
    with (
        locked(tmp_path, region_at(tmp_path, "town")),
        pytest.raises(ConflictError, match="region 'town' is being changed by another process; wait until"),
        locked(tmp_path, region_at(tmp_path, "town")),
    ):
        pass
    with locked(tmp_path, region_at(tmp_path, "town")), locked(tmp_path, region_at(tmp_path, "city")):
        pass


def test_a_removed_region_is_out_of_service_and_its_files_are_gone(tmp_path: Path) -> None:
    for name in ("town", DEFAULT):
        region = an_import(tmp_path, name, a_file(tmp_path / "files"))
        with locked(tmp_path, region):
            take_out(tmp_path, region)
        assert (folder_in_service(region.shelf), region.home.exists()) == (None, False)
    left = [one.name for one in (tmp_path / "regions").iterdir() if not one.name.endswith(".lock")]
    assert left == []


def test_files_that_a_killed_removal_left_are_removed_by_the_next_change(tmp_path: Path) -> None:
    (tmp_path / "regions" / ".removed-town-abc" / "places").mkdir(parents=True)
    with locked(tmp_path, region_at(tmp_path, "city")):
        assert not (tmp_path / "regions" / ".removed-town-abc").exists()


def test_files_in_use_by_a_build_stay_when_their_region_is_removed(tmp_path: Path) -> None:
    region = an_import(tmp_path, "town", a_file(tmp_path / "files"))
    other = an_import(tmp_path, "city", a_file(tmp_path / "more"))
    with lend_files(tmp_path, [region, other]) as lent:
        take_out(tmp_path, region)
        assert [path.name for path in lent.extracts] == ["town.osm", "town.osm"]
        assert all("osm version" in path.read_text() for path in lent.extracts)
    assert not list((tmp_path / "regions").glob(".lent-*"))


def test_a_region_replaced_while_its_files_are_linked_provides_the_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = an_import(tmp_path, "town", a_file(tmp_path / "files"))
    exchanges: list[Path] = []
    link = region_builds.link_kept

    def link_late(path: Path, target: Path) -> None:
        if not exchanges:
            exchanges.append(path)
            an_import(tmp_path, "town", a_file(tmp_path / "new", "new.osm"))
        link(path, target)

    monkeypatch.setattr(region_builds, "link_kept", link_late)
    with lend_files(tmp_path, [region]) as lent:
        assert [path.name for path in lent.extracts] == ["new.osm"]


def test_a_missing_file_is_not_taken_for_a_replacement(tmp_path: Path) -> None:
    region = an_import(tmp_path, "town", a_file(tmp_path / "files"))
    with pytest.raises(FileNotFoundError), lend_files(tmp_path, [region]):
        (tmp_path / "nowhere").read_text()
    assert not list((tmp_path / "regions").glob(".lent-*"))


def test_a_file_system_without_hard_links_provides_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, _other: Path) -> None:
        raise PermissionError("no links here")

    region = an_import(tmp_path, "town", a_file(tmp_path / "files"))
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with lend_files(tmp_path, [region]) as lent:
        assert "osm version" in lent.extracts[0].read_text()


def test_the_fingerprint_changes_with_the_files_and_not_with_their_order(tmp_path: Path) -> None:
    one, two = (
        an_import(tmp_path, name, a_file(tmp_path / name, text=f"<osm version='0.6' generator='{name}'></osm>"))
        for name in ("a", "b")
    )
    first = fingerprint([one, two])
    assert first == fingerprint([two, one])
    assert len({first, fingerprint([one]), fingerprint([one, two], "fr"), fingerprint([])}) == 4
    an_import(tmp_path, "b", a_file(tmp_path / "b", text="<osm version='0.6' generator='other'></osm>"))
    assert fingerprint([one, two]) != first


def test_what_was_built_is_remembered_by_part(tmp_path: Path) -> None:
    assert read_built(tmp_path) == {}
    with building_alone(tmp_path, lambda: None):
        note_built(tmp_path, "routes", generation="g1", of="x")
        note_built(tmp_path, "tiles", generation="g2", of="y")
    assert read_built(tmp_path)["routes"] == {"generation": "g1", "of": "x"}
    (tmp_path / "regions" / ".built.json").write_text("{")
    assert read_built(tmp_path) == {}


def test_a_build_waits_for_another_and_reports_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_builds, "LOOK_EACH_S", 0.001)
    order: list[str] = []
    outer = building_alone(tmp_path, lambda: None)
    outer.__enter__()

    def waiting() -> None:
        if not order:
            order.append("waits")
            outer.__exit__(None, None, None)

    with building_alone(tmp_path, waiting):
        order.append("builds")
    assert order == ["waits", "builds"]


def test_a_file_system_without_locks_is_reported_at_once_and_not_as_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: object, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    told = r"\.build\.lock cannot be locked: No locks available\. Nothing was changed\."
    with (
        pytest.raises(UnavailableError, match=told),
        building_alone(tmp_path, lambda: pytest.fail("waits")),
    ):
        pytest.fail("builds")
    with pytest.raises(UnavailableError, match="cannot be locked"), locked(tmp_path, region_at(tmp_path, "town")):
        pytest.fail("changes")


def test_a_file_is_kept_only_if_there_is_enough_disk_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = a_file(tmp_path / "files")
    monkeypatch.setattr(kept_files, "_share", lambda _source, _target: False)
    monkeypatch.setattr(kept_files.shutil, "disk_usage", lambda _path: SimpleNamespace(free=3))
    (tmp_path / "room").mkdir()
    with pytest.raises(
        UnavailableError, match=r"A copy of town\.osm needs 25 bytes in .*, and 3 are free\. Nothing was"
    ):
        keep_files([file], [], tmp_path / "room", tell=lambda _share: None)


def test_a_folder_of_a_timetable_is_kept_with_all_its_files(tmp_path: Path) -> None:
    feed = tmp_path / "bus"
    a_file(feed, "stops.txt", "stop_id\n")
    a_file(feed / "more", "trips.txt", "trip_id\n")
    (tmp_path / "room").mkdir()
    (kept,) = keep_files([], [feed], tmp_path / "room", tell=lambda _share: None)
    assert (kept.name, kept.kind, kept.bytes) == ("bus", "timetable", 16)
    assert (tmp_path / "room" / "0" / "bus" / "more" / "trips.txt").read_text() == "trip_id\n"


def test_a_damaged_record_counts_as_none_and_the_region_stays_in_service(tmp_path: Path) -> None:
    region = an_import(tmp_path, "town", a_file(tmp_path / "files"))
    (region.home / "region.json").write_text('{"files": 3')
    assert region.record() == Record()
    assert region.kept() is None
    assert find_regions(tmp_path) == [region]
    write_record(region, Record(server="https://maps.example.com/updates"))
    assert region.record().server == "https://maps.example.com/updates"


def test_the_age_is_that_of_the_oldest_file(tmp_path: Path) -> None:
    region = region_at(tmp_path, "town")
    put_in_service(region, [("a.osm", 1)], as_of="2026-11-20T10:00:00Z")
    assert region.data_as_of() == "2026-11-20T10:00:00Z"
    put_in_service(region, [("a.osm", 1)])
    assert region.data_as_of() is None


def test_the_sample_imported_by_a_server_is_not_protected(tmp_path: Path) -> None:
    region = region_at(tmp_path, DEFAULT)
    put_in_service(region, [(Path(SAMPLE).name, 9)])
    assert region.is_own_sample()
    assert without_files([region]) == []
    named = an_import(tmp_path, "helsinki", a_file(tmp_path / "files", Path(SAMPLE).name.removesuffix(".pbf")))
    assert not named.is_own_sample()
    assert NAME.fullmatch(DEFAULT)
