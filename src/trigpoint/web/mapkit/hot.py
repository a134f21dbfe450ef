"""A short-lived cache of responses, because many pages load the same tiles. The access key of each request was verified before."""

from typing import NamedTuple

from trigpoint.web.mapkit.answers import Answer

KEPT_S = 60.0
"""TTL of the cache: how long a new tile of a tile server may be invisible here."""
MOST_BYTES = 16 * 1024 * 1024
ENTRY_BYTES = 500
"""Bytes of an entry beside its body, about."""


class Kept(NamedTuple):
    """A cached response: its ETag, the version of its tile set (an object that is replaced with it), and its expiry."""

    version: object
    until: float
    answer: Answer
    etag: bytes


class HotAnswers(dict[str, Kept]):
    """Responses by path, bounded in bytes: the oldest half is dropped when the cache is full."""

    __slots__ = ("_limit", "weight")

    def __init__(self, limit: int = MOST_BYTES) -> None:
        super().__init__()
        self._limit = limit
        self.weight = 0

    def keep(self, path: str, kept: Kept) -> None:
        """Cache a response; `weight` stays below the limit, in bytes. A very large one is not cached."""
        weight = _weigh(kept.answer)
        if weight > self._limit // 8:
            return
        before = self.pop(path, None)
        self.weight += weight - (0 if before is None else _weigh(before.answer))
        self[path] = kept
        if self.weight > self._limit:
            for old in list(self)[: (len(self) + 1) // 2]:
                del self[old]
            self.weight = sum(_weigh(one.answer) for one in self.values())


def _weigh(answer: Answer) -> int:
    return len(answer.body) + ENTRY_BYTES
