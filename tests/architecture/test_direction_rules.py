"""The direction rules of the house hold, and a forbidden import breaks them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    environment = {"PYTHONPATH": str(root / "src"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_the_tree_keeps_the_direction_rules() -> None:
    told = lint_imports(ROOT)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("credentials/team.py", "import trigpoint.store"),
        ("credentials/team.py", "import sqlite3"),
        ("authority/teams.py", "import trigpoint.maps"),
        ("authority/teams.py", "import sqlalchemy"),
        ("wire/parameters.py", "import trigpoint.authority"),
        ("engines/embedded/__init__.py", "import trigpoint.wire"),
        ("engines/embedded/text/normalize.py", "import trigpoint.engines.embedded.index.reader"),
        ("web/errors.py", "import trigpoint.settings"),
        ("web/v1/pipeline.py", "import trigpoint.store"),
        ("client/__init__.py", "import trigpoint.authority"),
        ("base/geo.py", "import trigpoint.credentials"),
    ],
)
def test_a_forbidden_import_breaks_them(tmp_path: Path, module: str, forbidden: str) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / "src" / "trigpoint" / module
    with broken.open("a") as file:
        file.write(f"\n{forbidden}\n")
    told = lint_imports(tmp_path)
    assert told.returncode == 1
    assert "BROKEN" in told.stdout
