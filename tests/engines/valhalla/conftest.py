"""Networks to test on: the sample region, and two made-up towns with a toll bridge, an island and a timed road."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from made_towns import write_towns
from trigpoint.engines.valhalla.configuration import is_installed
from trigpoint.engines.valhalla.opening import ensure_sample

NOW = 1_795_449_600.0  # 2026-11-23T16:00:00Z


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
def sample_folder(tmp_path_factory: pytest.TempPathFactory, valhalla: None) -> Path:  # noqa: ARG001 (skips where the engine is missing)
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
def town_folder(town_file: Path, valhalla: None) -> Path:  # noqa: ARG001 (skips where the engine is missing)
    from trigpoint.engines.valhalla.build import build_routes

    folder = town_file.parent / "routes"
    build_routes(folder, [town_file], now=NOW)
    return folder


@pytest.fixture
def run() -> Iterator[Callable[[Awaitable[object]], object]]:
    """Run coroutines on one event loop, as a server would."""
    with asyncio.Runner() as runner:

        async def wait(awaitable: Awaitable[object]) -> object:
            return await awaitable

        yield lambda awaitable: runner.run(wait(awaitable))
