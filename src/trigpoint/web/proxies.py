"""Address, scheme and host of a client behind a proxy, as reported by trusted proxies.

A proxy appends the client's address to `Forwarded` (RFC 7239) or `X-Forwarded-For`. Read from the right, the first
address that is not a trusted proxy's is the client's; everything to the left of it may be forged by the client. If the
request does not come from a trusted proxy, these headers are ignored.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from trigpoint.base.hosts import host_of, is_own_machine, read_address
from trigpoint.web.asgi import Header, Message
from trigpoint.web.heads import HOST

FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"via")
"""Headers that only proxies set, or clients that pretend to be one."""
READ_LIMIT = 2_000
"""Most characters of a header that are read, from its right end; further hops are ignored."""
LOCAL_SOCKET = "unix"
"""Item of the list of trusted proxies that trusts all connections over the socket file."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NODE = re.compile(r"\[([^\]]*)\](?::\w+)?|(\d+(?:\.\d+){3})(?::\w+)?|([0-9A-Fa-f:.]+)", re.ASCII)
_PAIR = re.compile(r'([A-Za-z]+)=(?:"([^"]*)"|([^\s;"]*))', re.ASCII)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the hop nearest to the client reported; None for what it did not report."""

    address: str | None = None
    scheme: str | None = None
    host: str | None = None


class Contradiction(Exception):  # noqa: N818 (it never leaves this module)
    """`Forwarded` and `X-Forwarded-For` name different clients."""


CONTRADICTION = (
    "Forwarded and X-Forwarded-For name different clients, so at least one of them was not set by the proxy. Configure the "
    "proxy to remove the header that it does not set."
)


class Proxies:
    """The trusted proxies, by address or network (`unix`: all connections over the socket file).

    `is_behind_one`: there is a proxy, but none is listed as trusted; then the addresses of clients are unknown.
    """

    def __init__(self, trusted: str | None, *, is_behind_one: bool = False) -> None:
        parts = [part.strip() for part in (trusted or "").split(",") if part.strip()]
        self._trusts_socket = LOCAL_SOCKET in parts
        self._networks: list[Network] = [ipaddress.ip_network(part) for part in parts if part != LOCAL_SOCKET]
        self._known: dict[str, bool] = {}
        self._hides_all = is_behind_one and not parts
        self.is_needed = bool(parts) or is_behind_one

    def look_behind(self, scope: Message) -> str | None:
        """Write the client's address, scheme and host into the scope. Returns an error message if headers contradict.

        If a trusted proxy does not report its client, the client is None, since the proxy's own address is not the client's.
        """
        client = scope.get("client")
        if self._hides_all:
            scope["client"] = None
            return None
        if not (self._trusts_socket if client is None or not client[0] else self.is_trusted(client[0])):
            return None
        try:
            seen = self._look(scope["headers"])
        except Contradiction:
            return CONTRADICTION
        scope["client"] = None if seen.address is None else (seen.address, 0)
        if seen.scheme is not None:
            scope["scheme"] = seen.scheme
        if seen.host is not None:
            others = [field for field in scope["headers"] if field[0] != b"host"]
            scope["headers"] = [(b"host", seen.host.encode("ascii")), *others]
        return None

    def is_trusted(self, address: str) -> bool:
        """Tell whether an address is that of a trusted proxy."""
        known = self._known.get(address)
        if known is None:
            read = read_address(address)
            known = read is not None and any(ipaddress.ip_address(read) in network for network in self._networks)
            if len(self._known) < READ_LIMIT:
                self._known[address] = known
        return known

    def _look(self, headers: Iterable[Header]) -> Seen:
        fields: dict[bytes, list[str]] = {}
        for name, value in headers:
            if name in FORWARDED:
                fields.setdefault(name, []).append(value.decode("latin-1"))
        standard = _read_forwarded(_join(fields.get(b"forwarded")))
        usual = [Seen(_read_node(part)) for part in _split(_join(fields.get(b"x-forwarded-for")))]
        by_standard, by_usual = self._nearest(standard), self._nearest(usual)
        if by_standard is None:
            found = by_usual or Seen()
        elif by_usual is None or by_usual.address in {None, by_standard.address}:
            found = by_standard
        else:
            raise Contradiction
        scheme = found.scheme or _last(fields.get(b"x-forwarded-proto"))
        host = found.host or _last(fields.get(b"x-forwarded-host"))
        is_host = host is not None and host.isascii() and HOST.fullmatch(host.encode()) is not None
        return replace(
            found,
            scheme=scheme.lower() if scheme is not None and scheme.lower() in {"http", "https"} else None,
            host=host if is_host else None,
        )

    def _nearest(self, hops: Sequence[Seen]) -> Seen | None:
        """Find the right-most hop whose address is not a trusted proxy's; else the left-most. None if there are no hops."""
        for hop in reversed(hops):
            if hop.address is None or not self.is_trusted(hop.address):
                return hop
        return hops[0] if hops else None


def is_from_this_machine(scope: Message) -> bool:
    """Tell whether a request was made on this machine to a local name, and has no header that a proxy would add."""
    client = scope.get("client")
    host = b""
    for name, value in scope["headers"]:
        if name in FORWARDED:
            return False
        if name == b"host":
            host = value
    if client is None or not is_own_machine(client[0]):
        return False
    return is_own_machine(host_of(host.decode("latin-1")))


def _join(values: list[str] | None) -> str:
    return ",".join(values or ())


def _last(values: list[str] | None) -> str | None:
    parts = _split(_join(values))
    return parts[-1] if parts else None


def _split(text: str) -> list[str]:
    parts = [part.strip() for part in text[-READ_LIMIT:].split(",")]
    return [part for part in (parts if len(text) <= READ_LIMIT else parts[1:]) if part]


def _read_forwarded(text: str) -> list[Seen]:
    """Read the elements that name a client. Their values have no commas, so the header can be split at commas."""
    hops = []
    for element in _split(text):
        pairs = {name.lower(): quoted or plain for name, quoted, plain in _PAIR.findall(element)}
        if "for" in pairs:
            hops.append(Seen(_read_node(pairs["for"]), pairs.get("proto"), pairs.get("host")))
    return hops


def _read_node(text: str) -> str | None:
    """Read `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`; None for anything else."""
    match = _NODE.fullmatch(text)
    return None if match is None else read_address(match[1] or match[2] or match[3] or "")
