"""Secrets in cookies and links; the database has only their digests."""

import hashlib
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """Generate a secret of 256 bits, in base64url."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """Give the digest by which a secret is found (SHA-256, hexadecimal). Secrets are random, so it needs no salt."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def new_id() -> str:
    """Generate an ID for a person, link or session, which is no secret."""
    return secrets.token_hex(8)
