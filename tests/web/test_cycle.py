"""A response that needs no waiting is sent at once, and an idle connection is closed in time."""

import asyncio
import sys
from collections.abc import Callable

from running import Raw, a_running_app
from trigpoint.web.asgi import Message, Receive, Send, send_whole
from trigpoint.web.cycle import begin
from trigpoint.web.flow import IdleTimer


class Clock:
    """Stands in for the event loop of a timer: time moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, call: Callable[[], None]) -> "Clock":
        self.timers.append((self.now + seconds, call))
        return self

    def cancel(self) -> None:
        self.timers.clear()

    def move_to(self, now: float) -> None:
        self.now = now
        due = [call for at, call in self.timers if at <= now]
        self.timers = [(at, call) for at, call in self.timers if at > now]
        for call in due:
            call()


def test_a_connection_is_closed_after_its_idle_time_and_has_one_timer() -> None:
    clock, ended = Clock(), list[float]()
    idle = IdleTimer(clock, 65.0, lambda: ended.append(clock.now))  # type: ignore[arg-type]
    for now in (0.0, 10.0, 64.0):
        clock.move_to(now)
        idle.start()
        assert len(clock.timers) == 1
    clock.move_to(65.0)
    clock.move_to(128.9)
    assert not ended
    clock.move_to(129.0)
    assert ended == [129.0]
    assert not clock.timers


def test_the_timer_of_a_lost_connection_ends() -> None:
    clock, ended = Clock(), list[float]()
    idle = IdleTimer(clock, 65.0, lambda: ended.append(clock.now))  # type: ignore[arg-type]
    idle.stop()
    idle.start()
    idle.stop()
    clock.move_to(1000.0)
    assert not ended


def test_a_task_is_made_only_for_a_response_that_waits() -> None:
    done: list[str] = []

    async def answer(name: str, *, waits: bool) -> None:
        assert asyncio.current_task() is not None
        if waits:
            await asyncio.sleep(0)
        done.append(name)

    async def scenario() -> None:
        tasks: set[asyncio.Task[None]] = set()
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: begin(answer("at once", waits=False), loop, tasks))
        await asyncio.sleep(0)
        if sys.version_info >= (3, 12):
            assert (done, tasks) == (["at once"], set())
        await asyncio.gather(*tasks)
        await asyncio.sleep(0)
        loop.call_soon(lambda: begin(answer("later", waits=True), loop, tasks))
        await asyncio.sleep(0)
        assert len(tasks) == 1
        await asyncio.gather(*tasks)
        await asyncio.sleep(0)
        assert (done, tasks) == (["at once", "later"], set())

    asyncio.run(scenario())


def test_a_pipelined_request_starts_when_the_one_before_it_has_ended() -> None:
    """Else the time of each would include those after it, and their log lines would come in reverse."""
    noted: list[str] = []

    async def app(scope: Message, _: Receive, send: Send) -> None:
        path = scope["path"]  # an application without a lifespan has none, and is served nevertheless
        noted.append("start")
        if path == "/wait":
            await asyncio.sleep(0.02)
        await send_whole(scope, send, 200, [(b"content-length", b"0")], b"")
        noted.append("end")

    with a_running_app(app) as port:
        requests = [b"GET %b HTTP/1.1\r\nhost: a\r\n\r\n" % path for path in (b"/", b"/", b"/wait", *[b"/"] * 60)]
        connection = Raw(port).send(b"".join(requests))
        assert [connection.read_answer()[0] for _ in requests] == [200] * len(requests)
    assert noted == ["start", "end"] * len(requests)
