"""What every request needs to know, held in memory: keys as they are needed, and signing secrets, as of a place in the ledger.

The way of a request whose key is remembered reads no table. `is_behind` costs a fraction of a microsecond; only when the
ledger has moved on does `refresh` read the new entries, and what they name of that which is remembered (`key_memory.py`).
A ledger that does not go on from what was read has gone back (`gone_back.py`): then everything is forgotten.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence

from trigpoint.authority.gone_back import GoneBack, ReadEntry, ReadLately, is_replaced, tell
from trigpoint.authority.key_memory import MOST_KEYS, KeyMemory, Named
from trigpoint.authority.vault import Vault
from trigpoint.base.clock import Clock
from trigpoint.base.ids import KeyId
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.ledger import Entry, Head, is_continued
from trigpoint.store.opening import Store
from trigpoint.store.reader import Reader

SECRET_PURPOSE = "signing secret"  # noqa: S105 (a label, not a secret)
ENDS_OF_HALVES = frozenset({EventKind.KEY_DOWNLOADED, EventKind.KEY_REVOKED, EventKind.KEY_HALF_DESTROYED})
CHANGES_OF_SECRETS = frozenset({EventKind.SIGNING_SECRET_ROTATED, EventKind.SIGNING_SECRET_FORGOTTEN})
MOST_READ_ANEW = 500
"""How many remembered keys are read anew at once when the ledger names them; more of them are forgotten."""


class Memory:
    """The world as this process knows it. Reading it takes no lock: each value is replaced whole."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        *,
        shred: Callable[[KeyId], None] = lambda _key_id: None,
        most_keys: int = MOST_KEYS,
        clock: Clock = time.time,
    ) -> None:
        """Read from `store`; `shred` destroys what this machine has of a private half that waits no more."""
        self._shred = shred
        self._clock = clock
        self._store = store
        self._vault = vault
        self._watch = store.watch
        self._refreshing = threading.Lock()
        self.keys = KeyMemory(most_keys)
        self.signing_secrets: dict[str, bytes] = {}
        self.newest_secret_id = ""
        self.gone_back: tuple[GoneBack, ...] = ()
        """The times that the ledger had gone back, since the process began."""
        self.also_forget: list[Callable[[], None]] = []
        """What else remembers something of the ledger's past: called, from any thread, when the ledger has gone back."""
        self._read_lately = ReadLately()
        self.is_behind = self._watch.moved
        self._watch.follow(self.refresh)

    @property
    def sequence(self) -> int:
        """The place in the ledger that was read up to; -1 before the first reading."""
        return -1 if self.keys.head is None else self.keys.head.sequence

    def refresh(self) -> None:
        """Catch up with the ledger; raise `UnavailableError` if the database does not answer."""
        with self._refreshing:  # one after the other: what was read earlier never replaces what was read later
            mark = self._watch.mark()
            with self._store.read() as reader:
                head = reader.head()
                self._read_up_to(reader, head)
            self._watch.settle(mark, head)

    def load(self, key_ids: Collection[KeyId]) -> None:
        """Read keys from the database, in one question; raise `UnavailableError` if it does not answer.

        Afterwards each of them was remembered, or known to be nobody's.
        """
        self.keys.counts.questions += 1
        with self._store.read() as reader:
            head, found = reader.facts(key_ids)
        if self.keys.remember(key_ids, found, as_of=head):
            return
        with self._refreshing:  # the ledger has moved: it is read up to the very place that the keys are of
            mark = self._watch.mark()
            with self._store.read() as reader:
                head, found = reader.facts(key_ids)
                self._read_up_to(reader, head)
                self.keys.remember(key_ids, found, as_of=head)
            self._watch.settle(mark, head)

    def find(self, key_id: KeyId) -> KeyFacts | None:
        """Find a key, in memory or in the database: where nobody waits for an answer in microseconds."""
        if self.keys.lacks(key_id):
            self.load([key_id])
        return self.keys.find(key_id)

    def _read_up_to(self, reader: Reader, head: Head) -> None:
        """Bring memory to a place in the ledger that the database has just told."""
        known = self.keys.head
        if head == known:
            return
        if known is None:
            self._load_secrets(reader)
            self.keys.begin_anew(head)
            return
        entries = list(reader.entries(after=known.sequence))
        if is_continued(known, entries, head=head):
            self._follow(reader, entries, head)
        else:
            self._begin_anew(reader, known, head, is_foreseen=is_replaced(entries, known))

    def _begin_anew(self, reader: Reader, known: Head, head: Head, *, is_foreseen: bool) -> None:
        """Forget everything, because the ledger is not the one that was read; say so, unless somebody wanted it."""
        self._load_secrets(reader)
        self.keys.begin_anew(head)
        for forget in self.also_forget:
            forget()
        lost: tuple[ReadEntry, ...] = ()
        try:
            lost = self._read_lately.take_lost(reader)
        finally:  # it is told also if the database ceases to answer now
            if not is_foreseen:
                self.gone_back = (*self.gone_back, GoneBack(known, head, self._clock(), lost))
                tell(self.gone_back[-1])

    def _follow(self, reader: Reader, entries: Sequence[Entry], head: Head) -> None:
        """Take in the entries since the last look, and read anew what they name of that which is remembered."""
        self._read_lately.add(entries)
        kinds = {entry.kind for entry in entries}
        for entry in entries:
            if entry.kind in ENDS_OF_HALVES:
                self._shred(KeyId(entry.subject))
        if kinds & CHANGES_OF_SECRETS or EventKind.BACKUP_RESTORED in kinds:
            self._load_secrets(reader)
        if EventKind.BACKUP_RESTORED in kinds:  # anything may have changed
            self.keys.begin_anew(head)
            return
        named = named_in(entries)
        wanted = self.keys.named_by(named)
        fresh = reader.facts(wanted)[1] if 0 < len(wanted) <= MOST_READ_ANEW else {}
        self.keys.move_on(head, named, fresh)

    def _load_secrets(self, reader: Reader) -> None:
        sealed = reader.signing_secrets()
        self.signing_secrets = {
            secret_id: self._vault.open(secret, f"{SECRET_PURPOSE}:{secret_id}") for secret_id, secret, _ in sealed
        }
        self.newest_secret_id = sealed[0][0] if sealed else ""


def named_in(entries: Iterable[Entry]) -> Named:
    """Say what entries of the ledger name: the keys and Maps tokens that they are about, or whose limits changed."""
    key_ids: set[KeyId] = set()
    subjects: set[str] = set()
    for entry in entries:
        if entry.kind.startswith(("key.", "maps_token.")):
            key_ids.add(KeyId(entry.subject))
        elif entry.kind == EventKind.QUOTA_SET:
            kind, _, name = entry.subject.partition(":")
            if kind == "key":
                key_ids.add(KeyId(name))
            else:
                subjects.add(entry.subject)
    return Named(key_ids, subjects)
