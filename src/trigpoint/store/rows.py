"""Rows of the database, and the core's types that they hold."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.ceilings import NO_CEILINGS, Ceilings
from trigpoint.credentials.events import Details
from trigpoint.credentials.key import Key, KeyState, PrivateHalf, RevocationReason
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.maps_id import MapsId, same_identifier
from trigpoint.credentials.services import Service
from trigpoint.credentials.team import Team

Row = Mapping[str, object]


def team_of(row: RowMapping) -> Team:
    """Read a team."""
    return Team(TeamId(row["team_id"]), row["name"], row["created_at"], row["suspends_leaked_keys"])


def row_of_team(team: Team) -> Row:
    """Write a team."""
    return {
        "team_id": team.team_id,
        "name": team.name,
        "created_at": team.created_at,
        "suspends_leaked_keys": team.suspends_leaked_keys,
    }


def maps_id_of(row: RowMapping) -> MapsId:
    """Read a Maps ID."""
    return MapsId(
        identifier=row["identifier"],
        team_id=TeamId(row["team_id"]),
        description=row["description"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        version=row["version"],
    )


def row_of_maps_id(maps_id: MapsId) -> Row:
    """Write a Maps ID."""
    return {
        "identifier_key": same_identifier(maps_id.identifier),
        "identifier": maps_id.identifier,
        "team_id": maps_id.team_id,
        "description": maps_id.description,
        "created_at": maps_id.created_at,
        "created_by": maps_id.created_by,
        "version": maps_id.version,
    }


def key_of(row: RowMapping) -> Key:
    """Read a key; its last use comes from the joined table of uses."""
    reason = row["revocation_reason"]
    return Key(
        key_id=KeyId(row["key_id"]),
        team_id=TeamId(row["team_id"]),
        maps_id=row["maps_id"],
        name=row["name"],
        services=frozenset(Service(word) for word in row["services"].split()),
        public_key=row["public_key"],
        created_at=row["created_at"],
        created_by=row["created_by"],
        private_half=PrivateHalf(row["private_half"]),
        state=KeyState(row["state"]),
        expires_at=row["expires_at"],
        downloaded_at=row["downloaded_at"],
        downloaded_by=row["downloaded_by"],
        revoked_at=row["revoked_at"],
        revoked_by=row["revoked_by"],
        revocation_reason=None if reason is None else RevocationReason(reason),
        revocation_note=row["revocation_note"],
        last_used_at=row["last_used_at"],
        last_used_origin=row["origin"],
        last_used_network=row["network"],
        ceilings=ceilings_of(row),
        version=row["version"],
    )


def row_of_key(key: Key) -> Row:
    """Write a key."""
    return {
        "key_id": key.key_id,
        "team_id": key.team_id,
        "maps_id": key.maps_id,
        "maps_id_key": same_identifier(key.maps_id),
        "name": key.name,
        "name_key": same_name(key.name),
        "services": " ".join(sorted(key.services)),
        "public_key": key.public_key,
        "private_half": key.private_half.value,
        "state": key.state.value,
        "created_at": key.created_at,
        "created_by": key.created_by,
        "expires_at": key.expires_at,
        "downloaded_at": key.downloaded_at,
        "downloaded_by": key.downloaded_by,
        "revoked_at": key.revoked_at,
        "revoked_by": key.revoked_by,
        "revocation_reason": key.revocation_reason,
        "revocation_note": key.revocation_note,
        "ceiling_scopes": None if key.ceilings.scopes is None else " ".join(sorted(key.ceilings.scopes)),
        "ceiling_lifetime_s": key.ceilings.lifetime_s,
        "ceiling_origins": key.ceilings.origins,
        "version": key.version,
    }


def ceilings_of(row: RowMapping) -> Ceilings:
    """Read the ceilings of a key."""
    scopes, lifetime_s, origins = row["ceiling_scopes"], row["ceiling_lifetime_s"], row["ceiling_origins"]
    if scopes is None and lifetime_s is None and origins is None:
        return NO_CEILINGS
    services = None if scopes is None else frozenset(Service(word) for word in scopes.split())
    return Ceilings(services, lifetime_s, origins)


def to_bigint(number: int) -> int:
    """Clamp a number from a request to 64 bits, which is what a database can compare; no stored value lies beyond."""
    return max(-(2**63), min(number, 2**63 - 1))


def same_name(name: str) -> str:
    """Return the form in which names of keys are compared, without case."""
    return name.casefold()


def entry_of(row: RowMapping | Mapping[str, Any]) -> Entry:
    """Read an entry of the ledger."""
    team = row["team_id"]
    return Entry(
        sequence=row["sequence"],
        at=row["at"],
        actor=row["actor"],
        team_id=None if team is None else TeamId(team),
        kind=row["kind"],
        subject=row["subject"],
        details=_details_of(row["details"]),
        previous=row["previous"],
        hash=row["hash"],
    )


def _details_of(text: str) -> Details:
    """Parse details. Those that are not JSON any more become a value that no entry has, so that its hash is wrong."""
    try:
        found: Details = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return {"": repr(text)[:100]}
    return found


def row_of_entry(entry: Entry) -> Row:
    """Write an entry of the ledger."""
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "actor": entry.actor,
        "team_id": entry.team_id,
        "kind": entry.kind,
        "subject": entry.subject,
        "details": json.dumps(entry.details, sort_keys=True, separators=(",", ":")),
        "previous": entry.previous,
        "hash": entry.hash,
    }
