"""The access token: the HS512 JWT that `/v1/token` gives for 30 minutes (contract §3), and its list of checks."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from trigpoint.base.base64url import encode_base64url
from trigpoint.base.clock import to_words
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import reasons
from trigpoint.credentials.call import Call
from trigpoint.credentials.checks import (
    FORM_PASSED,
    NOT_REACHED,
    Check,
    Fail,
    Result,
    all_passed,
    judge_case,
    judge_form,
)
from trigpoint.credentials.claims import look_at_origin, look_at_scope
from trigpoint.credentials.facts import KeyFacts, look_at_key_service, look_at_key_state
from trigpoint.credentials.jws import MalformedError, UnverifiedJws, read_jws
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import Finding, Verdict

LIFETIME_S = 1800
LEEWAY_S = 60
"""Allowed clock skew between two machines of an installation."""
CARRIED_LIMIT = 5_500
"""Longest `scope` and `origin` together, in characters of ASCII JSON, so that an access token has at most 8,192."""
_ESCAPED = re.compile("[>?~\x7f]")
_ENCODER = json.JSONEncoder(separators=(",", ":"))
_PAYLOAD = '{"iss":"mapsapi","tid":%s,"appid":%s,"iti":false,"irt":false,"iat":%d,"exp":%d,"key":%s'


class AccessClaims(NamedTuple):
    """The claims of an access token. Times are in seconds since the epoch; `origin` and `scope` are those of the auth token.

    `given_by` is MapKit JS for a token that a page got by initializing a map (contract §7.2), and None for `/v1/token`.
    """

    team_id: TeamId
    maps_id: str
    key_id: KeyId
    issued_at: int
    expires_at: int
    scope: str | None = None
    origin: str | None = None
    given_by: Service | None = None


@dataclass(slots=True)
class AccessTokenCase:
    """An access token that is to be judged, with the data that the checks need.

    `secret` is the signing secret that it names, None if unknown; `claims` is None unless the signature is right; `key` is
    None if the key that it names is unknown. A token that was verified before has `claims`, and no `jws`.
    """

    call: Call
    jws: UnverifiedJws | None = None
    malformed: MalformedError | None = None
    secret: bytes | None = None
    claims: AccessClaims | None = None
    key: KeyFacts | None = None


def sign(claims: AccessClaims, *, secret_id: str, secret: bytes) -> str:
    """Write an access token. Its payload is ASCII without `>`, `?` and `~` (contract §9, 1).

    Nothing in it is drawn at random: a key's exchanges of one second get the same token, so that it is written once.
    """
    return _sign(claims, secret_id, secret)


@lru_cache(maxsize=256)
def _sign(claims: AccessClaims, secret_id: str, secret: bytes) -> str:
    payload = _PAYLOAD % (
        _spell_name(claims.team_id),
        _spell_name(claims.maps_id),
        claims.issued_at,
        claims.expires_at,
        _spell_name(claims.key_id),
    )
    for name, value in (("scope", claims.scope), ("origin", claims.origin), ("for", claims.given_by)):
        if value is not None:
            payload += f',"{name}":{to_ascii_json(value)}'
    signing_input = f"{_encode_header(secret_id)}.{encode_base64url((payload + '}').encode('ascii'))}"
    return f"{signing_input}.{encode_base64url(_mac(secret, signing_input.encode('ascii')))}"


@lru_cache(maxsize=16)
def _encode_header(secret_id: str) -> str:
    """Write the header of the tokens that a secret signs: it is the same for all of them."""
    return encode_base64url(to_ascii_json({"typ": "JWT", "alg": "HS512", "kid": secret_id}).encode("ascii"))


@lru_cache(maxsize=4096)
def _spell_name(name: str) -> str:
    """Write a name that a key has: the tokens of a key have the same ones."""
    return to_ascii_json(name)


def to_ascii_json(value: object) -> str:
    """Write JSON in ASCII, with `>`, `?` and `~` escaped, so that its base64url contains neither `-` nor `_`."""
    text = _ENCODER.encode(value)
    return _ESCAPED.sub(_escape, text) if _ESCAPED.search(text) else text


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def open_case(token: str, call: Call) -> AccessTokenCase:
    """Parse a token; an error of its form is recorded in the case, and becomes a finding."""
    try:
        return AccessTokenCase(call, read_jws(token))
    except MalformedError as error:
        return AccessTokenCase(call, malformed=error)


def unverified_secret_id(case: AccessTokenCase) -> str | None:
    """Give the ID of the signing secret that the token names (`kid`); None if it names none."""
    secret_id = case.jws.header.get("kid") if case.jws is not None else None
    return secret_id if isinstance(secret_id, str) else None


def verify_claims(case: AccessTokenCase) -> AccessClaims | None:
    """Verify the signature with `case.secret`, and give the claims; None if either is wrong."""
    jws = case.jws
    if jws is None or case.secret is None or jws.header.get("alg") != "HS512":
        return None
    if not hmac.compare_digest(_mac(case.secret, jws.signing_input), jws.signature):
        return None
    return _read_claims(jws.payload)


def as_made_by(claims: AccessClaims, call: Call) -> Call:
    """Give the call with the service MapKit JS if its access token was given to a page that initialized a map.

    Pages call `/v1/*` with the access token of their bootstrap (contract §7.5), whose scope is `mapkit_js`. So key, scope
    and origin are judged for that service, and the call is counted there.
    """
    if claims.given_by is None or call.service is not Service.SERVER_API:
        return call
    return replace(call, service=claims.given_by)


def judge(case: AccessTokenCase, *, thorough: bool = True) -> Verdict:
    """Run the checks on an access token, in order: all of them if `thorough`, else up to the first that fails."""
    if case.jws is None and case.claims is not None:
        return judge_case(READ, USE_CHECKS, case, well=WELL, thorough=thorough)
    return judge_case(judge_form(case.malformed), CHECKS, case, well=WELL, thorough=thorough)


def _mac(secret: bytes, message: bytes) -> bytes:
    return hmac.digest(secret, message, hashlib.sha512)


def _read_claims(payload: dict[str, object]) -> AccessClaims | None:
    team, maps_id, key = payload.get("tid"), payload.get("appid"), payload.get("key")
    issued, expires = payload.get("iat"), payload.get("exp")
    scope, origin = payload.get("scope"), payload.get("origin")
    given_by = payload.get("for")
    if (
        isinstance(team, str)
        and isinstance(maps_id, str)
        and isinstance(key, str)
        and isinstance(issued, int)
        and isinstance(expires, int)
        and (scope is None or isinstance(scope, str))
        and (origin is None or isinstance(origin, str))
        and given_by in (None, Service.MAPKIT_JS.value)
    ):
        by = None if given_by is None else Service.MAPKIT_JS
        return AccessClaims(TeamId(team), maps_id, KeyId(key), issued, expires, scope, origin, by)
    return None


def _alg(case: AccessTokenCase) -> Result:
    if case.jws is None:
        return NOT_REACHED
    alg = case.jws.header.get("alg")
    if alg == "HS512":
        return None
    if alg == "ES256":
        return Fail(reasons.AUTH_TOKEN_NOT_EXCHANGED)
    return Fail(reasons.ACCESS_TOKEN_ALG)


def _secret(case: AccessTokenCase) -> Result:
    if case.jws is None or case.jws.header.get("alg") != "HS512":
        return NOT_REACHED
    return None if case.secret is not None else Fail(reasons.ACCESS_TOKEN_FOREIGN)


def _signature(case: AccessTokenCase) -> Result:
    if case.secret is None or case.jws is None or case.jws.header.get("alg") != "HS512":
        return NOT_REACHED
    return None if case.claims is not None else Fail(reasons.ACCESS_TOKEN_INVALID)


def _expired(case: AccessTokenCase) -> Result:
    if case.claims is None:
        return NOT_REACHED
    if case.call.at < case.claims.expires_at:
        return None
    return Fail(reasons.ACCESS_TOKEN_EXPIRED, f"The access token expired on {to_words(case.claims.expires_at)}.")


def _lifetime(case: AccessTokenCase) -> Result:
    if case.claims is None:
        return NOT_REACHED
    lives, ahead = case.claims.expires_at - case.claims.issued_at, case.claims.issued_at - case.call.at
    if lives <= LIFETIME_S and ahead <= LEEWAY_S:
        return None
    detail = f"Its lifetime is {lives:,} seconds, and it was issued on {to_words(case.claims.issued_at)}."
    return Fail(reasons.ACCESS_TOKEN_TOO_LONG, detail)


def _key_known(case: AccessTokenCase) -> Result:
    if case.key is not None:
        return None
    if case.claims is None:
        return NOT_REACHED
    return Fail(
        reasons.KEY_UNKNOWN, f"The key {case.claims.key_id}, behind this access token, is not registered any more."
    )


def _key_state(case: AccessTokenCase) -> Result:
    return NOT_REACHED if case.key is None else look_at_key_state(case.key, case.call)


def _key_service(case: AccessTokenCase) -> Result:
    return NOT_REACHED if case.key is None else look_at_key_service(case.key, case.call)


def _scope(case: AccessTokenCase) -> Result:
    if case.claims is None:
        return NOT_REACHED
    return None if case.claims.scope is None else look_at_scope(case.claims.scope, case.call)


def _origin(case: AccessTokenCase) -> Result:
    if case.claims is None:
        return NOT_REACHED
    return None if case.claims.origin is None else look_at_origin(case.claims.origin, case.call)


READ_CHECKS: tuple[Check[AccessTokenCase], ...] = (
    Check("The token is an access token", _alg),
    Check("The access token was issued here", _secret),
    Check("The access token is unchanged", _signature),
)
USE_CHECKS: tuple[Check[AccessTokenCase], ...] = (
    Check("The access token has not expired", _expired),
    Check("The access token's lifetime is at most 30 minutes", _lifetime),
    Check("The key behind it is registered here", _key_known),
    Check("The key behind it is live", _key_state),
    Check("The key is enabled for the service", _key_service),
    Check("The scope contains the service", _scope),
    Check("The origin is allowed", _origin),
)
CHECKS = READ_CHECKS + USE_CHECKS

READ: tuple[Finding, ...] = (*FORM_PASSED, *(check.passed for check in READ_CHECKS))
"""The findings for a token that was parsed and verified before: the results of these checks cannot change."""

WELL = all_passed(READ, USE_CHECKS)
