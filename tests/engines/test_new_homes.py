"""Whatever is started first creates the data folder for its owner only."""

import stat
from pathlib import Path

from trigpoint.engines.generations import new_generation


def test_an_import_creates_the_data_folder_with_private_permissions(tmp_path: Path) -> None:
    with new_generation(tmp_path / "one" / "places", what="places"):
        pass
    with new_generation(tmp_path / "two" / "routes", what="routes"):
        pass
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("one", "two")] == [0o700, 0o700]
