"""Reading the Authorization header, strictly (RFC 6750 §2.1)."""

from trigpoint.credentials import reasons
from trigpoint.credentials.verdict import refuse

CHECK = "The Authorization header carries a bearer token"
_SCHEME = "bearer"


def read_bearer(authorization: str | None) -> str:
    """Give the token of an Authorization header; raise `RefusedError`, whose reason names what is wrong with the header."""
    if authorization is None:
        raise refuse(CHECK, reasons.AUTHORIZATION_MISSING)
    if authorization[:7] == "Bearer " or authorization[:7].lower() == "bearer ":
        token = authorization[7:]
        if token and " " not in token and "," not in token:
            return token
        return _read_odd(token.strip(" \t"))
    if not authorization.strip():
        raise refuse(CHECK, reasons.AUTHORIZATION_MISSING, "The Authorization header is empty.")
    if authorization.strip().lower() == _SCHEME:
        raise refuse(CHECK, reasons.BEARER_EMPTY)
    raise refuse(CHECK, reasons.AUTHORIZATION_NOT_BEARER)


def _read_odd(token: str) -> str:
    """Give a token that has blanks around it (RFC 6750 §2.1 allows them before it); refuse an empty or odd one."""
    if not token:
        raise refuse(CHECK, reasons.BEARER_EMPTY)
    if " " not in token and "," not in token:
        return token
    if token.startswith("{"):
        raise refuse(CHECK, reasons.BEARER_IS_ANSWER)
    if token.startswith("[object"):
        raise refuse(CHECK, reasons.TOKEN_UNSET)
    raise refuse(CHECK, reasons.AUTHORIZATION_NOT_BEARER)
