"""A separate Valhalla service over HTTP: the one in the wheel, and faulty services."""

import asyncio
import json
import socket
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from made_towns import EAST, ISLAND, WEST
from patience import PATIENCE_S
from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Point
from trigpoint.engines.valhalla.configuration import find_builder, make_engine_configuration
from trigpoint.engines.valhalla.engine import ValhallaRoutes
from trigpoint.engines.valhalla.generations import find_current
from trigpoint.engines.valhalla.opening import open_routes
from trigpoint.engines.valhalla.service import ServiceTransporter
from trigpoint.engines.valhalla.worker import Action
from trigpoint.maps.routes import Avoid, EtaQuery, Journey, RouteQuery, Transport

NOW = 1_795_449_600.0  # 2026-11-23T16:00:00Z
T = TypeVar("T")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def url(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run Valhalla's own service on the made-up towns."""
    room = tmp_path_factory.mktemp("service")
    current = find_current(town_folder)
    assert current is not None
    port = free_port()
    configuration = make_engine_configuration(current)
    service = {"listen": f"tcp://127.0.0.1:{port}", "loopback": f"ipc://{room}/l", "interrupt": f"ipc://{room}/i"}
    configuration["httpd"] = {"service": {**service, "drain_seconds": 0, "shutdown_seconds": 0, "timeout_seconds": -1}}
    for part in ("loki", "thor", "odin"):
        section = configuration[part]
        assert isinstance(section, dict)
        section["service"] = {"proxy": f"ipc://{room}/{part}"}
    (room / "service.json").write_text(json.dumps(configuration))
    process = subprocess.Popen([find_builder("valhalla_service"), room / "service.json", "1"])
    try:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S).close()
                break
            except OSError:
                time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def answering(reply: bytes) -> Iterator[str]:
    """Run a service that answers every request with the same bytes."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)

    def loop() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                client.recv(65536)
                client.sendall(reply)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def ask(url: str, question: Callable[[ValhallaRoutes], Awaitable[T]]) -> T:
    async def run() -> T:
        engine = open_routes(url, clock=lambda: NOW)
        assert isinstance(engine, ValhallaRoutes)
        try:
            return await question(engine)
        finally:
            await engine.close()

    return asyncio.run(run())


def test_a_route_is_that_of_the_embedded_engine(url: str, town_folder: Path) -> None:
    query = RouteQuery(origin=WEST, destination=EAST, alternates=True)

    async def embedded() -> object:
        engine = open_routes(town_folder, processes=1, clock=lambda: NOW)
        try:
            return await engine.routes(query)
        finally:
            await engine.close()

    routes = ask(url, lambda engine: engine.routes(query))
    assert routes == asyncio.run(embedded())
    assert routes[0].distance_m == 7816


def test_tolls_are_avoided_through_a_service_too(url: str) -> None:
    query = RouteQuery(origin=WEST, destination=EAST, avoid=frozenset({Avoid.TOLLS}))
    (route,) = ask(url, lambda engine: engine.routes(query))
    assert route.has_tolls is False


def test_no_way_is_no_route(url: str) -> None:
    for goal in (ISLAND, Point(-47.0, 9.0)):
        assert ask(url, lambda engine, goal=goal: engine.routes(RouteQuery(origin=WEST, destination=goal))) == ()


@pytest.mark.parametrize("journey", [Journey(), Journey(departure=NOW), Journey(arrival=NOW)])
def test_an_unreachable_destination_does_not_affect_the_others(url: str, journey: Journey) -> None:
    query = EtaQuery(origin=WEST, destinations=(EAST, ISLAND, Point(-47.0, 9.0)), journey=journey)
    reached, *others = ask(url, lambda engine: engine.etas(query))
    assert reached.expected_s == pytest.approx(547, abs=1)
    assert reached.static_s == pytest.approx(547, abs=1)
    assert reached.distance_m == pytest.approx(7816, abs=1)
    assert [eta.expected_s for eta in others] == [None, None]


def test_a_walking_route_is_returned(url: str) -> None:
    query = EtaQuery(origin=WEST, destinations=(EAST,), journey=Journey(transport=Transport.WALKING))
    (eta,) = ask(url, lambda engine: engine.etas(query))
    assert eta.expected_s == pytest.approx(5529, abs=2)


def test_the_status_is_ready(url: str) -> None:
    status = ask(url, lambda engine: engine.status())
    assert status.ready
    assert status.detail.startswith(f"{url} answers: ")


def test_an_unreachable_service_is_named() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    query = RouteQuery(origin=WEST, destination=EAST)
    with pytest.raises(UnavailableError, match=rf"The Valhalla service at {url} cannot be reached"):
        ask(url, lambda engine: engine.routes(query))
    assert not ask(url, lambda engine: engine.status()).ready


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", "answered 503"),
        (b"HTTP/1.1 400 Bad\r\ncontent-length: 9\r\n\r\nnot JSON!", "answered 400"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nnot JSON!", "The response of the route engine cannot be read"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", "The response of the route engine cannot be read"),
        (b"", "cannot be reached"),
    ],
)
def test_a_service_with_invalid_responses_is_unavailable(reply: bytes, said: str) -> None:
    query = RouteQuery(origin=WEST, destination=EAST)
    with answering(reply) as url, pytest.raises(UnavailableError, match=said):
        ask(url, lambda engine: engine.routes(query))


def test_a_service_that_does_not_answer_in_time_is_unavailable() -> None:
    async def run(url: str) -> None:
        transporter = ServiceTransporter(url, seconds=0.1)
        try:
            await transporter.ask(Action.ROUTE, b"{}")
        finally:
            await transporter.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(UnavailableError, match="did not respond in time"):
            asyncio.run(run(url))


def test_a_password_in_the_address_is_in_no_message() -> None:
    secret = f"http://maps:swordfish@127.0.0.1:{free_port()}"
    status = ask(secret, lambda engine: engine.status())
    assert not status.ready
    assert secret.replace("maps:swordfish@", "") in status.detail
    assert "swordfish" not in status.detail
