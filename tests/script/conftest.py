"""The Node with which mapkit.js is built and tested."""

import pytest

from script_places import find_node


@pytest.fixture(scope="session")
def node() -> str:
    """The Node that builds; skips where it or the packages are missing."""
    return find_node()
