"""The snapshots' part of the server, before an authority on SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import FixedClock
from trigpoint.authority.opening import open_authority
from web.snapshots.site import SnapshotSite, a_snapshot_site


@pytest.fixture
def site(home: Path, clock: FixedClock) -> Iterator[SnapshotSite]:
    authority = open_authority(home=home, clock=clock)
    yield a_snapshot_site(authority)
    authority.close()
