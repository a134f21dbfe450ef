"""Usage: what is counted of the calls, and how it is summed up."""

import ipaddress
from typing import NamedTuple

from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.services import Service

HOUR_S = 3600
ORIGIN_LIMIT = 200
OTHER_ORIGINS = "(other)"
"""Under this name the origins of a key are counted that come after its first two hundred in an hour."""
IPV4_BITS = 24
IPV6_BITS = 48


class CallLine(NamedTuple):
    """One counter of calls. `hour` is counted from the epoch; `maps_id` and `origin` are empty where there is none."""

    hour: int
    team_id: TeamId
    key_id: KeyId
    maps_id: str
    service: Service
    origin: str
    status: int


class RefusalLine(NamedTuple):
    """One counter of refusals. Team and key are those that the token named, and empty if they are not known."""

    hour: int
    team_id: str
    key_id: str
    service: Service
    reason: str


class LastUse(NamedTuple):
    """When and from where a key was last used: milliseconds, the Origin header, the network of the client."""

    at: int
    origin: str | None
    network: str | None


def network_of(address: str | None) -> str | None:
    """Shorten a client's address to its network, which says enough to recognise it: 192.0.2.0/24, 2001:db8:1::/48."""
    if address is None:
        return None
    try:
        host = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(host, ipaddress.IPv6Address) and host.ipv4_mapped is not None:
        host = host.ipv4_mapped
    bits = IPV4_BITS if host.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network((host, bits), strict=False))
