"""Load the images of a request: from its data: URLs, or from hosts that the operator allows, and no others.

As for webhooks: a host name is resolved once, every address is checked, the connection goes to a checked address, and no
redirect is followed. An image that cannot be loaded is None, and the reason is logged.
"""

import asyncio
import base64
import binascii
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import ip_address
from urllib.parse import unquote_to_bytes, urlsplit

import httpcore

from trigpoint.base.errors import shorten
from trigpoint.base.networks import AllowedNetworks, is_public
from trigpoint.engines.snapshots.images import read_size
from trigpoint.maps.snapshots.pictures import LoadedImage
from trigpoint.maps.snapshots.queries import ImageSource

MOST_BYTES = 1 << 20
"""Largest image in bytes."""
FETCH_S = 3.0
"""Timeout for all images of one snapshot together, in seconds."""
MOST_AT_ONCE = 16
"""Concurrent requests for images of one worker."""
_LOG = logging.getLogger("trigpoint.snapshots")
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class NotLoadedError(Exception):
    """An image cannot be loaded. The message says why."""


async def resolve_host(host: str, port: int) -> Sequence[str]:
    """Resolve all addresses of a host with the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class AllowedHosts:
    """Allowed hosts: by name (`images.example.com`), all subdomains (`*.example.com`), all (`*`), and private networks (CIDR)."""

    def __init__(self, text: str | None) -> None:
        parts = [part.strip().lower() for part in (text or "").split(",") if part.strip()]
        self.networks = AllowedNetworks(tuple(part for part in parts if "/" in part))
        self._names = frozenset(part for part in parts if "/" not in part)

    def __contains__(self, host: str) -> bool:
        host = host.lower().rstrip(".")
        if "*" in self._names or host in self._names:
            return True
        return any(host.endswith(name[1:]) for name in self._names if name.startswith("*."))


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Checks the addresses of a host before it connects."""

    def __init__(self, networks: AllowedNetworks, resolve: Resolve) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._networks = networks
        self._resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the signature is httpcore's)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve a host, check all its addresses, and connect to the first."""
        try:
            addresses = [ip_address(text.partition("%")[0]) for text in await self._resolve(host, port)]
        except (OSError, ValueError, UnicodeError):
            raise NotLoadedError("its host has no address") from None
        if not addresses:
            raise NotLoadedError("its host has no address")
        for address in addresses:
            if not is_public(address) and address not in self._networks:
                raise NotLoadedError(
                    "its host has an address that is not public; TRIGPOINT_SNAPSHOT_IMAGES may allow it"
                )
        return await self._inner.connect_tcp(
            str(addresses[0]), port, timeout=timeout, local_address=local_address, socket_options=socket_options
        )

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class ImageLoader:
    """Loads the images of requests. It may only be used on the event loop of its first call."""

    def __init__(self, allowed: AllowedHosts, *, resolve: Resolve = resolve_host, seconds: float = FETCH_S) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._seconds = seconds
        self._connections: httpcore.AsyncConnectionPool | None = None

    async def load(self, sources: Sequence[ImageSource]) -> tuple[LoadedImage | None, ...]:
        """Load images and return them in order. Each URL is requested once. Never raises."""
        urls = dict.fromkeys(source.url for source in sources)
        tasks = {url: asyncio.ensure_future(self._load(url)) for url in urls}
        try:
            await asyncio.wait(tasks.values(), timeout=self._seconds)
        finally:
            late = [url for url, task in tasks.items() if not task.done()]
            for url in late:
                tasks[url].cancel()
                _tell(url, "it took too long")
        found = {url: task.result() for url, task in tasks.items() if task.done() and not task.cancelled()}
        await asyncio.gather(*(tasks[url] for url in late), return_exceptions=True)
        return tuple(
            LoadedImage(data, source.width, source.height) if (data := found.get(source.url)) is not None else None
            for source in sources
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._connections is not None:
            await self._connections.aclose()
        self._connections = None

    async def _load(self, url: str) -> bytes | None:
        try:
            data = read_data_url(url) if url[:5].lower() == "data:" else await self._fetch(url)
        except NotLoadedError as error:
            _tell(url, str(error))
            return None
        if read_size(data) is None:
            _tell(url, "it is no PNG, JPEG or GIF")
            return None
        return data

    async def _fetch(self, url: str) -> bytes:
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            raise NotLoadedError("its address cannot be read") from None
        if host not in self._allowed:
            raise NotLoadedError("its host is not one of TRIGPOINT_SNAPSHOT_IMAGES")
        if self._connections is None:
            self._connections = httpcore.AsyncConnectionPool(
                max_connections=MOST_AT_ONCE, network_backend=_CheckedBackend(self._allowed.networks, self._resolve)
            )
        times = dict.fromkeys(("connect", "read", "write", "pool"), self._seconds)
        headers = [
            ("host", urlsplit(url).netloc),
            ("user-agent", "trigpoint"),
            ("accept", "image/png,image/jpeg,image/gif"),
        ]
        try:
            async with self._connections.stream("GET", url, headers=headers, extensions={"timeout": times}) as answer:
                if answer.status != 200:
                    raise NotLoadedError(f"its host answered {answer.status}")
                parts, size = [], 0
                async for part in answer.aiter_stream():
                    size += len(part)
                    if size > MOST_BYTES:
                        raise NotLoadedError(f"it is larger than {MOST_BYTES >> 20} MB")
                    parts.append(part)
                return b"".join(parts)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError, ValueError) as error:
            raise NotLoadedError(f"its host did not respond ({type(error).__name__})") from None


def read_data_url(url: str) -> bytes:
    """Decode a data: URL (RFC 2397). Raises NotLoadedError."""
    head, comma, text = url[5:].partition(",")
    if not comma:
        raise NotLoadedError("its data: URL has no comma")
    data = unquote_to_bytes(text)
    if head.lower().endswith(";base64"):
        try:
            data = base64.b64decode(
                data + b"=" * (-len(data) % 4), altchars=b"-_" if b"-" in data or b"_" in data else None
            )
        except (binascii.Error, ValueError):
            raise NotLoadedError("its data: URL is no Base64") from None
    if len(data) > MOST_BYTES:
        raise NotLoadedError(f"it is larger than {MOST_BYTES >> 20} MB")
    return data


def _tell(url: str, why: str) -> None:
    """Log why an image is not drawn. Only the host of its URL is logged: the path may be a secret."""
    try:
        host = "a data: URL" if url[:5].lower() == "data:" else urlsplit(url).hostname or ""
    except ValueError:
        host = "an address"
    _LOG.warning("An image of a snapshot is not drawn (%s): %s.", shorten(host), why)
