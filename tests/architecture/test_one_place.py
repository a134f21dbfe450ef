"""Names of folders and units of time are written in one module each."""

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

from architecture.parsing import parse_once
from trigpoint.home import DataFolder, Home

SOURCE = Path(__file__).resolve().parents[2] / "src" / "trigpoint"


@dataclass(frozen=True)
class Module:
    name: str
    tree: ast.Module


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    files = sorted(SOURCE.rglob("*.py"))
    return [Module(str(file.relative_to(SOURCE)), parse_once(file.read_text(encoding="utf-8"))) for file in files]


def names_of(folders: Home | DataFolder) -> set[str]:
    """Give the names of all files and folders that one of the two knows."""
    found = [name for name, member in vars(type(folders)).items() if isinstance(member, property)]
    return {getattr(folders, name).name for name in found}


FOLDER_NAMES = names_of(Home(Path("home"))) | names_of(DataFolder(Path("data")))


def find_spelled_folders(tree: ast.AST) -> list[int]:
    """Number the lines where a path is made by `/` and a name that `Home` or `DataFolder` knows."""
    divisions = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    return [one.lineno for one in divisions if isinstance(one.right, ast.Constant) and one.right.value in FOLDER_NAMES]


def test_only_home_knows_the_names_of_folders(modules: list[Module]) -> None:
    spelled = {module.name: find_spelled_folders(module.tree) for module in modules if module.name != "home.py"}
    assert {name: lines for name, lines in spelled.items() if lines} == {}, "see trigpoint/home.py"


def test_a_folder_name_written_elsewhere_is_found() -> None:
    assert {"places", "routes", "tiles", "gazetteer", "regions", "master.key", "trigpoint.db"} <= FOLDER_NAMES
    assert find_spelled_folders(ast.parse('a = 1\nshelf = settings.data_folder / "places"')) == [2]
    assert find_spelled_folders(ast.parse("shelf = DataFolder(settings.data_folder).places")) == []


FACTORS = {1_000, 60_000, 3_600, 3_600_000, 86_400, 86_400_000}


def find_bare_times(tree: ast.AST) -> list[int]:
    """Number the lines that turn seconds into milliseconds by hand, or spell an hour or a day as a number."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.FloorDiv):
            sides = (node.left, node.right)
            lines += [one.lineno for one in sides if isinstance(one, ast.Constant) and one.value in FACTORS]
        elif isinstance(node, ast.Constant) and node.value in FACTORS - {1_000, 3_600, 60_000}:
            lines.append(node.lineno)
    return sorted(set(lines))


def test_only_the_clock_module_converts_times(modules: list[Module]) -> None:
    bare = {
        module.name: find_bare_times(module.tree)
        for module in modules
        if module.name != "base/clock.py" and not module.name.startswith("store/migrations/")
    }
    assert {name: lines for name, lines in bare.items() if lines} == {}, "see to_ms, to_seconds, days in base/clock.py"


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("at = int(clock() * 1000)", [1]),
        ("at = 1_000.0 * clock()", [1]),
        ("seconds = at / 1000", [1]),
        ("seconds = at // 1_000", [1]),
        ("KEPT_MS = 30 * 86_400_000", [1]),
        ("\nKEPT_S = 86_400", [2]),
        ("at = now_ms(clock)", []),
        ("LONGEST = 1000", []),
        ("KEPT_MS = days(30)", []),
    ],
)
def test_a_bare_time_is_found(code: str, lines: list[int]) -> None:
    assert find_bare_times(ast.parse(code)) == lines
