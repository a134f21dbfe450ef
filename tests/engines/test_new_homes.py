"""Whatever is started first makes the data folder for its owner alone."""

import stat
from pathlib import Path

from trigpoint.engines.generations import new_generation


def test_an_import_into_a_new_home_closes_it_to_others(tmp_path: Path) -> None:
    with new_generation(tmp_path / "one" / "places", what="places"):
        pass
    with new_generation(tmp_path / "two" / "routes", what="routes"):
        pass
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("one", "two")] == [0o700, 0o700]
