"""File names of OpenStreetMap extracts: one list for places, routes and the map."""

import bz2
import errno
import gzip
import os
from collections import Counter
from pathlib import Path

import osmium
import pytest

from small_map import SmallMap, a_town
from trigpoint.base.errors import InvalidError, NotFoundError, UnavailableError
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.extracts import as_input, check_file, sort_file, unreadable
from trigpoint.engines.tiles.importing.reading import is_in_order, read_borders
from trigpoint.engines.valhalla.extracts import check_extract, convert

NAMES = ["t.osm", "t.osm.xml", "T.OSM", "t.osm.gz", "T.Osm.Gz", "t.OSM.BZ2", "t.osm.pbf", "T.OSM.PBF", "t.PBF"]


def write(drawn: SmallMap, path: Path) -> Path:
    """Write a map in the format that the name tells."""
    xml = drawn.write(path.with_name("drawn.osm"))
    ending = path.name.lower().rpartition(".")[2]
    if ending == "pbf":
        with osmium.SimpleWriter(str(path.with_name("written.osm.pbf"))) as writer:
            osmium.apply(str(xml), writer)
        return path.with_name("written.osm.pbf").rename(path)
    path.write_bytes({"gz": gzip.compress, "bz2": bz2.compress}.get(ending, bytes)(xml.read_bytes()))
    return path


def count_of(file: Path) -> Counter[str]:
    return Counter(item.type_str() for item in osmium.FileProcessor(as_input(file)))


@pytest.mark.parametrize("name", NAMES)
def test_places_routes_and_the_map_accept_the_same_names(tmp_path: Path, name: str) -> None:
    file = write(a_town(), tmp_path / name)
    about = import_files(tmp_path / "places", [file], progress=lambda _done, _step: None)
    assert (about.files[0].name, about.counts["addresses"]) == (name, 12)
    assert check_extract(file) is None  # it tells no time of its data
    convert(file, tmp_path / "for-routes.osm.pbf")
    assert count_of(tmp_path / "for-routes.osm.pbf") == count_of(file)
    assert is_in_order(file)
    assert read_borders(file) != ({}, set())


@pytest.mark.parametrize("name", ["t.osm", "T.OSM.GZ"])
def test_an_unsorted_file_is_sorted_whatever_its_name(tmp_path: Path, name: str) -> None:
    town = a_town()
    town.nodes = dict(sorted(town.nodes.items(), reverse=True))
    file = write(town, tmp_path / name)
    sort_file(file, tmp_path / "sorted.osm.pbf")
    assert is_in_order(tmp_path / "sorted.osm.pbf")
    assert count_of(tmp_path / "sorted.osm.pbf") == count_of(file)


@pytest.mark.parametrize("name", ["t.txt", "osm", "t.osm.zip", "t.osm.pbf.part", "t.xml"])
def test_other_names_are_refused_by_all(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("<osm version='0.6'></osm>")
    for check in (check_file, check_extract):
        with pytest.raises(InvalidError, match=rf"must be an OpenStreetMap file \(\.osm\.pbf, .*got '{name}'"):
            check(file)
        with pytest.raises(NotFoundError, match="There is no file"):
            check(tmp_path / f"no-{name}")


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("Could not resize file: Not enough space on filesystem: No space left on device"),
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "nodes"),
        OSError(errno.EDQUOT, os.strerror(errno.EDQUOT), "nodes"),
    ],
)
def test_a_full_disk_is_not_blamed_on_the_file(error: Exception) -> None:
    found = unreadable(Path("region.osm.pbf"), error)
    assert isinstance(found, UnavailableError)
    assert str(found) == (
        "The disk is full: 'region.osm.pbf' was not read to its end. Free some space, and repeat the command."
    )


@pytest.mark.parametrize(
    "error", [RuntimeError("std::bad_alloc"), OSError(errno.ENOMEM, os.strerror(errno.ENOMEM), "nodes")]
)
def test_a_lack_of_memory_is_not_blamed_on_the_file(error: Exception) -> None:
    found = unreadable(Path("region.osm.pbf"), error)
    assert isinstance(found, UnavailableError)
    assert str(found) == "There is not enough memory to read 'region.osm.pbf'. The data in service stays."


def test_a_file_without_map_data_is_reported() -> None:
    found = unreadable(Path("region.osm.pbf"), RuntimeError("PBF error: invalid BlobHeader size"))
    assert isinstance(found, InvalidError)
    assert "must be an OpenStreetMap file" in str(found)


def test_a_folder_or_a_pipe_is_refused_whatever_its_name(tmp_path: Path) -> None:
    folder, pipe = tmp_path / "folder.osm.pbf", tmp_path / "pipe.osm.pbf"
    folder.mkdir()
    os.mkfifo(pipe)
    rule = "must be a file on disk, as it is read more than once"
    with pytest.raises(InvalidError, match=rf"{rule}.*got 'folder.osm.pbf, a folder'"):
        check_file(folder)
    with pytest.raises(InvalidError, match=rf"{rule}.*got '., a folder'"):
        check_file(Path())
    with pytest.raises(InvalidError, match=rf"{rule}.*got 'pipe.osm.pbf, no regular file'"):
        check_file(pipe)
