"""What a server promises must be there before it is ready; what it does not promise keeps nobody waiting."""

import asyncio
from pathlib import Path

import pytest

from small_map import a_town
from trigpoint.engines.embedded.engine import open_embedded
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.tiles.opening import open_tiles
from trigpoint.maps.engines import EngineStatus
from trigpoint.wiring import part_of


def a_status(*, ready: bool = True, holds_region: bool = True) -> EngineStatus:
    return EngineStatus(engine="e", ready=ready, detail="So it is.", counts={}, holds_region=holds_region)


@pytest.mark.parametrize(
    ("status", "is_promised", "ready", "needed"),
    [
        (a_status(), True, True, True),
        (a_status(), False, True, False),
        (a_status(holds_region=False), True, False, True),  # the gazetteer, or the map of the world, alone
        (a_status(holds_region=False), False, True, False),
        (a_status(ready=False), True, False, True),
        (a_status(ready=False), False, False, False),
    ],
)
def test_a_promise_is_of_a_region(status: EngineStatus, is_promised: bool, ready: bool, needed: bool) -> None:
    part = part_of(status, is_promised=is_promised)
    assert (part.ready, part.needed, part.note) == (ready, needed, "So it is.")


def test_engines_say_whether_they_hold_a_region(tmp_path: Path) -> None:
    async def holds() -> tuple[bool, bool]:
        places, tiles = open_embedded(tmp_path), open_tiles(tmp_path)
        await tiles.start()
        try:
            return (await places.status()).holds_region, (await tiles.status()).holds_region
        finally:
            places.close()
            await tiles.close()

    assert asyncio.run(holds()) == (False, False)
    import_files(tmp_path / "places", [a_town().write(tmp_path / "town.osm")], progress=lambda _step, _share: None)
    assert asyncio.run(holds()) == (True, False)
