"""Each reason for a refusal or a warning occurs, alone and by its code."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credentials.builders import (
    KEY,
    NOW,
    OTHER_KEY,
    OTHER_TEAM,
    SECRET,
    TEAM,
    a_call,
    a_header,
    a_payload,
    a_private_key,
    a_signed_token,
    an_access_key,
    an_access_token,
    an_api_token,
    an_auth_token,
    code_of,
    codes,
    judge_access,
    judge_access_key,
    judge_auth,
    key_facts,
    to_json,
)
from trigpoint.base.base64url import encode_base64url
from trigpoint.credentials.api_token_checks import actor_of, require_form, require_live
from trigpoint.credentials.bearer import read_bearer
from trigpoint.credentials.ceilings import Ceilings
from trigpoint.credentials.key import KeyState, RevocationReason
from trigpoint.credentials.reasons import REASONS
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import Outcome, RefusedError, Verdict

HEADER, PAYLOAD = to_json(a_header()), to_json(a_payload())


def with_header(header: bytes) -> str:
    return a_signed_token(header, PAYLOAD)


def with_payload(payload: bytes) -> str:
    return a_signed_token(HEADER, payload)


def with_signature(change: Callable[[bytes], bytes]) -> str:
    signing_input, _, _ = an_auth_token().rpartition(".")
    return f"{signing_input}.{encode_base64url(change(a_private_key().sign(signing_input.encode())))}"


def as_der(raw: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))


def not_canonical() -> str:
    token = an_auth_token()
    last = "AQgw".index(token[-1])
    return token[:-1] + "BRhx"[last]


def seventeen_deep(part: bytes) -> bytes:
    return part[:-1] + b',"a":' + b"[" * 16 + b"]" * 16 + b"}"


def header_of(**changes: object) -> str:
    return an_auth_token(a_header(**changes))


def claims_of(**changes: object) -> str:
    return an_auth_token(payload=a_payload(**changes))


AUTH: dict[str, Callable[[], str]] = {
    "TOKEN_TOO_LONG": lambda: claims_of(note="x" * 8192),
    "TOKEN_IN_MARKS": lambda: f'"{an_auth_token()}"',
    "TOKEN_NOT_THREE_PARTS": lambda: an_auth_token().rpartition(".")[0],
    "TOKEN_PADDED": lambda: an_auth_token() + "==",
    "TOKEN_NOT_BASE64URL": lambda: an_auth_token()[:-1] + "+",
    "TOKEN_NOT_CANONICAL": not_canonical,
    "HEADER_NOT_UTF8": lambda: with_header(b'{"alg":"ES256","note":"\xff"}'),
    "HEADER_HAS_BOM": lambda: with_header(b"\xef\xbb\xbf" + HEADER),
    "HEADER_NOT_JSON": lambda: with_header(b"{'alg':'ES256'}"),
    "HEADER_NOT_OBJECT": lambda: with_header(b'["ES256"]'),
    "HEADER_TOO_MANY_PARTS": lambda: header_of(note=[1] * 130),
    "HEADER_TOO_DEEP": lambda: with_header(seventeen_deep(HEADER)),
    "HEADER_DUPLICATE_MEMBER": lambda: with_header(HEADER[:-1] + b',"kid":"2X9R4HXF34"}'),
    "PAYLOAD_NOT_UTF8": lambda: with_payload(PAYLOAD[:-1] + b',"note":"\\ud800"}'),
    "PAYLOAD_HAS_BOM": lambda: with_payload(b"\xef\xbb\xbf" + PAYLOAD),
    "PAYLOAD_NOT_JSON": lambda: with_payload(PAYLOAD[:-1] + b',"note":NaN}'),
    "PAYLOAD_NOT_OBJECT": lambda: with_payload(b'"iss"'),
    "PAYLOAD_TOO_MANY_PARTS": lambda: claims_of(note=[1] * 130),
    "PAYLOAD_TOO_DEEP": lambda: with_payload(seventeen_deep(PAYLOAD)),
    "PAYLOAD_DUPLICATE_MEMBER": lambda: with_payload(PAYLOAD[:-1] + b',"a":{"b":1,"b":1}}'),
    "ALG_NOT_ES256": lambda: header_of(alg="none"),
    "ACCESS_TOKEN_SENT": an_access_token,
    "TYP_NOT_JWT": lambda: header_of(typ="at+jwt"),
    "KID_MISSING": lambda: header_of(kid=...),
    "KID_MALFORMED": lambda: header_of(kid="AuthKey_2X9R4HXF34.p8"),
    "CRIT_NOT_SUPPORTED": lambda: header_of(crit=["b64"]),
    "KEY_EMBEDDED": lambda: header_of(jwk={"kty": "EC"}),
    "SIGNATURE_MISSING": lambda: with_signature(lambda _: b""),
    "SIGNATURE_DER": lambda: with_signature(as_der),
    "SIGNATURE_LENGTH": lambda: with_signature(lambda raw: raw[:-1]),
    "SIGNATURE_OUT_OF_RANGE": lambda: with_signature(lambda raw: bytes(32) + raw[32:]),
    "SIGNATURE_INVALID": lambda: an_auth_token(private_key=a_private_key(1)),
    "ISS_MISSING": lambda: claims_of(iss=...),
    "ISS_NOT_TEAM": lambda: claims_of(iss=OTHER_TEAM),
    "ISS_IS_KEY_ID": lambda: claims_of(iss=KEY),
    "IAT_MISSING": lambda: claims_of(iat=...),
    "EXP_MISSING": lambda: claims_of(exp=...),
    "TIME_NOT_NUMBER": lambda: claims_of(exp="2026-11-23T17:00:00Z"),
    "TIME_IN_MILLISECONDS": lambda: claims_of(exp=int(NOW + 600) * 1000),
    "IAT_IN_FUTURE": lambda: claims_of(iat=int(NOW) + 61),
    "TOKEN_EXPIRED": lambda: claims_of(exp=int(NOW)),
    "EXP_BEFORE_IAT": lambda: claims_of(iat=int(NOW) + 40, exp=int(NOW) + 20),
    "NBF_IN_FUTURE": lambda: claims_of(nbf=int(NOW) + 1),
    "KEY_UNKNOWN": lambda: header_of(kid=OTHER_KEY),
    "SCOPE_MALFORMED": lambda: claims_of(scope=["server_api"]),
    "SCOPE_LACKS_SERVICE": lambda: claims_of(scope="mapkit_js"),
    "SCOPE_WITH_COMMAS": lambda: claims_of(scope="server_api,mapkit_js"),
    "ORIGIN_MALFORMED": lambda: claims_of(origin=["example.com"]),
    "ORIGIN_TOO_MANY": lambda: claims_of(origin="a.no," * 51),
    "CLAIMS_TOO_LONG": lambda: claims_of(origin="a" * 5_600),
}
"""Auth tokens, each refused for one reason, when it is sent to the Server API without an Origin header."""


def with_key(**changes: object) -> Verdict:
    return judge_auth(an_auth_token(), key=key_facts(**changes))


JUDGED: dict[str, Callable[[], Verdict]] = {
    "KEY_REVOKED": lambda: with_key(
        state=KeyState.REVOKED, revoked_at=NOW - 5, revocation_reason=RevocationReason.COMPROMISED
    ),
    "KEY_SUSPENDED": lambda: with_key(state=KeyState.SUSPENDED),
    "KEY_EXPIRED": lambda: with_key(expires_at=NOW),
    "SCOPE_OVER_CEILING": lambda: judge_auth(
        claims_of(scope="server_api mapkit_js"),
        key=key_facts(ceilings=Ceilings(scopes=frozenset({Service.SERVER_API}))),
    ),
    "LIFETIME_OVER_CEILING": lambda: with_key(ceilings=Ceilings(lifetime_s=1859)),
    "ORIGIN_OVER_CEILING": lambda: with_key(ceilings=Ceilings(origins="example.com")),
    "KEY_LACKS_SERVICE": lambda: with_key(services=frozenset({Service.MAPKIT_JS})),
    "ORIGIN_CHECK_FAILURE": lambda: judge_auth(
        claims_of(origin="example.com"), a_call(origin="https://www.example.com")
    ),
    "ORIGIN_MISSING": lambda: judge_auth(
        claims_of(origin="example.com", scope="web_snapshots"), a_call(Service.WEB_SNAPSHOTS)
    ),
    "AUTH_TOKEN_NOT_EXCHANGED": lambda: judge_access(an_auth_token()),
    "ACCESS_TOKEN_ALG": lambda: judge_access(header_of(alg="HS256")),
    "ACCESS_TOKEN_FOREIGN": lambda: judge_access(an_access_token(secret_id="s0")),
    "ACCESS_TOKEN_INVALID": lambda: judge_access(an_access_token(secret=SECRET[::-1])),
    "ACCESS_TOKEN_EXPIRED": lambda: judge_access(an_access_token(), a_call(at=NOW + 1800)),
    "ACCESS_TOKEN_TOO_LONG": lambda: judge_access(an_access_token(expires_at=int(NOW) + 1801)),
    "ACCESS_KEY_MISSING": lambda: judge_access_key(None),
    "ACCESS_KEY_MALFORMED": lambda: judge_access_key("key"),
    "ACCESS_KEY_FOREIGN": lambda: judge_access_key(an_access_key(secret_id="s0")),
    "ACCESS_KEY_INVALID": lambda: judge_access_key(an_access_key(secret=SECRET[::-1])),
    "ACCESS_KEY_EXPIRED": lambda: judge_access_key(an_access_key(), a_call(Service.MAPKIT_JS, at=NOW + 1800)),
    "ACCESS_KEY_TOO_LONG": lambda: judge_access_key(an_access_key(expires_at=int(NOW) + 3661)),
}

WARNED: dict[str, Callable[[], Verdict]] = {
    "TYP_MISSING": lambda: judge_auth(an_auth_token(header={"alg": "ES256", "kid": KEY})),
    "TIME_IS_STRING": lambda: judge_auth(claims_of(exp=str(int(NOW) + 600))),
    "LIFETIME_OVER_A_YEAR": lambda: judge_auth(claims_of(exp=int(NOW) + 400 * 86_400)),
    "NO_ORIGIN": lambda: judge_auth(claims_of(scope="mapkit_js"), a_call(Service.MAPKIT_JS)),
    "SCOPE_UNKNOWN_WORD": lambda: judge_auth(claims_of(scope="server_api admin")),
}

HEADERS: dict[str, list[str | None]] = {
    "AUTHORIZATION_MISSING": [None, "", "  "],
    "AUTHORIZATION_NOT_BEARER": [
        "Basic YTpi",
        "Bearereyj",
        "Bearer eyJ.eyJ.c2ln, Bearer eyJ.eyJ.c2ln",
        "Bearer\teyJ.eyJ.c2ln",
        "eyJ.eyJ.c2ln",
    ],
    "BEARER_EMPTY": ["Bearer", "Bearer ", "bearer   ", "BEARER"],
    "BEARER_IS_ANSWER": ['Bearer {"accessToken":"eyJ.eyJ.c2ln","expiresInSeconds":1800}', 'Bearer { "a": 1 }'],
    "TOKEN_UNSET": ["Bearer [object Object]"],
}


API_TOKENS: dict[str, Callable[[], object]] = {
    "API_TOKEN_MALFORMED": lambda: require_form("tp_" + "0" * 39),
    "API_TOKEN_UNKNOWN": lambda: require_live(None, 0),
    "API_TOKEN_REVOKED": lambda: require_live(an_api_token(revoked_at=1), 2),
    "API_TOKEN_EXPIRED": lambda: require_live(an_api_token(expires_at=2), 2),
    "API_TOKEN_OWNER_GONE": lambda: actor_of(an_api_token(owner="person:1"), None),
}


ELSEWHERE = {"SNAPSHOT_": "credentials/test_snapshot_url.py", "EMBED_": "web/embed/test_embed.py"}
"""Where the reasons of a credential of its own come about, by how their codes begin."""


def test_a_reason_is_found_by_its_code() -> None:
    assert {name: reason.code for name, reason in REASONS.items()} == {name: name for name in REASONS}
    assert len(REASONS) > 100


def test_every_reason_has_a_test() -> None:
    here = {*AUTH, *JUDGED, *WARNED, *HEADERS, *API_TOKENS}
    assert here <= set(REASONS)
    for code in sorted(set(REASONS) - here):
        file = next((file for start, file in ELSEWHERE.items() if code.startswith(start)), None)
        assert file is not None, f"{code} comes about in no test"
        assert f'"{code}"' in (Path(__file__).parents[1] / file).read_text(encoding="utf-8"), code


@pytest.mark.parametrize("code", API_TOKENS)
def test_an_api_token_is_refused_for_exactly_one_reason(code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        API_TOKENS[code]()
    assert refused.value.reason is REASONS[code]


@pytest.mark.parametrize("code", AUTH)
def test_an_auth_token_is_refused_for_exactly_one_reason(code: str) -> None:
    verdict = judge_auth(AUTH[code]())
    assert code_of(verdict.failure) == code
    assert verdict.failure is not None
    assert verdict.failure.detail
    with pytest.raises(RefusedError) as refused:
        verdict.require()
    assert refused.value.reason is REASONS[code]
    assert refused.value.finding is verdict.failure
    assert str(refused.value) == refused.value.detail
    assert refused.value.hint == REASONS[code].hint


ALONE = sorted(
    AUTH.keys()
    - {
        "ACCESS_TOKEN_SENT",  # it lacks nearly everything that an auth token has
        "SIGNATURE_OUT_OF_RANGE",  # such a signature does not verify either
    }
)


@pytest.mark.parametrize("code", ALONE)
def test_one_mistake_gives_one_failure(code: str) -> None:
    assert codes(judge_auth(AUTH[code]())) == [code]


@pytest.mark.parametrize("code", JUDGED)
def test_a_credential_is_refused_for_exactly_one_reason(code: str) -> None:
    assert codes(JUDGED[code]()) == [code]


@pytest.mark.parametrize("code", WARNED)
def test_a_warned_token_is_accepted(code: str) -> None:
    verdict = WARNED[code]()
    verdict.require()
    assert verdict.failure is None
    assert [code_of(finding) for finding in verdict.warnings] == [code] == codes(verdict, Outcome.WARNED)


@pytest.mark.parametrize(("code", "header"), [(code, header) for code in HEADERS for header in HEADERS[code]])
def test_an_authorization_header_without_a_bearer_token_is_refused(code: str, header: str | None) -> None:
    with pytest.raises(RefusedError) as refused:
        read_bearer(header)
    assert refused.value.reason.code == code


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_authorization_scheme_is_case_insensitive(scheme: str) -> None:
    assert read_bearer(f"{scheme} eyJ.eyJ.c2ln") == "eyJ.eyJ.c2ln"


@pytest.mark.parametrize(
    ("verdict", "detail"),
    [
        (
            JUDGED["KEY_REVOKED"],
            "The key 2X9R4HXF34 was revoked on 23 November 2026, 15:59:55 UTC (compromised).",
        ),
        (JUDGED["KEY_EXPIRED"], "The key 2X9R4HXF34 expired on 23 November 2026, 16:00:00 UTC."),
        (
            JUDGED["KEY_LACKS_SERVICE"],
            "The key 2X9R4HXF34 is enabled for mapkit_js, not for server_api.",
        ),
        (
            JUDGED["ORIGIN_CHECK_FAILURE"],
            "The request's Origin is 'https://www.example.com'; the token allows 'example.com'.",
        ),
        (
            lambda: judge_auth(AUTH["TIME_IN_MILLISECONDS"]()),
            (
                "The claim 'exp' is 1795450200000: in milliseconds that is 23 November 2026, 16:10:00 UTC; "
                "it must be in seconds."
            ),
        ),
        (
            lambda: judge_auth(AUTH["TOKEN_EXPIRED"]()),
            "The token expired on 23 November 2026, 16:00:00 UTC, 0 seconds ago.",
        ),
        (
            lambda: judge_auth(AUTH["SCOPE_LACKS_SERVICE"]()),
            "The token's scope is 'mapkit_js'; this call needs 'server_api'.",
        ),
        (lambda: judge_auth(AUTH["KEY_UNKNOWN"]()), "No key with the Key ID 7QJ8W2M5TC is registered here."),
        (lambda: judge_auth(AUTH["ISS_IS_KEY_ID"]()), "The claim 'iss' is '2X9R4HXF34', which is the Key ID."),
        (lambda: judge_auth(AUTH["HEADER_DUPLICATE_MEMBER"]()), "The token's header has the same member twice: 'kid'."),
        (
            lambda: judge_auth(AUTH["ISS_NOT_TEAM"]()),
            "The claim 'iss' is 'ZZ9PLURALZ'; the key belongs to another team.",
        ),
    ],
)
def test_a_refusal_says_what_was_found(verdict: Callable[[], Verdict], detail: str) -> None:
    failure = verdict().failure
    assert failure is not None
    assert failure.detail == detail


def test_no_refusal_shows_the_whole_token_or_its_signature() -> None:
    for make in AUTH.values():
        token = make()
        failure = judge_auth(token).failure
        assert failure is not None
        assert token not in failure.detail
        assert len(failure.detail) < 400
        signature = token.rpartition(".")[2]
        assert len(signature) < 20 or signature not in failure.detail


def test_a_swapped_key_id_is_named_even_when_the_key_is_unknown() -> None:
    token = an_auth_token(a_header(kid=TEAM), a_payload(iss=TEAM))
    assert codes(judge_auth(token)) == ["KEY_UNKNOWN", "ISS_IS_KEY_ID"]
