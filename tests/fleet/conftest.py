"""Two machines with a database and clients on networks of their own; the tests are on the hub between them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fleet.networks import Namespace, Network, a_network
from journeys.conftest import Installer, SigningKey
from machines import WORKERS, management_of
from served import Served, a_server
from services import new_database, running_postgres

Manage = Callable[[str, Any], Any]
"""Posts to the management API of the first machine."""

DRAIN_S = 2.0
"""Several times as long as the balancer takes to notice."""
HERE = Path(__file__).parent


class Machine:
    """A machine of the network with a server of two workers on it."""

    def __init__(self, host: Namespace, home: Path, database_url: str) -> None:
        self.host = host
        self._home = home
        self._settings = {"TRIGPOINT_DATABASE_URL": database_url, "TRIGPOINT_DRAIN_SECONDS": str(DRAIN_S)}
        self._running = ExitStack()
        self.served = self._start()

    def _start(self, port: int = 0) -> Served:
        options = ("--host", self.host.address("front"), "--port", str(port), "--no-sample", "--workers", str(WORKERS))
        with self.host.entered():
            return self._running.enter_context(a_server(self._home, *options, patient=False, **self._settings))

    def restart(self) -> None:
        """Stop the server as an operator would, and start it again at the same address."""
        self.close()
        self.served = self._start(self.served.address[1])

    def close(self) -> None:
        """Stop the server."""
        self._running.close()


@dataclass(frozen=True)
class Fleet:
    """The network, and the two machines on it."""

    network: Network
    one: Machine
    two: Machine


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    with ExitStack() as stack:
        network = stack.enter_context(a_network(machines=2))
        with network.hub.entered():
            database = new_database(stack.enter_context(running_postgres(network.hub.address("database"))))
        one = stack.enter_context(closing(Machine(network.machines[0], folder / "one", database)))
        (folder / "two").mkdir(mode=0o700)
        shutil.copy(folder / "one" / "master.key", folder / "two" / "master.key")
        two = stack.enter_context(closing(Machine(network.machines[1], folder / "two", database)))
        yield Fleet(network, one, two)


@pytest.fixture(scope="module")
def installer(fleet: Fleet) -> Installer:
    with fleet.network.hub.entered():
        installer = Installer(fleet.one.served)
        quota = ("quota", "set", "--team", installer.team_id, "--service-calls", "10000000")  # no test uses it up
        fleet.one.served.trigpoint(*quota).check_returncode()
        return installer


@pytest.fixture(scope="module")
def manage(fleet: Fleet) -> Manage:
    with fleet.network.hub.entered():
        return management_of(fleet.one.served)


@pytest.fixture(autouse=True)
def on_the_hub(fleet: Fleet) -> Iterator[None]:
    with fleet.network.hub.entered():
        yield


@pytest.fixture
def key(installer: Installer, tmp_path: Path) -> SigningKey:
    return installer.key(tmp_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests in one worker of xdist, because they share a network."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("fleet"))
