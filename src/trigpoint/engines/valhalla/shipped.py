"""Checking a road network that was built on another machine, before it is put into service here."""

from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.valhalla.build import try_network
from trigpoint.engines.valhalla.configuration import is_installed
from trigpoint.engines.valhalla.generations import Network, read_network


def check_network(room: Path) -> Network:
    """Read the facts of a network, and open it with the engine that is installed here, if one is.

    Raises UnavailableError if the facts cannot be read, BuildError if the engine cannot open the network.
    """
    try:
        network = read_network(room)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnavailableError("network.json of the road network cannot be read.") from error
    if is_installed():
        try_network(room)
    return network
