"""A road network that was built on another machine, taken into service here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.valhalla.build import try_network
from trigpoint.engines.valhalla.configuration import is_installed
from trigpoint.engines.valhalla.generations import Network, building, put_in_service, read_network


@contextmanager
def network_taken_in(folder: Path) -> Iterator[Path]:
    """Lend an empty folder for the files of a network; when the block ends without an error it is put in service."""
    with building(folder) as room:
        yield room
        put_in_service(folder, room, read_network(room))


def check_network(room: Path) -> Network:
    """Read what a network says of itself, and try it with the engine that is installed here, if one is.

    Raises UnavailableError if it cannot be read, BuildError if the engine cannot open it.
    """
    try:
        network = read_network(room)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnavailableError("The road network does not say what it is: network.json cannot be read.") from error
    if is_installed():
        try_network(room)
    return network
