"""A graceful stop loses no request: the server reports that it is stopping, and serves until the balancer sends no more."""

import os
import signal
import socket
import threading
import time
from pathlib import Path

import httpx
import psutil

from patience import PATIENCE_S
from served import Served, a_server

DRAIN_S = 4.0


def a_request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode()


class Client(threading.Thread):
    """Sends requests on one connection until the server closes it, like a load balancer that then uses another server."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.answered = 0
        self.lost: list[str] = []
        self.told_to_leave = False

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as connection:
            while not self.told_to_leave:
                answer = b""
                try:
                    connection.sendall(a_request("/v1/geocode?q=a"))
                    answer = connection.recv(65536)
                except OSError as error:
                    self.lost.append(repr(error))
                if not answer.startswith(b"HTTP/1.1 4"):
                    self.lost.append(repr(answer[:100]))
                    return
                self.answered += 1
                self.told_to_leave = b"connection: close" in answer


def port_of(served: Served) -> int:
    return int(served.url.rpartition(":")[2])


def is_stopping(served: Served) -> bool:
    answer = httpx.get(served.url + "/readyz", timeout=PATIENCE_S)
    return answer.status_code == 503 and answer.json()["status"] == "stopping"


def test_a_stopping_server_responds_until_its_drain_period_is_over(tmp_path: Path) -> None:
    with a_server(
        tmp_path / "home", "--no-sample", "--workers", "2", forked=False, TRIGPOINT_DRAIN_SECONDS=str(DRAIN_S)
    ) as served:
        assert not is_stopping(served)
        clients = [Client(port_of(served)) for _ in range(4)]
        for client in clients:
            client.start()
        while not all(client.answered for client in clients):
            time.sleep(0.01)
        began = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        while not is_stopping(served):
            assert time.monotonic() - began < DRAIN_S
        for _ in range(3):  # clients that do not know of it yet get responses
            assert httpx.get(served.url + "/healthz").headers["connection"] == "close"
        for client in clients:
            client.join(PATIENCE_S)
        assert [client.lost for client in clients] == [[]] * 4
        assert all(client.told_to_leave for client in clients)
        served.process.wait(PATIENCE_S)
        assert time.monotonic() - began >= DRAIN_S


def test_workers_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    with a_server(tmp_path / "home", "--no-sample", "--workers", "2", forked=False) as served:
        workers = [psutil.Process(pid) for pid in served.workers()]
        assert len(workers) == 2
        os.kill(served.process.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs(workers, timeout=PATIENCE_S)
        assert alive == []
