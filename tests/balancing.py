"""A balancer of TCP connections as operators have one in front, and clients that count what is lost behind it.

It asks each server for `/readyz`, several times a second, and gives a new connection to the next one that is ready; bytes pass
as they are, so that a connection that a client keeps stays with its server.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

CHECK_EACH_S = 0.25
FALL = 3
"""After how many checks without an answer in two seconds a server is gone."""
Address = tuple[str, int]
"""Host and port."""
CHECK = b"GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"


@dataclass
class Balancer:
    """The servers by their addresses, and which of them are ready."""

    servers: Sequence[Address]
    ready: set[Address] = field(default_factory=set)
    passing: set[asyncio.Task[None]] = field(default_factory=set)
    _next: "count[int]" = field(default_factory=count)

    async def watch_readiness(self, server: Address) -> None:
        """Ask a server whether it is ready, again and again."""
        silent = 0
        while True:
            try:
                async with asyncio.timeout(2):
                    reader, writer = await asyncio.open_connection(*server)
                    writer.write(CHECK)
                    try:
                        is_ready = (await reader.readline()).startswith(b"HTTP/1.1 200")
                    finally:
                        await _close(writer)
                silent = 0
            except TimeoutError:  # a busy machine: as balancers do it, one silence is no end
                silent += 1
                is_ready = silent < FALL and server in self.ready
            except OSError:
                is_ready = False
            (self.ready.add if is_ready else self.ready.discard)(server)
            await asyncio.sleep(CHECK_EACH_S)

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect a client to the next server that is ready, another one if that refuses."""
        task = asyncio.current_task()
        if task is not None:
            self.passing.add(task)
            task.add_done_callback(self.passing.discard)
        for _ in self.servers:
            ready = sorted(self.ready)
            if not ready:
                break
            with contextlib.suppress(OSError):
                there = await asyncio.open_connection(*ready[next(self._next) % len(ready)])
                await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))
                return
        await _close(writer)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    await _close(writer)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def a_balancer(servers: Sequence[Address]) -> AsyncIterator[tuple[Balancer, int]]:
    """Balance over servers, all of which are ready; yield the balancer and its port on loopback."""
    balancer = Balancer(servers)
    checks = [asyncio.create_task(balancer.watch_readiness(server)) for server in servers]
    front = await asyncio.start_server(balancer.forward, "127.0.0.1", 0)
    try:
        async with asyncio.timeout(60):
            while len(balancer.ready) < len(servers):  # noqa: ASYNC110 (what a health check finds)
                await asyncio.sleep(0.02)
        yield balancer, front.sockets[0].getsockname()[1]
    finally:
        for check in checks:
            check.cancel()
        front.close()
        await asyncio.gather(*checks, *balancer.passing, return_exceptions=True)


@dataclass
class Counted:
    """The results of the requests: the number of each status, and of lost requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many were sent."""
        return self.statuses.total() + len(self.lost)


async def call(port: int, request: bytes, counted: Counted, *, each: int, stop: asyncio.Event) -> None:
    """Be a client: up to `each` requests a connection, one after the other, until `stop`; a request is never sent twice."""
    while not stop.is_set():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for _ in range(each):
                writer.write(request)
                status, closes = await _read_answer(reader)
                counted.statuses[status] += 1
                if closes or stop.is_set():
                    break
        except (OSError, EOFError) as error:
            counted.lost.append(repr(error))
        finally:
            await _close(writer)


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(head.split()[1]), b"\r\nconnection: close" in head
