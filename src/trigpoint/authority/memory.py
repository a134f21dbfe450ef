"""The data that every request needs, in memory: cached keys, and the signing secrets, as of a position in the ledger.

A request with a cached key needs no query. `is_behind` takes a fraction of a microsecond; if the ledger has new entries,
`refresh` reads them, and reads the cached keys that they name again (`key_memory.py`). If the ledger does not continue what
was read, it has gone back (`gone_back.py`): then everything is cleared.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence

from trigpoint.authority.gone_back import GoneBack, ReadEntry, RecentEntries, is_replaced, log_gone_back
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
"""Most cached keys that are read again when new entries name them; if there are more, they are evicted instead."""


class Memory:
    """The cached state of the installation. It is read without a lock, because each value is replaced as a whole."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        *,
        shred: Callable[[KeyId], None] = lambda _key_id: None,
        most_keys: int = MOST_KEYS,
        clock: Clock = time.time,
    ) -> None:
        """Make an empty cache. `shred` destroys the data key of a private half that was downloaded or has ended."""
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
        """The times at which the ledger had gone back, since the process started."""
        self.also_forget: list[Callable[[], None]] = []
        """Functions that clear other caches; they are called, from any thread, when the ledger has gone back."""
        self._recent_entries = RecentEntries()
        self.is_behind = self._watch.moved
        self._watch.follow(self.refresh)

    @property
    def sequence(self) -> int:
        """The sequence up to which the ledger was read; -1 before it was read for the first time."""
        return -1 if self.keys.head is None else self.keys.head.sequence

    def refresh(self) -> None:
        """Catch up with the ledger; raise `UnavailableError` if the database does not respond."""
        with self._refreshing:  # one at a time, so that older data never replaces newer data
            mark = self._watch.mark()
            with self._store.read() as reader:
                head = reader.head()
                self._read_up_to(reader, head)
            self._watch.settle(mark, head)

    def load(self, key_ids: Collection[KeyId]) -> None:
        """Read keys from the database, in one query; afterwards each of them was cached, or is known not to exist.

        Raises `UnavailableError` if the database does not respond.
        """
        self.keys.counts.questions += 1
        with self._store.read() as reader:
            head, found = reader.facts(key_ids)
        if self.keys.remember(key_ids, found, as_of=head):
            return
        with (
            self._refreshing
        ):  # the ledger has new entries: they are read up to the position at which the keys are read
            mark = self._watch.mark()
            with self._store.read() as reader:
                head, found = reader.facts(key_ids)
                self._read_up_to(reader, head)
                self.keys.remember(key_ids, found, as_of=head)
            self._watch.settle(mark, head)

    def find(self, key_id: KeyId) -> KeyFacts | None:
        """Find a key in the cache, else in the database; None if there is none. For callers that may wait for a query."""
        if self.keys.lacks(key_id):
            self.load([key_id])
        return self.keys.find(key_id)

    def _read_up_to(self, reader: Reader, head: Head) -> None:
        """Read the ledger up to `head`, its present end."""
        known = self.keys.head
        if head == known:
            return
        if known is None:
            self._load_secrets(reader)
            self.keys.clear(head)
            return
        entries = list(reader.entries(after=known.sequence))
        if is_continued(known, entries, head=head):
            self._follow(reader, entries, head)
        else:
            self._start_over(reader, known, head, is_foreseen=is_replaced(entries, known))

    def _start_over(self, reader: Reader, known: Head, head: Head, *, is_foreseen: bool) -> None:
        """Clear everything, because the ledger is not the one that was read; log it, unless a backup was restored."""
        self._load_secrets(reader)
        self.keys.clear(head)
        for forget in self.also_forget:
            forget()
        lost: tuple[ReadEntry, ...] = ()
        try:
            lost = self._recent_entries.take_lost(reader)
        finally:  # it is logged also if the database stops responding now
            if not is_foreseen:
                self.gone_back = (*self.gone_back, GoneBack(known, head, self._clock(), lost))
                log_gone_back(self.gone_back[-1])

    def _follow(self, reader: Reader, entries: Sequence[Entry], head: Head) -> None:
        """Process new entries of the ledger: read the cached keys and the secrets again that they name."""
        self._recent_entries.add(entries)
        kinds = {entry.kind for entry in entries}
        for entry in entries:
            if entry.kind in ENDS_OF_HALVES:
                self._shred(KeyId(entry.subject))
        if kinds & CHANGES_OF_SECRETS or EventKind.BACKUP_RESTORED in kinds:
            self._load_secrets(reader)
        if EventKind.BACKUP_RESTORED in kinds:  # anything may have changed
            self.keys.clear(head)
            return
        named = named_in(entries)
        wanted = self.keys.named_by(named)
        fresh = reader.facts(wanted)[1] if 0 < len(wanted) <= MOST_READ_ANEW else {}
        self.keys.advance(head, named, fresh)

    def _load_secrets(self, reader: Reader) -> None:
        sealed = reader.signing_secrets()
        self.signing_secrets = {
            secret_id: self._vault.open(secret, f"{SECRET_PURPOSE}:{secret_id}") for secret_id, secret, _ in sealed
        }
        self.newest_secret_id = sealed[0][0] if sealed else ""


def named_in(entries: Iterable[Entry]) -> Named:
    """Give what entries of the ledger name: the keys and Maps tokens that were changed, or whose limits were."""
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
