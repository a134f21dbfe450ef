"""What the tests of mapkit.js need: the sources, the built output, and Node with the packages of the lock."""

import shutil

import pytest

from script_places import SOURCES


@pytest.fixture(scope="session")
def node() -> str:
    """The Node that builds; skips where it or the packages are missing."""
    found = shutil.which("node")
    if found is None or not (SOURCES / "node_modules" / "esbuild").is_dir():
        pytest.skip("Install nodejs and npm, then run `npm ci --ignore-scripts` in script/.")
    return found
