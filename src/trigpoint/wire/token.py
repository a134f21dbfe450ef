"""`/v1/token`: the response with an access token (contract §3)."""

import msgspec


class TokenResponse(msgspec.Struct, rename="camel"):
    """An access token and its lifetime in seconds, an integer: some clients cannot decode a fraction."""

    access_token: str
    expires_in_seconds: int


def render_token(access_token: str, *, expires_in_seconds: int) -> bytes:
    """Write the response as JSON."""
    return msgspec.json.encode(TokenResponse(access_token, expires_in_seconds))
