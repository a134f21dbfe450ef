"""A client that hangs up: its work is cancelled, and only its work."""

import asyncio
import threading
import time
from typing import Any

import pytest

from running import Raw, a_running_app
from trigpoint.maps.atlas import Atlas
from trigpoint.web.app import App
from trigpoint.web.v1.endpoints import DIRECTIONS, ETAS, Endpoint
from trigpoint.web.v1.hangups import ClientGoneError, while_connected
from trigpoint.web.v1.pipeline import Pipeline
from trigpoint.wire.parameters import Parameters


class OpenGate:
    def settle(self, grant: object, status: int) -> None:
        del grant, status

    def recall(self, credential: str, call: object) -> None:
        del credential, call

    async def admit(self, credential: str | None, call: object) -> object:
        return credential, call

    async def exchange(self, credential: str | None, call: object) -> Any:
        raise NotImplementedError


class Engine:
    """Waits until it is let go; counts who came, who was answered and who was cancelled."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.came = self.answered = self.cancelled = 0

    async def ask(self, atlas: Atlas, query: str) -> str:
        del atlas
        self.came += 1
        try:
            await asyncio.wait_for(self.let_go.wait(), 10)
        except asyncio.CancelledError:
            self.cancelled += 1
            if query == "b":
                self.let_go.set()
            raise
        self.answered += 1
        return query


def parse(parameters: Parameters) -> str:
    return parameters.required_text("q", example="a")


def test_the_rows_of_routes_watch_for_clients_that_hang_up() -> None:
    assert DIRECTIONS.may_wait
    assert ETAS.may_wait


def test_work_for_a_client_that_hung_up_is_cancelled_and_the_server_goes_on() -> None:
    engine = Engine()
    row = Endpoint("/v1/slow", parse, engine.ask, str.encode, may_wait=True)
    pipeline = Pipeline(
        gate=OpenGate(), atlas=Atlas(), endpoints=[row], clock=lambda: 0.0, explain=True, base_url="http://x"
    )

    async def nothing() -> Any:
        return {}

    with a_running_app(App(v1=pipeline, readiness=nothing, start=nothing, stop=nothing)) as port:
        patient = Raw(port).send(b"GET /v1/slow?q=a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n")
        hasty = Raw(port).send(b"GET /v1/slow?q=b HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n")
        deadline = time.monotonic() + 10
        while engine.came < 2 and time.monotonic() < deadline:
            threading.Event().wait(0.005)
        hasty.socket.close()
        status, _, body = patient.read_answer()
        assert (status, body) == (200, b"a")
        again = patient.send(
            b"GET /v1/slow?q=c HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n"
        ).read_answer()
        assert (again[0], again[2]) == (200, b"c")
    assert (engine.came, engine.answered, engine.cancelled) == (3, 2, 1)


def test_a_server_that_stops_is_no_client_that_hangs_up() -> None:
    async def run() -> None:
        async def receive() -> dict[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError

        task = asyncio.create_task(_wait(receive))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())


def test_who_hangs_up_leaves_the_task_whole() -> None:
    async def run() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        with pytest.raises(ClientGoneError):
            await _wait(receive)
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0

    asyncio.run(run())


async def _wait(receive: Any) -> None:
    await while_connected(asyncio.Event().wait(), receive)
