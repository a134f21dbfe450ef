"""What the portal needs to show maps."""

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
    """What the page is made of: the tiles in service, and the addresses of MapLibre's two chunks ("" without them).

    `explain` says why a text is answered as it is; `snapshot` paints a picture, None where no engine paints; `ages` says how
    old the data of each region is.
    """

    tiles: TileEngine | None = None
    script: str = ""
    worker: str = ""
    explain: Callable[[GeocodeQuery], Coroutine[Any, Any, Explanation]] | None = None
    snapshot: Callable[[SnapshotQuery], Coroutine[Any, Any, bytes]] | None = None
    ages: Callable[[], Ages] = Ages

    @property
    def sets(self) -> tuple[TileSet, ...]:
        """The sets in service."""
        return () if self.tiles is None else self.tiles.tile_sets()
