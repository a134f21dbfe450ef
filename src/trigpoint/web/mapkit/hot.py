"""Answers that a worker keeps for a moment: many pages look at the same tiles. Whoever asks was judged before."""

from typing import NamedTuple

from trigpoint.web.mapkit.answers import Answer

KEPT_S = 60.0
"""How long an answer is kept: so long may a tile server of the operator's own be ahead of what is shown."""
MOST_BYTES = 16 * 1024 * 1024
ENTRY_BYTES = 500
"""What an entry takes beside the body, about."""


class Kept(NamedTuple):
    """An answer with its ETag, of which version of its set (an object that is replaced with it), and until when."""

    version: object
    until: float
    answer: Answer
    etag: bytes


class HotAnswers(dict[str, Kept]):
    """Answers by path, at most so many bytes of them: the oldest half goes when there are more."""

    __slots__ = ("_limit", "weight")

    def __init__(self, limit: int = MOST_BYTES) -> None:
        super().__init__()
        self._limit = limit
        self.weight = 0

    def keep(self, path: str, kept: Kept) -> None:
        """Keep an answer; `weight` is at most the limit afterwards, in bytes. A very large one is not kept."""
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
