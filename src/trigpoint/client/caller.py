"""What both clients share: the credential, the headers that it asks for, and the access token that is kept."""

from trigpoint.base.clock import Clock
from trigpoint.client.exchange import AccessTokenCache, check_header
from trigpoint.client.signing import Signer

APPLE = "https://maps-api.apple.com"
TIMEOUT_S = 10.0


class Caller:
    """The part of a client that does not call."""

    def __init__(self, credential: Signer | str, *, origin: str | None, clock: Clock) -> None:
        """Check what can be checked without a server; raises InvalidError."""
        if isinstance(credential, str):
            rule = "a Signer or an auth token, which has three parts with dots between them"
            credential = check_header("credential", credential, rule=rule, example="eyJhbGciOi…")
        self._credential = credential
        rule = "what browsers send as Origin"
        self._origin = origin and check_header("origin", origin, rule=rule, example="https://example.com")
        self._clock = clock
        self._cache = AccessTokenCache()

    def _headers(self, token: str) -> dict[str, str]:
        headers = {"authorization": f"Bearer {token}"}
        return headers if self._origin is None else headers | {"origin": self._origin}

    def _auth_token(self) -> str:
        return self._credential.auth_token() if isinstance(self._credential, Signer) else self._credential
