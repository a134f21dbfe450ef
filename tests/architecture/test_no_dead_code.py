"""No dead code: vulture finds no name in src that only its definition, or a test, uses."""

import ast
import re
import tomllib
from pathlib import Path

from vulture import Vulture

from architecture.parsing import parse_once

ROOT = Path(__file__).resolve().parents[2]
CALLED_BY_LIBRARIES = ["@*.command", "@*.callback", "@get", "@post", "@put", "@patch", "@delete"]
DECLARED = re.compile(r"(?:Enum|Flag|Struct|TypedDict|Protocol)$")


def names_in_use() -> dict[str, str]:
    """Read the names that may seem unused, each with its reason."""
    with (Path(__file__).with_name("names_in_use.toml")).open("rb") as file:
        groups = tomllib.load(file).values()
    return {name: group["reason"] for group in groups for name in group["names"]}


def declared_members(trees: list[ast.Module]) -> set[str]:
    """Give the members of classes whose members are read by their values, or written by a library."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bases: dict[str, set[str]] = {}
    for one in classes:
        bases.setdefault(one.name, set()).update(ast.unparse(base).split("[")[0].split(".")[-1] for base in one.bases)
    declared = {name for name, own in bases.items() if any(DECLARED.search(base) for base in own)}
    while more := {name for name, own in bases.items() if own & declared} - declared:
        declared |= more
    names = set()
    for one in classes:
        for node in one.body if one.name in declared else ():
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def words_of_templates(root: Path) -> set[str]:
    pages = [path.read_text() for path in (root / "src").rglob("*.html") if "static" not in path.parts]
    return {
        word
        for page in pages
        for inside in re.findall(r"{[{%](.*?)[%}]}", page, re.DOTALL)
        for word in re.findall(r"\w+", inside)
    }


def find_dead(root: Path) -> list[str]:
    """List the names in src that vulture reports as unused, except those in `names_in_use`."""
    files = [file for folder in ("src", "tools", "bench") for file in sorted((root / folder).rglob("*.py"))]
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    vulture = Vulture(ignore_decorators=CALLED_BY_LIBRARIES)
    for file, text in texts.items():
        vulture.scan(text, filename=str(file))
    vulture.used_names |= words_of_templates(root)
    names, members = names_in_use(), declared_members([parse_once(text) for text in texts.values()])
    return [
        f"{Path(item.filename).relative_to(root)}:{item.first_lineno} {item.name}"
        for item in vulture.get_unused_code(sort_by_size=False)
        if (root / "src") in Path(item.filename).parents
        and item.name not in names
        and not (item.typ == "variable" and item.name in members)
    ]


def test_no_name_is_unused() -> None:
    assert find_dead(ROOT) == [], "delete it, or say in tests/architecture/names_in_use.toml who calls it"


def test_unused_code_is_found(tmp_path: Path) -> None:
    module = tmp_path / "src" / "module.py"
    module.parent.mkdir()
    module.write_text(
        "from enum import Enum\n\n\nclass Colour(Enum):\n    RED = 1\n\n\nclass Rule:\n    depth = 2\n\n\n"
        "def used() -> type:\n    return Colour\n\n\ndef unused() -> Rule:\n    return used()\n"
    )
    assert find_dead(tmp_path) == ["src/module.py:9 depth", "src/module.py:16 unused"]


def test_each_exempted_name_still_exists() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    assert names_in_use().keys() - {word for text in texts for word in re.findall(r"\w+", text)} == set()
    assert all(reason for reason in names_in_use().values())
