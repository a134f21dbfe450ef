"""The engine on a small town, made once for all tests here."""

from collections.abc import Iterator

import pytest

from small_map import a_town
from trigpoint.engines.embedded.engine import EmbeddedPlaces, open_embedded
from trigpoint.engines.embedded.importing.building import import_files


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlaces]:
    home = tmp_path_factory.mktemp("home")
    file = a_town().write(home / "town.osm")
    import_files(home / "places", [file], progress=lambda _done, _step: None)
    reader = open_embedded(home)
    yield reader
    reader.close()
