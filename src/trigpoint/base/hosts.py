"""Host names and addresses as requests and settings write them."""

import ipaddress
import re

_WITH_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(?::\d*)?", re.ASCII)


def host_of(host_header: str) -> str:
    """Give the host of a Host header in lower case, without its port and without brackets; empty if it is none."""
    match = _WITH_PORT.fullmatch(host_header.strip())
    return "" if match is None else match[1].strip("[]").lower()


def is_own_machine(host: str) -> bool:
    """Tell whether a host (without a port) means this very machine: localhost, the names below it, or loopback.

    A name that merely begins like one, such as `127.example.com`, does not.
    """
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = read_address(name)
    return address is not None and ipaddress.ip_address(address).is_loopback


def read_address(text: str) -> str | None:
    """Read an IP address in its usual spelling; one of IPv4 written as IPv6 (`::ffff:192.0.2.1`) is that of IPv4."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)
