"""Key pairs on P-256. Private halves are handled only in this file and in the vault of `authority`.

They are written in exactly the form of Apple's `.p8` files, and read tolerantly (contract §1.2).
"""

import base64
import hashlib
import textwrap
from binascii import Error as Base64Error
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from trigpoint.base.base64url import encode_base64url
from trigpoint.base.errors import InvalidError
from trigpoint.base.ids import KeyId
from trigpoint.credentials.key_text import (
    DECRYPT,
    ENCRYPTED,
    FOUND,
    READ_LIMIT,
    find_blocks,
    find_der,
    is_pkcs8,
    not_a_key,
    not_in_pkcs8,
    straighten,
)

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ES256 = ec.ECDSA(hashes.SHA256())
_DER_FORMS = {
    (0, 0): b"\x30\x44\2\x20%b\2\x20%b",
    (0, 1): b"\x30\x45\2\x20%b\2\x21\0%b",
    (1, 0): b"\x30\x45\2\x21\0%b\2\x20%b",
    (1, 1): b"\x30\x46\2\x21\0%b\2\x21\0%b",
}
"""The DER of a signature, by the highest bits of its two numbers of 32 bytes."""
_BEGIN, _END = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"
# PKCS#8 around an ECPrivateKey with the curve's OID and the public key inside (RFC 5958, RFC 5915): 150 bytes.
_PKCS8_HEAD = bytes.fromhex("308193020100301306072a8648ce3d020106082a8648ce3d030107047930770201010420")
_PKCS8_CURVE = bytes.fromhex("a00a06082a8648ce3d030107")
_PKCS8_POINT = bytes.fromhex("a14403420004")
_SPKI_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")  # an uncompressed point follows
_PUBLIC_RULE, _PUBLIC_EXAMPLE = "a P-256 public key in PEM", "-----BEGIN PUBLIC KEY-----…"


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private half. Its repr does not contain it; `pem` writes it."""

    _key: ec.EllipticCurvePrivateKey

    def __repr__(self) -> str:
        """Keep the secret out of logs."""
        return "PrivateKey(…)"

    @property
    def public(self) -> "PublicKey":
        """The public half."""
        return PublicKey(self._key.public_key())

    def pem(self) -> bytes:
        """Give the 257 bytes of a `.p8` file, without a newline at the end."""
        secret = self._key.private_numbers().private_value.to_bytes(32)
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        der = _PKCS8_HEAD + secret + _PKCS8_CURVE + _PKCS8_POINT + point[1:]
        body = "\n".join(textwrap.wrap(base64.b64encode(der).decode("ascii"), 64))
        return f"{_BEGIN}\n{body}\n{_END}".encode("ascii")

    def sign(self, message: bytes) -> bytes:
        """Sign with ES256; give r and s, 64 bytes (RFC 7518 §3.4)."""
        r, s = decode_dss_signature(self._key.sign(message, _ES256))
        return r.to_bytes(32) + s.to_bytes(32)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public half."""

    _key: ec.EllipticCurvePublicKey

    def der(self) -> bytes:
        """Give the DER of its SubjectPublicKeyInfo (RFC 5480)."""
        return self._key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def pem(self) -> str:
        """Give the PEM of its SubjectPublicKeyInfo."""
        return self._key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode("ascii")

    def coordinates(self) -> tuple[bytes, bytes]:
        """Give x and y, 32 bytes each (for a JWK, RFC 7518 §6.2)."""
        numbers = self._key.public_numbers()
        return numbers.x.to_bytes(32), numbers.y.to_bytes(32)

    def thumbprint(self) -> str:
        """Give its JWK thumbprint: SHA-256 over its required members, in base64url (RFC 7638 §3)."""
        return _thumbprint(*self.coordinates())

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Tell whether an ES256 signature over a message is right; one that has not exactly 64 bytes never is."""
        if len(signature) != 64:
            return False
        try:
            self._key.verify(_der_of_raw(signature), message, _ES256)
        except InvalidSignature:
            return False
        return True


def thumbprint_of_der(der: bytes) -> str | None:
    """Give the JWK thumbprint of a public key as the database has it, without loading the key; None for anything else."""
    if len(der) != len(_SPKI_HEAD) + 64 or not der.startswith(_SPKI_HEAD):
        return None
    return _thumbprint(der[-64:-32], der[-32:])


def _thumbprint(x: bytes, y: bytes) -> str:
    members = f'{{"crv":"P-256","kty":"EC","x":"{encode_base64url(x)}","y":"{encode_base64url(y)}"}}'
    return encode_base64url(hashlib.sha256(members.encode("ascii")).digest())


def raw_of_der(signature: bytes) -> bytes | None:
    """Convert a signature from DER to its 64 raw bytes (RFC 3279 §2.2.3); None if it is not canonical DER."""
    try:
        r, s = decode_dss_signature(signature)
        raw = r.to_bytes(32) + s.to_bytes(32)
    except (ValueError, OverflowError):
        return None
    return raw if encode_dss_signature(r, s) == signature else None


def _der_of_raw(signature: bytes) -> bytes:
    """Convert a signature of 64 raw bytes to DER (RFC 3279 §2.2.3): `encode_dss_signature` takes several times as long."""
    if (
        signature[0] and signature[32]
    ):  # numbers of 32 bytes, as nearly all are; a zero before those that begin with a 1
        form = _DER_FORMS[signature[0] >> 7, signature[32] >> 7]
        return form % (signature[:32], signature[32:])
    r, s = _der_of_number(signature[:32]), _der_of_number(signature[32:])
    return b"\x30%c%b%b" % (len(r) + len(s), r, s)


def _der_of_number(raw: bytes) -> bytes:
    digits = raw.lstrip(b"\0") or b"\0"
    return b"\2%c%b" % (len(digits), digits) if digits[0] < 0x80 else b"\2%c\0%b" % (len(digits) + 1, digits)


def generate() -> PrivateKey:
    """Generate a key pair on P-256."""
    return PrivateKey(ec.generate_private_key(ec.SECP256R1()))


def file_name(key_id: KeyId) -> str:
    """Give the file name of a private key, as Apple has it."""
    return f"AuthKey_{key_id}.p8"


def read_private_key(text: str | bytes) -> PrivateKey:
    r"""Read a private key from the contents of a `.p8` file, in any form in which it may have been copied.

    Accepts CRLF, indentation, literal ``\n``, the Base64 body alone, Base64 of the file, UTF-16, DER, a wrong label, and
    PKCS#8 without the optional parts. Anything else raises `InvalidError`, which names what was found instead.
    """
    der = find_der(text)
    try:
        key = serialization.load_der_private_key(der, password=None)
    except TypeError:
        raise not_a_key(FOUND[ENCRYPTED], DECRYPT) from None
    except (ValueError, UnsupportedAlgorithm):
        raise not_a_key(_name_der(der)) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise not_a_key(f"a private key of another kind ({type(key).__name__.strip('_').removesuffix('PrivateKey')})")
    if not isinstance(key.curve, ec.SECP256R1):
        raise not_a_key(f"an EC private key on another curve ({key.curve.name})")
    if not is_pkcs8(der):
        raise not_in_pkcs8()
    return PrivateKey(key)


def read_found_private_key(der: bytes) -> PrivateKey | None:
    """Read a P-256 private key in PKCS#8 or SEC 1 from bytes that were found in a text; None if they are no such key.

    Bytes after the key are ignored.
    """
    length = 2 + der[1] if len(der) > 2 and der[1] < 0x80 else 3 + der[2] if len(der) > 3 and der[1] == 0x81 else 0
    try:
        key = serialization.load_der_private_key(der[:length], password=None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return PrivateKey(key)
    return None


def read_public_key(text: str | bytes) -> PublicKey:
    """Read a public key: a SubjectPublicKeyInfo (RFC 5480) as PEM, in any form in which it may have been copied, or DER.

    Anything else raises `InvalidError`, which names what was found instead.
    """
    der = text if isinstance(text, bytes) and text.startswith(b"0") else _find_public_der(text)
    try:
        key = serialization.load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        raise _not_a_public_key("data that is not a public key") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _not_a_public_key("a public key of another kind")
    return PublicKey(key)


def has_proof(public: PublicKey, challenge: str, proof: bytes) -> bool:
    """Tell whether a proof of possession is right: an ES256 signature over the challenge, in 64 raw bytes or DER."""
    raw = proof if len(proof) == 64 else raw_of_der(proof)
    return raw is not None and public.has_signed(challenge.encode(), raw)


def _find_public_der(text: str | bytes) -> bytes:
    plain = straighten(text if isinstance(text, str) else text.decode("utf-8", "replace"))
    blocks = find_blocks(plain[:READ_LIMIT])
    if any("PRIVATE KEY" in label for label in blocks):
        raise _not_a_public_key("a private key, which must stay with you")
    try:
        return base64.b64decode("".join(blocks.get("PUBLIC KEY", plain).split()), validate=True)
    except (Base64Error, ValueError):
        raise _not_a_public_key(FOUND.get(next(iter(blocks), ""), "text that is not a public key")) from None


def _name_der(der: bytes) -> str:
    try:
        serialization.load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        return "data that is not a private key (the file may be cut off or damaged)"
    return "a public key"


def _not_a_public_key(found: str) -> InvalidError:
    return InvalidError("publicKey", _PUBLIC_RULE, example=_PUBLIC_EXAMPLE, received=found)
