"""Thousands of random tokens: valid ones pass, every mutation is refused with a reason, and nothing crashes."""

import string

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from credentials.builders import (
    KEY,
    NOW,
    OTHER_KEY,
    OTHER_TEAM,
    SECRET_ID,
    TEAM,
    a_call,
    a_header,
    a_payload,
    a_private_key,
    a_signed_token,
    an_access_token,
    an_auth_token,
    code_of,
    codes,
    judge_access,
    judge_auth,
    key_facts,
    to_json,
)
from trigpoint.base.base64url import encode_base64url
from trigpoint.credentials import access_token, auth_checks
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.jws import FORM
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.keypair import P256_ORDER
from trigpoint.credentials.reasons import REASONS
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import Outcome, RefusedError, Verdict

thousands = settings(max_examples=1500, deadline=None)
hundreds = settings(max_examples=300, deadline=None)

AUTH_RULES = [*FORM, *(check.rule for check in auth_checks.CHECKS)]
ACCESS_RULES = [*FORM, *(check.rule for check in access_token.CHECKS)]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["id", "sub", "aud", "jti", "note", "b64", "cty", "x5t", ""])
services = st.sampled_from(Service)
origin_headers = st.none() | st.sampled_from(["https://a.no", "https://b.a.no", "null", ""]) | st.text(max_size=20)


# Made once: to make one anew for each example costs as much as all that is done with it.
types = st.sampled_from(["JWT", "jwt", "Jwt"])
more_members = st.dictionaries(names, st.text(max_size=20), max_size=2)
more_claims = st.dictionaries(names, st.integers(-(2**63), 2**63) | st.text(max_size=8), max_size=2)
issues = st.integers(-(10**8), 60) | st.floats(-1e8, 60)
lifetimes = st.integers(1, 10**8) | st.floats(1, 1e8)
scopes = st.none() | st.sets(services).map(lambda chosen: " ".join({Service.SERVER_API, *chosen}))
forms_of_a_time = st.sampled_from([lambda expires: expires, int, lambda expires: str(int(expires))])


@st.composite
def valid_headers(draw: st.DrawFn) -> dict[str, object]:
    return a_header(typ=draw(types), **draw(more_members))


@st.composite
def valid_payloads(draw: st.DrawFn) -> dict[str, object]:
    issued, scope = draw(issues), draw(scopes)
    expires = max(NOW + issued, NOW) + draw(lifetimes)
    return a_payload(
        iat=NOW + issued if isinstance(issued, float) else int(NOW) + issued,
        exp=draw(forms_of_a_time)(expires),
        scope=... if scope is None else scope,
        **draw(more_claims),
    )


def check_totality(verdict: Verdict, rules: list[str]) -> None:
    """All checks have a finding, in order; a failure has its reason; nothing is left open without a failure."""
    assert [finding.check for finding in verdict.findings] == rules
    outcomes = {finding.outcome for finding in verdict.findings}
    for finding in verdict.findings:
        assert (finding.outcome in {Outcome.FAILED, Outcome.WARNED}) == (finding.reason is not None)
        assert (finding.reason is None) == (not finding.detail)
        if finding.reason is not None:
            assert REASONS[finding.reason.code] is finding.reason
    assert Outcome.FAILED in outcomes or Outcome.NOT_REACHED not in outcomes
    if verdict.failure is None:
        verdict.require()
        return
    with pytest.raises(RefusedError) as refused:
        verdict.require()
    assert refused.value.finding is verdict.failure
    assert str(refused.value)


def check_refused(token: str) -> None:
    verdict = judge_auth(token)
    check_totality(verdict, AUTH_RULES)
    assert code_of(verdict.failure) in REASONS, f"not refused: {token}"


@thousands
@given(valid_headers(), valid_payloads())
def test_every_valid_token_is_accepted(header: dict[str, object], payload: dict[str, object]) -> None:
    verdict = judge_auth(an_auth_token(header, payload))
    check_totality(verdict, AUTH_RULES)
    assert verdict.failure is None, verdict.failure


VALID = an_auth_token()


@thousands
@given(st.integers(0, len(VALID) - 1), st.sampled_from(string.ascii_letters + string.digits + "-_.=+/ \n\té"))
def test_a_changed_character_is_refused(position: int, character: str) -> None:
    assume(VALID[position] != character)
    check_refused(VALID[:position] + character + VALID[position + 1 :])


@hundreds
@given(st.integers(0, len(VALID)), st.text(min_size=1, max_size=4))
def test_an_inserted_text_is_refused(position: int, text: str) -> None:
    check_refused(VALID[:position] + text + VALID[position:])


@hundreds
@given(st.integers(0, len(VALID) - 1), st.integers(1, len(VALID)))
def test_a_truncated_token_is_refused(position: int, length: int) -> None:
    check_refused(VALID[:position] + VALID[position + length :])


@hundreds
@given(valid_headers(), valid_payloads(), st.integers(0, 2))
def test_a_part_of_another_token_is_refused(header: dict[str, object], payload: dict[str, object], place: int) -> None:
    ours, theirs = VALID.split("."), an_auth_token(header, payload).split(".")
    assume(ours[place] != theirs[place])
    ours[place] = theirs[place]
    check_refused(".".join(ours))


@hundreds
@given(valid_payloads())
def test_the_signature_of_another_key_is_refused(payload: dict[str, object]) -> None:
    assert codes(judge_auth(an_auth_token(payload=payload, private_key=a_private_key(1)))) == ["SIGNATURE_INVALID"]


@thousands
@given(st.binary(max_size=80))
@example(bytes(64))
@example(P256_ORDER.to_bytes(32) * 2)
@example((P256_ORDER - 1).to_bytes(32) * 2)
@example(b"\xff" * 64)
def test_a_made_up_signature_is_refused(signature: bytes) -> None:
    token = f"{VALID.rpartition('.')[0]}.{encode_base64url(signature)}"
    check_refused(token)
    assert codes(judge_auth(token))[0].startswith("SIGNATURE_")


WRONG_MEMBERS = {
    "alg": st.sampled_from(["none", "None", "HS256", "RS256", "ES384", "es256", "ES256 ", "", None, 1, ["ES256"], {}]),
    "typ": st.sampled_from(["JWS", "at+jwt", "", " JWT", None, 1, ["JWT"]]),
    "kid": st.sampled_from(["", KEY.lower(), KEY + "0", KEY[1:], f"{KEY}\n", OTHER_KEY, None, 1, [KEY], {"kid": KEY}]),
    "crit": json_values,
    "jwk": json_values,
    "jku": json_values,
    "x5c": json_values,
    "x5u": json_values,
}
WRONG_CLAIMS = {
    "iss": st.sampled_from([OTHER_TEAM, KEY, TEAM.lower(), f"{TEAM} ", "", None, 1, [TEAM], True]),
    "iat": st.sampled_from(
        ["", "now", "1e9", "-5", " 1", "\uff11", None, True, [], {}, 1e300, -1e12, NOW * 1000, 10**40]
    )
    | st.integers(int(NOW) + 61, int(NOW) + 3600),
    "exp": st.sampled_from(["", "never", "1.5e9", None, False, [], {}, 1e300, -1e11, NOW * 1000, 10**40, 0, -1])
    | st.integers(-(10**10), int(NOW)),
    "nbf": st.sampled_from(["", "later", None, True, [], NOW * 1000]) | st.integers(int(NOW) + 1, int(NOW) + 3600),
    "scope": st.sampled_from(["", " ", "mapkit_js", "SERVER_API", "server_api,mapkit_js", 1, True, ["server_api"], {}]),
    "origin": st.sampled_from([1, True, ["a.no"], {}]),
}


wrong_names = st.sampled_from([*WRONG_MEMBERS, *WRONG_CLAIMS])


@thousands
@given(st.data())
def test_a_signed_but_wrong_member_is_refused(data: st.DataObject) -> None:
    name = data.draw(wrong_names)
    if name in WRONG_MEMBERS:
        token = an_auth_token(a_header(**{name: data.draw(WRONG_MEMBERS[name])}))
    else:
        token = an_auth_token(payload=a_payload(**{name: data.draw(WRONG_CLAIMS[name])}))
    check_refused(token)


@hundreds
@given(st.sampled_from(["alg", "kid", "iss", "iat", "exp"]))
def test_a_missing_member_is_refused(name: str) -> None:
    check_refused(an_auth_token(a_header(**{name: ...}), a_payload(**{name: ...})))


odd_keys = st.builds(
    key_facts,
    state=st.sampled_from(KeyState),
    services=st.frozensets(services),
    expires_at=st.none() | st.floats(NOW - 10, NOW + 10),
    revoked_at=st.none() | st.just(NOW),
    may_omit_exp=st.booleans(),
)
calls = st.builds(Call, services, origin_headers, st.floats(NOW - 100, NOW + 100))
odd_members = st.dictionaries(
    st.sampled_from(["alg", "typ", "kid", "crit", "jwk", "iss", "iat", "exp", "nbf", "scope", "origin"]),
    json_values | st.sampled_from([KEY, TEAM, "ES256", "HS512", "mapsapi", "server_api", NOW, "a.no"]),
    max_size=4,
)


@thousands
@given(odd_members, odd_members, calls, odd_keys)
def test_any_auth_token_gets_a_complete_verdict(
    header: dict[str, object], payload: dict[str, object], call: Call, key: KeyFacts
) -> None:
    token = a_signed_token(to_json(a_header() | header), to_json(a_payload() | payload))
    check_totality(judge_auth(token, call, key=key), AUTH_RULES)
    check_totality(judge_access(token, call, key=key), ACCESS_RULES)


@hundreds
@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")), calls)
def test_any_text_gets_a_complete_verdict(text: str, call: Call) -> None:
    for token in (text, f"{text}.{text}.{text}"):
        check_totality(judge_auth(token, call), AUTH_RULES)
        check_totality(judge_access(token, call), ACCESS_RULES)
        assert judge_auth(token, call).failure is not None


ACCESS = an_access_token(origin="a.no", scope="server_api")


@thousands
@given(st.integers(0, len(ACCESS) - 1), st.sampled_from(string.ascii_letters + string.digits + "-_.= "))
def test_a_changed_character_of_an_access_token_is_refused(position: int, character: str) -> None:
    assume(ACCESS[position] != character)
    verdict = judge_access(ACCESS[:position] + character + ACCESS[position + 1 :], a_call(origin="https://a.no"))
    check_totality(verdict, ACCESS_RULES)
    assert code_of(verdict.failure) in REASONS


@hundreds
@given(calls, odd_keys)
def test_any_access_token_gets_a_complete_verdict(call: Call, key: KeyFacts) -> None:
    check_totality(judge_access(ACCESS, call, key=key), ACCESS_RULES)


def test_an_access_token_without_a_signature_is_refused() -> None:
    header = to_json({"typ": "JWT", "alg": "none", "kid": SECRET_ID})
    unsigned = f"{encode_base64url(header)}.{ACCESS.split('.')[1]}."
    assert codes(judge_access(unsigned))[0] == "ACCESS_TOKEN_ALG"
