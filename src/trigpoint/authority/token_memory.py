"""A cache by token, bounded in bytes: the length of a token is chosen by whoever signs it."""

from typing import TypeVar

Kept = TypeVar("Kept")

MOST_BYTES = 32 * 1024 * 1024
"""Size of a cache: some 18,000 tokens of usual length."""
EACH_BYTES = 600
"""Size of an entry without the text of its token and claims: the slot of the dictionary, and the objects."""


class TokenMemory(dict[str, Kept]):
    """Values by token, for fast lookup a dictionary. When it is full, `keep` removes the oldest half."""

    __slots__ = ("_limit", "weight")

    def __init__(self, limit: int = MOST_BYTES) -> None:
        super().__init__()
        self._limit = limit
        self.weight = 0

    def keep(self, token: str, value: Kept) -> None:
        """Store a value for a token. Afterwards `weight`, in bytes, is at most the limit."""
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
    """Estimate the size of an entry in bytes: the token, and its claims, which are no longer than the token."""
    return 2 * len(token) + EACH_BYTES
