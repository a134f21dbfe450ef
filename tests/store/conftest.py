"""Databases here are migrated each, because that is what is tested."""

import pytest


@pytest.fixture(autouse=True)
def migrated_once() -> None:
    """Take no database that has its tables already."""
