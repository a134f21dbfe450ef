"""`/v1/token`: the answer that carries an access token (contract §3)."""

import msgspec


class TokenResponse(msgspec.Struct, rename="camel"):
    """An access token and how long it lives. The lifetime is a whole number: some clients decode nothing else."""

    access_token: str
    expires_in_seconds: int


def render_token(access_token: str, *, expires_in_seconds: int) -> bytes:
    """Write the body of a successful exchange."""
    return msgspec.json.encode(TokenResponse(access_token, expires_in_seconds))
