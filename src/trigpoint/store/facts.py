"""The facts that judging needs about keys and Maps tokens, read for many Key IDs at once, with the ledger's sequence."""

import json
from collections.abc import Collection, Iterable
from functools import lru_cache

from sqlalchemy import Connection, RowMapping, text

from trigpoint.base.clock import to_seconds
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.facts import KeyFacts, accounts_of, subjects_of
from trigpoint.credentials.key import KeyState, RevocationReason
from trigpoint.credentials.keypair import read_public_key
from trigpoint.credentials.ledger import Head
from trigpoint.credentials.quota import METERS, Account, Meter, Period
from trigpoint.credentials.services import Service
from trigpoint.store.rows import ceilings_of

_FACTS = """
SELECT ledger_head.sequence, ledger_head.hash, found.* FROM ledger_head LEFT JOIN (
    SELECT key_id, team_id, maps_id, services, public_key, state, expires_at, revoked_at, revocation_reason,
        ceiling_scopes, ceiling_lifetime_s, ceiling_origins
    FROM keys WHERE key_id {among}
    UNION ALL
    SELECT token_id, team_id, '', service, public_key, state, expires_at, revoked_at, NULL, NULL, NULL, NULL
    FROM maps_tokens WHERE token_id {among}
) AS found ON 1 = 1
"""
"""One statement, so that the ledger's sequence and the rows belong to the same moment on PostgreSQL, too."""
_LIMITS = "SELECT subject, meter, period, most FROM quotas WHERE subject {among}"
_AMONG = {"postgresql": "= ANY(:wanted)", "sqlite": "IN (SELECT value FROM json_each(:wanted))"}


def find_facts(connection: Connection, key_ids: Collection[KeyId]) -> tuple[Head, dict[KeyId, KeyFacts]]:
    """Find keys and Maps tokens by Key ID, with their limits; unknown Key IDs are left out.

    Returns the ledger's sequence and the facts, which are of that sequence or a later one. Runs one statement, and a
    second one for limits if anything was found.
    """
    rows = _ask(connection, _FACTS, key_ids)
    head = Head(rows[0]["sequence"], rows[0]["hash"])
    found = [row for row in rows if row["key_id"] is not None]
    subjects = {one for row in found for one in subjects_of(row["key_id"], row["team_id"], row["maps_id"])}
    limits = _find_limits(connection, subjects) if subjects else {}
    return head, {KeyId(row["key_id"]): _facts_of(row, limits) for row in found}


def _find_limits(connection: Connection, subjects: Collection[str]) -> dict[Account, int]:
    return {
        Account(row["subject"], Meter(row["meter"]), Period(row["period"])): row["most"]
        for row in _ask(connection, _LIMITS, subjects)
        if row["meter"] in METERS
    }


def _ask(connection: Connection, question: str, wanted: Iterable[str]) -> list[RowMapping]:
    dialect = connection.dialect.name
    given = json.dumps(list(wanted)) if dialect == "sqlite" else list(wanted)
    return list(connection.execute(text(question.format(among=_AMONG[dialect])), {"wanted": given}).mappings())


@lru_cache(maxsize=256)
def _services_of(words: str) -> frozenset[Service]:
    """Parse services separated by spaces. Keys with equal services share one set, which saves a tenth of their memory."""
    return frozenset(Service(word) for word in words.split())


def _facts_of(row: RowMapping, limits: dict[Account, int]) -> KeyFacts:
    """Build the facts of one row. The public key is parsed here, once. A Maps token may have no expiry."""
    reason, is_token = row["revocation_reason"], not row["maps_id"]
    ends = None if is_token or row["expires_at"] is None else to_seconds(row["expires_at"])
    own = accounts_of(row["key_id"], row["team_id"], row["maps_id"])
    return KeyFacts(
        key_id=KeyId(row["key_id"]),
        team_id=TeamId(row["team_id"]),
        maps_id=row["maps_id"],
        services=_services_of(row["services"]),
        public_key=read_public_key(bytes(row["public_key"])),
        state=KeyState(row["state"]),
        expires_at=ends,
        revoked_at=None if row["revoked_at"] is None else to_seconds(row["revoked_at"]),
        revocation_reason=None if reason is None else RevocationReason(reason),
        may_omit_exp=is_token and row["expires_at"] is None,
        ceilings=ceilings_of(row),
        limits=tuple((account, limits[account]) for account in own if account in limits),
    )
