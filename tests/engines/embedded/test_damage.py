"""An index of another format, or a damaged one: the reason is reported, the server stays up, and a new import repairs it."""

import asyncio
import json
from pathlib import Path

import pytest

from small_map import a_town
from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.gazetteer.service import gazetteer_in_service
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.index.generation import ABOUT, DATA, FORMAT, TEXT, read_about, read_whole
from trigpoint.engines.embedded.index.hot_swap import LOOK_EACH_S, HotSwap
from trigpoint.engines.embedded.index.reader import open_generation
from trigpoint.engines.embedded.index.spellings import FILE
from trigpoint.engines.embedded.sample import ensure_sample
from trigpoint.engines.generations import folder_in_service
from trigpoint.maps.engines import EngineStatus
from trigpoint.maps.places import Place
from trigpoint.maps.queries import GeocodeQuery


def put(home: Path, name: str = "town.osm") -> Path:
    import_files(home / "places", [a_town().write(home / name)], progress=lambda _done, _step: None)
    folder = folder_in_service(home / "places")
    assert folder is not None
    return folder


def retell(folder: Path, **changes: object) -> None:
    told = json.loads((folder / ABOUT).read_text()) | changes
    (folder / ABOUT).write_text(json.dumps({name: value for name, value in told.items() if value is not None}))


def geocode(engine: EmbeddedPlaces) -> tuple[Place, ...]:
    return asyncio.run(engine.geocode(GeocodeQuery(text="Landstrasse 1, Vaduz")))


def status(engine: EmbeddedPlaces) -> EngineStatus:
    return asyncio.run(engine.status())


def the_largest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize(("told", "was"), [(None, 1), (FORMAT - 1, FORMAT - 1), (FORMAT + 1, FORMAT + 1)])
def test_an_index_of_another_format_says_what_to_do(tmp_path: Path, told: int | None, was: int) -> None:
    folder = put(tmp_path)
    retell(folder, format=told, unknown_to_this_version=1)
    engine = open_embedded(tmp_path)
    message = (
        f"The places in {folder} were imported by another version of Trigpoint (format {was}; this version reads"
        f" format {FORMAT}). Import them again with 'trigpoint places import FILE' (they were made from town.osm),"
        " or all that are kept with 'trigpoint region build --places'."
    )
    with pytest.raises(UnavailableError) as caught:
        geocode(engine)
    assert str(caught.value) == message
    assert (status(engine).ready, status(engine).detail) == (False, message)
    engine.close()


@pytest.mark.parametrize(
    "pattern", [DATA, f"{TEXT}/*.term", f"{TEXT}/*.idx", f"{TEXT}/*.fast", f"{TEXT}/meta.json", f"{TEXT}/{FILE}"]
)
def test_a_truncated_file_is_reported(tmp_path: Path, pattern: str) -> None:
    folder = put(tmp_path)
    cut = the_largest(folder, pattern)
    size = cut.stat().st_size
    cut.write_bytes(cut.read_bytes()[: size // 2])
    with pytest.raises(UnavailableError) as caught:
        open_generation(folder)
    name = cut.relative_to(folder).as_posix()
    assert f"are damaged: {name} has {size // 2} bytes instead of {size}. Import them again" in str(caught.value)


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    folder = put(tmp_path)
    (folder / DATA).unlink()
    with pytest.raises(UnavailableError, match=f"are damaged: {DATA} is missing"):
        open_generation(folder)


@pytest.mark.parametrize(
    "pattern",
    [DATA, *[f"{TEXT}/{name}" for name in ("meta.json", "*.term", "*.idx", "*.fast", "*.store", FILE)]],
)
def test_changed_bytes_in_a_file_give_results_or_the_reason_and_no_crash(tmp_path: Path, pattern: str) -> None:
    file = the_largest(put(tmp_path), pattern)
    file.write_bytes(b"\xa5" * file.stat().st_size)
    engine = open_embedded(tmp_path)
    told = ""
    try:
        geocode(engine)
    except UnavailableError as error:
        told = str(error)
    engine.close()
    assert not told or ("are damaged: " in told and "Import them again with 'trigpoint places import FILE'" in told)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 1, "box": null}', "\0"])
def test_an_unreadable_description_of_a_generation_is_reported(tmp_path: Path, text: str) -> None:
    folder = put(tmp_path)
    (folder / ABOUT).write_text(text)
    with pytest.raises(UnavailableError, match=r"are damaged: about\.json cannot be read"):
        read_whole(folder)


def test_a_new_import_repairs_a_running_engine(tmp_path: Path) -> None:
    now = [0.0]
    retell(put(tmp_path), format=FORMAT - 1)
    swap = HotSwap(tmp_path / "places", clock=lambda: now[0])
    assert swap.take() is None
    assert swap.trouble is not None
    put(tmp_path)
    now[0] += LOOK_EACH_S
    swap.take()
    swap.wait()
    assert swap.take() is not None
    assert swap.trouble is None
    swap.close()


def test_the_data_in_service_stays_if_newer_data_is_damaged(tmp_path: Path) -> None:
    now = [0.0]
    put(tmp_path)
    swap = HotSwap(tmp_path / "places", clock=lambda: now[0])
    before = swap.take()
    (put(tmp_path) / DATA).write_bytes(b"")
    now[0] += LOOK_EACH_S
    swap.take()
    swap.wait()
    assert swap.take() is before
    assert f"are damaged: {DATA} has 0 bytes" in str(swap.trouble)
    swap.close()


def test_a_sample_of_another_format_is_imported_again(tmp_path: Path) -> None:
    retell(put(tmp_path, "Helsinki.osm"), format=FORMAT - 1, files=[{"name": "Helsinki.osm.pbf", "bytes": 1}])
    about = ensure_sample(tmp_path, progress=lambda _done, _step: None)
    assert about is not None
    folder = folder_in_service(tmp_path / "places")
    assert folder is not None
    assert read_whole(folder).files[0].name == "Helsinki.osm.pbf"
    assert ensure_sample(tmp_path, progress=lambda _done, _step: None) is None


def test_imported_places_are_never_replaced_by_the_sample(tmp_path: Path) -> None:
    folder = put(tmp_path)
    retell(folder, format=FORMAT - 1)
    assert ensure_sample(tmp_path, progress=lambda _done, _step: None) is None
    assert read_about(folder).files[0].name == "town.osm"


def test_a_damaged_gazetteer_or_one_of_another_format_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / "gazetteer").mkdir()
    folder = put(tmp_path)
    folder.rename(tmp_path / "gazetteer" / folder.name)
    (tmp_path / "gazetteer" / "current").write_text(folder.name)
    assert gazetteer_in_service(tmp_path) is None
    retell(tmp_path / "gazetteer" / folder.name, format=FORMAT - 1)
    assert gazetteer_in_service(tmp_path) is None
    (tmp_path / "gazetteer" / folder.name / ABOUT).write_text("")
    assert gazetteer_in_service(tmp_path) is None
