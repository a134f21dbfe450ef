"""Building networks: the input, what is put into service, and when the old network stays."""

import bz2
import errno
import gzip
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import osmium
import pytest

from made_towns import write_towns
from trigpoint.base.errors import ConflictError, InvalidError, NotFoundError
from trigpoint.engines.generations import new_generation
from trigpoint.engines.valhalla import build, extracts
from trigpoint.engines.valhalla.build import build_routes, explain_failure
from trigpoint.engines.valhalla.extracts import BuildError
from trigpoint.engines.valhalla.generations import find_current, read_network

NOW = 1_795_449_600.0  # 2026-11-23T16:00:00Z

pytestmark = pytest.mark.usefixtures("valhalla")


@pytest.fixture
def folder(tmp_path: Path, town_folder: Path) -> Path:
    """Return a separate folder with a network in service."""
    return Path(shutil.copytree(town_folder, tmp_path / "routes", symlinks=True))


def convert(file: Path, target: Path) -> Path:
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        osmium.apply(str(file), writer)
    return target


def left_behind(folder: Path) -> list[str]:
    return sorted(child.name for child in folder.iterdir() if child.name.startswith("new-"))


def test_a_build_is_put_into_service_with_its_description(town_folder: Path) -> None:
    current = find_current(town_folder)
    assert current is not None
    network = read_network(current)
    assert network.sources == ("towns.osm.pbf",)
    assert network.built_at == "2026-11-23T16:00:00Z"
    assert network.tiles >= 3
    assert network.tile_bytes == (current / "tiles.tar").stat().st_size
    assert network.engine.startswith("Valhalla 3")
    assert left_behind(town_folder) == []


def test_progress_increases_to_the_end(tmp_path: Path, town_file: Path) -> None:
    told: list[float] = []
    build_routes(tmp_path, [town_file], now=NOW, progress=lambda done, _step: told.append(done))
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("suffix", [".osm", ".osm.xml", ".osm.gz", ".OSM.BZ2"])
def test_xml_is_converted_first(tmp_path: Path, town_file: Path, suffix: str) -> None:
    xml = convert(town_file, tmp_path / "towns.osm").read_bytes()
    packed = {".gz": gzip.compress, ".bz2": bz2.compress}.get(suffix[-4:].lower().removeprefix("m"), bytes)(xml)
    file = tmp_path / f"towns{suffix}"
    file.write_bytes(packed)
    network = build_routes(tmp_path / "routes", [file], now=NOW)
    assert network.sources == (file.name,)
    assert network.tiles >= 3


def test_an_unsorted_extract_is_sorted_first(tmp_path: Path) -> None:
    write_towns(tmp_path / "odd.osm.pbf", sorted_objects=False)
    assert build_routes(tmp_path / "routes", [tmp_path / "odd.osm.pbf"], now=NOW).tiles >= 3


def test_several_extracts_become_one_network(tmp_path: Path, town_file: Path) -> None:
    write_towns(tmp_path / "west.osm.pbf", towns=("West",))
    network = build_routes(tmp_path / "routes", [tmp_path / "west.osm.pbf", town_file], now=NOW)
    assert network.sources == ("west.osm.pbf", "towns.osm.pbf")


def test_a_merged_extract_holds_each_object_once(tmp_path: Path, town_file: Path) -> None:
    extracts.merge([town_file, town_file], tmp_path / "merged.osm.pbf")
    count = sum(1 for _ in osmium.FileProcessor(str(tmp_path / "merged.osm.pbf")))
    assert count == sum(1 for _ in osmium.FileProcessor(str(town_file)))


def test_a_new_build_replaces_the_old_one(folder: Path, town_file: Path) -> None:
    made = [find_current(folder)]
    for _ in range(2):
        build_routes(folder, [town_file], now=NOW)
        made.append(find_current(folder))
    kept = {child.name for child in folder.iterdir() if child.is_dir()}
    assert len(set(made)) == 3
    assert kept == {
        generation.name for generation in made[1:] if generation is not None
    }  # one before stays, for readers


def test_a_network_in_the_folders_of_version_0_1_stays_in_service_and_is_kept_by_the_next_build(
    folder: Path, town_file: Path
) -> None:
    generation = find_current(folder)
    assert generation is not None
    (folder / "generations").mkdir()
    old = generation.rename(folder / "generations" / "20261123T153501-1")
    (folder / "current").unlink()
    (folder / "current").symlink_to("generations/20261123T153501-1")
    assert find_current(folder) == old
    build_routes(folder, [town_file], now=NOW)
    assert find_current(folder) not in {None, old}
    assert old.is_dir()
    build_routes(folder, [town_file], now=NOW)
    assert not (folder / "generations").exists()


def test_a_pointer_to_a_missing_generation_is_no_network(folder: Path) -> None:
    (folder / "current").write_text("")
    assert find_current(folder) is None
    (folder / "current").unlink()
    (folder / "current").symlink_to("generations/gone")
    assert find_current(folder) is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("text.osm.pbf", b"no map at all, but a text", "'text.osm.pbf' is not an OpenStreetMap extract"),
        ("broken.osm", b"<osm version='0.6'><node id='1'", "'broken.osm'"),
        ("broken.osm.gz", b"not gzip", "'broken.osm.gz' is not an OpenStreetMap extract"),
    ],
)
def test_an_invalid_file_is_reported_and_the_old_network_stays(
    tmp_path: Path, folder: Path, name: str, content: bytes, said: str
) -> None:
    before = find_current(folder)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / name).write_bytes(content)
    with pytest.raises(BuildError, match=said):
        build_routes(folder, [tmp_path / "bad" / name], now=NOW)
    assert find_current(folder) == before


def test_a_truncated_file_is_reported_as_truncated(tmp_path: Path) -> None:
    from trigpoint.engines.sample import find_sample

    sample = find_sample()
    assert sample is not None
    short = tmp_path / "short.osm.pbf"
    short.write_bytes(sample.read_bytes()[:400_000])
    with pytest.raises(BuildError, match=r"'short.osm.pbf' is cut short.*Download it again"):
        build_routes(tmp_path / "routes", [short], now=NOW)
    assert find_current(tmp_path / "routes") is None
    assert left_behind(tmp_path / "routes") == []


def test_an_extract_without_roads_is_reported(tmp_path: Path) -> None:
    write_towns(tmp_path / "sea.osm.pbf", towns=())
    with pytest.raises(BuildError, match=r"'sea.osm.pbf'"):
        build_routes(tmp_path / "routes", [tmp_path / "sea.osm.pbf"], now=NOW)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no file '.*nowhere.osm.pbf'"):
        build_routes(tmp_path, [tmp_path / "nowhere.osm.pbf"], now=NOW)


def test_another_kind_of_file_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "map.shp").write_bytes(b"")
    with pytest.raises(InvalidError, match=r"must be an OpenStreetMap file .*, for example 'region.osm.pbf'"):
        build_routes(tmp_path, [tmp_path / "map.shp"], now=NOW)


def test_an_empty_file_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "empty.osm.pbf").write_bytes(b"")
    with pytest.raises(InvalidError, match=r"with data in it.*'empty.osm.pbf, 0 bytes'"):
        build_routes(tmp_path / "routes", [tmp_path / "empty.osm.pbf"], now=NOW)
    assert not (tmp_path / "routes").exists()


def test_two_builds_at_once_are_refused(tmp_path: Path, town_file: Path) -> None:
    other = new_generation(tmp_path, what="routes")
    with other, pytest.raises(ConflictError, match="Another import of routes is running here"):
        build_routes(tmp_path, [town_file], now=NOW)


def test_an_interrupted_build_leaves_the_old_network(folder: Path, town_file: Path) -> None:
    before = find_current(folder)

    def interrupt(done: float, _step: str) -> None:
        if done > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_routes(folder, [town_file], now=NOW, progress=interrupt)
    assert find_current(folder) == before
    assert left_behind(folder) == []


def test_a_killed_build_leaves_the_old_network_and_the_next_one_removes_its_files(
    folder: Path, town_file: Path
) -> None:
    before = find_current(folder)
    code = (
        "import os, signal, sys; from pathlib import Path; from trigpoint.engines.valhalla.build import build_routes\n"
        "def die(done, step):\n"
        "    if done > 0.4: os.kill(os.getpid(), signal.SIGKILL)\n"
        "build_routes(Path(sys.argv[1]), [Path(sys.argv[2])], now=0.0, progress=die)"
    )
    died = subprocess.run([sys.executable, "-c", code, str(folder), str(town_file)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert find_current(folder) == before
    assert len(left_behind(folder)) == 1
    build_routes(folder, [town_file], now=NOW)
    assert find_current(folder) != before
    assert left_behind(folder) == []


@pytest.mark.parametrize("error", [BuildError("Tile file might be corrupted."), OSError(errno.ENOSPC, "no space")])
def test_a_failure_on_a_full_disk_is_told_as_such(
    tmp_path: Path, town_file: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **_more: object) -> NoReturn:
        raise error

    monkeypatch.setattr(build, "build_tiles", fail)
    with pytest.raises(type(error), match=str(error)[-9:]):
        build_routes(tmp_path / "routes", [town_file], now=NOW)
    monkeypatch.setattr(build, "LEAST_FREE", shutil.disk_usage(tmp_path).total)
    with pytest.raises(BuildError, match="The disk is full: no routes were built, and those in service stay"):
        build_routes(tmp_path / "routes", [town_file], now=NOW)


def test_a_builder_killed_by_the_system_is_reported_as_out_of_memory(tmp_path: Path) -> None:
    error = explain_failure("valhalla_build_tiles", -9, [], tmp_path / "planet.osm.pbf")
    assert str(error) == ("valhalla_build_tiles was killed, most likely because the machine ran out of memory.")
