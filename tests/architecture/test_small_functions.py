"""The rooms of place search stay small: files of at most 300 lines, functions of at most twelve branches."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

EMBEDDED = Path(__file__).parents[2] / "src" / "trigpoint" / "engines" / "embedded"
ROOMS = ("importing", "gazetteer", "index")
MOST_LINES, MOST_BRANCHES = 300, 12
BRANCHES = (ast.If, ast.For, ast.While, ast.ExceptHandler, ast.IfExp, ast.comprehension, ast.match_case)


def branches_of(function: ast.AST) -> int:
    """Count the ways through a function: each condition, loop, handler, and each further part of a condition."""
    count = 1
    for node in ast.walk(function):
        count += isinstance(node, BRANCHES)
        count += len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0
        count += len(node.ifs) if isinstance(node, ast.comprehension) else 0
    return count


def functions_in(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{file.name}:{node.name}", branches_of(node)


@pytest.mark.parametrize("room", ROOMS)
def test_files_and_functions_are_small(room: str) -> None:
    files = sorted((EMBEDDED / room).rglob("*.py"))
    assert files
    assert [file.name for file in files if len(file.read_text().splitlines()) > MOST_LINES] == []
    assert [name for file in files for name, count in functions_in(file) if count > MOST_BRANCHES] == []


def test_branches_are_counted() -> None:
    (function,) = ast.parse(
        "def f(x):\n    for y in x:\n        if y and x or y:\n            return [z for z in x if z]\n"
    ).body
    assert branches_of(function) == 7
