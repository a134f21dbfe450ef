"""For commands that need no server: a private key in a file, and no database."""

from pathlib import Path

import pytest

from cli.offline import KEY
from trigpoint.credentials.keypair import PrivateKey, generate


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "no-home"))
    monkeypatch.setenv("TRIGPOINT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")


@pytest.fixture
def private_key() -> PrivateKey:
    return generate()


@pytest.fixture
def file(tmp_path: Path, private_key: PrivateKey) -> Path:
    path = tmp_path / f"AuthKey_{KEY}.p8"
    path.write_bytes(private_key.pem())
    return path
