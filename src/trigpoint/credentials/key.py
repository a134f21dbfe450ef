"""Keys: the record of a private key, its state, where its private half is, and the rules for names and dates."""

from dataclasses import dataclass
from enum import StrEnum

from trigpoint.base.clock import Milliseconds, to_iso, to_seconds
from trigpoint.base.errors import ConflictError, InvalidError, refuse_secret
from trigpoint.base.ids import KeyId, TeamId, is_ten_character_id
from trigpoint.credentials.ceilings import NO_CEILINGS, Ceilings
from trigpoint.credentials.services import Service

NOTE_LIMIT = 500
NAME_LIMIT = 50
LIVE_KEYS_PER_MAPS_ID = 2
"""Most live keys of one Maps ID: two, so that one can be rotated without an outage (contract §1.1)."""


class KeyState(StrEnum):
    """The state of a key or Maps token: only with an active one are tokens accepted. Revocation is final."""

    ACTIVE = "active"
    SUSPENDED = "suspended"  # it was reported as leaked; somebody may resume it
    REVOKED = "revoked"


class RevocationReason(StrEnum):
    """Why a key was revoked, in the terms of NIST SP 800-57 part 1."""

    SUPERSEDED = "superseded"
    COMPROMISED = "compromised"
    NO_LONGER_NEEDED = "no_longer_needed"

    @property
    def words(self) -> str:
        """The reason for people."""
        return self.value.replace("_", " ")


class PrivateHalf(StrEnum):
    """Where the private half of a key is."""

    WAITING = "waiting"  # sealed here until its single download
    DOWNLOADED = "downloaded"  # its owner has it; it was erased here
    NEVER_HERE = "never_here"  # only the public key was registered
    DESTROYED = "destroyed"  # the key was revoked, or expired, before it was downloaded


@dataclass(frozen=True, slots=True)
class Key:
    """The record of a key. Times are in milliseconds since the epoch.

    `public_key` is the DER of its SubjectPublicKeyInfo (RFC 5480). `version` is incremented by each edit.
    """

    key_id: KeyId
    team_id: TeamId
    maps_id: str
    name: str
    services: frozenset[Service]
    public_key: bytes
    created_at: Milliseconds
    created_by: str
    private_half: PrivateHalf
    state: KeyState = KeyState.ACTIVE
    expires_at: Milliseconds | None = None
    downloaded_at: Milliseconds | None = None
    downloaded_by: str | None = None
    revoked_at: Milliseconds | None = None
    revoked_by: str | None = None
    revocation_reason: RevocationReason | None = None
    revocation_note: str | None = None
    last_used_at: Milliseconds | None = None
    last_used_origin: str | None = None
    last_used_network: str | None = None
    ceilings: Ceilings = NO_CEILINGS
    version: int = 1

    def is_live(self, at: Milliseconds) -> bool:
        """Tell whether tokens of this key are accepted at a time (milliseconds)."""
        return self.state is KeyState.ACTIVE and (self.expires_at is None or at < self.expires_at)


def read_key_id(text: str) -> KeyId:
    """Check the form of a Key ID: ten upper-case letters and digits."""
    if not is_ten_character_id(text):
        raise InvalidError("keyId", "ten upper-case letters and digits", example="2X9R4HXF34", received=text)
    return KeyId(text)


def read_key_name(text: str) -> str:
    """Check a key's name: 1 to 50 letters, digits and spaces (contract §1.2), and no secret; white space is collapsed."""
    refuse_secret("name", text)
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_LIMIT or not all(part.isalnum() for part in name.split()):
        raise InvalidError(
            "name", f"1 to {NAME_LIMIT} letters, digits and spaces", example="Website key 2026", received=text
        )
    return name


def read_services(names: list[str]) -> frozenset[Service]:
    """Read the services of a key from their names; raise InvalidError for an unknown name, and for an empty list."""
    known = {service.value: service for service in Service}
    for name in names:
        if name not in known:
            raise InvalidError(
                "services", "one or more of " + ", ".join(known), example=Service.SERVER_API, received=name
            )
    if not names:
        raise InvalidError("services", "at least one of " + ", ".join(known), example=Service.SERVER_API)
    return frozenset(known[name] for name in names)


def read_revocation_note(note: str | None) -> str | None:
    """Check the note of a revocation: at most 500 printable characters, and no secret; None for an empty note."""
    text = " ".join(note.split()) if note is not None else ""
    refuse_secret("note", text)
    if len(text) > NOTE_LIMIT or not text.isprintable():
        raise InvalidError("note", f"at most {NOTE_LIMIT} printable characters", example="found in a public repository")
    return text or None


def read_revocation_reason(text: str) -> RevocationReason:
    """Read a reason in any spelling: `no longer needed`, `no-longer-needed`, `NO_LONGER_NEEDED`. Raises InvalidError."""
    plain = "_".join(text.lower().replace("-", " ").replace("_", " ").split())
    try:
        return RevocationReason(plain)
    except ValueError:
        rule = "one of superseded, compromised, no_longer_needed (NIST SP 800-57)"
        raise InvalidError("reason", rule, example="compromised", received=text) from None


def check_room(live_keys: int, maps_id: str) -> None:
    """Raise `ConflictError` if a Maps ID has two live keys already."""
    if live_keys >= LIVE_KEYS_PER_MAPS_ID:
        raise ConflictError(
            f"The Maps ID '{maps_id}' already has {live_keys} live keys, and a Maps ID can have two: one in use, and its "
            "successor. Revoke one of them first, or register another Maps ID."
        )


def check_expiry(expires_at: Milliseconds | None, now: Milliseconds) -> None:
    """Raise InvalidError for an expiry that is not in the future. Times are in milliseconds; None never expires."""
    if expires_at is not None and expires_at <= now:
        raise InvalidError(
            "expiresAt", "in the future", example="2030-01-01T00:00:00Z", received=to_iso(to_seconds(expires_at))
        )
