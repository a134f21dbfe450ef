"""No file of place search has more than 300 lines."""

from pathlib import Path

import pytest

import trigpoint.engines.embedded

ROOT = Path(trigpoint.engines.embedded.__file__).parent
MOST_LINES = 300


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_of_place_search_has_more_than_300_lines(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES
