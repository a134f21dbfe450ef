"""Requests to a service over HTTP: when it counts as down, how quickly that is reported, and recovery."""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from conftest import FixedClock
from patience import PATIENCE_S
from service_fakes import FakeService, serving
from trigpoint.base.errors import UnavailableError
from trigpoint.engines import calling
from trigpoint.engines.calling import MOST_FAILURES, Breaker, Caller, RefusedCallError

T = TypeVar("T")


def run(url: str, work: Callable[[Caller], Awaitable[T]], **changes: object) -> T:
    async def inside() -> T:
        caller = Caller("Nominatim", url, probe="/status", **changes)
        try:
            return await work(caller)
        finally:
            await caller.close()

    return asyncio.run(inside())


async def refusals(caller: Caller, count: int) -> list[str]:
    told = []
    for _ in range(count):
        try:
            await caller.ask("/search")
        except UnavailableError as error:
            told.append(str(error))
    return told


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_an_answer_comes_with_its_parameters_and_the_path_of_the_address() -> None:
    with serving(lambda _path, _asked: [1]) as service:
        body = run(f"{service.url}/maps/", lambda caller: caller.ask("/search", (("q", "Städtle 3"), ("q", "b"))))
        assert body == b"[1]"
        assert service.asked == [("/maps/search", [("q", "Städtle 3"), ("q", "b")])]
        assert service.headers[0]["user-agent"].startswith("trigpoint/")


def test_a_password_in_the_address_is_used_and_never_printed() -> None:
    with serving(lambda _path, _asked: []) as service:
        secret = service.url.replace("http://", "http://maps:swordfish@")
        run(secret, lambda caller: caller.ask("/search"))
        assert service.headers[0]["authorization"] == "Basic bWFwczpzd29yZGZpc2g="
    told = run(f"{secret}/token-5", lambda caller: refusals(caller, 5))
    assert len(told) == 5
    assert not [sentence for sentence in told if "swordfish" in sentence or "token-5" in sentence]
    assert f"Nominatim at {service.url}" in told[0]


def test_a_service_that_is_down_is_reported_at_once_and_recovers_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONNECT_S", "PROBE_S"):
        monkeypatch.setattr(calling, name, PATIENCE_S)  # the port is closed, and says so, however busy the machine is
    port, clock = closed_port(), FixedClock(0.0)

    async def work(caller: Caller) -> None:
        told = await refusals(caller, 20)
        assert set(told[:MOST_FAILURES]) == {f"Nominatim at http://127.0.0.1:{port} cannot be reached (ConnectError)."}
        assert set(told[MOST_FAILURES:]) == {  # without a request
            f"Nominatim at http://127.0.0.1:{port} does not respond; it is tried again every second."
        }
        service = FakeService(lambda _path, _asked: [], port=port)
        try:
            assert len(await refusals(caller, 3)) == 3
            clock.now += calling.PAUSE_S
            assert not await refusals(caller, 3)
            assert [path for path, _ in service.asked] == ["/status", *["/search"] * 3]
        finally:
            service.close()

    run(f"http://127.0.0.1:{port}", work, clock=clock)


def test_after_a_few_timeouts_a_hanging_service_is_asked_nothing_until_a_probe_is_due() -> None:
    with serving(lambda _path, _asked: []) as service:
        service.block = threading.Event()
        told = run(service.url, lambda caller: refusals(caller, 20), seconds=0.2, clock=FixedClock(0.0))
    assert len(told) == 20
    assert set(told[MOST_FAILURES:]) == {
        f"Nominatim at {service.url} does not respond; it is tried again every second."
    }
    assert len(service.asked) <= MOST_FAILURES


def test_a_request_may_have_a_shorter_timeout() -> None:
    with serving(lambda _path, _asked: []) as service:
        service.block = threading.Event()

        async def work(caller: Caller) -> float:
            begun = time.monotonic()
            with pytest.raises(UnavailableError, match="did not respond in time"):
                await caller.ask("/status", seconds=0.1)
            return time.monotonic() - begun

        assert run(service.url, work, seconds=PATIENCE_S) < PATIENCE_S


def test_after_one_failure_requests_continue() -> None:
    clock = FixedClock(0.0)
    breaker = Breaker(clock)
    for answered in (False, False, True, False, False):
        breaker.note(answered=answered)
        assert not breaker.is_open
    breaker.note(answered=False)
    assert breaker.is_open


def test_a_service_that_is_down_is_tried_once_a_second() -> None:
    clock = FixedClock(100.0)
    breaker = Breaker(clock)
    for _ in range(MOST_FAILURES):
        breaker.note(answered=False)
    assert not breaker.is_probe_due()
    clock.now += 1.0
    assert breaker.is_probe_due()
    assert not breaker.is_probe_due()
    breaker.note(answered=True)
    assert not breaker.is_open


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_proxy_whose_service_is_down_counts_as_down(status: int) -> None:
    with serving(lambda _path, _asked: (status, b"")) as service:
        told = run(service.url, lambda caller: refusals(caller, MOST_FAILURES + 1), clock=FixedClock(0.0))
        assert told[0] == f"Nominatim at {service.url} answered {status}."
        assert len(service.asked) == MOST_FAILURES


def test_an_error_for_one_request_does_not_count_as_down() -> None:
    with serving(lambda _path, _asked: (500, b"oh")) as service:
        told = run(service.url, lambda caller: refusals(caller, 10))
        assert len(service.asked) == 10
    assert set(told) == {f"Nominatim at {service.url} answered 500."}


def test_a_refusal_carries_its_status_and_body() -> None:
    with serving(lambda _path, _asked: (400, b"bad lang")) as service, pytest.raises(RefusedCallError) as refused:
        run(service.url, lambda caller: caller.ask("/search"))
    assert (refused.value.status, refused.value.body) == (400, b"bad lang")


def test_an_endless_response_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "MOST_BYTES", 1 << 20)
    with (
        serving(lambda _path, _asked: (200, b"x" * (2 << 20))) as service,
        pytest.raises(UnavailableError, match="has more than 1 MB"),
    ):
        run(service.url, lambda caller: caller.ask("/search"))


def test_every_request_is_counted_by_outcome() -> None:
    counted: list[tuple[str, str]] = []

    def note(service: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        counted.append((service, outcome))

    with serving(lambda path, _asked: (400, b"") if path == "/bad" else []) as service:

        async def work(caller: Caller) -> None:
            await caller.ask("/good")
            with pytest.raises(RefusedCallError):
                await caller.ask("/bad")

        run(service.url, work, note=note)
    run(service.url, lambda caller: refusals(caller, 1), note=note)
    assert counted == [("Nominatim", "answered"), ("Nominatim", "refused"), ("Nominatim", "gone")]


def test_a_cancelled_request_says_nothing_about_the_service() -> None:
    with serving(lambda _path, _asked: []) as service:
        service.block = threading.Event()

        async def work(caller: Caller) -> None:
            for _ in range(MOST_FAILURES + 1):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await caller.ask("/search")
            assert service.block is not None
            service.block.set()
            assert await caller.ask("/search") == b"[]"

        run(service.url, work)


def test_a_kept_alive_connection_that_was_closed_is_reopened() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in range(2):
            client, _ = listener.accept()
            with client:
                client.recv(65536)
                client.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")

    thread = threading.Thread(target=serve)
    thread.start()

    async def work(caller: Caller) -> list[bytes]:
        first = await caller.ask("/search")
        await asyncio.sleep(0.05)
        return [first, await caller.ask("/search")]

    try:
        assert run(f"http://127.0.0.1:{listener.getsockname()[1]}", work) == [b"[]", b"[]"]
    finally:
        thread.join()
        listener.close()
