"""A running import is recorded in the data folder, and shown only while the record is renewed."""

import json
import os
import time
from pathlib import Path

from patience import PATIENCE_S
from trigpoint.engines.under_way import STALE_S, announced, imports_under_way


def a_word(data: Path, *, age_s: float, text: str | None = None) -> Path:
    path = data / "importing-other-7.json"
    path.write_text(text or json.dumps({"what": "tiles", "step": "writing tiles", "done": 0.4}))
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_an_import_is_shown_only_while_it_runs(tmp_path: Path) -> None:
    with announced(tmp_path, "places"):
        deadline = time.monotonic() + PATIENCE_S
        while not (found := imports_under_way(tmp_path, now=time.time())):
            assert time.monotonic() < deadline
        assert found == ["An import of places is under way: 0%."]
    assert imports_under_way(tmp_path, now=time.time()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_killed_import_is_not_shown_and_its_record_is_removed_by_the_next(tmp_path: Path) -> None:
    now = time.time()
    killed = a_word(tmp_path, age_s=STALE_S - 30)
    assert imports_under_way(tmp_path, now=now) == ["An import of tiles is under way: 40%, writing tiles."]
    killed = a_word(tmp_path, age_s=STALE_S + 30)
    assert imports_under_way(tmp_path, now=now) == []
    with announced(tmp_path, "places"):
        assert not killed.exists()


def test_a_half_written_record_is_ignored(tmp_path: Path) -> None:
    for text in ("{", "[]", '{"what": "x"}', '{"what": "x", "step": "", "done": "soon"}', "\0"):
        a_word(tmp_path, age_s=0, text=text)
        assert imports_under_way(tmp_path, now=time.time()) == []


def test_an_import_into_a_missing_folder_continues(tmp_path: Path) -> None:
    with announced(tmp_path / "new", "places") as tell:
        tell(0.5, "reading")
    assert imports_under_way(tmp_path / "new", now=time.time()) == []
