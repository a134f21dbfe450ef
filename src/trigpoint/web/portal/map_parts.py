"""What the portal's own map is made of."""

from dataclasses import dataclass

from trigpoint.maps.engines import TileEngine
from trigpoint.maps.tiles import TileSet


@dataclass(frozen=True, slots=True)
class MapParts:
    """What the page is made of: the tiles in service, and the addresses of MapLibre's two chunks ("" without them)."""

    tiles: TileEngine | None = None
    script: str = ""
    worker: str = ""

    @property
    def sets(self) -> tuple[TileSet, ...]:
        """The sets in service."""
        return () if self.tiles is None else self.tiles.tile_sets()
