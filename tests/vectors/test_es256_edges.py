"""ES256: the published test vectors, edge cases, and known forgeries."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.builders import a_private_key
from trigpoint.credentials.jws import decode_base64url, read_jws
from trigpoint.credentials.keypair import P256_ORDER, PrivateKey, PublicKey

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
"""The prime of the field of P-256; it is above the order, so that an x can be one number too many."""
N = P256_ORDER
PRIVATE = a_private_key()
PUBLIC = PRIVATE.public
MESSAGE = b"header.payload"


def public_key(x: int, y: int) -> PublicKey:
    return PublicKey(ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key())


def private_key(value: int) -> PrivateKey:
    return PrivateKey(ec.derive_private_key(value, ec.SECP256R1()))


def raw(r: int, s: int) -> bytes:
    return r.to_bytes(32) + s.to_bytes(32)


def digest(message: bytes) -> int:
    return int.from_bytes(hashlib.sha256(message).digest())


def test_the_example_of_rfc_7515_verifies() -> None:
    """RFC 7515, appendix A.3: its key, its header without `typ`, its payload with CRLF."""
    token = (
        "eyJhbGciOiJFUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    )
    x = int.from_bytes(decode_base64url(b"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x"))
    y = int.from_bytes(decode_base64url(b"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "y"))
    jws = read_jws(token)
    assert jws.payload == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
    assert public_key(x, y).has_signed(jws.signing_input, jws.signature)
    assert not public_key(x, y).has_signed(jws.signing_input + b".", jws.signature)


@pytest.mark.parametrize(
    ("message", "r", "s"),
    [
        (
            b"sample",
            0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
            0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
        ),
        (
            b"test",
            0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
            0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
        ),
    ],
)
def test_the_examples_of_rfc_6979_verify(message: bytes, r: int, s: int) -> None:
    """RFC 6979, appendix A.2.5: P-256 with SHA-256."""
    x = 0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
    y = 0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299
    public = public_key(x, y)
    assert private_key(0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721).public.der() == public.der()
    assert public.has_signed(message, raw(r, s))
    assert not public.has_signed(message + b".", raw(r, s))
    assert not public.has_signed(message, raw(s, r))


EDGES = [0, 1, 2, N - 2, N - 1, N, N + 1, P - N, P - 1, P, P + 1, 2**255, 2**256 - 1]


@pytest.mark.parametrize("r", EDGES)
@pytest.mark.parametrize("s", EDGES)
def test_zero_and_out_of_range_numbers_are_no_signature(r: int, s: int) -> None:
    assert not PUBLIC.has_signed(MESSAGE, raw(r, s))


@pytest.mark.parametrize("length", [0, 1, 2, 8, 31, 32, 33, 62, 63, 65, 66, 96, 128])
def test_no_other_length_is_a_signature(length: int) -> None:
    signature = PRIVATE.sign(MESSAGE)
    assert not PUBLIC.has_signed(MESSAGE, (signature * 2)[:length])
    assert not PUBLIC.has_signed(MESSAGE, bytes(length))


def test_a_padded_encoding_of_a_signature_is_refused() -> None:
    signature = PRIVATE.sign(MESSAGE)
    assert not PUBLIC.has_signed(MESSAGE, signature[:32] + b"\0" + signature[32:])


def test_r_and_s_are_not_taken_modulo_the_order() -> None:
    signatures = (PRIVATE.sign(b"%d" % number) for number in range(100))
    for number, signature in enumerate(signatures):
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        assert PUBLIC.has_signed(b"%d" % number, signature)
        for other in ((r + N, s), (r, s + N)):
            if max(other) < 2**256:
                assert not PUBLIC.has_signed(b"%d" % number, raw(*other))


def signature_with(public_x: int, nonce: int, message: bytes, secret: int) -> bytes:
    """Sign by hand with a chosen nonce: s = (e + r·d) / k."""
    r = public_x % N
    return raw(r, pow(nonce, -1, N) * (digest(message) + r * secret) % N)


@pytest.mark.parametrize("nonce", [1, 2, 3, N - 1, N - 2, (N + 1) // 2])
@pytest.mark.parametrize("secret", [1, 2, N - 1, 2**255])
def test_small_and_large_nonces_and_keys_verify(nonce: int, secret: int) -> None:
    point = ec.derive_private_key(nonce, ec.SECP256R1()).public_key().public_numbers()
    signature = signature_with(point.x, nonce, MESSAGE, secret)
    public = private_key(secret).public
    assert public.has_signed(MESSAGE, signature)
    assert not PUBLIC.has_signed(MESSAGE, signature)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, N - 1), st.binary(max_size=64))
def test_any_key_signs_and_verifies_and_pads_to_64_bytes(value: int, message: bytes) -> None:
    key = private_key(value)
    signature = key.sign(message)
    assert len(signature) == 64
    assert key.public.has_signed(message, signature)
    assert not key.public.has_signed(message + b"\0", signature)


def test_a_short_r_or_s_is_padded_on_its_left() -> None:
    """F-664157: a signer that did not pad failed now and then, which is the worst way to fail."""
    short = next(
        (message, signature)
        for message in (b"%d" % number for number in range(20_000))
        if (signature := PRIVATE.sign(message))[0] == 0
    )
    message, signature = short
    assert PUBLIC.has_signed(message, signature)
    assert not PUBLIC.has_signed(message, signature[1:])
    assert not PUBLIC.has_signed(message, signature[1:] + b"\0")


def test_the_malleated_signature_verifies_too_and_is_the_same_token() -> None:
    """ECDSA has two signatures for one message, (r, s) and (r, n - s): ES256 allows both, so no one is an id."""
    signature = PRIVATE.sign(MESSAGE)
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    assert PUBLIC.has_signed(MESSAGE, raw(r, N - s))


@pytest.mark.parametrize(("x", "y"), [(0, 0), (0, 1), (P, 0), (1, 1)])
def test_a_point_off_the_curve_is_no_key(x: int, y: int) -> None:
    with pytest.raises(ValueError, match=r"curve|point|range|coordinate"):
        public_key(x, y)
