"""The direction rules of the house hold, and a forbidden import breaks them."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from architecture.linting import Linter, a_linter

ROOT = Path(__file__).resolve().parents[2]


def ruff(root: Path, module: str, rule: str) -> subprocess.CompletedProcess[str]:
    command = [
        Path(sys.executable).with_name("ruff"),
        "check",
        "--no-cache",
        "--select",
        rule,
        f"src/trigpoint/{module}",
    ]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_the_tree_keeps_the_direction_rules() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


@dataclass
class Copy:
    """A copy of the tree. What a test writes is undone when it ends, so that one copy serves all of them."""

    root: Path
    undone: ExitStack

    def write(self, module: str, code: str) -> None:
        """Append to a module, or make it."""
        file = self.root / "src" / "trigpoint" / module
        folder = file.parent
        if not folder.exists():
            folder.mkdir()
            self.undone.callback(shutil.rmtree, folder)
        elif file.exists():
            self.undone.callback(file.write_text, file.read_text(encoding="utf-8"), encoding="utf-8")
        else:
            self.undone.callback(file.unlink)
        with file.open("a", encoding="utf-8") as opened:
            opened.write(f"\n{code}\n")


@pytest.fixture(scope="module")
def copied_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.fixture(scope="module")
def linter(copied_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Linter]:
    """What lints the copy. That it finds nothing in an unchanged one is held here, for all tests."""
    with a_linter(copied_once, tmp_path_factory.mktemp("linter")) as running:
        code, output = running.run()
        assert code == 0, output
        yield running


@pytest.fixture
def copy_of_the_tree(copied_once: Path) -> Iterator[Copy]:
    with ExitStack() as undone:
        yield Copy(copied_once, undone)


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("credentials/team.py", "import trigpoint.store"),
        ("credentials/team.py", "import sqlite3"),
        ("credentials/team.py", "import trigpoint.maps"),
        ("authority/teams.py", "import trigpoint.maps"),
        ("authority/teams.py", "import sqlalchemy"),
        ("authority/teams.py", "import sqlite3"),
        ("maps/places.py", "import os"),
        ("maps/places.py", "import pathlib"),
        ("wire/parameters.py", "import trigpoint.authority"),
        ("engines/embedded/__init__.py", "import trigpoint.wire"),
        ("engines/valhalla/pool.py", "import trigpoint.engines.embedded.engine"),
        ("engines/nominatim/engine.py", "import trigpoint.engines.embedded.engine"),
        ("engines/photon/engine.py", "import trigpoint.engines.nominatim.engine"),
        ("engines/joined.py", "import trigpoint.engines.nominatim.engine"),
        ("engines/tiles/engine.py", "import trigpoint.engines.valhalla.pool"),
        ("engines/embedded/text/normalize.py", "import trigpoint.engines.embedded.index.reader"),
        ("engines/embedded/gazetteer/towns.py", "import trigpoint.engines.embedded.importing.staging"),
        ("engines/embedded/importing/staging.py", "import trigpoint.engines.embedded.query.parse"),
        ("engines/embedded/search/reverse.py", "import trigpoint.engines.embedded.gazetteer.towns"),
        ("web/errors.py", "import trigpoint.settings"),
        ("web/v1/pipeline.py", "import trigpoint.store"),
        ("web/portal/frame/threads.py", "import trigpoint.web.manage.problems"),
        ("web/portal/frame/threads.py", "import trigpoint.web.portal.keys.pages"),
        ("web/portal/tokens/maps_tokens.py", "import trigpoint.web.portal.keys.pages"),
        ("web/portal/usage/page.py", "import trigpoint.web.portal.overview"),
        ("client/__init__.py", "import trigpoint.authority"),
        ("client/__init__.py", "import trigpoint.maps.places"),
        ("base/geo.py", "import trigpoint.credentials"),
    ],
)
def test_a_forbidden_import_breaks_them(copy_of_the_tree: Copy, linter: Linter, module: str, forbidden: str) -> None:
    copy_of_the_tree.write(module, forbidden)
    code, output = linter.run()
    assert code == 1
    assert "BROKEN" in output


def test_a_new_package_cannot_be_used_to_get_around_them(copy_of_the_tree: Copy, linter: Linter) -> None:
    copy_of_the_tree.write("helpers/__init__.py", "import trigpoint.store")
    copy_of_the_tree.write("web/errors.py", "import trigpoint.helpers")
    code, output = linter.run()
    assert code == 1
    assert "helpers" in output


def test_an_import_cycle_inside_a_package_breaks_them(copy_of_the_tree: Copy, linter: Linter) -> None:
    copy_of_the_tree.write("credentials/team.py", "import trigpoint.credentials.verdict")
    copy_of_the_tree.write("credentials/verdict.py", "import trigpoint.credentials.team")
    code, output = linter.run()
    assert code == 1
    assert "No circles inside a package BROKEN" in output


@pytest.mark.parametrize(
    ("module", "code", "rule"),
    [
        ("credentials/team.py", "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)", "TID251"),
        ("maps/places.py", "import urllib.request", "TID251"),
        ("credentials/team.py", "import http.client", "TID251"),
        (
            "web/portal/frame/threads.py",
            "from trigpoint.credentials import keypair\n\nKEY = keypair.generate()",
            "TID251",
        ),
        ("web/portal/frame/threads.py", "def change(authority):\n    authority._store.change()", "SLF001"),
    ],
)
def test_forbidden_uses_that_imports_do_not_show_are_found_by_ruff(
    copy_of_the_tree: Copy, module: str, code: str, rule: str
) -> None:
    copy_of_the_tree.write(module, code)
    told = ruff(copy_of_the_tree.root, module, rule)
    assert told.returncode == 1
    assert rule in told.stdout
