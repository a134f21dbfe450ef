"""Tiles that a tile server has given, kept in memory up to a number of bytes, the least recently asked dropped first."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from trigpoint.maps.tiles import Tile, TileAddress

OVERHEAD = 500
"""What a kept tile takes beside its data, in bytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A tile, or that there is none, and until when that is fresh, by the cache's clock."""

    tile: Tile | None
    fresh_until: float


class TileCache:
    """A cache for one event loop."""

    def __init__(self, most_bytes: int, *, clock: Callable[[], float]) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._kept: OrderedDict[TileAddress, Kept] = OrderedDict()
        self.bytes = 0

    def find(self, address: TileAddress) -> Kept | None:
        """Give what is kept of a tile, fresh or stale."""
        found = self._kept.get(address)
        if found is not None:
            self._kept.move_to_end(address)
        return found

    def is_fresh(self, kept: Kept) -> bool:
        """Tell whether the server need not be asked again."""
        return self._clock() < kept.fresh_until

    def keep(self, address: TileAddress, tile: Tile | None, *, seconds: float) -> None:
        """Keep a tile; others make room for it. One that is larger than the cache is not kept."""
        self._drop(address)
        size = _size_of(tile)
        if size > self._most_bytes:
            return
        self._kept[address] = Kept(tile, self._clock() + seconds)
        self.bytes += size
        while self.bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget every tile."""
        self._kept.clear()
        self.bytes = 0

    def _drop(self, address: TileAddress) -> None:
        found = self._kept.pop(address, None)
        if found is not None:
            self.bytes -= _size_of(found.tile)


def _size_of(tile: Tile | None) -> int:
    return OVERHEAD + (len(tile.data) if tile is not None else 0)
