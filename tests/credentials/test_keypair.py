"""A `.p8` file is written byte for byte as Apple writes it, and read however it was pasted."""

import base64
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from credentials.builders import KEY, a_private_key, an_auth_token
from trigpoint.base.errors import InvalidError
from trigpoint.credentials.keypair import (
    P256_ORDER,
    PublicKey,
    _der_of_raw,
    file_name,
    generate,
    has_proof,
    read_private_key,
    read_public_key,
)

PEM = a_private_key().pem().decode()
BODY = "".join(PEM.splitlines()[1:-1])
PUBLIC = a_private_key().public
PASSWORD = serialization.BestAvailableEncryption(b"correct horse")
EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)


def written(key: object, form: PrivateFormat, *, encoding: Encoding = Encoding.PEM, secret: object = None) -> bytes:
    return key.private_bytes(encoding, form, secret or NoEncryption())


def short_form() -> bytes:
    """PKCS#8 without the curve's OID and with the public key only: 138 bytes, as OpenSSL writes it."""
    der = written(EC_KEY, PrivateFormat.PKCS8, encoding=Encoding.DER)
    assert len(der) == 138
    return der


def test_the_file_has_the_form_of_apples_files() -> None:
    for _ in range(20):
        pem = generate().pem()
        lines = pem.decode("ascii").split("\n")
        assert len(pem) == 257
        assert [len(line) for line in lines[1:-1]] == [64, 64, 64, 8]
        assert lines[0] == "-----BEGIN PRIVATE KEY-----"
        assert lines[-1] == "-----END PRIVATE KEY-----"
        assert lines[1].startswith("MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg")
        der = base64.b64decode("".join(lines[1:-1]))
        assert len(der) == 150
        assert bytes.fromhex("06082a8648ce3d030107") in der[68:], "the inner key names its curve, too"


def test_the_file_holds_both_halves() -> None:
    key = serialization.load_pem_private_key(PEM.encode(), None)
    assert key.public_key().public_numbers() == PUBLIC._key.public_numbers()
    point = PUBLIC._key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert base64.b64decode(BODY).endswith(point)


def test_openssl_reads_the_file(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    assert openssl is not None, "openssl is a part of every system that runs the tests"
    file = tmp_path / file_name(KEY)
    file.write_bytes(PEM.encode())
    told = subprocess.run([openssl, "pkey", "-in", file, "-noout", "-text"], capture_output=True, text=True, check=True)
    assert "prime256v1" in told.stdout
    public = subprocess.run([openssl, "pkey", "-in", file, "-pubout"], capture_output=True, text=True, check=True)
    assert public.stdout == PUBLIC.pem()


def test_the_file_is_named_after_its_key_id() -> None:
    assert file_name(KEY) == "AuthKey_2X9R4HXF34.p8"


def test_a_written_key_is_read_back() -> None:
    assert read_private_key(PEM).pem().decode() == PEM


def _encoded(times: int) -> bytes:
    data = PEM.encode()
    for _ in range(times):
        data = base64.encodebytes(data)
    return data


PASTED: dict[str, Callable[[], str | bytes]] = {
    "as bytes": PEM.encode,
    "with a newline at its end": lambda: PEM + "\n",
    "with CRLF": lambda: PEM.replace("\n", "\r\n"),
    "with CR": lambda: PEM.replace("\n", "\r"),
    "indented": lambda: "\n".join("    " + line for line in PEM.split("\n")),
    "with tabs": lambda: "\n".join("\t" + line + " \t" for line in PEM.split("\n")),
    "with literal \\n": lambda: PEM.replace("\n", "\\n"),
    "with literal \\r\\n": lambda: PEM.replace("\n", "\\r\\n"),
    "as a JSON string": lambda: '"' + PEM.replace("\n", "\\n").replace("/", "\\/") + '"',
    "in quotation marks": lambda: f"'{PEM}'",
    "on one line": lambda: PEM.replace("\n", ""),
    "on one line with spaces": lambda: PEM.replace("\n", " "),
    "as bare base64": lambda: BODY,
    "as bare base64 in lines": lambda: "\r\n".join(PEM.splitlines()[1:-1]),
    "as bare base64 with literal \\n": lambda: "\\n".join(PEM.splitlines()[1:-1]),
    "as bare base64 behind a byte order mark": lambda: "\ufeff" + BODY,
    "behind a byte order mark": lambda: "\ufeff" + PEM,
    "behind a byte order mark, as bytes": lambda: b"\xef\xbb\xbf" + PEM.encode(),
    "behind a comment": lambda: "Key for the website, do not share\n\n" + PEM,
    "as Base64 of the file": lambda: base64.b64encode(PEM.encode()).decode(),
    "as Base64 of the file without its padding": lambda: base64.b64encode(PEM.encode()).decode().rstrip("="),
    "as Base64 in lines": lambda: base64.encodebytes(PEM.encode()),
    "as Base64 for addresses": lambda: base64.urlsafe_b64encode(PEM.encode()).decode(),
    "as Base64 of Base64": lambda: _encoded(2),
    "as Base64 of its Base64 body": lambda: base64.b64encode(BODY.encode()),
    "as the bare body for addresses": lambda: BODY.replace("+", "-").replace("/", "_").rstrip("="),
    "in UTF-16": lambda: PEM.encode("utf-16"),
    "in UTF-16, big-endian": lambda: b"\xfe\xff" + PEM.encode("utf-16-be"),
    "in UTF-16 without a mark": lambda: PEM.encode("utf-16-le"),
    "as DER": lambda: base64.b64decode(BODY),
    "under the label of SEC 1": lambda: PEM.replace(" PRIVATE", " EC PRIVATE"),
    "behind a certificate": lambda: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + PEM,
}


@pytest.mark.parametrize("how", PASTED)
def test_a_key_is_read_however_it_was_pasted(how: str) -> None:
    assert read_private_key(PASTED[how]()).pem().decode() == PEM


def test_the_short_form_is_read_and_written_in_full() -> None:
    pem = written(EC_KEY, PrivateFormat.PKCS8)
    assert b"\nMIGH" in pem
    key = read_private_key(pem)
    assert len(key.pem()) == 257
    assert key.public.coordinates()[0] == EC_KEY.public_key().public_numbers().x.to_bytes(32)
    assert read_private_key(base64.b64encode(short_form()).decode()).pem() == key.pem()


def altered(position: int, replacement: bytes) -> str:
    der = bytearray(base64.b64decode(BODY))
    der[position : position + len(replacement)] = replacement
    return base64.b64encode(bytes(der)).decode()


WRONG: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "nothing": (lambda: " \n ", "nothing: the text is empty"),
    "a public key": (PUBLIC.pem, "a public key"),
    "a bare public key": (lambda: base64.b64encode(PUBLIC.der()), "a public key"),
    "RSA": (lambda: written(RSA_KEY, PrivateFormat.PKCS8), "a private key of another kind (RSA)"),
    "RSA, older form": (lambda: written(RSA_KEY, PrivateFormat.TraditionalOpenSSL), "an RSA private key"),
    "Ed25519": (
        lambda: written(ed25519.Ed25519PrivateKey.generate(), PrivateFormat.PKCS8),
        "a private key of another kind (Ed25519)",
    ),
    "P-384": (
        lambda: written(ec.generate_private_key(ec.SECP384R1()), PrivateFormat.PKCS8),
        "an EC private key on another curve (secp384r1)",
    ),
    "secp256k1": (
        lambda: written(ec.generate_private_key(ec.SECP256K1()), PrivateFormat.PKCS8),
        "an EC private key on another curve (secp256k1)",
    ),
    "encrypted": (lambda: written(EC_KEY, PrivateFormat.PKCS8, secret=PASSWORD), "an encrypted private key"),
    "encrypted, bare": (
        lambda: base64.b64encode(written(EC_KEY, PrivateFormat.PKCS8, encoding=Encoding.DER, secret=PASSWORD)),
        "an encrypted private key",
    ),
    "SEC 1": (lambda: written(EC_KEY, PrivateFormat.TraditionalOpenSSL), "an EC private key in the older SEC 1 form"),
    "SEC 1, bare": (
        lambda: base64.b64encode(written(EC_KEY, PrivateFormat.TraditionalOpenSSL, encoding=Encoding.DER)),
        "an EC private key in the older SEC 1 form",
    ),
    "SEC 1 behind its parameters": (
        lambda: (
            b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
            + written(EC_KEY, PrivateFormat.TraditionalOpenSSL)
        ),
        "an EC private key in the older SEC 1 form",
    ),
    "OpenSSH": (lambda: written(EC_KEY, PrivateFormat.OpenSSH), "an OpenSSH private key"),
    "a certificate": (lambda: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "a certificate"),
    "an unknown block": (lambda: "-----BEGIN CMS-----\nAAAA\n-----END CMS-----", "a PEM block 'CMS'"),
    "cut off": (lambda: PEM[:200], "the file was cut off"),
    "a wrong end": (lambda: PEM.replace("END PRIVATE", "END PUBLIC"), "BEGIN and END lines do not match"),
    "a damaged body": (lambda: PEM.replace("MIGT", "MI*T"), "PEM whose body is not Base64"),
    "a body cut off": (
        lambda: PEM.replace(PEM.splitlines()[3] + "\n", ""),
        "data that is not a private key (the file may be cut off or damaged)",
    ),
    "no body": (lambda: "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "PEM without a body"),
    "a token": (an_auth_token, "a token (JWT), not a key"),
    "JSON": (lambda: '{"kty":"EC","crv":"P-256"}', "JSON, perhaps a JWK"),
    "an SSH public key": (lambda: "ecdsa-sha2-nistp256 AAAAE2Vj", "an SSH public key"),
    "a file's name": (lambda: "AuthKey_2X9R4HXF34.p8", "text that is neither PEM nor Base64"),
    "other bytes": (lambda: b"\x89PNG\r\n\x1a\n\xff", "binary data (a .p8 file is text)"),
    "half of UTF-16": (lambda: PEM.encode("utf-16")[:-1], "binary data (a .p8 file is text)"),
    "DER that was cut off": (lambda: base64.b64decode(BODY)[:-1], "binary data (a .p8 file is text)"),
    "dashes": (lambda: PEM.replace("-----", "\u2014\u2013"), "PEM with dashes instead of hyphens"),
    "Base64 of a public key's file": (lambda: base64.b64encode(PUBLIC.pem().encode()), "a public key"),
    "Base64 five times": (lambda: _encoded(5), "data that is not a private key"),
    "too much": (lambda: "A" * 20_000, "20,000 characters, and a .p8 file has 257"),
    "half a surrogate pair": (lambda: "\ud800", "text that is neither PEM nor Base64"),
    "a private value of zero": (lambda: altered(36, bytes(32)), "data that is not a private key"),
    "a private value above the order": (lambda: altered(36, b"\xff" * 32), "data that is not a private key"),
    "two halves that do not match": (
        lambda: altered(86, PublicKey(EC_KEY.public_key())._key.public_bytes(*X962)[1:]),
        "data that is not a private key",
    ),
}
X962 = (Encoding.X962, PublicFormat.UncompressedPoint)


@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_is_no_private_key_is_reported_as_what_it_is(what: str) -> None:
    make, found = WRONG[what]
    with pytest.raises(InvalidError) as caught:
        read_private_key(make())
    assert found in str(caught.value.received)
    assert caught.value.name == "privateKey"
    assert BODY[48:90] not in str(caught.value), "an error never repeats a secret"


def test_repr_of_a_private_key_does_not_contain_it() -> None:
    assert repr(a_private_key()) == "PrivateKey(…)"


def test_a_public_key_is_read_however_it_was_pasted() -> None:
    pem, der = PUBLIC.pem(), PUBLIC.der()
    pasted = [pem, pem.encode(), pem.replace("\n", "\r\n"), pem.replace("\n", "\\n"), "\ufeff" + pem, "  " + pem]
    for text in [*pasted, der, base64.b64encode(der), base64.b64encode(der).decode()]:
        assert read_public_key(text).der() == der


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda: PEM, "a private key, which must stay with you"),
        (lambda: written(RSA_KEY, PrivateFormat.TraditionalOpenSSL), "a private key, which must stay with you"),
        (lambda: RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "another kind"),
        (
            lambda: (
                ec.generate_private_key(ec.SECP384R1())
                .public_key()
                .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            ),
            "another kind",
        ),
        (lambda: "", "data that is not a public key"),
        (lambda: "\ud800", "text that is not a public key"),
        (lambda: b"0\xff", "data that is not a public key"),
        (lambda: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "a certificate"),
    ],
)
def test_a_text_that_is_no_public_key_is_reported_as_what_it_is(make: Callable[[], str | bytes], found: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_public_key(make())
    assert found in str(caught.value.received)
    assert caught.value.name == "publicKey"


def test_a_point_that_is_not_on_the_curve_is_no_public_key() -> None:
    der = bytearray(PUBLIC.der())
    der[-1] ^= 1
    with pytest.raises(InvalidError, match="data that is not a public key"):
        read_public_key(bytes(der))


def test_a_proof_of_possession_is_raw_or_der() -> None:
    challenge = "trigpoint:2X9R4HXF34:kCq1"
    raw = a_private_key().sign(challenge.encode())
    der = a_private_key()._key.sign(challenge.encode(), ec.ECDSA(hashes.SHA256()))
    assert has_proof(PUBLIC, challenge, raw)
    assert has_proof(PUBLIC, challenge, der)
    assert not has_proof(PUBLIC, challenge + ".", raw)
    assert not has_proof(a_private_key(1).public, challenge, raw)


@pytest.mark.parametrize(
    "proof",
    [b"", b"\x30", bytes(64), bytes(65), b"\x30\x06\x02\x01\xff\x02\x01\xff", b"\x30\x06\x02\x01\x00\x02\x01\x00"],
)
def test_a_malformed_proof_is_refused(proof: bytes) -> None:
    assert not has_proof(PUBLIC, "challenge", proof)


def test_a_proof_with_a_number_of_more_than_32_bytes_is_refused() -> None:
    oversize = b"\x30\x46\x02\x21\x01" + bytes(32) + b"\x02\x21\x01" + bytes(32)
    assert not has_proof(PUBLIC, "challenge", oversize)


def test_signatures_have_64_bytes_even_when_r_or_s_is_short() -> None:
    key = a_private_key()
    for number in range(10_000):  # one in 128 is short
        message = b"%d" % number
        signature = key.sign(message)
        assert len(signature) == 64
        if signature[0] == 0 or signature[32] == 0:
            break
    assert signature[0] == 0 or signature[32] == 0
    assert PUBLIC.has_signed(message, signature)


@pytest.mark.parametrize("r", [0, 1, 0x7F, 0x80, 0xFF, 0x100, 2**248 - 1, 2**255 - 1, 2**255, P256_ORDER - 1])
def test_a_signature_is_turned_into_der_as_the_library_does(r: int) -> None:
    for s in (0, 1, 0x80, 2**247, 2**255 - 1, 2**255, 2**256 - 1):
        assert _der_of_raw(r.to_bytes(32) + s.to_bytes(32)) == encode_dss_signature(r, s)


@pytest.mark.parametrize(
    ("what", "remedy"),
    [
        ("SEC 1", "Convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem -out key.p8"),
        ("SEC 1, bare", "Convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem -out key.p8"),
        ("encrypted", "Decrypt it: openssl pkcs8 -in key.pem -topk8 -nocrypt -out key.p8"),
        ("encrypted, bare", "Decrypt it: openssl pkcs8 -in key.pem -topk8 -nocrypt -out key.p8"),
        ("dashes", "Write five hyphens (-) on either side of BEGIN and of END."),
    ],
)
def test_a_hint_is_shown_completely(what: str, remedy: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_private_key(WRONG[what][0]())
    assert str(caught.value).endswith(remedy)
    assert caught.value.hint == remedy
