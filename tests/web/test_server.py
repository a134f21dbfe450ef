"""Running the server: open files, the listening socket, waiting for workers."""

import multiprocessing
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from patience import PATIENCE_S
from trigpoint.web.asgi import Message, Receive, Send, send_answer
from trigpoint.web.server import HEALTH_SECONDS, AnswerOrEnd, listen, listen_at, server_config


def test_the_limit_of_open_files_is_raised_as_far_as_the_system_allows() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 1024));"
        "from trigpoint.web.server import raise_file_limit; raise_file_limit();"
        "print(*resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["1024", "1024"]


def test_a_port_in_use_is_not_shared() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])


def test_ipv6_is_listened_on_by_its_address() -> None:
    try:
        listener = listen("::1", 0)
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")
    with listener:
        assert listener.getsockname()[0] == "::1"


def test_all_addresses_of_ipv6_are_those_of_ipv4_too() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("no IPv6 here")
    with listen("::", 0) as listener:
        port = listener.getsockname()[1]
        for host in ("127.0.0.1", "::1"):
            socket.create_connection((host, port), timeout=PATIENCE_S).close()


def test_a_socket_file_is_for_its_owner_and_group_and_replaces_one_that_nobody_listens_at(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    first = listen_at(path)
    assert path.stat().st_mode & 0o777 == 0o660
    with pytest.raises(OSError, match="in use"):
        listen_at(path)
    first.close()
    listen_at(path).close()
    path.unlink()
    path.write_text("a file")
    with pytest.raises(OSError, match="in use"):
        listen_at(path)
    assert path.read_text() == "a file"


def test_an_application_answers_at_a_socket_file(tmp_path: Path) -> None:
    seen: list[object] = []

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        del receive
        seen.append(scope["client"])
        await send_answer(send, 200, (), b"here")

    listener = listen_at(tmp_path / "socket")
    config = server_config(app)
    config.lifespan = "off"
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE_S)
            client.connect(str(tmp_path / "socket"))
            client.sendall(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: client.recv(4096), b""))
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
    assert answer.endswith(b"here")
    assert seen == [None]


def test_a_worker_has_a_minute_to_start_and_sends_no_server_header() -> None:
    config = server_config("trigpoint.wiring.server:create_app", workers=2)
    assert config.timeout_worker_healthcheck == HEALTH_SECONDS == 60
    assert (config.server_header, config.proxy_headers, config.access_log) == (False, False, False)


def test_waiting_for_a_workers_reply_ends_when_the_worker_ends() -> None:
    """The supervisor keeps the worker's end of the pipe, so that the pipe alone would be waited for in vain."""
    pipe, _of_the_worker = multiprocessing.Pipe()
    worker = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    worker.start()
    asked = AnswerOrEnd(pipe, worker)
    asked.send(b"ping")
    threading.Timer(0.05, worker.kill).start()
    assert not asked.poll(600)
    worker.join()
    assert worker.exitcode == -9
    asked.close()


def test_a_workers_reply_is_received() -> None:
    pipe, of_the_worker = multiprocessing.Pipe()
    worker = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(0,))
    worker.start()
    asked = AnswerOrEnd(pipe, worker)
    of_the_worker.send(True)
    assert asked.poll(600)
    assert asked.recv() is True
    worker.join()
