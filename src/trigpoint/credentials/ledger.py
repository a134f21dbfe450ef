"""The ledger: an append-only chain of events. Each entry carries the SHA-256 of the one before it.

Whoever keeps one pair of sequence and hash outside the database can tell later whether anything up to it was altered,
removed or reordered.
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
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its place. `at` is in milliseconds since the epoch; `previous` and `hash` are hexadecimal."""

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
    """The end of the chain: the sequence and hash of its last entry; 0 and `GENESIS` when it is empty."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        """Write it as `read_head` reads it: `42:9f86d081…`."""
        return f"{self.sequence}:{self.hash}"


EMPTY = Head(0, GENESIS)
_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)


def read_head(text: str, *, name: str) -> Head:
    """Read a head as a verification shows it: `42:9f86d081…`; an error names the parameter."""
    match = _HEAD.fullmatch(text)
    if match is None:
        raise InvalidError(name, "a number, a colon and 64 hexadecimal digits", example="42:9f86d081…", received=text)
    return Head(int(match[1]), match[2])


class Fault(StrEnum):
    """What is wrong with an entry."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """The first entry at which the chain is broken."""

    sequence: int
    fault: Fault
    detail: str


def append(head: Head, event: Event, at: Milliseconds) -> Entry:
    """Give an event its place behind the head of the chain."""
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
    """Hash an entry: SHA-256 over the JSON array of its fields, members sorted, ASCII, without white space."""
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
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def verify(entries: Iterable[Entry], *, head: Head, start: Head = EMPTY) -> LedgerFault | None:
    """Walk the chain from `start` to `head`, and return the first fault, or None if it holds.

    `entries` come as they are stored. `head` is what the end must be: from the database, or kept by an auditor.
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
            detail = f"Entry {last.sequence} is not the one that the chain's head names."
            return LedgerFault(last.sequence, Fault.ALTERED, detail)
    if last.sequence < head.sequence:
        detail = f"Entry {last.sequence + 1} is missing: the chain ends there, and its head is at {head.sequence}."
        return LedgerFault(last.sequence + 1, Fault.MISSING, detail)
    return None


def is_continued(known: Head, entries: Sequence[Entry], *, head: Head) -> bool:
    """Tell whether a chain that ends at `head` now is the one that ended at `known` before, or goes on from there.

    `entries` are those after the sequence of `known`, as they are stored. The first one carries the hash of the entry before
    it, so that a chain which was cut and has grown again, to whatever length, is told from the one that was read.
    """
    if head.sequence <= known.sequence or not entries:
        return head == known
    return entries[0].sequence == known.sequence + 1 and entries[0].previous == known.hash


def _comes_later(sequence: int, rest: Iterable[Entry]) -> bool:
    return any(entry.sequence == sequence for entry in rest)


def _fault_at(entry: Entry, last: Head) -> LedgerFault | None:
    """Tell what is wrong with an entry that follows `last`."""
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
