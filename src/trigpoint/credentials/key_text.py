"""Finding the DER of a private key in what a user pasted, or the error that names what was found instead."""

import base64
import re
from binascii import Error as Base64Error

from trigpoint.base.errors import InvalidError

READ_LIMIT = 16_384
"""Longest text that is read, in characters."""
LAYERS = 3
"""Most layers of Base64 around a key file that are decoded."""
CONVERT = "Convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem -out key.p8"
DECRYPT = "Decrypt it: openssl pkcs8 -in key.pem -topk8 -nocrypt -out key.p8"
DASHES = "Write five hyphens (-) on either side of BEGIN and of END."
SEC1, ENCRYPTED = "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"
FOUND = {
    "PUBLIC KEY": "a public key",
    SEC1: "an EC private key in the older SEC 1 form",
    "EC PARAMETERS": "EC parameters without a key",
    "RSA PRIVATE KEY": "an RSA private key",
    "RSA PUBLIC KEY": "an RSA public key",
    "DSA PRIVATE KEY": "a DSA private key",
    ENCRYPTED: "an encrypted private key",
    "OPENSSH PRIVATE KEY": "an OpenSSH private key",
    "CERTIFICATE": "a certificate",
    "CERTIFICATE REQUEST": "a certificate signing request",
    "PGP PRIVATE KEY BLOCK": "a PGP private key",
}
"""The name of a PEM block for people, by its label."""
REMEDIES = {SEC1: CONVERT, ENCRYPTED: DECRYPT}
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_OTHER_DASHES = re.compile(r"[\u2010-\u2015\u2212]{1,5}\s*BEGIN|BEGIN[A-Z ]{1,30}[\u2010-\u2015\u2212]")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]{80,})={0,2}")
_EC_PUBLIC_KEY_OID = bytes.fromhex("06072a8648ce3d0201")  # PKCS#8 contains it; the older SEC 1 form does not
_RULE = "a P-256 private key in PKCS#8 PEM (a .p8 file)"
_EXAMPLE = "-----BEGIN PRIVATE KEY-----…"


def find_der(text: str | bytes) -> bytes:
    """Find the DER of a private key; raise `InvalidError`, which names what was found instead."""
    if isinstance(text, bytes) and looks_like_der(text):
        return text
    return _find_in(straighten(to_text(text)), LAYERS)


def looks_like_der(data: bytes) -> bool:
    """Tell whether bytes are exactly one ASN.1 SEQUENCE, and not a text that begins with the digit 0."""
    if len(data) < 3 or data[:1] != b"0":
        return False
    length = 2 + data[1] if data[1] < 0x80 else 3 + data[2] if data[1] == 0x81 else 4 + int.from_bytes(data[2:4])
    return data[1] in range(0x10, 0x83) and length == len(data) and not data.isascii()


def to_text(text: str | bytes) -> str:
    """Decode a file: UTF-8, or UTF-16 as PowerShell writes it."""
    if isinstance(text, str):
        return text
    try:
        if text[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return text.decode("utf-16")
        if text[1:2] == b"\0":
            return text.decode("utf-16-le")
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise not_a_key("binary data (a .p8 file is text)") from None


def straighten(text: str) -> str:
    r"""Remove a byte order mark and quotation marks from a copied key, and undo the escapes of JSON (``\n``, ``\/``)."""
    unescaped = text.removeprefix("\ufeff").replace("\\r", "").replace("\\n", "\n").replace("\\/", "/")
    return unescaped.strip().strip("\"'").strip()


def find_blocks(plain: str) -> dict[str, str]:
    """Give the bodies of PEM blocks by label, the last block first: a block before the key, as EC PARAMETERS, describes it."""
    return dict(reversed(_PEM.findall(plain)))


def not_a_key(found: str, hint: str = "") -> InvalidError:
    """Make the error that names what was found instead of a private key."""
    return InvalidError("privateKey", _RULE, example=_EXAMPLE, received=found, hint=hint)


def not_in_pkcs8() -> InvalidError:
    """Make the error for a key in the older SEC 1 form."""
    return not_a_key(FOUND[SEC1], CONVERT)


def is_pkcs8(der: bytes) -> bool:
    """Tell whether the DER of an EC key is PKCS#8, and not SEC 1."""
    return _EC_PUBLIC_KEY_OID in der


def _find_in(plain: str, layers: int) -> bytes:
    if not plain:
        raise not_a_key("nothing: the text is empty")
    if len(plain) > READ_LIMIT:
        raise not_a_key(f"{len(plain):,} characters, and a .p8 file has 257")
    body = _find_body(plain)
    der = _decode(plain if body is None else body)
    if der is None:
        raise not_a_key(_name_text(plain) if body is None else "PEM whose body is not Base64")
    if not der:
        raise not_a_key("PEM without a body")
    if body is None and layers and der.isascii():  # Base64 of a text: of the file, or of its Base64
        return _find_in(straighten(der.decode("ascii")), layers - 1)
    return der


def _find_body(plain: str) -> str | None:
    """Give the body of the PEM block with the private key; None for a text without PEM; raise InvalidError for other PEM."""
    blocks = find_blocks(plain)
    if "PRIVATE KEY" in blocks:
        return blocks["PRIVATE KEY"]
    if SEC1 in blocks and is_pkcs8(_decode(blocks[SEC1]) or b""):
        return blocks[SEC1]  # only the label is wrong
    if blocks:
        label = next(iter(blocks))
        raise not_a_key(FOUND.get(label, f"a PEM block '{label}'"), REMEDIES.get(label, ""))
    if _OTHER_DASHES.search(plain):
        raise not_a_key("PEM with dashes instead of hyphens, as a word processor writes them", DASHES)
    if "-----" in plain:
        raise not_a_key("PEM whose BEGIN and END lines do not match: the file was cut off")
    return None


def _decode(body: str) -> bytes | None:
    """Decode Base64 or base64url, with padding or without; None if the text is neither."""
    plain = "".join(body.split())
    if plain and _BASE64.fullmatch(plain) is None:
        return None
    bare = plain.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (Base64Error, ValueError):
        return None


def _name_text(text: str) -> str:
    if text.count(".") == 2 and text.startswith("ey"):
        return "a token (JWT), not a key"
    if text.startswith("{"):
        return "JSON, perhaps a JWK"
    if text.startswith(("ssh-", "ecdsa-")):
        return "an SSH public key"
    return "text that is neither PEM nor Base64"
