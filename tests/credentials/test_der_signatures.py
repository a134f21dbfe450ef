"""A DER signature is accepted for initialising a map, with a warning, because web plugins send it, and refused elsewhere."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credentials.builders import (
    a_call,
    a_header,
    a_payload,
    a_private_key,
    codes,
    judge_auth,
    to_json,
)
from trigpoint.base.base64url import encode_base64url
from trigpoint.credentials.keypair import P256_ORDER, raw_of_der
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import Outcome

HEAD = ".".join(
    encode_base64url(to_json(part))
    for part in (a_header(), a_payload(scope="mapkit_js server_api embed_api", origin="a.example"))
)


def raw() -> bytes:
    return a_private_key().sign(HEAD.encode())


def der_of(signature: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))


def token(signature: bytes) -> str:
    return f"{HEAD}.{encode_base64url(signature)}"


def test_it_initializes_a_map_with_a_warning() -> None:
    verdict = judge_auth(token(der_of(raw())), a_call(Service.MAPKIT_JS))
    assert verdict.accepted
    assert codes(verdict, Outcome.WARNED) == ["SIGNATURE_DER"]


@pytest.mark.parametrize("service", [Service.SERVER_API, Service.EMBED_API])
def test_another_service_refuses_a_der_signature(service: Service) -> None:
    assert codes(judge_auth(token(der_of(raw())), a_call(service))) == ["SIGNATURE_DER"]


def test_a_wrong_der_signature_is_refused() -> None:
    other = a_private_key(1).sign(HEAD.encode())
    assert codes(judge_auth(token(der_of(other)), a_call(Service.MAPKIT_JS))) == ["SIGNATURE_INVALID"]


def test_only_the_canonical_encoding_of_its_numbers_is_accepted() -> None:
    good = der_of(raw())
    assert raw_of_der(good) == raw() or len(raw_of_der(good) or b"") == 64
    longer = b"\x30" + bytes([good[1] + 1]) + good[2:] + b"\x00"
    for odd in (b"", good[:-1], good + b"\x00", longer, b"\x31" + good[1:], encode_dss_signature(1 << 256, 1)):
        assert raw_of_der(odd) is None
        assert not judge_auth(token(odd), a_call(Service.MAPKIT_JS)).accepted
    for r, s in ((0, 1), (1, 0), (P256_ORDER, 1), (1, P256_ORDER)):
        verdict = judge_auth(token(encode_dss_signature(r, s)), a_call(Service.MAPKIT_JS))
        assert codes(verdict) == ["SIGNATURE_OUT_OF_RANGE"]
