"""HTTP calls to URLs that users have chosen: the host is resolved once, and the checked address is the one connected to.

No redirect is followed, no proxy is used, and nothing but the status of the response is read.
"""

import contextlib
import os
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection, HTTPException  # noqa: TID251 - the address that was checked is the one called
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from trigpoint.base.errors import TrigpointError
from trigpoint.base.networks import Address, AllowedNetworks, is_public

CONNECT_S = 5.0
TRIED = 3
"""Most addresses of a host to which a connection is tried, for example if it has IPv6 and this machine has not."""
DEADLINE_S = 20.0
"""Timeout of a whole call, in seconds."""
Resolve = Callable[[str, int], Sequence[str]]
"""A function that gives the addresses of a host and port."""


class UnreachableError(TrigpointError):
    """The call got no response; the text says why."""


class PrivateAddressError(UnreachableError):
    """A host has an address that is neither public nor allowed by the operator."""


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Resolve a host to all its addresses."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class Outside:
    """Posts to URLs that users have chosen."""

    def __init__(
        self, allowed: AllowedNetworks, *, resolve: Resolve = resolve_host, deadline_s: float = DEADLINE_S
    ) -> None:
        self.allowed = allowed
        self._resolve = resolve
        self._deadline_s = deadline_s
        self._open: set[socket.socket] = set()

    def check(self, url: str) -> Sequence[Address]:
        """Give the addresses of a URL's host; raise `PrivateAddressError` if one of them may not be called.

        Raises `UnreachableError` if it has none.
        """
        parts = urlsplit(url)
        try:
            texts = self._resolve(parts.hostname or "", _port_of(parts))
            addresses = [ip_address(text.partition("%")[0]) for text in texts]
        except (OSError, ValueError, UnicodeError) as error:
            raise UnreachableError(f"The host {parts.hostname} has no address: {error}.") from None
        for address in addresses:
            if not is_public(address) and address not in self.allowed:
                raise PrivateAddressError(
                    f"The host {parts.hostname} has the address {address}, which is not public. The operator may allow "
                    "it: TRIGPOINT_WEBHOOK_NETWORKS."
                )
        if not addresses:
            raise UnreachableError(f"The host {parts.hostname} has no address.")
        return addresses

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Post a body, and give the status of the response; raise `UnreachableError` if there is none."""
        parts = urlsplit(url)
        plain, address = _connect(parts, self.check(url)[:TRIED])
        try:
            with plain:
                return self._exchange(plain, parts, body, headers)
        except (OSError, HTTPException, ValueError) as error:
            raise _no_answer(parts, address, error) from None

    def hang_up(self) -> None:
        """Cancel all running calls: they raise `UnreachableError`."""
        for one in list(self._open):
            self._end(one)

    def _exchange(self, plain: socket.socket, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a request over an open connection; it is closed when the timeout is over."""
        host = parts.hostname or ""
        connection = HTTPConnection(host, _port_of(parts))
        connection.sock = _secure(plain, host) if _is_tls(parts) else plain
        open_socket = connection.sock
        open_socket.settimeout(self._deadline_s)
        timer = threading.Timer(self._deadline_s, self._end, (open_socket,))
        self._open.add(open_socket)
        timer.start()
        try:
            if isinstance(open_socket, ssl.SSLSocket):
                open_socket.do_handshake()
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, {"host": parts.netloc, "connection": "close", **headers})
            answer = connection.getresponse()
            answer.close()
            if open_socket not in self._open:
                raise TimeoutError("it took too long")
            return answer.status
        finally:
            timer.cancel()
            self._open.discard(open_socket)
            connection.close()

    def _end(self, open_socket: socket.socket) -> None:
        self._open.discard(open_socket)
        with contextlib.suppress(OSError):  # it may be closed already
            socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


def _connect(parts: SplitResult, addresses: Sequence[Address]) -> tuple[socket.socket, Address]:
    """Connect to the first of some checked addresses that accepts; raise `UnreachableError` if none does."""
    for address in addresses[:-1]:
        with contextlib.suppress(OSError):
            return socket.create_connection((str(address), _port_of(parts)), timeout=CONNECT_S), address
    last = addresses[-1]
    try:
        return socket.create_connection((str(last), _port_of(parts)), timeout=CONNECT_S), last
    except OSError as error:
        raise _no_answer(parts, last, error) from None


def _no_answer(parts: SplitResult, address: Address, error: Exception) -> UnreachableError:
    return UnreachableError(f"{parts.hostname} ({address}) did not respond: {explain(error)}.")


def explain(error: Exception) -> str:
    """Say why there was no response, without repeating anything that the peer has sent."""
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, ConnectionError):  # RemoteDisconnected of http.client is one
        refused = isinstance(error, ConnectionRefusedError)
        return "the connection was refused" if refused else "the connection was closed before there was an answer"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message.rstrip('.')})"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({getattr(error, 'reason', None) or 'no reason'})"
    if isinstance(error, OSError):
        return os.strerror(error.errno) if error.errno else "the connection failed"
    return "the response is not HTTP"


def _secure(plain: socket.socket, host: str) -> ssl.SSLSocket:
    """Wrap a connection in TLS; the handshake happens later, where it can be cancelled."""
    host.encode("idna")  # raises a ValueError while the connection is still ours; Python 3.11 would leave it open
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


def _is_tls(parts: SplitResult) -> bool:
    return parts.scheme == "https"


def _port_of(parts: SplitResult) -> int:
    return parts.port or (443 if _is_tls(parts) else 80)
