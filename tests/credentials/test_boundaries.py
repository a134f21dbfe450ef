"""Both sides of every boundary in time, and the token that needs no expiry."""

import math

import pytest

from credentials.builders import (
    NOW,
    SECRET,
    a_call,
    a_payload,
    an_access_key,
    an_access_token,
    an_auth_token,
    auth_case,
    codes,
    judge_access,
    judge_access_key,
    judge_auth,
    key_facts,
)
from trigpoint.credentials import auth_checks
from trigpoint.credentials.auth_checks import EARLIEST, MILLISECONDS_FROM, YEAR_S
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.services import MAPKIT_JS_SERVICE, Service
from trigpoint.credentials.verdict import Outcome

TICK = 0.001


def refused(**claims: object) -> list[str]:
    return codes(judge_auth(an_auth_token(payload=a_payload(**claims))))


def warned(**claims: object) -> list[str]:
    verdict = judge_auth(an_auth_token(payload=a_payload(**claims)))
    verdict.require()
    return codes(verdict, Outcome.WARNED)


def test_iat_may_be_60_seconds_ahead_and_no_more() -> None:
    assert refused(iat=NOW + 60) == []
    assert refused(iat=NOW + 60 + TICK) == ["IAT_IN_FUTURE"]


def test_a_token_is_refused_from_exp_on() -> None:
    assert refused(exp=NOW) == ["TOKEN_EXPIRED"]
    assert refused(exp=NOW + TICK) == []
    assert refused(exp=NOW - TICK) == ["TOKEN_EXPIRED"]


def test_exp_may_equal_iat_but_not_precede_it() -> None:
    assert refused(iat=NOW + 30, exp=NOW + 30) == []
    assert refused(iat=NOW + 30, exp=NOW + 30 - TICK) == ["EXP_BEFORE_IAT"]


def test_nbf_may_equal_now() -> None:
    assert refused(nbf=NOW) == []
    assert refused(nbf=NOW + TICK) == ["NBF_IN_FUTURE"]


def test_a_lifetime_of_a_year_causes_no_warning() -> None:
    assert warned(iat=int(NOW), exp=int(NOW) + YEAR_S) == []
    assert warned(iat=int(NOW), exp=int(NOW) + YEAR_S + 1) == ["LIFETIME_OVER_A_YEAR"]


def test_times_are_seconds_between_the_year_1_and_the_year_5138() -> None:
    assert refused(iat=EARLIEST) == []
    assert refused(iat=EARLIEST - 1) == ["TIME_NOT_NUMBER"]
    assert refused(exp=MILLISECONDS_FROM - 1) == []
    assert refused(exp=MILLISECONDS_FROM) == ["TIME_IN_MILLISECONDS"]
    assert refused(exp=1e14 - 1) == ["TIME_IN_MILLISECONDS"]
    assert refused(exp=1e14) == ["TIME_NOT_NUMBER"]


@pytest.mark.parametrize("value", [math.nextafter(NOW + 600, math.inf), NOW + 600, int(NOW) + 600, NOW + 0.5])
def test_a_fractional_time_is_legal(value: float) -> None:
    assert warned(exp=value) == []


def test_a_string_of_up_to_15_digits_is_a_time_with_a_warning() -> None:
    assert warned(iat=str(int(NOW)), exp=str(int(NOW) + 600)) == ["TIME_IS_STRING"]
    assert warned(exp=str(int(NOW) + 600).zfill(15)) == ["TIME_IS_STRING"]
    assert refused(exp=str(int(NOW) + 600).zfill(16)) == ["TIME_NOT_NUMBER"]
    assert refused(exp=str(int(NOW) * 1000)) == ["TIME_IN_MILLISECONDS"]
    assert refused(exp=str(int(NOW))) == ["TOKEN_EXPIRED"]


@pytest.mark.parametrize("name", ["iat", "exp", "nbf"])
@pytest.mark.parametrize("value", ["", "1e9", "-1", "+1", " 1", "1.5", "\u0661", True, False, [], {}, 1e400, 10**400])
def test_a_malformed_time_is_refused(name: str, value: object) -> None:
    token = an_auth_token(payload=a_payload(**{name: value}))
    if value == 1e400:
        assert codes(judge_auth(token)) == ["PAYLOAD_NOT_JSON"]  # Python writes it as Infinity
    else:
        assert codes(judge_auth(token)) == ["TIME_NOT_NUMBER"]


def test_null_is_a_missing_claim_except_for_nbf() -> None:
    assert refused(iat=None) == ["IAT_MISSING"]
    assert refused(exp=None) == ["EXP_MISSING"]
    assert refused(nbf=None) == ["TIME_NOT_NUMBER"]


def test_a_key_is_refused_from_its_expiry_on() -> None:
    token = an_auth_token()
    assert codes(judge_auth(token, key=key_facts(expires_at=NOW))) == ["KEY_EXPIRED"]
    assert codes(judge_auth(token, key=key_facts(expires_at=NOW + TICK))) == []


def test_a_revoked_key_is_reported_as_revoked_even_when_it_has_expired() -> None:
    key = key_facts(state=KeyState.REVOKED, expires_at=NOW - 1)
    assert codes(judge_auth(an_auth_token(), key=key)) == ["KEY_REVOKED"]


def test_an_access_token_lasts_1800_seconds() -> None:
    token = an_access_token()
    assert codes(judge_access(token, a_call(at=NOW + 1800 - TICK))) == []
    assert codes(judge_access(token, a_call(at=NOW + 1800))) == ["ACCESS_TOKEN_EXPIRED"]


def test_an_access_token_is_valid_for_at_most_30_minutes_and_not_issued_in_the_future() -> None:
    for issued, expires, found in (
        (0, 1800, []),
        (0, 1801, ["ACCESS_TOKEN_TOO_LONG"]),
        (60, 1860, []),
        (61, 1861, ["ACCESS_TOKEN_TOO_LONG"]),
        (94_608_000, 94_609_800, ["ACCESS_TOKEN_TOO_LONG"]),
    ):
        token = an_access_token(issued_at=int(NOW) + issued, expires_at=int(NOW) + expires)
        assert codes(judge_access(token)) == found, (issued, expires)


def test_an_access_key_is_valid_for_at_most_an_hour() -> None:
    for expires, found in ((3660, []), (3661, ["ACCESS_KEY_TOO_LONG"])):
        assert codes(judge_access_key(an_access_key(expires_at=int(NOW) + expires))) == found


def test_access_tokens_end_with_their_key() -> None:
    token = an_access_token()
    assert codes(judge_access(token, key=key_facts(state=KeyState.REVOKED))) == ["KEY_REVOKED"]
    assert codes(judge_access(token, key=key_facts(expires_at=NOW))) == ["KEY_EXPIRED"]
    assert codes(judge_access(token, key=key_facts(key_id="AAAAAAAAAA"))) == ["KEY_UNKNOWN"]
    lacking = key_facts(services=MAPKIT_JS_SERVICE - {Service.SERVER_API})
    assert codes(judge_access(token, key=lacking)) == ["KEY_LACKS_SERVICE"]


@pytest.mark.parametrize("exp", [..., None])
def test_only_a_portal_token_may_have_no_expiry(exp: object) -> None:
    token = an_auth_token(payload=a_payload(exp=exp))
    assert codes(judge_auth(token)) == ["EXP_MISSING"]
    verdict = judge_auth(token, key=key_facts(may_omit_exp=True))
    verdict.require()
    assert {finding.outcome for finding in verdict.findings} == {Outcome.PASSED}


def test_a_portal_token_with_a_bad_expiry_is_refused() -> None:
    key = key_facts(may_omit_exp=True)
    assert codes(judge_auth(an_auth_token(payload=a_payload(exp="never")), key=key)) == ["TIME_NOT_NUMBER"]
    assert codes(judge_auth(an_auth_token(payload=a_payload(exp=NOW)), key=key)) == ["TOKEN_EXPIRED"]


@pytest.mark.parametrize("service", Service)
def test_a_token_without_a_scope_is_valid_for_every_service_of_its_key(service: Service) -> None:
    for scope in (..., None):
        assert codes(judge_auth(an_auth_token(payload=a_payload(scope=scope)), a_call(service))) == []


@pytest.mark.parametrize("service", Service)
def test_a_token_with_a_scope_is_valid_for_those_services_only(service: Service) -> None:
    for word in Service:
        allowed = codes(judge_auth(an_auth_token(payload=a_payload(scope=word.value)), a_call(service))) == []
        assert allowed is (word is service)
    every = " ".join(word.value for word in Service)
    assert codes(judge_auth(an_auth_token(payload=a_payload(scope=every)), a_call(service))) == []


def test_a_cached_signature_is_not_verified_again() -> None:
    case = auth_case(an_auth_token(private_key=None))
    case.signature_known = True
    case.key = key_facts(public_key=None)
    auth_checks.judge(case).require()


def test_a_token_of_a_deleted_secret_is_reported_as_foreign() -> None:
    assert codes(judge_access(an_access_token(secret_id="s2", secret=SECRET))) == ["ACCESS_TOKEN_FOREIGN"]
