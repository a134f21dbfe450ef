"""Access keys, the credentials of a map for its tiles, styles, fonts and icons, and their checks.

An access key is a query parameter, as at Apple (contract §7.2). It can leak through logs and browser histories, so it is
valid for nothing else.
"""

import hashlib
import hmac
import math
from dataclasses import dataclass

from trigpoint.base.base64url import encode_base64url
from trigpoint.base.clock import to_words
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import reasons
from trigpoint.credentials.access_token import LEEWAY_S, LIFETIME_S
from trigpoint.credentials.call import Call
from trigpoint.credentials.checks import NOT_REACHED, Check, Fail, Result
from trigpoint.credentials.facts import KeyFacts, look_at_key_service, look_at_key_state
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import Verdict

VERSION = "1"
SIZE_LIMIT = 400
"""Longest access key, in characters: a Maps ID has at most 255."""
STEP_S = 1800
"""Access keys expire on whole half hours, so that a reloaded page uses the URLs that the browser has cached."""
MAC_BYTES = 16
PORTAL = KeyId("portal")
"""Takes the place of the Key ID in access keys for the portal's own maps, which members of a team see."""
PORTAL_LIFETIME_S = 600
"""Lifetime of an access key for the portal. The page renews it during the session; it cannot be revoked."""
_PURPOSE = b"trigpoint access key"
_PARTS = 7


@dataclass(frozen=True, slots=True)
class AccessKeyClaims:
    """The contents of an access key. `expires_at` is in seconds since the epoch.

    `key_id` is the key or Maps token that initialized the map; `maps_id` is "" for a Maps token.
    """

    team_id: TeamId
    maps_id: str
    key_id: KeyId
    expires_at: int


@dataclass(frozen=True, slots=True)
class UnverifiedAccessKey:
    """The parts of an access key with the right form, not verified. `signed` is the text that the MAC authenticates."""

    secret_id: str
    signed: str
    mac: str
    team_id: str
    key_id: str
    maps_id: str
    expiry: str


@dataclass(slots=True)
class AccessKeyCase:
    """An access key that is to be judged, with the data that the checks need.

    `text` is None if the request has none; `secret` is the key of its MAC, None if unknown; `claims` is None unless the
    MAC is right; `key` is None if the key or Maps token that it names is unknown.
    """

    call: Call
    text: str | None
    unverified: UnverifiedAccessKey | None = None
    secret: bytes | None = None
    claims: AccessKeyClaims | None = None
    key: KeyFacts | None = None


def derive_secret(signing_secret: bytes) -> bytes:
    """Derive the MAC key of access keys (32 bytes) from a signing secret, which signs access tokens.

    Each purpose has its own key (NIST SP 800-108); both are renewed and deleted together.
    """
    return hmac.digest(signing_secret, _PURPOSE, hashlib.sha256)


def expiry_of(at: float, *, until: float = math.inf) -> int:
    """Give the expiry of an access key that is issued at a time: 30 to 60 minutes later, and no later than `until`."""
    return int(min(math.ceil((at + LIFETIME_S) / STEP_S) * STEP_S, until))


def sign(claims: AccessKeyClaims, *, secret_id: str, secret: bytes) -> str:
    """Write an access key: seven parts joined by `_`, in characters that need no escaping in a URL."""
    parts = (VERSION, secret_id, claims.team_id, claims.key_id, claims.maps_id, f"{claims.expires_at:x}")
    signed = "_".join(parts)
    return f"{signed}_{_mac(secret, signed)}"


def open_case(text: str | None, call: Call) -> AccessKeyCase:
    """Parse an access key; an error of its form becomes a finding."""
    return AccessKeyCase(call, text, None if text is None else _take_apart(text))


def verify_claims(case: AccessKeyCase) -> AccessKeyClaims | None:
    """Verify the MAC with `case.secret`, and give the claims; None if the MAC is wrong."""
    unverified = case.unverified
    if unverified is None or case.secret is None:
        return None
    if not hmac.compare_digest(_mac(case.secret, unverified.signed), unverified.mac):
        return None
    team, key = TeamId(unverified.team_id), KeyId(unverified.key_id)
    return AccessKeyClaims(team, unverified.maps_id, key, int(unverified.expiry, 16))


def judge(case: AccessKeyCase) -> Verdict:
    """Run every check on an access key, and give all findings, in order."""
    results = [check.look(case) for check in CHECKS]
    if not any(results):
        return WELL
    return Verdict(tuple(check.tell(result) for check, result in zip(CHECKS, results, strict=True)))


def _mac(secret: bytes, signed: str) -> str:
    return encode_base64url(hmac.digest(secret, signed.encode("ascii"), hashlib.sha256)[:MAC_BYTES])


def _take_apart(text: str) -> UnverifiedAccessKey | None:
    if len(text) > SIZE_LIMIT or not text.isascii():
        return None
    parts = text.split("_", _PARTS - 1)  # the MAC comes last: base64url has a '_' of its own
    if len(parts) != _PARTS or parts[0] != VERSION:
        return None
    _, secret_id, team_id, key_id, maps_id, expiry, mac = parts
    return UnverifiedAccessKey(secret_id, text[: -len(mac) - 1] if mac else text, mac, team_id, key_id, maps_id, expiry)


def _given(case: AccessKeyCase) -> Result:
    return None if case.text else Fail(reasons.ACCESS_KEY_MISSING)


def _form(case: AccessKeyCase) -> Result:
    if not case.text:
        return NOT_REACHED
    return None if case.unverified is not None else Fail(reasons.ACCESS_KEY_MALFORMED)


def _secret(case: AccessKeyCase) -> Result:
    if case.unverified is None:
        return NOT_REACHED
    return None if case.secret is not None else Fail(reasons.ACCESS_KEY_FOREIGN)


def _unchanged(case: AccessKeyCase) -> Result:
    if case.unverified is None or case.secret is None:
        return NOT_REACHED
    return None if case.claims is not None else Fail(reasons.ACCESS_KEY_INVALID)


def _expired(case: AccessKeyCase) -> Result:
    if case.claims is None:
        return NOT_REACHED
    if case.call.at < case.claims.expires_at:
        return None
    return Fail(reasons.ACCESS_KEY_EXPIRED, f"The access key expired on {to_words(case.claims.expires_at)}.")


def _lifetime(case: AccessKeyCase) -> Result:
    if case.claims is None:
        return NOT_REACHED
    if case.claims.expires_at - case.call.at <= LIFETIME_S + STEP_S + LEEWAY_S:
        return None
    detail = f"It says that it expires on {to_words(case.claims.expires_at)}."
    return Fail(reasons.ACCESS_KEY_TOO_LONG, detail)


def _key_known(case: AccessKeyCase) -> Result:
    if case.key is not None:
        return None
    if case.claims is None:
        return NOT_REACHED
    detail = f"The key {case.claims.key_id}, behind this access key, is not registered any more."
    return Fail(reasons.KEY_UNKNOWN, detail)


def _key_state(case: AccessKeyCase) -> Result:
    return NOT_REACHED if case.key is None else look_at_key_state(case.key, case.call)


def _key_service(case: AccessKeyCase) -> Result:
    if case.key is None:
        return NOT_REACHED
    # An embedded map uses the same tiles, but its Maps token is enabled for the Embed API only, not for MapKit JS.
    return None if Service.EMBED_API in case.key.services else look_at_key_service(case.key, case.call)


CHECKS: tuple[Check[AccessKeyCase], ...] = (
    Check("The request has an access key", _given),
    Check("The access key has the form of one", _form),
    Check("The access key was issued here", _secret),
    Check("The access key is unchanged", _unchanged),
    Check("The access key has not expired", _expired),
    Check("The access key's lifetime is at most an hour", _lifetime),
    Check("The key behind it is registered here", _key_known),
    Check("The key behind it is live", _key_state),
    Check("The key is enabled for the service", _key_service),
)
WELL = Verdict(tuple(check.passed for check in CHECKS))
