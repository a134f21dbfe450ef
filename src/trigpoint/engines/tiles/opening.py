"""Open the tile engine from the settings, and build the sample map for a new installation."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from trigpoint.engines.sample import find_sample
from trigpoint.engines.tiles import tilesets
from trigpoint.engines.tiles.archives import open_brought, open_built, open_world
from trigpoint.engines.tiles.engine import Tiles
from trigpoint.engines.tiles.generations import map_in_service
from trigpoint.engines.tiles.sources import FollowedFile, Source
from trigpoint.maps.tiles import IMAGERY, OSM, WORLD, Attribution

WORLD_FILE = Path(__file__).parent / "world" / "world.pmtiles"
"""Built by `tools/build_world.py`."""


def open_tiles(
    home: Path, *, tiles: str | None = None, imagery: str | None = None, imagery_attribution: str | None = None
) -> Tiles:
    """Open the tiles under a TRIGPOINT_HOME. A later build is picked up without a restart. Opening never fails.

    `tiles` replaces the tiles that were built, and `imagery` adds satellite or aerial images: each is the path of a
    PMTiles or MBTiles file, a URL template with {z}, {x} and {y}, or the URL of a TileJSON.
    """
    sources: list[Source] = [
        FollowedFile(OSM, partial(map_in_service, home), open_built) if tiles is None else open_source(OSM, tiles),
        FollowedFile(WORLD, lambda: WORLD_FILE, open_world),
    ]
    if imagery is not None:
        shown = tilesets.read_attribution(imagery_attribution or "")
        sources.append(open_source(IMAGERY, imagery, attributions=shown))
    return Tiles(sources)


def open_source(name: str, where: str, *, attributions: tuple[Attribution, ...] = ()) -> Source:
    """Open a tile set that the operator provides: a file, a URL template or the URL of a TileJSON."""
    if where.startswith(("http://", "https://")):
        from trigpoint.engines.tiles.remote import RemoteTiles

        return RemoteTiles(name, where, raster=name == IMAGERY, attributions=attributions)
    path = Path(where)
    return FollowedFile(name, lambda: path, partial(open_brought, name=name, attributions=attributions))


def ensure_sample(home: Path, *, progress: Callable[[float, str], None] = lambda _done, _step: None) -> bool:
    """Build the sample map if there is no map yet. Returns whether it was built. Takes about two seconds."""
    sample = find_sample()
    if map_in_service(home) is not None or sample is None:
        return False
    from trigpoint.engines.tiles.importing.building import build_tiles

    build_tiles(home, [sample], progress=progress)
    return True
