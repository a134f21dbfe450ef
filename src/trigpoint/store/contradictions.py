"""Credentials whose row says something else than the ledger: whoever can write to the database changed them past it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, func, literal, select

from trigpoint.credentials.events import EventKind
from trigpoint.credentials.key import KeyState
from trigpoint.store import tables


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A credential that is accepted although the ledger revoked it, or that the ledger knows nothing of.

    `noun` is what it is, `subject` its ID; `sequence` is the entry that revoked it, or None if no entry made it.
    """

    noun: str
    subject: str
    sequence: int | None


@dataclass(frozen=True, slots=True)
class _Rule:
    """A table of credentials: which of its rows are accepted, and the events that make and revoke one."""

    noun: str
    table: FromClause
    subject: ColumnElement[str]
    is_accepted: ColumnElement[bool]
    made: tuple[EventKind, ...]
    revoked: EventKind


_RULES = (
    _Rule(
        "key",
        tables.keys,
        tables.keys.c.key_id,
        tables.keys.c.state != KeyState.REVOKED.value,
        (EventKind.KEY_CREATED, EventKind.KEY_REGISTERED),
        EventKind.KEY_REVOKED,
    ),
    _Rule(
        "Maps token",
        tables.maps_tokens,
        tables.maps_tokens.c.token_id,
        tables.maps_tokens.c.state != KeyState.REVOKED.value,
        (EventKind.MAPS_TOKEN_CREATED,),
        EventKind.MAPS_TOKEN_REVOKED,
    ),
    _Rule(
        "API token",
        tables.api_tokens,
        tables.api_tokens.c.token_id,
        tables.api_tokens.c.revoked_at.is_(None),
        (EventKind.API_TOKEN_CREATED,),
        EventKind.API_TOKEN_REVOKED,
    ),
)


def find_contradictions(connection: Connection, *, limit: int) -> Iterator[Contradiction]:
    """Give at most `limit` of each sort, by ID. The ledger itself is taken for true: verify it first."""
    ledger = tables.ledger
    for rule in _RULES:
        revoked = and_(ledger.c.subject == rule.subject, ledger.c.kind == rule.revoked.value)
        question = (
            select(rule.subject.label("subject"), func.min(ledger.c.sequence).label("sequence"))
            .select_from(rule.table.join(ledger, revoked))
            .where(rule.is_accepted)
            .group_by(rule.subject)
            .order_by(rule.subject)
            .limit(limit)
        )
        for row in connection.execute(question):
            yield Contradiction(rule.noun, row.subject, row.sequence)
        made = exists(literal(1)).where(
            ledger.c.subject == rule.subject, ledger.c.kind.in_([kind.value for kind in rule.made])
        )
        unknown = select(rule.subject.label("subject")).where(rule.is_accepted, ~made).order_by(rule.subject)
        for row in connection.execute(unknown.limit(limit)):
            yield Contradiction(rule.noun, row.subject, None)
