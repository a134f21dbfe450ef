"""The checks of a signed snapshot's URL (contract §6.5). A check returns None if the URL passes it."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from trigpoint.base.base64url import encode_base64url
from trigpoint.base.clock import to_words
from trigpoint.base.errors import shorten
from trigpoint.base.ids import is_ten_character_id
from trigpoint.credentials import reasons
from trigpoint.credentials.auth_checks import LEEWAY_S, MILLISECONDS_FROM
from trigpoint.credentials.call import Call
from trigpoint.credentials.ceilings import NO_CEILINGS
from trigpoint.credentials.checks import NOT_REACHED, Check, Fail, Result, all_passed, judge_case
from trigpoint.credentials.claims import show
from trigpoint.credentials.facts import KeyFacts, look_at_key_service, look_at_key_state
from trigpoint.credentials.keypair import P256_ORDER, raw_of_der
from trigpoint.credentials.origin_lists import is_within
from trigpoint.credentials.origins import Pattern, read_patterns
from trigpoint.credentials.services import Service
from trigpoint.credentials.snapshot_signature import SIGNATURE_LENGTH, find_what_was_signed
from trigpoint.credentials.snapshot_url import SnapshotUrl
from trigpoint.credentials.verdict import Verdict

LONGEST_NUMBER = 19
"""Most digits of `expires`, as in the largest int64."""
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]{128}", re.ASCII)
_DIGITS = re.compile(r"-?[0-9]+", re.ASCII)
_ZERO, _ORDER = bytes(32), P256_ORDER.to_bytes(32)


@dataclass(slots=True)
class SnapshotCase:
    """A signed URL that is to be judged, with the data that the checks need.

    `referer` is the header of the request; `key` is None if the key is unknown. `signature_known` tells that this URL was
    verified before with this key; `is_swapped`, that `teamId` is a Key ID of the team `keyId`. With `thorough`, for a
    diagnosis, a wrong signature is explained, for which `host` is scheme and host of the URL. `raw` (the signature) and
    `expires` are set by the checks of their form.
    """

    call: Call
    url: SnapshotUrl
    referer: str | None = None
    key: KeyFacts | None = None
    signature_known: bool = False
    is_swapped: bool = False
    thorough: bool = False
    host: str = ""
    raw: bytes | None = None
    expires: int | None = None


def judge(case: SnapshotCase) -> Verdict:
    """Run the checks on a signed URL, in order: all of them if the case is `thorough`, else up to the first that fails."""
    return judge_case((), CHECKS, case, well=WELL, thorough=case.thorough)


def _one_credential(case: SnapshotCase) -> Result:
    url = case.url
    if url.is_escaped:
        return Fail(reasons.SNAPSHOT_HTML_ESCAPED)
    if url.token is not None:
        return Fail(reasons.SNAPSHOT_TWO_CREDENTIALS)
    return Fail(reasons.SNAPSHOT_CREDENTIAL_MISSING) if url.signature is None else None


def _once(case: SnapshotCase) -> Result:
    if not case.url.twice:
        return None
    return Fail(reasons.SNAPSHOT_PARAMETER_TWICE, f"The parameter '{case.url.twice}' occurs twice in the URL.")


def _last(case: SnapshotCase) -> Result:
    if case.url.signature is None:
        return NOT_REACHED
    return None if case.url.is_last else Fail(reasons.SNAPSHOT_SIGNATURE_NOT_LAST)


def _signature_form(case: SnapshotCase) -> Result:
    text = case.url.signature
    if text is None:
        return NOT_REACHED
    if len(text) == SIGNATURE_LENGTH and _BASE64URL.fullmatch(text):
        raw = _decode(text)
        if encode_base64url(raw) != text:
            detail = "The last character of the signature has unused bits that are not zero."
            return Fail(reasons.SNAPSHOT_SIGNATURE_FORM, detail)
        if not _ZERO < raw[:32] < _ORDER or not _ZERO < raw[32:] < _ORDER:
            return Fail(reasons.SIGNATURE_OUT_OF_RANGE)
        case.raw = raw
        return None
    return _odd_signature(text)


def _odd_signature(text: str) -> Fail:
    """Find the reason why the form of a signature is wrong."""
    plain = unquote_to_bytes(text).decode("latin-1").rstrip("\r\n")
    raw = _decode(plain.replace(" ", "-"))  # a '+' that a library read as a blank
    if _HEX.fullmatch(plain):
        detail = "The signature is hexadecimal, and not base64url."
    elif raw_of_der(raw) is not None:
        return Fail(reasons.SNAPSHOT_SIGNATURE_DER, f"The signature is {len(raw)} bytes of DER.")
    elif not plain:
        detail = "The signature is empty."
    elif plain.endswith("="):
        detail = "The signature ends with '=' padding."
    elif len(plain) == SIGNATURE_LENGTH:
        detail = "The signature has characters that base64url does not have ('+' and '/' are '-' and '_' there)."
    else:
        detail = f"A signature has {SIGNATURE_LENGTH} characters, this one {len(plain):,}."
    return Fail(reasons.SNAPSHOT_SIGNATURE_FORM, detail)


def _decode(text: str) -> bytes:
    """Decode Base64 or base64url, with padding or without; give no bytes if it is neither."""
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return a2b_base64(standard + "=" * (-len(standard) % 4), strict_mode=True)
    except (Base64Error, ValueError):
        return b""


def _team_given(case: SnapshotCase) -> Result:
    team_id = case.url.team_id
    if is_ten_character_id(team_id):
        return None
    return Fail(reasons.SNAPSHOT_TEAM_ID, f"The parameter 'teamId' is {show(team_id)}.")


def _key_given(case: SnapshotCase) -> Result:
    key_id = case.url.key_id
    if is_ten_character_id(key_id):
        return None
    return Fail(reasons.SNAPSHOT_KEY_ID, f"The parameter 'keyId' is {show(key_id)}.")


def _expires_form(case: SnapshotCase) -> Result:
    text = case.url.expires
    if text is None:
        return None
    if len(text) > LONGEST_NUMBER + 1 or _DIGITS.fullmatch(text) is None or len(text.lstrip("-")) > LONGEST_NUMBER:
        return Fail(reasons.SNAPSHOT_EXPIRES_MALFORMED, f"The parameter 'expires' is {show(text)}.")
    seconds = int(text)
    if seconds >= MILLISECONDS_FROM:
        detail = f"The parameter 'expires' is {show(text)}, which is no time in seconds."
        return Fail(reasons.SNAPSHOT_EXPIRES_IN_MILLISECONDS, detail)
    case.expires = seconds
    return None


def _key_known(case: SnapshotCase) -> Result:
    if case.key is not None:
        return None
    if not is_ten_character_id(case.url.key_id):
        return NOT_REACHED
    if case.is_swapped:
        return Fail(reasons.SNAPSHOT_IDS_SWAPPED, "The parameter 'teamId' is a Key ID, and 'keyId' is its team.")
    return Fail(reasons.KEY_UNKNOWN, f"No key with the Key ID {case.url.key_id} is registered here.")


def _key_state(case: SnapshotCase) -> Result:
    return NOT_REACHED if case.key is None else look_at_key_state(case.key, case.call)


def _key_service(case: SnapshotCase) -> Result:
    return NOT_REACHED if case.key is None else look_at_key_service(case.key, case.call)


def _team(case: SnapshotCase) -> Result:
    if case.key is None or not is_ten_character_id(case.url.team_id):
        return NOT_REACHED
    if case.url.team_id == case.key.team_id:
        return None
    if case.url.team_id == case.key.key_id:
        return Fail(reasons.SNAPSHOT_IDS_SWAPPED)
    return Fail(reasons.SNAPSHOT_OTHER_TEAM, f"The parameter 'teamId' is {show(case.url.team_id)}.")


def _signature(case: SnapshotCase) -> Result:
    if case.key is None or case.raw is None or not case.url.message:
        return NOT_REACHED
    if case.signature_known or case.key.public_key.has_signed(case.url.message, case.raw):
        return None
    detail = (
        f"The signature does not verify with the key {case.key.key_id} over the path and the query as they were sent."
    )
    if case.thorough:
        detail += " " + find_what_was_signed(case.url.message, case.raw, case.key.public_key, host=case.host)
    return Fail(reasons.SNAPSHOT_SIGNATURE_INVALID, detail)


def _expired(case: SnapshotCase) -> Result:
    if case.url.expires is None:
        return None
    if case.expires is None:
        return NOT_REACHED
    if case.call.at <= case.expires:
        return None
    ago = case.call.at - case.expires
    when = to_words(case.expires) if case.expires >= 0 else f"{case.expires:,} seconds before 1970"
    return Fail(reasons.SNAPSHOT_EXPIRED, f"The URL expired on {when}, {ago:,.0f} seconds ago.")


def _referer(case: SnapshotCase) -> Result:
    signed = case.url.referer
    if signed is None:
        return None
    if not case.referer:
        return Fail(reasons.SNAPSHOT_REFERER_MISSING, f"The URL is signed for {show(signed)}, and there is no Referer.")
    if signed == case.referer or _with_slash(signed) == _with_slash(case.referer):
        return None
    detail = f"The request's Referer is {show(case.referer)}; the URL is signed for {show(signed)}."
    return Fail(reasons.SNAPSHOT_REFERER_MISMATCH, detail)


def _with_slash(referer: str) -> str:
    """Add the slash that browsers append to a URL without a path: both forms are equivalent (RFC 3986 §6.2.3)."""
    return referer + "/" if referer.count("/") == 2 and "?" not in referer else referer


def _ceilings(case: SnapshotCase) -> Result:
    """Check the ceilings of the key: the time until `expires` is the lifetime, and `referer` is the origin."""
    key = case.key
    if key is None:
        return NOT_REACHED
    ceilings = key.ceilings
    if ceilings is NO_CEILINGS:
        return None
    if ceilings.scopes is not None and Service.WEB_SNAPSHOTS not in ceilings.scopes:
        allowed = " ".join(sorted(ceilings.scopes))
        return Fail(reasons.SCOPE_OVER_CEILING, f"A URL asks for 'web_snapshots'; the key allows '{allowed}'.")
    if ceilings.lifetime_s is not None:
        lifetime = None if case.expires is None else case.expires - case.call.at
        if lifetime is None or lifetime > ceilings.lifetime_s + LEEWAY_S:
            request = "has no 'expires'" if lifetime is None else f"is valid for {lifetime:,.0f} more seconds"
            detail = f"The URL {request}; the key allows {ceilings.lifetime_s:,} seconds."
            return Fail(reasons.LIFETIME_OVER_CEILING, detail)
    return None if ceilings.origins is None else _origin_ceiling(case, ceilings.origins, ceilings.origin_patterns)


def _origin_ceiling(case: SnapshotCase, allowed: str, allowed_patterns: tuple[Pattern, ...]) -> Result:
    origin = origin_of_referer(case.url.referer)
    patterns = () if origin is None else read_patterns(origin)
    if patterns and all(is_within(pattern, allowed_patterns) for pattern in patterns):
        return None
    request = "has no 'referer'" if origin is None else f"is for '{shorten(origin)}'"
    detail = f"The URL {request}; the key allows '{shorten(allowed, limit=200)}'."
    return Fail(reasons.ORIGIN_OVER_CEILING, detail)


def origin_of_referer(referer: str | None) -> str | None:
    """Give the origin of a Referer, as in an Origin header: `https://example.com`; None if it has none."""
    scheme, mark, rest = (referer or "").partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    return f"{scheme}://{host}" if mark and host else None


CHECKS: tuple[Check[SnapshotCase], ...] = (
    Check("The URL has one credential, a signature", _one_credential),
    Check("No parameter of the credential occurs twice", _once),
    Check("The signature is the last parameter", _last),
    Check("The signature is 64 raw bytes as base64url", _signature_form),
    Check("The parameter 'teamId' is a Team ID", _team_given),
    Check("The parameter 'keyId' is a Key ID", _key_given),
    Check("The parameter 'expires' is in seconds since the epoch", _expires_form),
    Check("The key is registered here", _key_known),
    Check("The key is live", _key_state),
    Check("The key is enabled for the service", _key_service),
    Check("The parameter 'teamId' is the key's team", _team),
    Check("The signature verifies over the URL as it was sent", _signature),
    Check("The URL has not expired", _expired),
    Check("The request's Referer is the one that was signed", _referer),
    Check("The URL stays below the key's ceilings", _ceilings),
)
WELL = all_passed((), CHECKS)
