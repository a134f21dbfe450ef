"""When a client disconnects, its work is cancelled, and only its work."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from patience import PATIENCE_S
from running import Raw, a_running_app
from trigpoint.maps.atlas import Atlas
from trigpoint.web.answering import Answering
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
            await asyncio.wait_for(self.let_go.wait(), PATIENCE_S)
        except asyncio.CancelledError:
            self.cancelled += 1
            if query == "b":
                self.let_go.set()
            raise
        self.answered += 1
        return query


def parse(parameters: Parameters) -> str:
    return parameters.required_text("q", example="a")


def an_app(engine: Engine) -> App:
    pipeline = Pipeline(
        gate=OpenGate(),
        atlas=Atlas(),
        endpoints=[Endpoint("/v1/slow", parse, engine.ask, str.encode, may_wait=True)],
        answering=Answering(clock=lambda: 0.0, explain=True, base_url="http://x"),
    )

    async def nothing() -> Any:
        return {}

    return App(v1=pipeline, readiness=nothing, start=nothing, stop=nothing)


def question(q: str) -> bytes:
    return f"GET /v1/slow?q={q} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n".encode()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)


def test_the_endpoints_of_routes_watch_for_disconnects() -> None:
    assert DIRECTIONS.may_wait
    assert ETAS.may_wait


def test_work_for_a_disconnected_client_is_cancelled_and_the_server_goes_on() -> None:
    engine = Engine()
    with a_running_app(an_app(engine)) as port:
        patient = Raw(port).send(question("a"))
        hasty = Raw(port).send(question("b"))
        wait_until(lambda: engine.came == 2)
        hasty.socket.close()
        status, _, body = patient.read_answer()
        assert (status, body) == (200, b"a")
        again = patient.send(question("c")).read_answer()
        assert (again[0], again[2]) == (200, b"c")
    assert (engine.came, engine.answered, engine.cancelled) == (3, 2, 1)


def test_a_disconnect_with_another_request_pipelined_is_noticed_too() -> None:
    engine = Engine()
    with a_running_app(an_app(engine)) as port:
        hasty = Raw(port).send(question("b") + question("never begun"))
        wait_until(lambda: engine.came == 1)
        hasty.socket.close()
        wait_until(lambda: engine.cancelled == 1)
        assert Raw(port).send(question("c")).read_answer()[2] == b"c"
    assert (engine.came, engine.answered, engine.cancelled) == (2, 1, 1)


def test_a_stopping_server_is_not_taken_for_a_disconnect() -> None:
    async def run() -> None:
        task = asyncio.create_task(wait_for_ever(lambda _call: None))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())


def test_a_disconnect_does_not_cancel_the_calling_task() -> None:
    def gone_already(call: Callable[[], object] | None) -> None:
        if call is not None:
            call()

    async def run() -> None:
        with pytest.raises(ClientGoneError):
            await wait_for_ever(gone_already)
        task = asyncio.current_task()
        assert task is not None
        assert task.cancelling() == 0

    asyncio.run(run())


def test_without_notice_of_disconnects_work_is_finished() -> None:
    async def answer() -> str:
        return "done"

    assert asyncio.run(while_connected(answer(), None)) == "done"


async def wait_for_ever(when_gone: Callable[[Callable[[], object] | None], None]) -> None:
    await while_connected(asyncio.Event().wait(), when_gone)
