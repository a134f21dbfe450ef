"""Open the tile engine that the settings ask for, and see to it that a fresh installation has the sample's map."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from trigpoint.engines.sample import find_sample
from trigpoint.engines.tiles.archives import open_built, open_world
from trigpoint.engines.tiles.engine import Tiles
from trigpoint.engines.tiles.generations import map_in_service
from trigpoint.engines.tiles.sources import FollowedFile, Source
from trigpoint.maps.tiles import OSM, WORLD

WORLD_FILE = Path(__file__).parent / "world" / "world.pmtiles"
"""Made by `tools/build_world.py`."""


def open_tiles(home: Path) -> Tiles:
    """Open the tiles under a TRIGPOINT_HOME; a build that comes later is noticed. Opening never fails."""
    sources: list[Source] = [
        FollowedFile(OSM, partial(map_in_service, home), open_built),
        FollowedFile(WORLD, lambda: WORLD_FILE, open_world),
    ]
    return Tiles(sources)


def ensure_sample(home: Path, *, progress: Callable[[float, str], None] = lambda _done, _step: None) -> bool:
    """Build the sample's map if there is none yet; tell whether that was done. Takes about two seconds."""
    sample = find_sample()
    if map_in_service(home) is not None or sample is None:
        return False
    from trigpoint.engines.tiles.importing.building import build_tiles

    build_tiles(home, [sample], progress=progress)
    return True
