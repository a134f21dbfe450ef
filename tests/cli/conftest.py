"""For commands: a private key in a file, no database, and a registered key."""

from pathlib import Path

import pytest

from cli.offline import KEY, TEAM
from commands import trigpoint
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


@pytest.fixture
def key() -> str:
    """Register a team, a Maps ID and a key in the data folder of the test; returns the Key ID."""
    trigpoint("team", "create", "Company", "--team", TEAM)
    trigpoint("maps-id", "register", "maps.com.a", "--team", TEAM, "--description", "A")
    return str(trigpoint("key", "create", "Web", "--team", TEAM, "--maps-id", "maps.com.a", "--json").json["keyId"])
