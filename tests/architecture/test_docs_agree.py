"""The docs say what the code does."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_refusals_page_is_written_from_the_reasons() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "write_refusals.py"))
    expected = tool["page"]()
    assert (ROOT / "docs" / "refusals.md").read_text(encoding="utf-8") == expected, "run tools/write_refusals.py"
