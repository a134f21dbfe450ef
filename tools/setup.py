"""Set up `.venv` with the newest Python that the locked packages have wheels for.

    python3 tools/setup.py          what `make run` needs
    python3 tools/setup.py --dev    and what `make test` needs

Runs on any Python from 3.8 on; what it sets up is Python 3.11 or later. Every candidate is tried from the newest
down (on PATH, in pyenv's versions, managed by uv), because a very new Python may have no wheels yet.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "trigpoint-setup.json"
OLDEST = (3, 11)
CHECKERS = tuple("tool.{}".format(name) for name in ("importlinter", "mypy", "pytest", "ruff", "vulture"))
PROBE = "import sys, json, venv, ensurepip; print(json.dumps([list(sys.version_info[:3]), sys.executable, sys.prefix]))"


def main() -> int:
    dev = "--dev" in sys.argv[1:]
    wanted = fingerprint(dev=dev)
    if is_done(wanted):
        return 0
    candidates = find_pythons()
    if not candidates:
        print(
            "trigpoint needs Python 3.11 or later with venv, and found none on PATH, in pyenv or in uv.",
            file=sys.stderr,
        )
        print("Install one (for example: apt-get install python3 python3-venv) and try again.", file=sys.stderr)
        return 1
    for version, python in candidates:
        print("Setting up .venv with Python {}.{}.{}…".format(*version), flush=True)
        problem = set_up(python, dev=dev)
        if problem is None:
            STAMP.write_text(json.dumps(wanted))
            return 0
        print("  That did not work: {}".format(problem), flush=True)
    print("None of the Pythons found can install the locked packages; the messages above say why.", file=sys.stderr)
    return 1


def fingerprint(*, dev: bool) -> dict[str, object]:
    """Give the versions and hashes of everything that the set-up depends on."""
    parts = ["locks/runtime.txt", "locks/dev.txt", "locks/sample.txt", "tools/setup.py"]
    project = installed_part((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    digest = hashlib.sha256(project.encode() + b"".join((ROOT / part).read_bytes() for part in parts)).hexdigest()
    return {"digest": digest, "dev": dev, "root": str(ROOT)}


def installed_part(project: str) -> str:
    """Give `pyproject.toml` without the tables of linters and checkers, whose changes need no new set-up."""
    kept, is_kept = [], True
    for line in project.splitlines():
        if line.startswith("["):
            is_kept = not line.lstrip("[").startswith(CHECKERS)
        if is_kept:
            kept.append(line)
    return "\n".join(kept)


def is_done(wanted: dict[str, object]) -> bool:
    """Tell whether an earlier set-up is still valid; one with the development packages is also valid without them."""
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return bool(found in (wanted, dict(wanted, dev=True)))


def find_pythons() -> list[tuple[tuple[int, ...], str]]:
    """List each Python once, the newest first, as (version, path)."""
    names = ["python3.{}".format(minor) for minor in range(30, OLDEST[1] - 1, -1)] + ["python3", "python"]
    paths = []
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        paths += [os.path.join(folder, name) for name in names]
        if os.path.basename(folder) == "shims":  # a shim of pyenv, whose versions are next to it, whatever HOME is
            paths += glob.glob(os.path.join(os.path.dirname(folder), "versions", "3.*", "bin", "python"))
    home = os.path.expanduser("~")
    for root in (os.environ.get("PYENV_ROOT"), os.path.join(home, ".pyenv")):
        paths += glob.glob(os.path.join(root, "versions", "3.*", "bin", "python")) if root else []
    uv = os.environ.get("UV_PYTHON_INSTALL_DIR", os.path.join(home, ".local", "share", "uv", "python"))
    paths += glob.glob(os.path.join(uv, "cpython-3.*", "bin", "python3"))
    found: dict[str, tuple[int, ...]] = {}
    for path in paths:
        if not os.access(path, os.X_OK):
            continue
        told = subprocess.run([path, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        if told.returncode:
            continue
        version, executable, prefix = json.loads(told.stdout)
        inside_a_venv = Path(prefix, "pyvenv.cfg").exists()
        if tuple(version[:2]) >= OLDEST and not inside_a_venv:
            found.setdefault(os.path.realpath(executable), tuple(version))
    return sorted(((version, path) for path, version in found.items()), reverse=True)


def set_up(python: str, *, dev: bool) -> str | None:
    """Create a new `.venv` with one Python; return the error message, or None."""
    shutil.rmtree(str(VENV), ignore_errors=True)
    # The locks are complete, so pip needs not follow what the packages require. What is imported is compiled then: most
    # of what is installed never is.
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--no-compile", "--no-deps"]
    locks = [str(ROOT / "locks" / name) for name in ("dev.txt" if dev else "runtime.txt", "sample.txt")]
    steps = [
        [python, "-m", "venv", str(VENV)],
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", locks[0], "-r", locks[1]],
        [*pip, "--no-build-isolation", "--editable", str(ROOT)],
    ]
    for step in steps:
        done = subprocess.run(
            step, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False
        )
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith("WARNING")]
            return "\n    ".join(lines[-8:]) or "{} failed".format(step[0])
    return None


if __name__ == "__main__":
    sys.exit(main())
