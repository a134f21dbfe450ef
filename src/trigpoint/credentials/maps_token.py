"""Maps tokens that this server signs, for web sites that have no server to sign their own (contract §1.3).

Each token has its own key pair and `kid`. The private key signs the token once, and is never stored.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from trigpoint.base.clock import DAY_S, Milliseconds, to_iso
from trigpoint.base.errors import InvalidError, refuse_secret
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.auth_token import sign_claims
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.keypair import PrivateKey
from trigpoint.credentials.services import Service

UNRESTRICTED_DAYS = 7
"""A token that is not restricted to origins expires at 23:59:59 of the seventh day after today (contract §1.3)."""
DURATIONS = (30, 90, 180)
"""Lifetimes in days that can be chosen for a restricted token."""
DESCRIPTION_LIMIT = 200


@dataclass(frozen=True, slots=True)
class MapsToken:
    """The record of a token, without the token itself. Times are in milliseconds since the epoch.

    `origin` is the claim with the allowed origins, None for no restriction; `expires_at` is None if the token does not
    expire; `public_key` verifies its signature (the DER of a SubjectPublicKeyInfo, RFC 5480).
    """

    token_id: KeyId
    team_id: TeamId
    service: Service
    origin: str | None
    description: str
    public_key: bytes
    created_at: Milliseconds
    created_by: str
    expires_at: Milliseconds | None
    state: KeyState = KeyState.ACTIVE
    revoked_at: Milliseconds | None = None
    revoked_by: str | None = None
    last_used_at: Milliseconds | None = None
    last_used_origin: str | None = None
    last_used_network: str | None = None

    @property
    def restriction(self) -> str:
        """The restriction as Apple's page calls it: "None" or "Domain"."""
        return "None" if self.origin is None else "Domain"

    def is_live(self, at: Milliseconds) -> bool:
        """Tell whether the token is accepted at a time (milliseconds)."""
        return self.state is KeyState.ACTIVE and (self.expires_at is None or at < self.expires_at)


def write_token(
    private_key: PrivateKey,
    *,
    token_id: KeyId,
    team_id: TeamId,
    issued_at: int,
    origin: str | None,
    expires_at: int | None,
) -> str:
    """Sign a token with the members of those of Apple's portal, in their order. Times are in seconds since the epoch."""
    claims: dict[str, object] = {"iss": team_id, "iat": issued_at}
    if origin is not None:
        claims["origin"] = origin
    if expires_at is not None:
        claims["exp"] = expires_at
    return sign_claims(private_key, {"kid": token_id, "typ": "JWT", "alg": "ES256"}, claims)


def end_of_unrestricted(now: float, zone: tzinfo) -> int:
    """Give the expiry of an unrestricted token in seconds since the epoch: 23:59:59 of the seventh day, in `zone`."""
    day = datetime.fromtimestamp(now, zone).date() + timedelta(days=UNRESTRICTED_DAYS)
    return int(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone).timestamp())


def read_end(text: str | None, *, now: float, zone: tzinfo) -> int | None:
    """Give the expiry of a restricted token in seconds since the epoch; None if it does not expire.

    `text` is `never` or None, `30d`, `90d`, `180d`, or a date: the token expires at the start of that day, in `zone`.
    Raises InvalidError.
    """
    if text is None or text.strip().lower() in {"", "never", "none"}:
        return None
    plain = text.strip().lower()
    for days in DURATIONS:
        if plain in {f"{days}d", f"{days} days", str(days)}:
            return int(now) + days * DAY_S
    rule = "never, 30d, 90d, 180d, or a date in the future"
    try:
        day = date.fromisoformat(plain)
    except ValueError:
        raise InvalidError("expires", rule, example="2027-12-31", received=text) from None
    end = int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
    if end <= now:
        raise InvalidError("expires", rule, example=to_iso(now + 30 * DAY_S)[:10], received=text)
    return end


def read_token_description(text: str) -> str:
    """Check a description: at most 200 printable characters, also none, and no secret; white space is collapsed."""
    refuse_secret("description", text)
    description = " ".join(text.split())
    if len(description) > DESCRIPTION_LIMIT or not description.isprintable():
        rule = f"at most {DESCRIPTION_LIMIT} printable characters"
        raise InvalidError("description", rule, example="Map on the contact page", received=text)
    return description
