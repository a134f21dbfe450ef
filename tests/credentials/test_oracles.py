"""PyJWT and joserfc accept the tokens that we sign, and we accept theirs."""

import hmac

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as jose
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey, OctKey

from credentials.builders import (
    KEY,
    NOW,
    SECRET,
    SECRET_ID,
    TEAM,
    a_header,
    a_payload,
    a_private_key,
    an_access_token,
    an_auth_token,
    codes,
    judge_access,
    judge_auth,
    to_json,
)
from trigpoint.base.base64url import encode_base64url
from trigpoint.credentials import auth_token
from trigpoint.credentials.jws import MalformedError, read_jws
from trigpoint.credentials.keypair import thumbprint_of_der

PRIVATE = a_private_key()
PEM = PRIVATE.pem()
PUBLIC_PEM = PRIVATE.public.pem()
OURS, THEIRS = ECKey.import_key(PUBLIC_PEM), ECKey.import_key(PEM)

payloads = st.fixed_dictionaries(
    {"iss": st.just(TEAM), "iat": st.integers(0, int(NOW)), "exp": st.integers(int(NOW) + 1, int(NOW) + 10**7)},
    optional={
        "scope": st.sampled_from(["server_api", "server_api mapkit_js"]),
        "origin": st.sampled_from(["a.no", "a.no,*.a.no", "münchen.example"]),
        "note": st.text(),
    },
)
many = settings(max_examples=300, deadline=None)


def read_with_pyjwt(token: str) -> dict[str, object]:
    """PyJWT verifies the signature; the times are of another year."""
    off = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    return jwt.decode(token, PUBLIC_PEM, algorithms=["ES256"], options=off)


def test_the_thumbprint_of_a_key_is_that_of_rfc_7638() -> None:
    assert PRIVATE.public.thumbprint() == OURS.thumbprint()
    der = PRIVATE.public.der()
    assert thumbprint_of_der(der) == OURS.thumbprint()
    assert [
        thumbprint_of_der(odd) for odd in (b"", der[:-1], der + b"\0", b"1" + der[1:], der[:26] + b"\2" + der[27:])
    ] == [None] * 5


@many
@given(payloads)
def test_pyjwt_and_joserfc_read_what_we_sign(payload: dict[str, object]) -> None:
    token = auth_token.sign_claims(PRIVATE, a_header(), payload)
    assert read_with_pyjwt(token) == payload
    told = jose.deserialize_compact(token, OURS, algorithms=["ES256"])
    assert told.headers() == a_header()
    assert read_jws(token).payload == payload


@many
@given(payloads)
def test_we_read_what_pyjwt_signs(payload: dict[str, object]) -> None:
    token = jwt.encode(payload, PEM, algorithm="ES256", headers={"kid": KEY})
    assert codes(judge_auth(token)) == []
    assert read_jws(token).payload == payload


@many
@given(payloads)
def test_we_read_what_joserfc_signs(payload: dict[str, object]) -> None:
    token = jose.serialize_compact(a_header(), to_json(payload), THEIRS, algorithms=["ES256"])
    assert codes(judge_auth(token)) == []
    assert read_jws(token).payload == payload


@many
@given(st.integers(0, 63), st.integers(1, 255))
def test_all_three_refuse_an_altered_signature(position: int, difference: int) -> None:
    signing_input, _, _ = an_auth_token().rpartition(".")
    signature = bytearray(PRIVATE.sign(signing_input.encode()))
    signature[position] ^= difference
    token = f"{signing_input}.{encode_base64url(bytes(signature))}"
    assert codes(judge_auth(token)) in (["SIGNATURE_INVALID"], ["SIGNATURE_OUT_OF_RANGE", "SIGNATURE_INVALID"])
    with pytest.raises(jwt.InvalidSignatureError):
        read_with_pyjwt(token)
    with pytest.raises(BadSignatureError):
        jose.deserialize_compact(token, OURS, algorithms=["ES256"])


def test_apples_sample_token_has_the_same_order_of_members() -> None:
    token = auth_token.sign(
        PRIVATE,
        key_id=KEY,
        team_id=TEAM,
        issued_at=int(NOW),
        expires_at=int(NOW) + 60,
        scope="server_api",
        origin="a.no",
    )
    jws = read_jws(token)
    assert list(jws.header) == ["alg", "kid", "typ"]
    assert list(jws.payload) == ["iss", "iat", "exp", "scope", "origin"]
    bare = auth_token.sign(PRIVATE, key_id=KEY, team_id=TEAM, issued_at=int(NOW), expires_at=None)
    assert list(read_jws(bare).payload) == ["iss", "iat"]
    assert codes(judge_auth(token)) == []


def test_pyjwt_reads_our_access_tokens_with_the_secret_and_with_no_other() -> None:
    token = an_access_token()
    off = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(token, SECRET, algorithms=["HS512"], options=off)
    assert claims["tid"] == TEAM
    assert jose.deserialize_compact(token, OctKey.import_key(SECRET), algorithms=["HS512"]).headers()["typ"] == "JWT"
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, SECRET[::-1], algorithms=["HS512"], options=off)


def test_an_hmac_signature_with_the_public_key_as_secret_is_refused() -> None:
    header = to_json({"alg": "HS256", "kid": KEY, "typ": "JWT"})
    signing_input = f"{encode_base64url(header)}.{encode_base64url(to_json(a_payload()))}"
    for secret in (PUBLIC_PEM.encode(), PRIVATE.public.der()):
        mac = hmac.digest(secret, signing_input.encode(), "sha256")
        forged = f"{signing_input}.{encode_base64url(mac)}"
        assert codes(judge_auth(forged)) == ["ALG_NOT_ES256", "SIGNATURE_LENGTH"]


def test_a_signature_with_an_access_secret_of_another_length_is_refused() -> None:
    payload = read_jws(an_access_token()).payload
    for algorithm in ("HS256", "HS384"):
        forged = jwt.encode(payload, SECRET, algorithm=algorithm, headers={"kid": SECRET_ID})
        assert codes(judge_access(forged)) == ["ACCESS_TOKEN_ALG"]


def test_we_are_stricter_than_the_libraries() -> None:
    parts = an_auth_token().split(".")
    twice = b'{"alg":"ES256","kid":"2X9R4HXF34","typ":"JWT","kid":"2X9R4HXF34"}'
    signing_input = f"{encode_base64url(twice)}.{parts[1]}"
    token = f"{signing_input}.{encode_base64url(PRIVATE.sign(signing_input.encode()))}"
    assert read_with_pyjwt(token) == a_payload()
    with pytest.raises(MalformedError) as caught:
        read_jws(token)
    assert caught.value.reason.code == "HEADER_DUPLICATE_MEMBER"
