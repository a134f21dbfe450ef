"""The pytest plugin: fixtures that start a server once a session and give keys, tokens, clients and faults.

Everything else is imported by the first fixture, so that the plugin costs nothing where it is installed but not used.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trigpoint.client import MapsClient
    from trigpoint.testing.faults import MapsFaults
    from trigpoint.testing.keys import MapsKey
    from trigpoint.testing.servers import TrigpointServer

EXTRACT = "trigpoint_extract"
NOTHING = "none"
HELP = "An OpenStreetMap extract for trigpoint_server, or 'none' for a server without map data. [the sample: Helsinki]"


class MakeToken(Protocol):
    """The type of the fixture `maps_token`: signs an auth token with the key of the test."""

    def __call__(
        self, *, origin: str | None = None, scope: str | None = None, expires_in: float | timedelta = 1800
    ) -> str:
        """Give the token, with the claims `origin` and `scope`. With a negative `expires_in` (seconds) it has expired."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the setting of the configuration file that name the extract."""
    parser.getgroup("trigpoint").addoption("--trigpoint-extract", metavar="FILE", default=None, help=HELP)
    parser.addini(EXTRACT, HELP, default="")


@pytest.fixture(scope="session")
def trigpoint_server(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[TrigpointServer]":
    """A server for this session (with pytest-xdist, for this worker), on a free port, with a data folder of its own.

    Its map data is imported once, and kept in pytest's cache for later sessions. `url` is its base URL.
    """
    from trigpoint.testing.data import import_once
    from trigpoint.testing.servers import check_installed, start_server

    missing = check_installed()
    if missing is not None:
        pytest.fail(missing, pytrace=False)
    extract = chosen_extract(pytestconfig)
    if extract is not None and not extract.is_file():
        pytest.fail(f"The extract {extract} that --trigpoint-extract or {EXTRACT} names does not exist.", pytrace=False)
    kept = folder_for_data(pytestconfig, tmp_path_factory)
    room = tmp_path_factory.mktemp("trigpoint")
    try:
        data = None if extract is None else import_once(extract, kept, home=room / "home")
        server = start_server(room, data=data)
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def maps_key(trigpoint_server: "TrigpointServer") -> "MapsKey":
    """A private key that only this test has, with its own Maps ID: revoking or limiting it affects no other test."""
    return trigpoint_server.new_key()


@pytest.fixture
def maps_token(maps_key: "MapsKey") -> MakeToken:
    """A function that signs auth tokens: `maps_token(origin="https://example.com", scope="server_api", expires_in=60)`."""
    return maps_key.token


@pytest.fixture
def maps_client(trigpoint_server: "TrigpointServer", maps_key: "MapsKey") -> "Iterator[MapsClient]":
    """A client of the SDK that calls the server with the key of this test."""
    from trigpoint.client import MapsClient

    with MapsClient(maps_key.signer(), base_url=trigpoint_server.url) as client:
        yield client


@pytest.fixture
def maps_faults(trigpoint_server: "TrigpointServer") -> "MapsFaults":
    """Faults to order: each method gives the base URL and a token with which calls fail in that way."""
    from trigpoint.testing.faults import MapsFaults

    return MapsFaults(trigpoint_server)


def folder_for_data(config: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder for map data that workers share: in pytest's cache, or in a temporary folder if that is off."""
    cache: pytest.Cache | None = getattr(config, "cache", None)
    if cache is not None:
        return cache.mkdir("trigpoint")
    base = tmp_path_factory.getbasetemp()
    kept = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "trigpoint-data"
    kept.mkdir(exist_ok=True)
    return kept


def chosen_extract(config: pytest.Config) -> Path | None:
    """Give the extract that the option or the configuration names, else the sample; None for a server without map data."""
    named = config.getoption("--trigpoint-extract") or config.getini(EXTRACT)
    if named == NOTHING:
        return None
    if named:
        return config.rootpath / str(named)
    from trigpoint.engines.sample import INSTALL, find_sample

    found = find_sample()
    if found is None:  # the package was built from a checkout that does not have it
        pytest.fail(
            f"{INSTALL}, or set {EXTRACT} to a file of your own, or to '{NOTHING}' for a server without map data.",
            pytrace=False,
        )
    return found
