"""Each database here is migrated anew, because migrations are tested."""

import pytest


@pytest.fixture(autouse=True)
def migrated_once() -> None:
    """Take no database that has its tables already."""
