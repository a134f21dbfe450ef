"""Which changes make `make` set up `.venv` again."""

import runpy
from pathlib import Path

SETUP = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "setup.py"))
PROJECT = """[project]
dependencies = ["httpx"]
[tool.ruff.lint]
select = ["ALL"]
[[tool.importlinter.contracts]]
name = "1"
[tool.hatch.version]
path = "src"
"""


def test_a_changed_lint_rule_installs_nothing() -> None:
    changed = PROJECT.replace("ALL", "E").replace('name = "1"', 'name = "2"')
    assert SETUP["installed_part"](changed) == SETUP["installed_part"](PROJECT)


def test_a_changed_dependency_or_build_backend_is_installed() -> None:
    for before, after in (("httpx", "httpcore"), ('path = "src"', 'path = "lib"')):
        assert SETUP["installed_part"](PROJECT.replace(before, after)) != SETUP["installed_part"](PROJECT)
