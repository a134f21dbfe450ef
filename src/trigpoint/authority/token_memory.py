"""A memory of tokens that is bounded in bytes: whoever signs tokens chooses how long they are."""

from typing import TypeVar

Kept = TypeVar("Kept")

MOST_BYTES = 32 * 1024 * 1024
"""How much one memory may hold: some 18,000 tokens of usual length."""
EACH_BYTES = 600
"""What an entry takes beside the texts of its token: the dictionary's slot, the objects, their numbers."""


class TokenMemory(dict[str, Kept]):
    """Values by token. Looking up is that of a dictionary; `keep` lets the oldest half go when the memory is full."""

    __slots__ = ("_limit", "weight")

    def __init__(self, limit: int = MOST_BYTES) -> None:
        super().__init__()
        self._limit = limit
        self.weight = 0

    def keep(self, token: str, value: Kept) -> None:
        """Keep a value for a token; `weight` is at most the limit afterwards, in bytes."""
        if token not in self:
            self.weight += _weigh(token)
        self[token] = value
        if self.weight > self._limit:
            for old in list(self)[: (len(self) + 1) // 2]:
                del self[old]
            self.weight = sum(map(_weigh, self))
            if self.weight > self._limit:
                self.clear()
                self.weight = 0


def _weigh(token: str) -> int:
    """Estimate the bytes of an entry: the token, and its claims, which are no longer than it."""
    return 2 * len(token) + EACH_BYTES
