"""IP addresses: which are public, and which private networks an operator allows."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from trigpoint.base.errors import InvalidError

Address = IPv4Address | IPv6Address
_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
"""The only part of IPv6 that is assigned for the public Internet (RFC 4291)."""
_NOT_PUBLIC: tuple[IPv4Network | IPv6Network, ...] = (
    IPv6Network("3fff::/20"),  # documentation (RFC 9637), unknown to older versions of Python
    IPv6Network("2001:db8::/32"),  # documentation (RFC 3849)
    IPv4Network("168.63.129.16/32"),  # services of the host of a virtual machine in Azure, which answer only inside it
    IPv4Network("192.88.99.0/24"),  # the former anycast address of 6to4 relays (RFC 7526)
)


@dataclass(frozen=True, slots=True)
class AllowedNetworks:
    """The private networks that the operator allows, in CIDR notation."""

    texts: tuple[str, ...] = ()

    def __contains__(self, address: Address) -> bool:
        return any(address in ip_network(text) for text in self.texts)


def read_networks(text: str | None, *, setting: str = "TRIGPOINT_WEBHOOK_NETWORKS") -> AllowedNetworks:
    """Parse networks in CIDR notation, separated by commas; raise InvalidError, which names `setting`."""
    texts = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    for one in texts:
        try:
            ip_network(one)
        except ValueError:
            rule = "networks in CIDR notation, separated by commas"
            raise InvalidError(setting, rule, example="10.0.0.0/8", received=one) from None
    return AllowedNetworks(texts)


def is_public(address: Address) -> bool:
    """Tell whether an address is on the public Internet; an IPv4 address that is embedded in it must be public, too."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        inner = [address.sixtofour, *(address.teredo or ())]
        if address not in _UNICAST or not all(is_public(one) for one in inner if one is not None):
            return False
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
