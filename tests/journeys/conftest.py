"""One real server with two workers, shared by the journeys of this process."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from commands import trigpoint
from served import Served, a_server
from trigpoint.client import Signer

JOURNEYS = Path(__file__).parent


@dataclass(frozen=True)
class SigningKey:
    """A live key, and the means to sign with it."""

    key_id: str
    team_id: str
    signer: Signer
    path: Path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("journeys")
    with a_server(folder / "home", "--workers", "2") as served:
        yield served


class Installer:
    """Makes teams, Maps IDs and keys by the command line, as an operator does."""

    def __init__(self, server: Served) -> None:
        self.server = server
        self.count = 0
        self.team_id = self._json("team", "create", "Journeys")["teamId"]

    def key(self, folder: Path, *options: str) -> SigningKey:
        self.count += 1
        identifier = f"maps.com.example.app{self.count}"
        self._json("maps-id", "register", identifier, "--team", self.team_id, "--description", "A journey")
        name = f"Key {self.count}"
        told = self._json(
            "key", "create", name, "--team", self.team_id, "--maps-id", identifier, "--out", str(folder), *options
        )
        path = Path(told["path"])
        return SigningKey(told["keyId"], self.team_id, Signer.from_file(path, team_id=self.team_id), path)

    def _json(self, *arguments: str) -> dict[str, str]:
        """Run a command in this process: it opens the same database, and starts in no time."""
        with mock.patch.dict(os.environ, self.server.environment):
            told = trigpoint(*arguments, "--json")
        assert told.code == 0, told.err
        found: dict[str, str] = told.json
        return found


@pytest.fixture(scope="session")
def installer(server: Served) -> Installer:
    return Installer(server)


@pytest.fixture
def key(installer: Installer, tmp_path: Path) -> SigningKey:
    return installer.key(tmp_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the journeys in one worker of xdist, because they share a server."""
    for item in items:
        if JOURNEYS in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))
