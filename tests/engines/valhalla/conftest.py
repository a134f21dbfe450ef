"""Networks to test on: the sample region, and two made-up towns with a toll bridge, an island and a timed road."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from trigpoint.base.geo import Point
from trigpoint.engines.valhalla.configuration import is_installed
from trigpoint.engines.valhalla.opening import ensure_sample

NOW = 1_795_449_600.0  # 2026-11-23T16:00:00Z
WEST, EAST, ISLAND = Point(47.01, 9.01), Point(47.012, 9.11), Point(47.21, 9.01)
ROWS = 12


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests on one worker, which builds the networks once, and skip what needs the engine without it."""
    here = Path(__file__).parent
    for item in items:
        if here not in item.path.parents:
            continue
        item.add_marker(pytest.mark.xdist_group("valhalla"))
        if not is_installed() and uses_engine(item):
            item.add_marker(pytest.mark.skip(reason="Valhalla has no wheel for this Python (3.12 or later has)"))


def uses_engine(item: pytest.Item) -> bool:
    return "valhalla" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def valhalla() -> None:
    """Ask for this in a test that needs the engine and no network."""


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory, valhalla: None) -> Path:  # noqa: ARG001
    """Give a folder of networks with that of the sample in service."""
    folder = tmp_path_factory.mktemp("sample") / "routes"
    assert ensure_sample(folder, now=NOW)
    return folder


@pytest.fixture(scope="session")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("town") / "towns.osm.pbf"
    write_towns(file)
    return file


@pytest.fixture(scope="session")
def town_folder(town_file: Path, valhalla: None) -> Path:  # noqa: ARG001
    from trigpoint.engines.valhalla.build import build_routes

    folder = town_file.parent / "routes"
    build_routes(folder, [town_file], now=NOW)
    return folder


def write_towns(file: Path, *, sorted_objects: bool = True, towns: Sequence[str] = ("West", "East", "Island")) -> None:
    """Write an extract: three grids of streets 200 m apart.

    West and East are joined by a toll bridge of 5 km and a free road of 45 km; the island by nothing.
    """
    corners = {"West": (47.0, 9.0), "East": (47.0, 9.1), "Island": (47.2, 9.0)}
    nodes: list[tuple[float, float]] = []
    ways: list[tuple[list[int], dict[str, str]]] = []

    def add(latitude: float, longitude: float) -> int:
        nodes.append((latitude, longitude))
        return len(nodes)

    grids: dict[str, list[list[int]]] = {}
    for town in towns:
        south, west = corners[town]
        grid = [[add(south + row * 0.002, west + column * 0.003) for column in range(ROWS)] for row in range(ROWS)]
        grids[town] = grid
        ways += [
            (row, {"highway": "residential", "name": f"{town} {number} Street"}) for number, row in enumerate(grid)
        ]
        columns = [list(column) for column in zip(*grid, strict=True)]
        ways += [
            (one, {"highway": "residential", "name": f"{town} {number} Avenue"}) for number, one in enumerate(columns)
        ]
    if {"West", "East"} <= grids.keys():
        bridge = [grids["West"][5][-1], grids["East"][5][0]]
        ways.append((bridge, {"highway": "primary", "name": "Toll Bridge", "toll": "yes"}))
        detour = [grids["West"][0][-1], add(46.8, 9.06), grids["East"][0][0]]
        ways.append((detour, {"highway": "secondary", "name": "Long Way"}))
    objects: list[Node | Way] = [
        Node(id=number, location=(longitude, latitude), version=1, timestamp="2026-01-01T00:00:00Z")
        for number, (latitude, longitude) in enumerate(nodes, 1)
    ]
    objects += [
        Way(id=number, nodes=members, tags=tags, version=1, timestamp="2026-01-01T00:00:00Z")
        for number, (members, tags) in enumerate(ways, 1)
    ]
    with osmium.SimpleWriter(str(file), overwrite=True) as writer:
        for thing in objects if sorted_objects else reversed(objects):
            if isinstance(thing, Node):
                writer.add_node(thing)
            else:
                writer.add_way(thing)


@pytest.fixture
def run() -> Iterator[Callable[[Awaitable[object]], object]]:
    """Run coroutines on one event loop, as a server would."""
    with asyncio.Runner() as runner:

        async def wait(awaitable: Awaitable[object]) -> object:
            return await awaitable

        yield lambda awaitable: runner.run(wait(awaitable))
