"""The access token: the HS512 JWT that `/v1/token` gives for 30 minutes (contract §3), and its list of checks."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

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
from trigpoint.credentials.jws import MalformedError, UnverifiedJws, encode_base64url, read_jws
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import Finding, Verdict

LIFETIME_S = 1800
LEEWAY_S = 60
"""Allowed clock skew between two machines, in seconds."""
CARRIED_LIMIT = 5_500
"""Longest `scope` and `origin` once they are escaped for an access token: the token stays below 8,192 characters."""
_ESCAPED = re.compile("[>?~\x7f]")
_ENCODER = json.JSONEncoder(separators=(",", ":"))
_PAYLOAD = '{"iss":"mapsapi","tid":%s,"appid":%s,"iti":false,"irt":false,"iat":%d,"exp":%d,"key":%s'


class AccessClaims(NamedTuple):
    """What an access token says. Times are in seconds since the epoch; `origin` and `scope` are the auth token's.

    `given_by` is MapKit JS where a page got it by initializing a map (contract §7.2); None is `/v1/token`.
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
    """One access token before the judge.

    `claims` is None until its signature was verified; `key` is None if its key is not known.
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
            payload += f',"{name}":{spell(value)}'
    signing_input = f"{_spell_header(secret_id)}.{encode_base64url((payload + '}').encode('ascii'))}"
    return f"{signing_input}.{encode_base64url(_mac(secret, signing_input.encode('ascii')))}"


@lru_cache(maxsize=16)
def _spell_header(secret_id: str) -> str:
    """Write the header of the tokens that a secret signs: it is the same for all of them."""
    return encode_base64url(spell({"typ": "JWT", "alg": "HS512", "kid": secret_id}).encode("ascii"))


@lru_cache(maxsize=4096)
def _spell_name(name: str) -> str:
    """Write a name that a key has: the tokens of a key have the same ones."""
    return spell(name)


def spell(value: object) -> str:
    """Write JSON that is ASCII without `>`, `?` and `~`: its base64url has no `-` and no `_`."""
    text = _ENCODER.encode(value)
    return _ESCAPED.sub(_escape, text) if _ESCAPED.search(text) else text


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def open_case(token: str, call: Call) -> AccessTokenCase:
    """Read a token for judging; what is wrong with its form becomes a finding."""
    try:
        return AccessTokenCase(call, read_jws(token))
    except MalformedError as error:
        return AccessTokenCase(call, malformed=error)


def unverified_secret_id(case: AccessTokenCase) -> str | None:
    """Name the signing secret that the token claims to be signed with."""
    secret_id = case.jws.header.get("kid") if case.jws is not None else None
    return secret_id if isinstance(secret_id, str) else None


def verify_claims(case: AccessTokenCase) -> AccessClaims | None:
    """Verify the signature with `case.secret`, and read the claims; None if either is wrong."""
    jws = case.jws
    if jws is None or case.secret is None or jws.header.get("alg") != "HS512":
        return None
    if not hmac.compare_digest(_mac(case.secret, jws.signing_input), jws.signature):
        return None
    return _read_claims(jws.payload)


def as_made_by(claims: AccessClaims, call: Call) -> Call:
    """Count a call of `/v1/*` for MapKit JS if its token was given to a page with a map.

    Apple's pages call `/v1/*` with the token of their bootstrap (contract §7.5), whose scope is `mapkit_js`. So the
    key, the scope and the origin are judged for that service, and usage counts the call there.
    """
    if claims.given_by is None or call.service is not Service.SERVER_API:
        return call
    return call._replace(service=claims.given_by)


def judge(case: AccessTokenCase, *, thorough: bool = True) -> Verdict:
    """Run the checks over an access token, every one if `thorough`, else up to the first that fails; in order."""
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
    detail = f"It says that it lives {lives:,} seconds, and was issued on {to_words(case.claims.issued_at)}."
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
    Check("The access token lives no longer than 30 minutes", _lifetime),
    Check("The key behind it is registered here", _key_known),
    Check("The key behind it is live", _key_state),
    Check("The key is enabled for the service", _key_service),
    Check("The scope contains the service", _scope),
    Check("The origin is allowed", _origin),
)
CHECKS = READ_CHECKS + USE_CHECKS

READ: tuple[Finding, ...] = (*FORM_PASSED, *(check.passed for check in READ_CHECKS))
"""Findings of a token that was read and verified before: the result of these checks cannot change."""

WELL = all_passed(READ, USE_CHECKS)
