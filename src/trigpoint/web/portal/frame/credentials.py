"""What the pages of keys and of Maps tokens share: the name of a state, and calls by origin."""

from trigpoint.base.clock import Milliseconds
from trigpoint.credentials.key import Key, KeyState
from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.usage import Dimension
from trigpoint.web.portal.frame.visits import Visit


def state_of(credential: Key | MapsToken, now: Milliseconds) -> str:
    """Name the state of a key or a Maps token as lists show it: live, suspended, expired or revoked."""
    if credential.state is not KeyState.ACTIVE:
        return credential.state.value
    return "live" if credential.is_live(now) else "expired"


def count_by_origin(
    visit: Visit, team_id: str, credential_id: str, *, since: float | None = None
) -> list[tuple[str, int]]:
    """Count the calls of a key or a Maps token by origin, the most first. "" means calls without an origin.

    `since` is in seconds since the epoch; without it, the last 24 hours count.
    """
    rows = visit.authority.usage.calls(
        visit.actor, team_id=team_id, by=(Dimension.ORIGIN,), since=since, only={Dimension.KEY: credential_id}
    )
    return sorted(((row.values.get("origin") or "", row.calls) for row in rows), key=lambda one: (-one[1], one[0]))
