"""Open the snapshot engine from the settings."""

from trigpoint.engines.snapshots.engine import PaintedSnapshots
from trigpoint.engines.snapshots.loading import AllowedHosts, ImageLoader
from trigpoint.engines.snapshots.pool import Limits, PainterPool
from trigpoint.maps.engines import TileEngine


def open_snapshots(
    tiles: TileEngine, *, images: str | None = None, renderer: str = "svg", processes: int = 1
) -> PaintedSnapshots:
    """Open the engine on the tiles of an installation. Nothing is started before the first snapshot.

    `images` says from where images of annotations may be fetched (the setting TRIGPOINT_SNAPSHOT_IMAGES); `renderer`
    is `svg` or `mapli`; `processes` is how many pictures this process of the server has painted at a time.
    """
    pool = PainterPool(renderer, Limits(processes=processes))
    return PaintedSnapshots(tiles, pool, ImageLoader(AllowedHosts(images)))
