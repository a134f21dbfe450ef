"""`trigpoint healthcheck` asks the server at the address of the settings, and reports by its exit code."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, UnixStreamServer
from typing import Any, ClassVar

import pytest

from commands import trigpoint


class Answers(BaseHTTPRequestHandler):
    statuses: ClassVar[dict[str, int]] = {"/healthz": 200, "/readyz": 503}

    def do_GET(self) -> None:
        body = b'{"status":"' + self.path.encode() + b'"}'
        self.send_response(self.statuses[self.path])
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        pass

    def address_string(self) -> str:
        return "a client"


@contextmanager
def answering(server: TCPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_server_that_responds_is_healthy_even_if_it_is_not_ready(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    with TCPServer(("127.0.0.1", 0), Answers) as server, answering(server):
        monkeypatch.setenv("TRIGPOINT_PORT", str(server.server_address[1]))
        monkeypatch.setenv("TRIGPOINT_HOST", "0.0.0.0")
        told = trigpoint("healthcheck")
        assert (told.code, "responds to /healthz with 200" in told.err) == (0, True), told.err
        found = trigpoint("healthcheck", "--json").json
        assert (found["path"], found["status"], found["answer"]) == ("/healthz", 200, '{"status":"/healthz"}')
        told = trigpoint("healthcheck", "--ready")
        assert (told.code, 'responds to /readyz with 503: {"status":"/readyz"}' in told.err) == (5, True), told.err
    assert not home.exists()


def test_a_server_on_a_unix_socket_is_asked_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "socket"
    monkeypatch.setenv("TRIGPOINT_UDS", str(path))
    with UnixStreamServer(str(path), Answers) as server, answering(server):
        told = trigpoint("healthcheck")
    assert (told.code, f"The server at {path} responds" in told.err) == (0, True), told.err


def test_without_a_server_it_is_unhealthy(monkeypatch: pytest.MonkeyPatch) -> None:
    with TCPServer(("127.0.0.1", 0), Answers) as server:
        free = server.server_address[1]
    monkeypatch.setenv("TRIGPOINT_PORT", str(free))
    told = trigpoint("healthcheck")
    assert (told.code, f"No server responds at http://127.0.0.1:{free}: " in told.err) == (5, True), told.err
