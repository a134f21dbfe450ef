"""What the judge knows of a key: the facts that are held in memory, and the checks that need nothing else."""

from dataclasses import dataclass

from trigpoint.base.clock import to_words
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import reasons
from trigpoint.credentials.call import Call
from trigpoint.credentials.ceilings import NO_CEILINGS, Ceilings
from trigpoint.credentials.checks import Fail
from trigpoint.credentials.key import KeyState, RevocationReason
from trigpoint.credentials.keypair import PublicKey
from trigpoint.credentials.services import Service


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A key, as much of it as judging needs. Times are in seconds since the epoch.

    `may_omit_exp` holds for the tokens that the portal issues without an expiry (contract §1.3), and for no others.
    """

    key_id: KeyId
    team_id: TeamId
    maps_id: str
    services: frozenset[Service]
    public_key: PublicKey
    state: KeyState = KeyState.ACTIVE
    expires_at: float | None = None
    revoked_at: float | None = None
    revocation_reason: RevocationReason | None = None
    may_omit_exp: bool = False
    ceilings: Ceilings = NO_CEILINGS

    @property
    def is_issued_token(self) -> bool:
        """Tell whether it is a Maps token that was issued here (contract §1.3), which belongs to no Maps ID."""
        return not self.maps_id


def look_at_key_state(key: KeyFacts, call: Call) -> Fail | None:
    """Fail for a revoked, suspended or expired key."""
    if key.state is KeyState.SUSPENDED:
        return Fail(reasons.KEY_SUSPENDED, f"The key {key.key_id} is suspended: it was reported as leaked.")
    if key.state is not KeyState.ACTIVE:
        when = "" if key.revoked_at is None else f" on {to_words(key.revoked_at)}"
        why = "" if key.revocation_reason is None else f" ({key.revocation_reason.words})"
        return Fail(reasons.KEY_REVOKED, f"The key {key.key_id} was revoked{when}{why}.")
    if key.expires_at is not None and call.at >= key.expires_at:
        return Fail(reasons.KEY_EXPIRED, f"The key {key.key_id} expired on {to_words(key.expires_at)}.")
    return None


def look_at_key_service(key: KeyFacts, call: Call) -> Fail | None:
    """Fail for a key that is not enabled for the service."""
    if call.service in key.services:
        return None
    enabled = ", ".join(sorted(key.services))
    return Fail(reasons.KEY_LACKS_SERVICE, f"The key {key.key_id} is enabled for {enabled}, not for {call.service}.")
