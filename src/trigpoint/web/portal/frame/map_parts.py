"""What the portal needs to show maps and snapshots, and to explain search results."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from trigpoint.maps.engines import TileEngine
from trigpoint.maps.explained import Explanation
from trigpoint.maps.queries import GeocodeQuery
from trigpoint.maps.snapshots.queries import SnapshotQuery
from trigpoint.maps.tiles import TileSet
from trigpoint.web.data_age import Ages


@dataclass(frozen=True, slots=True)
class MapParts:
    """The tiles in service, and the URLs of MapLibre's script and worker ("" if they are missing).

    `explain` explains a search result; `snapshot` renders a snapshot to an image file, or is None without an engine for that;
    `ages` gives the age of each region's data.
    """

    tiles: TileEngine | None = None
    script: str = ""
    worker: str = ""
    explain: Callable[[GeocodeQuery], Coroutine[Any, Any, Explanation]] | None = None
    snapshot: Callable[[SnapshotQuery], Coroutine[Any, Any, bytes]] | None = None
    ages: Callable[[], Ages] = Ages

    @property
    def sets(self) -> tuple[TileSet, ...]:
        """The tile sets in service."""
        return () if self.tiles is None else self.tiles.tile_sets()
