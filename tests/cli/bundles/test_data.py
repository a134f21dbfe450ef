"""Bundles: packed map data is put into service elsewhere, and an invalid bundle changes nothing."""

import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cli.bundles.bundle_commands import fetch, of
from commands import trigpoint
from small_map import a_town
from trigpoint.authority.new_files import DRAFT, create_draft
from trigpoint.base.errors import ConflictError
from trigpoint.cli import data as command
from trigpoint.engines.bundles import MANIFEST, open_bundle
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.generations import folder_in_service, new_generation
from trigpoint.engines.regions import DEFAULT, locked, region_at

Entries = dict[str, bytes]


def test_a_packed_generation_is_put_into_service_elsewhere_under_the_same_name(built: Path, data: Path) -> None:
    told = fetch(built)
    assert told.code == 0, told.err
    assert told.json == {"sha256": of(built), "parts": ["places"], "changed": ["places"]}
    with open_bundle(built) as bundle:
        generation = bundle.parts["places"].generation
    folder = folder_in_service(data / "places")
    assert folder is not None
    assert folder.name == generation
    home = built.parent / "home" / "places" / generation
    assert {path.name: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".lock"} == {
        path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    assert trigpoint("places", "status", "--json").json["files"] == ["town.osm"]
    if os.name == "posix":
        assert stat.S_IMODE(data.stat().st_mode) & 0o055 == 0o055  # other users may read it


def test_the_checksum_file_of_a_bundle_has_the_format_of_sha256sum(built: Path) -> None:
    assert built.with_name("town.zip.sha256").read_text() == f"{of(built)}  town.zip\n"


def test_a_bundle_is_never_written_over_a_file(built: Path) -> None:
    before = built.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIGPOINT_HOME", str(built.parent / "home"))
        patch.setenv("TRIGPOINT_GAZETTEER", "0")
        told = trigpoint("data", "pack", built)
    assert told.code != 0
    assert "exists; a bundle is written to a new file" in told.err
    assert built.read_bytes() == before


def test_packing_removes_what_killed_commands_left_but_not_what_others_write(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(built.parent / "home"))
    monkeypatch.setenv("TRIGPOINT_GAZETTEER", "0")
    left = tmp_path / f".yesterday.zip.0a1b2c3d{DRAFT}"
    left.write_bytes(b"half a bundle")
    other, descriptor = create_draft(tmp_path / "another.zip")
    left.write_bytes(b"half a bundle")
    umask = os.umask(0o027)
    try:
        told = trigpoint("data", "pack", tmp_path / "today.zip")
    finally:
        os.umask(umask)
        os.close(descriptor)
    assert told.code == 0, told.err
    assert {file.name for file in tmp_path.iterdir()} == {other.name, "today.zip", "today.zip.sha256"}
    assert stat.S_IMODE((tmp_path / "today.zip").stat().st_mode) == 0o640


def test_packing_into_a_folder_that_does_not_exist_names_the_file(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(built.parent / "home"))
    monkeypatch.setenv("TRIGPOINT_GAZETTEER", "0")
    told = trigpoint("data", "pack", tmp_path / "none" / "today.zip")
    assert told.code != 0
    assert "No such file or directory" in told.err
    assert "replaced" not in told.err


def test_packing_without_any_data_is_refused(data: Path) -> None:
    told = trigpoint("data", "pack", data.parent / "new.zip")
    assert told.code != 0
    assert f"No map data has been imported into {data}" in told.err.replace("\n", " ")
    assert not (data.parent / "new.zip").exists()


def test_a_bundle_in_service_is_not_fetched_again_unless_it_was_replaced(built: Path, data: Path) -> None:
    assert fetch(built).json["changed"] == ["places"]
    folder = folder_in_service(data / "places")
    assert fetch(built).json["changed"] == []
    assert folder_in_service(data / "places") == folder
    import_files(data / "places", [a_town().write(data / "other.osm")], progress=lambda _done, _step: None)
    assert fetch(built).json["changed"] == ["places"]
    assert trigpoint("places", "status", "--json").json["files"] == ["town.osm"]


def test_a_bundle_needs_its_checksum(built: Path, data: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.zip"
    alone.write_bytes(built.read_bytes())
    told = fetch(alone)
    assert told.code == 2
    assert "There is no file alone.zip.sha256 beside it either" in told.err
    assert fetch(alone, "--sha256", of(built).upper()).code == 0
    assert folder_in_service(data / "places") is not None
    told = fetch(alone, "--sha256", "abc")
    assert (told.code, "64 hexadecimal digits" in told.err) == (2, True)


def test_a_bundle_with_a_wrong_checksum_changes_nothing(built: Path, data: Path) -> None:
    told = fetch(built, "--sha256", "0" * 64)
    assert told.code == 2
    assert (
        f"its SHA-256 is {of(built)} and not {'0' * 64}" in told.err.replace("\n", " ") or "its SHA-256 is" in told.err
    )
    assert not (data / "places").exists()


def rewritten(built: Path, target: Path, change: Callable[[Entries, Any], None]) -> Path:
    """Rewrite a bundle with other entries or another manifest."""
    with zipfile.ZipFile(built) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(entries.pop(MANIFEST))
    change(entries, told)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name.endswith("places.sqlite") and told.get("link"):
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, content)
        archive.writestr(MANIFEST, json.dumps(told))
    return target


def add(name: str, content: bytes) -> Callable[[Entries, Any], None]:
    """Add a file to the places, described truly."""

    def change(entries: Entries, told: Any) -> None:
        entries[f"places/{name}"] = content
        described = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        told["parts"]["places"]["files"][name] = described

    return change


def other_bytes(entries: Entries, told: Any) -> None:
    told["parts"]["places"]["generation"] += "x"
    name = next(name for name in entries if name.endswith("places.sqlite"))
    entries[name] = entries[name][:-1] + bytes([entries[name][-1] ^ 1])


def other_format(entries: Entries, told: Any) -> None:
    del entries
    told["format"] = 2


HOSTILE: list[tuple[Callable[[Entries, Any], Any], str]] = [
    (add("../../escaped", b"x"), "leads out of the folder"),
    (add("/etc/escaped", b"x"), "leads out of the folder"),
    (add("text/../../escaped", b"x"), "leads out of the folder"),
    (add("text\\escaped", b"x"), "leads out of the folder"),
    (add("..", b"x"), "leads out of the folder"),
    (add("a/b/c", b"x"), "leads out of the folder"),
    (
        lambda _entries, told: told["parts"]["places"]["files"]["places.sqlite"].update(bytes=1 << 40),
        "it would decompress to",
    ),
    (
        lambda _entries, told: told["parts"]["places"]["files"]["places.sqlite"].update(bytes=9),
        "does not match the bundle's manifest",
    ),
    (lambda entries, _told: entries.update({"places/unsaid": b"x"}), "its files are not those of its manifest"),
    (lambda entries, _told: entries.pop("places/about.json"), "its files are not those of its manifest"),
    (lambda _entries, told: told.update(link=True), "is a link"),
    (lambda _entries, told: told["parts"]["places"].update(generation="../x"), "has no usable name"),
    (lambda _entries, told: told["parts"].update(secrets=told["parts"].pop("places")), "its parts are not of"),
    (lambda _entries, told: told.update(parts={}), "its parts are not of"),
    (lambda _entries, told: told.pop("parts"), f"its {MANIFEST} cannot be read"),
    (other_format, "it is of format 2, and this version reads format 1"),
    (other_bytes, "does not match the bundle's manifest"),
]


@pytest.mark.parametrize(("change", "why"), HOSTILE)
def test_a_bundle_that_contradicts_its_manifest_changes_nothing(
    built: Path, data: Path, tmp_path: Path, change: Callable[[Entries, Any], None], why: str
) -> None:
    assert fetch(built).code == 0
    before = folder_in_service(data / "places")
    bad = rewritten(built, tmp_path / "bad.zip", change)
    told = fetch(bad, "--sha256", of(bad))
    assert told.code == 2, told.out
    shown = " ".join(told.err.split())
    assert why in shown
    assert "Nothing was changed." in shown
    assert folder_in_service(data / "places") == before
    assert [path.name for path in (data / "places").iterdir() if path.name.startswith("new-")] == []
    assert not list(tmp_path.rglob("escaped"))


def cut_short(file: bytes) -> bytes:
    return file[: len(file) // 2]


@pytest.mark.parametrize("damage", [cut_short, lambda _file: b"no archive" * 100, lambda _file: b"", lambda f: f[:-30]])
def test_a_file_that_is_no_archive_is_refused(
    built: Path, data: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(damage(built.read_bytes()))
    told = fetch(bad, "--sha256", of(bad))
    assert told.code == 2
    assert "it cannot be read" in told.err
    assert folder_in_service(data / "places") is None


def test_places_of_another_format_are_not_put_into_service(built: Path, data: Path, tmp_path: Path) -> None:
    assert fetch(built).code == 0
    before = folder_in_service(data / "places")

    def change(entries: Entries, told: Any) -> None:
        about = json.loads(entries["places/about.json"]) | {"format": 1}
        add("about.json", json.dumps(about).encode())(entries, told)

    bad = rewritten(built, tmp_path / "bad.zip", change)
    told = fetch(bad, "--sha256", of(bad))
    shown = " ".join(told.err.split())
    assert "were imported by another version of Trigpoint (format 1" in shown
    assert "Nothing was changed." in shown
    assert folder_in_service(data / "places") == before


@pytest.fixture(scope="module")
def of_regions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two bundles: `both.zip` of the regions vaduz and schaan, and `one.zip` of vaduz alone."""
    folder, bundles = tmp_path_factory.mktemp("regions"), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIGPOINT_HOME", str(folder / "builder"))
        patch.delenv("TRIGPOINT_DATA", raising=False)
        patch.setenv("TRIGPOINT_GAZETTEER", "0")
        for name in ("vaduz", "schaan"):
            file = a_town().write(folder / f"{name}.osm")
            assert trigpoint("import", "--region", name, file, "--places-only").code == 0
        bundles.append(trigpoint("data", "pack", folder / "both.zip", "--json").json["parts"])
        assert trigpoint("region", "remove", "schaan", "--yes", "--places-only").code == 0
        bundles.append(trigpoint("data", "pack", folder / "one.zip", "--json").json["parts"])
    assert bundles == [["regions/schaan", "regions/vaduz"], ["regions/vaduz"]]
    return folder


def test_regions_are_added_and_removed_as_the_bundle_has_them(data: Path, of_regions: Path, tmp_path: Path) -> None:
    assert trigpoint("import", "--region", "ours", a_town().write(tmp_path / "ours.osm"), "--places-only").code == 0
    assert fetch(of_regions / "both.zip").json["changed"] == ["regions/schaan", "regions/vaduz"]
    assert fetch(of_regions / "both.zip").json["changed"] == []
    told = fetch(of_regions / "one.zip").json
    assert (told["changed"], told["removed"]) == ([], ["regions/schaan"])
    assert [one["name"] for one in trigpoint("region", "list", "--json").json] == ["ours", "vaduz"]
    assert [one["filesKept"] for one in trigpoint("region", "list", "--json").json] == [True, False]
    assert not (data / "regions" / "schaan").exists()


def test_a_region_that_is_being_imported_is_neither_replaced_nor_removed(data: Path, of_regions: Path) -> None:
    data.mkdir()
    with locked(data, region_at(data, "vaduz")):
        told = fetch(of_regions / "both.zip")
        assert (told.code, "'vaduz' is being changed by another process" in " ".join(told.err.split())) == (4, True)
    assert trigpoint("region", "list", "--json").json == []
    assert fetch(of_regions / "both.zip").code == 0
    with locked(data, region_at(data, "schaan")):
        told = fetch(of_regions / "one.zip")
        assert (told.code, told.json["changed"], told.json.get("removed")) == (0, [], None)
    assert [one["name"] for one in trigpoint("region", "list", "--json").json] == ["schaan", "vaduz"]


def test_the_default_region_is_not_replaced_while_it_is_being_imported(built: Path, data: Path) -> None:
    data.mkdir()
    with locked(data, region_at(data, DEFAULT)):
        told = fetch(built)
        assert (told.code, "'default' is being changed by another process" in " ".join(told.err.split())) == (4, True)
    assert folder_in_service(data / "places") is None


@pytest.mark.parametrize(
    "name", ["regions/..", "regions/default", "regions/A", "regions/.x", "regions/a/b", "regions/"]
)
def test_a_part_with_an_invalid_region_name_is_refused(built: Path, data: Path, tmp_path: Path, name: str) -> None:
    def change(entries: Entries, told: Any) -> None:
        told["parts"][name] = told["parts"].pop("places")
        for path in [path for path in entries if path.startswith("places/")]:
            entries[f"{name}/{path.removeprefix('places/')}"] = entries.pop(path)

    other = rewritten(built, tmp_path / "other.zip", change)
    told = fetch(other, "--sha256", of(other))
    assert (told.code, "its parts are not of gazetteer, places" in " ".join(told.err.split())) == (2, True)
    assert not (data / "regions").exists()


@pytest.mark.parametrize(("part", "waits"), [("gazetteer", True), ("places", False)])
def test_a_fetch_waits_for_a_server_that_builds_the_gazetteer_and_for_no_import(
    data: Path, monkeypatch: pytest.MonkeyPatch, part: str, *, waits: bool
) -> None:
    monkeypatch.setattr(command, "LOOK_EACH_S", 0.0)
    building = new_generation(data / part, what=part)
    building.__enter__()
    told: list[str] = []

    def tell(step: str) -> None:
        if not told:
            building.__exit__(None, None, None)
        told.append(step)

    with ExitStack() as stack:
        if waits:
            assert command._enter_room(stack, data, part, "g1", tell).is_dir()
        else:
            with pytest.raises(ConflictError):
                command._enter_room(stack, data, part, "g1", tell)
            building.__exit__(None, None, None)
    assert bool(told) is waits
