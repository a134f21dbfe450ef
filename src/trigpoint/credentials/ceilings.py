"""Ceilings: limits that no token of a key may exceed, whoever signs it."""

from dataclasses import dataclass, field

from trigpoint.base.clock import DAY_S
from trigpoint.base.errors import InvalidError, shorten
from trigpoint.credentials import reasons
from trigpoint.credentials.checks import Fail
from trigpoint.credentials.origin_lists import is_within, read_origin_list
from trigpoint.credentials.origins import ENTRIES_LIMIT, Pattern, count_entries, read_patterns
from trigpoint.credentials.services import Service

SHORTEST_S = 60
LONGEST_S = 10 * 366 * DAY_S
"""Bounds of a ceiling on the lifetime."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The upper limits for the tokens of a key; None for no limit.

    `lifetime_s` is in seconds; `origins` is a list as in an `origin` claim; `origin_patterns` are its parsed entries.
    """

    scopes: frozenset[Service] | None = None
    lifetime_s: int | None = None
    origins: str | None = None
    origin_patterns: tuple[Pattern, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Parse the origins once, because every token of the key is compared with them."""
        object.__setattr__(self, "origin_patterns", () if self.origins is None else read_patterns(self.origins))


NO_CEILINGS = Ceilings()


def read_ceilings(*, scopes: frozenset[Service] | None, lifetime_s: int | None, origins: str | None) -> Ceilings:
    """Make ceilings from their values; raise `InvalidError` for an empty list, or a lifetime or origin that is not allowed."""
    if scopes is not None and not scopes:
        raise InvalidError("scopes", "at least one service", example=Service.SERVER_API)
    if lifetime_s is not None and not SHORTEST_S <= lifetime_s <= LONGEST_S:
        rule = f"a lifetime from {SHORTEST_S} seconds to ten years"
        raise InvalidError("lifetime", rule, example="2592000", received=str(lifetime_s))
    return Ceilings(scopes, lifetime_s, None if origins is None else read_origin_list(origins))


def look_at_ceilings(
    ceilings: Ceilings, *, scope: object, origin: object, iat: float | None, exp: float | None
) -> Fail | None:
    """Fail a token that allows more than the ceilings of its key; a token without a claim allows everything.

    `scope` and `origin` are the claims as they are in the token; `iat` and `exp` are in seconds since the epoch.
    """
    failed = None if ceilings.scopes is None else _look_at_scopes(ceilings.scopes, scope)
    if failed is None and ceilings.lifetime_s is not None:
        failed = _look_at_lifetime(ceilings.lifetime_s, None if iat is None or exp is None else exp - iat)
    if failed is None and ceilings.origins is not None:
        failed = _look_at_origins(ceilings.origins, ceilings.origin_patterns, origin)
    return failed


def _look_at_scopes(allowed: frozenset[Service], scope: object) -> Fail | None:
    words = set(scope.split()) if isinstance(scope, str) else {service.value for service in Service}
    beyond = sorted(words - {service.value for service in allowed})
    if not beyond:
        return None
    request = f"asks for '{shorten(beyond[0])}'" if isinstance(scope, str) else "has no scope, so it asks for all"
    return Fail(reasons.SCOPE_OVER_CEILING, f"The token {request}; the key allows '{' '.join(sorted(allowed))}'.")


def _look_at_lifetime(allowed_s: int, lifetime_s: float | None) -> Fail | None:
    if lifetime_s is not None and lifetime_s <= allowed_s:
        return None
    request = "does not expire" if lifetime_s is None else f"is valid for {lifetime_s:,.0f} seconds"
    return Fail(reasons.LIFETIME_OVER_CEILING, f"The token {request}; the key allows {allowed_s:,} seconds.")


def _look_at_origins(allowed: str, allowed_patterns: tuple[Pattern, ...], origin: object) -> Fail | None:
    too_many = isinstance(origin, str) and count_entries(origin) > ENTRIES_LIMIT
    patterns = read_patterns(origin) if isinstance(origin, str) and not too_many else ()
    beyond = [pattern.text for pattern in patterns if not is_within(pattern, allowed_patterns)]
    if patterns and not beyond:
        return None
    nothing = "names too many origins" if too_many else "names no origin"
    request = f"asks for '{shorten(beyond[0])}'" if beyond else nothing
    return Fail(reasons.ORIGIN_OVER_CEILING, f"The token {request}; the key allows '{shorten(allowed, limit=200)}'.")
