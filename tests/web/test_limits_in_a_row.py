"""Pipelined requests, and clients that do not read: what the server buffers is bounded."""

import gc
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from patience import PATIENCE_S
from running import Raw, a_running_app
from trigpoint.web.flow import MOST_HELD_BYTES, MOST_WAITING, HeldFlow
from trigpoint.web.limits import LimitedProtocol
from trigpoint.web.request_limits import Limits
from web.limits_requests import BIG, LIMITS, Echo, a_request, the_refusal


@pytest.fixture
def echo() -> Echo:
    return Echo(LIMITS)


@pytest.fixture
def port(echo: Echo) -> Iterator[int]:
    with a_running_app(echo) as port:
        yield port
        echo.release.set()


def cycles(port: int) -> int:
    """Count the requests to a server of this process that were begun or wait."""
    gc.collect()
    found = [one for one in gc.get_objects() if isinstance(one, RequestResponseCycle)]
    return sum(one.scope["server"][1] == port for one in found)


def wait_for_cycles(least: int, port: int) -> None:
    """Wait until so many requests were begun or wait: the first may run before those behind it are parsed."""
    end = time.monotonic() + PATIENCE_S
    while cycles(port) < least:
        assert time.monotonic() < end, f"{cycles(port)} requests were begun or wait, not {least}"
        threading.Event().wait(0.005)


def test_requests_in_a_row_wait_unparsed_behind_the_first_sixteen(port: int, echo: Echo) -> None:
    connection = Raw(port).send(a_request("/hold") + a_request("/1") * 1_500)
    wait_for_cycles(MOST_WAITING, port)
    Raw(port).send(a_request("/2")).read_answer()  # the event loop has turned: what it parses at once is parsed
    assert cycles(port) <= 2 * MOST_WAITING
    echo.release.set()
    bodies = [connection.read_answer()[2] for _ in range(1_501)]
    assert bodies == [b"/hold 0", *[b"/1 0"] * 1_500]


def test_large_requests_in_a_row_wait_unparsed_by_their_bytes(echo: Echo) -> None:
    echo.limits = Limits()
    one = a_request("/1", method=b"POST", headers=b"content-length: 60000\r\n", body=bytes(60_000))
    with a_running_app(echo) as port:
        connection = Raw(port).send(a_request("/hold") + one * 2 + a_request("/2") * 9)
        wait_for_cycles(1, port)
        Raw(port).send(a_request("/3")).read_answer()
        assert cycles(port) <= 5
        echo.release.set()
        assert [connection.read_answer()[2] for _ in range(12)] == [b"/hold 0", *[b"/1 60000"] * 2, *[b"/2 0"] * 9]


def test_a_client_that_sends_far_more_than_may_wait_is_refused_after_its_first_responses(port: int, echo: Echo) -> None:
    """Or is answered, piece by piece, where the system hands the data on in small pieces."""
    connection = Raw(port).send(a_request("/hold") + a_request("/1") * 8_000)
    while not echo.seen:
        threading.Event().wait(0.005)
    echo.release.set()
    answers = [connection.read_answer()]
    while answers[-1][0] == 200 and len(answers) < 8_001:
        answers.append(connection.read_answer())
    if answers[-1][0] != 200:
        status, body = the_refusal(answers[-1])
        assert (status, b"at most 16 requests of a connection may wait" in body) == (503, True)
        assert connection.is_closed()


def test_no_more_than_64_kib_are_held_and_nothing_is_read_meanwhile() -> None:
    transport = Mock()
    flow = HeldFlow(transport)
    assert flow.hold(bytes(MOST_HELD_BYTES))
    assert not flow.hold(b"a")
    flow.resume_reading()
    assert (transport.pause_reading.call_count, transport.resume_reading.call_count) == (1, 0)
    assert len(flow.release()) == MOST_HELD_BYTES + 1
    flow.resume_reading()
    assert transport.resume_reading.call_count == 1


def test_a_request_whose_end_is_held_is_not_slow(port: int, echo: Echo) -> None:
    connection = Raw(port).send(a_request("/hold") + a_request("/1") * 100)
    connection.socket.settimeout(2 * LIMITS.header_seconds)
    with pytest.raises(TimeoutError):
        connection.read_answer()
    connection.socket.settimeout(PATIENCE_S)
    echo.release.set()
    assert [connection.read_answer()[0] for _ in range(101)] == [200] * 101


def an_unread_connection(port: int, requests: bytes) -> socket.socket:
    """A client that asks for much and reads nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(requests)
    return client


@pytest.mark.parametrize(
    "requests",
    [a_request("/big") * 9, a_request("/big", headers=b"connection: close\r\n"), b"GET /big HTTP/1.0\r\n\r\n"],
    ids=["pipelined", "closing", "1.0"],
)
def test_a_connection_that_does_not_read_its_answers_is_cut_off(
    requests: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = threading.Event()
    monkeypatch.setattr(LimitedProtocol, "connection_lost", then_set(LimitedProtocol.connection_lost, lost))
    with a_running_app(Echo(Limits(unread_seconds=0.2))) as port, an_unread_connection(port, requests):
        assert lost.wait(PATIENCE_S)


def test_a_slow_reader_has_its_answer_whole() -> None:
    with (
        a_running_app(Echo(Limits(unread_seconds=0.2))) as port,
        an_unread_connection(port, a_request("/big")) as client,
    ):
        got, slow_until = 0, time.monotonic() + 0.8
        while got < BIG:
            taken = client.recv(200_000)
            assert taken, "cut off"
            got += len(taken)
            if time.monotonic() < slow_until:
                threading.Event().wait(0.005)
        assert got > BIG


def test_unread_connections_make_room_for_a_new_one() -> None:
    with a_running_app(Echo(Limits(max_connections=2, unread_seconds=60))) as port:
        unread = [an_unread_connection(port, a_request("/big") * 9) for _ in range(2)]
        deadline = time.monotonic() + PATIENCE_S
        status = 503
        while status == 503 and time.monotonic() < deadline:
            status = Raw(port).send(a_request()).read_answer()[0]
        assert status == 200
        for client in unread:
            client.close()


def then_set(method: Callable[..., Any], event: threading.Event) -> Callable[..., Any]:
    """Call a method, then set an event."""

    def call(*arguments: object) -> None:
        method(*arguments)
        event.set()

    return call
