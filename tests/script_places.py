"""Paths of the sources of mapkit.js and of the built files, and the Node that builds them."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "script"
BUILT = ROOT / "src" / "trigpoint" / "web" / "mapkit" / "static" / "script"


def find_node() -> str:
    """Find the Node that builds; skips where it or the packages of the lock are missing."""
    found = shutil.which("node")
    if found is None or not (SOURCES / "node_modules" / "esbuild").is_dir():
        pytest.skip("Install nodejs and npm, then run `npm ci --ignore-scripts` in script/.")
    return found
