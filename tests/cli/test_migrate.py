"""`trigpoint migrate` lists missing migrations and applies them."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from commands import trigpoint
from trigpoint.store.migrating import upgrade
from trigpoint.store.tables import REVISION


@pytest.fixture(autouse=True)
def _migrated_anew(migrated_anew: None) -> None:
    """Take no database that has its tables already."""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_missing_migrations_are_listed_and_applied(home: Path) -> None:
    told = trigpoint("migrate", "--check", "--json")
    assert (told.code, told.json["missing"][-1], told.json["migrated"]) == (1, REVISION, False)
    assert not home.exists()
    assert trigpoint("migrate", "--json").json["migrated"] is True
    assert f"The database is up to date ({REVISION})." in trigpoint("migrate", "--check").err
    (home / "trigpoint.db").unlink()
    engine = create_engine(f"sqlite:///{home / 'trigpoint.db'}")
    upgrade(engine, to="0010")
    engine.dispose()
    told = trigpoint("migrate", "--check")
    assert (told.code, "Missing: 0011" in told.err) == (1, True)
    told = trigpoint("migrate")
    assert (told.code, "Migrating the database, step 1 of" in told.err) == (0, True)
