"""A damaged database is reported with a message, never with a traceback or its contents."""

from pathlib import Path

import pytest

from commands import trigpoint


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda _whole: b"This is no database. " * 200, "file is not a database"),
        (lambda whole: whole[:4096] + b"\xff" * (len(whole) - 4096), "malformed"),
    ],
)
def test_a_damaged_database_is_reported_with_a_message(home: Path, damage: object, words: str) -> None:
    trigpoint("team", "create", "My Company")
    file = home / "trigpoint.db"
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    for name in ("trigpoint.db-wal", "trigpoint.db-shm"):
        (home / name).unlink(missing_ok=True)
    told = trigpoint("team", "list")
    assert told.code == 5
    assert told.err.startswith("Error: The database cannot be used:")
    assert words in told.err
    assert "restore a backup" in told.err.replace("\n", " ")
    assert "Traceback" not in told.err
