"""What is known in one place is written in that place alone."""

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

from trigpoint.home import DataFolder, Home

SOURCE = Path(__file__).resolve().parents[2] / "src" / "trigpoint"


@dataclass(frozen=True)
class Module:
    name: str
    tree: ast.Module


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    files = sorted(SOURCE.rglob("*.py"))
    return [Module(str(file.relative_to(SOURCE)), ast.parse(file.read_text(encoding="utf-8"))) for file in files]


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


def test_a_folder_that_is_spelled_is_found() -> None:
    assert {"places", "routes", "tiles", "gazetteer", "regions", "master.key", "trigpoint.db"} <= FOLDER_NAMES
    assert find_spelled_folders(ast.parse('a = 1\nshelf = settings.data_folder / "places"')) == [2]
    assert find_spelled_folders(ast.parse("shelf = DataFolder(settings.data_folder).places")) == []
