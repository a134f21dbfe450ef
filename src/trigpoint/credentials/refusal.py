"""A refused call, kept for a day so that its request id can be looked up."""

from dataclasses import dataclass

from trigpoint.base.clock import DAY_S, Milliseconds
from trigpoint.base.ids import KeyId, TeamId

KEPT_S = DAY_S
KEPT_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class RecentRefusal:
    """One refused call. `at` is in milliseconds; team and key are those that the token named, proven or not."""

    request_id: str
    at: Milliseconds
    team_id: TeamId | None
    key_id: KeyId | None
    service: str
    origin: str | None
    code: str
    detail: str
