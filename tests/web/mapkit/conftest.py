"""The map's part of the server, before an authority on SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import FixedClock
from trigpoint.authority.opening import open_authority
from web.mapkit.site import MapSite, a_map_site


@pytest.fixture
def site(home: Path, clock: FixedClock) -> Iterator[MapSite]:
    authority = open_authority(home=home, clock=clock)
    yield a_map_site(authority)
    authority.close()
