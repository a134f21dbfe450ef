"""Teams, Maps IDs, keys and events as JSON members: the names that the management API uses too."""

from trigpoint.base.clock import to_iso
from trigpoint.credentials.key import Key
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.maps_id import MapsId
from trigpoint.credentials.team import Team

Members = dict[str, object]

TEAM_LABELS = {"teamId": "Team ID", "name": "Name", "createdAt": "Created"}
MAPS_ID_LABELS = {"mapsId": "Maps ID", "description": "Description", "teamId": "Team ID", "createdAt": "Created"}
KEY_LABELS = {
    "keyId": "Key ID",
    "name": "Name",
    "state": "State",
    "mapsId": "Maps ID",
    "teamId": "Team ID",
    "services": "Services",
    "privateHalf": "Private half",
    "createdAt": "Created",
    "createdBy": "Created by",
    "expiresAt": "Expires",
    "downloadedAt": "Downloaded",
    "downloadedBy": "Downloaded by",
    "lastUsedAt": "Last used",
    "revokedAt": "Revoked",
    "revokedBy": "Revoked by",
    "revocationReason": "Reason",
    "revocationNote": "Note",
}
KEY_COLUMNS = {name: KEY_LABELS[name] for name in ("keyId", "name", "state", "mapsId", "privateHalf", "lastUsedAt")}
EVENT_COLUMNS = {"sequence": "No.", "at": "Time", "actor": "Actor", "kind": "Event", "subject": "Subject"}


def team_members(team: Team) -> Members:
    """Give the members of a team."""
    return {"teamId": team.team_id, "name": team.name, "createdAt": _iso(team.created_at)}


def maps_id_members(maps_id: MapsId) -> Members:
    """Give the members of a Maps ID."""
    return {
        "mapsId": maps_id.identifier,
        "teamId": maps_id.team_id,
        "description": maps_id.description,
        "createdAt": _iso(maps_id.created_at),
        "createdBy": maps_id.created_by,
        "version": maps_id.version,
    }


def key_members(key: Key) -> Members:
    """Give the members of a key; never its private half."""
    return {
        "keyId": key.key_id,
        "teamId": key.team_id,
        "mapsId": key.maps_id,
        "name": key.name,
        "services": sorted(key.services),
        "state": key.state.value,
        "privateHalf": key.private_half.value,
        "createdAt": _iso(key.created_at),
        "createdBy": key.created_by,
        "expiresAt": _iso(key.expires_at),
        "downloadedAt": _iso(key.downloaded_at),
        "downloadedBy": key.downloaded_by,
        "lastUsedAt": _iso(key.last_used_at),
        "revokedAt": _iso(key.revoked_at),
        "revokedBy": key.revoked_by,
        "revocationReason": key.revocation_reason.value if key.revocation_reason else None,
        "revocationNote": key.revocation_note,
        "version": key.version,
    }


def event_members(entry: Entry) -> Members:
    """Give the members of an entry of the ledger."""
    return {
        "sequence": entry.sequence,
        "at": _iso(entry.at),
        "actor": entry.actor,
        "teamId": entry.team_id,
        "kind": entry.kind,
        "subject": entry.subject,
        "details": entry.details,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _iso(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else to_iso(milliseconds / 1000)
