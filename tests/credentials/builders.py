"""Teams, keys, tokens and calls for tests: each builder gives something valid, and takes what should differ."""

import json
from dataclasses import replace
from functools import cache

from trigpoint.base.base64url import encode_base64url
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import access_key, access_token, auth_checks, auth_token
from trigpoint.credentials.access_key import AccessKeyCase, AccessKeyClaims
from trigpoint.credentials.access_token import AccessClaims, AccessTokenCase
from trigpoint.credentials.api_token import ApiToken
from trigpoint.credentials.auth_token import AuthTokenCase
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.key import Key, PrivateHalf
from trigpoint.credentials.keypair import PrivateKey, generate
from trigpoint.credentials.roles import Role
from trigpoint.credentials.services import MAPKIT_JS_SERVICE, Service
from trigpoint.credentials.team import Team
from trigpoint.credentials.verdict import Finding, Outcome, Verdict

NOW = 1_795_449_600.0
"""2026-11-23T16:00:00Z: the hour of every test."""
TEAM = TeamId("K5GNLXS2QT")
OTHER_TEAM = TeamId("ZZ9PLURALZ")
KEY = KeyId("2X9R4HXF34")
OTHER_KEY = KeyId("7QJ8W2M5TC")
MAPS_ID = "maps.com.example.website"
SECRET_ID = "s1"
SECRET = bytes(range(64))


@cache
def a_private_key(number: int = 0) -> PrivateKey:
    """The same key pair for the same number, throughout a run."""
    del number
    return generate()


def a_team(**changes: object) -> Team:
    return replace(Team(TEAM, "Example", int(NOW * 1000)), **changes)


def a_key(**changes: object) -> Key:
    key = Key(
        KEY,
        TEAM,
        MAPS_ID,
        "Website key",
        MAPKIT_JS_SERVICE,
        a_private_key().public.der(),
        int(NOW * 1000),
        "operator:alice",
        PrivateHalf.DOWNLOADED,
    )
    return replace(key, **changes)


def an_api_token(**changes: object) -> ApiToken:
    token = ApiToken(
        token_id="7QJ8W2M5TC",
        name="Deployment",
        team_id=TEAM,
        role=Role.DEVELOPER,
        owner=None,
        start="tp_0000",
        digest=bytes(32),
        created_at=int(NOW * 1000),
        created_by="operator:alice",
        expires_at=int((NOW + 86_400) * 1000),
    )
    return replace(token, **changes)


def key_facts(**changes: object) -> KeyFacts:
    return replace(KeyFacts(KEY, TEAM, MAPS_ID, MAPKIT_JS_SERVICE, a_private_key().public), **changes)


def a_call(service: Service = Service.SERVER_API, *, origin: str | None = None, at: float = NOW) -> Call:
    return Call(service, origin, at)


def a_header(**changes: object) -> dict[str, object]:
    """A valid header; a change to `...` leaves the member out."""
    return _changed({"alg": "ES256", "kid": KEY, "typ": "JWT"}, changes)


def a_payload(**changes: object) -> dict[str, object]:
    """A valid payload; a change to `...` leaves the member out."""
    return _changed({"iss": TEAM, "iat": int(NOW) - 60, "exp": int(NOW) + 1800, "scope": "server_api"}, changes)


def an_auth_token(
    header: dict[str, object] | None = None,
    payload: dict[str, object] | None = None,
    *,
    private_key: PrivateKey | None = None,
) -> str:
    parts = (
        to_json(a_header() if header is None else header),
        to_json(a_payload() if payload is None else payload),
    )
    return a_signed_token(*parts, private_key=private_key)


def a_signed_token(header: bytes, payload: bytes, *, private_key: PrivateKey | None = None) -> str:
    """A token of any bytes, with a signature that verifies."""
    signing_input = f"{encode_base64url(header)}.{encode_base64url(payload)}"
    return f"{signing_input}.{encode_base64url((private_key or a_private_key()).sign(signing_input.encode()))}"


def an_access_token(*, secret: bytes = SECRET, secret_id: str = SECRET_ID, **changes: object) -> str:
    return access_token.sign(some_access_claims(**changes), secret_id=secret_id, secret=secret)


def some_access_claims(**changes: object) -> AccessClaims:
    claims = AccessClaims(TEAM, MAPS_ID, KEY, int(NOW), int(NOW) + access_token.LIFETIME_S)
    return claims._replace(**changes)  # type: ignore[arg-type]


def auth_case(token: str, call: Call | None = None, *, key: KeyFacts | None = None) -> AuthTokenCase:
    """The case as admission gathers it: with the key that the header names, if it is the one that is known."""
    known = key or key_facts()
    case = auth_token.open_case(token, call or a_call())
    if case.unverified_kid == known.key_id:
        case.key = known
    return case


def judge_auth(token: str, call: Call | None = None, *, key: KeyFacts | None = None) -> Verdict:
    return auth_checks.judge(auth_case(token, call, key=key))


def access_case(token: str, call: Call | None = None, *, key: KeyFacts | None = None) -> AccessTokenCase:
    known = key or key_facts()
    case = access_token.open_case(token, call or a_call())
    if access_token.unverified_secret_id(case) == SECRET_ID:
        case.secret = SECRET
    case.claims = access_token.verify_claims(case)
    if case.claims is not None and case.claims.key_id == known.key_id:
        case.key = known
    return case


def judge_access(token: str, call: Call | None = None, *, key: KeyFacts | None = None) -> Verdict:
    return access_token.judge(access_case(token, call, key=key))


def an_access_key(*, secret: bytes = SECRET, secret_id: str = SECRET_ID, **changes: object) -> str:
    claims = replace(AccessKeyClaims(TEAM, MAPS_ID, KEY, int(NOW) + 1800), **changes)
    return access_key.sign(claims, secret_id=secret_id, secret=access_key.derive_secret(secret))


def access_key_case(text: str | None, call: Call | None = None, *, key: KeyFacts | None = None) -> AccessKeyCase:
    """The case as a map's gate gathers it."""
    known = key or key_facts()
    case = access_key.open_case(text, call or a_call(Service.MAPKIT_JS))
    if case.unverified is not None and case.unverified.secret_id == SECRET_ID:
        case.secret = access_key.derive_secret(SECRET)
    case.claims = access_key.verify_claims(case)
    if case.claims is not None and case.claims.key_id == known.key_id:
        case.key = known
    return case


def judge_access_key(text: str | None, call: Call | None = None, *, key: KeyFacts | None = None) -> Verdict:
    return access_key.judge(access_key_case(text, call, key=key))


def codes(verdict: Verdict, outcome: Outcome = Outcome.FAILED) -> list[str]:
    """The codes of the findings that ended in one way, in order."""
    return [code_of(finding) for finding in verdict.findings if finding.outcome is outcome]


def code_of(finding: Finding | None) -> str:
    return "" if finding is None or finding.reason is None else finding.reason.code


def to_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _changed(members: dict[str, object], changes: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in (members | changes).items() if value is not ...}
