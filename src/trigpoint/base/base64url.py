"""Base64url, as tokens, fingerprints and opaque parameters are written."""

from binascii import b2a_base64

_TO_URL = bytes.maketrans(b"+/", b"-_")


def encode_base64url(raw: bytes) -> str:
    """Encode bytes as base64url without padding (RFC 7515 §2)."""
    return b2a_base64(raw, newline=False).rstrip(b"=").translate(_TO_URL).decode("ascii")
