"""An access token has the form of Apple's, and a cached one gets the same verdict as a new one."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.builders import (
    KEY,
    MAPS_ID,
    NOW,
    SECRET,
    SECRET_ID,
    TEAM,
    a_call,
    a_header,
    a_payload,
    a_signed_token,
    access_case,
    an_access_token,
    codes,
    judge_access,
    judge_auth,
    key_facts,
    some_access_claims,
    to_json,
)
from trigpoint.credentials import access_token
from trigpoint.credentials.access_token import AccessTokenCase
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.jws import SIZE_LIMIT, decode_base64url, read_jws
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.services import Service

ORIGINS = "a.no,*.a.no,https://b.example:8443,münchen.example,?>~\x7f"


def test_the_payload_has_apples_members_in_apples_order() -> None:
    payload = read_jws(an_access_token()).payload
    assert list(payload)[:7] == ["iss", "tid", "appid", "iti", "irt", "iat", "exp"]
    assert payload == {
        "iss": "mapsapi",
        "tid": TEAM,
        "appid": MAPS_ID,
        "iti": False,
        "irt": False,
        "iat": int(NOW),
        "exp": int(NOW) + 1800,
        "key": KEY,
    }


def test_the_header_names_the_secret() -> None:
    token = an_access_token()
    assert list(read_jws(token).header) == ["typ", "alg", "kid"]
    assert read_jws(token).header == {"typ": "JWT", "alg": "HS512", "kid": SECRET_ID}
    case = access_token.open_case(token, a_call())
    assert access_token.unverified_secret_id(case) == SECRET_ID
    assert access_token.unverified_secret_id(access_token.open_case("x", a_call())) is None


def test_the_signature_has_64_bytes() -> None:
    assert len(read_jws(an_access_token()).signature) == 64


@given(st.text(), st.text(), st.text())
def test_the_standard_alphabet_decodes_the_payload(maps_id: str, scope: str, origin: str) -> None:
    token = an_access_token(maps_id=maps_id, scope=scope, origin=origin)
    payload = token.split(".")[1]
    assert re.fullmatch("[A-Za-z0-9]+", payload), "one public client knows no '-' and no '_'"
    raw = decode_base64url(payload.encode(), "payload")
    assert raw.isascii()
    assert not set(raw) & set(b">?~")
    claims = json.loads(raw)
    assert (claims["appid"], claims["scope"], claims["origin"]) == (maps_id, scope, origin)


def test_what_was_signed_is_read_back() -> None:
    claims = some_access_claims(scope="server_api", origin=ORIGINS)
    token = access_token.sign(claims, secret_id=SECRET_ID, secret=SECRET)
    assert access_case(token).claims == claims


def test_a_token_is_invalid_with_changed_claims_or_another_secret() -> None:
    changes: list[dict[str, object]] = [
        {}, {"issued_at": int(NOW) + 1}, {"expires_at": int(NOW) + 1}, {"maps_id": "maps.com.b"}, {"key_id": "2X9R4HXF35"},
        {"team_id": "K5GNLXS2QU"}, {"scope": "server_api"}, {"origin": "server_api"}, {"given_by": Service.MAPKIT_JS},
    ]  # fmt: skip
    tokens = [an_access_token(**change) for change in changes for _ in range(2)]
    tokens += [an_access_token(secret_id="s2"), an_access_token(secret=b"n" * 64)]
    assert len(set(tokens)) == len(changes) + 2


def test_the_access_token_has_origin_and_scope_of_its_auth_token() -> None:
    token = an_access_token(scope="server_api", origin=ORIGINS)
    assert codes(judge_access(token, a_call(origin="https://www.a.no"))) == []
    assert codes(judge_access(token, a_call(origin="https://c.example"))) == ["ORIGIN_CHECK_FAILURE"]
    assert codes(judge_access(token, a_call(Service.MAPKIT_JS))) == ["SCOPE_LACKS_SERVICE"]
    assert codes(judge_access(token, a_call())) == []


def test_tokens_of_the_previous_secret_stay_valid_after_a_rotation() -> None:
    before, after = an_access_token(), an_access_token(secret_id="s2", secret=b"n" * 64)
    secrets = {SECRET_ID: SECRET, "s2": b"n" * 64}
    for token in (before, after):
        case = access_token.open_case(token, a_call())
        case.secret = secrets[access_token.unverified_secret_id(case) or ""]
        assert access_token.verify_claims(case) == some_access_claims()


@pytest.mark.parametrize("missing", ["tid", "appid", "key", "iat", "exp"])
def test_a_signed_token_of_another_purpose_is_no_access_token(missing: str) -> None:
    payload = {name: value for name, value in read_jws(an_access_token()).payload.items() if name != missing}
    assert access_token._read_claims(payload) is None
    assert access_token._read_claims(payload | {missing: []}) is None


def test_claims_are_read_only_after_the_signature_is_verified() -> None:
    token = an_access_token(secret=SECRET[::-1])
    case = access_case(token)
    assert case.claims is None
    assert case.key is None
    assert codes(judge_access(token)) == ["ACCESS_TOKEN_INVALID"]


calls = st.builds(
    a_call,
    st.sampled_from(Service),
    origin=st.sampled_from([None, "https://a.no", "https://www.a.no", "https://b.no", "null"]),
    at=st.sampled_from([NOW, NOW + 1799, NOW + 1800, NOW + 9999]),
)
keys = st.none() | st.builds(
    key_facts,
    state=st.sampled_from(KeyState),
    services=st.frozensets(st.sampled_from(Service)),
    expires_at=st.sampled_from([None, NOW, NOW + 5000]),
)


@given(calls, keys, st.sampled_from([None, "a.no"]), st.sampled_from([None, "server_api", "mapkit_js"]))
def test_a_cached_token_gets_the_same_verdict_as_a_new_one(
    call: Call, key: KeyFacts | None, origin: str | None, scope: str | None
) -> None:
    whole = access_case(an_access_token(origin=origin, scope=scope), call)
    whole.key = key
    remembered = AccessTokenCase(call, claims=whole.claims, key=key)
    assert access_token.judge(remembered) == access_token.judge(whole)


@pytest.mark.parametrize("character", ["a", "?", "é"])
def test_whatever_an_auth_token_may_say_fits_into_its_access_token(character: str) -> None:
    width = len(access_token.to_ascii_json(character)) - 2
    room = (access_token.CARRIED_LIMIT - 2 - len(access_token.to_ascii_json("server_api"))) // width
    fits, too_long = character * room, character * (room + 1)
    for origin, refused in ((fits, []), (too_long, ["CLAIMS_TOO_LONG"])):
        payload = json.dumps(a_payload(origin=origin), ensure_ascii=False).encode()
        assert codes(judge_auth(a_signed_token(to_json(a_header()), payload))) == refused
    token = an_access_token(origin=fits, scope="server_api", maps_id="maps.a." + "b" * 248)
    assert len(token) <= SIZE_LIMIT
    assert codes(judge_access(token)) == []
