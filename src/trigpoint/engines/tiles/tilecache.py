"""An LRU cache of the tiles of a tile server, limited by its size in bytes."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from trigpoint.maps.tiles import Tile, TileAddress

OVERHEAD = 500
"""Memory of an entry besides the data of its tile, in bytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A cached tile (None: the server has none), and until when it is fresh, by the cache's clock in seconds."""

    tile: Tile | None
    fresh_until: float


class TileCache:
    """An LRU cache with a time to live per entry; for use on one event loop."""

    def __init__(self, most_bytes: int, *, clock: Callable[[], float]) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._kept: OrderedDict[TileAddress, Kept] = OrderedDict()
        self.bytes = 0

    def find(self, address: TileAddress) -> Kept | None:
        """Return the entry of a tile, fresh or stale, or None."""
        found = self._kept.get(address)
        if found is not None:
            self._kept.move_to_end(address)
        return found

    def is_fresh(self, kept: Kept) -> bool:
        """Whether an entry is fresh, so that no request to the server is needed."""
        return self._clock() < kept.fresh_until

    def keep(self, address: TileAddress, tile: Tile | None, *, seconds: float) -> None:
        """Cache a tile for `seconds`, and evict others if needed. A tile larger than the whole cache is not cached."""
        self._drop(address)
        size = _size_of(tile)
        if size > self._most_bytes:
            return
        self._kept[address] = Kept(tile, self._clock() + seconds)
        self.bytes += size
        while self.bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Remove every entry."""
        self._kept.clear()
        self.bytes = 0

    def _drop(self, address: TileAddress) -> None:
        found = self._kept.pop(address, None)
        if found is not None:
            self.bytes -= _size_of(found.tile)


def _size_of(tile: Tile | None) -> int:
    return OVERHEAD + (len(tile.data) if tile is not None else 0)
