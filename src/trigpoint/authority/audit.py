"""The desk of the audit trail: the ledger, read and verified."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trigpoint.authority.teams import find_team
from trigpoint.base.errors import ForbiddenError, UnavailableError
from trigpoint.credentials import ledger
from trigpoint.credentials.ledger import Entry, Fault, Head, LedgerFault
from trigpoint.credentials.roles import SYSTEM, Actor, Permission
from trigpoint.credentials.webhook import without_secrets
from trigpoint.store.contradictions import Contradiction
from trigpoint.store.opening import Store

PAGE = 100
BEFORE_ALL = -(2**63)
"""A sequence before the first that an entry can have in the database, also one that somebody has inserted there."""
SHOWN = 3
"""How many rows that were changed past the ledger a verification names."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of verifying the whole ledger. An auditor may store `head`, and pass it to a later verification."""

    head: Head
    entries: int
    fault: LedgerFault | None

    @property
    def holds(self) -> bool:
        """Tell whether no entry was altered, removed or reordered, and nothing was changed past the ledger."""
        return self.fault is None


class Audit:
    """Reads the ledger, and verifies that it was not changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._verifying = threading.Lock()

    def events(
        self,
        actor: Actor,
        *,
        team_id: str | None = None,
        subject: str | None = None,
        kind: str | None = None,
        before: int | None = None,
        limit: int = PAGE,
    ) -> Sequence[Entry]:
        """Give entries that match the filters, the newest first; with `before`, those before that sequence.

        Without a team, they are those of the whole installation, for the operator only. Addresses in invitations are left
        out for members who may not invite, and URLs of webhooks are shortened for members who may not see webhooks.
        """
        with self._store.read() as reader:
            if team_id is None and not actor.operator:
                raise ForbiddenError(
                    "Only the operator may see the audit trail of the whole installation; name a team."
                )
            team = find_team(reader, actor, team_id).team_id if team_id is not None else None
            found = reader.entries(
                before=before, team_id=team, subject=subject, kind=kind, newest_first=True, limit=limit
            )
            return [_for_reader(actor, entry) for entry in found]

    def verify(self, actor: Actor = SYSTEM, *, expected: Head | None = None) -> Verification:
        """Verify the whole ledger. `expected` is a head that an auditor has stored: the ledger must contain it.

        Then compare the database with it. What belongs to teams that the actor may not see is not named.
        One verification runs at a time in a process, others raise UnavailableError: a long ledger takes a while, and any
        member may start one, so that a few could keep all threads busy.
        """
        if not self._verifying.acquire(blocking=False):
            raise UnavailableError("Another verification is running on this worker. Try again shortly.")
        try:
            return self._verify(actor, expected)
        finally:
            self._verifying.release()

    def _verify(self, actor: Actor, expected: Head | None) -> Verification:
        with self._store.read_at_one_moment() as reader:
            head = reader.head()
            fault = ledger.verify(reader.entries(after=BEFORE_ALL), head=head, is_own_head=True)
            if fault is None and expected is not None:
                upto = reader.entries(after=BEFORE_ALL, before=expected.sequence + 1)
                fault = ledger.verify(upto, head=expected)
            if fault is None:
                fault = _contradicted(actor, reader.contradictions(limit=SHOWN + 1), head)
        return Verification(head, head.sequence, fault)


def _contradicted(actor: Actor, found: Sequence[Contradiction], head: Head) -> LedgerFault | None:
    """Make the fault for rows that were changed past the ledger, with the first entry that one of them contradicts."""
    if not found:
        return None
    first = min(found, key=lambda one: (one.sequence is None, one.sequence or 0))
    said = [_sentence(actor, one) for one in found[:SHOWN]]
    more = " There are more." if len(found) > SHOWN else ""
    detail = " ".join(said) + f"{more} Somebody wrote to the database past Trigpoint."
    return LedgerFault(first.sequence or head.sequence, Fault.CONTRADICTED, detail)


def _sentence(actor: Actor, one: Contradiction) -> str:
    if actor.operator or (one.team_id is not None and actor.may(Permission.CHANGE_MEMBERS, one.team_id)):
        return f"The {one.noun} {one.subject} {one.wrong}."
    where = "of your team" if one.team_id is not None and actor.may(Permission.READ, one.team_id) else "of others"
    entry = "no entry made it" if one.sequence is None else f"entry {one.sequence} says something else"
    return f"A row of the database ({one.noun}, {where}) differs: {entry}."


def _for_reader(actor: Actor, entry: Entry) -> Entry:
    """Remove from an entry what the actor may not see. Its hash is still that of the complete entry."""
    if entry.team_id is None:
        return entry
    if entry.kind.startswith("webhook.") and not actor.may(Permission.CHANGE_WEBHOOKS, entry.team_id):
        return without_secrets(entry)
    if entry.kind.startswith("invitation.") and not actor.may(Permission.CHANGE_MEMBERS, entry.team_id):
        return replace(entry, details={name: value for name, value in entry.details.items() if name != "email"})
    return entry
