"""The cache of keys of a process, and of Key IDs that do not exist. It is valid for a position in the ledger (`head`).

1. Every cached key is as it was at this position, or later.
2. When the process reads further, the keys that the new entries name are replaced or evicted in the same step.
3. A key from the database is cached only if it was read at exactly this position, with the same hash. Otherwise an entry in
   between may have revoked it, or the position may be in another ledger (`ledger.is_continued`).

So a process that has read about a revocation never finds the key active, whether the key was cached, evicted or being read
from the database at that moment (`tests/store/test_confirming.py` tries the steps in every order).
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass

from trigpoint.base.ids import KeyId, is_ten_character_id
from trigpoint.credentials.facts import KeyFacts, subjects_of
from trigpoint.credentials.ledger import Head

MOST_KEYS = 16_000
"""Default size of the cache; a key takes about 3.2 kB, of which 2.2 kB are its parsed public half."""
MOST_UNKNOWN = 50_000
"""Most unknown Key IDs that are cached: 7 MB."""


@dataclass(frozen=True, slots=True)
class Named:
    """What entries of the ledger name: Key IDs, and subjects of limits (teams and Maps IDs), which stand for all their keys."""

    key_ids: AbstractSet[KeyId] = frozenset()
    subjects: AbstractSet[str] = frozenset()


@dataclass(slots=True)
class Counts:
    """Counters of lookups that were not in the cache, since the process started; `questions` are queries of the database."""

    misses: int = 0
    evictions: int = 0
    unknown: int = 0
    questions: int = 0


class KeyMemory:
    """An LRU cache of keys by Key ID. `find` takes no lock: it is one lookup in a dictionary."""

    def __init__(self, most: int = MOST_KEYS, *, most_unknown: int = MOST_UNKNOWN) -> None:
        self.most = most
        self.hits = 0
        self.counts = Counts()
        self.head: Head | None = None
        """The position in the ledger up to which the process has read. Cached verdicts are valid while it is the same object."""
        self._most_unknown = most_unknown
        self._changing = threading.Lock()
        self._known: OrderedDict[KeyId, KeyFacts] = OrderedDict()
        self._move_to_end = self._known.move_to_end
        self._unknown: dict[KeyId, None] = {}

    def __len__(self) -> int:
        """Give the number of cached keys."""
        return len(self._known)

    def find(self, key_id: KeyId) -> KeyFacts | None:
        """Give a cached key; None if it is not cached."""
        known = self._known.get(key_id)
        if known is not None:
            self.hits += 1
            try:  # noqa: SIM105 (every call with a cached key does this, and `suppress` takes longer than the rest)
                self._move_to_end(key_id)
            except KeyError:  # another thread has just evicted it: it was valid when the call arrived
                pass
        return known

    def count(self) -> dict[str, int]:
        """Give the counters of lookups since the process started."""
        return {"hits": self.hits, **asdict(self.counts)}

    def lacks(self, key_id: object) -> bool:
        """Tell whether a Key ID must be looked up in the database."""
        return is_ten_character_id(key_id) and key_id not in self._known and key_id not in self._unknown

    def remember(self, wanted: Iterable[KeyId], found: Mapping[KeyId, KeyFacts], *, as_of: Head) -> bool:
        """Cache the keys that the database has `found` of those `wanted`, and that the others are unknown.

        `as_of` is the position in the ledger at which they were read. False if the process is at another position: then
        nothing was cached (rule 3).
        """
        with self._changing:
            if as_of != self.head:
                return False
            new = [key_id for key_id in wanted if key_id not in self._known]
            none = [key_id for key_id in new if key_id not in found]
            self._make_room(len(none))
            self._unknown.update(dict.fromkeys(none))
            for key_id in new:
                if key_id in found:
                    self._known[key_id] = found[key_id]
            while len(self._known) > self.most:
                self._known.popitem(last=False)
                self.counts.evictions += 1
            self.counts.misses += len(new)
            self.counts.unknown += len(none)
            return True

    def named_by(self, named: Named) -> set[KeyId]:
        """Give the cached keys that entries of the ledger name."""
        here = named.key_ids & self._known.keys()
        if named.subjects:
            here |= {
                key.key_id
                for key in self._everything()
                if not named.subjects.isdisjoint(subjects_of(key.key_id, key.team_id, key.maps_id))
            }
        return here

    def advance(self, head: Head, named: Named, fresh: Mapping[KeyId, KeyFacts]) -> None:
        """Move to a later position in the ledger: the keys that its entries name are replaced by `fresh`, or evicted (rule 2)."""
        with self._changing:
            for key_id in self.named_by(named):
                if key_id in fresh:
                    self._known[key_id] = fresh[key_id]
                else:
                    del self._known[key_id]
            self._unknown.clear()
            self.head = head

    def clear(self, head: Head) -> None:
        """Clear the cache, and start at a position in the ledger."""
        with self._changing:
            self._known.clear()
            self._unknown.clear()
            self.head = head

    def _everything(self) -> list[KeyFacts]:
        while True:
            try:
                return list(self._known.values())
            except RuntimeError:  # another thread has just moved a key to the end
                continue

    def _make_room(self, more: int) -> None:
        """Evict the oldest unknown Key IDs if there are too many; those that are added next always have room."""
        if len(self._unknown) + more > self._most_unknown:
            for key_id in list(self._unknown)[: len(self._unknown) // 2 + more]:
                del self._unknown[key_id]
