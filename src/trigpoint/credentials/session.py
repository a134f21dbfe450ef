"""Sessions of the portal, with their time limits, and passkeys."""

from dataclasses import dataclass

from trigpoint.base.clock import DAY_S, HOUR_S, Milliseconds, to_seconds
from trigpoint.credentials.person import PersonId

IDLE_LIMIT_S = 24 * HOUR_S
"""Time without a request after which a session ends."""
AGE_LIMIT_S = 14 * DAY_S
"""Time since sign-in after which a session ends."""
PROOF_LIMIT_S = 600
"""Longest age of the last proof of identity for a sensitive action, such as creating a key: ten minutes."""

LEEWAY_S = 60
"""Largest difference between the clocks of two machines, as for tokens."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session. Times are in milliseconds; `network` is the client's address, shortened to its network.

    `proved_at` is the last time at which the person gave their password or used a passkey.
    """

    session_id: str
    person_id: PersonId
    created_at: Milliseconds
    seen_at: Milliseconds
    proved_at: Milliseconds
    network: str
    browser: str

    def is_live(self, at: float) -> bool:
        """Tell whether the session is live at a time (seconds).

        One from the future is not: a clock that was ahead would make it live too long.
        """
        idle, age = at - to_seconds(self.seen_at), at - to_seconds(self.created_at)
        return -LEEWAY_S <= idle < IDLE_LIMIT_S and -LEEWAY_S <= age < AGE_LIMIT_S

    def is_fresh(self, at: float) -> bool:
        """Tell whether the last proof of identity is at most ten minutes old at a time (seconds)."""
        return -LEEWAY_S <= at - to_seconds(self.proved_at) < PROOF_LIMIT_S


@dataclass(frozen=True, slots=True)
class Passkey:
    """A WebAuthn credential. `credential_id` is base64url; `public_key` is COSE (RFC 9053)."""

    credential_id: str
    person_id: PersonId
    public_key: bytes
    sign_count: int
    name: str
    created_at: Milliseconds
    last_used_at: Milliseconds | None = None


def describe_browser(user_agent: str) -> str:
    """Give the names of browser and system from a User-Agent, for a list of sessions: `Firefox on macOS`."""
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    )
    systems = (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Mac OS X", "macOS"),
        ("Windows", "Windows"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in user_agent), "Unknown browser")
    system = next((name for mark, name in systems if mark in user_agent), None)
    return browser if system is None else f"{browser} on {system}"
