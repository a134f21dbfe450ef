"""A ledger that has gone back: the database has lost entries that a process had read, as after some failovers.

A standby that becomes primary without the last commits of the old primary has lost changes that were confirmed, perhaps
revocations. A process that has read them can say which: so it keeps a summary of the last entries that it has read.
"""

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from trigpoint.base.clock import Milliseconds, to_iso, to_seconds
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.ledger import Entry, Head
from trigpoint.store.reader import Reader

MOST_KEPT = 1000
"""Most entries of which a summary is kept, the latest."""
MOST_LOGGED = 100
"""Most lost entries that are logged one by one."""
REPLACED_HEAD = "replacedHead"
"""The member of the details of `backup.restored` with the head of the ledger that the backup has replaced."""
_LOG = logging.getLogger("trigpoint.authority")


class ReadEntry(NamedTuple):
    """The summary of an entry that was read; `at` is in milliseconds since the epoch."""

    sequence: int
    hash: str
    at: Milliseconds
    kind: str
    subject: str
    team_id: TeamId | None

    @property
    def words(self) -> str:
        """The entry for the log, without e-mail addresses: `entry 8, key.revoked 2X9R4HXF34, team K5GNLXS2QT, 2026-…Z`."""
        subject = "" if "@" in self.subject else f" {self.subject}"
        team = "" if self.team_id is None else f", team {self.team_id}"
        return f"entry {self.sequence}, {self.kind}{subject}{team}, {to_iso(to_seconds(self.at))}"


@dataclass(frozen=True, slots=True)
class GoneBack:
    """One time at which the ledger lacked entries that this process had read.

    `known` is the position up to which the process had read, and `found` the head of the ledger at the time `at` (seconds
    since the epoch). `lost` are the missing entries, as far as this process had read them itself.
    """

    known: Head
    found: Head
    at: float
    lost: tuple[ReadEntry, ...]

    @property
    def words(self) -> str:
        """Two sentences for the log and `/readyz`; only the log names the lost entries."""
        return (
            f"The ledger has gone back: entry {self.known.sequence} ({self.known.hash[:12]}…), which this worker had read, is "
            f"not in the database any more; at {to_iso(self.at)} its ledger ended at entry {self.found.sequence}. Changes that "
            f"were answered are lost, as after a failover to a standby without the last commits, revocations perhaps "
            f"among them: do them again (docs/database.md)."
        )


class RecentEntries:
    """Summaries of the last entries that a process has read."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._entries: deque[ReadEntry] = deque(maxlen=most)

    def add(self, entries: Iterable[Entry]) -> None:
        """Add entries, in the order in which they were read."""
        self._entries.extend(
            ReadEntry(one.sequence, one.hash, one.at, one.kind, one.subject, one.team_id) for one in entries
        )

    def take_lost(self, reader: Reader) -> tuple[ReadEntry, ...]:
        """Give the summaries of entries that the database does not have any more, and remove them."""
        if not self._entries:
            return ()
        first, last = self._entries[0].sequence, self._entries[-1].sequence
        here = {one.sequence: one.hash for one in reader.entries(after=first - 1, before=last + 1)}
        lost = tuple(one for one in self._entries if here.get(one.sequence) != one.hash)
        kept = [one for one in self._entries if here.get(one.sequence) == one.hash]
        self._entries.clear()
        self._entries.extend(kept)
        return lost


def is_replaced(entries: Sequence[Entry], known: Head) -> bool:
    """Tell whether the operator has replaced the ledger by that of a backup: then nothing was lost."""
    return any(
        one.kind == EventKind.BACKUP_RESTORED and one.details.get(REPLACED_HEAD) == str(known) for one in entries
    )


def log_gone_back(gone_back: GoneBack) -> None:
    """Log that the ledger has gone back, and each lost entry that is known, on a line of its own."""
    _LOG.critical("%s The cache was cleared, and is filled again from the database.", gone_back.words)
    for entry in gone_back.lost[:MOST_LOGGED]:
        _LOG.critical("Lost from the ledger: %s.", entry.words)
    if len(gone_back.lost) > MOST_LOGGED:
        _LOG.critical("Lost from the ledger: %d more entries.", len(gone_back.lost) - MOST_LOGGED)
