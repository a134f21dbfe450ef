"""Fingerprints of what the database stores, for the ledger: a later change of the stored value contradicts them."""

import base64
import hashlib


def fingerprint(*stored: str | bytes | None) -> str:
    """Give SHA-256 over stored values, in base64url. What is stored of a secret is itself a hash, or encrypted."""
    whole = hashlib.sha256()
    for value in stored:
        octets = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value or b""
        whole.update(len(octets).to_bytes(8))
        whole.update(octets)
    return base64.urlsafe_b64encode(whole.digest()).rstrip(b"=").decode("ascii")
