"""The Authorization header, read strictly (RFC 6750 §2.1)."""

from trigpoint.credentials import reasons
from trigpoint.credentials.verdict import refuse

CHECK = "The Authorization header carries a bearer token"
_SCHEME = "bearer"


def read_bearer(authorization: str | None) -> str:
    """Take the token out of an Authorization header; raise `RefusedError` with a reason of its own otherwise."""
    if authorization is None:
        raise refuse(CHECK, reasons.AUTHORIZATION_MISSING)
    if authorization[:7] == "Bearer " or authorization[:7].lower() == "bearer ":
        token = authorization[7:]
        if token and " " not in token and "," not in token:
            return token
        if not token.strip():
            raise refuse(CHECK, reasons.BEARER_EMPTY)
        raise refuse(CHECK, reasons.AUTHORIZATION_NOT_BEARER)
    if not authorization.strip():
        raise refuse(CHECK, reasons.AUTHORIZATION_MISSING, "The Authorization header is empty.")
    if authorization.strip().lower() == _SCHEME:
        raise refuse(CHECK, reasons.BEARER_EMPTY)
    raise refuse(CHECK, reasons.AUTHORIZATION_NOT_BEARER)
