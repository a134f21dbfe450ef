"""How credentials are shown to programs: the JSON members of each noun, the same in the CLI and the management API.

Members are named in camelCase; times are ISO 8601 in UTC; what is absent is None, and left out by whoever writes it.
"""

import base64
from collections.abc import Mapping, Sequence

from trigpoint.base.clock import to_iso
from trigpoint.credentials.api_token import ApiToken
from trigpoint.credentials.key import Key, KeyState
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.maps_id import MapsId
from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.person import Link, Member
from trigpoint.credentials.reasons import REASONS
from trigpoint.credentials.refusal import RecentRefusal
from trigpoint.credentials.team import Team
from trigpoint.credentials.verdict import Finding
from trigpoint.credentials.webhook import Delivery, DeliveryState, Webhook

Members = dict[str, object]


def team_members(team: Team) -> Members:
    """Show a team."""
    return {
        "teamId": team.team_id,
        "name": team.name,
        "createdAt": to_time(team.created_at),
        "suspendsLeakedKeys": team.suspends_leaked_keys,
    }


def maps_id_members(maps_id: MapsId) -> Members:
    """Show a Maps ID."""
    return {
        "mapsId": maps_id.identifier,
        "teamId": maps_id.team_id,
        "description": maps_id.description,
        "createdAt": to_time(maps_id.created_at),
        "createdBy": maps_id.created_by,
        "version": maps_id.version,
    }


def key_members(key: Key) -> Members:
    """Show a key; never its private half. Whether an active key has expired, `expiresAt` tells."""
    return {
        "keyId": key.key_id,
        "teamId": key.team_id,
        "mapsId": key.maps_id,
        "name": key.name,
        "services": sorted(key.services),
        "state": key.state.value,
        "privateHalf": key.private_half.value,
        "publicKey": to_pem(key.public_key),
        "createdAt": to_time(key.created_at),
        "createdBy": key.created_by,
        "expiresAt": to_time(key.expires_at),
        "lastUsedAt": to_time(key.last_used_at),
        "lastUsedOrigin": key.last_used_origin,
        "lastUsedNetwork": key.last_used_network,
        "downloadedAt": to_time(key.downloaded_at),
        "downloadedBy": key.downloaded_by,
        "ceilingScopes": None if key.ceilings.scopes is None else sorted(key.ceilings.scopes),
        "ceilingLifetime": key.ceilings.lifetime_s,
        "ceilingOrigins": key.ceilings.origins,
        "revokedAt": to_time(key.revoked_at),
        "revokedBy": key.revoked_by,
        "revocationReason": None if key.revocation_reason is None else key.revocation_reason.value,
        "revocationNote": key.revocation_note,
        "version": key.version,
    }


def to_pem(der: bytes) -> str:
    """Write a public key as PEM (RFC 7468)."""
    body = base64.b64encode(der).decode("ascii")
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])


def api_token_members(token: ApiToken, at: int) -> Members:
    """Show an API token's record as of a time (milliseconds), never the token itself."""
    state = "revoked" if token.revoked_at is not None else "active" if token.is_live(at) else "expired"
    return {
        "apiTokenId": token.token_id,
        "name": token.name,
        "start": token.start,
        "teamId": token.team_id,
        "role": "operator" if token.role is None else token.role.value,
        "owner": token.owner,
        "state": state,
        "createdAt": to_time(token.created_at),
        "createdBy": token.created_by,
        "expiresAt": to_time(token.expires_at),
        "lastUsedAt": to_time(token.last_used_at),
        "revokedAt": to_time(token.revoked_at),
        "revokedBy": token.revoked_by,
    }


def maps_token_members(token: MapsToken, at: int) -> Members:
    """Show the record of a Maps token as of a time (milliseconds), never its text."""
    expired = token.state is KeyState.ACTIVE and not token.is_live(at)
    return {
        "tokenId": token.token_id,
        "teamId": token.team_id,
        "type": token.service.value,
        "restriction": token.restriction,
        "origin": token.origin,
        "description": token.description or None,
        "state": "expired" if expired else token.state.value,
        "createdAt": to_time(token.created_at),
        "createdBy": token.created_by,
        "expiresAt": to_time(token.expires_at),
        "lastUsedAt": to_time(token.last_used_at),
        "lastUsedOrigin": token.last_used_origin,
        "lastUsedNetwork": token.last_used_network,
        "revokedAt": to_time(token.revoked_at),
        "revokedBy": token.revoked_by,
    }


def member_members(member: Member) -> Members:
    """Show a member of a team."""
    person, membership = member.person, member.membership
    return {
        "personId": person.person_id,
        "teamId": membership.team_id,
        "name": person.name,
        "email": person.email,
        "role": membership.role.value,
        "since": to_time(membership.since),
        "addedBy": membership.added_by,
        "version": membership.version,
    }


def invitation_members(link: Link) -> Members:
    """Show an open invitation, never its secret."""
    return {
        "invitationId": link.link_id,
        "teamId": link.team_id,
        "role": None if link.role is None else link.role.value,
        "email": link.email,
        "createdAt": to_time(link.created_at),
        "createdBy": link.created_by,
        "expiresAt": to_time(link.expires_at),
    }


def webhook_members(webhook: Webhook) -> Members:
    """Show a webhook, never its secret."""
    return {
        "webhookId": webhook.webhook_id,
        "teamId": webhook.team_id,
        "url": webhook.url,
        "events": list(webhook.events),
        "description": webhook.description,
        "state": webhook.state.value,
        "disabledBecause": webhook.disabled_because,
        "createdAt": to_time(webhook.created_at),
        "createdBy": webhook.created_by,
        "lastSuccessAt": to_time(webhook.last_success_at),
        "oldSecretUntil": to_time(webhook.old_secret_until),
    }


def delivery_members(delivery: Delivery) -> Members:
    """Show a message on its way to a webhook."""
    waiting = delivery.state is DeliveryState.WAITING
    return {
        "messageId": delivery.delivery_id,
        "webhookId": delivery.webhook_id,
        "sequence": delivery.sequence,
        "kind": delivery.kind,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "createdAt": to_time(delivery.created_at),
        "nextAt": to_time(delivery.next_at) if waiting else None,
        "lastAt": to_time(delivery.last_at),
        "lastStatus": delivery.last_status,
        "lastError": delivery.last_error,
    }


def event_members(entry: Entry) -> Members:
    """Show an entry of the ledger."""
    return {
        "sequence": entry.sequence,
        "at": to_time(entry.at),
        "actor": entry.actor,
        "teamId": entry.team_id,
        "kind": entry.kind,
        "subject": entry.subject,
        "details": entry.details,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def refusal_members(refusal: RecentRefusal) -> Members:
    """Show a call that was refused a while ago, with what to do about it."""
    reason = REASONS.get(refusal.code)
    return {
        "requestId": refusal.request_id,
        "at": to_time(refusal.at),
        "service": refusal.service,
        "code": refusal.code,
        "detail": refusal.detail or None,
        "hint": None if reason is None else reason.hint,
        "teamId": refusal.team_id,
        "keyId": refusal.key_id,
        "origin": refusal.origin,
    }


def finding_members(finding: Finding) -> Members:
    """Show one finding of a judgement."""
    reason = finding.reason
    return {
        "check": finding.check,
        "outcome": finding.outcome.value,
        "code": None if reason is None else reason.code,
        "detail": finding.detail or None,
        "hint": None if reason is None else reason.hint,
    }


def findings_members(findings: Sequence[Finding]) -> list[Members]:
    """Show all findings, in order."""
    return [finding_members(finding) for finding in findings]


def times_members(claims: Mapping[str, object]) -> Members:
    """Show the times among a token's claims, as far as they are times."""
    moments = {name: _moment(claims[name]) for name in ("iat", "exp", "nbf") if name in claims}
    return {name: moment for name, moment in moments.items() if moment is not None}


def _moment(seconds: object) -> str | None:
    try:
        return to_iso(float(seconds)) if isinstance(seconds, int | float | str) else None
    except (ValueError, OverflowError, OSError):
        return None


def to_time(milliseconds: int | None) -> str | None:
    """Write a time; None stays None."""
    return None if milliseconds is None else to_iso(milliseconds / 1000)
