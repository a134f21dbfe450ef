"""Modules and functions stay small: lines of a module, lines and cyclomatic complexity of a function."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from architecture.parsing import parse_once

SOURCE = Path(__file__).parents[2] / "src" / "trigpoint"
EMBEDDED = SOURCE / "engines" / "embedded"
MIGRATIONS = SOURCE / "store" / "migrations"
"""What was done to databases is never changed, so it may be long."""


class Bounds(NamedTuple):
    """The most lines of a module, and lines and branches of a function."""

    module_lines: int
    function_lines: int
    branches: int


EVERYWHERE = Bounds(400, 50, 15)
IN_PLACE_SEARCH = Bounds(300, 50, 12)
PLACE_SEARCH_FOLDERS = ("importing", "gazetteer", "index")
BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.comprehension, ast.match_case)


def branches_of(function: ast.AST) -> int:
    """Count the ways through a function: each condition, loop, handler, and each further part of a condition."""
    count = 1
    for node in ast.walk(function):
        count += isinstance(node, BRANCHES)
        count += len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0
        count += len(node.ifs) if isinstance(node, ast.comprehension) else 0
    return count


def functions_in(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(parse_once(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def find_large(text: str, bounds: Bounds) -> list[str]:
    """Say what of a module is larger than it may be."""
    lines = len(text.splitlines())
    found = [f"{lines} lines"] if lines > bounds.module_lines else []
    for function in functions_in(text):
        length, branches = (function.end_lineno or 0) - function.lineno + 1, branches_of(function)
        found += [f"{function.name}: {length} lines"] if length > bounds.function_lines else []
        found += [f"{function.name}: {branches} branches"] if branches > bounds.branches else []
    return found


def find_large_in(folder: Path, bounds: Bounds, *, but: tuple[Path, ...] = ()) -> dict[str, list[str]]:
    files = [file for file in sorted(folder.rglob("*.py")) if not any(one in file.parents for one in but)]
    assert files
    found = {str(file.relative_to(SOURCE)): find_large(file.read_text(encoding="utf-8"), bounds) for file in files}
    return {name: large for name, large in found.items() if large}


def test_modules_and_functions_are_small() -> None:
    assert find_large_in(SOURCE, EVERYWHERE, but=(EMBEDDED, MIGRATIONS)) == {}


@pytest.mark.parametrize("folder", PLACE_SEARCH_FOLDERS)
def test_modules_and_functions_of_place_search_are_smaller(folder: str) -> None:
    assert find_large_in(EMBEDDED / folder, IN_PLACE_SEARCH) == {}


def test_test_modules_have_the_same_limit_of_lines() -> None:
    files = sorted((Path(__file__).parents[1]).rglob("*.py"))
    assert [
        file.name for file in files if len(file.read_text(encoding="utf-8").splitlines()) > EVERYWHERE.module_lines
    ] == []


def test_modules_of_place_search_have_the_same_limit_of_lines() -> None:
    assert find_large_in(EMBEDDED, Bounds(EVERYWHERE.module_lines, 10_000, 10_000)) == {}


def test_branches_are_counted() -> None:
    (function,) = functions_in(
        "def f(x):\n    for y in x:\n        if y and x or y:\n            return [z for z in x if z]\n"
    )
    assert branches_of(function) == 7


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\n" * 400, []),
        ("\n" * 401, ["401 lines"]),
        ("def f():\n" + "    x\n" * 49, []),
        ("def f():\n" + "    x\n" * 50, ["f: 51 lines"]),
        ("def f():\n    " + " or ".join("x" * 15) + "\n", []),
        ("async def f():\n    " + " or ".join("x" * 16) + "\n", ["f: 16 branches"]),
    ],
)
def test_what_is_too_large_is_found(text: str, found: list[str]) -> None:
    assert find_large(text, EVERYWHERE) == found
