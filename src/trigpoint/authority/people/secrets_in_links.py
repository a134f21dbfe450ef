"""Secrets that travel in cookies and links: the database keeps their digests only."""

import hashlib
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """Make a secret of 256 bits, in base64url."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """Give the digest under which a secret is found (SHA-256, hexadecimal). It is random: no salt is needed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def new_id() -> str:
    """Make a name for something in a list."""
    return secrets.token_hex(8)
