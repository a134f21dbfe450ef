"""Real servers for tests: an application in a thread, on a free port, stopped at the end."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, ClassVar
from unittest import mock

import uvicorn

from patience import PATIENCE_S
from trigpoint.web import app as web_app
from trigpoint.web.server import server_config

LEFT_ALONE = SimpleNamespace(collect=int, freeze=int, set_threshold=int)
"""What a server does with Python's garbage when it starts: nothing here, as the process is not that of the server.

It would look through what thousands of tests have left, and nothing of that would be freed any more.
"""


@contextmanager
def a_running_app(app: Any) -> Iterator[int]:
    """Serve an ASGI application as in production; yield its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = server_config(app)
    config.lifespan = "auto"  # parts of the application can be served without the rest
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    with mock.patch.object(web_app, "gc", LEFT_ALONE):
        thread.start()
        deadline = time.monotonic() + PATIENCE_S
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            threading.Event().wait(0.005)
    assert server.started
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        for one in Raw.opened:
            one.socket.close()
        Raw.opened.clear()
        assert not thread.is_alive()


class Raw:
    """A raw connection, for what no HTTP library would send. All are closed when the application stops."""

    opened: ClassVar[list["Raw"]] = []

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.buffer = b""
        Raw.opened.append(self)

    def send(self, data: bytes) -> "Raw":
        self.socket.sendall(data)
        return self

    def read_answer(self) -> tuple[int, dict[str, str], bytes]:
        """Read one response by its content-length."""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = int(headers.get("content-length", "0"))
        while len(self.buffer) < length:
            self._more()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return int(first.split()[1]), headers, body

    def is_closed(self) -> bool:
        """Wait until the server closes; True if nothing more came before that."""
        try:
            return self.socket.recv(1) == b"" and not self.buffer
        except ConnectionResetError:
            return True

    def _more(self) -> None:
        chunk = self.socket.recv(65536)
        if not chunk:
            raise EOFError(f"the server closed after {self.buffer!r}")
        self.buffer += chunk
