"""A worker stops once; readiness and every response show that it is stopping."""

import asyncio
import contextlib
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from patience import PATIENCE_S
from running import Raw, a_running_app
from trigpoint.web import server, stopping
from trigpoint.web.asgi import Message, Receive, Send, send_answer
from trigpoint.web.health import STOPPING, tell_readiness
from trigpoint.web.stopping import Stopping


def test_a_stopping_server_is_not_ready() -> None:
    async def all_is_well() -> dict[str, Any]:
        return {}

    assert asyncio.run(tell_readiness(all_is_well, is_stopping=False))[0] == 200
    assert asyncio.run(tell_readiness(all_is_well, is_stopping=True)) == (503, STOPPING)


def test_responses_of_a_stopping_server_close_their_connections() -> None:
    class Here:
        stopping = Stopping()

        async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
            del scope, receive
            await send_answer(send, 200, (), b"here")

    app = Here()
    with a_running_app(app) as port:
        request = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
        connection = Raw(port).send(request)
        assert "connection" not in connection.read_answer()[1]
        app.stopping.is_near = True
        assert connection.send(request).read_answer()[1]["connection"] == "close"
        assert connection.is_closed()


def test_a_second_signal_has_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[int] = []
    monkeypatch.setattr(stopping, "_end_now", lambda: None)  # it would end these tests

    async def live() -> None:
        ended = asyncio.Event()

        def stop(number: int, _frame: object) -> None:
            stopped.append(number)
            ended.set()

        before = signal.signal(signal.SIGTERM, stop)
        try:
            one = Stopping(0.05)
            one.prepare()
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGTERM)
            assert stopped == []
            await asyncio.wait_for(ended.wait(), PATIENCE_S)
            assert one.is_near
        finally:
            signal.signal(signal.SIGTERM, before)

    asyncio.run(live())
    assert stopped == [signal.SIGTERM]


@pytest.mark.parametrize(
    ("kind", "workers"), [("starting", 1), ("spinning", 1), ("starting", 2), ("dying", 2), ("frozen", 2)]
)
def test_a_server_ends_in_time_whatever_its_workers_do(kind: str, workers: int) -> None:
    served = "spinning" if kind == "frozen" else kind
    command = [sys.executable, str(Path(__file__).parent.parent / "hanging.py"), served, str(workers)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as one:
        assert one.stdout is not None
        port = int(one.stdout.readline())
        with socket.socket() as client:
            if served == "spinning":
                client.connect(("127.0.0.1", port))
                client.sendall(b"GET /v1/geocode HTTP/1.1\r\nhost: a\r\n\r\n")
            assert one.stdout.readline() == "hangs\n"
            if kind == "frozen":
                for child in children_of(one.pid):
                    os.kill(child, signal.SIGSTOP)
            one.send_signal(signal.SIGTERM)
            one.wait(PATIENCE_S)  # the limit is a second here, and what hangs does so for an hour


@pytest.mark.parametrize(("workers", "terminal"), [(1, False), (2, True)])
def test_a_closed_terminal_stops_all_processes_and_without_one_the_signal_is_only_logged(
    workers: int, *, terminal: bool
) -> None:
    command = [sys.executable, str(Path(__file__).parent.parent / "hanging.py"), "spinning", str(workers)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    ours, theirs = pty.openpty()
    with (
        hangups_not_ignored(),
        subprocess.Popen(
            command,
            stdin=theirs if terminal else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        ) as one,
    ):
        assert one.stdout is not None
        assert one.stderr is not None
        port = int(one.stdout.readline())
        request = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n"
        assert Raw(port).send(request).read_answer()[0] == 200
        os.close(ours)
        os.close(theirs)  # from now on it is no terminal any more
        os.killpg(one.pid, signal.SIGHUP)
        if not terminal:
            assert server.NOT_RELOADED in one.stderr.readline()
            assert Raw(port).send(request).read_answer()[0] == 200
            one.send_signal(signal.SIGTERM)
        assert one.wait(300) == 0
        assert "died" not in (told := one.stderr.read())
        assert "has ended" not in told


def test_a_server_started_by_nohup_keeps_ignoring_the_signal() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    handlers = {number: signal.getsignal(number) for number in range(1, signal.NSIG)}
    try:
        with socket.socket() as listener:
            server.Supervisor(server.server_config("hanging:make_dying", workers=2), [listener])
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        for number, handler in handlers.items():
            if callable(handler) or isinstance(handler, signal.Handlers):
                with contextlib.suppress(OSError, ValueError):
                    signal.signal(number, handler)
        signal.signal(signal.SIGHUP, before)


@contextlib.contextmanager
def hangups_not_ignored() -> Iterator[None]:
    """Let processes that are started in the block take SIGHUP as usual, also if these tests run under `nohup`."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
