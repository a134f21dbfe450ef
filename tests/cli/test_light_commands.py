"""A command imports only what it needs: those for credentials no engine and no web framework, and none another noun."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("litestar", "uvicorn", "numpy", "osmium", "tantivy", "shapely", "trigpoint.web", "trigpoint.cli.key", "httpx")
CODE = """
import sys
from trigpoint.cli import main
sys.argv = ["trigpoint", "team", "list", "--json"]
try:
    main()
finally:
    print(*(name for name in sys.modules if name in {heavy}), file=sys.stderr)
"""


def test_a_command_for_teams_imports_no_engine_and_no_web_framework(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIGPOINT_")}
    environment = kept | {"TRIGPOINT_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-c", CODE.format(heavy=set(HEAVY))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert not set(done.stderr.split()) & set(HEAVY)


def test_the_version_imports_no_command() -> None:
    code = (
        "import sys; sys.argv = ['trigpoint', '--version']\n"
        "from trigpoint.cli import main\n"
        "try: main()\n"
        "finally: print(*sorted(name for name in sys.modules if name.startswith('trigpoint.cli.')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("trigpoint ")
    ours = ("app", "extras", "output", "typed")
    assert set(done.stderr.split()) <= {f"trigpoint.cli.{name}" for name in ours}, done.stderr
