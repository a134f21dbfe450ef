"""The checks of an auth token, in the order of contract §2.3. A check returns None if the token passes it."""

import math

from trigpoint.base.clock import DAY_S, Milliseconds, to_seconds, to_words
from trigpoint.base.ids import is_ten_character_id
from trigpoint.credentials import reasons
from trigpoint.credentials.access_token import CARRIED_LIMIT, to_ascii_json
from trigpoint.credentials.auth_token import AuthTokenCase
from trigpoint.credentials.ceilings import NO_CEILINGS, look_at_ceilings
from trigpoint.credentials.checks import (
    FORM_PASSED,
    NOT_REACHED,
    Check,
    Fail,
    Result,
    Warn,
    all_passed,
    judge_case,
    judge_form,
)
from trigpoint.credentials.claims import look_at_origin, look_at_scope, show
from trigpoint.credentials.facts import look_at_key_service, look_at_key_state
from trigpoint.credentials.keypair import P256_ORDER, raw_of_der
from trigpoint.credentials.services import NEEDS_ORIGIN, Service
from trigpoint.credentials.verdict import Verdict

LEEWAY_S = 60
"""Allowed clock skew of the signer, in seconds."""
YEAR_S = 366 * DAY_S
LONGEST_DURATION_S = 10 * YEAR_S
"""A time up to this many seconds was meant as a duration: as a time it is before 1980."""
MILLISECONDS_FROM = 1e11
MILLISECONDS_TO = 1e14
"""Times in this range are reported as milliseconds: as seconds they are after the year 5138."""
DIGITS_LIMIT = 15
"""Most digits of a time that is written as text."""
EARLIEST = -62_135_596_800
"""1 January of the year 1, in seconds since the epoch: the earliest date that can be written."""
_EMBEDDED = frozenset(("jwk", "jku", "x5c", "x5u"))
_ZERO, _ORDER = bytes(32), P256_ORDER.to_bytes(32)  # big-endian numbers of one length compare as bytes
_SURELY_CARRIED = 1_000
"""Length of header and payload up to which the claims fit into an access token, however they are escaped."""
_TIMES = ("iat", "exp", "nbf")


def judge(case: AuthTokenCase, *, thorough: bool = True) -> Verdict:
    """Run the checks on an auth token, in order: all of them if `thorough`, else up to the first that fails."""
    return judge_case(judge_form(case.malformed), CHECKS, case, well=WELL, thorough=thorough)


def _alg(case: AuthTokenCase) -> Result:
    alg = case.header.get("alg")
    if alg == "ES256":
        return None
    if case.header_unread:
        return NOT_REACHED
    if alg == "HS512" and case.payload.get("iss") == "mapsapi":
        return Fail(reasons.ACCESS_TOKEN_SENT)
    return Fail(reasons.ALG_NOT_ES256, f"The header's 'alg' is {show(alg)}.")


def _typ(case: AuthTokenCase) -> Result:
    typ = case.header.get("typ")
    if typ == "JWT" or (isinstance(typ, str) and typ.upper() == "JWT"):
        return None
    if case.header_unread:
        return NOT_REACHED
    if "typ" not in case.header:
        return Warn(reasons.TYP_MISSING)
    return Fail(reasons.TYP_NOT_JWT, f"The header's 'typ' is {show(typ)}.")


def _kid(case: AuthTokenCase) -> Result:
    kid = case.header.get("kid")
    if (case.key is not None and kid == case.key.key_id) or is_ten_character_id(kid):
        return None
    if case.header_unread:
        return NOT_REACHED
    if kid is None:
        return Fail(reasons.KID_MISSING)
    if isinstance(kid, str) and is_ten_character_id(kid.strip()):
        what = "a line break" if "\n" in kid or "\r" in kid else "white space"
        return Fail(reasons.KID_MALFORMED, f"The header's 'kid' is the Key ID {kid.strip()}, with {what} around it.")
    return Fail(reasons.KID_MALFORMED, f"The header's 'kid' is {show(kid)}.")


def _crit(case: AuthTokenCase) -> Result:
    if "crit" in case.header:
        return Fail(reasons.CRIT_NOT_SUPPORTED)
    return NOT_REACHED if case.header_unread else None


def _embedded(case: AuthTokenCase) -> Result:
    if not _EMBEDDED.isdisjoint(case.header):
        return Fail(reasons.KEY_EMBEDDED, f"The header has '{min(_EMBEDDED.intersection(case.header))}'.")
    return NOT_REACHED if case.header_unread else None


def _signature_form(case: AuthTokenCase) -> Result:
    if case.jws is None:
        return NOT_REACHED
    signature = case.jws.signature
    warning: Warn | None = None
    if len(signature) != 64:
        if not signature:
            return Fail(reasons.SIGNATURE_MISSING)
        if not _is_der(signature):
            return Fail(reasons.SIGNATURE_LENGTH, f"A signature has 64 bytes, this one {len(signature)}.")
        raw = raw_of_der(signature) if case.call.service is Service.MAPKIT_JS else None
        if raw is None:
            return Fail(reasons.SIGNATURE_DER, f"The signature is {len(signature)} bytes of DER.")
        warning = Warn(reasons.SIGNATURE_DER, f"The signature is {len(signature)} bytes of DER.")
        signature = raw
    if not _ZERO < signature[:32] < _ORDER or not _ZERO < signature[32:] < _ORDER:
        return Fail(reasons.SIGNATURE_OUT_OF_RANGE)
    case.raw_signature = signature
    return warning


def _required_claims(case: AuthTokenCase) -> Result:
    if case.jws is None:
        return NOT_REACHED
    payload = case.payload
    if payload.get("iss") is None:
        return Fail(reasons.ISS_MISSING)
    if payload.get("iat") is None:
        return Fail(reasons.IAT_MISSING)
    if payload.get("exp") is None and not (case.key is not None and case.key.may_omit_exp):
        return Fail(reasons.EXP_MISSING)
    return None


def _times(case: AuthTokenCase) -> Result:
    if case.jws is None:
        return NOT_REACHED
    payload = case.payload
    warning: Warn | None = None
    for name in _TIMES:
        value = payload.get(name)
        if value is None:
            if name in payload and name == "nbf":
                return Fail(reasons.TIME_NOT_NUMBER, "The claim 'nbf' is null.")
            continue
        time = _read_time(name, value)
        if type(time) is Fail:
            return time
        if type(value) is str:
            detail = f"The claim '{name}' is the string {show(value)}."
            warning = warning or Warn(reasons.TIME_IS_STRING, detail)
        setattr(case, name, time)
    return warning


def _read_time(name: str, value: object) -> float | Fail:
    """Read a time in seconds since the epoch: a number, or a string of digits; else give the failure."""
    if type(value) is str and value.isascii() and value.isdigit() and len(value) <= DIGITS_LIMIT:
        value = int(value)
    if type(value) is not int and (type(value) is not float or not math.isfinite(value)):
        return Fail(reasons.TIME_NOT_NUMBER, f"The claim '{name}' is {show(value)}.")
    return value if EARLIEST <= value < MILLISECONDS_FROM else _too_large(name, value)


def _too_large(name: str, value: float) -> Fail:
    if MILLISECONDS_FROM <= value < MILLISECONDS_TO:
        would_be = to_words(to_seconds(Milliseconds(int(value))))
        detail = f"The claim '{name}' is {show(value)}: in milliseconds that is {would_be}; it must be in seconds."
        return Fail(reasons.TIME_IN_MILLISECONDS, detail)
    return Fail(reasons.TIME_NOT_NUMBER, f"The claim '{name}' is {show(value)}, which is no time in seconds.")


def _key_known(case: AuthTokenCase) -> Result:
    if case.key is not None:
        return None
    kid = case.header.get("kid")
    if not is_ten_character_id(kid):
        return NOT_REACHED
    if case.is_swapped:
        detail = (
            f"The claim 'iss' is {show(case.payload.get('iss'))}, a Key ID, and 'kid' is its team: they are swapped."
        )
        return Fail(reasons.ISS_IS_KEY_ID, detail)
    return Fail(reasons.KEY_UNKNOWN, f"No key with the Key ID {kid} is registered here.")


def _key_state(case: AuthTokenCase) -> Result:
    return NOT_REACHED if case.key is None else look_at_key_state(case.key, case.call)


def _key_service(case: AuthTokenCase) -> Result:
    return NOT_REACHED if case.key is None else look_at_key_service(case.key, case.call)


def _issuer(case: AuthTokenCase) -> Result:
    iss = case.payload.get("iss")
    if case.key is not None and iss == case.key.team_id:
        return None
    if iss is None:
        return NOT_REACHED
    if iss == case.header.get("kid") or (case.key is not None and iss == case.key.key_id):
        return Fail(reasons.ISS_IS_KEY_ID, f"The claim 'iss' is {show(iss)}, which is the Key ID.")
    if case.key is None:
        return NOT_REACHED
    if is_ten_character_id(iss):
        return Fail(reasons.ISS_NOT_TEAM, f"The claim 'iss' is {show(iss)}; the key belongs to another team.")
    return Fail(reasons.ISS_NOT_TEAM, f"The claim 'iss' is {show(iss)}, which is not a Team ID.")


def _signature(case: AuthTokenCase) -> Result:
    jws, key = case.jws, case.key
    if jws is None or key is None or case.raw_signature is None:
        return NOT_REACHED
    if case.signature_known or key.public_key.has_signed(jws.signing_input, case.raw_signature):
        return None
    return Fail(reasons.SIGNATURE_INVALID, f"The signature does not verify with the key {key.key_id}.")


def _unless_endless(case: AuthTokenCase) -> Result:
    """Give the result of a check that needs an expiry, for a token without one: passed only if its key allows that."""
    endless = case.key is not None and case.key.may_omit_exp and case.payload.get("exp") is None
    return None if endless and case.iat is not None else NOT_REACHED


def _issued(case: AuthTokenCase) -> Result:
    if case.iat is None:
        return NOT_REACHED
    ahead = case.iat - case.call.at
    if ahead <= LEEWAY_S:
        return None
    return Fail(reasons.IAT_IN_FUTURE, f"The claim 'iat' is {to_words(case.iat)}: {ahead:,.0f} seconds ahead.")


def _expired(case: AuthTokenCase) -> Result:
    if case.exp is None:
        return _unless_endless(case)
    if case.exp > case.call.at:
        return None
    ago = case.call.at - case.exp
    return Fail(reasons.TOKEN_EXPIRED, f"The token expired on {to_words(case.exp)}, {ago:,.0f} seconds ago.")


def _order_of_times(case: AuthTokenCase) -> Result:
    if case.iat is None or case.exp is None:
        return _unless_endless(case)
    if case.exp >= case.iat:
        return None
    if 0 < case.exp <= LONGEST_DURATION_S:
        detail = f"The claim 'exp' is {show(case.payload.get('exp'))}: a duration, where a time belongs."
        return Fail(reasons.EXP_BEFORE_IAT, detail)
    detail = f"The claim 'exp' is {to_words(case.exp)}, and 'iat' is {to_words(case.iat)}."
    return Fail(reasons.EXP_BEFORE_IAT, detail)


def _not_before(case: AuthTokenCase) -> Result:
    if case.nbf is None:
        return NOT_REACHED if case.jws is None or "nbf" in case.payload else None
    if case.nbf <= case.call.at:
        return None
    return Fail(reasons.NBF_IN_FUTURE, f"The claim 'nbf' is {to_words(case.nbf)}.")


def _lifetime(case: AuthTokenCase) -> Result:
    if case.iat is None or case.exp is None:
        return _unless_endless(case)
    if case.exp - case.iat <= YEAR_S:
        return None
    return Warn(reasons.LIFETIME_OVER_A_YEAR, f"The token expires on {to_words(case.exp)}.")


def _scope(case: AuthTokenCase) -> Result:
    if case.jws is None:
        return NOT_REACHED
    return look_at_scope(case.payload.get("scope"), case.call)


def _origin(case: AuthTokenCase) -> Result:
    if case.jws is None:
        return NOT_REACHED
    claim = case.payload.get("origin")
    if claim is None and case.call.service in NEEDS_ORIGIN:
        return Warn(reasons.NO_ORIGIN)
    return look_at_origin(claim, case.call)


def _carried(case: AuthTokenCase) -> Result:
    if case.jws is None:
        return NOT_REACHED
    if len(case.jws.signing_input) <= _SURELY_CARRIED:
        return None
    claims = (case.payload.get("scope"), case.payload.get("origin"))
    length = sum(len(to_ascii_json(claim)) for claim in claims if isinstance(claim, str))
    if length <= CARRIED_LIMIT:
        return None
    detail = f"The claims 'scope' and 'origin' take {length:,} characters; an access token has room for 5,500."
    return Fail(reasons.CLAIMS_TOO_LONG, detail)


def _ceilings(case: AuthTokenCase) -> Result:
    if case.key is not None and case.key.ceilings is NO_CEILINGS:
        return None
    if case.key is None or case.jws is None:
        return NOT_REACHED
    claims = case.payload
    return look_at_ceilings(
        case.key.ceilings, scope=claims.get("scope"), origin=claims.get("origin"), iat=case.iat, exp=case.exp
    )


CHECKS: tuple[Check[AuthTokenCase], ...] = (
    Check("The header's 'alg' is ES256", _alg),
    Check("The header's 'typ' is JWT", _typ),
    Check("The header's 'kid' is a Key ID", _kid),
    Check("The header requires no extensions", _crit),
    Check("The header contains no key", _embedded),
    Check("The signature is 64 raw bytes in range", _signature_form),
    Check("The claims 'iss', 'iat' and 'exp' are present", _required_claims),
    Check("The times are seconds since the epoch", _times),
    Check("The key is registered here", _key_known),
    Check("The key is live", _key_state),
    Check("The key is enabled for the service", _key_service),
    Check("The claim 'iss' is the key's team", _issuer),
    Check("The signature verifies with the key", _signature),
    Check("The token was not issued in the future", _issued),
    Check("The token expires after it was issued", _order_of_times),
    Check("The token has not expired", _expired),
    Check("The token is valid already", _not_before),
    Check("The token's lifetime is at most a year", _lifetime),
    Check("The scope contains the service", _scope),
    Check("The origin is allowed", _origin),
    Check("The token stays below the key's ceilings", _ceilings),
    Check("The scope and origin fit into an access token", _carried),
)
WELL = all_passed(FORM_PASSED, CHECKS)


def _is_der(signature: bytes) -> bool:
    return 8 <= len(signature) <= 72 and signature[0] == 0x30 and signature[1] == len(signature) - 2
