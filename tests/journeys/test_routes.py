"""Routes over real HTTP, while an engine is killed under load, and while a network is built."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import psutil
import pytest

from made_towns import EAST, WEST, write_towns
from served import Served, a_server
from trigpoint.client import MapsClient, Signer
from trigpoint.engines.valhalla.configuration import is_installed

pytestmark = pytest.mark.skipif(not is_installed(), reason="Valhalla has no wheel for this Python (3.12 or later has)")
ENDS = {
    "origin": f"{WEST.latitude},{WEST.longitude}",
    "destination": f"{EAST.latitude},{EAST.longitude}",
}


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("extract") / "towns.osm.pbf"
    write_towns(file)
    return file


@pytest.fixture(scope="module")
def routing(tmp_path_factory: pytest.TempPathFactory, towns: Path) -> Iterator[tuple[Served, Signer]]:
    """Serve two made-up towns with two workers; yield the server and a signer."""
    folder = tmp_path_factory.mktemp("routing")
    with a_server(folder / "home", "--workers", "2", "--no-sample") as served:
        team = read(served, "team", "create", "Routes")["teamId"]
        read(served, "maps-id", "register", "maps.com.example.routes", "--team", team, "--description", "Routes")
        key = read(
            served, "key", "create", "r", "--team", team, "--maps-id", "maps.com.example.routes", "--out", str(folder)
        )
        read(served, "routes", "build", str(towns))
        signer = Signer.from_file(Path(key["path"]), team_id=team)
        wait_until(lambda: served.get("/readyz").json()["parts"]["routes"]["ready"])
        yield served, signer


def read(served: Served, *arguments: str) -> Any:
    import json

    told = served.trigpoint(*arguments, "--json")
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not come true")


def engines(served: Served) -> list[int]:
    """List the engines that have opened their network."""
    found = []
    for child in psutil.Process(served.process.pid).children(recursive=True):
        try:
            opened = any("tiles.tar" in mapped.path for mapped in child.memory_maps())
        except psutil.Error:
            continue
        if opened:
            found.append(child.pid)
    return found


def have_replaced(served: Served, running: list[int]) -> bool:
    """Tell whether the first of the engines is gone and there are as many as before."""
    now = engines(served)
    return running[0] not in now and len(now) >= len(running)


class Load:
    """Clients that request the same route repeatedly, and record the responses."""

    def __init__(self, served: Served, signer: Signer, clients: int = 4) -> None:
        self.stopping = threading.Event()
        self.lengths: list[int] = []
        self.errors: list[str] = []
        self.threads = [threading.Thread(target=self.ask, args=(served, signer)) for _ in range(clients)]

    def ask(self, served: Served, signer: Signer) -> None:
        with MapsClient(signer, base_url=served.url) as client:
            while not self.stopping.is_set():
                try:
                    answer = client.get("/v1/directions", **ENDS)
                    self.lengths.append(answer["routes"][0]["distanceMeters"])  # type: ignore[index, call-overload]
                except Exception as error:  # noqa: BLE001 (any failure is the finding)
                    self.errors.append(repr(error))

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()


def test_killing_engines_under_load_fails_no_request(routing: tuple[Served, Signer]) -> None:
    served, signer = routing
    workers = served.workers()
    with Load(served, signer) as load:
        for _ in range(4):
            before = len(load.lengths)
            wait_until(lambda before=before: len(load.lengths) > before + 20 or bool(load.errors))
            running = engines(served)
            os.kill(running[0], signal.SIGKILL)
            wait_until(lambda running=running: have_replaced(served, running))
    assert load.errors == []
    assert set(load.lengths) == {7816}
    assert served.workers() == workers


def test_a_network_built_under_load_is_taken_into_service_and_fails_no_request(
    routing: tuple[Served, Signer], towns: Path
) -> None:
    served, signer = routing
    before = set(engines(served))
    with Load(served, signer, clients=2) as load:
        told = read(served, "routes", "build", str(towns))
        wait_until(lambda: bool(engines(served)) and not before & set(engines(served)))
    assert told["inService"] is True
    assert load.errors == []
    assert set(load.lengths) == {7816}


def test_etas_and_errors_have_their_documented_shapes(routing: tuple[Served, Signer]) -> None:
    served, signer = routing
    with MapsClient(signer, base_url=served.url) as client:
        told = client.get("/v1/etas", origin=ENDS["origin"], destinations=f"{ENDS['destination']}|10,10")
        near, far = told["etas"]  # type: ignore[misc]
        assert near["distanceMeters"] == pytest.approx(7816, abs=1)
        assert far == {"destination": {"latitude": 10.0, "longitude": 10.0}, "transportType": "Automobile"}
        token = client.exchange().access_token
    wrong = served.get(f"/v1/etas?origin={ENDS['origin']}&destinations={'%7C'.join(['1,1'] * 11)}", token)
    assert wrong.status_code == 400
    assert "one to 10 coordinates" in wrong.json()["error"]["details"][0]
    transit = served.get(f"/v1/etas?origin={ENDS['origin']}&destinations=1,1&transportType=Transit", token)
    assert transit.status_code == 200  # without a timetable the destination is returned without a time
    assert "expectedTravelTimeSeconds" not in transit.json()["etas"][0]
