"""The ledger: an append-only chain of events. Each entry contains the SHA-256 hash of the previous one.

By a sequence and hash that were stored outside the database, an auditor can check later that no entry up to that sequence
was altered, removed or reordered.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from trigpoint.base.clock import Milliseconds
from trigpoint.base.errors import InvalidError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import Details, Event

GENESIS = "0" * 64
"""The previous hash of the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in the ledger. `at` is in milliseconds since the epoch; `previous` and `hash` are hexadecimal."""

    sequence: int
    at: Milliseconds
    actor: str
    team_id: TeamId | None
    kind: str
    subject: str
    details: Details
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The sequence and hash of the last entry; 0 and `GENESIS` for an empty ledger."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        """Write it as `read_head` reads it: `42:9f86d081…`."""
        return f"{self.sequence}:{self.hash}"


EMPTY = Head(0, GENESIS)
_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)


def read_head(text: str, *, name: str) -> Head:
    """Parse a head in the form `42:9f86d081…`; raise InvalidError, which names the parameter `name`."""
    match = _HEAD.fullmatch(text)
    if match is None:
        raise InvalidError(name, "a number, a colon and 64 hexadecimal digits", example="42:9f86d081…", received=text)
    return Head(int(match[1]), match[2])


class Fault(StrEnum):
    """What is wrong with an entry."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    CONTRADICTED = "contradicted"
    """The entry is whole, but a credential in the database is not as the ledger left it."""


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """The first entry at which the chain is broken, or with which the database disagrees."""

    sequence: int
    fault: Fault
    detail: str


def append(head: Head, event: Event, at: Milliseconds) -> Entry:
    """Make the entry for an event, which follows the head."""
    unsealed = Entry(
        head.sequence + 1,
        at,
        event.actor,
        event.team_id,
        event.kind.value,
        event.subject,
        event.details,
        head.hash,
        "",
    )
    return replace(unsealed, hash=hash_entry(unsealed))


def hash_entry(entry: Entry) -> str:
    """Hash an entry: SHA-256 over the JSON array of its fields, in ASCII, with sorted members and no white space."""
    fields = [
        entry.sequence,
        entry.at,
        entry.actor,
        entry.team_id,
        entry.kind,
        entry.subject,
        entry.details,
        entry.previous,
    ]
    # `default` is for values that no entry has, but that somebody can write to a database.
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=repr)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def verify(
    entries: Iterable[Entry], *, head: Head, start: Head = EMPTY, is_own_head: bool = False
) -> LedgerFault | None:
    """Verify the chain from `start` to `head`: return its first fault, or None if there is none.

    `entries` are those after `start`, in the order in which they are stored. `head` is the expected end: that of the
    database (`is_own_head`: then no entry may stand after it), or one that an auditor has stored.
    """
    last = start
    rest = iter(entries)
    for entry in rest:
        fault = _fault_at(entry, last)
        if fault is not None and fault.fault is Fault.MISSING and _comes_later(fault.sequence, rest):
            detail = f"Entry {fault.sequence} stands after entry {entry.sequence}."
            return LedgerFault(fault.sequence, Fault.REORDERED, detail)
        if fault is not None:
            return fault
        last = Head(entry.sequence, entry.hash)
        if last.sequence == head.sequence and last.hash != head.hash:
            detail = f"Entry {last.sequence} has another hash than the expected head of the ledger."
            return LedgerFault(last.sequence, Fault.ALTERED, detail)
    if is_own_head and last.sequence > head.sequence:
        detail = f"Entry {head.sequence + 1} stands after the head of the ledger, which is entry {head.sequence}."
        return LedgerFault(head.sequence + 1, Fault.REORDERED, detail)
    if last.sequence < head.sequence:
        detail = (
            f"Entry {last.sequence + 1} is missing: the ledger ends before it, but its head is entry {head.sequence}."
        )
        return LedgerFault(last.sequence + 1, Fault.MISSING, detail)
    return None


def is_continued(known: Head, entries: Sequence[Entry], *, head: Head) -> bool:
    """Tell whether a ledger with the given `head` continues the one that ended at `known` when it was last read.

    `entries` are those after the sequence of `known`, as they are stored. The first contains the hash of the previous entry,
    so that a ledger that lost entries and has new ones since is recognised, however long it is.
    """
    if head.sequence <= known.sequence or not entries:
        return head == known
    return entries[0].sequence == known.sequence + 1 and entries[0].previous == known.hash


def _comes_later(sequence: int, rest: Iterable[Entry]) -> bool:
    return any(entry.sequence == sequence for entry in rest)


def _fault_at(entry: Entry, last: Head) -> LedgerFault | None:
    """Find the fault of an entry that is stored after `last`; None if there is none."""
    expected = last.sequence + 1
    if entry.sequence < expected:
        detail = f"Entry {entry.sequence} stands after entry {last.sequence}."
        return LedgerFault(entry.sequence, Fault.REORDERED, detail)
    if entry.sequence > expected:
        detail = f"Entry {expected} is missing: entry {entry.sequence} follows entry {last.sequence}."
        return LedgerFault(expected, Fault.MISSING, detail)
    if hash_entry(entry) != entry.hash:
        detail = f"Entry {entry.sequence} does not match its own hash: it was altered after it was written."
        return LedgerFault(entry.sequence, Fault.ALTERED, detail)
    if entry.previous != last.hash:
        detail = f"Entry {entry.sequence} does not continue entry {last.sequence}: one of the two was replaced."
        return LedgerFault(entry.sequence, Fault.ALTERED, detail)
    return None
