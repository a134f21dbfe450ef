"""No collections of garbage while modules are read: their trees are millions of objects, and none of them in a circle."""

import gc
from collections.abc import Iterator

import pytest

from architecture.parsing import parse_once


@pytest.fixture(scope="package", autouse=True)
def uncollected() -> Iterator[None]:
    """Leave the trees alone, which are freed without it; looking through them takes longer than to parse them."""
    gc.disable()
    yield
    parse_once.cache_clear()
    gc.enable()
