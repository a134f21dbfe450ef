"""Machines of a network of their own: Linux network namespaces on one bridge each for the database and for the clients.

    clients, balancer, PostgreSQL      the hub
        |  10.77.2.1      |  10.77.1.1
      front             database       two bridges
        |                 |
    10.77.2.11        10.77.1.11       machine 1
    10.77.2.12        10.77.1.12       machine 2

Nothing of it can be reached from outside the namespaces. A thread enters a namespace; sockets, processes and threads that
it makes there belong to it, also when it has left.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

NETWORKS = {"database": "10.77.1", "front": "10.77.2"}
NEW_NET = 0x40000000
"""CLONE_NEWNET of linux/sched.h."""


Cut = Literal["cable pulled", "packets lost"]
"""The machine sees that its link is down; or packets are silently lost, and neither end notices."""
WORDS: Mapping[Cut, tuple[list[str], list[str]]] = {
    "cable pulled": (["down"], ["up"]),
    "packets lost": (["nomaster"], ["master"]),
}
"""How the machine's port at the bridge is cut, and how it is mended."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """A host of the network. `number` is the end of its addresses."""

    name: str
    number: int

    def address(self, network: str) -> str:
        """Give the host's address in one of the two networks."""
        return f"{NETWORKS[network]}.{self.number}"

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let the calling thread be on this host for a while."""
        with Path("/proc/thread-self/ns/net").open() as before, Path(f"/run/netns/{self.name}").open() as there:
            _set_namespace(there.fileno())
            try:
                yield
            finally:
                _set_namespace(before.fileno())


@dataclass(frozen=True, slots=True)
class Network:
    """The hub, on which the tests are, and the machines."""

    hub: Namespace
    machines: Sequence[Namespace]

    def cut(self, machine: Namespace, network: str, cut: Cut) -> None:
        """Cut a machine off from one of the networks."""
        _ip("-n", self.hub.name, "link", "set", _port(machine, network), *WORDS[cut][0])

    def mend(self, machine: Namespace, network: str, cut: Cut) -> None:
        """Undo a cut."""
        word = WORDS[cut][1]
        _ip(
            "-n",
            self.hub.name,
            "link",
            "set",
            _port(machine, network),
            *word,
            *([network] if word == ["master"] else []),
        )


@contextmanager
def a_network(*, machines: int) -> Iterator[Network]:
    """Build a network of some machines, and remove it at the end. Skips if this system does not allow it."""
    if shutil.which("ip") is None:
        pytest.skip("network namespaces are made with the program 'ip': install the package 'iproute2'")
    hub = Namespace(f"trigpoint-{os.getpid()}-hub", 1)
    made = [Namespace(f"trigpoint-{os.getpid()}-{number}", 10 + number) for number in range(1, machines + 1)]
    with ExitStack() as stack:
        for host in (hub, *made):
            _add(host, stack)
        for network in NETWORKS:
            _ip("-n", hub.name, "link", "add", network, "type", "bridge", "forward_delay", "0")
            _raise(hub, network, hub.address(network))
            for machine in made:
                port = _port(machine, network)
                _ip("-n", hub.name, "link", "add", port, "type", "veth", "peer", "name", network, "netns", machine.name)
                _ip("-n", hub.name, "link", "set", port, "master", network, "up")
                _raise(machine, network, machine.address(network))
        yield Network(hub, made)


def _add(host: Namespace, stack: ExitStack) -> None:
    done = subprocess.run(["ip", "netns", "add", host.name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"network namespaces are not allowed here; run the tests as root: {done.stderr.strip()}")
    stack.callback(_ip, "netns", "delete", host.name)
    _ip("-n", host.name, "link", "set", "lo", "up")


def _raise(host: Namespace, device: str, address: str) -> None:
    _ip("-n", host.name, "address", "add", f"{address}/24", "dev", device)
    _ip("-n", host.name, "link", "set", device, "up")


def _port(machine: Namespace, network: str) -> str:
    return f"{network}-{machine.number}"


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def _set_namespace(file: int) -> None:
    """Move the calling thread; `os.setns` is there from Python 3.12 on."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(file, NEW_NET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
