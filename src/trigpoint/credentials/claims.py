"""Checks of the claims `scope` and `origin`, which auth tokens and access tokens share, and values for messages."""

from trigpoint.base.errors import shorten
from trigpoint.credentials import reasons
from trigpoint.credentials.call import Call
from trigpoint.credentials.checks import Fail, Result, Warn
from trigpoint.credentials.origins import ENTRIES_LIMIT, count_entries, is_allowed
from trigpoint.credentials.services import Service

_WORDS = frozenset(service.value for service in Service)


def look_at_scope(scope: object, call: Call) -> Result:
    """Check that the claim `scope` allows the call's service; a token without it allows all services (contract §8, 3)."""
    if scope is None or scope == call.service:
        return None
    if not isinstance(scope, str):
        return Fail(reasons.SCOPE_MALFORMED, f"The claim 'scope' is {show(scope)}.")
    words = scope.split()
    if call.service not in words:
        if "," in scope and call.service in scope.replace(",", " ").split():
            return Fail(reasons.SCOPE_WITH_COMMAS, f"The token's scope is '{shorten(scope)}'.")
        return Fail(
            reasons.SCOPE_LACKS_SERVICE, f"The token's scope is '{shorten(scope)}'; this call needs '{call.service}'."
        )
    unknown = [word for word in words if word not in _WORDS]
    return Warn(reasons.SCOPE_UNKNOWN_WORD, f"The scope has '{shorten(unknown[0])}'.") if unknown else None


def look_at_origin(claim: object, call: Call) -> Result:
    """Check that the claim `origin` allows the Origin header of the call (contract §2.2)."""
    if claim is None:
        return None
    if not isinstance(claim, str) or count_entries(claim) > ENTRIES_LIMIT:
        return _odd_origin(claim)
    if call.origin is None:
        if call.service is not Service.WEB_SNAPSHOTS:
            return None
        return Fail(reasons.ORIGIN_MISSING, f"The token allows '{shorten(claim)}', and the request names no origin.")
    if is_allowed(claim, call.origin):
        return None
    detail = f"The request's Origin is '{shorten(call.origin)}'; the token allows '{shorten(claim, limit=200)}'."
    return Fail(reasons.ORIGIN_CHECK_FAILURE, detail)


def _odd_origin(claim: object) -> Fail:
    if isinstance(claim, str):
        return Fail(reasons.ORIGIN_TOO_MANY, f"The claim 'origin' has {count_entries(claim):,} entries.")
    return Fail(reasons.ORIGIN_MALFORMED, f"The claim 'origin' is {show(claim)}.")


def show(value: object) -> str:
    """Write the value of a claim for a message: shortened, and only its type for an object or a list."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{shorten(value, limit=60)}'"
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than 20 digits"
    if isinstance(value, int | float):
        return str(value)
    return "a list" if isinstance(value, list) else "an object"
