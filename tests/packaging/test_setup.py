"""What makes the set-up of `.venv` begin anew."""

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


def test_a_rule_of_a_checker_installs_nothing() -> None:
    changed = PROJECT.replace("ALL", "E").replace('name = "1"', 'name = "2"')
    assert SETUP["installed_part"](changed) == SETUP["installed_part"](PROJECT)


def test_a_dependency_and_the_way_it_is_built_are_installed() -> None:
    for before, after in (("httpx", "httpcore"), ('path = "src"', 'path = "lib"')):
        assert SETUP["installed_part"](PROJECT.replace(before, after)) != SETUP["installed_part"](PROJECT)
