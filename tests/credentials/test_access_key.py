"""An access key is valid only unchanged, under its secret, for its purpose, and while its key is live."""

import re
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from credentials.builders import (
    KEY,
    MAPS_ID,
    NOW,
    OTHER_KEY,
    SECRET,
    SECRET_ID,
    TEAM,
    a_call,
    access_key_case,
    an_access_key,
    an_access_token,
    an_auth_token,
    codes,
    judge_access_key,
    key_facts,
)
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import access_key
from trigpoint.credentials.access_key import AccessKeyClaims, derive_secret, expiry_of
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import Outcome

TEN = st.text(string.ascii_uppercase + string.digits, min_size=10, max_size=10)
MAPS_IDS = st.one_of(st.just(""), st.from_regex(r"maps(\.[A-Za-z0-9-]{1,20}){2,3}", fullmatch=True))
CLAIMS = st.builds(
    AccessKeyClaims,
    team_id=TEN.map(TeamId),
    maps_id=MAPS_IDS,
    key_id=TEN.map(KeyId),
    expires_at=st.integers(0, 1 << 40),
)
SECRETS = st.binary(min_size=64, max_size=64)


def a_map_call(*, at: float = NOW) -> Call:
    return a_call(Service.MAPKIT_JS, at=at)


@given(CLAIMS, SECRETS)
def test_a_written_access_key_is_read_back(claims: AccessKeyClaims, secret: bytes) -> None:
    text = access_key.sign(claims, secret_id=SECRET_ID, secret=derive_secret(secret))
    case = access_key.open_case(text, a_map_call())
    case.secret = derive_secret(secret)
    assert access_key.verify_claims(case) == claims
    assert re.fullmatch(r"[A-Za-z0-9._-]+", text), "an address takes it as it is"


@given(CLAIMS, SECRETS, SECRETS)
def test_another_secret_is_refused(claims: AccessKeyClaims, secret: bytes, other: bytes) -> None:
    assume(secret != other)
    text = access_key.sign(claims, secret_id=SECRET_ID, secret=derive_secret(secret))
    case = access_key.open_case(text, a_map_call())
    case.secret = derive_secret(other)
    assert access_key.verify_claims(case) is None


@given(st.data())
def test_any_changed_character_makes_it_invalid(data: st.DataObject) -> None:
    good = an_access_key()
    place = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.sampled_from(string.ascii_letters + string.digits + "._-~ é"))
    assume(other != good[place])
    assert not judge_access_key(good[:place] + other + good[place + 1 :], a_map_call()).accepted


@given(st.one_of(st.text(max_size=500), st.lists(st.text(max_size=30), min_size=6, max_size=9).map("_".join)))
def test_no_text_crashes_the_reader_or_is_accepted(text: str) -> None:
    verdict = judge_access_key(text, a_map_call())
    assert not verdict.accepted
    assert len(codes(verdict)) == 1


@given(st.integers(0, 1 << 40), st.integers(-120, 120))
def test_a_truncated_one_or_one_of_another_team_is_refused(expires_at: int, more: int) -> None:
    good = an_access_key(expires_at=expires_at)
    assume(more != 0)
    moved = good.replace(f"_{expires_at:x}_", f"_{max(0, expires_at + more):x}_")
    assume(moved != good)
    assert codes(judge_access_key(moved, a_map_call())) == ["ACCESS_KEY_INVALID"]
    assert codes(judge_access_key(good.replace(TEAM, "ZZ9PLURALZ"), a_map_call())) == ["ACCESS_KEY_INVALID"]
    assert codes(judge_access_key(good[:-1], a_map_call())) == ["ACCESS_KEY_INVALID"]


def test_a_good_one_passes_every_check() -> None:
    verdict = judge_access_key(an_access_key())
    assert verdict.accepted
    assert verdict is access_key.WELL
    assert {finding.outcome for finding in verdict.findings} == {Outcome.PASSED}


@pytest.mark.parametrize("text", ["", "1", "2_a_b_c_d_e_f", an_access_token(), an_auth_token(), "1_" + "x" * 400])
def test_a_malformed_access_key_is_distinguished_from_a_forged_one(text: str) -> None:
    assert codes(judge_access_key(text)) == ["ACCESS_KEY_MISSING" if not text else "ACCESS_KEY_MALFORMED"]


def test_it_is_valid_until_the_second_of_its_expiry() -> None:
    end = int(NOW) + 1800
    assert judge_access_key(an_access_key(expires_at=end), a_map_call(at=end - 0.001)).accepted
    verdict = judge_access_key(an_access_key(expires_at=end), a_map_call(at=end))
    failure = verdict.failure
    assert failure is not None
    assert failure.detail == "The access key expired on 23 November 2026, 16:30:00 UTC."


def test_the_secret_of_access_keys_is_not_one_for_access_tokens() -> None:
    assert derive_secret(SECRET) != derive_secret(SECRET[::-1])
    assert len(derive_secret(SECRET)) == 32
    assert derive_secret(SECRET) not in SECRET


def test_the_team_and_key_behind_it_can_be_read() -> None:
    case = access_key_case(an_access_key())
    assert case.claims == AccessKeyClaims(TEAM, MAPS_ID, KEY, int(NOW) + 1800)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": KeyState.REVOKED}, "KEY_REVOKED"),
        ({"state": KeyState.SUSPENDED}, "KEY_SUSPENDED"),
        ({"expires_at": NOW}, "KEY_EXPIRED"),
        ({"services": frozenset({Service.SERVER_API})}, "KEY_LACKS_SERVICE"),
        ({"key_id": OTHER_KEY}, "KEY_UNKNOWN"),
    ],
)
def test_it_ends_with_the_key_behind_it(changes: dict[str, object], code: str) -> None:
    assert codes(judge_access_key(an_access_key(), key=key_facts(**changes))) == [code]


@given(st.integers(0, 1 << 33))
def test_it_lasts_half_an_hour_to_an_hour_and_ends_on_a_half_hour(at: int) -> None:
    end = expiry_of(at)
    assert 1800 <= end - at < 3600
    assert end % 1800 == 0
    assert expiry_of(at, until=at + 5.5) == at + 5, "whatever is behind it ends earlier"


def test_bootstraps_within_the_same_half_hour_get_the_same_access_key() -> None:
    assert expiry_of(NOW) != expiry_of(NOW + 1)
    assert expiry_of(NOW + 1) == expiry_of(NOW + 1800)
