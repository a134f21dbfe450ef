"""A service on loopback that responds as a test says, and records the requests."""

import asyncio
import contextlib
import http.server
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, urlsplit

from patience import PATIENCE_S
from trigpoint.engines.nominatim.engine import NominatimPlaces
from trigpoint.engines.photon.engine import PhotonPlaces
from trigpoint.maps.queries import GeocodeQuery, SearchQuery

Engine = TypeVar("Engine", NominatimPlaces, PhotonPlaces)
Found = TypeVar("Found")

Asked = list[tuple[str, str]]
Answer = object | tuple[int, bytes]


class FakeService:
    """`answer` returns, for a path and its parameters, what is sent as JSON, or a status and bytes."""

    def __init__(self, answer: Callable[[str, Asked], Answer], *, port: int = 0) -> None:
        self.answer = answer
        self.asked: list[tuple[str, Asked]] = []
        self.headers: list[dict[str, str]] = []
        self.block: threading.Event | None = None
        self.open: list[socket.socket] = []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                parameters = parse_qsl(parts.query, keep_blank_values=True)
                service.asked.append((parts.path, parameters))
                service.headers.append({name.lower(): value for name, value in self.headers.items()})
                if service.block is not None:
                    service.block.wait(PATIENCE_S)
                told = service.answer(parts.path, parameters)
                status, body = told if isinstance(told, tuple) else (200, json.dumps(told).encode())
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def setup(self) -> None:
                super().setup()
                service.open.append(self.connection)

            def log_message(self, *_arguments: object) -> None:
                pass

            def handle(self) -> None:
                with contextlib.suppress(ConnectionError):
                    super().handle()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def parameter(self, name: str) -> str | None:
        """Give a parameter of the last question."""
        return dict(self.asked[-1][1]).get(name)

    def close(self) -> None:
        if self.block is not None:
            self.block.set()
        self.server.shutdown()
        self.server.server_close()
        for connection in self.open:  # kept ones would go on being answered
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.thread.join()


@contextmanager
def serving(answer: Callable[[str, Asked], Answer]) -> Iterator[FakeService]:
    service = FakeService(answer)
    try:
        yield service
    finally:
        service.close()


@dataclass(frozen=True)
class QueryRunner(Generic[Engine]):
    """Asks a service by an engine that is opened for one question."""

    open: Callable[[str], Engine]

    def ask(self, service: FakeService, question: Callable[[Engine], Awaitable[Found]]) -> Found:
        async def run() -> Found:
            engine = self.open(service.url)
            try:
                return await question(engine)
            finally:
                await engine.close()

        return asyncio.run(run())

    def geocode(self, service: FakeService, text: str, **changes: object) -> tuple:
        return self.ask(service, lambda engine: engine.geocode(GeocodeQuery(text=text, **changes)))

    def search(self, service: FakeService, text: str, **changes: object) -> object:
        return self.ask(service, lambda engine: engine.search(SearchQuery(text=text, **changes)))
