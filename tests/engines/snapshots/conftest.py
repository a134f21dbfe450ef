"""The tiles of the sample region and of the world, built once."""

import pytest

from trigpoint.engines.tiles.engine import Tiles
from trigpoint.engines.tiles.opening import ensure_sample, open_tiles


@pytest.fixture(scope="session")
def sample_tiles(tmp_path_factory: pytest.TempPathFactory) -> Tiles:
    home = tmp_path_factory.mktemp("snapshots")
    assert ensure_sample(home)
    return open_tiles(home)
