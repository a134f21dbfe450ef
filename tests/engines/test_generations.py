"""Generations on a shelf: readers write nothing there, and a swap by another machine is noticed."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from small_map import a_town
from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.index import textindex
from trigpoint.engines.generations import (
    CURRENT,
    folder_in_service,
    new_generation,
    remove_left,
    stamp_of,
    take_out_of_service,
)
from trigpoint.maps.queries import GeocodeQuery


def all_below(folder: Path) -> dict[str, tuple[int, int]]:
    """Give every file and folder with what changes when it is written to, or when something is put into it."""
    found = {path.relative_to(folder).as_posix(): path.stat() for path in [folder, *folder.rglob("*")]}
    return {name: (status.st_mtime_ns, status.st_size) for name, status in found.items()}


def an_import(home: Path) -> Path:
    import_files(home / "places", [a_town().write(home.parent / "town.osm")], progress=lambda _done, _step: None)
    return home


def is_found(home: Path) -> bool:
    engine = open_embedded(home)
    try:
        return bool(asyncio.run(engine.geocode(GeocodeQuery(text="Landstrasse 1, Vaduz"))))
    finally:
        engine.close()


def test_a_reader_writes_nothing_beside_the_data(tmp_path: Path) -> None:
    home = an_import(tmp_path / "home")
    for lock in home.rglob("*.lock"):
        lock.unlink()  # whoever made the data may have left out what is no data
    before = all_below(home)
    assert is_found(home)
    assert all_below(home) == before


def test_without_a_temporary_folder_the_error_has_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = an_import(tmp_path / "home")
    monkeypatch.setattr(textindex.tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(
        UnavailableError, match=r"no temporary folder .* Set TMPDIR to a folder that this process may write"
    ):
        is_found(home)


def test_a_file_that_appears_in_the_private_folder_during_removal_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread of tantivy made its lock between the listing and the removal: "Directory not empty", thus "damaged"."""
    home = an_import(tmp_path / "home")
    remove, tries = shutil.rmtree, []

    def late(folder: Path, **options: bool) -> None:
        tries.append(folder)
        if len(tries) > 1:
            remove(folder, **options)

    (tmp_path / "room").mkdir()
    monkeypatch.setattr(textindex.tempfile, "tempdir", str(tmp_path / "room"))
    monkeypatch.setattr(textindex.shutil, "rmtree", late)
    assert is_found(home)
    assert len(tries) > 1
    assert list((tmp_path / "room").iterdir()) == []


def test_a_swap_is_noticed_even_if_the_pointer_keeps_its_modification_time(tmp_path: Path) -> None:
    shelf = tmp_path / "places"
    shelf.mkdir()
    pointer = shelf / CURRENT
    pointer.write_text("one\n")
    before, times = stamp_of(shelf), pointer.stat()
    pointer.write_text("two\n")  # as rsync does it with --inplace and --times
    os.utime(pointer, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert stamp_of(shelf) != before


def test_a_pointer_to_a_generation_that_is_not_there_yet_counts_as_none(tmp_path: Path) -> None:
    with new_generation(tmp_path / "places", what="places"):
        pass
    (tmp_path / "places" / CURRENT).write_text("20990101T000000Z-abcdef\n")
    assert folder_in_service(tmp_path / "places") is None


def test_data_without_read_permission_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = an_import(tmp_path / "home")

    def refuse(_path: Path, *_more: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(UnavailableError) as refused:
        is_found(home)
    assert f"The map data in {home / 'places'} cannot be read by this process" in str(refused.value)
    assert "chmod -R a+rX" in str(refused.value)


def test_what_a_killed_run_left_is_removed_but_not_what_another_is_writing(tmp_path: Path) -> None:
    remove_left(tmp_path)  # a shelf without anything
    with new_generation(tmp_path, what="tiles", name="now") as written:
        remove_left(tmp_path)
        assert written.is_dir()
    (tmp_path / "new-20261128T041252Z-41abec").mkdir()
    remove_left(tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["current", "import.lock", "now"]


@pytest.mark.parametrize("remove", [True, False])
def test_a_shelf_out_of_service_keeps_its_generations_only_on_request(tmp_path: Path, *, remove: bool) -> None:
    take_out_of_service(tmp_path / "nowhere", remove=remove)
    for name in ("before", "now"):
        with new_generation(tmp_path / "places", what="places", name=name):
            pass
    take_out_of_service(tmp_path / "places", remove=remove)
    assert folder_in_service(tmp_path / "places") is None
    kept = {folder.name for folder in (tmp_path / "places").iterdir() if folder.is_dir()}
    assert kept == (set() if remove else {"before", "now"})
