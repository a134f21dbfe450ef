"""The base package works alone: a command that lacks an extra, or a system, names it in a sentence."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from trigpoint.cli.extras import EXTRAS, POSIX_MODULES, explain_missing

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "trigpoint"
TEAM = "K5GNLXS2QT"
BY_CHOICE = {"mapli": "docs/snapshots.md"}
"""What an operator installs alone, who chose it in a setting: where it is missing the server says so and does without."""
BROUGHT_BY = {"markupsafe": {"jinja2"}, "valhalla": {"pyvalhalla"}}
"""Modules that another distribution depends on, or whose distribution has no wheel for the oldest Python."""
PROGRAM = """
import json, sys
from importlib.abc import MetaPathFinder

class Blocked(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

BLOCKED, commands = json.load(sys.stdin)
for name in BLOCKED:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Blocked())
sys.path.insert(0, TESTS)
from commands import trigpoint
import trigpoint.client, trigpoint.cli.app
trigpoint.cli.app.build()
told = [trigpoint_command(*command) for command in commands]
json.dump([[one.code, one.out, one.err] for one in told], sys.stdout)
""".replace("from commands import trigpoint\n", "from commands import trigpoint as trigpoint_command\n")
"""Runs commands in a Python in which modules are missing: names and commands come on standard input."""


def run_without(blocked: list[str], *commands: list[str], home: Path) -> list[tuple[int, str, str]]:
    program = PROGRAM.replace("TESTS", repr(str(ROOT / "tests")))
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps([blocked, commands]),
        env={"TRIGPOINT_HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [(code, out, err) for code, out, err in json.loads(done.stdout)]


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    from trigpoint.credentials.keypair import generate

    path = tmp_path / "AuthKey_2X9R4HXF34.p8"
    path.write_bytes(generate().pem())
    return path


@pytest.mark.parametrize("blocked", [[name for extra in EXTRAS.values() for name in extra], sorted(POSIX_MODULES)])
def test_the_base_alone_signs_inspects_scans_and_helps(tmp_path: Path, key_file: Path, blocked: list[str]) -> None:
    sign = ["token", "create", "--private-key", str(key_file), "--team", TEAM]
    told = run_without(
        blocked,
        ["--help"],
        ["--version"],
        ["key", "create", "--help"],
        sign,
        ["scan", str(tmp_path)],
        home=tmp_path / "home",
    )
    assert [code for code, _, _ in told] == [0, 0, 0, 0, 1], told  # the scan finds the key
    assert told[3][1].count(".") == 2
    inspected = run_without(blocked, ["token", "inspect", told[3][1].strip(), "--json"], home=tmp_path / "home")
    assert inspected[0][0] == 0


def test_a_command_without_its_extra_names_it(tmp_path: Path) -> None:
    commands = (
        ["serve"],
        ["team", "list"],
        ["import", "x.osm.pbf"],
        ["routes", "build", "--sample"],
        ["migrate", "--check"],
    )
    for code, out, err in run_without(list(EXTRAS["server"]), *commands, home=tmp_path / "home"):
        assert (code, out) == (5, ""), err
        assert err == (
            "Error: This command needs the server, which is not installed. Install it with: "
            "pip install 'trigpoint[server]'\n"
        )


def test_a_server_on_postgresql_without_psycopg_names_the_extra(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "trigpoint.toml").write_text('database_url = "postgresql://maps@127.0.0.1:1/maps"\n')
    ((code, _, err),) = run_without(["psycopg"], ["team", "list"], home=tmp_path / "home")
    assert code == 5
    assert "pip install 'trigpoint[postgres]'" in err
    assert "Traceback" not in err


def test_sqlite_needs_no_psycopg(tmp_path: Path) -> None:
    ((code, out, err),) = run_without(["psycopg"], ["team", "list", "--json"], home=tmp_path / "home")
    assert (code, out) == (0, "[]\n"), err


def test_on_windows_the_server_says_where_it_runs(tmp_path: Path) -> None:
    ((code, _, err),) = run_without(sorted(POSIX_MODULES), ["team", "list"], home=tmp_path / "home")
    assert code == 5
    assert err.startswith("Error: This command runs on Linux and macOS. On Windows run it in WSL or in a container")


def test_an_unknown_missing_module_stays_a_traceback() -> None:
    assert explain_missing(ModuleNotFoundError("No module named 'elsewhere'", name="elsewhere")) is None
    assert explain_missing(ModuleNotFoundError("No module")) is None


def imported_modules() -> Iterator[str]:
    """The top names of what the program imports from elsewhere."""
    for file in SOURCE.rglob("*.py"):
        if "recipes" in file.relative_to(SOURCE).parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def test_every_imported_library_is_a_dependency_of_the_base_or_an_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = {extra: names_of(project["optional-dependencies"][extra]) for extra in EXTRAS}
    base = names_of(project["dependencies"])
    distributions = packages_distributions()
    others = set(imported_modules()) - set(sys.stdlib_module_names) - {"trigpoint", *BY_CHOICE}
    known = {module: extra for extra, modules in EXTRAS.items() for module in modules}
    for module, page in BY_CHOICE.items():
        assert f"pip install {module}" in (ROOT / page).read_text(encoding="utf-8")
    for module in sorted(others):
        names = {re.sub(r"[-_.]+", "-", name).lower() for name in distributions.get(module, [])}
        if module in known:
            bringer = BROUGHT_BY.get(module, names)
            assert bringer & extras[known[module]], f"{module} is not in the extra {known[module]}"
        else:
            assert names & base, f"{module} is in no extra, and not in the base"


def names_of(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", one)[0].lower() for one in requirements}
