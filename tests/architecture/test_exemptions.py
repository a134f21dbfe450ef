"""Each exemption from the lint (`noqa`, `type: ignore`) has a reason beside it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "tools", "bench", "deploy")
EXEMPTION = re.compile(r"#\s*(?:ruff:\s*)?no" + r"qa\b(?P<codes>:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?(?P<reason>.*)$")


def find_unreasoned(text: str) -> list[int]:
    """Number the lines that exempt themselves without the rule's code, or without words after it."""
    found = ((number, EXEMPTION.search(line)) for number, line in enumerate(text.split("\n"), 1))
    return [number for number, one in found if one and not (one["codes"] and re.search(r"\w{2}", one["reason"]))]


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_exemption_from_the_lint_has_a_reason(folder: str) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob("*.py"))}
    assert [f"{path.relative_to(ROOT)}:{line}" for path, text in texts.items() for line in find_unreasoned(text)] == []


@pytest.mark.parametrize(
    ("line", "is_reasoned"),
    [
        ("x = 1  # no" + "qa: S105 (a name)", True),
        ("x = 1  # no" + "qa: S105, S107 - a name", True),
        ("# ruff: no" + "qa: RUF001 (letters)", True),
        ("x = 1  # no" + "qa: S105", False),
        ("x = 1  # no" + "qa: S105 ()", False),
        ("x = 1  # no" + "qa", False),
        ("x = 1", True),
    ],
)
def test_a_reason_is_text_after_the_code(line: str, is_reasoned: bool) -> None:
    assert (find_unreasoned(line) == []) is is_reasoned
