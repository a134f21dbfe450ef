"""The keys that a process remembers: a bounded number of them, and the Key IDs that nobody has, as of a place in the ledger.

1. What is remembered was true at the place that the process has read up to, or later.
2. Whoever brings the process on to a later place takes out, or replaces, what the entries on the way name, in one step.
3. What was read from the database is kept only if it is of that very place, hash and all: of an earlier one it may be what an
   entry on the way has ended, and of a place in another ledger it says nothing (`ledger.is_continued`).

So a process that has read about a revocation never finds the key active, whether it was remembered, forgotten or on its
way from the database meanwhile (`tests/store/test_confirming.py` tries the steps in every order).
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
"""How many keys are remembered unless it is set otherwise; one takes about 3.2 kB, of which 2.2 are its parsed public half."""
MOST_UNKNOWN = 50_000
"""How many Key IDs are remembered that nobody has: 7 MB."""


@dataclass(frozen=True, slots=True)
class Named:
    """What entries of the ledger name: keys by Key ID, and teams and Maps IDs, as subjects of limits, with all their keys."""

    key_ids: AbstractSet[KeyId] = frozenset()
    subjects: AbstractSet[str] = frozenset()


@dataclass(slots=True)
class Counts:
    """What became of look-ups that found nothing in memory, since the process began."""

    misses: int = 0
    evictions: int = 0
    unknown: int = 0
    questions: int = 0


class KeyMemory:
    """Keys by Key ID. `find` takes no lock, and is one look into a dictionary; what was found last is forgotten last."""

    def __init__(self, most: int = MOST_KEYS, *, most_unknown: int = MOST_UNKNOWN) -> None:
        self.most = most
        self.hits = 0
        self.counts = Counts()
        self.head: Head | None = None
        """The place in the ledger that was read up to. Verdicts are kept with it, and stand as long as it is this very object."""
        self._most_unknown = most_unknown
        self._changing = threading.Lock()
        self._known: OrderedDict[KeyId, KeyFacts] = OrderedDict()
        self._move_to_end = self._known.move_to_end
        self._unknown: dict[KeyId, None] = {}

    def __len__(self) -> int:
        """Count the keys that are remembered."""
        return len(self._known)

    def find(self, key_id: KeyId) -> KeyFacts | None:
        """Give a key that is remembered."""
        known = self._known.get(key_id)
        if known is not None:
            self.hits += 1
            try:  # noqa: SIM105 (every warm call comes by here, and `suppress` costs more than all of it)
                self._move_to_end(key_id)
            except KeyError:  # another thread took it out this moment: it was true when the call came
                pass
        return known

    def count(self) -> dict[str, int]:
        """Tell what became of look-ups since the process began."""
        return {"hits": self.hits, **asdict(self.counts)}

    def lacks(self, key_id: object) -> bool:
        """Tell whether the database must be asked whether there is such a key."""
        return is_ten_character_id(key_id) and key_id not in self._known and key_id not in self._unknown

    def remember(self, asked: Iterable[KeyId], found: Mapping[KeyId, KeyFacts], *, as_of: Head) -> bool:
        """Keep what the database had of the keys that were `asked` for, at a place in the ledger or later.

        False if the process has read up to another place: what was read is to be thrown away (rule 3).
        """
        with self._changing:
            if as_of != self.head:
                return False
            new = [key_id for key_id in asked if key_id not in self._known]
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
        """List the keys that are remembered and that entries of the ledger name."""
        here = named.key_ids & self._known.keys()
        if named.subjects:
            here |= {
                key.key_id
                for key in self._everything()
                if not named.subjects.isdisjoint(subjects_of(key.key_id, key.team_id, key.maps_id))
            }
        return here

    def move_on(self, head: Head, named: Named, fresh: Mapping[KeyId, KeyFacts]) -> None:
        """Go on to a later place in the ledger: what its entries name is replaced by `fresh`, or forgotten (rule 2)."""
        with self._changing:
            for key_id in self.named_by(named):
                if key_id in fresh:
                    self._known[key_id] = fresh[key_id]
                else:
                    del self._known[key_id]
            self._unknown.clear()
            self.head = head

    def begin_anew(self, head: Head) -> None:
        """Forget everything, and begin at a place in the ledger."""
        with self._changing:
            self._known.clear()
            self._unknown.clear()
            self.head = head

    def _everything(self) -> list[KeyFacts]:
        while True:
            try:
                return list(self._known.values())
            except RuntimeError:  # another thread found a key this moment, and put it last
                continue

    def _make_room(self, more: int) -> None:
        """Let the oldest unknown Key IDs go; those that come now stay in any case, for whoever asked for them."""
        if len(self._unknown) + more > self._most_unknown:
            for key_id in list(self._unknown)[: len(self._unknown) // 2 + more]:
                del self._unknown[key_id]
