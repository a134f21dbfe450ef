"""Host names and IP addresses, as they are written in requests and settings."""

import ipaddress
import re

_WITH_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]*)(?::\d*)?", re.ASCII)


def host_of(host_header: str) -> str:
    """Give the host of a Host header in lower case, without port and brackets; empty if the header is malformed."""
    match = _WITH_PORT.fullmatch(host_header.strip())
    return "" if match is None else match[1].strip("[]").lower()


def is_own_machine(host: str) -> bool:
    """Tell whether a host (without a port) is this machine: localhost, a name below it, or a loopback address.

    `127.example.com` is not, although it begins like one.
    """
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = read_address(name)
    return address is not None and ipaddress.ip_address(address).is_loopback


def read_address(text: str) -> str | None:
    """Give an IP address in its canonical spelling, None for another text; `::ffff:192.0.2.1` becomes `192.0.2.1`."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)
