"""Ceilings: what no token of a key may exceed, however it is signed."""

from dataclasses import dataclass, field

from trigpoint.base.errors import InvalidError, shorten
from trigpoint.credentials import reasons
from trigpoint.credentials.checks import Fail
from trigpoint.credentials.origin_lists import is_within, read_origin_list
from trigpoint.credentials.origins import ENTRIES_LIMIT, Pattern, count_entries, read_patterns
from trigpoint.credentials.services import Service

SHORTEST_S = 60
LONGEST_S = 10 * 366 * 86_400


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The most that a token may ask for; None where there is no ceiling. `lifetime_s` is in seconds."""

    scopes: frozenset[Service] | None = None
    lifetime_s: int | None = None
    origins: str | None = None
    origin_patterns: tuple[Pattern, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the origins once: every token of the key is compared with them."""
        object.__setattr__(self, "origin_patterns", () if self.origins is None else read_patterns(self.origins))


NO_CEILINGS = Ceilings()


def read_ceilings(*, scopes: frozenset[Service] | None, lifetime_s: int | None, origins: str | None) -> Ceilings:
    """Check ceilings before they are set."""
    if scopes is not None and not scopes:
        raise InvalidError("scopes", "at least one service", example=Service.SERVER_API)
    if lifetime_s is not None and not SHORTEST_S <= lifetime_s <= LONGEST_S:
        rule = f"a lifetime from {SHORTEST_S} seconds to ten years"
        raise InvalidError("lifetime", rule, example="2592000", received=str(lifetime_s))
    return Ceilings(scopes, lifetime_s, None if origins is None else read_origin_list(origins))


def look_at_ceilings(
    ceilings: Ceilings, *, scope: object, origin: object, iat: float | None, exp: float | None
) -> Fail | None:
    """Fail for a token that asks for more than a ceiling of its key allows; a missing claim asks for everything."""
    if ceilings.scopes is not None:
        words = set(scope.split()) if isinstance(scope, str) else {service.value for service in Service}
        beyond = sorted(words - {service.value for service in ceilings.scopes})
        if beyond:
            allowed = " ".join(sorted(ceilings.scopes))
            asked = f"asks for '{shorten(beyond[0])}'" if isinstance(scope, str) else "has no scope, so it asks for all"
            return Fail(reasons.SCOPE_OVER_CEILING, f"The token {asked}; the key allows '{allowed}'.")
    if ceilings.lifetime_s is not None:
        lifetime = None if iat is None or exp is None else exp - iat
        if lifetime is None or lifetime > ceilings.lifetime_s:
            asked = "has no end" if lifetime is None else f"lives {lifetime:,.0f} seconds"
            detail = f"The token {asked}; the key allows {ceilings.lifetime_s:,} seconds."
            return Fail(reasons.LIFETIME_OVER_CEILING, detail)
    if ceilings.origins is not None:
        too_many = isinstance(origin, str) and count_entries(origin) > ENTRIES_LIMIT
        patterns = read_patterns(origin) if isinstance(origin, str) and not too_many else ()
        beyond_origins = [pattern.text for pattern in patterns if not is_within(pattern, ceilings.origin_patterns)]
        if not patterns or beyond_origins:
            nothing = "names too many origins" if too_many else "names no origin"
            asked = f"asks for '{shorten(beyond_origins[0])}'" if beyond_origins else nothing
            detail = f"The token {asked}; the key allows '{shorten(ceilings.origins, limit=200)}'."
            return Fail(reasons.ORIGIN_OVER_CEILING, detail)
    return None
