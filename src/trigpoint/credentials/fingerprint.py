"""Fingerprints of what the database stores, for the ledger: a later change of the stored value contradicts them."""

import hashlib

from trigpoint.base.base64url import encode_base64url


def fingerprint(*stored: object) -> str:
    """Give SHA-256 over stored values, in base64url. What is stored of a secret is itself a hash, or encrypted.

    A database can have values of other types, if somebody has written them there.
    """
    whole = hashlib.sha256()
    for value in stored:
        text = "" if value is None else value if isinstance(value, str) else repr(value)
        octets = bytes(value) if isinstance(value, bytes | memoryview) else text.encode("utf-8", "surrogatepass")
        whole.update(len(octets).to_bytes(8))
        whole.update(octets)
    return encode_base64url(whole.digest())
