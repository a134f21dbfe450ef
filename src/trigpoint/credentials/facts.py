"""The facts about a key that are cached in memory: what the checks of a credential need, and the limits of its calls."""

from dataclasses import dataclass

from trigpoint.base.clock import to_words
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import reasons
from trigpoint.credentials.call import Call
from trigpoint.credentials.ceilings import NO_CEILINGS, Ceilings
from trigpoint.credentials.checks import Fail
from trigpoint.credentials.key import KeyState, RevocationReason
from trigpoint.credentials.keypair import PublicKey
from trigpoint.credentials.quota import (
    DEFAULT_LIMITS,
    Account,
    Meter,
    Period,
    key_account,
    key_subject,
    maps_id_account,
    maps_id_subject,
    team_account,
    team_subject,
)
from trigpoint.credentials.services import Service


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """The facts about a key, or about a Maps token, by which credentials are judged. Times are in seconds since the epoch.

    `may_omit_exp` is true only for Maps tokens that were issued without an expiry (contract §1.3). `limits` are those that
    were set for the key's team, its Maps ID and the key itself.
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
    limits: tuple[tuple[Account, int], ...] = ()

    @property
    def is_issued_token(self) -> bool:
        """Tell whether this is a Maps token (contract §1.3) and not a key: it has no Maps ID."""
        return not self.maps_id


def accounts_of(key_id: KeyId, team_id: TeamId, maps_id: str) -> list[Account]:
    """List every account that may limit the calls of a key."""
    return [account for meter in Meter for account in _accounts_under(meter, key_id, team_id, maps_id)]


def subjects_of(key_id: KeyId, team_id: TeamId, maps_id: str) -> tuple[str, str, str]:
    """Give the subjects whose limits apply to a key: its team, its Maps ID, and the key itself."""
    return team_subject(team_id), maps_id_subject(maps_id), key_subject(key_id)


def limits_of(key: KeyFacts, meter: Meter) -> list[tuple[Account, int]]:
    """Give every limit that applies to the calls of a key, the team's first; a team without a limit has the default."""
    limits = dict(key.limits)
    limits.setdefault(team_account(key.team_id, meter), DEFAULT_LIMITS[meter])
    accounts = _accounts_under(meter, key.key_id, key.team_id, key.maps_id)
    return [(account, limits[account]) for account in accounts if account in limits]


def _accounts_under(meter: Meter, key_id: KeyId, team_id: TeamId, maps_id: str) -> tuple[Account, ...]:
    return (
        team_account(team_id, meter),
        maps_id_account(maps_id, meter),
        key_account(key_id, meter),
        key_account(key_id, meter, Period.MINUTE),
    )


def look_at_key_state(key: KeyFacts, call: Call) -> Fail | None:
    """Fail a credential whose key is revoked, suspended or expired."""
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
    """Fail a credential whose key is not enabled for the service of the call."""
    if call.service in key.services:
        return None
    enabled = ", ".join(sorted(key.services))
    return Fail(reasons.KEY_LACKS_SERVICE, f"The key {key.key_id} is enabled for {enabled}, not for {call.service}.")
