"""The leak scanner finds credentials in every encoding, and no look-alikes."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from cryptography.hazmat.primitives import serialization

from credentials.builders import a_header, a_payload, a_private_key, a_signed_token, an_access_token, an_auth_token
from trigpoint.credentials.api_token import encode_token
from trigpoint.credentials.leak_patterns import SecretKind, find_secrets

PEM = a_private_key().pem().decode()
DER = base64.b64decode("".join(PEM.splitlines()[1:-1]))
SEC1 = (
    serialization.load_pem_private_key(PEM.encode(), password=None)
    .private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    .decode()
)
BARE = "".join(PEM.splitlines()[1:-1])
ANOTHER_LETTER = "B" if BARE[59] == "A" else "A"

CLOTHINGS = {
    "a .p8 file": PEM,
    "Windows line ends": PEM.replace("\n", "\r\n"),
    "JSON": json.dumps({"key": PEM}),
    "a shell variable": f"KEY='{PEM}'",
    "indented YAML": "key: |\n" + "".join(f"    {line}\n" for line in PEM.splitlines()),
    "bare Base64": f'const key = "{BARE}";',
    "Base64 of the file": base64.b64encode(PEM.encode()).decode(),
    "Base64 for addresses": base64.urlsafe_b64encode(DER).decode().rstrip("="),
    "an address": f"https://example.com/?key={quote(PEM)}&a=1",
    "a form": f"key={quote_plus(PEM)}",
    "HTML": "<pre>" + PEM.replace("\n", "&#10;") + "</pre>",
    "lines of HTML": "<p>" + PEM.replace("\n", "<br>") + "</p>",
    "JSON in JSON": json.dumps(json.dumps({"key": PEM})),
    "JavaScript": "const key = " + " +\n  ".join(f"'{line}\\n'" for line in PEM.splitlines()),
    "a comment": "".join(f"# {line}\n" for line in PEM.splitlines()),
    "a comment in C": "".join(f"// {line}\n" for line in PEM.splitlines()),
    "a patch": "".join(f"+{line}\n" for line in PEM.splitlines()),
    "hexadecimal": DER.hex().upper(),
    "a file of bytes": "\x00\x01" * 9 + DER.decode("latin-1") + "\x00",
    "what OpenSSL writes": SEC1,
}


@pytest.mark.parametrize("clothing", CLOTHINGS)
def test_a_private_key_is_found(clothing: str) -> None:
    (found,) = find_secrets("first line\n" + CLOTHINGS[clothing])
    assert found.kind is SecretKind.PRIVATE_KEY
    assert found.private_key is not None
    assert found.private_key.public.der() == a_private_key().public.der()
    assert found.line >= 2
    assert BARE[60:80] not in repr(found)


def test_tokens_are_found_by_kind() -> None:
    restricted = an_auth_token(payload=a_payload(origin="example.com"))
    api_token = encode_token(bytes(range(24)))
    text = f'<script data-token="{restricted}"></script>\n{an_auth_token()}\n{an_access_token()}\nx={api_token}\n'
    assert [(one.kind, one.line, one.is_public) for one in find_secrets(text)] == [
        (SecretKind.MAPS_TOKEN, 1, True),
        (SecretKind.MAPS_TOKEN, 2, False),
        (SecretKind.ACCESS_TOKEN, 3, False),
        (SecretKind.API_TOKEN, 4, False),
    ]


@pytest.mark.parametrize(
    ("exp", "expires_at"),
    [
        ("1900000000", 1_900_000_000.0),
        ("9" * 400, 1e11),
        ("1e400", 1e11),
        ("-" + "9" * 400, -1e11),
        ("true", None),
        ('"soon"', None),
    ],
)
def test_any_value_of_exp_in_a_found_token_is_handled(exp: str, expires_at: float | None) -> None:
    payload = b'{"iss":"K5GNLXS2QT","iat":1,"exp":%s}' % exp.encode()
    (found,) = find_secrets(a_signed_token(json.dumps(a_header()).encode(), payload))
    assert found.expires_at == expires_at


def test_each_credential_is_found_once() -> None:
    assert len(list(find_secrets(f"{PEM}\n{BARE}\n{PEM}"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\n" + a_private_key().public.pem(),
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "tp_" + "0" * 39,
        "M" + "A" * 200,
        PEM.replace(BARE[:60], BARE[:59] + ANOTHER_LETTER),
        "-----BEGIN PRIVATE KEY-----" + "<" * 1999 + "-----END PRIVATE KEY-----",
        "0\x81\x87\x02\x01\x000\x13\x06\x07*\x86H\xce=\x02\x01…",
        "308187020100301306072a8648ce3d0201" + "0" * 260,
    ],
)
def test_a_look_alike_is_not_found(text: str) -> None:
    assert list(find_secrets(text)) == []
