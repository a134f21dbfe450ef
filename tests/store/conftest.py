"""Each database here is migrated anew, because migrations are tested."""

import pytest


@pytest.fixture(autouse=True)
def _migrated_anew(migrated_anew: None) -> None:
    """Take no database that has its tables already."""
