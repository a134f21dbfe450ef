"""The stop of a worker begins once, and is seen by readiness and by every answer."""

import asyncio
import signal
from typing import Any

import pytest

from running import Raw, a_running_app
from trigpoint.web import stopping
from trigpoint.web.asgi import Message, Receive, Send, send_answer
from trigpoint.web.health import STOPPING, tell_readiness
from trigpoint.web.stopping import Stopping


def test_readiness_is_over_as_soon_as_the_stop_is_near() -> None:
    async def all_is_well() -> dict[str, Any]:
        return {}

    assert asyncio.run(tell_readiness(all_is_well, is_stopping=False))[0] == 200
    assert asyncio.run(tell_readiness(all_is_well, is_stopping=True)) == (503, STOPPING)


def test_answers_close_their_connections_when_the_stop_is_near() -> None:
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


def test_a_second_signal_changes_nothing_and_the_server_stops_once(monkeypatch: pytest.MonkeyPatch) -> None:
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
            await asyncio.wait_for(ended.wait(), 10)
            assert one.is_near
        finally:
            signal.signal(signal.SIGTERM, before)

    asyncio.run(live())
    assert stopped == [signal.SIGTERM]
