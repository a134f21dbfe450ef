"""Refused calls, which are stored for a day, so that one can be looked up by its request ID."""

from dataclasses import dataclass

from trigpoint.base.clock import DAY_S, Milliseconds
from trigpoint.base.ids import KeyId, TeamId

KEPT_S = DAY_S
"""Retention of refusals."""
KEPT_AT_MOST = 20_000
"""Most refusals that are stored; older ones are deleted first."""


@dataclass(frozen=True, slots=True)
class RecentRefusal:
    """A refused call. `at` is in milliseconds; team and key are those that the token named, verified or not."""

    request_id: str
    at: Milliseconds
    team_id: TeamId | None
    key_id: KeyId | None
    service: str
    origin: str | None
    code: str
    detail: str
