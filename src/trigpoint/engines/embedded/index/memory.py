"""A bounded cache: when it is full, the oldest quarter is evicted."""

from collections.abc import Mapping
from itertools import islice
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

SHARE_FORGOTTEN = 4


class Memory(dict[Key, Value]):
    """A bounded dictionary. One thread may write while others read, as reading changes nothing.

    The caches of cachetools either write on reads (LRU), or are four times as slow to read (FIFO, measured).
    """

    __slots__ = ("most",)

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __setitem__(self, key: Key, value: Value) -> None:
        """Store a value; if the cache is full, evict the oldest quarter first."""
        if len(self) >= self.most and key not in self:
            self._forget()
        super().__setitem__(key, value)

    def add(self, new: Mapping[Key, Value]) -> None:
        """Store values of keys that are not in the cache, at most a quarter of it; evict the oldest quarter if they need the room."""
        if len(self) + len(new) > self.most:
            self._forget()
        self.update(new)

    def _forget(self) -> None:
        for old in list(islice(self, max(1, self.most // SHARE_FORGOTTEN))):
            del self[old]
