"""A ledger that has gone back: what a process has read of it lately, and what of that the database has lost.

A standby that becomes primary without the last commits of the old one has lost the ends of keys that were answered. Whoever
read them can say which: so the last entries that were read are kept, as much of each as a line of the log shows.
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
"""How many entries are kept, those that were read last."""
MOST_TOLD = 100
"""How many lost entries the log names."""
REPLACED_HEAD = "replacedHead"
"""The detail of `backup.restored` that names the head which a backup took the place of."""
_LOG = logging.getLogger("trigpoint.authority")


class ReadEntry(NamedTuple):
    """What is kept of an entry; `at` is in milliseconds since the epoch. Addresses of people are left out."""

    sequence: int
    hash: str
    at: Milliseconds
    kind: str
    subject: str
    team_id: TeamId | None

    @property
    def words(self) -> str:
        """Say what it recorded: `entry 8, key.revoked 2X9R4HXF34, team K5GNLXS2QT, 2026-11-27T14:03:31Z`."""
        subject = "" if "@" in self.subject else f" {self.subject}"
        team = "" if self.team_id is None else f", team {self.team_id}"
        return f"entry {self.sequence}, {self.kind}{subject}{team}, {to_iso(to_seconds(self.at))}"


@dataclass(frozen=True, slots=True)
class GoneBack:
    """One time that the ledger was found without what was read of it.

    `known` is what had been read up to, and `found` where the ledger ended then; `at` is in seconds since the epoch.
    `lost` are the entries that are missing, as far as this process had read them itself.
    """

    known: Head
    found: Head
    at: float
    lost: tuple[ReadEntry, ...]

    @property
    def words(self) -> str:
        """Say it in two sentences, for the log and `/readyz`; which changes are lost is for the log alone."""
        return (
            f"The ledger has gone back: entry {self.known.sequence} ({self.known.hash[:12]}…), which this worker had read, is "
            f"not in the database any more; at {to_iso(self.at)} its ledger ended at entry {self.found.sequence}. Changes that "
            f"were answered are lost, as after a failover to a standby without the last commits, revocations perhaps "
            f"among them: do them again (docs/database.md)."
        )


class ReadLately:
    """The last entries that a process has read of the ledger."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._entries: deque[ReadEntry] = deque(maxlen=most)

    def add(self, entries: Iterable[Entry]) -> None:
        """Keep entries, in the order in which they were read."""
        self._entries.extend(
            ReadEntry(one.sequence, one.hash, one.at, one.kind, one.subject, one.team_id) for one in entries
        )

    def take_lost(self, reader: Reader) -> tuple[ReadEntry, ...]:
        """Give what the database no longer has, and keep the rest."""
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
    """Tell whether the operator has restored a backup in place of the ledger that was read: then nothing was lost."""
    return any(
        one.kind == EventKind.BACKUP_RESTORED and one.details.get(REPLACED_HEAD) == str(known) for one in entries
    )


def tell(gone_back: GoneBack) -> None:
    """Write it into the log, and each lost entry that is known on a line of its own."""
    _LOG.critical("%s Everything that was remembered is forgotten and read anew.", gone_back.words)
    for entry in gone_back.lost[:MOST_TOLD]:
        _LOG.critical("Lost from the ledger: %s.", entry.words)
    if len(gone_back.lost) > MOST_TOLD:
        _LOG.critical("Lost from the ledger: %d more entries.", len(gone_back.lost) - MOST_TOLD)
