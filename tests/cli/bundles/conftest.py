"""A bundle of the sample, built once, and a folder of map data to fetch it into."""

from pathlib import Path

import pytest

from commands import trigpoint
from small_map import a_town
from trigpoint.engines import fetching
from trigpoint.engines.embedded.importing.building import import_files


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the places of one small town, made by the command."""
    folder = tmp_path_factory.mktemp("built")
    import_files(folder / "home" / "places", [a_town().write(folder / "town.osm")], progress=lambda _done, _step: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIGPOINT_HOME", str(folder / "home"))
        patch.setenv("TRIGPOINT_GAZETTEER", "0")
        told = trigpoint("data", "pack", folder / "town.zip", "--json")
    assert told.code == 0, told.err
    assert told.json["parts"] == ["places"]
    return folder / "town.zip"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of another machine, where nothing has been imported."""
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRIGPOINT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRIGPOINT_GAZETTEER", "0")  # an import into a folder of its own would build the whole world
    monkeypatch.setattr(fetching, "PAUSE_S", 0.0)
    return tmp_path / "data"
